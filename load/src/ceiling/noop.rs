//! The server that does nothing: reads a JSON body, answers a JSON body. What HTTP itself costs on these cores.

use std::net::TcpListener;

use actix_web::web::Json;
use actix_web::{App, HttpServer, web};
use anyhow::Result;
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
struct Question {
    #[serde(default)]
    seats: Vec<String>,
}

#[derive(Serialize)]
struct Answer {
    seats: Vec<String>,
    version: u64,
    position: &'static str,
}

/// Runs until it is killed.
pub fn serve() -> Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    println!("listening on http://{}", listener.local_addr()?);
    let app = || App::new().route("/v1/noop", web::post().to(nothing));
    Ok(actix_web::rt::System::new().block_on(HttpServer::new(app).listen(listener)?.run())?)
}

async fn nothing(Json(question): Json<Question>) -> Json<Answer> {
    Json(Answer { seats: question.seats, version: 1, position: "1" })
}

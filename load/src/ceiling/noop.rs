//! The server that decides nothing: reads a JSON body, answers a JSON body, at once or once the body is durable. What HTTP
//! itself costs on these cores, and what a durable answer costs at least.

use std::net::TcpListener;
use std::path::Path;

use actix_web::error::ErrorServiceUnavailable;
use actix_web::web::{Data, Json};
use actix_web::{App, HttpServer, web};
use anyhow::Result;
use serde::{Deserialize, Serialize};

use super::bare_log::BareLog;

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

/// Runs until it is killed; `file` is for what is appended.
pub fn serve(file: &Path) -> Result<()> {
    let log = BareLog::create(file)?;
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    println!("listening on http://{}", listener.local_addr()?);
    let app = move || {
        App::new()
            .app_data(Data::new(log.clone()))
            .route("/v1/noop", web::post().to(nothing))
            .route("/v1/append", web::post().to(append))
    };
    Ok(actix_web::rt::System::new().block_on(HttpServer::new(app).listen(listener)?.run())?)
}

async fn nothing(Json(question): Json<Question>) -> Json<Answer> {
    answer(question)
}

async fn append(log: Data<BareLog>, Json(question): Json<Question>) -> actix_web::Result<Json<Answer>> {
    if !log.append(serde_json::to_vec(&question.seats)?).await {
        return Err(ErrorServiceUnavailable("the bare log has stopped"));
    }
    Ok(answer(question))
}

fn answer(question: Question) -> Json<Answer> {
    Json(Answer { seats: question.seats, version: 1, position: "1" })
}

//! A box office in memory that speaks the same API: slow, forgetful, and plainly right. The load and the audit are tried
//! on it, so that a red audit of the real server is the server's fault.
//!
//! One lock, one list of commits, nothing on disk. If told so, it answers 503 *after* it has done what was asked, as
//! a server does whose actor died between decision and answer.

mod box_office;
mod checkout;
mod hold;
mod journal;
mod routes;
mod show;

use std::net::TcpListener;
use std::sync::Mutex;

use actix_web::{App, HttpServer, web};
use anyhow::Result;

use box_office::BoxOffice;

/// Runs until it is killed. One command in `withhold_one_in` is done and not answered; 0: none.
pub fn serve(port: u16, withhold_one_in: u32) -> Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", port))?;
    println!("listening on http://{}", listener.local_addr()?);
    run(listener, withhold_one_in)
}

fn run(listener: TcpListener, withhold_one_in: u32) -> Result<()> {
    let office = web::Data::new(Mutex::new(BoxOffice { withhold_one_in, ..BoxOffice::default() }));
    let app = move || {
        App::new().app_data(office.clone()).app_data(web::PayloadConfig::new(64 << 20)).configure(routes::routes)
    };
    Ok(actix_web::rt::System::new().block_on(HttpServer::new(app).workers(1).listen(listener)?.run())?)
}

/// On a thread of its own, for the length of the test process.
#[cfg(test)]
pub fn start(withhold_one_in: u32) -> Result<String> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let url = format!("http://{}", listener.local_addr()?);
    std::thread::spawn(move || run(listener, withhold_one_in));
    Ok(url)
}

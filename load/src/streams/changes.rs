//! What the listeners hear of: buyers who hold a seat of their own, let it go, and hold it again, at a steady rate.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use serde::Deserialize;
use serde_json::json;
use tokio::task::LocalSet;
use tokio::time::sleep_until;

use crate::api::{HoldTaken, Stamp};
use crate::http::{Connection, Request, Target};

const BUYERS: u32 = 100;

/// A change that was acknowledged, by its position: several of them may be one commit.
#[derive(Clone, Debug)]
pub struct Made {
    /// When the first of them was sent, and the last acknowledged.
    pub sent: Instant,
    pub acknowledged: Instant,
    /// Seats, and how each stands since.
    pub changes: Vec<(String, &'static str)>,
}

pub type AllMade = HashMap<u64, Made>;

#[derive(Deserialize)]
struct Released {
    #[serde(flatten)]
    stamp: Stamp,
}

/// Runs on the thread that calls it.
pub fn make(target: &Target, show: &str, seats: &[String], per_second: u32, seconds: u32) -> Result<AllMade> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let tasks = LocalSet::new();
    let made = Rc::new(RefCell::new(AllMade::new()));
    let pace = Duration::from_secs(1) * BUYERS / per_second.max(1);
    let start = Instant::now();
    tasks.block_on(&runtime, async {
        let buyers: Vec<_> = (0..BUYERS)
            .map(|number| {
                let begin = start + pace * number / BUYERS;
                let changes = per_second * seconds / BUYERS;
                let path = format!("/v1/shows/{show}/holds");
                let seat = seats[number as usize].clone();
                let buyer = Buyer { target: target.clone(), path, seat, begin, pace, made: made.clone() };
                tokio::task::spawn_local(buyer.go_to_and_fro(changes))
            })
            .collect();
        for buyer in buyers {
            buyer.await??;
        }
        Ok::<_, anyhow::Error>(())
    })?;
    Ok(made.take())
}

/// A single one, for those who wait for another.
pub async fn make_one(target: &Target, show: &str, seat: &str) -> Result<()> {
    let (path, now) = (format!("/v1/shows/{show}/holds"), Instant::now());
    let (target, made) = (target.clone(), Rc::default());
    Buyer { target, path, seat: seat.to_owned(), begin: now, pace: Duration::ZERO, made }.go_to_and_fro(1).await
}

struct Buyer {
    target: Target,
    path: String,
    seat: String,
    begin: Instant,
    pace: Duration,
    made: Rc<RefCell<AllMade>>,
}

impl Buyer {
    async fn go_to_and_fro(self, changes: u32) -> Result<()> {
        let mut connection = Connection::open(self.target.address()).await?;
        let mut held: Option<(String, String)> = None;
        for number in 0..changes {
            sleep_until((self.begin + self.pace * number).into()).await;
            held = match held {
                None => {
                    let body = serde_json::to_vec(&json!({"seats": [self.seat]}))?;
                    let request = Request { method: "POST", path: &self.path, body: &body, ..Request::default() };
                    let answer = self.call(&mut connection, &request, "held").await?;
                    let hold: HoldTaken = serde_json::from_slice(&answer)?;
                    Some((format!("{}/{}", self.path, hold.hold_id), hold.hold_token.into_owned()))
                }
                Some((path, token)) => {
                    let request =
                        Request { method: "DELETE", path: &path, hold_token: Some(&token), ..Request::default() };
                    self.call(&mut connection, &request, "free").await?;
                    None
                }
            };
        }
        Ok(())
    }

    async fn call(&self, connection: &mut Connection, request: &Request<'_>, status: &'static str) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        request.encode(self.target.key(), &mut bytes);
        let sent = Instant::now();
        let answer = connection.exchange(&bytes).await?;
        let acknowledged = Instant::now();
        if !(200..300).contains(&answer.status) {
            bail!("{} {}: {} {}", request.method, request.path, answer.status, String::from_utf8_lossy(&answer.body));
        }
        let Released { stamp } = serde_json::from_slice(&answer.body)?;
        let mut made = self.made.borrow_mut();
        let commit = made.entry(stamp.position).or_insert(Made { sent, acknowledged, changes: Vec::new() });
        commit.sent = commit.sent.min(sent);
        commit.acknowledged = commit.acknowledged.max(acknowledged);
        commit.changes.push((self.seat.clone(), status));
        Ok(answer.body.to_vec())
    }
}

//! One open stream: what it is sent at its beginning, then the news, checked to be without gaps.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;

use actix_web::web::Bytes;
use futures_util::stream::{Stream, unfold};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::events;
use crate::actors::{SeatNews, Watching};
use crate::domain::plan::SeatingPlan;
use crate::http::access::Admission;
use crate::http::limits::StreamPlace;
use crate::journal::Version;

/// What is handed out at a time: the server copies it into the connection's own buffer, which would grow to the size of
/// a whole map.
const PIECE_BYTES: usize = 8 << 10;

pub struct Listener {
    waiting: VecDeque<Bytes>,
    /// Up to where it was told everything.
    version: Version,
    news: Receiver<Arc<SeatNews>>,
    plan: Arc<SeatingPlan>,
    admission: Admission,
    /// One of those that the server has.
    _place: StreamPlace,
}

impl Listener {
    pub fn new(
        opening: Vec<Bytes>,
        from: Watching,
        plan: Arc<SeatingPlan>,
        admission: Admission,
        place: StreamPlace,
    ) -> Self {
        let Watching { map, news, position: _ } = from;
        Self { waiting: opening.into(), version: map.version, news, plan, admission, _place: place }
    }

    /// Ends when the server stops, or when the listener is too slow: then it comes back with its last id. Ends as well when
    /// what let the listener in is not valid any more: then it does not get in again.
    pub fn events(self) -> impl Stream<Item = Result<Bytes, Infallible>> {
        unfold(self, |mut listener| async move { listener.next().await.map(|piece| (Ok(piece), listener)) })
    }

    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(mut bytes) = self.waiting.pop_front() {
                let piece = bytes.split_to(bytes.len().min(PIECE_BYTES));
                if !bytes.is_empty() {
                    self.waiting.push_front(bytes);
                }
                if !piece.is_empty() {
                    return Some(piece);
                }
                continue;
            }
            let news = tokio::select! {
                biased;
                () = self.admission.ended() => return None,
                news = self.news.recv() => news,
            };
            match news {
                Ok(news) => self.take(&news)?,
                Err(RecvError::Closed) => return None,
                Err(RecvError::Lagged(missed)) => {
                    tracing::debug!(missed, "a listener was too slow for a live seat map, and was cut off");
                    return None;
                }
            }
        }
    }

    /// `None`: something is missing before it. It never is; if it were, coming back would cure it.
    fn take(&mut self, news: &SeatNews) -> Option<()> {
        if news.after > self.version {
            tracing::error!(
                after = news.after,
                version = self.version,
                "a live seat map has a gap: its listener is cut off"
            );
            return None;
        }
        if news.version > self.version || news.changes.is_empty() {
            self.version = self.version.max(news.version);
            self.waiting.push_back(news.wire(|news| events::news(news, &self.plan)));
        }
        Some(())
    }
}

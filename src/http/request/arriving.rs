//! A request whose body is still arriving: within its time, and within the bytes that its address takes.
//!
//! Most bodies come in one piece, which is taken as it is; actix-web's own extractor copies each into a buffer of 8 KiB.

use std::cell::OnceCell;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header::{CONNECTION, CONTENT_LENGTH, HeaderMap, HeaderValue};
use actix_web::web::{Bytes, BytesMut};
use actix_web::{Error, HttpRequest};
use futures_util::Stream;
use tokio::time::{Sleep, sleep};

use super::Incoming;
use super::incoming::{caller, state};
use crate::http::problem::{Problem, kinds};

/// The bytes of a body that an address takes; kept in the resource's data.
#[derive(Clone, Copy, Debug)]
pub struct BodyBytesMax(pub usize);

pub struct Arriving {
    /// `None`: it is over.
    known: Option<Result<HttpRequest, Error>>,
    payload: Payload,
    max: usize,
    body: Body,
    /// Nothing of a body is handed over before it was asked for; then most are there in full.
    was_asked_for: bool,
    /// When it is too late; most need no clock.
    late: Option<Pin<Box<Sleep>>>,
}

/// What has arrived so far.
#[derive(Default)]
struct Body {
    first: Bytes,
    /// With the first piece in it, once there is a second.
    all: BytesMut,
}

impl Arriving {
    /// `known`: the request, unless it was refused by its head.
    pub fn new(known: Result<HttpRequest, Problem>, payload: &mut Payload) -> Self {
        let known = known.map_err(Error::from);
        let max = known.as_ref().ok().and_then(|request| request.app_data::<BodyBytesMax>()).map_or(0, |max| max.0);
        let known = known.and_then(|request| {
            let fits = announced(request.headers()).is_none_or(|length| length <= max as u64);
            if fits { Ok(request) } else { Err(PayloadError::Overflow.into()) }
        });
        Self {
            known: Some(known),
            payload: payload.take(),
            max,
            body: Body::default(),
            was_asked_for: false,
            late: None,
        }
    }

    fn poll_body(&mut self, context: &mut Context<'_>) -> Poll<Result<(), PayloadError>> {
        while let Some(piece) = ready!(Pin::new(&mut self.payload).poll_next(context)) {
            self.body.add(piece?);
            if self.body.len() > self.max {
                return Poll::Ready(Err(PayloadError::Overflow));
            }
        }
        Poll::Ready(Ok(()))
    }

    fn poll_late(&mut self, request: &HttpRequest, context: &mut Context<'_>) -> Poll<Problem> {
        let within = state(request).parts.limits.body_timeout * mebibytes(request.headers());
        let late = self.late.get_or_insert_with(|| Box::pin(sleep(within)));
        ready!(late.as_mut().poll(context));
        let detail = format!("the body did not arrive within {} seconds", within.as_secs_f32());
        Poll::Ready(Problem::new(kinds::BODY_TIMEOUT, detail).header(CONNECTION, CLOSE))
    }
}

impl Future for Arriving {
    type Output = Result<Incoming, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let request = self.known.take().expect("a future is not polled after it was ready")?;
        if let Poll::Ready(arrived) = self.poll_body(context) {
            arrived?;
            let body = std::mem::take(&mut self.body).whole();
            let caller = caller(&request);
            return Poll::Ready(Ok(Incoming { request, caller, body, flight: OnceCell::new() }));
        }
        if !std::mem::replace(&mut self.was_asked_for, true) {
            context.waker().wake_by_ref();
        } else if let Poll::Ready(problem) = self.poll_late(&request, context) {
            return Poll::Ready(Err(problem.into()));
        }
        self.known = Some(Ok(request));
        Poll::Pending
    }
}

impl Body {
    fn add(&mut self, piece: Bytes) {
        if self.len() == 0 {
            self.first = piece;
            return;
        }
        if self.all.is_empty() {
            self.all.extend_from_slice(&self.first);
        }
        self.all.extend_from_slice(&piece);
    }

    fn len(&self) -> usize {
        self.first.len().max(self.all.len())
    }

    fn whole(self) -> Bytes {
        if self.all.is_empty() { self.first } else { self.all.freeze() }
    }
}

/// The length that the head says. What it says wrongly the server has refused before.
fn announced(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// That are announced, rounded up: a plan of many takes its time on a slow line.
fn mebibytes(headers: &HeaderMap) -> u32 {
    u32::try_from(announced(headers).unwrap_or(0) >> 20).unwrap_or(0).saturating_add(1)
}

const CLOSE: HeaderValue = HeaderValue::from_static("close");

#[cfg(test)]
mod tests {
    use super::*;

    fn body(pieces: &[&'static [u8]]) -> Body {
        let mut body = Body::default();
        pieces.iter().for_each(|piece| body.add(Bytes::from_static(piece)));
        body
    }

    #[test]
    fn a_body_is_the_same_in_one_piece_or_in_many() {
        for pieces in [&[&b"{\"a\":1}"[..]][..], &[b"{\"a", b"\":1}"], &[b"", b"{", b"", b"\"a\":1", b"}"]] {
            assert_eq!(body(pieces).len(), 7);
            assert_eq!(body(pieces).whole(), &b"{\"a\":1}"[..]);
        }
        assert!(body(&[]).whole().is_empty() && body(&[b"", b""]).whole().is_empty());
    }

    #[test]
    fn what_comes_in_one_piece_is_not_copied() {
        let piece = Bytes::from(vec![b'x'; 64]);
        let mut body = Body::default();
        body.add(piece.clone());
        assert_eq!(body.whole().as_ptr(), piece.as_ptr());
    }
}

//! Which request is being served: a note that a thread carries meanwhile, looked at only when a line is written.
//!
//! A span is the usual means to this end, and there is one where lines are many or traces are gathered. But it costs a
//! twentieth of a hold, whether or not a line is ever written in it.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

/// What lines say of the request that they belong to. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Served {
    pub request_id: Rc<str>,
    /// Where the caller has one.
    pub trace_id: Option<Rc<str>>,
}

thread_local! {
    static NOW: RefCell<Option<Served>> = const { RefCell::new(None) };
}

/// What serves a request. Every line that it writes on its thread names the request.
pub struct Serving<F> {
    served: Served,
    future: F,
}

impl<F: Future + Unpin> Serving<F> {
    pub fn new(served: Served, future: F) -> Self {
        Self { served, future }
    }
}

impl<F: Future + Unpin> Future for Serving<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let before = NOW.replace(Some(self.served.clone()));
        let _after = Restored(before);
        Pin::new(&mut self.future).poll(context)
    }
}

/// Puts back what was there, after a panic too.
struct Restored(Option<Served>);

impl Drop for Restored {
    fn drop(&mut self) {
        NOW.set(self.0.take());
    }
}

/// What this thread serves now.
pub fn now() -> Option<Served> {
    NOW.with_borrow(Clone::clone)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn serving(id: &str, future: impl Future<Output = ()> + 'static) -> Serving<Pin<Box<dyn Future<Output = ()>>>> {
        Serving::new(Served { request_id: id.into(), trace_id: None }, Box::pin(future))
    }

    fn id() -> Option<Rc<str>> {
        now().map(|served| served.request_id)
    }

    #[test]
    fn each_of_two_requests_on_one_thread_is_itself_whenever_it_goes_on() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let check = |name: &'static str| {
            serving(name, async move {
                for _ in 0..3 {
                    assert_eq!(id().as_deref(), Some(name));
                    tokio::task::yield_now().await;
                }
            })
        };
        runtime.block_on(async { tokio::join!(check("one"), check("other")) });
        assert_eq!(id(), None);
    }

    #[test]
    fn nothing_is_left_behind_by_one_that_panics() {
        let mut dies = serving("dies", async { panic!("on purpose") });
        let mut context = Context::from_waker(std::task::Waker::noop());
        let died = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| Pin::new(&mut dies).poll(&mut context)));
        assert!(died.is_err());
        assert_eq!(id(), None);
    }
}

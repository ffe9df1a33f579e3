//! One life of an actor, from its first poll to its death, whatever kind of death that is.
//!
//! `actix::Supervisor` is deliberately not used: it does not survive a panic, and after a stop it goes on with the old
//! state (measured with actix 0.13.5). Owning the context's future shows every death.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use actix::{Actor, AsyncContext, Context};
use futures_util::FutureExt;

/// How a life ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Death {
    /// The context came to its end by itself.
    Stopped,
    /// In a handler, in a spawned future, in `started`.
    Panicked(String),
}

/// Lives the actor's life. Its struct and its futures are gone when this returns.
pub async fn live<A: Actor<Context = Context<A>>>(context: Context<A>, actor: A) -> Death
where
    Context<A>: AsyncContext<A>,
{
    // Boxed, so that it can be dropped in a place where a panic of its destructor is caught too.
    let mut life = Box::pin(context.into_future(actor));
    let end = AssertUnwindSafe(&mut life).catch_unwind().await;
    let burial = catch_unwind(AssertUnwindSafe(|| drop(life)));
    match end.and(burial) {
        Ok(()) => Death::Stopped,
        Err(panic) => Death::Panicked(panic_text(&*panic)),
    }
}

/// What a panic said.
pub fn panic_text(panic: &(dyn Any + Send)) -> String {
    if let Some(text) = panic.downcast_ref::<&str>() {
        return (*text).to_owned();
    }
    panic.downcast_ref::<String>().cloned().unwrap_or_else(|| "a panic without words".to_owned())
}

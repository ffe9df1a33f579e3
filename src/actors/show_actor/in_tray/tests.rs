//! Nobody is forgotten, and nobody rings in vain.

use uuid::Uuid;

use super::*;
use crate::actors::show_actor::answers::Answer;
use crate::domain::{Action, Command, CommandId, Fingerprint, Timestamp};
use tokio::sync::oneshot::{self, Receiver, error::TryRecvError};

fn command() -> (Decide, Receiver<Answer>) {
    let (reply, answer) = oneshot::channel();
    let id = CommandId(Uuid::now_v7().as_u128());
    let command = Command { id, fingerprint: Fingerprint(0), at: Timestamp::default(), action: Action::OpenSales };
    (Decide { command: Arc::new(command), reply }, answer)
}

fn put(tray: &InTray) -> bool {
    tray.put(command().0)
}

#[test]
fn the_first_rings_and_those_after_it_do_not() {
    let tray = InTray::default();
    assert_eq!([put(&tray), put(&tray), put(&tray)], [true, false, false]);
}

#[test]
fn who_comes_while_the_actor_attends_does_not_ring_until_much_piles_up() {
    let tray = InTray::default();
    put(&tray);
    assert_eq!(tray.take(usize::MAX).len(), 1);
    let rings: Vec<usize> = (1..=RING_EVERY * 2).filter(|_| put(&tray)).collect();
    assert_eq!(rings, [RING_EVERY, RING_EVERY * 2]);
}

#[test]
fn once_the_actor_has_turned_away_the_next_rings() {
    let tray = InTray::default();
    put(&tray);
    assert!(!tray.turn_away(), "one waits");
    tray.take(usize::MAX);
    assert!(tray.turn_away());
    assert!(put(&tray));
}

#[test]
fn what_is_too_much_at_once_waits_in_its_order() {
    let tray = InTray::default();
    let ids: Vec<CommandId> = (0..5)
        .map(|_| {
            let (decide, _) = command();
            let id = decide.command.id;
            tray.put(decide);
            id
        })
        .collect();
    let taken: Vec<CommandId> = std::iter::from_fn(|| Some(tray.take(2)).filter(|some| !some.is_empty()))
        .flatten()
        .map(|decide| decide.command.id)
        .collect();
    assert_eq!(taken, ids);
}

#[test]
fn whoever_waits_when_it_closes_or_comes_later_sees_that_the_actor_has_gone() {
    let tray = InTray::default();
    let ((before, mut answer_before), (after, mut answer_after)) = (command(), command());
    tray.put(before);
    assert!(!tray.close_if_empty(), "one waits");
    assert!(matches!(answer_before.try_recv(), Err(TryRecvError::Empty)));
    tray.close();
    assert!(!tray.put(after), "there is nobody to ring for");
    assert!(matches!(answer_before.try_recv(), Err(TryRecvError::Closed)));
    assert!(matches!(answer_after.try_recv(), Err(TryRecvError::Closed)));
}

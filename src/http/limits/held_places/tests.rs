//! Asking, having, extending, ending: what is counted at each moment.

use uuid::Uuid;

use super::*;
use crate::domain::CustomerId;
use crate::http::limits::Network;

pub const NOW: Timestamp = Timestamp::from_micros(1_772_366_400_000_000);

const SHOW: ShowId = ShowId(Uuid::from_u128(1));

fn ada() -> Holder {
    Holder::Customer(None, CustomerId::parse("ada").expect("a customer"))
}

fn address() -> Holder {
    Holder::Address(Network::of([192, 0, 2, 1].into()))
}

pub fn hold(number: u128) -> HoldId {
    HoldId(Uuid::from_u128(number))
}

/// Asks for places and gets them for ten minutes.
pub fn take(places: &HeldPlaces, number: u128, count: u32, now: Timestamp) -> Result<(), TooMany> {
    let asked = places.ask(vec![ada()], SHOW, hold(number), CommandId(number), count, now)?;
    asked.had(hold(number), now.plus_seconds(600));
    Ok(())
}

fn counted(places: &HeldPlaces) -> (usize, usize, usize) {
    let of_holders = places.shelves.iter().map(|shelf| lock(shelf).len()).sum();
    (of_holders, places.holders.iter().map(|all| lock(all).len()).sum(), places.holds.load(Ordering::Relaxed))
}

#[test]
fn nobody_holds_more_than_they_may_until_a_hold_ends() {
    let places = HeldPlaces::new(0, 4);
    take(&places, 1, 3, NOW).expect("room");
    let refused = take(&places, 2, 2, NOW).expect_err("too many");
    assert_eq!(refused, TooMany { held: 3, max: 4, wait_seconds: Some(600) });
    take(&places, 3, 1, NOW).expect("room for one");
    places.ended(hold(1));
    take(&places, 4, 3, NOW).expect("room again");
    take(&places, 5, 4, NOW.plus_seconds(601)).expect("all have run out");
}

#[test]
fn what_is_extended_is_counted_for_longer() {
    let places = HeldPlaces::new(0, 1);
    take(&places, 1, 1, NOW).expect("room");
    places.longer(hold(1), 300).had(NOW.plus_seconds(900));
    assert!(take(&places, 2, 1, NOW.plus_seconds(700)).is_err());
    take(&places, 2, 1, NOW.plus_seconds(901)).expect("it has run out");
}

#[test]
fn what_was_refused_is_not_counted_and_what_nobody_knows_is() {
    let places = HeldPlaces::new(0, 1);
    let ask = |number| places.ask(vec![ada()], SHOW, hold(number), CommandId(number), 1, NOW);
    let asked = ask(1).expect("room");
    assert!(ask(2).is_err(), "counted while it is asked for");
    asked.refused();
    drop(ask(3).expect("room"));
    assert!(take(&places, 4, 1, NOW.plus_seconds(599)).is_err(), "the caller went away, and may have it");
    take(&places, 5, 1, NOW.plus_seconds(601)).expect("room");
}

#[test]
fn both_of_two_holders_must_have_room_and_neither_is_charged_for_the_other() {
    let places = HeldPlaces::new(5, 2);
    let ask = |number, count| places.ask(vec![address(), ada()], SHOW, hold(number), CommandId(number), count, NOW);
    assert_eq!(ask(1, 3).err().map(|too_many| too_many.max), Some(2));
    assert_eq!(counted(&places), (0, 0, 0));
    ask(2, 2).expect("room").had(hold(2), NOW.plus_seconds(600));
    assert_eq!(counted(&places), (2, 1, 1));
    assert!(places.ask(vec![address()], SHOW, hold(3), CommandId(3), 4, NOW).is_err(), "the address has two already");
}

#[test]
fn a_repeated_command_gets_by_and_is_counted_once() {
    let places = HeldPlaces::new(0, 1);
    // Nobody knows what became of the first try; the second one is told.
    drop(places.ask(vec![ada()], SHOW, hold(1), CommandId(1), 1, NOW).expect("room"));
    let again = places.ask(vec![ada()], SHOW, hold(2), CommandId(1), 1, NOW).expect("the same command");
    again.had(hold(2), NOW.plus_seconds(600));
    // With another body it is refused, which takes nothing from what it had.
    places.ask(vec![ada()], SHOW, hold(3), CommandId(1), 1, NOW).expect("the same command").refused();
    assert!(take(&places, 4, 1, NOW).is_err());
    places.ended(hold(2));
    take(&places, 5, 1, NOW).expect("nothing is left of either");
    assert_eq!(counted(&places), (1, 1, 1));
}

#[test]
fn nothing_is_left_when_all_has_ended() {
    let places = HeldPlaces::new(0, 1_000);
    for number in 0..100 {
        take(&places, number, 1, NOW).expect("room");
    }
    places.sweep(NOW.plus_seconds(599), |_| None);
    assert_eq!(counted(&places), (100, 100, 100));
    places.sweep(NOW.plus_seconds(600), |_| None);
    assert_eq!(counted(&places), (0, 0, 0));
}

#[test]
fn with_a_show_all_its_holds_are_over_and_no_others() {
    let places = HeldPlaces::new(0, 1);
    let ask =
        |show, number| places.ask(vec![ada()], ShowId(Uuid::from_u128(show)), hold(number), CommandId(number), 1, NOW);
    ask(1, 1).expect("room").had(hold(1), NOW.plus_seconds(600));
    places.show_cancelled(ShowId(Uuid::from_u128(2)));
    assert!(ask(2, 2).is_err(), "it was another show");
    places.show_cancelled(SHOW);
    assert_eq!(counted(&places), (0, 0, 0));
    ask(2, 2).expect("room again").had(hold(2), NOW.plus_seconds(600));
}

#[test]
fn many_who_ask_at_once_get_no_more_than_one_alone() {
    let places = HeldPlaces::new(0, 10);
    let had = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for thread in 0..4_u128 {
            let (places, had) = (&places, &had);
            scope.spawn(move || {
                for number in 0..100 {
                    if take(places, thread * 1_000 + number, 1, NOW).is_ok() {
                        had.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    assert_eq!(had.into_inner(), 10);
}

#[test]
fn one_key_at_two_shows_is_two_commands() {
    let places = HeldPlaces::new(0, 4);
    let ask = |show, number, count| {
        places.ask(vec![ada()], ShowId(Uuid::from_u128(show)), hold(number), CommandId(7), count, NOW)
    };
    ask(1, 1, 1).expect("room").had(hold(1), NOW.plus_seconds(600));
    let refused = ask(2, 2, 4).err().expect("the first is counted");
    assert_eq!((refused.held, refused.max), (1, 4));
    ask(2, 2, 3).expect("room for three").had(hold(2), NOW.plus_seconds(600));
    assert!(take(&places, 3, 1, NOW).is_err());
}

#[test]
fn what_a_checkout_extends_is_counted_until_that_ends() {
    let places = HeldPlaces::new(0, 1);
    take(&places, 1, 1, NOW).expect("room");
    let until = NOW.plus_seconds(900);
    let lasts = |hold_id| (hold_id == hold(1)).then_some(until);
    places.sweep(NOW.plus_seconds(599), lasts);
    assert!(take(&places, 2, 1, NOW.plus_seconds(899)).is_err());
    places.sweep(until, lasts);
    take(&places, 2, 1, until).expect("it has ended");
}

/// A hold of two, by a command that was accepted before.
fn repeat(places: &HeldPlaces, hold_id: HoldId, ends_at: Timestamp) {
    let asked = places.ask(vec![ada()], SHOW, hold(99), CommandId(1), 2, NOW).expect("room, or known");
    asked.had_before(hold_id, ends_at);
}

#[test]
fn a_repeated_command_counts_nothing_that_has_ended() {
    let places = HeldPlaces::new(0, 4);
    take(&places, 1, 2, NOW).expect("room");
    places.ended(hold(1));
    repeat(&places, hold(1), NOW.plus_seconds(600));
    assert_eq!(counted(&places), (0, 0, 0));
}

#[test]
fn a_repeated_command_does_not_shorten_what_was_extended() {
    let places = HeldPlaces::new(0, 2);
    take(&places, 1, 2, NOW).expect("room");
    places.longer(hold(1), 300).had(NOW.plus_seconds(900));
    repeat(&places, hold(1), NOW.plus_seconds(600));
    assert!(take(&places, 2, 1, NOW.plus_seconds(899)).is_err());
}

#[test]
fn a_repeated_command_says_which_hold_it_was_whose_first_answer_was_lost() {
    let places = HeldPlaces::new(0, 2);
    drop(places.ask(vec![ada()], SHOW, hold(1), CommandId(1), 2, NOW).expect("room"));
    repeat(&places, hold(7), NOW.plus_seconds(60));
    places.ended(hold(7));
    take(&places, 2, 2, NOW).expect("it was that one");
}

/// Who goes away before the answer may have it all the same.
#[test]
fn an_extension_is_counted_while_it_is_asked_for() {
    let places = HeldPlaces::new(0, 1);
    take(&places, 1, 1, NOW).expect("room");
    let longer = places.longer(hold(1), 300);
    places.sweep(NOW.plus_seconds(899), |_| None);
    assert!(take(&places, 2, 1, NOW.plus_seconds(899)).is_err());
    longer.not_had();
    take(&places, 2, 1, NOW.plus_seconds(600)).expect("it was refused, and has ended");
    let before = counted(&places);
    places.longer(hold(9), 300).had(NOW.plus_seconds(900));
    assert_eq!(counted(&places), before, "what is not counted cannot be extended");
}

#[test]
fn a_hold_whose_caller_went_away_is_counted_for_as_long_as_it_may_last() {
    let places = HeldPlaces::new(0, 2);
    let asked = places.ask(vec![ada()], SHOW, hold(1), CommandId(1), 2, NOW).expect("room");
    asked.left_open(NOW.plus_seconds(1_800));
    // To the same command it is known all the while, and a repetition of it changes nothing.
    let later = NOW.plus_seconds(605);
    places.sweep(later, |_| None);
    let again = places.ask(vec![ada()], SHOW, hold(2), CommandId(1), 2, later).expect("the same command");
    again.had_before(hold(1), NOW.plus_seconds(1_800));
    assert!(take(&places, 3, 1, NOW.plus_seconds(1_799)).is_err());
    take(&places, 3, 1, NOW.plus_seconds(1_800)).expect("it has run out");
}

#[test]
fn who_asks_for_more_than_anybody_may_hold_is_not_told_to_wait() {
    let places = HeldPlaces::new(0, 4);
    assert_eq!(take(&places, 1, 5, NOW), Err(TooMany { held: 0, max: 4, wait_seconds: None }));
    take(&places, 1, 4, NOW).expect("room");
    assert_eq!(take(&places, 2, 4, NOW), Err(TooMany { held: 4, max: 4, wait_seconds: Some(600) }));
}

//! How many may be inside: no more than there are permits, the others are told so at once; and whoever holds seats can
//! finish however long the queue at the door is.

use futures_util::FutureExt;
use futures_util::future::{join, join_all};
use understudy::actors::SendError;

use crate::house::{Playhouse, confirm, give_back, hold, new_hold, stand, until};

#[test]
fn no_more_are_inside_than_there_are_permits_and_the_others_hear_it_at_once() {
    let playhouse = Playhouse::in_memory().with(|options| options.limits.permits_per_show = 20);
    playhouse.evening(async |evening| {
        let (show, other) = (evening.schedule().await, evening.schedule().await);
        let journal = evening.memory();
        journal.hold();
        let inside = join_all((0..20).map(|seat| evening.ask(show, hold(new_hold(), &[seat]))));
        let scene = async {
            for seat in 20..60 {
                let turned_away = evening.ask(show, hold(new_hold(), &[seat])).now_or_never().expect("at once");
                assert_eq!(turned_away.map(drop), Err(SendError::Overloaded));
            }
            let report = evening.report(show).expect("awake");
            assert_eq!((report.queue_depth, evening.house.directory.permits_taken()), (20, (20, 0)));
            assert!(evening.ask(other, hold(new_hold(), &[1])).now_or_never().is_none(), "other shows have their own");
            journal.release();
        };
        let (answers, ()) = join(inside, scene).await;
        answers.into_iter().for_each(|answer| drop(answer.expect("the seats are free")));
        until("all permits are back", || evening.house.directory.permits_taken() == (0, 0)).await;
        evening.ask(show, hold(new_hold(), &[60])).await.expect("there is room again");
    });
}

#[test]
fn who_holds_seats_can_finish_while_the_door_is_full() {
    let playhouse = Playhouse::in_memory().with(|options| options.limits.permits_per_show = 5);
    playhouse.evening(async |evening| {
        let show = evening.schedule().await;
        let (kept, returned) = (new_hold(), new_hold());
        evening.ask(show, hold(kept, &[1])).await.expect("the seat is free");
        evening.ask(show, hold(returned, &[2])).await.expect("the seat is free");
        let journal = evening.memory();
        journal.hold();
        let at_the_door = join_all((10..15).map(|seat| evening.ask(show, hold(new_hold(), &[seat]))));
        let finishing = join(evening.ask(show, confirm(kept)), evening.ask(show, give_back(returned)));
        let scene = async {
            let turned_away = evening.ask(show, hold(new_hold(), &[50])).now_or_never().expect("at once");
            assert_eq!(turned_away.map(drop), Err(SendError::Overloaded));
            until("both are inside", || evening.house.directory.permits_taken() == (5, 2)).await;
            journal.release();
        };
        let ((at_the_door, (kept, returned)), ()) = join(join(at_the_door, finishing), scene).await;
        kept.expect("a booking");
        returned.expect("the seat is free again");
        at_the_door.into_iter().for_each(|answer| drop(answer.expect("the seats are free")));
    });
}

#[test]
fn all_shows_together_have_a_bound_too() {
    let playhouse = Playhouse::in_memory().with(|options| options.limits.permits_total = 6);
    playhouse.evening(async |evening| {
        let shows = join_all((0..4).map(|_| evening.schedule())).await;
        let journal = evening.memory();
        journal.hold();
        let inside = join_all((0..6).map(|caller| evening.ask(shows[caller % 3], stand(new_hold(), 1))));
        let scene = async {
            let turned_away = evening.ask(shows[3], stand(new_hold(), 1)).now_or_never().expect("at once");
            assert_eq!(turned_away.map(drop), Err(SendError::Overloaded));
            assert_eq!(evening.report(shows[3]).expect("awake").queue_depth, 0, "its own permit is given back");
            journal.release();
        };
        let (answers, ()) = join(inside, scene).await;
        answers.into_iter().for_each(|answer| drop(answer.expect("there is room in the pit")));
        evening.ask(shows[3], stand(new_hold(), 1)).await.expect("there is room again");
    });
}

#[test]
fn a_caller_who_goes_away_gives_its_permit_back() {
    let playhouse = Playhouse::in_memory().with(|options| options.limits.permits_per_show = 1);
    playhouse.evening(async |evening| {
        let show = evening.schedule().await;
        evening.memory().hold();
        for seat in 0..10 {
            let mut caller = Box::pin(evening.ask(show, hold(new_hold(), &[seat])));
            assert!((&mut caller).now_or_never().is_none(), "the disk has not answered");
        }
        evening.memory().release();
        evening.ask(show, hold(new_hold(), &[50])).await.expect("there is room");
    });
}

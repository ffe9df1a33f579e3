//! Live seat maps below HTTP: they need neither the show's actor nor a projector.

use std::sync::Arc;

use understudy::actors::{CrashMode, SeatNews, Watching};
use understudy::domain::plan::SeatIndex;
use understudy::domain::show::SeatStatus;
use understudy::journal::Version;

use crate::actors_views::damage;
use crate::house::{Playhouse, hold, new_hold, until};

/// Reads on until everything up to this version was told, and checks that nothing is missing or told twice.
fn told(watching: &mut Watching, version: &mut Version, news: &mut Vec<Arc<SeatNews>>) {
    while let Ok(one) = watching.news.try_recv() {
        assert!(one.after <= *version, "a gap: {one:?} after {version}");
        assert!(one.changes.iter().all(|change| change.version > *version), "told twice: {one:?}");
        *version = (*version).max(one.version);
        news.push(one);
    }
}

#[test]
fn a_listener_hears_on_while_the_actor_and_the_projector_die() {
    let playhouse = Playhouse::on_disk();
    let (show, position, map) = playhouse.evening(async |evening| {
        let show = evening.schedule().await;
        let receipt = evening.ask(show, hold(new_hold(), &[1])).await.expect("the seat is free");
        let map = || evening.house.views.seat_map(show).expect("readable");
        until("the view has it", || map().is_some_and(|(at, _)| at >= receipt.position())).await;
        let (position, map) = map().expect("it was there");
        (show, position, map)
    });
    // The projector stumbles over this as soon as something happens, and folds the view anew.
    damage(&playhouse, "seat_maps");
    playhouse.evening(async |evening| {
        let mut version = map.version;
        let watch = &evening.house.seat_watch;
        assert!(watch.join(show).expect("it is open").is_none(), "nobody watches yet");
        let mut watching = watch.begin(show, position, map).expect("it is open");
        let mut news = Vec::new();
        for seat in 2..6 {
            let receipt = evening.ask(show, hold(new_hold(), &[seat])).await.expect("the seat is free");
            evening.crash(show, CrashMode::Panic).await;
            until("it is told", || {
                told(&mut watching, &mut version, &mut news);
                version >= receipt.version()
            })
            .await;
        }
        let seats: Vec<_> = news.iter().flat_map(|one| &one.changes).flat_map(|change| change.seats.clone()).collect();
        assert_eq!(seats, (2..6).map(|seat| (SeatIndex(seat), SeatStatus::Held)).collect::<Vec<_>>());
        watch.close();
        assert!(watch.join(show).is_err(), "it is closed");
    });
}

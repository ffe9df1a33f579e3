//! The runner dies before and after every journal write and every call, each once, in every story: the end is the same
//! as without, and every effect at the provider happened exactly once.

use super::world::{Fault, World};
use crate::domain::checkout::{Input, Stage};
use crate::domain::command::{Action as ShowAction, CommandId};
use crate::domain::show::tests::script::second;

/// What the world does while the runner works, one deed after the other.
#[derive(Clone, Copy)]
enum Deed {
    Pays(usize),
    BeginsAgain,
    ClockShows(u32),
    OthersTake(&'static str),
    CancelsTicket(u16),
    CancelsShow,
    CapturesFail,
    RefundsFail(u32),
    OperatorRetries,
    HoldIsReleased,
}

const STORIES: &[(&str, Stage, &[Deed])] = &[
    ("paid", Stage::Completed, &[Deed::Pays(0)]),
    // The other tab is the first to pay.
    ("two tabs", Stage::Ended, &[Deed::BeginsAgain, Deed::Pays(1), Deed::Pays(0)]),
    ("abandoned", Stage::Ended, &[Deed::ClockShows(9_000)]),
    ("extended", Stage::Completed, &[Deed::ClockShows(580), Deed::ClockShows(900), Deed::Pays(0)]),
    ("released", Stage::Ended, &[Deed::HoldIsReleased, Deed::Pays(0)]),
    ("late", Stage::Completed, &[Deed::Pays(0), Deed::ClockShows(5_000)]),
    ("late and gone", Stage::Completed, &[Deed::Pays(0), Deed::ClockShows(5_000), Deed::OthersTake("A1")]),
    ("no capture", Stage::Ended, &[Deed::CapturesFail, Deed::Pays(0)]),
    ("cancelled in parts", Stage::Completed, &[Deed::Pays(0), Deed::CancelsTicket(1), Deed::CancelsTicket(0)]),
    ("show cancelled", Stage::Completed, &[Deed::Pays(0), Deed::CancelsTicket(1), Deed::CancelsShow]),
    ("show cancelled early", Stage::Ended, &[Deed::CancelsShow, Deed::Pays(0)]),
    (
        "refund fails",
        Stage::Completed,
        &[Deed::RefundsFail(5), Deed::Pays(0), Deed::CancelsTicket(0), Deed::OperatorRetries],
    ),
];

fn play(deeds: &[Deed], fault: Fault, dies_at: Option<u32>) -> World {
    let mut world = World::new();
    world.fault = fault;
    let held = world.hold(1, &["A1", "A2"]).expect("the seats are free");
    world.begin(&held, true);
    world.dies_at = Box::new(move |point| Some(point) == dies_at);
    // Late: what is paid is not seen before the clock and the others have moved.
    let late = deeds.windows(2).any(|two| matches!(two, [Deed::Pays(0), Deed::ClockShows(_)]));
    world.settle();
    for deed in deeds {
        match deed {
            Deed::Pays(at) => world.provider.buyer_pays(&world.key_of_payment(*at)),
            Deed::BeginsAgain => drop(world.begin(&held, true)),
            Deed::ClockShows(seconds) => world.now = second(*seconds),
            Deed::OthersTake(label) => drop(world.hold(2, &[label]).expect("the seat is free by now")),
            Deed::CancelsTicket(ticket) => {
                let booking_id = world.checkouts[0].0.booking();
                let tickets = Some(vec![booking_id.ticket(*ticket)]);
                let cancel = ShowAction::CancelTickets { booking_id, tickets };
                let sent = world.office.send(CommandId(900 + u128::from(*ticket)), cancel, world.now);
                assert!(sent.is_ok(), "{sent:?}");
            }
            Deed::CancelsShow => {
                let sent = world.office.send(CommandId(990), ShowAction::CancelShow, world.now);
                assert!(sent.is_ok(), "{sent:?}");
            }
            Deed::CapturesFail => world.provider.captures_fail = true,
            Deed::RefundsFail(times) => world.provider.refunds_fail = *times,
            Deed::OperatorRetries => while world.learn(0, &Input::RetryAsked).is_err() {},
            Deed::HoldIsReleased => {
                let release = ShowAction::ReleaseHold { hold_id: held.hold_id };
                drop(world.office.send(CommandId(991), release, world.now));
            }
        }
        if !late {
            world.settle();
        }
    }
    world.settle();
    // What nobody paid for is closed in the end.
    world.now = second(20_000);
    world.settle();
    world
}

#[test]
fn every_story_ends_as_it_should() {
    for (name, stage, deeds) in STORIES {
        let world = play(deeds, Fault::None, None);
        assert_eq!(world.violations(), Vec::<String>::new(), "{name}");
        assert_eq!(world.state(0).stage(), *stage, "{name}: {:?}", world.checkouts);
    }
}

#[test]
fn a_crash_at_any_point_of_any_story_changes_nothing_of_how_it_ends() {
    for (name, _, deeds) in STORIES {
        let calm = play(deeds, Fault::None, None);
        for point in 1..=calm.points {
            let crashed = play(deeds, Fault::None, Some(point));
            assert_eq!(crashed.violations(), Vec::<String>::new(), "{name}, point {point}");
            assert_eq!(crashed.provider.payments, calm.provider.payments, "{name}, point {point}");
            for at in 0..calm.checkouts.len() {
                assert_eq!(crashed.state(at), calm.state(at), "{name}, point {point}");
            }
        }
    }
}

#[test]
fn a_runner_that_forgets_assumes_or_changes_its_keys_is_found_out() {
    for fault in [Fault::MissesCancels, Fault::FreshRefundKeys, Fault::AssumesTheWorst] {
        let found = STORIES.iter().any(|(_, _, deeds)| {
            let points = play(deeds, Fault::None, None).points;
            (0..=points).any(|point| {
                let played = std::panic::catch_unwind(|| play(deeds, fault, Some(point)).violations());
                played.map_or(true, |violations| !violations.is_empty())
            })
        });
        assert!(found, "{fault:?}");
    }
}

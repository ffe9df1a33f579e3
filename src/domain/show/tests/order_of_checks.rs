//! What is wrong with a request itself comes before what is in its way, always in the same order: a client that mends
//! one thing after the other gets to the end.

use super::script::*;
use super::story::given;
use crate::domain::command::{Action, BestAvailable, HoldSeats};
use crate::domain::event::ShowEvent::SalesOpened;
use crate::domain::event::ShowTerms;
use crate::domain::refusal::{Refusal, SeatConflict};

#[test]
fn a_request_that_is_wrong_in_every_way_is_mended_step_by_step() {
    let terms = ShowTerms { max_per_customer: Some(9), ..terms() };
    let mut show = given([scheduled_on(terms), SalesOpened, held_by("ann", 1, &["A1"])]);
    let mut request = HoldSeats {
        customer_id: customer("ann"),
        seats: labels(&["A1", "Z1", "A1"]),
        best_available: Some(BestAvailable {
            quantity: 99,
            categories: Some(labels(&["Gallery"])),
            zones: Some(labels(&["Attic"])),
            accessible: true,
        }),
        general_admission: standing(&[("Moat", 0), ("Lawn", 11), ("Lawn", 1)]),
        ..request(2, &[])
    };
    let mut expect = |request: &HoldSeats, refusal: Refusal| {
        let before = std::mem::replace(&mut show, given([]));
        show = before.when(Action::HoldSeats(request.clone())).at(second(0)).then(refusal);
    };
    let wish = |request: &mut HoldSeats, mend: fn(&mut BestAvailable)| {
        request.best_available.iter_mut().for_each(mend);
    };

    expect(&request, Refusal::NothingAskedFor);
    request.general_admission[0].1 = 1;
    expect(&request, Refusal::TooManyTickets { asked: 115, max: 50 });
    wish(&mut request, |wish| wish.quantity = 3);
    expect(&request, Refusal::UnknownSeats(labels(&["Z1"])));
    request.seats.remove(1);
    expect(&request, Refusal::NamedTwice(labels(&["A1"])));
    request.seats.pop();
    expect(&request, Refusal::UnknownAreas(labels(&["Moat"])));
    request.general_admission.remove(0);
    expect(&request, Refusal::NamedTwice(labels(&["Lawn"])));
    request.general_admission.pop();
    expect(&request, Refusal::AreaNotForSale { area: "Lawn".into() });
    request.general_admission[0].0 = "Terrace".into();
    expect(&request, Refusal::UnknownCategories(labels(&["Gallery"])));
    wish(&mut request, |wish| wish.categories = None);
    expect(&request, Refusal::UnknownZones(labels(&["Attic"])));
    wish(&mut request, |wish| wish.zones = None);
    expect(&request, Refusal::CustomerLimit { max: 9, has: 1, asked: 15 });
    request.customer_id = None;
    expect(&request, Refusal::CustomerLimit { max: 9, has: 0, asked: 15 });
    request.general_admission[0].1 = 5;
    expect(&request, Refusal::SeatsUnavailable(vec![("A1".into(), SeatConflict::Held)]));
}

#[test]
fn what_is_in_the_way_is_told_seats_first_then_areas_then_the_best_available() {
    let history = [scheduled(), SalesOpened, held(1, &["A1"]), held_standing(2, &[("Terrace", 10)])];
    let asked = |seat, area, quantity| {
        let best_available = Some(BestAvailable { accessible: true, ..best(quantity) });
        let general_admission = standing(&[(area, 1)]);
        Action::HoldSeats(HoldSeats { best_available, general_admission, ..request(3, &[seat]) })
    };
    given(history)
        .when(asked("A1", "Terrace", 3))
        .at(second(0))
        .then(Refusal::SeatsUnavailable(vec![("A1".into(), SeatConflict::Held)]))
        .when(asked("A2", "Terrace", 3))
        .at(second(0))
        .then(Refusal::AreaFull { area: "Terrace".into(), asked: 1, free: 0 })
        .when(asked("A2", "Pit", 3))
        .at(second(0))
        .then(Refusal::NotEnoughSeats { asked: 3 })
        .when(asked("A2", "Pit", 2))
        .at(second(0))
        .then(crate::domain::ShowEvent::SeatsHeld(a_hold(3, &["A2", "B1", "B2"], &[("Pit", 1)])));
}

#[test]
fn a_show_that_is_not_on_sale_says_so_before_it_reads_the_request() {
    let refusal = Refusal::ShowNotOnSale { status: crate::domain::refusal::SalesStatus::Scheduled, on_sale_at: None };
    given([scheduled()]).when(hold(1, &["Z1", "Z1"])).at(second(0)).then(refusal);
}

//! The audit, audited: faults planted into evidence that is whole. Each must be found, by the property that promises it.

mod acknowledged;
mod answers;
mod checkouts;
mod edit;
mod journal;
mod prove;
mod reads;

use anyhow::Result;

use crate::audit::Evidence;

pub use prove::prove;

/// A way to break a promise.
pub struct Fault {
    pub name: &'static str,
    pub words: &'static str,
    /// The property that must be broken by it; others may be, too.
    pub found_by: &'static str,
    /// An error says that the evidence has nothing that it could be planted into.
    pub plant: fn(&mut Evidence) -> Result<()>,
}

pub const ALL: [Fault; 39] = [
    Fault {
        name: "double-sale",
        words: "the journal sells a sold seat once more",
        found_by: "no seat was held or sold twice, no area was over its capacity",
        plant: journal::double_sale,
    },
    Fault {
        name: "over-full-area",
        words: "a standing area holds more than it has places",
        found_by: "no seat was held or sold twice, no area was over its capacity",
        plant: journal::over_full_area,
    },
    Fault {
        name: "double-sale-told",
        words: "a customer is given a ticket for another's seat, and the journal is silent about it",
        found_by: "no two customers were given tickets for one seat",
        plant: answers::double_sale_told,
    },
    Fault {
        name: "lost-acknowledgement",
        words: "an acknowledged booking is not in the journal",
        found_by: "everything that was acknowledged is in the journal, as it was answered",
        plant: journal::lost_acknowledgement,
    },
    Fault {
        name: "lost-tail",
        words: "the journal ends before the last acknowledged commands, as after a power cut",
        found_by: "everything that was acknowledged is in the journal, as it was answered",
        plant: journal::lost_tail,
    },
    Fault {
        name: "another-customer",
        words: "a hold is kept for another customer than it was granted to",
        found_by: "everything that was acknowledged is in the journal, as it was answered",
        plant: acknowledged::another_customer,
    },
    Fault {
        name: "fewer-places",
        words: "fewer standing places are held than were asked for",
        found_by: "everything that was acknowledged is in the journal, as it was answered",
        plant: acknowledged::fewer_places,
    },
    Fault {
        name: "ordinary-seats",
        words: "a wish for accessible seats is granted with others",
        found_by: "everything that was acknowledged is in the journal, as it was answered",
        plant: acknowledged::ordinary_seats,
    },
    Fault {
        name: "for-nothing",
        words: "seats are said to cost nothing",
        found_by: "everything that was acknowledged is in the journal, as it was answered",
        plant: acknowledged::for_nothing,
    },
    Fault {
        name: "extended-otherwise",
        words: "a hold is said to last longer than it does",
        found_by: "everything that was acknowledged is in the journal, as it was answered",
        plant: acknowledged::extended_otherwise,
    },
    Fault {
        name: "other-ticket",
        words: "another ticket is cancelled than was named",
        found_by: "everything that was acknowledged is in the journal, as it was answered",
        plant: acknowledged::other_ticket,
    },
    Fault {
        name: "one-left",
        words: "all tickets were to be cancelled, and one is left",
        found_by: "everything that was acknowledged is in the journal, as it was answered",
        plant: acknowledged::one_left,
    },
    Fault {
        name: "ended-twice",
        words: "a hold that was confirmed is released as well",
        found_by: "every hold ended once: confirmed, released or expired",
        plant: journal::ended_twice,
    },
    Fault {
        name: "never-expired",
        words: "a hold is over, and nothing is done about it",
        found_by: "every hold ended once: confirmed, released or expired",
        plant: journal::never_expired,
    },
    Fault {
        name: "done-twice",
        words: "a command is in the journal twice",
        found_by: "the journal is whole, and no command is in it twice",
        plant: journal::done_twice,
    },
    Fault {
        name: "phantom",
        words: "the journal has a hold that nobody asked for",
        found_by: "what was never answered happened once or not at all",
        plant: journal::phantom,
    },
    Fault {
        name: "cancelled-by-nobody",
        words: "the journal cancels a ticket that nobody gave back",
        found_by: "what was never answered happened once or not at all",
        plant: journal::cancelled_by_nobody,
    },
    Fault {
        name: "server-error",
        words: "a command is answered with a 500, and nobody hears of it again",
        found_by: "every answer is one that the API has",
        plant: answers::server_error,
    },
    Fault {
        name: "changed-answer",
        words: "a repeated key gets another answer",
        found_by: "the same key got the same answer, and none for another body",
        plant: answers::changed_answer,
    },
    Fault {
        name: "false-refusal",
        words: "a seat is refused as taken while it was free",
        found_by: "every refusal was true when it was given",
        plant: answers::false_refusal,
    },
    Fault {
        name: "reordered",
        words: "a command comes later in the log than one that was asked for after its answer",
        found_by: "the log keeps the order in which commands were answered",
        plant: answers::reordered,
    },
    Fault {
        name: "taken-while-taken",
        words: "a hold is granted on a seat that another customer holds",
        found_by: "what was seen of each seat is linearizable",
        plant: answers::taken_while_taken,
    },
    Fault {
        name: "stale-view",
        words: "a seat map lacks a seat that is taken at the version it names",
        found_by: "every seat map equals the fold of the log",
        plant: reads::stale_view,
    },
    Fault {
        name: "older-than-asked",
        words: "a seat map is older than the position that was asked for",
        found_by: "every seat map equals the fold of the log",
        plant: reads::older_than_asked,
    },
    Fault {
        name: "other-booking",
        words: "a booking reads with another seat than it was sold with",
        found_by: "bookings read as the log has them",
        plant: reads::other_booking,
    },
    Fault {
        name: "cancelled-reads-good",
        words: "a ticket reads as good that was cancelled before",
        found_by: "bookings read as the log has them",
        plant: reads::cancelled_reads_good,
    },
    Fault {
        name: "anothers-booking",
        words: "a customer finds another's booking among theirs",
        found_by: "bookings read as the log has them",
        plant: reads::anothers_booking,
    },
    Fault {
        name: "wrong-count",
        words: "a show's counts are off by one",
        found_by: "counts add up to the capacity, and are those of the log",
        plant: reads::wrong_count,
    },
    Fault {
        name: "older-show",
        words: "a show reads as it was long before the position that was asked for",
        found_by: "counts add up to the capacity, and are those of the log",
        plant: reads::older_show,
    },
    Fault {
        name: "ticket-without-money",
        words: "a booking rests on a payment that has paid for another",
        found_by: "no money without tickets, and no tickets without money",
        plant: checkouts::ticket_without_money,
    },
    Fault {
        name: "money-without-tickets",
        words: "a ticket that was paid for is cancelled, and the money is kept",
        found_by: "no money without tickets, and no tickets without money",
        plant: checkouts::money_without_tickets,
    },
    Fault {
        name: "refunded-too-much",
        words: "more is refunded than was captured",
        found_by: "every payment was captured once at most, and never more was refunded",
        plant: checkouts::refunded_too_much,
    },
    Fault {
        name: "other-status",
        words: "a buyer is told of an end that the checkout did not have",
        found_by: "what was answered of a checkout is what the journal says",
        plant: checkouts::other_status,
    },
    Fault {
        name: "lost-checkout",
        words: "an acknowledged checkout is not in the journal",
        found_by: "what was answered of a checkout is what the journal says",
        plant: checkouts::lost_checkout,
    },
    Fault {
        name: "stale-end",
        words: "who asks after the run is told how a checkout stood at its beginning",
        found_by: "what was answered of a checkout is what the journal says",
        plant: checkouts::stale_end,
    },
    Fault {
        name: "another-checkout",
        words: "a repeated key leads to another checkout",
        found_by: "the same key led to the same checkout, and none was begun unasked",
        plant: checkouts::another_checkout,
    },
    Fault {
        name: "unasked",
        words: "the journal has a checkout that nobody asked for",
        found_by: "the same key led to the same checkout, and none was begun unasked",
        plant: checkouts::unasked,
    },
    Fault {
        name: "retaken-of-another",
        words: "a checkout takes a hold of another customer for its buyer's",
        found_by: "what a checkout took again is what its buyer had",
        plant: checkouts::retaken_of_another,
    },
    Fault {
        name: "stuck",
        words: "a refund is owed, and nobody makes it",
        found_by: "no checkout is stuck at the end",
        plant: checkouts::stuck,
    },
];

pub fn named(name: &str) -> Option<&'static Fault> {
    ALL.iter().find(|fault| fault.name == name)
}

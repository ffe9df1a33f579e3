//! A crowd in front of the box office: callers who hold, give back, and fight for one seat that all of them want.

use std::cell::Cell;

use futures_util::future::{join, join_all};
use understudy::actors::{Receipt, SendError};
use understudy::domain::{Command, Refusal, ShowId};

use crate::house::{Evening, SEATS, give_back, hold, new_hold};

/// The seat that everybody wants.
const WANTED: usize = SEATS - 1;

/// Runs the crowd while something else happens, and until that is over.
pub async fn meanwhile<T>(evening: &Evening, show: ShowId, callers: usize, something: impl Future<Output = T>) -> T {
    let over = Cell::new(false);
    let something = async {
        let outcome = something.await;
        over.set(true);
        outcome
    };
    let crowd = join_all((0..callers).map(|caller| stand_in_line(evening, show, caller, &over)));
    join(something, crowd).await.0
}

/// One caller with two seats of its own, who goes on until it is over. No answer may be anything but a receipt or a
/// refusal that is due.
async fn stand_in_line(evening: &Evening, show: ShowId, caller: usize, over: &Cell<bool>) {
    assert!(2 * caller + 1 < WANTED, "each caller has two seats of its own");
    while !over.get() {
        let mine = new_hold();
        let held = evening.command(hold(mine, &[2 * caller, 2 * caller + 1]));
        let receipt = accepted(evening, show, &held).await;
        let wanted = new_hold();
        match evening.ask(show, hold(wanted, &[WANTED])).await {
            Ok(_) => drop(accepted(evening, show, &evening.command(give_back(wanted))).await),
            Err(SendError::Refused(Refusal::SeatsUnavailable(_))) => {}
            Err(other) => panic!("a caller saw {other:?}"),
        }
        let again = accepted(evening, show, &held).await;
        assert_eq!((again.position(), again.version()), (receipt.position(), receipt.version()));
        accepted(evening, show, &evening.command(give_back(mine))).await;
    }
}

/// Nobody else wants this: it has to be accepted.
async fn accepted(evening: &Evening, show: ShowId, command: &Command) -> Receipt {
    evening.send(show, command).await.unwrap_or_else(|error| panic!("a caller saw {error:?}"))
}

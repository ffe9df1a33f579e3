//! When a read of a show is of: no earlier than was asked, at the version that the show had there, and at no position that
//! the journal does not have.

use crate::api::Stamp;
use crate::audit::case::Case;
use crate::audit::ledger::ShowLedger;

pub fn is_of_its_time(case: &Case, ledger: &ShowLedger, read: Stamp, min_position: u64) -> Result<(), String> {
    let Stamp { version, position } = read;
    if position < min_position {
        return Err(format!("position {min_position} was asked for, the read is of {position}"));
    }
    let last = case.evidence.commits.last().map_or(0, |commit| commit.position);
    if position > last {
        return Err(format!("the read is of position {position}, and the journal ends with {last}"));
    }
    let was = ledger.version_at(position);
    if version != was {
        return Err(format!("at position {position} the show was at version {was}, not {version}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::small;

    #[test]
    fn a_read_is_of_one_moment_that_is_not_before_what_was_asked_for() {
        let evidence = small::sold_out();
        let case = Case::of(&evidence);
        let judge = |version, position, min_position| {
            is_of_its_time(&case, &case.shows[0], Stamp { version, position }, min_position).is_ok()
        };
        assert!(judge(4, 3, 3) && judge(3, 2, 0));
        assert!(!judge(3, 2, 3), "older than was asked");
        assert!(!judge(3, 3, 3) && !judge(4, 2, 2), "another version than the show had there");
        assert!(!judge(4, 4, 3), "later than the journal");
    }
}

//! Times as organisers write them: on the clock of the hall, in its zone.
//!
//! A time that the clocks skip does not exist; one that they show twice means the first.

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};

use crate::domain::Timestamp;

#[derive(Debug, PartialEq, Eq)]
pub enum LocalTimeError {
    /// Not `2026-05-01T19:30` or the like.
    Unreadable,
    /// Skipped by the change to summer time.
    DoesNotExist,
}

/// The zone with this IANA name.
pub fn zone(name: &str) -> Option<TimeZone> {
    // `Etc/Unknown` is what jiff calls a zone that it does not know. Files beside the zones, as `localtime`, mean another
    // zone on another machine; they are told by their small letters.
    let is_zone = |name: &str| name.starts_with(|first: char| first.is_ascii_uppercase());
    TimeZone::get(name).ok().filter(|zone| zone.iana_name().is_some_and(is_zone) && !zone.is_unknown())
}

/// The instant that a local time without an offset means.
pub fn local(text: &str, zone: &TimeZone) -> Result<Timestamp, LocalTimeError> {
    let time = civil(text).ok_or(LocalTimeError::Unreadable)?;
    let ambiguous = zone.to_ambiguous_timestamp(time);
    if matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. }) {
        return Err(LocalTimeError::DoesNotExist);
    }
    ambiguous.earlier().map(Timestamp::from).map_err(|_| LocalTimeError::Unreadable)
}

/// An instant with its offset, or else a local time in the zone.
pub fn instant_or_local(text: &str, zone: &TimeZone) -> Result<Timestamp, LocalTimeError> {
    match text.parse::<jiff::Timestamp>() {
        Ok(instant) if YEARS.contains(&instant.to_zoned(TimeZone::UTC).year()) => Ok(instant.into()),
        Ok(_) => Err(LocalTimeError::Unreadable),
        Err(_) => local(text, zone),
    }
}

const YEARS: std::ops::RangeInclusive<i16> = 1970..=9998;

/// Date and time of day and nothing else: jiff would overlook an offset here, and the organiser's meaning with it.
fn civil(text: &str) -> Option<DateTime> {
    let (date, time) = text.split_once(['T', 't', ' '])?;
    let plain = |text: &str, more: &str| text.chars().all(|char| char.is_ascii_digit() || more.contains(char));
    let is_plain = date.len() == 10 && plain(date, "-") && (5..=18).contains(&time.len()) && plain(time, ":.");
    let time: DateTime = text.parse().ok().filter(|_| is_plain)?;
    YEARS.contains(&time.year()).then_some(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> TimeZone {
        zone("Europe/Berlin").expect("it is on board")
    }

    fn shown(text: &str) -> Result<String, LocalTimeError> {
        local(text, &berlin()).map(|instant| instant.to_string())
    }

    #[test]
    fn a_zone_means_the_same_on_every_machine() {
        assert!(zone("UTC").is_some() && zone("europe/berlin").is_some());
        for name in ["localtime", "posixrules", "Etc/Unknown", "Europe/Nowhere", ""] {
            assert!(zone(name).is_none(), "{name}");
        }
    }

    #[test]
    fn a_local_time_has_the_offset_of_its_own_day() {
        assert_eq!(shown("2026-01-15T19:30"), Ok("2026-01-15T18:30:00Z".into()));
        assert_eq!(shown("2026-07-15T19:30:00"), Ok("2026-07-15T17:30:00Z".into()));
    }

    #[test]
    fn a_time_that_the_change_to_summer_time_skips_does_not_exist() {
        assert_eq!(shown("2026-03-29T02:30"), Err(LocalTimeError::DoesNotExist));
        assert_eq!(shown("2026-03-29T01:59:59"), Ok("2026-03-29T00:59:59Z".into()));
        assert_eq!(shown("2026-03-29T03:00"), Ok("2026-03-29T01:00:00Z".into()));
    }

    #[test]
    fn a_time_that_the_clocks_show_twice_means_the_first() {
        assert_eq!(shown("2026-10-25T02:30"), Ok("2026-10-25T00:30:00Z".into()));
    }

    #[test]
    fn a_local_time_has_no_offset_and_no_zone() {
        for wrong in [
            "",
            "2026-05-01",
            "19:30",
            "2026-05-01T19:30Z",
            "2026-05-01T19:30+02:00",
            "2026-05-01T19:30[Europe/Berlin]",
            "2026-02-30T19:30",
            "2026-05-01T25:00",
            "1969-12-31T23:59",
            "9999-01-01T00:00",
            "+002026-05-01T19:30",
            "tomorrow",
        ] {
            assert_eq!(shown(wrong), Err(LocalTimeError::Unreadable), "{wrong}");
        }
    }

    #[test]
    fn sales_may_begin_at_an_instant_or_at_a_local_time() {
        let shown = |text| instant_or_local(text, &berlin()).map(|instant| instant.to_string());
        assert_eq!(shown("2026-05-01T10:00:00+02:00"), Ok("2026-05-01T08:00:00Z".into()));
        assert_eq!(shown("2026-05-01T10:00:00Z"), Ok("2026-05-01T10:00:00Z".into()));
        assert_eq!(shown("2026-05-01T10:00"), Ok("2026-05-01T08:00:00Z".into()));
        assert_eq!(shown("2026-03-29T02:30"), Err(LocalTimeError::DoesNotExist));
    }

    #[test]
    fn a_zone_is_one_of_the_iana_names() {
        for known in ["Europe/Berlin", "America/St_Johns", "UTC", "Asia/Kathmandu"] {
            assert!(zone(known).is_some(), "{known}");
        }
        for unknown in ["", "Berlin", "Europe/Atlantis", "+02:00", "../../etc/passwd", "Etc/Unknown"] {
            assert!(zone(unknown).is_none(), "{unknown}");
        }
    }
}

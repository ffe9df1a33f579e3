//! Which lines are written: a level, and levels by module.
//!
//! The library takes a bare word that is no level for a module, all of whose lines are to be written, and no others: a
//! mistyped level would silence everything, errors too. So a bare word must be a level here.

use tracing_subscriber::filter::Targets;

const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// From `LEVEL`, `MODULE=LEVEL`, or several of them, separated by commas.
pub fn parse(filter: &str) -> Result<Targets, String> {
    // The library would take a blank for a part of the module's name.
    let parts: Vec<&str> = filter.split(',').map(str::trim).collect();
    for &part in &parts {
        let (target, level) = part.split_once('=').map_or((None, part), |(target, level)| (Some(target), level));
        if !LEVELS.iter().any(|known| level.eq_ignore_ascii_case(known)) {
            return Err(format!("{level:?} is no level; there are {}", LEVELS.join(", ")));
        }
        if target.is_some_and(|target| target.is_empty() || target.contains(char::is_whitespace)) {
            return Err(format!("{part:?} names no module"));
        }
    }
    parts.join(",").parse().map_err(|error: tracing_subscriber::filter::ParseError| error.to_string())
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn a_level_and_levels_by_module_are_taken() {
        let filter = parse("warn, understudy::journal=debug,actix_http::h1=off").expect("a filter");
        assert!(filter.would_enable("understudy::http", &Level::WARN));
        assert!(!filter.would_enable("understudy::http", &Level::INFO));
        assert!(filter.would_enable("understudy::journal", &Level::DEBUG));
        assert!(!filter.would_enable("actix_http::h1", &Level::ERROR));
        assert!(parse("INFO").is_ok() && parse("off").is_ok() && parse("understudy=trace").is_ok());
    }

    #[test]
    fn what_would_silence_everything_by_mistake_is_refused() {
        for wrong in
            ["", " ", "warning", "inof", "info;debug", "info,", "info,understudy", "understudy=", "=info", "a b=info"]
        {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
    }
}

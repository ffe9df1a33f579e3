//! Calls that fail, before or after their effect, and options that cannot be.

use std::collections::BTreeMap;

use super::*;

#[test]
fn timeouts_are_before_or_after_the_effect_and_the_next_try_finds_what_is_true() {
    let run = |seed| {
        let options = SimulatedOptions {
            seed,
            unavailable_percent: 20,
            timeouts_before_effect_percent: 20,
            timeouts_after_effect_percent: 20,
            ..SimulatedOptions::default()
        };
        let (gateway, _errands) = gateway(options);
        let mut fates = BTreeMap::new();
        for key in 0..200 {
            let key = format!("{key}/authorise");
            let fate = match authorise(&gateway, &key) {
                Ok(_) => "effect",
                Err(GatewayError::Unavailable(_)) => "unavailable",
                Err(GatewayError::Unknown(_))
                    if gateway.ledger().effects.contains_key(&StepKey(key.as_str().into())) =>
                {
                    "time-out after effect"
                }
                Err(GatewayError::Unknown(_)) => "time-out before effect",
                Err(other) => panic!("{other}"),
            };
            *fates.entry(fate).or_insert(0_u32) += 1;
            let again = (0..100).find_map(|_| authorise(&gateway, &key).ok());
            assert!(again.is_some(), "{key} never comes through");
        }
        assert!(gateway.ledger().effects.values().all(|count| *count == 1));
        assert_eq!(gateway.ledger().payments.len(), 200);
        fates
    };
    let fates = run(5);
    assert_eq!(fates.len(), 4, "{fates:?}");
    assert_eq!(fates, run(5));
    assert_ne!(fates, run(6));
}

#[test]
fn shares_above_a_hundred_are_refused() {
    let options =
        SimulatedOptions { unavailable_percent: 60, timeouts_after_effect_percent: 60, ..SimulatedOptions::default() };
    let error = SimulatedGateway::open(options, Secret::new("whsec"), None).map(drop).expect_err("refused");
    assert!(error.to_string().contains("120 percent"), "{error}");
}

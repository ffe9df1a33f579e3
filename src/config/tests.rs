//! Settings as an operator meets them.

use super::*;

fn load(variables: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    Settings::from(None, variables.iter().copied())
}

fn message(variables: &[(&str, &str)]) -> String {
    load(variables).expect_err("wrong settings").to_string()
}

#[test]
fn the_defaults_alone_are_enough() {
    let settings = load(&[]).expect("good");
    assert_eq!(settings.http.port, 8080);
    assert!(settings.http.address.is_loopback());
    assert!(!settings.chaos.enabled);
}

#[test]
fn stripes_secrets_are_not_left_unused() {
    for name in ["SECRET_KEY", "WEBHOOK_SECRET"] {
        let variable = format!("UNDERSTUDY__PAYMENTS__STRIPE_{name}");
        let text = message(&[(&variable, "sk_live")]);
        assert!(text.contains("`payments.stripe_") && text.contains("tickets would be given for nothing"), "{text}");
        assert!(!text.contains("sk_live"), "{text}");
        load(&[(&variable, "sk_live"), ("UNDERSTUDY__PAYMENTS__GATEWAY", "none")]).expect("good");
        load(&[(&variable, "sk_live"), ("UNDERSTUDY__PAYMENTS__GATEWAY", "stripe")]).expect("good");
    }
}

#[test]
fn the_files_that_apply_are_named() {
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::write(dir.path().join("production.toml"), "[http]\nport = 81\n").expect("written");
    std::fs::write(dir.path().join("other.toml"), "[http]\nport = 82\n").expect("written");
    let settings = Settings::from(Some(dir.path()), [("UNDERSTUDY_ENVIRONMENT", "production")]).expect("good");
    assert_eq!(settings.http.port, 81);
    assert_eq!(settings.files[..2], ["the built-in default.toml", "the built-in production.toml"]);
    assert!(settings.files.len() == 3 && settings.files[2].ends_with("/production.toml"), "{:?}", settings.files);
}

#[test]
fn a_variable_overrides_everything_else() {
    let settings = load(&[
        ("UNDERSTUDY_ENVIRONMENT", "test"),
        ("UNDERSTUDY__HTTP__PORT", "9000"),
        ("UNDERSTUDY__AUTH__BOOTSTRAP_KEY", "00123"),
        ("UNDERSTUDY__CHAOS__ENABLED", "false"),
        ("PATH", "/bin"),
    ]);
    let settings = settings.expect("good");
    assert_eq!((settings.http.port, settings.http.workers), (9000, 2));
    assert_eq!(settings.auth.bootstrap_key.expose(), "00123");
    assert!(!settings.chaos.enabled);
}

#[test]
fn an_unknown_setting_is_refused_by_name_wherever_it_comes_from() {
    let text = message(&[("UNDERSTUDY__HTTP__PROT", "80")]);
    assert!(text.contains("`http.prot`") && text.contains("UNDERSTUDY__HTTP__PROT"), "{text}");
    assert!(text.contains("did you mean `http.port`?"), "{text}");
    for name in ["UNDERSTUDY__HTTP", "UNDERSTUDY__PORT", "UNDERSTUDY__HTTP__PORT__X", "UNDERSTUDY__"] {
        assert!(message(&[(name, "80")]).contains(name), "{name}");
    }

    let dir = tempfile::tempdir().expect("a folder");
    std::fs::write(dir.path().join("default.toml"), "[journal]\nsegments = 3\n").expect("written");
    let text = Settings::from(Some(dir.path()), [("", ""); 0]).expect_err("wrong").to_string();
    assert!(text.contains("`journal.segments`") && text.contains("default.toml"), "{text}");
    std::fs::write(dir.path().join("default.toml"), "port = 3\n").expect("written");
    let text = Settings::from(Some(dir.path()), [("", ""); 0]).expect_err("wrong").to_string();
    assert!(text.contains("`port`"), "{text}");
}

#[test]
fn a_wrong_type_is_refused_with_its_name_and_origin() {
    for (name, value, key) in [
        ("UNDERSTUDY__HTTP__PORT", "abc", "`http.port`"),
        ("UNDERSTUDY__HTTP__PORT", "65536", "`http.port`"),
        ("UNDERSTUDY__HTTP__PORT", "-1", "`http.port`"),
        ("UNDERSTUDY__HTTP__PORT", "80.5", "`http.port`"),
        ("UNDERSTUDY__HTTP__ADDRESS", "localhost", "`http.address`"),
        ("UNDERSTUDY__CHAOS__ENABLED", "yes", "`chaos.enabled`"),
        ("UNDERSTUDY__LOG__FORMAT", "xml", "`log.format`"),
    ] {
        let text = message(&[(name, value)]);
        assert!(text.contains(key) && text.contains(name), "{text}");
    }
    assert!(message(&[("UNDERSTUDY__SHOWS__PERMITS_TOTAL", "0")]).contains("`shows.permits_total`"));

    let dir = tempfile::tempdir().expect("a folder");
    std::fs::write(dir.path().join("default.toml"), "[http]\nport = \"80\"\n").expect("written");
    let text = Settings::from(Some(dir.path()), [("", ""); 0]).expect_err("wrong").to_string();
    assert!(text.contains("`http.port`") && text.contains("default.toml"), "{text}");
}

#[test]
fn files_of_the_folder_come_after_the_built_in_ones() {
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::write(dir.path().join("default.toml"), "[http]\nport = 1\nworkers = 1\n").expect("written");
    std::fs::write(dir.path().join("stage.toml"), "[http]\nport = 2\n").expect("written");
    let settings = Settings::from(Some(dir.path()), [("UNDERSTUDY_ENVIRONMENT", "stage")]).expect("good");
    assert_eq!((settings.http.port, settings.http.workers), (2, 1));
}

#[test]
fn an_environment_or_a_folder_that_does_not_exist_is_refused() {
    assert!(message(&[("UNDERSTUDY_ENVIRONMENT", "prod")]).contains("\"prod\""));
    let error = Settings::from(Some(Path::new("/nowhere/at/all")), [("", ""); 0]).expect_err("wrong");
    assert!(error.to_string().contains("/nowhere/at/all"));
}

#[test]
fn only_loopback_is_open_to_a_server_without_a_configured_key() {
    let listen = |variables: &[_]| load(variables).expect("good").listen_address();
    let production = ("UNDERSTUDY_ENVIRONMENT", "production");
    assert!(listen(&[production]).expect_err("no key").to_string().contains("auth.bootstrap_key"));
    assert!(listen(&[production, ("UNDERSTUDY__AUTH__BOOTSTRAP_KEY", "a-key")]).is_ok());
    assert!(listen(&[("UNDERSTUDY__HTTP__ADDRESS", "::1")]).is_ok());
    assert!(message(&[("UNDERSTUDY__AUTH__BOOTSTRAP_KEY", "two words")]).contains("auth.bootstrap_key"));
}

#[test]
fn a_key_is_never_shown() {
    let settings = load(&[("UNDERSTUDY__AUTH__BOOTSTRAP_KEY", "hush-hush")]).expect("good");
    assert!(!format!("{settings:?}").contains("hush"));
}

#[test]
fn every_built_in_environment_is_good() {
    for environment in ["development", "production", "test"] {
        let key = ("UNDERSTUDY__AUTH__BOOTSTRAP_KEY", "a-key");
        assert!(load(&[("UNDERSTUDY_ENVIRONMENT", environment), key]).is_ok(), "{environment}");
    }
}

#[test]
fn shares_of_more_than_all_there_is_are_refused_by_their_names() {
    let percent = |name: &str, value| message(&[(&format!("UNDERSTUDY__SIMULATED_PAYMENTS__{name}_PERCENT"), value)]);
    for name in ["DECLINES", "OPENINGS_REFUSED", "UNAVAILABLE", "REFUND_FAILURES", "WEBHOOKS_LOST"] {
        let key = format!("`simulated_payments.{}_percent`", name.to_lowercase());
        assert!(percent(name, "101").contains(&key), "{key}");
    }
    let three = ["UNAVAILABLE", "TIMEOUTS_BEFORE_EFFECT", "TIMEOUTS_AFTER_EFFECT"];
    let three = three.map(|name| format!("UNDERSTUDY__SIMULATED_PAYMENTS__{name}_PERCENT"));
    let [one, two, last] = [&three[0], &three[1], &three[2]].map(String::as_str);
    assert!(load(&[(one, "30"), (two, "30"), (last, "40")]).is_ok());
    let text = message(&[(one, "30"), (two, "30"), (last, "41")]);
    for name in ["unavailable", "timeouts_before_effect", "timeouts_after_effect"] {
        assert!(text.contains(&format!("`simulated_payments.{name}_percent`")), "{text}");
    }
}

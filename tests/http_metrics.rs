//! `/metrics` read as strictly as a scraper may, and the dashboard and the alerts held against it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::json;

use super::checkout_stage::WHEN_TOLD;
use super::http_app::TestApp;

/// Samples by the name of their family, with its type.
type Families = BTreeMap<String, (String, BTreeMap<String, f64>)>;

/// The text format, version 0.0.4; an error says what is wrong and where.
fn parse(text: &str) -> Result<Families, String> {
    let mut families = Families::new();
    let (mut current, mut helped) = (String::new(), String::new());
    if !text.ends_with('\n') {
        return Err("the last line has no end".into());
    }
    for line in text.lines() {
        let wrong = |what: &str| format!("{what}: {line:?}");
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').ok_or_else(|| wrong("a name and its meaning"))?;
            if help.is_empty() || families.contains_key(name) {
                return Err(wrong("each family has one meaning"));
            }
            helped = name.to_owned();
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').ok_or_else(|| wrong("a name and its type"))?;
            if name != helped || !["counter", "gauge", "histogram"].contains(&kind) {
                return Err(wrong("a type follows its meaning"));
            }
            if (kind == "counter") != name.ends_with("_total") || !is_name(name) {
                return Err(wrong("counters, and they alone, end in _total"));
            }
            families.insert(name.to_owned(), (kind.to_owned(), BTreeMap::new()));
            current = name.to_owned();
        } else {
            let (series, value) = line.rsplit_once(' ').ok_or_else(|| wrong("a series and its value"))?;
            let value: f64 = value.parse().map_err(|_| wrong("not a number"))?;
            let name = series.split('{').next().unwrap_or_default();
            let (kind, samples) = families.get_mut(&current).ok_or_else(|| wrong("a sample before any type"))?;
            let suffixes: &[&str] = if kind == "histogram" { &["_bucket", "_sum", "_count"] } else { &[""] };
            if !suffixes.iter().any(|suffix| name == format!("{current}{suffix}")) || !has_good_labels(series) {
                return Err(wrong("not a sample of its family"));
            }
            if samples.insert(series.to_owned(), value).is_some() {
                return Err(wrong("it is there twice"));
            }
        }
    }
    for (name, (kind, samples)) in &families {
        if samples.is_empty() {
            return Err(format!("{name} has no sample"));
        }
        if kind == "histogram" {
            check_histogram(name, samples)?;
        }
    }
    Ok(families)
}

fn is_name(name: &str) -> bool {
    let letters = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    name.starts_with(|letter: char| letter.is_ascii_lowercase()) && name.chars().all(letters)
}

/// `name{label="value",...}`, with nothing in the values here that would have to be escaped.
fn has_good_labels(series: &str) -> bool {
    let Some((_, labels)) = series.split_once('{') else { return true };
    let Some(labels) = labels.strip_suffix('}') else { return false };
    labels.split("\",").all(|label| {
        let Some((name, value)) = label.split_once("=\"") else { return false };
        is_name(name) && !value.trim_end_matches('"').contains(['"', '\\', '\n'])
    })
}

/// Buckets never fall, and the last is all there is.
fn check_histogram(name: &str, samples: &BTreeMap<String, f64>) -> Result<(), String> {
    let mut buckets: BTreeMap<String, Vec<(f64, f64)>> = BTreeMap::new();
    for (series, count) in samples.iter().filter(|(series, _)| series.starts_with(&format!("{name}_bucket"))) {
        let (labels, bound) = series.split_once("le=\"").ok_or_else(|| format!("{series} has no bound"))?;
        let bound = bound.trim_end_matches("\"}").replace("+Inf", "inf");
        let bound: f64 = bound.parse().map_err(|_| format!("{series}: no bound"))?;
        let labels = labels[name.len() + "_bucket".len()..].trim_end_matches([',', '{']);
        buckets.entry(labels.to_owned()).or_default().push((bound, *count));
    }
    for (labels, mut buckets) in buckets {
        buckets.sort_by(|one, other| one.0.total_cmp(&other.0));
        let close = if labels.is_empty() { "" } else { "}" };
        let all = samples.get(&format!("{name}_count{labels}{close}"));
        let rises = buckets.windows(2).all(|pair| pair[0].1 <= pair[1].1);
        if !rises || buckets.last().map(|(bound, count)| (bound.is_infinite(), Some(count))) != Some((true, all)) {
            return Err(format!("{name}{labels}: {buckets:?} of {all:?}"));
        }
        if !samples.contains_key(&format!("{name}_sum{labels}{close}")) {
            return Err(format!("{name}{labels} has no sum"));
        }
    }
    Ok(())
}

/// Names of ours in an expression, wherever it stands.
fn names_in(text: &str) -> BTreeSet<String> {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    let ours = |word: &&str| {
        let prefixes = ["understudy_", "http_request", "process_"];
        prefixes.iter().any(|prefix| word.starts_with(prefix))
    };
    words.filter(ours).map(str::to_owned).collect()
}

/// A server that has done a little of everything.
fn busy() -> TestApp {
    let app = TestApp::with(&[WHEN_TOLD]);
    let show = app.show();
    let hold = app.hold(&show, &json!({"seats": ["A-1"], "general_admission": [{"area": "Pit", "quantity": 2}]}));
    app.confirm(&show, &hold.expect(201)).expect(201);
    app.hold(&show, &json!({"seats": ["A-1"]})).problem(409, "seats_unavailable");
    app.checkout(&show, &["A-4"]);
    app.post(&format!("/v1/ops/shows/{show}/crash"), &json!({"mode": "panic"})).expect(200);
    let last = app.hold(&show, &json!({"seats": ["A-2"]})).expect(201);
    app.get_after(&last, &format!("/v1/shows/{show}"));
    app
}

#[test]
fn the_figures_can_be_read_and_are_true() {
    let app = busy();
    let families = parse(&app.keyed("GET", "/metrics").send().text()).expect("the text format");
    let sample = |family: &str, series: &str| {
        let samples = &families.get(family).unwrap_or_else(|| panic!("no {family}")).1;
        *samples.get(&format!("{family}{series}")).unwrap_or_else(|| panic!("no {series} in {samples:?}"))
    };
    let commands = |outcome: &str| {
        sample("understudy_commands_total", &format!("{{command=\"hold_seats\",outcome=\"{outcome}\"}}"))
    };
    assert_eq!((commands("accepted"), commands("refused"), commands("overloaded")), (3.0, 1.0, 0.0));
    assert_eq!(sample("understudy_checkouts_open", "{status=\"awaiting_payment\"}"), 1.0);
    assert_eq!(sample("understudy_checkouts_need_operator", ""), 0.0);
    assert_eq!(sample("understudy_actor_restarts_total", "{cause=\"panic\"}"), 1.0);
    assert_eq!(sample("understudy_events_total", "{event=\"confirmed\"}"), 1.0);
    assert_eq!(sample("understudy_places", ""), 22.0);
    assert_eq!(sample("understudy_places_taken", "{status=\"sold\"}"), 3.0);
    assert_eq!(sample("understudy_places_taken", "{status=\"held\"}"), 2.0);
    assert_eq!(sample("understudy_shows", ""), 1.0);
    assert_eq!(sample("understudy_journal_writable", ""), 1.0);
    assert!(sample("understudy_replayed_events_total", "") > 0.0);
    assert!(sample("understudy_journal_bytes_total", "") > 0.0);
    assert!(sample("process_resident_memory_bytes", "") > 1e6);
    let hold = "{method=\"POST\",route=\"/v1/shows/{show_id}/holds\",status=\"201\"}";
    assert_eq!(sample("http_requests_total", hold), 3.0);
    let slow = &families["http_request_duration_seconds"].1;
    let of_class =
        "http_request_duration_seconds_count{method=\"POST\",route=\"/v1/shows/{show_id}/holds\",status=\"4xx\"}";
    assert_eq!(slow[of_class], 1.0);
    for histogram in ["understudy_journal_fsync_seconds", "understudy_journal_group_commits"] {
        assert!(families[histogram].1[&format!("{histogram}_count")] > 0.0);
    }
}

#[test]
fn what_the_dashboard_and_the_alerts_ask_for_is_there() {
    let app = busy();
    let families = parse(&app.keyed("GET", "/metrics").send().text()).expect("the text format");
    let known: BTreeSet<String> = families
        .iter()
        .flat_map(|(name, (kind, _))| match kind.as_str() {
            "histogram" => ["_bucket", "_sum", "_count"].map(|suffix| format!("{name}{suffix}")).to_vec(),
            _ => vec![name.clone()],
        })
        .collect();
    let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    for file in ["grafana-dashboard.json", "prometheus-alerts.yml"] {
        let text = std::fs::read_to_string(config.join(file)).expect("it comes with the server");
        let asked = names_in(&text);
        assert!(asked.len() > 10, "{file} asks for {asked:?}");
        let unknown: Vec<_> = asked.difference(&known).collect();
        assert!(unknown.is_empty(), "{file} asks for {unknown:?}");
    }
    let dashboard = std::fs::read_to_string(config.join("grafana-dashboard.json")).expect("it comes with the server");
    let dashboard: serde_json::Value = serde_json::from_str(&dashboard).expect("JSON");
    assert!(dashboard["panels"].as_array().is_some_and(|panels| panels.len() >= 10));
}

#[test]
fn a_text_that_no_scraper_could_read_is_found() {
    let good = "# HELP a_total A.\n# TYPE a_total counter\na_total{of=\"x\"} 1\n";
    assert!(parse(good).is_ok());
    for (part, planted) in [
        ("counter", "gauge"),
        ("a_total{", "b_total{"),
        ("} 1\n", "} one\n"),
        ("} 1\n", "} 1"),
        ("=\"x\"", "=x"),
        ("a_total{of=\"x\"} 1\n", "a_total{of=\"x\"} 1\na_total{of=\"x\"} 2\n"),
        ("a_total{of=\"x\"} 1\n", ""),
    ] {
        assert!(parse(&good.replacen(part, planted, 1)).is_err(), "{planted}");
    }
    let histogram =
        "# HELP h H.\n# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 2\nh_sum 3\nh_count 2\n";
    assert!(parse(histogram).is_ok());
    for (part, planted) in [("\"1\"} 1", "\"1\"} 3"), ("h_count 2", "h_count 3"), ("h_sum 3\n", ""), ("+Inf", "2")] {
        assert!(parse(&histogram.replacen(part, planted, 1)).is_err(), "{planted}");
    }
}

//! The layers of ARCHITECTURE.md, held against the code: which module may use which, and who may know which crate.
//!
//! Which module may use which stands on that page only: its table is read here.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Crates that only some layers may know.
const CRATES: &[(&str, &[&str])] = &[
    ("actix::", &["actors"]),
    ("actix_rt::", &["actors", "app", "cli"]),
    ("actix_web::", &["http"]),
    ("sled::", &["store"]),
    ("rustix::", &["journal", "store", "config", "access", "http"]),
    ("jsonwebtoken::", &["access"]),
    ("anyhow::", &["app", "cli"]),
    ("tokio::", &["journal", "store", "payments", "actors", "http", "app", "cli"]),
    ("hmac::", &["payments"]),
    ("sha2::", &["payments"]),
    ("ureq::", &["payments", "access"]),
    ("clap::", &["cli"]),
    ("indicatif::", &["cli"]),
];

/// What would make the domain depend on more than its arguments.
const IMPURE: &[&str] = &[
    "SystemTime",
    "Instant::now",
    "Timestamp::now",
    "std::fs",
    "std::net",
    "std::thread",
    "rand::",
    "Uuid::now",
    "Uuid::new_v4",
];

fn sources(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).expect("the folder is there").map(|entry| entry.expect("it can be read").path()) {
        if entry.is_dir() {
            found.extend(sources(&entry));
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            found.push(entry);
        }
    }
    found.sort();
    found
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every source file with its layer and its code, comments left out. Files of tests may use what they like.
fn by_layer() -> BTreeMap<PathBuf, (String, String)> {
    let src = root().join("src");
    let mut files = BTreeMap::new();
    for path in sources(&src) {
        let relative = path.strip_prefix(&src).expect("it is below src").to_owned();
        let first = relative.iter().next().expect("a file has a name").to_string_lossy().into_owned();
        let is_test = relative.iter().any(|part| part.to_string_lossy().starts_with("tests"));
        if is_test {
            continue;
        }
        let text = fs::read_to_string(&path).expect("source is text");
        // Tests in a file of their own stand before the rest of the code, not in its place.
        let code = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let code: Vec<&str> = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        files.insert(relative, (first.trim_end_matches(".rs").to_owned(), code.join("\n")));
    }
    files
}

/// The modules of ours that a piece of code names. Those of a group are not told apart: a group is no module of any layer.
fn used(code: &str, known: &[&str]) -> Vec<String> {
    let mut names = Vec::new();
    for part in code.split("crate::").skip(1) {
        if part.starts_with('{') {
            names.push("crate::{".to_owned());
        }
        let name: String = part.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
        if known.contains(&name.as_str()) && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Each layer with the modules of ours that it may use, beside itself.
type Layers = BTreeMap<String, Vec<String>>;

fn architecture() -> String {
    fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md")
}

/// The rows of the map whose place is in `src/`.
fn layers(architecture: &str) -> Layers {
    let map = architecture.split_once("| may use |").expect("the map has a column of what may be used").1;
    let rows = map.lines().skip(2).take_while(|line| line.starts_with('|'));
    let layer = |row: &str| {
        let mut cells = row.trim_matches('|').split(" | ").map(str::trim);
        let place = cells.next().expect("a row has a place").trim_matches('`');
        let name = place.strip_prefix("src/")?.trim_end_matches('/').trim_end_matches(".rs");
        Some((name.to_owned(), names(cells.last().expect("a row says what may be used"))))
    };
    let layers: Layers = rows.filter_map(layer).collect();
    for (layer, uses) in &layers {
        let unknown = uses.iter().find(|name| !layers.contains_key(*name));
        assert!(unknown.is_none(), "ARCHITECTURE.md lets {layer} use {unknown:?}, which has no row of its own");
    }
    layers
}

fn names(cell: &str) -> Vec<String> {
    if cell.starts_with("nothing") { vec![] } else { cell.split(", ").map(str::to_owned).collect() }
}

fn forbidden_uses(layers: &Layers, layer: &str, code: &str) -> Vec<String> {
    let known: Vec<&str> = layers.keys().map(String::as_str).collect();
    let Some(allowed) = layers.get(layer) else { return Vec::new() };
    let modules = used(code, &known).into_iter().filter(|name| name != layer && !allowed.contains(name));
    let crates = CRATES.iter().filter(|(name, layers)| {
        let named = code.match_indices(name).any(|(at, _)| {
            // A leading `::` says all the more that a crate is meant.
            let before = code[..at].strip_suffix("::").unwrap_or(&code[..at]).chars().next_back();
            before.is_none_or(|letter| !letter.is_alphanumeric() && letter != '_' && letter != ':')
        });
        named && !layers.contains(&layer)
    });
    modules.chain(crates.map(|(name, _)| (*name).to_owned())).collect()
}

/// What the code does and this map does not allow.
fn disagreements(layers: &Layers) -> Vec<String> {
    let mut wrong = Vec::new();
    for (path, (layer, code)) in by_layer() {
        let uses = forbidden_uses(layers, &layer, &code);
        if !uses.is_empty() {
            wrong.push(format!("{} uses {}", path.display(), uses.join(", ")));
        }
    }
    wrong
}

#[test]
fn dependencies_point_one_way() {
    let wrong = disagreements(&layers(&architecture()));
    assert!(wrong.is_empty(), "against the layers of ARCHITECTURE.md:\n{}", wrong.join("\n"));
}

#[test]
fn the_check_of_the_layers_finds_a_planted_fault() {
    let layers = layers(&architecture());
    assert_eq!(forbidden_uses(&layers, "domain", "use crate::journal::Position;"), ["journal"]);
    assert_eq!(forbidden_uses(&layers, "domain", "use crate::{journal::Position, store};"), ["crate::{"]);
    assert_eq!(forbidden_uses(&layers, "store", "use actix_web::web;"), ["actix_web::"]);
    assert_eq!(forbidden_uses(&layers, "http", "fn open() -> ::sled::Db;"), ["sled::"]);
    assert_eq!(forbidden_uses(&layers, "http", "use crate::store::sled::Db;"), Vec::<String>::new());
    assert_eq!(forbidden_uses(&layers, "actors", "use crate::domain::Show; use actix::Actor;"), Vec::<String>::new());
}

#[test]
fn a_map_that_allows_less_than_the_code_does_is_noticed() {
    let text = architecture();
    let store = text.lines().find(|line| line.starts_with("| `src/store/` |")).expect("the store has a row");
    let planted = text.replace(store, "| `src/store/` | sled | domain |");
    let wrong = disagreements(&layers(&planted));
    assert!(wrong.iter().any(|line| line.starts_with("store/") && line.contains("journal")), "{wrong:?}");
}

fn impurity(code: &str) -> Option<&'static str> {
    IMPURE.iter().copied().find(|word| code.contains(word))
}

#[test]
fn the_domain_takes_time_ids_and_chance_as_arguments() {
    let files = by_layer();
    let domain: Vec<_> = files.iter().filter(|(_, (layer, _))| layer == "domain").collect();
    assert!(domain.len() > 50, "the domain is found");
    for (path, (_, code)) in domain {
        assert_eq!(impurity(code), None, "in {}", path.display());
    }
}

#[test]
fn a_domain_that_reads_the_clock_is_noticed() {
    assert_eq!(impurity("let now = jiff::Timestamp::now();"), Some("Timestamp::now"));
    assert_eq!(impurity("let until = now.plus_seconds(5);"), None);
}

#[test]
fn every_file_opens_with_what_it_is_for() {
    for path in sources(&root().join("src")).into_iter().chain(sources(&root().join("tests"))) {
        let text = fs::read_to_string(&path).expect("source is text");
        assert!(text.starts_with("//!"), "{} does not say what it is for", path.display());
    }
}

#[test]
fn every_layer_of_the_tree_is_in_the_table() {
    let layers = layers(&architecture());
    for (path, (layer, _)) in by_layer() {
        let known = layers.contains_key(&layer) || ["lib", "main"].contains(&layer.as_str());
        assert!(known, "{} belongs to no layer", path.display());
    }
}

#[test]
fn the_paths_that_the_architecture_names_exist() {
    let text = architecture();
    let names = text.split('`').skip(1).step_by(2).filter(|name| {
        let a_path =
            ["src/", "tests/", "load/", "benches/", "config/", "examples/"].iter().any(|dir| name.starts_with(dir));
        a_path && !name.contains(char::is_whitespace)
    });
    let names: Vec<&str> = names.collect();
    assert!(names.len() > 20, "ARCHITECTURE.md names the places of the story");
    for name in names {
        assert!(root().join(name).exists(), "ARCHITECTURE.md names {name}, which is not there");
    }
}

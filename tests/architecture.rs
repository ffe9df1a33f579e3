//! The layers of DESIGN, held against the code: which module may use which, and who may know which crate.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Each layer with the modules of ours that it may use, beside itself.
const LAYERS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("journal", &["domain"]),
    ("store", &["domain", "journal"]),
    ("projections", &["domain", "journal"]),
    ("payments", &["domain"]),
    ("access", &["domain"]),
    ("actors", &["domain", "journal", "store", "projections", "payments"]),
    ("http", &["domain", "journal", "projections", "actors", "store", "access", "telemetry"]),
    ("config", &[]),
    ("telemetry", &[]),
    ("app", &["domain", "journal", "store", "projections", "payments", "actors", "access", "http", "config"]),
    ("cli", &["domain", "journal", "store", "projections", "actors", "access", "app", "config", "telemetry"]),
];

/// Crates that only some layers may know.
const CRATES: &[(&str, &[&str])] = &[
    ("actix::", &["actors"]),
    ("actix_rt::", &["actors", "app", "cli"]),
    ("actix_web::", &["http"]),
    ("sled::", &["store"]),
    ("rustix::", &["journal", "config", "access", "http"]),
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

/// The modules of ours that a piece of code names.
fn used(code: &str, known: &[&str]) -> Vec<String> {
    let mut names = Vec::new();
    for part in code.split("crate::").skip(1) {
        let name: String = part.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
        if known.contains(&name.as_str()) && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn forbidden_uses(layer: &str, code: &str) -> Vec<String> {
    let known: Vec<&str> = LAYERS.iter().map(|(name, _)| *name).collect();
    let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == layer) else { return Vec::new() };
    let modules = used(code, &known).into_iter().filter(|name| name != layer && !allowed.contains(&name.as_str()));
    let crates = CRATES.iter().filter(|(name, layers)| {
        let named = code.match_indices(name).any(|(at, _)| {
            let before = code[..at].chars().next_back();
            before.is_none_or(|letter| !letter.is_alphanumeric() && letter != '_' && letter != ':')
        });
        named && !layers.contains(&layer)
    });
    modules.chain(crates.map(|(name, _)| (*name).to_owned())).collect()
}

#[test]
fn dependencies_point_one_way() {
    let mut wrong = Vec::new();
    for (path, (layer, code)) in by_layer() {
        let uses = forbidden_uses(&layer, &code);
        if !uses.is_empty() {
            wrong.push(format!("{} uses {}", path.display(), uses.join(", ")));
        }
    }
    assert!(wrong.is_empty(), "against the layers of ARCHITECTURE.md:\n{}", wrong.join("\n"));
}

#[test]
fn the_check_of_the_layers_finds_a_planted_fault() {
    assert_eq!(forbidden_uses("domain", "use crate::journal::Position;"), ["journal"]);
    assert_eq!(forbidden_uses("store", "use actix_web::web;"), ["actix_web::"]);
    assert_eq!(forbidden_uses("actors", "use crate::domain::Show; use actix::Actor;"), Vec::<String>::new());
}

#[test]
fn the_domain_takes_time_ids_and_chance_as_arguments() {
    for (path, (layer, code)) in by_layer() {
        let impure = IMPURE.iter().find(|word| layer == "domain" && code.contains(*word));
        assert!(impure.is_none(), "{} uses {impure:?}", path.display());
    }
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
    for (path, (layer, _)) in by_layer() {
        let known = LAYERS.iter().any(|(name, _)| *name == layer) || ["lib", "main"].contains(&layer.as_str());
        assert!(known, "{} belongs to no layer", path.display());
    }
}

#[test]
fn the_paths_that_the_architecture_names_exist() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
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

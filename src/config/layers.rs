//! Settings laid over each other: each layer may change what the first one has, and add nothing.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::Path;

use serde::de::DeserializeOwned;
use toml::{Table, Value};

use super::error::SettingsError;

const EMBEDDED: [(&str, &str); 3] = [
    ("development", include_str!("../../config/development.toml")),
    ("production", include_str!("../../config/production.toml")),
    ("test", include_str!("../../config/test.toml")),
];
const PREFIX: &str = "UNDERSTUDY__";
const ENVIRONMENT: &str = "UNDERSTUDY_ENVIRONMENT";

/// Some settings and where they come from.
pub struct Layer {
    values: Table,
    pub origin: String,
}

pub struct Layers {
    values: Table,
    /// By setting, for those that a layer has changed.
    origins: HashMap<String, String>,
}

/// What begins as our variables do.
const OURS: &str = "UNDERSTUDY_";
/// Of the examples, the tests, the benchmarks and the load: none is a setting, and none is a mistake.
const OF_OTHERS: [&str; 14] = [
    "UNDERSTUDY_CHAOS_SECONDS",
    "UNDERSTUDY_FUZZ_REQUESTS",
    "UNDERSTUDY_FUZZ_SEED",
    "UNDERSTUDY_KEY",
    "UNDERSTUDY_LOCALSTRIPE",
    "UNDERSTUDY_PROGRAM",
    "UNDERSTUDY_PROVIDED",
    "UNDERSTUDY_RACE_TRACK",
    "UNDERSTUDY_SEED",
    "UNDERSTUDY_SEEDS",
    "UNDERSTUDY_TINY_DISK",
    "UNDERSTUDY_URL",
    "UNDERSTUDY_WRITE_GOLDEN",
    "UNDERSTUDY_WRITE_TABLE",
];

/// What the environment says.
pub struct Variables {
    pub environment: Option<String>,
    /// That look as if they were meant for us, and are not known. Warned of and not refused: where containers run, a
    /// service called `understudy` gives each of them variables that begin so.
    pub unknown: Vec<String>,
    pub settings: Vec<(String, String)>,
}

/// Picks what is ours out of all variables.
pub fn variables<K: Into<OsString>, V: Into<OsString>>(
    all: impl IntoIterator<Item = (K, V)>,
) -> Result<Variables, SettingsError> {
    let mut ours = Variables { environment: None, unknown: Vec::new(), settings: Vec::new() };
    for (name, value) in all {
        let Ok(name) = name.into().into_string() else { continue };
        if name != ENVIRONMENT && !name.starts_with(PREFIX) {
            if name.starts_with(OURS) && !OF_OTHERS.contains(&name.as_str()) {
                ours.unknown.push(name);
            }
            continue;
        }
        let value = value.into().into_string().map_err(|_| SettingsError::NotText(name.clone()))?;
        match name.as_str() {
            ENVIRONMENT => ours.environment = Some(value).filter(|value| !value.is_empty()),
            _ => ours.settings.push((name, value)),
        }
    }
    // The order of variables is not fixed; that of error messages should be.
    ours.settings.sort();
    ours.unknown.sort();
    Ok(ours)
}

/// The files that apply, in their order: the embedded one of the environment, then those of the folder.
pub fn files(dir: Option<&Path>, environment: Option<&str>) -> Result<Vec<Layer>, SettingsError> {
    let mut layers = Vec::new();
    let embedded = EMBEDDED.iter().find(|(name, _)| Some(*name) == environment);
    if let Some((name, text)) = embedded {
        layers.push(Layer::file(text, format!("the built-in {name}.toml"), Path::new(name))?);
    }
    let mut found = embedded.is_some() || environment.is_none();
    if let Some(dir) = dir {
        if !dir.is_dir() {
            return Err(SettingsError::File { path: dir.to_owned(), what: "it is not a folder".into() });
        }
        for name in ["default"].into_iter().chain(environment) {
            let path = dir.join(format!("{name}.toml"));
            let text = match std::fs::read_to_string(&path) {
                Ok(text) => text,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                Err(error) => return Err(SettingsError::File { path, what: error.to_string() }),
            };
            found |= Some(name) == environment;
            layers.push(Layer::file(&text, path.display().to_string(), &path)?);
        }
    }
    match environment {
        Some(environment) if !found => Err(SettingsError::UnknownEnvironment(environment.to_owned())),
        Some(_) | None => Ok(layers),
    }
}

impl Layer {
    fn file(text: &str, origin: String, path: &Path) -> Result<Self, SettingsError> {
        let values = text.parse::<Table>();
        let values = values.map_err(|error| SettingsError::File { path: path.to_owned(), what: error.to_string() })?;
        Ok(Self { values, origin })
    }

    /// A variable is text; what it stands for is known from the default.
    pub fn variable(name: &str, text: &str, layers: &Layers) -> Result<Self, SettingsError> {
        let key = name.trim_start_matches(PREFIX).to_lowercase().replace("__", ".");
        let origin = format!("environment variable {name}");
        let wrong = |what: &str| SettingsError::Wrong {
            key: key.clone(),
            what: format!("{text:?} is not {what}"),
            origin: origin.clone(),
        };
        let value = match layers.default_of(&key) {
            Some(Value::Integer(_)) => Value::Integer(text.trim().parse().map_err(|_| wrong("a whole number"))?),
            Some(Value::Boolean(_)) => Value::Boolean(text.trim().parse().map_err(|_| wrong("true or false"))?),
            Some(Value::String(_)) => Value::String(text.to_owned()),
            Some(_) | None => return Err(layers.unknown(&key, &origin)),
        };
        let (section, name) = key.split_once('.').expect("only sections are at the top");
        let section = (section.to_owned(), Value::Table(Table::from_iter([(name.to_owned(), value)])));
        Ok(Self { values: Table::from_iter([section]), origin })
    }
}

impl Layers {
    pub fn over(defaults: &str) -> Self {
        let values = defaults.parse().expect("the built-in defaults are TOML, as a test shows");
        Self { values, origins: HashMap::new() }
    }

    pub fn lay(&mut self, layer: Layer) -> Result<(), SettingsError> {
        for (section, values) in layer.values {
            let Value::Table(values) = values else { return Err(self.unknown(&section, &layer.origin)) };
            for (name, value) in values {
                let key = format!("{section}.{name}");
                if self.default_of(&key).is_none() {
                    return Err(self.unknown(&key, &layer.origin));
                }
                let section = self.values[&section].as_table_mut().expect("its default was just found");
                section.insert(name, value);
                self.origins.insert(key, layer.origin.clone());
            }
        }
        Ok(())
    }

    pub fn read<T: DeserializeOwned>(self) -> Result<T, SettingsError> {
        let Self { values, origins } = self;
        serde_path_to_error::deserialize(Value::Table(values)).map_err(|error| {
            let key = error.path().to_string();
            let origin = origins.get(&key).cloned().unwrap_or_else(|| "the built-in default.toml".into());
            SettingsError::Wrong { key, what: error.into_inner().to_string().trim().to_owned(), origin }
        })
    }

    fn default_of(&self, key: &str) -> Option<&Value> {
        let (section, name) = key.split_once('.')?;
        self.values.get(section)?.get(name)
    }

    fn unknown(&self, key: &str, origin: &str) -> SettingsError {
        let name = key.rsplit('.').next().unwrap_or(key);
        let known = self.values.iter().flat_map(|(section, values)| {
            values.as_table().into_iter().flatten().map(move |(name, _)| (format!("{section}.{name}"), name))
        });
        let similar = known.min_by_key(|(known, of)| (distance(of, name), distance(known, key)));
        let similar = similar.filter(|(known, of)| distance(of, name) <= 2 || distance(known, key) <= 3);
        let similar = similar.map(|(known, _)| known);
        SettingsError::Unknown { key: key.to_owned(), origin: origin.to_owned(), similar }
    }
}

/// How many letters have to be changed, added or left out to make one word of the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, letter) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for column in 0..other.len() {
            let changed = diagonal + usize::from(letter != other[column]);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

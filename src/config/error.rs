//! What can be wrong with settings. Every message names the setting and where it came from.

use std::path::PathBuf;

use thiserror::Error;

#[derive(Debug, Error)]
pub enum SettingsError {
    #[error("there is no setting `{key}` ({origin}){}", .similar.as_ref().map(|key| format!("; did you mean `{key}`?")).unwrap_or_default())]
    Unknown { key: String, origin: String, similar: Option<String> },
    #[error("the setting `{key}` is wrong: {what} ({origin})")]
    Wrong { key: String, what: String, origin: String },
    #[error("{path} cannot be read: {what}", path = .path.display())]
    File { path: PathBuf, what: String },
    #[error(
        "there is no environment called {0:?}: neither is it one of development, production and test, nor is there a file {0}.toml in the folder of --config"
    )]
    UnknownEnvironment(String),
    #[error("the environment variable {0} is not readable text")]
    NotText(String),
    #[error(
        "the server may listen on {0} only with `auth.bootstrap_key` set (UNDERSTUDY__AUTH__BOOTSTRAP_KEY): a key that it makes for itself is good for this machine only. Set one, or listen on 127.0.0.1"
    )]
    AddressNeedsKey(std::net::IpAddr),
}

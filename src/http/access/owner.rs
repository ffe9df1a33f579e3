//! Whose a new venue or show is.

use super::Caller;
use crate::domain::Organiser;
use crate::http::problem::{Problem, kinds};

/// The organiser of the key; where the key is for the whole house, the one that the body names.
pub fn owner(caller: &Caller, named: Option<Organiser>) -> Result<Option<Organiser>, Problem> {
    match (caller.organiser(), named) {
        (Some(own), Some(named)) if *own != named => {
            let detail = format!("organiser: this key is for {own}, not for {named}");
            Err(Problem::new(kinds::FORBIDDEN, detail).about("organiser"))
        }
        (Some(own), _) => Ok(Some(own.clone())),
        (None, named) => Ok(named),
    }
}

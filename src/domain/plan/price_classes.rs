//! The categories of a plan: checked once, then found by name.
//!
//! It says nothing about prices; a show sets those.
use ahash::AHashMap;

use super::limits::{CATEGORIES_MAX, LABEL_CHARACTERS_MAX};
use super::offence::{Offence, Offenders};
use super::pretix::CategoryInFile;
use super::reading::filled;
use super::{Category, CategoryIndex};
use crate::domain::object::Object;

pub(super) struct PriceClasses {
    pub categories: Vec<Category>,
    by_name: AHashMap<String, CategoryIndex>,
}

impl PriceClasses {
    pub fn check(listed: &[Object<CategoryInFile<'_>>], offenders: &mut Offenders) -> PriceClasses {
        let mut found = PriceClasses { categories: Vec::new(), by_name: AHashMap::new() };
        if listed.len() > CATEGORIES_MAX {
            let message = format!("{} categories, and at most {CATEGORIES_MAX} are possible", listed.len());
            offenders.add_at_large(Offence::TooManyCategories, None, message);
        }
        for (place, Object(category)) in listed.iter().enumerate().take(CATEGORIES_MAX) {
            match filled(&category.name) {
                None => found.refuse(offenders, place, None, "has no name"),
                Some(name) if name.chars().count() > LABEL_CHARACTERS_MAX => {
                    found.refuse(offenders, place, Some(name), "has a name of more than 200 characters");
                }
                Some(name) if found.by_name.contains_key(name) => {
                    found.refuse(offenders, place, Some(name), "has the name of another category");
                }
                Some(name) => found.add(name, filled(&category.color)),
            }
        }
        found
    }

    pub fn find(&self, name: &str) -> Option<CategoryIndex> {
        self.by_name.get(name).copied()
    }

    fn add(&mut self, name: &str, color: Option<&str>) {
        let index = u16::try_from(self.categories.len()).expect("CATEGORIES_MAX fits into 16 bits");
        self.by_name.insert(name.to_owned(), CategoryIndex(index));
        self.categories.push(Category { name: name.to_owned(), color: color.map(str::to_owned) });
    }

    fn refuse(&self, offenders: &mut Offenders, place: usize, name: Option<&str>, problem: &str) {
        let shown = name.map(|name| format!(" \"{name}\"")).unwrap_or_default();
        offenders.add_at_large(Offence::BadCategory, name, format!("categories[{place}]{shown} {problem}"));
    }
}

//! The part of a list that is asked for: `limit` and `cursor`. A cursor is opaque to clients; it names the last one seen.

use uuid::Uuid;

use super::ids;
use super::query::{self, Pair};
use crate::http::problem::Problem;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    pub limit: usize,
    /// Everything after the one that this names.
    pub after: Option<Uuid>,
}

const LIMIT_DEFAULT: usize = 50;
const LIMIT_MAX: usize = 200;

impl Page {
    pub fn parse(text: &str) -> Result<Self, Problem> {
        Self::and(text, &[]).map(|(page, _)| page)
    }

    /// The page, and what else is asked for by these names.
    pub fn and<'q>(text: &'q str, others: &[&str]) -> Result<(Self, Vec<Pair<'q>>), Problem> {
        let mut page = Self { limit: LIMIT_DEFAULT, after: None };
        let mut rest = Vec::new();
        for (name, value) in query::pairs(text, &[&["limit", "cursor"], others].concat())? {
            if name == "limit" {
                page.limit = limit(&value).ok_or_else(|| query::wrong("limit", "`limit` must be from 1 to 200"))?;
            } else if name == "cursor" {
                let wrong = || query::wrong("cursor", "`cursor` must be the `next_cursor` of an earlier answer");
                page.after = Some(ids::parse(&value).ok_or_else(wrong)?);
            } else {
                rest.push((name, value));
            }
        }
        Ok((page, rest))
    }

    /// Leaves as many as were asked for. The cursor to ask on with, where more was found: who reads a list looks for one
    /// more than the page has room for.
    pub fn cut<T>(&self, found: &mut Vec<T>, id: impl Fn(&T) -> Uuid) -> Option<Uuid> {
        let is_more = found.len() > self.limit;
        found.truncate(self.limit);
        found.last().filter(|_| is_more).map(id)
    }
}

fn limit(text: &str) -> Option<usize> {
    let digits = (1..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|limit| digits && (1..=LIMIT_MAX).contains(limit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_a_limit_and_perhaps_a_cursor() {
        let id = Uuid::from_u128(7);
        assert_eq!(Page::parse("").expect("good"), Page { limit: 50, after: None });
        assert_eq!(Page::parse(&format!("cursor={id}&limit=200")).expect("good"), Page { limit: 200, after: Some(id) });
    }

    #[test]
    fn limits_that_make_no_sense_are_refused() {
        for wrong in ["limit=0", "limit=201", "limit=-1", "limit=+5", "limit=1e2", "limit=", "cursor=abc", "offset=3"] {
            assert!(Page::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_page_has_a_next_one_only_where_more_was_found() {
        let page = Page { limit: 2, after: None };
        let mut ids: Vec<Uuid> = (1..=3).map(Uuid::from_u128).collect();
        let second = ids[1];
        assert_eq!(page.cut(&mut ids, |id| *id), Some(second));
        assert_eq!(ids.len(), 2);
        assert_eq!(page.cut(&mut ids, |id| *id), None, "a full last page");
        assert_eq!(page.cut(&mut Vec::<Uuid>::new(), |id| *id), None);
    }
}

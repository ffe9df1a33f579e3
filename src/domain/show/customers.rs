//! How many tickets each known customer holds and owns: what the limit per customer is held against.

use ahash::AHashMap;

use crate::domain::event::ShowTerms;
use crate::domain::ids::CustomerId;

/// `None`: the show has no limit, and nobody is counted.
#[derive(Clone, Debug, Default)]
pub struct Customers(Option<AHashMap<CustomerId, u32>>);

impl Customers {
    pub fn of(terms: &ShowTerms) -> Self {
        Self(terms.max_per_customer.map(|_| AHashMap::default()))
    }

    pub fn tickets(&self, customer: &CustomerId) -> u32 {
        self.0.as_ref().and_then(|counts| counts.get(customer)).copied().unwrap_or(0)
    }

    /// Anonymous customers are not counted.
    pub fn add(&mut self, customer: Option<&CustomerId>, tickets: u32) {
        if let (Some(counts), Some(customer)) = (&mut self.0, customer) {
            match counts.get_mut(customer) {
                Some(count) => *count += tickets,
                None => drop(counts.insert(customer.clone(), tickets)),
            }
        }
    }

    pub fn remove(&mut self, customer: Option<&CustomerId>, tickets: u32) {
        if let (Some(counts), Some(customer)) = (&mut self.0, customer) {
            let count = counts.get_mut(customer).expect("what is taken away was added");
            *count = count.checked_sub(tickets).expect("what is taken away was added");
            if *count == 0 {
                counts.remove(customer);
            }
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (&CustomerId, u32)> {
        self.0.iter().flatten().map(|(customer, tickets)| (customer, *tickets))
    }
}

//! How many tickets each known customer holds and owns: what the limit per customer is held against.

use ahash::AHashMap;

use crate::domain::ids::CustomerId;

#[derive(Clone, Debug, Default)]
pub struct Customers(AHashMap<CustomerId, u32>);

impl Customers {
    pub fn tickets(&self, customer: &CustomerId) -> u32 {
        self.0.get(customer).copied().unwrap_or(0)
    }

    /// Anonymous customers are not counted.
    pub fn add(&mut self, customer: Option<&CustomerId>, tickets: u32) {
        if let Some(customer) = customer {
            match self.0.get_mut(customer) {
                Some(count) => *count += tickets,
                None => drop(self.0.insert(customer.clone(), tickets)),
            }
        }
    }

    pub fn remove(&mut self, customer: Option<&CustomerId>, tickets: u32) {
        if let Some(customer) = customer {
            let count = self.0.get_mut(customer).expect("what is taken away was added");
            *count = count.checked_sub(tickets).expect("what is taken away was added");
            if *count == 0 {
                self.0.remove(customer);
            }
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (&CustomerId, u32)> {
        self.0.iter().map(|(customer, tickets)| (customer, *tickets))
    }
}

//! Many short texts in one allocation, found by number or by what they say.
//!
//! 200,000 separate strings would cost 24 bytes each and an allocation before they say anything; every awake venue
//! keeps its labels in memory, so they share one.
use ahash::RandomState;

/// Texts by number.
#[derive(Debug)]
pub(super) struct Texts {
    text: String,
    ends: Vec<u32>,
}

impl Texts {
    pub fn of<'t>(texts: impl Iterator<Item = &'t str>) -> Texts {
        let mut all = Texts { text: String::new(), ends: Vec::new() };
        for text in texts {
            all.text.push_str(text);
            all.ends.push(u32::try_from(all.text.len()).expect("limits keep the labels of a plan under 200 MB"));
        }
        all.text.shrink_to_fit();
        all.ends.shrink_to_fit();
        all
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn get(&self, number: usize) -> &str {
        let start = if number == 0 { 0 } else { self.ends[number - 1] as usize };
        &self.text[start..self.ends[number] as usize]
    }

    pub fn bytes(&self) -> usize {
        self.text.capacity() + self.ends.capacity() * size_of::<u32>()
    }
}

/// Distinct texts that can be found: an open-addressing table of numbers over [`Texts`].
#[derive(Debug)]
pub(super) struct Labels {
    texts: Texts,
    /// A number + 1, or 0 for an empty slot. At most half of the slots are used.
    table: Vec<u32>,
    hasher: RandomState,
}

impl Labels {
    /// # Panics
    /// Where two labels are the same: the import refuses such a plan.
    pub fn of<'t>(labels: impl Iterator<Item = &'t str>) -> Labels {
        let texts = Texts::of(labels);
        let slots = (texts.len() * 2).next_power_of_two().max(2);
        // Fixed keys: the labels come from an operator, not from customers, and a plan stays the same every time.
        let hasher = RandomState::with_seeds(1, 2, 3, 4);
        let mut labels = Labels { texts, table: vec![0; slots], hasher };
        for number in 0..labels.texts.len() {
            let label = labels.texts.get(number);
            let slot = labels.probe(label).unwrap_or_else(|_| panic!("label {label} occurs twice in a checked plan"));
            labels.table[slot] = u32::try_from(number + 1).expect("a plan has at most 200,000 seats");
        }
        labels
    }

    pub fn get(&self, number: usize) -> &str {
        self.texts.get(number)
    }

    pub fn find(&self, label: &str) -> Option<u32> {
        self.probe(label).err()
    }

    /// The number of a label, as the error; or the empty slot where it belongs.
    fn probe(&self, label: &str) -> Result<usize, u32> {
        let mask = self.table.len() - 1;
        let mut slot = self.hasher.hash_one(label) as usize & mask;
        loop {
            match self.table[slot] {
                0 => return Ok(slot),
                used if self.texts.get(used as usize - 1) == label => return Err(used - 1),
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    pub fn bytes(&self) -> usize {
        self.texts.bytes() + self.table.capacity() * size_of::<u32>()
    }
}

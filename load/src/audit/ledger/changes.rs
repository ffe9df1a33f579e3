//! A value over the versions of a show.

/// The value after each version that changed it. Before the first: `initial`.
#[derive(Clone, Debug)]
pub struct Changes<T> {
    initial: T,
    changes: Vec<(u64, T)>,
}

impl<T: Clone> Changes<T> {
    pub fn new(initial: T) -> Self {
        Self { initial, changes: Vec::new() }
    }

    pub fn now(&self) -> &T {
        self.changes.last().map_or(&self.initial, |(_, value)| value)
    }

    /// Versions come in order; a second change at one version takes the first one's place.
    pub fn set(&mut self, version: u64, value: T) {
        match self.changes.last_mut() {
            Some((last, old)) if *last == version => *old = value,
            _ => self.changes.push((version, value)),
        }
    }

    pub fn at(&self, version: u64) -> &T {
        match self.changes.partition_point(|(changed, _)| *changed <= version) {
            0 => &self.initial,
            after => &self.changes[after - 1].1,
        }
    }

    /// Every value it had at some version of `low..=high`.
    pub fn within(&self, low: u64, high: u64) -> impl Iterator<Item = &T> {
        let first = self.changes.partition_point(|(changed, _)| *changed <= low);
        let later = self.changes[first..].iter().take_while(move |(changed, _)| *changed <= high);
        std::iter::once(self.at(low)).chain(later.map(|(_, value)| value))
    }

    /// All changes, with their versions.
    pub fn all(&self) -> &[(u64, T)] {
        &self.changes
    }
}

#[cfg(test)]
mod tests {
    use super::Changes;

    #[test]
    fn a_value_is_known_at_every_version_and_within_every_window() {
        let mut changes = Changes::new('a');
        changes.set(3, 'b');
        changes.set(7, 'c');
        changes.set(7, 'd');
        assert_eq!([2, 3, 6, 7, 99].map(|version| *changes.at(version)), ['a', 'b', 'b', 'd', 'd']);
        let within = |low, high| changes.within(low, high).copied().collect::<String>();
        assert_eq!([within(0, 2), within(0, 3), within(3, 6), within(4, 8)], ["a", "ab", "b", "bd"]);
    }
}

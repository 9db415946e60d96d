//! A map of limited size whose values expire.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

/// Values by key. Each is valid for some time, and their number is limited.
#[derive(Debug)]
pub struct ExpiringMap<T> {
    limit: usize,
    age: Duration,
    values: BTreeMap<String, (Timestamp, T)>,
}

impl<T> ExpiringMap<T> {
    /// Creates an empty map for at most `limit` values, each valid until it is older than `age`.
    pub fn new(limit: usize, age: Duration) -> Self {
        Self { limit, age, values: BTreeMap::new() }
    }

    /// Returns the value of a key, unless it has expired.
    pub fn get(&self, key: &str, now: Timestamp) -> Option<&T> {
        let (at, value) = self.values.get(key)?;
        (now.duration_since(*at).unsigned_abs() <= self.age).then_some(value)
    }

    /// Returns the value of a key, expired or not, to change it in place.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut T> {
        self.values.get_mut(key).map(|(_, value)| value)
    }

    /// Returns true if the key has a value that has not expired.
    pub fn contains(&self, key: &str, now: Timestamp) -> bool {
        self.get(key, now).is_some()
    }

    /// Inserts a value. If the map is full, the oldest value is removed.
    pub fn insert(&mut self, key: impl Into<String>, value: T, now: Timestamp) {
        self.values.insert(key.into(), (now, value));
        if self.values.len() > self.limit {
            let oldest = self.values.iter().min_by_key(|(_, (at, _))| *at);
            if let Some(key) = oldest.map(|(key, _)| key.clone()) {
                self.values.remove(&key);
            }
        }
    }

    /// Removes the value of a key.
    pub fn remove(&mut self, key: &str) -> Option<T> {
        self.values.remove(key).map(|(_, value)| value)
    }

    /// Removes and returns the values for which `pick` returns true and which have not expired.
    pub fn extract(&mut self, pick: impl Fn(&T) -> bool, now: Timestamp) -> Vec<T> {
        let age = self.age;
        self.values.retain(|_, (at, _)| now.duration_since(*at).unsigned_abs() <= age);
        let picked = self.values.extract_if(.., |_, (_, value)| pick(value));
        picked.map(|(_, (_, value))| value).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn value_expires_after_its_age() {
        let mut map = ExpiringMap::new(10, Duration::from_secs(300));
        map.insert("web", 1, at(0));

        assert_eq!(map.get("web", at(300)), Some(&1));
        assert_eq!(map.get("web", at(301)), None);
    }

    #[test]
    fn extracted_values_are_valid_and_removed() {
        let mut map = ExpiringMap::new(10, Duration::from_secs(60));
        map.insert("a", 1, at(0));
        map.insert("b", 2, at(50));
        map.insert("c", 3, at(50));

        assert_eq!(map.extract(|value| *value < 3, at(61)), [2]);
        assert!(map.extract(|value| *value < 3, at(61)).is_empty());
        assert_eq!(map.get("c", at(61)), Some(&3));
    }

    #[test]
    fn oldest_value_is_removed_from_a_full_map() {
        let mut map = ExpiringMap::new(2, Duration::from_secs(300));
        map.insert("b", 1, at(0));
        map.insert("a", 2, at(1));

        map.insert("c", 3, at(2));

        assert_eq!(map.get("b", at(2)), None);
        assert!(map.contains("a", at(2)) && map.contains("c", at(2)));
    }
}

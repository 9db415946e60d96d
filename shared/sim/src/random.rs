//! Randomness in separate streams. A draw from one stream does not change the draws of the others.

use std::collections::HashMap;
use std::ops::Range;
use std::time::Duration;

/// Named streams of random numbers that all follow from one seed.
#[derive(Debug)]
pub struct Random {
    seed: u64,
    streams: HashMap<String, fastrand::Rng>,
}

impl Random {
    /// Returns the streams of a seed.
    pub fn new(seed: u64) -> Self {
        Self { seed, streams: HashMap::new() }
    }

    /// Returns the stream of a name. Its draws depend on the seed, the name, and the number of earlier draws.
    pub fn stream(&mut self, name: &str) -> &mut fastrand::Rng {
        let seed = self.seed;
        self.streams
            .entry(name.to_owned())
            .or_insert_with(|| fastrand::Rng::with_seed(fnv1a(seed, name)))
    }

    /// Returns a length of time out of `range`, drawn evenly to the microsecond. An empty range gives its start.
    pub fn length(&mut self, stream: &str, range: &Range<Duration>) -> Duration {
        let (from, to) = (range.start.as_micros() as u64, range.end.as_micros() as u64);
        if to <= from {
            return range.start;
        }
        Duration::from_micros(self.stream(stream).u64(from..to))
    }

    /// Returns true if something of this probability happens.
    pub fn happens(&mut self, stream: &str, probability: f64) -> bool {
        probability > 0.0 && self.stream(stream).f64() < probability
    }

    /// Returns a lower-case hexadecimal identifier of `digits` digits.
    pub fn hex(&mut self, stream: &str, digits: usize) -> String {
        let rng = self.stream(stream);
        (0..digits).map(|_| rng.digit(16)).collect()
    }

    /// Returns an identifier in the form of a UUID.
    pub fn uuid(&mut self, stream: &str) -> String {
        let hex = self.hex(stream, 32);
        format!("{}-{}-4{}-8{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
    }
}

/// Computes the FNV-1a hash: small, and the same on every machine and in every version of the standard library.
fn fnv1a(seed: u64, name: &str) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325 ^ seed;
    name.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_from_one_stream_leaves_the_others_as_they_were() {
        let (mut quiet, mut busy) = (Random::new(7), Random::new(7));
        busy.stream("tasks").u64(..);

        assert_eq!(quiet.hex("tokens", 8), busy.hex("tokens", 8));
    }

    #[test]
    fn another_seed_draws_other_numbers() {
        assert_ne!(Random::new(1).hex("tokens", 16), Random::new(2).hex("tokens", 16));
    }
}

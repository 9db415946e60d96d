//! Draws from a seed: choices, numbers, lengths of time.

use std::ops::Range;
use std::time::Duration;

use sim::scenario::{Length, Lengths};

/// A stream of draws.
pub(super) struct Draw(fastrand::Rng);

impl Draw {
    /// The stream of a seed. It shares nothing with those that the simulated AWS draws from.
    pub(super) fn new(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed ^ 0x5eed_0feb_b000_0000))
    }

    /// Whether something of this probability happens.
    pub(super) fn happens(&mut self, probability: f64) -> bool {
        self.0.f64() < probability
    }

    /// A number of a range.
    pub(super) fn number(&mut self, range: Range<usize>) -> usize {
        self.0.usize(range)
    }

    /// Seconds of a range.
    pub(super) fn secs(&mut self, range: Range<u64>) -> Length {
        Length(Duration::from_secs(self.0.u64(range)))
    }

    /// Milliseconds of a range.
    pub(super) fn millis(&mut self, range: Range<u64>) -> Length {
        Length(Duration::from_millis(self.0.u64(range)))
    }

    /// A range of lengths, from one drawn in seconds to that many times itself.
    pub(super) fn lengths(&mut self, from: Range<u64>, times: u32) -> Lengths {
        let from = self.secs(from).0;
        Lengths(from..from * times)
    }

    /// One of several.
    pub(super) fn one<T: Copy>(&mut self, several: &[T]) -> T {
        several[self.0.usize(..several.len())]
    }

    /// How many draws of this probability pass until the next that happens, itself included.
    pub(super) fn next_in(&mut self, probability: f64) -> u32 {
        let draw = self.0.f64().max(f64::MIN_POSITIVE);
        (draw.ln() / (1.0 - probability).ln()).floor() as u32 + 1
    }

    /// A probability: none at all in some of the runs, else small ones more often than large ones.
    pub(super) fn probability(&mut self, none: f64, most: f64) -> f64 {
        if self.happens(none) { 0.0 } else { most * (4.0 * (self.0.f64() - 1.0)).exp() }
    }
}

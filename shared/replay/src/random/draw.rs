//! Draws from a seed: choices, numbers, lengths of time.

use std::ops::Range;
use std::time::Duration;

use sim::scenario::{Happening, Length, Lengths, Step};

/// Stream of draws.
pub(super) struct Draw(fastrand::Rng);

impl Draw {
    /// Returns the stream of a seed. It shares nothing with the streams of the simulated AWS.
    pub(super) fn new(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed ^ 0x5eed_0feb_b000_0000))
    }

    /// Returns true with this probability.
    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.0.f64() < probability
    }

    /// Returns a number of a range.
    pub(super) fn number(&mut self, range: Range<usize>) -> usize {
        self.0.usize(range)
    }

    /// Returns a length in seconds of a range.
    pub(super) fn secs(&mut self, range: Range<u64>) -> Length {
        Length(Duration::from_secs(self.0.u64(range)))
    }

    /// Returns a length in milliseconds of a range.
    pub(super) fn millis(&mut self, range: Range<u64>) -> Length {
        Length(Duration::from_millis(self.0.u64(range)))
    }

    /// Returns a range of lengths, from a drawn number of seconds to `times` that number.
    pub(super) fn lengths(&mut self, from: Range<u64>, times: u32) -> Lengths {
        let from = self.secs(from).0;
        Lengths(from..from * times)
    }

    /// Returns a step at any time from 30 s on, up to `last` seconds.
    pub(super) fn step(&mut self, last: u64, what: Happening) -> Step {
        Step { at: self.secs(30..last), what }
    }

    /// Returns one of several values.
    pub(super) fn choice<T: Copy>(&mut self, several: &[T]) -> T {
        several[self.0.usize(..several.len())]
    }

    /// Returns the number of tries up to the first success, which has this probability. The success counts as a try.
    pub(super) fn tries_until_success(&mut self, probability: f64) -> u32 {
        let draw = self.0.f64().max(f64::MIN_POSITIVE);
        (draw.ln() / (1.0 - probability).ln()).floor() as u32 + 1
    }

    /// Returns a probability: zero with the probability `zero`, else up to `most`. Small values are more frequent than
    /// large ones.
    pub(super) fn probability(&mut self, zero: f64, most: f64) -> f64 {
        if self.chance(zero) { 0.0 } else { most * (4.0 * (self.0.f64() - 1.0)).exp() }
    }
}

//! Percentiles by nearest rank, in seconds to the thousandth.

use std::time::Duration;

use serde::Serialize;
use sim::account::Percentiles;

/// Percentiles of completion lags, in seconds to the thousandth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct LagPercentiles {
    /// Upper bound of half of the lags.
    pub p50: f64,
    /// Upper bound of 99 of 100 lags.
    pub p99: f64,
    /// Upper bound of 999 of 1 000 lags.
    #[serde(rename = "p99.9")]
    pub p99_9: f64,
    /// Largest lag.
    pub max: f64,
}

impl LagPercentiles {
    /// Returns the percentiles of lags, or zeros without any lag.
    pub(super) fn of_lags(mut lags: Vec<Duration>) -> Self {
        lags.sort_unstable();
        let rank = |per_mille| rank(&lags, per_mille);
        Self { p50: rank(500), p99: rank(990), p99_9: rank(999), max: rank(1000) }
    }
}

/// Returns the percentiles of lengths of time, or zeros without any length.
pub(super) fn percentiles(mut lengths: Vec<Duration>) -> Percentiles {
    lengths.sort_unstable();
    let rank = |per_mille| rank(&lengths, per_mille);
    Percentiles { p50: rank(500), p99: rank(990), max: rank(1000) }
}

/// Returns seconds to the thousandth.
pub(super) fn seconds(length: Duration) -> f64 {
    thousandth(length.as_secs_f64())
}

/// Rounds to the thousandth.
pub(super) fn thousandth(number: f64) -> f64 {
    (number * 1000.0).round() / 1000.0
}

fn rank(sorted: &[Duration], per_mille: usize) -> f64 {
    let rank = (sorted.len() * per_mille).div_ceil(1000).max(1) - 1;
    sorted.get(rank).map_or(0.0, |length| seconds(*length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rank_of_a_thousand_lags_is_the_nearest() {
        let lags = (1..=1000).map(Duration::from_millis).collect();

        let found = LagPercentiles::of_lags(lags);

        let expected = LagPercentiles { p50: 0.5, p99: 0.99, p99_9: 0.999, max: 1.0 };
        assert_eq!(found, expected);
    }
}

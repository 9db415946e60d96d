//! Token buckets of requests, and the shares that other callers take.

use std::collections::BTreeMap;
use std::time::Duration;

#[derive(Debug, Default)]
pub(crate) struct RequestBuckets {
    pub(crate) buckets: BTreeMap<&'static str, RequestBucket>,
}

/// A row of the table of buckets, with the share of other callers.
#[derive(Debug)]
pub(crate) struct RequestBucket {
    pub(crate) burst: f64,
    pub(crate) per_second: f64,
    pub(crate) tokens: f64,
    pub(crate) at: Duration,
    pub(crate) others: Vec<OtherCallers>,
}

#[derive(Debug)]
pub(crate) struct OtherCallers {
    pub(crate) from: Duration,
    pub(crate) until: Duration,
    pub(crate) per_second: f64,
}

impl RequestBucket {
    /// Takes a token. While other tools empty the bucket faster than it fills, every request has the same chance to get one of
    /// the new tokens. `draw`, from 0 to 1, decides.
    pub(crate) fn draw_token(&mut self, now: Duration, draw: f64) -> bool {
        self.refill(now);
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return true;
        }
        let others = self.used_by_others(now);
        others > self.per_second && draw < self.per_second / others
    }

    /// Adds new tokens and takes those of other callers, for one period of constant rates after the other.
    pub(crate) fn refill(&mut self, now: Duration) {
        while self.at < now {
            let changes = self.others.iter().flat_map(|others| [others.from, others.until]);
            let next = changes.filter(|at| *at > self.at).min().unwrap_or(now).min(now);
            let rate = self.per_second - self.used_by_others(self.at);
            let come = rate * (next - self.at).as_secs_f64();
            self.tokens = (self.tokens + come).clamp(0.0, self.burst);
            self.at = next;
        }
    }

    fn used_by_others(&self, at: Duration) -> f64 {
        let now = self.others.iter().filter(|others| others.from <= at && at < others.until);
        now.map(|others| others.per_second).sum()
    }
}

//! A token bucket whose rate adapts to throttled calls, and the queue of the calls that wait for it.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::Instant;

use crate::limits::{
    DRAIN_DEBT, LEAST_RATE_DIVISOR, RATE_CUT_INTERVAL, RATE_RECOVERY, SHORTEST_WAIT,
};

/// Size of a bucket.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct BucketLimit {
    /// Tokens of a full bucket.
    pub burst: f64,
    /// Tokens that are added in a second.
    pub per_second: f64,
}

/// Value of a call: the smaller, the earlier.
///
/// DRAINING comes first. Then come the stops of tasks, the calls that keep or end a lifecycle action, the reads that these
/// need, and the attribute.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Priority {
    /// Sets an instance to DRAINING, or finds it.
    Drain,
    /// Stops a task.
    Stop,
    /// Sends a heartbeat, or completes a lifecycle action.
    Lifecycle,
    /// Reads what a stop or a completion needs.
    Read,
    /// Writes the attribute, or reads what only explains.
    #[default]
    Rest,
}

/// Place in the queue of a bucket: the smaller, the earlier.
pub(super) type Ticket = (Priority, u64);

/// Token bucket of one process.
#[derive(Debug)]
pub(super) struct Bucket {
    /// Whole bucket of the account.
    whole: BucketLimit,
    /// Share that calls may take.
    limit: BucketLimit,
    /// Part of the share with which the process begins.
    first_part: f64,
    /// Tokens a second, at most those of the limit.
    rate: f64,
    tokens: f64,
    filled_at: Option<Instant>,
    cut_at: Option<Instant>,
    queue: BTreeSet<Ticket>,
    tickets: u64,
}

impl BucketLimit {
    fn share(self, share: f64) -> Self {
        Self { burst: self.burst * share, per_second: self.per_second * share }
    }
}

impl Bucket {
    /// Returns a bucket that begins with a part of its tokens and of its rate.
    pub(super) fn new(whole: BucketLimit, first_part: f64) -> Self {
        Self {
            whole,
            limit: whole,
            first_part,
            rate: whole.per_second * first_part,
            tokens: whole.burst * first_part,
            filled_at: None,
            cut_at: None,
            queue: BTreeSet::new(),
            tickets: 0,
        }
    }

    /// Sets the share of the whole bucket that calls may take.
    pub(super) fn set_share(&mut self, share: f64) {
        self.limit = self.whole.share(share);
        self.begin(self.first_part);
    }

    /// Begins with the whole share.
    pub(super) fn use_whole_share(&mut self) {
        self.first_part = 1.0;
        self.begin(1.0);
    }

    fn begin(&mut self, part: f64) {
        self.rate = self.limit.per_second * part;
        self.tokens = self.limit.burst * part;
    }

    /// Returns the share that calls may take.
    pub(super) fn limit(&self) -> BucketLimit {
        self.limit
    }

    /// Adds a call to the queue.
    pub(super) fn queue(&mut self, priority: Priority) -> Ticket {
        self.tickets += 1;
        let ticket = (priority, self.tickets);
        self.queue.insert(ticket);
        ticket
    }

    /// Removes a call from the queue.
    pub(super) fn leave(&mut self, ticket: Ticket) {
        self.queue.remove(&ticket);
    }

    /// Takes a token for a call in the queue.
    ///
    /// # Errors
    ///
    /// Time at which a token may be free, if the call must wait. No token is left, or calls of more value wait as well.
    pub(super) fn take(&mut self, ticket: Ticket, now: Instant) -> Result<(), Instant> {
        self.fill(now);
        let ahead = self.queue.range(..ticket).count() as f64;
        let debt = if ticket.0 == Priority::Drain { DRAIN_DEBT } else { 0.0 };
        let missing = ahead + 1.0 - self.tokens - debt;
        if missing <= 0.0 {
            self.tokens -= 1.0;
            self.queue.remove(&ticket);
            return Ok(());
        }
        Err(now + Duration::from_secs_f64(missing / self.rate).max(SHORTEST_WAIT))
    }

    /// Halves the rate, because AWS throttled a call. Calls that were sent together count once.
    pub(super) fn throttled(&mut self, now: Instant) {
        self.fill(now);
        self.tokens = self.tokens.min(0.0);
        if self.cut_at.is_some_and(|at| now < at + RATE_CUT_INTERVAL) {
            return;
        }
        self.cut_at = Some(now);
        self.rate = (self.rate / 2.0).max(self.limit.per_second / LEAST_RATE_DIVISOR);
    }

    /// Adds the tokens since the last call, and raises the rate.
    fn fill(&mut self, now: Instant) {
        let since = now - self.filled_at.replace(now).unwrap_or(now);
        self.tokens = (self.tokens + self.rate * since.as_secs_f64()).min(self.limit.burst);
        let recovery = self.limit.per_second * since.as_secs_f64() / RATE_RECOVERY.as_secs_f64();
        self.rate = (self.rate + recovery).min(self.limit.per_second);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: BucketLimit = BucketLimit { burst: 2.0, per_second: 4.0 };

    fn seconds(seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds)
    }

    fn taken(bucket: &mut Bucket, priority: Priority, now: Instant) -> Result<(), Instant> {
        let ticket = bucket.queue(priority);
        let taken = bucket.take(ticket, now);
        bucket.leave(ticket);
        taken
    }

    #[test]
    fn bucket_lets_its_burst_through_and_then_its_rate() {
        let (mut bucket, start) = (Bucket::new(LIMIT, 1.0), Instant::now());

        assert_eq!(taken(&mut bucket, Priority::Read, start), Ok(()));
        assert_eq!(taken(&mut bucket, Priority::Read, start), Ok(()));
        let free_at = start + seconds(0.25);
        assert_eq!(taken(&mut bucket, Priority::Read, start), Err(free_at));
        assert_eq!(taken(&mut bucket, Priority::Read, free_at), Ok(()));
    }

    #[test]
    fn call_of_more_value_overtakes_a_waiting_one() {
        let (mut bucket, start) = (Bucket::new(LIMIT, 1.0), Instant::now());
        bucket.tokens = 0.0;
        let read = bucket.queue(Priority::Read);
        let drain = bucket.queue(Priority::Drain);
        bucket.fill(start);
        let one_token_later = start + seconds(0.25);

        assert!(bucket.take(read, one_token_later).is_err());
        assert_eq!(bucket.take(drain, one_token_later), Ok(()));
        assert_eq!(bucket.take(read, start + seconds(0.5)), Ok(()));
    }

    #[test]
    fn throttled_calls_of_one_moment_halve_the_rate_once() {
        let (mut bucket, start) = (Bucket::new(LIMIT, 1.0), Instant::now());

        bucket.throttled(start);
        bucket.throttled(start + seconds(0.01));

        assert!(bucket.rate > 1.9 && bucket.rate < 2.1, "{}", bucket.rate);
        assert!(bucket.tokens < 0.1, "{}", bucket.tokens);
        bucket.fill(start + RATE_RECOVERY);
        assert_eq!(bucket.rate, LIMIT.per_second);
    }

    #[test]
    fn rate_never_falls_to_nothing() {
        let (mut bucket, start) = (Bucket::new(LIMIT, 1.0), Instant::now());

        for cut in 0..50 {
            bucket.throttled(start + RATE_CUT_INTERVAL * cut);
        }

        assert!(bucket.rate >= LIMIT.per_second / LEAST_RATE_DIVISOR);
    }

    #[test]
    fn share_bounds_burst_and_rate() {
        let (mut bucket, start) = (Bucket::new(LIMIT, 1.0), Instant::now());
        bucket.set_share(0.5);

        assert_eq!(taken(&mut bucket, Priority::Read, start), Ok(()));
        assert_eq!(taken(&mut bucket, Priority::Read, start), Err(start + seconds(0.5)));
    }
}

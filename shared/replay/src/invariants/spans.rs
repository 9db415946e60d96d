//! Spans of time that may overlap, and the free time between them.

use std::time::Duration;

/// Spans of time.
#[derive(Debug, Default)]
pub(super) struct Spans {
    /// Begin and end of each span, in order of the begins.
    all: Vec<(Duration, Duration)>,
    /// Latest end of each span and all earlier spans.
    latest_ends: Vec<Duration>,
}

impl Spans {
    /// Returns spans with these begins and ends.
    pub(super) fn new(mut all: Vec<(Duration, Duration)>) -> Self {
        all.sort_unstable();
        let latest = all.iter().scan(Duration::ZERO, |latest, (_, end)| {
            *latest = (*latest).max(*end);
            Some(*latest)
        });
        Self { latest_ends: latest.collect(), all }
    }

    /// Returns the latest end of the spans that began by this time. Returns the time itself if a span goes on.
    pub(super) fn latest_until(&self, at: Duration) -> Duration {
        self.latest_end_of_begun(at).unwrap_or_default().min(at)
    }

    /// Returns the latest end of the spans that began by this time.
    fn latest_end_of_begun(&self, at: Duration) -> Option<Duration> {
        let begun = self.all.partition_point(|(begin, _)| *begin <= at);
        self.latest_ends.get(begun.checked_sub(1)?).copied()
    }

    /// Returns true if no span touches the time from `from` to `to`.
    pub(super) fn leave_free(&self, from: Duration, to: Duration) -> bool {
        self.latest_end_of_begun(to).is_none_or(|end| end < from)
    }

    /// Returns true if the time from `from` to `to` has a period of this length that no span touches.
    pub(super) fn leave_free_for(&self, length: Duration, from: Duration, to: Duration) -> bool {
        let mut free_since = from;
        let first = self.latest_ends.partition_point(|end| *end < from);
        let begun = self.all[first..].iter().take_while(|(begin, _)| *begin <= to);
        for (begin, end) in begun.filter(|(_, end)| *end >= from) {
            if begin.saturating_sub(free_since) >= length {
                return true;
            }
            free_since = free_since.max(*end);
        }
        to.saturating_sub(free_since) >= length
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secs(secs: u64) -> Duration {
        Duration::from_secs(secs)
    }

    #[test]
    fn free_stretch_lies_before_between_or_after_spans() {
        let all = Spans::new(vec![(secs(200), secs(260)), (secs(100), secs(110))]);

        assert!(all.leave_free_for(secs(90), secs(0), secs(500)));
        assert!(all.leave_free_for(secs(90), secs(105), secs(210)));
        assert!(!all.leave_free_for(secs(91), secs(105), secs(300)));
        assert!(all.leave_free_for(secs(40), secs(150), secs(300)));
        assert!(!all.leave_free(secs(105), secs(106)));
        assert!(all.leave_free(secs(111), secs(199)));
        assert_eq!(all.latest_until(secs(230)), secs(230));
        assert_eq!(all.latest_until(secs(150)), secs(110));
    }
}

//! Counts of facts in a history, for tests.

use sim::history::{ActionEnd, Entry, Fact};

/// Returns the number of changes of container instances to DRAINING.
pub fn set_draining(history: &[Entry]) -> usize {
    let draining = |fact: &Fact| matches!(fact, Fact::ContainerInstance { status: "DRAINING", .. });
    count(history, draining)
}

/// Returns the number of lifecycle actions that were completed with CONTINUE.
pub fn continued(history: &[Entry]) -> usize {
    count(history, |fact| {
        let Fact::ActionEnded { how, .. } = fact else { return false };
        matches!(how, ActionEnd::Completed { result: "CONTINUE", .. })
    })
}

/// Returns the number of facts of a kind.
pub fn count(history: &[Entry], is_it: impl Fn(&Fact) -> bool) -> usize {
    history.iter().filter(|entry| is_it(&entry.fact)).count()
}

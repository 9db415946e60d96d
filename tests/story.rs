//! What a history tells, in the words of tests.

use sim::history::{ActionEnd, Entry, Fact};

/// How many container instances were set to DRAINING.
pub fn set_draining(history: &[Entry]) -> usize {
    let draining = |fact: &Fact| matches!(fact, Fact::ContainerInstance { status: "DRAINING", .. });
    count(history, draining)
}

/// How many lifecycle actions were completed with CONTINUE.
pub fn continued(history: &[Entry]) -> usize {
    count(history, |fact| {
        let Fact::ActionEnded { how, .. } = fact else { return false };
        matches!(how, ActionEnd::Completed { result: "CONTINUE", .. })
    })
}

/// How many things of a kind happened.
pub fn count(history: &[Entry], is_it: impl Fn(&Fact) -> bool) -> usize {
    history.iter().filter(|entry| is_it(&entry.fact)).count()
}

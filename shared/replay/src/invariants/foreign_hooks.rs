//! Lifecycle hooks that are not ebb's: no function sends a heartbeat for them or completes their actions.

use std::time::Duration;

use sim::history::{ActionEnd, Fact};

use super::{CheckedRun, Violation};

const FOREIGN_HOOK: &str = "no call is for a hook that is not ebb's";

pub(super) fn check(run: &CheckedRun<'_>) -> Vec<Violation> {
    let history = run.played.history.iter();
    history.filter_map(|entry| foreign_call(run, entry.at, &entry.fact)).collect()
}

fn foreign_call(run: &CheckedRun<'_>, at: Duration, fact: &Fact) -> Option<Violation> {
    let (group, hook, ec2_instance, by) = match fact {
        Fact::Heartbeat { group, hook, ec2_instance, by } => (group, hook, ec2_instance, by),
        Fact::ActionEnded { group, hook, ec2_instance, how: ActionEnd::Completed { by, .. } } => {
            (group, hook, ec2_instance, by)
        }
        _ => return None,
    };
    let is_foreign = by.is_function() && run.policies.ebb_hook(group, hook).is_none();
    let what = format!("{by} called AWS for {hook} of {}", run.name(ec2_instance));
    is_foreign.then(|| Violation::new(FOREIGN_HOOK, at, what))
}

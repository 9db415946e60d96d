//! ECS managed instance draining that acts together with ebb.

use std::collections::BTreeMap;
use std::time::Duration;

use sim::account::MANAGED_DRAINING;
use sim::history::{ActionEnd, Caller, Entry, Fact};

/// Returns the EC2 instances that both ebb and managed draining held, with the time between the two completions.
pub(super) fn held_after_ebb(history: &[Entry]) -> BTreeMap<&str, Duration> {
    let mut by_ebb = BTreeMap::new();
    let mut held = BTreeMap::new();
    for Entry { at, fact } in history {
        let Fact::ActionEnded { ec2_instance, how: ActionEnd::Completed { by, .. }, .. } = fact
        else {
            continue;
        };
        match by {
            by if by.is_function() => drop(by_ebb.insert(ec2_instance.as_str(), *at)),
            Caller::Aws(MANAGED_DRAINING) => drop(held.insert(ec2_instance.as_str(), *at)),
            _ => {}
        }
    }
    held.retain(|id, _| by_ebb.contains_key(id));
    for (id, at) in &mut held {
        *at = at.saturating_sub(by_ebb[id]);
    }
    held
}

//! Fingerprint of a decision, used to log each change once.

use drain::decision::{Action, Decision};
use drain::reason::Reason;

/// Reason and lasting actions of a decision.
///
/// Heartbeats, writes of the attribute and rechecks come and go while a decision stays the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionFingerprint {
    text: String,
    /// Task count of ECS, if tasks are left.
    counted: Option<u32>,
    /// True if the tasks were counted but not listed.
    is_count_only: bool,
}

impl DecisionFingerprint {
    pub(crate) fn new(decision: &Decision) -> Self {
        let lasting = decision.actions.iter().filter(|action| {
            !matches!(
                action,
                Action::Heartbeat { .. } | Action::Remember(_) | Action::Recheck { .. }
            )
        });
        let actions: Vec<_> = lasting.map(Action::to_string).collect();
        let left = match &decision.reason {
            Reason::TasksLeft(left) => Some(left),
            _ => None,
        };
        Self {
            text: format!("{}: {}", actions.join(", "), decision.reason),
            counted: left.map(|left| left.counted),
            is_count_only: left.is_some_and(|left| !left.are_listed()) && actions.is_empty(),
        }
    }

    /// Returns true if this decision differs from the last one that was logged.
    ///
    /// ebb lists the tasks from time to time, and counts them otherwise. An unchanged count is no new decision.
    pub(crate) fn is_new_after(&self, last: Option<&Self>) -> bool {
        let Some(last) = last else { return true };
        let adds_nothing = self.is_count_only && self.counted == last.counted;
        self.text != last.text && !adds_nothing
    }
}

#[cfg(test)]
mod tests {
    use drain::attribute::DrainAttribute;
    use drain::reason::TasksLeft;

    use super::*;

    fn waiting(left: TasksLeft, actions: Vec<Action>) -> DecisionFingerprint {
        DecisionFingerprint::new(&Decision {
            actions,
            ..Decision::nothing(Reason::TasksLeft(left))
        })
    }

    fn replicas(replica: usize) -> TasksLeft {
        TasksLeft { counted: 3, replica, ..TasksLeft::default() }
    }

    #[test]
    fn heartbeat_and_attribute_make_no_new_decision() {
        let heartbeat = Action::Heartbeat { group: "web".to_owned(), hook: "ebb".to_owned() };
        let remember = Action::Remember(DrainAttribute::default());
        let quiet = waiting(replicas(2), Vec::new());

        assert!(!waiting(replicas(2), vec![heartbeat, remember]).is_new_after(Some(&quiet)));
    }

    #[test]
    fn fewer_tasks_or_an_action_make_a_new_decision() {
        let two = waiting(replicas(2), Vec::new());

        assert!(two.is_new_after(None));
        assert!(waiting(replicas(1), Vec::new()).is_new_after(Some(&two)));
        assert!(waiting(replicas(2), vec![Action::Drain]).is_new_after(Some(&two)));
    }

    #[test]
    fn unchanged_count_after_a_list_makes_no_new_decision() {
        let listed = waiting(replicas(2), Vec::new());
        let count = |counted| waiting(TasksLeft { counted, ..TasksLeft::default() }, Vec::new());

        assert!(!count(3).is_new_after(Some(&listed)));
        assert!(count(2).is_new_after(Some(&listed)));
        assert!(listed.is_new_after(Some(&count(3))));
    }
}

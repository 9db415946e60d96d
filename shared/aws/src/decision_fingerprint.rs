//! What makes one decision another than the last.

use drain::decision::{Action, Decision};
use drain::reason::Reason;

/// A decision's reason, and what it does to the instance. Heartbeats, attributes and delayed looks come and go while it
/// stays the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionFingerprint {
    text: String,
    /// The tasks that ECS counts, where tasks are left.
    counted: Option<u32>,
    /// Whether tasks were counted and not looked at.
    at_a_distance: bool,
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
            at_a_distance: left.is_some_and(|left| !left.are_listed()) && actions.is_empty(),
        }
    }

    /// Whether it tells anything that `last` did not. Tasks are looked at closely now and then: a count in between that
    /// is still the same is no other decision.
    pub(crate) fn is_new_after(&self, last: Option<&Self>) -> bool {
        let Some(last) = last else { return true };
        let only_less = self.at_a_distance && self.counted == last.counted;
        self.text != last.text && !only_less
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
    fn a_heartbeat_makes_no_decision_new() {
        let heartbeat = Action::Heartbeat { group: "web".to_owned(), hook: "ebb".to_owned() };
        let remember = Action::Remember(DrainAttribute::default());
        let quiet = waiting(replicas(2), Vec::new());

        assert!(!waiting(replicas(2), vec![heartbeat, remember]).is_new_after(Some(&quiet)));
    }

    #[test]
    fn a_task_less_makes_it_new_and_so_does_an_action() {
        let two = waiting(replicas(2), Vec::new());

        assert!(two.is_new_after(None));
        assert!(waiting(replicas(1), Vec::new()).is_new_after(Some(&two)));
        assert!(waiting(replicas(2), vec![Action::Drain]).is_new_after(Some(&two)));
    }

    #[test]
    fn a_count_that_is_still_the_same_is_not_new_after_a_closer_look() {
        let close = waiting(replicas(2), Vec::new());
        let count = |counted| waiting(TasksLeft { counted, ..TasksLeft::default() }, Vec::new());

        assert!(!count(3).is_new_after(Some(&close)));
        assert!(count(2).is_new_after(Some(&close)));
        assert!(close.is_new_after(Some(&count(3))));
    }
}

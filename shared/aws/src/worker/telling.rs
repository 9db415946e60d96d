//! What is logged: one line for a decision that is another one than the last, and notes that are new.

use std::collections::BTreeSet;

use drain::decision::{Action, Decision};
use drain::note::Note;
use drain::observation::Observation;
use drain::policy::BadTag;
use drain::reason::Reason;
use drain::signal::TaskStopped;
use jiff::Timestamp;

use super::Worker;
use crate::observe::short;

/// The exit code of a container that got SIGKILL (ECS developer guide, stopped tasks).
const KILLED: i64 = 137;

impl Worker {
    /// Logs a decision: on level INFO where it is new.
    pub(super) fn tell(
        &self,
        seen: &Observation,
        decision: &Decision,
        bad_tags: &[BadTag],
        now: Timestamp,
    ) {
        let ec2_instance = &seen.ec2_instance;
        let is_new = self.is_new(ec2_instance, gist(decision), now) && is_worth_telling(decision);
        let place = seen.container_instance.present();
        let cluster = place.map(|it| short(&it.cluster)).unwrap_or_default();
        let container_instance = place.map(|it| short(&it.arn)).unwrap_or_default();
        let actions = listed(&decision.actions);
        if is_new {
            tracing::info!(target: "ebb::decision", ec2_instance, cluster, container_instance, reason = %decision.reason, actions, "{decision}");
        } else {
            tracing::debug!(target: "ebb::decision", ec2_instance, cluster, container_instance, reason = %decision.reason, actions, "{decision}");
        }
        for bad_tag in bad_tags.iter().filter(|_| is_new) {
            tracing::warn!(target: "ebb::note", ec2_instance, "{bad_tag}");
        }
        for note in self.new_notes(ec2_instance, &decision.notes, now) {
            tell_note(ec2_instance, &note);
        }
    }

    /// Logs why a signal needed no look.
    pub(super) fn tell_settled(&self, ec2_instance: &str, reason: Reason, now: Timestamp) {
        let decision = Decision::nothing(reason);
        if self.is_new(&format!("{ec2_instance} settled"), gist(&decision), now) {
            tracing::info!(target: "ebb::decision", ec2_instance, reason = %decision.reason, "{decision}");
        }
    }

    fn is_new(&self, key: &str, gist: String, now: Timestamp) -> bool {
        let mut memory = self.memory();
        let is_new = memory.decisions.get(key, now).is_none_or(|last| !tells(last, &gist));
        if is_new {
            memory.decisions.put(key, gist, now);
        }
        is_new
    }

    fn new_notes(&self, ec2_instance: &str, notes: &[Note], now: Timestamp) -> Vec<Note> {
        if notes.is_empty() {
            return Vec::new();
        }
        let mut memory = self.memory();
        let mut told = memory.notes.get(ec2_instance, now).cloned().unwrap_or_default();
        let new: BTreeSet<Note> =
            notes.iter().filter(|note| !told.contains(note)).cloned().collect();
        told.extend(new.iter().cloned());
        memory.notes.put(ec2_instance, told, now);
        new.into_iter().collect()
    }
}

/// Logs how a standalone task on a draining container instance ended.
pub(super) fn tell_task(stopped: &TaskStopped) {
    let exit_codes: Vec<String> = stopped.exit_codes.iter().map(exit).collect();
    tracing::info!(
        target: "ebb::task",
        task = short(&stopped.task),
        cluster = short(&stopped.cluster),
        container_instance = short(&stopped.container_instance),
        group = stopped.group,
        exit_codes = exit_codes.join(", "),
        stopped_reason = stopped.stopped_reason,
        "standalone task {} ended: {}", short(&stopped.task), exit_codes.join(", ")
    );
}

fn exit((name, code): &(String, Option<i64>)) -> String {
    match code {
        Some(KILLED) => format!("{name} {KILLED} (killed)"),
        Some(code) => format!("{name} {code}"),
        None => format!("{name} without an exit code"),
    }
}

fn tell_note(ec2_instance: &str, note: &Note) {
    match note {
        Note::CapacityRebalanceOff | Note::ManagedDrainingToo => {
            tracing::info!(target: "ebb::note", ec2_instance, "{note}");
        }
        Note::ServiceCannotDrain { .. }
        | Note::NoTimeToReplace { .. }
        | Note::DaemonStoppedEarly { .. }
        | Note::AgentAway { .. }
        | Note::AttributeDoesNotFit => {
            tracing::warn!(target: "ebb::note", ec2_instance, "{note}");
        }
    }
}

/// What makes one decision another than the last: its reason, and what it does to the instance. Heartbeats, attributes
/// and delayed looks come and go while it stays the same.
fn gist(decision: &Decision) -> String {
    let lasting = |action: &&Action| {
        !matches!(action, Action::Heartbeat { .. } | Action::Remember(_) | Action::LookAgain { .. })
    };
    let actions: Vec<_> = decision.actions.iter().filter(lasting).cloned().collect();
    format!("{}: {}", listed(&actions), decision.reason)
}

/// Whether what was told last tells this too: it is the same, or says of the same number of tasks what they are, where
/// nobody looked at them this time.
fn tells(last: &str, gist: &str) -> bool {
    last.strip_prefix(gist).is_some_and(|more| more.is_empty() || more.starts_with(": "))
}

/// Most instances that EC2 or a sweep speaks of go their way without us.
fn is_worth_telling(decision: &Decision) -> bool {
    let quiet = matches!(decision.reason, Reason::NothingToDo | Reason::NotWaiting { .. });
    !quiet || decision.actions.iter().any(Action::touches_the_world)
}

fn listed(actions: &[Action]) -> String {
    let told = actions.iter().filter(|action| action.touches_the_world());
    told.map(Action::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use drain::attribute::DrainAttribute;
    use drain::reason::TasksLeft;

    use super::*;

    fn waiting(replica: usize, actions: Vec<Action>) -> Decision {
        let left = TasksLeft { replica, ..TasksLeft::default() };
        Decision { actions, ..Decision::nothing(Reason::TasksLeft(left)) }
    }

    #[test]
    fn a_heartbeat_makes_no_decision_new() {
        let heartbeat = Action::Heartbeat { group: "web".to_owned(), hook: "ebb".to_owned() };
        let remember = Action::Remember(DrainAttribute::default());

        assert_eq!(gist(&waiting(2, vec![heartbeat, remember])), gist(&waiting(2, Vec::new())));
    }

    #[test]
    fn a_task_less_makes_it_new_and_so_does_an_action() {
        assert_ne!(gist(&waiting(1, Vec::new())), gist(&waiting(2, Vec::new())));
        assert_ne!(gist(&waiting(1, vec![Action::Drain])), gist(&waiting(1, Vec::new())));
    }

    #[test]
    fn the_same_number_of_tasks_is_told_again_only_with_what_they_are() {
        let counted = |counted| {
            let left = TasksLeft { counted, ..TasksLeft::default() };
            gist(&Decision::nothing(Reason::TasksLeft(left)))
        };
        let looked_at = gist(&waiting(2, Vec::new()));

        assert!(tells(&looked_at, &counted(2)) && tells(&looked_at, &looked_at));
        assert!(!tells(&counted(2), &looked_at));
        assert!(!tells(&looked_at, &counted(1)) && !tells(&looked_at, &counted(22)));
    }

    #[test]
    fn a_kill_is_told_as_one() {
        assert_eq!(exit(&("app".to_owned(), Some(137))), "app 137 (killed)");
        assert_eq!(exit(&("app".to_owned(), Some(0))), "app 0");
        assert_eq!(exit(&("app".to_owned(), None)), "app without an exit code");
    }
}

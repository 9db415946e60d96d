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
use crate::config::Mode;
use crate::decision_fingerprint::DecisionFingerprint;
use crate::observe::short;

/// The exit code of a container that got SIGKILL (ECS developer guide, stopped tasks).
const KILLED: i64 = 137;

impl Worker {
    /// Logs a decision: on level INFO where it is new.
    pub(super) fn log_decision(
        &self,
        seen: &Observation,
        decision: &Decision,
        bad_tags: &[BadTag],
        now: Timestamp,
    ) {
        let ec2_instance = &seen.ec2_instance;
        let is_new =
            self.is_new(&subject(ec2_instance, decision), DecisionFingerprint::new(decision), now)
                && is_worth_logging(decision);
        let place = seen.container_instance.present();
        let cluster = place.map(|it| short(&it.cluster)).unwrap_or_default();
        let container_instance = place.map(|it| short(&it.arn)).unwrap_or_default();
        let observes = self.config.mode == Mode::Observe;
        let observed = if observes { "observed: " } else { "" };
        let is_done = |action: &&Action| !observes || action.keeps_alive();
        let actions = listed(decision.actions.iter().filter(is_done));
        macro_rules! log {
            ($level:ident) => {
                tracing::$level!(target: "ebb::decision", ec2_instance, cluster, container_instance, why = decision.reason.code(), reason = %decision.reason, actions, "{observed}{decision}")
            };
        }
        match (is_new, decision.reason.needs_attention()) {
            (true, true) => log!(warn),
            (true, false) => log!(info),
            (false, _) => log!(debug),
        }
        for bad_tag in bad_tags.iter().filter(|_| is_new) {
            tracing::warn!(target: "ebb::note", ec2_instance, "{bad_tag}");
        }
        for note in self.new_notes(ec2_instance, &decision.notes, now) {
            log_note(ec2_instance, &note);
        }
    }

    /// Logs why a signal needed no look.
    pub(super) fn log_ignored_signal(&self, ec2_instance: &str, reason: Reason, now: Timestamp) {
        let decision = Decision::nothing(reason);
        if self.is_new(&format!("{ec2_instance} settled"), DecisionFingerprint::new(&decision), now)
        {
            tracing::info!(target: "ebb::decision", ec2_instance, why = decision.reason.code(), reason = %decision.reason, "{decision}");
        }
    }

    fn is_new(&self, key: &str, gist: DecisionFingerprint, now: Timestamp) -> bool {
        let mut memory = self.memory();
        let is_new = gist.is_new_after(memory.decisions.get(key, now));
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
pub(super) fn log_task_end(stopped: &TaskStopped) {
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

fn log_note(ec2_instance: &str, note: &Note) {
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

/// What a decision is about. That a heartbeat is due says nothing of what the instance waits for.
fn subject(ec2_instance: &str, decision: &Decision) -> String {
    match decision.reason {
        Reason::HeartbeatDue => format!("{ec2_instance} heartbeat"),
        _ => ec2_instance.to_owned(),
    }
}

/// Most instances that EC2 or a sweep speaks of go their way without us.
fn is_worth_logging(decision: &Decision) -> bool {
    let quiet = matches!(decision.reason, Reason::NothingToDo | Reason::NotWaiting { .. });
    !quiet || decision.actions.iter().any(Action::is_visible)
}

fn listed<'a>(actions: impl Iterator<Item = &'a Action>) -> String {
    let told = actions.filter(|action| action.is_visible());
    told.map(Action::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kill_is_told_as_one() {
        assert_eq!(exit(&("app".to_owned(), Some(137))), "app 137 (killed)");
        assert_eq!(exit(&("app".to_owned(), Some(0))), "app 0");
        assert_eq!(exit(&("app".to_owned(), None)), "app without an exit code");
    }
}

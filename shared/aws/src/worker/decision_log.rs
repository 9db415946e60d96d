//! Log lines of decisions and notes. Each change is logged once at level INFO or above.
//!
//! Codes and other facts are fields. The message is `<subject>: <actions>: <sentence of the reason>`.

use std::collections::BTreeSet;

use drain::decision::{Action, Decision};
use drain::mode::Mode;
use drain::note::Note;
use drain::policy::BadTag;
use drain::reason::Reason;
use jiff::Timestamp;

use super::Worker;
use super::batch_instance::BatchInstance;
use super::decision_observer::ObservedDecision;
use super::log_subject::LogSubject;
use super::remaining_tasks::{TaskCounts, task_names};
use crate::decision_fingerprint::DecisionFingerprint;

/// Code of the note about an invalid tag.
const INVALID_TAG: &str = "invalid-tag";

impl Worker {
    /// Logs a decision, and counts it if it is new. A decision that is not new is logged at level DEBUG.
    pub(super) fn log_decision(
        &self,
        instance: &BatchInstance,
        decision: &Decision,
        bad_tags: &[BadTag],
        now: Timestamp,
    ) {
        let ec2_instance = &instance.observation.ec2_instance;
        let fingerprint = DecisionFingerprint::new(decision);
        let is_new = self.is_new(&fingerprint_key(ec2_instance, decision), fingerprint, now)
            && is_worth_logging(decision);
        self.log_line(instance, decision, is_new);
        if is_new {
            self.decision_counts.count(&decision.reason);
            log_bad_tags(instance, bad_tags);
        }
        let of_group = |note: &&Note| note.is_about_the_group();
        let (of_group, of_instance): (Vec<&Note>, Vec<&Note>) =
            decision.notes.iter().partition(of_group);
        let group = instance.group_name().unwrap_or(ec2_instance);
        let new_notes = self.new_notes(ec2_instance, &of_instance, now);
        let of_group = self.new_notes(&format!("group {group}"), &of_group, now);
        new_notes.iter().chain(&of_group).for_each(|note| log_note(instance, note));
        if let Some(observer) = self.observer.as_ref().filter(|_| is_new || !new_notes.is_empty()) {
            observer.decided(ObservedDecision {
                seen: &instance.observation,
                decision,
                is_new,
                new_notes: &new_notes,
                group: instance.group_name(),
                mode: instance.mode,
                at: now,
            });
        }
    }

    fn log_line(&self, instance: &BatchInstance, decision: &Decision, is_new: bool) {
        let subject = LogSubject::new(&instance.observation);
        let LogSubject { ec2_instance, cluster, container_instance } = subject;
        let group = instance.group_name();
        let reason = decision.reason.code();
        let actions = visible_actions(decision);
        let mode = (instance.mode != Mode::Act).then_some(instance.mode.as_str());
        let deadline = decision.deadline.map(|deadline| deadline.at.to_string());
        let deadline_kind = decision.deadline.map(|deadline| deadline.kind.code());
        let counts = TaskCounts::new(&decision.reason, &instance.observation);
        let tasks = task_names(&instance.observation);
        let stuck = decision.notes.iter().find(|note| note.cause().is_some());
        let service = stuck.and_then(Note::service);
        let cause = stuck.and_then(Note::cause);
        macro_rules! log {
            ($level:ident) => {
                tracing::$level!(
                    target: "ebb::decision",
                    reason,
                    actions,
                    mode,
                    ec2_instance,
                    group,
                    cluster,
                    container_instance,
                    deadline,
                    deadline_kind,
                    tasks_counted = counts.counted,
                    tasks_replica = counts.replica,
                    tasks_standalone = counts.standalone,
                    tasks_daemon = counts.daemon,
                    tasks_stopping = counts.stopping,
                    tasks,
                    service,
                    cause,
                    "{subject}: {decision}"
                )
            };
        }
        match (is_new, decision.reason.needs_attention()) {
            (true, true) => log!(warn),
            (true, false) => log!(info),
            (false, _) => log!(debug),
        }
    }

    /// Logs and counts the reason why a signal needs no decision, if it is new.
    pub(super) fn log_ignored_signal(&self, ec2_instance: &str, reason: &Reason, now: Timestamp) {
        let fingerprint = DecisionFingerprint::new(&Decision::nothing(reason.clone()));
        if self.is_new(&format!("{ec2_instance} ignored"), fingerprint, now) {
            tracing::info!(
                target: "ebb::decision",
                reason = reason.code(),
                ec2_instance,
                "{ec2_instance}: {reason}"
            );
            self.decision_counts.count(reason);
        }
    }

    /// Returns true if the decision differs from the last one under this key.
    fn is_new(&self, key: &str, fingerprint: DecisionFingerprint, now: Timestamp) -> bool {
        let mut memory = self.memory();
        let is_new = fingerprint.is_new_after(memory.logged_decisions.get(key, now));
        if is_new {
            memory.logged_decisions.insert(key, fingerprint, now);
        }
        is_new
    }

    /// Returns the notes about a subject that were not logged yet.
    fn new_notes(&self, subject: &str, notes: &[&Note], now: Timestamp) -> Vec<Note> {
        if notes.is_empty() {
            return Vec::new();
        }
        let mut memory = self.memory();
        let mut logged = memory.logged_notes.get(subject, now).cloned().unwrap_or_default();
        let is_new = |note: &&&Note| !logged.contains(&note.without_quote());
        let new: BTreeSet<Note> = notes.iter().filter(is_new).copied().cloned().collect();
        logged.extend(new.iter().map(Note::without_quote));
        memory.logged_notes.insert(subject, logged, now);
        new.into_iter().collect()
    }
}

/// Logs a note: at level INFO if AWS documents it as normal, else at level WARN.
fn log_note(instance: &BatchInstance, note: &Note) {
    let subject = LogSubject::new(&instance.observation);
    let LogSubject { ec2_instance, cluster, container_instance } = subject;
    let group = instance.group_name();
    macro_rules! log {
        ($level:ident) => {
            tracing::$level!(
                target: "ebb::note",
                note = note.code(),
                ec2_instance,
                group,
                cluster,
                container_instance,
                service = note.service(),
                cause = note.cause(),
                hook = note.hook(),
                "{subject}: {note}"
            )
        };
    }
    match note {
        Note::CapacityRebalanceOff | Note::ManagedDrainingToo | Note::DaemonStoppedEarly { .. } => {
            log!(info)
        }
        Note::ServiceCannotDrain { .. }
        | Note::NoTimeToReplace { .. }
        | Note::ForeignHookHolds { .. }
        | Note::LeftBehind { .. }
        | Note::AgentAway { .. }
        | Note::AttributeDoesNotFit => log!(warn),
    }
}

fn log_bad_tags(instance: &BatchInstance, bad_tags: &[BadTag]) {
    let subject = LogSubject::new(&instance.observation);
    for bad_tag in bad_tags {
        tracing::warn!(
            target: "ebb::note",
            note = INVALID_TAG,
            ec2_instance = subject.ec2_instance,
            group = instance.group_name(),
            "{subject}: {bad_tag}"
        );
    }
}

/// Returns the key of a decision's fingerprint. A heartbeat has a key of its own, because its reason is not that for which
/// the instance waits.
fn fingerprint_key(ec2_instance: &str, decision: &Decision) -> String {
    match decision.reason {
        Reason::HeartbeatDue => format!("{ec2_instance} heartbeat"),
        _ => ec2_instance.to_owned(),
    }
}

/// Returns true if the decision is worth a log line. Most instances that EC2 or a sweep names need nothing from ebb.
fn is_worth_logging(decision: &Decision) -> bool {
    let is_quiet = matches!(decision.reason, Reason::NothingToDo | Reason::NotWaiting { .. });
    !is_quiet || decision.actions.iter().any(Action::is_visible)
}

/// Returns the actions as the message has them, or `None` if there is none.
fn visible_actions(decision: &Decision) -> Option<String> {
    let visible = decision.actions.iter().filter(|action| action.is_visible());
    let actions = visible.map(Action::to_string).collect::<Vec<_>>().join(", ");
    (!actions.is_empty()).then_some(actions)
}

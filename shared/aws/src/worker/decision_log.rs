//! Log lines of decisions and notes. Each change is logged once at level INFO or above.

use std::collections::BTreeSet;

use drain::decision::{Action, Decision};
use drain::note::Note;
use drain::observation::Observation;
use drain::policy::BadTag;
use drain::reason::Reason;
use jiff::Timestamp;

use super::Worker;
use crate::config::Mode;
use crate::decision_fingerprint::DecisionFingerprint;
use crate::observe::conversion::short_id;

impl Worker {
    /// Logs a decision: at level INFO or WARN if it is new, else at level DEBUG.
    pub(super) fn log_decision(
        &self,
        seen: &Observation,
        decision: &Decision,
        bad_tags: &[BadTag],
        now: Timestamp,
    ) {
        let ec2_instance = &seen.ec2_instance;
        let fingerprint = DecisionFingerprint::new(decision);
        let is_new = self.is_new(&fingerprint_key(ec2_instance, decision), fingerprint, now)
            && is_worth_logging(decision);
        let place = seen.container_instance.present();
        let cluster = place.map(|it| short_id(&it.cluster)).unwrap_or_default();
        let container_instance = place.map(|it| short_id(&it.arn)).unwrap_or_default();
        let observes = self.config.mode == Mode::Observe;
        let observed = if observes { "observed: " } else { "" };
        let is_done = |action: &&Action| !observes || action.keeps_alive();
        let actions = visible_actions(decision.actions.iter().filter(is_done));
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

    /// Logs the reason why a signal needs no decision.
    pub(super) fn log_ignored_signal(&self, ec2_instance: &str, reason: Reason, now: Timestamp) {
        let decision = Decision::nothing(reason);
        let fingerprint = DecisionFingerprint::new(&decision);
        if self.is_new(&format!("{ec2_instance} ignored"), fingerprint, now) {
            tracing::info!(target: "ebb::decision", ec2_instance, why = decision.reason.code(), reason = %decision.reason, "{decision}");
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

    /// Returns the notes that were not logged yet.
    fn new_notes(&self, ec2_instance: &str, notes: &[Note], now: Timestamp) -> Vec<Note> {
        if notes.is_empty() {
            return Vec::new();
        }
        let mut memory = self.memory();
        let mut logged = memory.logged_notes.get(ec2_instance, now).cloned().unwrap_or_default();
        let new: BTreeSet<Note> =
            notes.iter().filter(|note| !logged.contains(note)).cloned().collect();
        logged.extend(new.iter().cloned());
        memory.logged_notes.insert(ec2_instance, logged, now);
        new.into_iter().collect()
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

/// Returns the key of a decision's fingerprint. A heartbeat has a key of its own, because it does not say what the instance
/// waits for.
fn fingerprint_key(ec2_instance: &str, decision: &Decision) -> String {
    match decision.reason {
        Reason::HeartbeatDue => format!("{ec2_instance} heartbeat"),
        _ => ec2_instance.to_owned(),
    }
}

/// Returns true unless the instance needs nothing from ebb, as most that EC2 or a sweep names.
fn is_worth_logging(decision: &Decision) -> bool {
    let is_quiet = matches!(decision.reason, Reason::NothingToDo | Reason::NotWaiting { .. });
    !is_quiet || decision.actions.iter().any(Action::is_visible)
}

fn visible_actions<'a>(actions: impl Iterator<Item = &'a Action>) -> String {
    let visible = actions.filter(|action| action.is_visible());
    visible.map(Action::to_string).collect::<Vec<_>>().join(", ")
}

//! Outcomes of the messages of a batch.

use std::collections::{BTreeMap, BTreeSet};

use drain::mode::Mode;

use super::batch_instance::BatchInstances;
use super::fault_log::log_fault;
use crate::fault::Fault;

/// Outcome of a message, from the mildest to the worst.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum MessageOutcome {
    /// The message is handled.
    Done,
    /// ebb sends the message again.
    Resend,
    /// ebb sends the message to the dead-letter queue, with this reason.
    DeadLetter(Fault),
    /// The message fails, and its queue delivers it again.
    Fail,
}

impl MessageOutcome {
    /// Returns the outcome of a message that cannot be parsed.
    pub(super) fn malformed(reason: String) -> Self {
        Self::DeadLetter(Fault::Malformed(reason))
    }
}

/// Outcome of each message of a batch, by position.
#[derive(Debug)]
pub(super) struct MessageOutcomes {
    of_messages: Vec<MessageOutcome>,
    /// Faults that are not logged again.
    logged: BTreeSet<Fault>,
}

impl MessageOutcomes {
    pub(super) fn new(messages: usize) -> Self {
        Self { of_messages: vec![MessageOutcome::Done; messages], logged: BTreeSet::new() }
    }

    /// Adds faults that the batch has logged.
    pub(super) fn add_logged(&mut self, faults: BTreeSet<Fault>) {
        self.logged.extend(faults);
    }

    /// Sets the outcome of a message, unless it has a worse one.
    pub(super) fn worsen(&mut self, position: usize, outcome: MessageOutcome) {
        if let Some(old) = self.of_messages.get_mut(position)
            && *old < outcome
        {
            *old = outcome;
        }
    }

    /// Replaces the outcome of a message.
    pub(super) fn replace(&mut self, position: usize, outcome: MessageOutcome) {
        if let Some(old) = self.of_messages.get_mut(position) {
            *old = outcome;
        }
    }

    /// Logs a fault, and sets the outcome of the messages that it affects.
    pub(super) fn add_fault(&mut self, fault: &Fault, positions: impl IntoIterator<Item = usize>) {
        let outcome = match fault {
            Fault::Gone(_) => MessageOutcome::Done,
            Fault::Busy(_) => MessageOutcome::Resend,
            Fault::Denied(_) | Fault::NoCluster(_) | Fault::Bug(_) | Fault::Malformed(_) => {
                MessageOutcome::Fail
            }
        };
        if outcome != MessageOutcome::Done && !self.logged.contains(fault) {
            log_fault(fault, "will retry");
        }
        for position in positions {
            self.worsen(position, outcome.clone());
        }
    }

    /// Sets the outcomes that follow from the instances of the batch. Each fault is logged once.
    pub(super) fn add_instances(&mut self, instances: &BatchInstances) {
        let mut faults: BTreeMap<Fault, BTreeSet<usize>> = BTreeMap::new();
        for instance in instances.values() {
            if instance.is_open {
                for position in &instance.messages {
                    self.worsen(*position, MessageOutcome::Fail);
                }
            }
            // ebb only observes, so it sends no message again. The sweep checks the instance within a minute.
            let is_observed = instance.mode == Mode::Observe;
            let messages = instance.messages.iter().filter(|_| !is_observed);
            let messages: BTreeSet<usize> = messages.copied().collect();
            for fault in instance.all_faults() {
                faults.entry(fault).or_default().extend(&messages);
            }
        }
        for (fault, positions) in faults {
            self.add_fault(&fault, positions);
        }
    }

    /// Sets the outcomes of messages that were sent. A message that no queue accepted fails. Each fault is logged once.
    pub(super) fn add_sent(&mut self, positions: Vec<usize>, results: Vec<Result<(), Fault>>) {
        let mut faults = BTreeSet::new();
        for (position, result) in positions.into_iter().zip(results) {
            let outcome = if result.is_ok() { MessageOutcome::Done } else { MessageOutcome::Fail };
            self.replace(position, outcome);
            faults.extend(result.err());
        }
        faults.iter().for_each(|fault| log_fault(fault, "will retry"));
    }

    /// Returns position and outcome of each message whose outcome is wanted.
    pub(super) fn matching(
        &self,
        is_wanted: impl Fn(&MessageOutcome) -> bool,
    ) -> Vec<(usize, &MessageOutcome)> {
        self.of_messages.iter().enumerate().filter(|(_, outcome)| is_wanted(outcome)).collect()
    }

    /// Returns the positions of the messages with this outcome.
    pub(super) fn positions(&self, outcome: &MessageOutcome) -> Vec<usize> {
        self.matching(|it| it == outcome).into_iter().map(|(position, _)| position).collect()
    }
}

#[cfg(test)]
mod tests {
    use drain::decision::Decision;
    use drain::reason::Reason;
    use drain::trigger::Triggers;

    use super::super::batch_instance::BatchInstance;
    use super::*;

    fn instance(messages: &[usize], faults: Vec<Fault>) -> BatchInstance {
        let mut instance = BatchInstance::new("i-1", Triggers::default());
        instance.messages = messages.iter().copied().collect();
        instance.is_open = false;
        instance.faults = faults;
        instance
    }

    /// Returns the outcomes of a batch with one instance.
    fn outcomes(messages: usize, instance: BatchInstance) -> Vec<MessageOutcome> {
        let mut outcomes = MessageOutcomes::new(messages);
        outcomes.add_instances(&BatchInstances::from([("i-1".to_owned(), instance)]));
        outcomes.of_messages
    }

    #[test]
    fn busy_answer_resends_the_messages_of_its_instance_only() {
        let busy = Fault::Busy("describing".to_owned());

        let outcomes = outcomes(3, instance(&[0, 2], vec![busy]));

        let expected = [MessageOutcome::Resend, MessageOutcome::Done, MessageOutcome::Resend];
        assert_eq!(outcomes, expected);
    }

    #[test]
    fn early_event_is_resent() {
        let mut early = instance(&[0], Vec::new());
        early.decision = Some(Decision::nothing(Reason::EarlyEvent));

        assert_eq!(outcomes(1, early), [MessageOutcome::Resend]);
    }

    #[test]
    fn worse_outcome_wins() {
        let mut outcomes = MessageOutcomes::new(1);

        outcomes.add_fault(&Fault::Denied("describing".to_owned()), [0]);
        outcomes.add_fault(&Fault::Busy("describing".to_owned()), [0]);

        assert_eq!(outcomes.of_messages, [MessageOutcome::Fail]);
    }

    #[test]
    fn fault_of_a_swept_instance_affects_no_message() {
        let denied = Fault::Denied("describing".to_owned());

        assert_eq!(outcomes(1, instance(&[], vec![denied])), [MessageOutcome::Done]);
    }

    #[test]
    fn undecided_instance_fails_its_messages() {
        let mut open = instance(&[0], Vec::new());
        open.is_open = true;

        assert_eq!(outcomes(1, open), [MessageOutcome::Fail]);
    }
}

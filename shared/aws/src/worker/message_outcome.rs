//! What becomes of the messages of a batch.
//!
//! A message whose instance AWS gave no answer about, or which came before its instance had joined its cluster, is sent again, as
//! it is, after some seconds: what it tells may stand nowhere else, and a message that is merely not deleted would come back much
//! later, with its receive count used up.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use drain::signal::Signal;

use super::Worker;
use super::batch::BatchSignals;
use super::batch_instance::BatchInstances;
use super::message::{REASON, RESEND_COUNT, ReceivedMessage};
use crate::act::messages::{self, Outgoing};
use crate::fault::Fault;

/// After which a message is sent again for the first time: the read bucket of ECS, 100 deep and filled twenty times a
/// second (API reference, request throttling), is full again by then. Each further time is that much later.
const AGAIN_AFTER: Duration = Duration::from_secs(5);
/// How often a message is sent again, if its chain allows: after a minute the sweep has looked.
const HOPS_LIMIT: u32 = 5;

/// What becomes of a message, from the mildest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum MessageOutcome {
    /// It is done.
    Done,
    /// It is sent again.
    Resend,
    /// It goes to the dead-letter queue.
    DeadLetter(Fault),
    /// It fails, and its queue delivers it again.
    Fail,
}

/// What becomes of each message, by position.
#[derive(Debug)]
pub(super) struct MessageOutcomes(Vec<MessageOutcome>);

impl MessageOutcomes {
    pub(super) fn new(messages: usize) -> Self {
        Self(vec![MessageOutcome::Done; messages])
    }

    /// Sets the fate of a message, unless a worse one is set.
    pub(super) fn set(&mut self, position: usize, outcome: MessageOutcome) {
        if let Some(old) = self.0.get_mut(position)
            && *old < outcome
        {
            *old = outcome;
        }
    }

    /// Tells what went wrong, and sets the fate of the messages that led there.
    pub(super) fn trouble(&mut self, fault: &Fault, sources: impl IntoIterator<Item = usize>) {
        let outcome = match fault {
            Fault::Gone(_) => MessageOutcome::Done,
            Fault::Busy(_) => MessageOutcome::Resend,
            Fault::Denied(_) | Fault::NoCluster(_) | Fault::Bug(_) | Fault::Malformed(_) => {
                MessageOutcome::Fail
            }
        };
        if outcome != MessageOutcome::Done {
            log_fault(fault);
        }
        for position in sources {
            self.set(position, outcome.clone());
        }
    }

    /// Sets the fates that follow from the instances of the batch: each trouble is told once.
    pub(super) fn blame(&mut self, instances: &BatchInstances) {
        let mut troubles: BTreeMap<Fault, BTreeSet<usize>> = BTreeMap::new();
        for instance in instances.values() {
            if instance.open {
                instance
                    .sources
                    .iter()
                    .for_each(|position| self.set(*position, MessageOutcome::Fail));
            }
            for fault in instance.troubles() {
                troubles.entry(fault).or_default().extend(&instance.sources);
            }
        }
        for (fault, sources) in troubles {
            self.trouble(&fault, sources);
        }
    }

    /// Sets the fates of messages that were sent: what no queue took fails. Each reason is told once.
    fn sent(&mut self, positions: Vec<usize>, results: Vec<Result<(), Fault>>) {
        let mut reasons = BTreeSet::new();
        for (position, result) in positions.into_iter().zip(results) {
            self.0[position] =
                if result.is_ok() { MessageOutcome::Done } else { MessageOutcome::Fail };
            reasons.extend(result.err());
        }
        reasons.iter().for_each(log_fault);
    }

    fn positions_of(&self, wanted: impl Fn(&MessageOutcome) -> bool) -> Vec<usize> {
        let all = self.0.iter().enumerate();
        all.filter(|(_, outcome)| wanted(outcome)).map(|(position, _)| position).collect()
    }
}

impl Worker {
    /// Sends messages again, or to the dead-letter queue. The ids of those that fail.
    pub(super) async fn close(
        &self,
        messages: &[ReceivedMessage],
        signals: &BatchSignals,
        mut outcomes: MessageOutcomes,
    ) -> BTreeSet<String> {
        self.dead_letter(messages, &mut outcomes).await;
        self.resend(messages, signals, &mut outcomes).await;
        let failed = outcomes.positions_of(|outcome| *outcome == MessageOutcome::Fail);
        failed.into_iter().filter_map(|position| messages.get(position)?.id.clone()).collect()
    }

    async fn dead_letter(&self, messages: &[ReceivedMessage], outcomes: &mut MessageOutcomes) {
        let malformed =
            outcomes.positions_of(|outcome| matches!(outcome, MessageOutcome::DeadLetter(_)));
        let bodies = malformed.iter().filter_map(|position| {
            let (message, outcome) = (messages.get(*position)?, outcomes.0.get(*position)?);
            let MessageOutcome::DeadLetter(reason) = outcome else { return None };
            let message_id = message.id.as_deref().unwrap_or_default();
            tracing::warn!(message_id, %reason, "this message cannot be understood");
            Some(with_dead_letter_reason(message.body.clone(), reason.to_string()))
        });
        let bodies: Vec<Outgoing> = bodies.collect();
        let Some(queue) = &self.config.dead_letter_queue_url else {
            malformed.into_iter().for_each(|position| outcomes.set(position, MessageOutcome::Fail));
            return;
        };
        let results = messages::send(&self.clients.sqs, queue, bodies).await;
        outcomes.sent(malformed, results);
    }

    async fn resend(
        &self,
        messages: &[ReceivedMessage],
        signals: &BatchSignals,
        outcomes: &mut MessageOutcomes,
    ) {
        let signals: BTreeMap<usize, &Signal> =
            signals.iter().map(|(position, signal)| (*position, signal)).collect();
        let mut again = Vec::new();
        let mut outgoing = Vec::new();
        for position in outcomes.positions_of(|outcome| *outcome == MessageOutcome::Resend) {
            let (Some(message), Some(signal)) = (messages.get(position), signals.get(&position))
            else {
                continue;
            };
            if message.resends >= HOPS_LIMIT || !message.chain.allows_resend() {
                let told_nowhere_else = !is_found_by_sweep(signal);
                outcomes.0[position] =
                    if told_nowhere_else { MessageOutcome::Fail } else { MessageOutcome::Done };
                continue;
            }
            let resends = message.resends + 1;
            let attributes = vec![(RESEND_COUNT, resends.to_string()), message.chain.attribute()];
            let delay = AGAIN_AFTER * resends;
            outgoing.push(Outgoing { body: message.body.clone(), delay, attributes });
            again.push(position);
        }
        if outgoing.is_empty() {
            return;
        }
        let queue = &self.config.queue_url;
        let results = messages::send(&self.clients.sqs, queue, outgoing).await;
        outcomes.sent(again, results);
    }
}

/// Tells what went wrong, by who is to do something about it.
fn log_fault(fault: &Fault) {
    match fault {
        Fault::Busy(what) | Fault::Gone(what) => tracing::warn!("to be looked at again: {what}"),
        Fault::Denied(what)
        | Fault::NoCluster(what)
        | Fault::Bug(what)
        | Fault::Malformed(what) => tracing::error!("a human must act: {what}"),
    }
}

/// A message with why it cannot be understood. A body that leaves no room for that goes without: the log has it.
fn with_dead_letter_reason(body: String, reason: String) -> Outgoing {
    let with = Outgoing { body, delay: Duration::ZERO, attributes: vec![(REASON, reason)] };
    if with.fits() { with } else { Outgoing { attributes: Vec::new(), ..with } }
}

/// Whether the sweep finds by itself what this signal tells.
fn is_found_by_sweep(signal: &Signal) -> bool {
    match signal {
        Signal::LifecycleAction(_)
        | Signal::TaskStopped(_)
        | Signal::ContainerInstance(_)
        | Signal::Recheck(_)
        | Signal::Sweep { .. } => true,
        Signal::SpotInterruption { .. }
        | Signal::RebalanceRecommendation { .. }
        | Signal::Ec2InstanceState { .. }
        | Signal::ScheduledChange { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use drain::decision::Decision;
    use drain::reason::Reason;
    use drain::trigger::Triggers;

    use super::*;
    use crate::worker::batch_instance::BatchInstance;

    fn instance(sources: &[usize], faults: Vec<Fault>) -> BatchInstance {
        let mut instance = BatchInstance::new("i-1", Triggers::default());
        instance.sources = sources.iter().copied().collect();
        instance.open = false;
        instance.faults = faults;
        instance
    }

    #[test]
    fn a_busy_answer_sends_the_messages_of_its_instance_again_and_no_other() {
        let busy = Fault::Busy("describing".to_owned());
        let mut outcomes = MessageOutcomes::new(3);

        outcomes.blame(&BatchInstances::from([("i-1".to_owned(), instance(&[0, 2], vec![busy]))]));

        assert_eq!(
            outcomes.0,
            [MessageOutcome::Resend, MessageOutcome::Done, MessageOutcome::Resend]
        );
    }

    #[test]
    fn what_was_told_of_an_instance_before_it_joined_its_cluster_is_sent_again() {
        let mut early = instance(&[0], Vec::new());
        early.decision = Some(Decision::nothing(Reason::EarlyEvent));
        let mut outcomes = MessageOutcomes::new(1);

        outcomes.blame(&BatchInstances::from([("i-1".to_owned(), early)]));

        assert_eq!(outcomes.0, [MessageOutcome::Resend]);
    }

    #[test]
    fn the_worse_fate_wins() {
        let mut outcomes = MessageOutcomes::new(1);

        outcomes.trouble(&Fault::Denied("describing".to_owned()), [0]);
        outcomes.trouble(&Fault::Busy("describing".to_owned()), [0]);

        assert_eq!(outcomes.0, [MessageOutcome::Fail]);
    }

    #[test]
    fn what_the_sweep_finds_for_itself_faults_no_message() {
        let denied = Fault::Denied("describing".to_owned());
        let mut outcomes = MessageOutcomes::new(1);

        outcomes.blame(&BatchInstances::from([("i-1".to_owned(), instance(&[], vec![denied]))]));

        assert_eq!(outcomes.0, [MessageOutcome::Done]);
    }

    #[test]
    fn a_decision_that_never_comes_fails_its_messages() {
        let mut open = instance(&[0], Vec::new());
        open.open = true;
        let mut outcomes = MessageOutcomes::new(1);

        outcomes.blame(&BatchInstances::from([("i-1".to_owned(), open)]));

        assert_eq!(outcomes.0, [MessageOutcome::Fail]);
    }
}

//! Messages that ebb sends on: resent to the queue, or sent to the dead-letter queue.
//!
//! Rule 12. A message that cannot be understood is sent to the dead-letter queue with its reason.
//!
//! A message is resent if AWS did not answer about its instance, if the instance has not registered yet, or if it may not be
//! replaced yet. The message may be the only place with its content. A message that fails would instead be delivered much
//! later, and use up its receive count.

use std::collections::BTreeSet;
use std::time::Duration;

use drain::observation::Status;
use drain::reason::Reason;
use drain::signal::Signal;
use drain::trigger::TriggerKind;

use super::Worker;
use super::batch_instance::{BatchInstance, BatchInstances};
use super::batch_signals::BatchSignals;
use super::message::{RESENDS_ATTRIBUTE, ReceivedMessage};
use super::message_outcome::{MessageOutcome, MessageOutcomes};
use crate::act::messages::{self, OutgoingMessage};
use crate::limits::{PLAN_RESEND_DELAY, RESEND_DELAY, RESENDS, WARNING_RESEND_DELAY};

/// Message attribute with the reason why a message is in the dead-letter queue.
const REASON_ATTRIBUTE: &str = "ebb.reason";

impl Worker {
    /// Sends messages on as their outcomes ask, and returns the ids of those that fail.
    pub(super) async fn forward_messages(
        &self,
        messages: &[ReceivedMessage],
        signals: &BatchSignals,
        instances: &BatchInstances,
        mut outcomes: MessageOutcomes,
    ) -> BTreeSet<String> {
        self.dead_letter(messages, &mut outcomes).await;
        let urgent = undrained_warnings(instances);
        self.resend(messages, signals, &urgent, &mut outcomes).await;
        let failed = outcomes.positions(&MessageOutcome::Fail).into_iter();
        failed.filter_map(|position| messages.get(position)?.id.clone()).collect()
    }

    async fn dead_letter(&self, messages: &[ReceivedMessage], outcomes: &mut MessageOutcomes) {
        let malformed = outcomes.matching(|it| matches!(it, MessageOutcome::DeadLetter(_)));
        let outgoing = malformed.iter().filter_map(|(position, outcome)| {
            let message = messages.get(*position)?;
            let MessageOutcome::DeadLetter(reason) = outcome else { return None };
            let message_id = message.id();
            tracing::warn!(message_id, error = %reason, "cannot parse message {message_id}: {reason}");
            Some(with_reason(message.body.clone(), reason.to_string()))
        });
        let outgoing: Vec<OutgoingMessage> = outgoing.collect();
        let positions: Vec<usize> = malformed.iter().map(|(position, _)| *position).collect();
        let Some(queue) = &self.config.dead_letter_queue_url else {
            for position in positions {
                outcomes.worsen(position, MessageOutcome::Fail);
            }
            return;
        };
        let results = messages::send(&self.clients.sqs, queue, outgoing).await;
        outcomes.add_sent(positions, results);
    }

    async fn resend(
        &self,
        messages: &[ReceivedMessage],
        signals: &BatchSignals,
        urgent: &BTreeSet<usize>,
        outcomes: &mut MessageOutcomes,
    ) {
        let (mut resent, mut outgoing) = (Vec::new(), Vec::new());
        let (mut resent_plans, mut plans) = (Vec::new(), Vec::new());
        for position in outcomes.positions(&MessageOutcome::Resend) {
            let (Some(message), Some(signal)) =
                (messages.get(position), signals.of_message(position))
            else {
                continue;
            };
            if message.resends >= RESENDS || !message.chain.allows_resend() {
                let is_found = is_found_by_sweep(signal);
                let outcome = if is_found { MessageOutcome::Done } else { MessageOutcome::Fail };
                outcomes.replace(position, outcome);
                continue;
            }
            let resends = message.resends + 1;
            let attributes =
                vec![(RESENDS_ATTRIBUTE, resends.to_string()), message.chain.next_attribute()];
            let is_plan = matches!(signal, Signal::StopPlan(_));
            let delay = match is_plan {
                true => PLAN_RESEND_DELAY,
                false if urgent.contains(&position) => urgent_delay(resends),
                false => RESEND_DELAY * resends,
            };
            let again = OutgoingMessage { body: message.body.clone(), delay, attributes };
            let (positions, messages) = match is_plan {
                true => (&mut resent_plans, &mut plans),
                false => (&mut resent, &mut outgoing),
            };
            positions.push(position);
            messages.push(again);
        }
        let plan_queue = self.config.stop_plan_queue_url.as_deref().unwrap_or_default();
        for (queue, positions, messages) in
            [(self.config.queue_url.as_str(), resent, outgoing), (plan_queue, resent_plans, plans)]
        {
            if !messages.is_empty() {
                let results = messages::send(&self.clients.sqs, queue, messages).await;
                outcomes.add_sent(positions, results);
            }
        }
    }
}

/// Returns the delay of a resent warning whose instance is not DRAINING yet. The first one is short.
fn urgent_delay(resends: u32) -> Duration {
    WARNING_RESEND_DELAY.max(RESEND_DELAY * resends.saturating_sub(1))
}

/// Returns the positions of the messages whose instance has a Spot interruption warning, and is not DRAINING yet because AWS was
/// busy.
fn undrained_warnings(instances: &BatchInstances) -> BTreeSet<usize> {
    let is_urgent = |instance: &&BatchInstance| {
        let found = instance.observation.container_instance.present();
        let described = found.and_then(|it| it.described.as_ref());
        let is_early = matches!(instance.reason(), Some(Reason::EarlyEvent));
        instance.observation.triggers.include(&[TriggerKind::SpotInterruption])
            && !is_early
            && described.is_none_or(|it| it.status != Status::Draining)
    };
    instances.values().filter(is_urgent).flat_map(|it| it.messages.iter().copied()).collect()
}

/// Returns a message for the dead-letter queue. If the body leaves no room for the reason, only the log has the reason.
fn with_reason(body: String, reason: String) -> OutgoingMessage {
    let attributes = vec![(REASON_ATTRIBUTE, reason)];
    let with = OutgoingMessage { body, delay: Duration::ZERO, attributes };
    if with.fits() { with } else { OutgoingMessage { attributes: Vec::new(), ..with } }
}

/// Returns true if the sweep finds the content of this signal without the message.
fn is_found_by_sweep(signal: &Signal) -> bool {
    match signal {
        Signal::LifecycleAction(_)
        | Signal::TaskStopped(_)
        | Signal::ContainerInstance(_)
        | Signal::PlacementFailure(_)
        | Signal::Recheck(_)
        | Signal::StopPlan(_)
        | Signal::Sweep { .. } => true,
        Signal::SpotInterruption { .. }
        | Signal::RebalanceRecommendation { .. }
        | Signal::Ec2InstanceState { .. }
        | Signal::ScheduledChange { .. } => false,
    }
}

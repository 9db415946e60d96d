//! One message: its body, when it was sent, how often it was sent again, and the chain that it continues.

use std::panic::{AssertUnwindSafe, catch_unwind};

use aws_lambda_events::event::sqs::SqsMessage;
use drain::arn::Location;
use drain::log_text;
use drain::signal::{Signal, parse_message};
use jiff::Timestamp;

use super::message_outcome::MessageOutcome;
use crate::fault::Fault;
use crate::feed::Feed;
use crate::message_chain::MessageChain;

/// The message attribute that counts how often ebb sent a message again.
pub(super) const RESEND_COUNT: &str = "ebb.hops";
/// The message attribute that says why a message is in the dead-letter queue.
pub(super) const REASON: &str = "ebb.reason";

/// Characters of a body that are logged: the message itself is in the dead-letter queue by then.
const LOGGED: usize = 2_000;

/// A message of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReceivedMessage {
    pub(super) id: Option<String>,
    pub(super) body: String,
    pub(super) sent_at: Option<Timestamp>,
    /// How often ebb sent it again.
    pub(super) resends: u32,
    /// The longest chain of its batch.
    pub(super) chain: MessageChain,
    /// Where its queue is, which is where everything is that is served. None where nobody says.
    here: Option<Location>,
}

impl ReceivedMessage {
    fn new(message: SqsMessage) -> Self {
        let sent = message.attributes.get("SentTimestamp").and_then(|text| text.parse().ok());
        let attributes = &message.message_attributes;
        let text = |name| attributes.get(name).and_then(|it| it.string_value.as_deref());
        let resends = text(RESEND_COUNT).and_then(|text| text.parse().ok()).unwrap_or(0);
        let chain = text(MessageChain::ATTRIBUTE).map(MessageChain::parse).unwrap_or_default();
        let here = message.event_source_arn.as_deref().and_then(Location::parse);
        Self {
            id: message.message_id,
            body: message.body.unwrap_or_default(),
            sent_at: sent.and_then(|millisecond| Timestamp::from_millisecond(millisecond).ok()),
            resends,
            chain,
            here,
        }
    }

    /// The messages of one invocation.
    pub(super) fn together(messages: Vec<SqsMessage>) -> Vec<Self> {
        let mut messages: Vec<Self> = messages.into_iter().map(Self::new).collect();
        let longest = messages.iter().map(|message| message.chain).max().unwrap_or_default();
        messages.iter_mut().for_each(|message| message.chain = longest);
        messages
    }

    pub(super) fn log_panic(&self, what: &str) {
        let message_id = self.id.as_deref().unwrap_or_default();
        tracing::error!(message_id, body = log_text::one_line(&self.body, LOGGED), "{what}");
    }

    /// The signal of this message; none where it needs nothing done.
    pub(super) fn signal(
        &self,
        feed: Feed,
        now: Timestamp,
    ) -> Result<Option<Signal>, MessageOutcome> {
        let received_at = self.sent_at.unwrap_or(now);
        let reading = catch_unwind(AssertUnwindSafe(|| parse_message(&self.body, received_at)));
        let message_id = self.id.as_deref().unwrap_or_default();
        let Ok(reading) = reading else {
            self.log_panic("reading this message makes ebb panic");
            return Err(MessageOutcome::Fail);
        };
        let reading =
            reading.map_err(|malformed| MessageOutcome::malformed(malformed.to_string()))?;
        if reading.time_from_receipt {
            tracing::info!(
                message_id,
                "the time of this event cannot be read: its receipt stands in"
            );
        }
        if self.here.as_ref().is_some_and(|here| reading.is_from_elsewhere(here)) {
            tracing::info!(message_id, "nothing to do: it tells of another account or Region");
            return Ok(None);
        }
        match reading.signal {
            Ok(signal) if feed.carries(&signal) => Ok(Some(signal.not_after(now))),
            Ok(_) => Err(MessageOutcome::malformed(format!(
                "the feed {} does not carry it",
                feed.name()
            ))),
            Err(ignored) => {
                tracing::debug!(message_id, ?ignored, "nothing to do");
                Ok(None)
            }
        }
    }
}

impl MessageOutcome {
    fn malformed(reason: String) -> Self {
        Self::DeadLetter(Fault::Malformed(reason))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(body: &str) -> ReceivedMessage {
        let id = Some("m-1".to_owned());
        let chain = MessageChain::default();
        ReceivedMessage { id, body: body.to_owned(), sent_at: None, resends: 0, chain, here: None }
    }

    const LOOK: &str = r#"{"ebb":"recheck","version":1,"ec2_instances":["i-0123456789abcdef0"],
        "purpose":"settle","at":"2026-03-02T09:00:00Z"}"#;

    #[test]
    fn a_message_keeps_when_it_was_sent_and_how_often() {
        let mut message = SqsMessage::default();
        message.attributes.insert("SentTimestamp".to_owned(), "1772442000500".to_owned());

        let message = ReceivedMessage::new(message);

        assert_eq!(message.sent_at.map(|at| at.as_millisecond()), Some(1_772_442_000_500));
        assert_eq!(message.resends, 0);
    }

    #[test]
    fn a_message_that_is_no_json_is_malformed() {
        let signals = message("not json").signal(Feed::AsgLifecycle, Timestamp::UNIX_EPOCH);

        assert!(matches!(signals, Err(MessageOutcome::DeadLetter(_))));
    }

    #[test]
    fn an_event_of_another_account_than_its_queues_is_passed_over() {
        let event = |account: &str| {
            let mut message = SqsMessage::default();
            message.event_source_arn = Some("arn:aws:sqs:eu-west-1:111122223333:q".to_owned());
            message.body = Some(format!(
                r#"{{"source":"aws.ec2","detail-type":"EC2 Instance Rebalance Recommendation",
                "account":"{account}","detail":{{"instance-id":"i-0123456789abcdef0"}}}}"#
            ));
            ReceivedMessage::new(message).signal(Feed::SpotInterruption, Timestamp::UNIX_EPOCH)
        };

        assert!(matches!(event("111122223333"), Ok(Some(_))));
        assert_eq!(event("444455556666"), Ok(None));
    }

    #[test]
    fn a_look_is_heard_on_every_feed() {
        let signals = message(LOOK).signal(Feed::Sweep, Timestamp::UNIX_EPOCH);

        assert!(matches!(signals, Ok(Some(Signal::Recheck(_)))));
    }
}

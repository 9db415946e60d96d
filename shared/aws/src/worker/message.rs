//! A received message: body, time, resends, and the chain that it continues.

use std::panic::{AssertUnwindSafe, catch_unwind};

use aws_lambda_events::event::sqs::SqsMessage;
use drain::arn::Location;
use drain::log_text;
use drain::signal::{ParsedMessage, Signal, parse_message};
use jiff::Timestamp;

use super::message_outcome::MessageOutcome;
use crate::feed::Feed;
use crate::limits::{BODY_CHARACTERS, ORIGIN_CHARACTERS};
use crate::message_chain::MessageChain;

/// Message attribute with the number of resends.
pub(super) const RESENDS_ATTRIBUTE: &str = "ebb.hops";

/// A message of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReceivedMessage {
    pub(super) id: Option<String>,
    pub(super) body: String,
    pub(super) sent_at: Option<Timestamp>,
    /// Number of times that ebb resent the message.
    pub(super) resends: u32,
    /// Longest chain of the batch.
    pub(super) chain: MessageChain,
    /// Name of the queue. `None` if the message has no queue ARN.
    queue: Option<String>,
    /// Location of the queue, and so of every resource that is served. `None` if the message has no queue ARN.
    location: Option<Location>,
}

impl ReceivedMessage {
    fn new(message: SqsMessage) -> Self {
        let sent = message.attributes.get("SentTimestamp").and_then(|text| text.parse().ok());
        let attributes = &message.message_attributes;
        let text = |name| attributes.get(name).and_then(|it| it.string_value.as_deref());
        let resends = text(RESENDS_ATTRIBUTE).and_then(|text| text.parse().ok()).unwrap_or(0);
        let chain = text(MessageChain::ATTRIBUTE).map(MessageChain::parse).unwrap_or_default();
        let queue = message.event_source_arn.as_deref().and_then(|arn| arn.rsplit(':').next());
        let queue = queue.map(str::to_owned);
        let location = message.event_source_arn.as_deref().and_then(Location::parse);
        Self {
            id: message.message_id,
            body: message.body.unwrap_or_default(),
            sent_at: sent.and_then(|millisecond| Timestamp::from_millisecond(millisecond).ok()),
            resends,
            chain,
            queue,
            location,
        }
    }

    /// Returns true if the message comes from the queue with this URL. A URL ends in the name of its queue.
    pub(super) fn is_from(&self, url: &str) -> bool {
        self.queue.as_deref().is_some_and(|queue| url.rsplit('/').next() == Some(queue))
    }

    /// Converts the messages of one invocation. Each gets the longest chain among them.
    pub(super) fn batch(messages: Vec<SqsMessage>) -> Vec<Self> {
        let mut messages: Vec<Self> = messages.into_iter().map(Self::new).collect();
        let longest = messages.iter().map(|message| message.chain).max().unwrap_or_default();
        messages.iter_mut().for_each(|message| message.chain = longest);
        messages
    }

    /// Logs that this message made ebb panic. `doing` is what ebb did in the gerund.
    pub(super) fn log_panic(&self, doing: &str) {
        let message_id = self.id();
        let body = log_text::one_line(&self.body, BODY_CHARACTERS);
        tracing::error!(
            message_id,
            body,
            "ebb panicked while {doing} message {message_id}; this is a bug in ebb, report it with the body"
        );
    }

    /// Returns the id for log lines.
    pub(super) fn id(&self) -> &str {
        self.id.as_deref().unwrap_or_default()
    }

    /// Parses the signal of this message, or returns `None` if it needs no action.
    ///
    /// # Errors
    ///
    /// The outcome of a message that cannot be used.
    pub(super) fn signal(
        &self,
        feed: Feed,
        now: Timestamp,
    ) -> Result<Option<Signal>, MessageOutcome> {
        let received_at = self.sent_at.unwrap_or(now);
        let message_id = self.id();
        let parsed = catch_unwind(AssertUnwindSafe(|| parse_message(&self.body, received_at)));
        let Ok(parsed) = parsed else {
            self.log_panic("parsing");
            return Err(MessageOutcome::Fail);
        };
        let parsed =
            parsed.map_err(|malformed| MessageOutcome::malformed(malformed.to_string()))?;
        if parsed.time_from_receipt {
            tracing::info!(
                message_id,
                "cannot parse the time of the event in message {message_id}: using the time of receipt"
            );
        }
        if let Some(here) = &self.location
            && parsed.is_from_elsewhere(here)
        {
            let origin = origin(&parsed, here);
            tracing::info!(
                message_id,
                "ignored message {message_id}: event from {origin}; this queue serves {here}"
            );
            return Ok(None);
        }
        match parsed.signal {
            Ok(signal) if feed.carries(&signal) => Ok(Some(signal.not_after(now))),
            Ok(_) => Err(MessageOutcome::malformed(format!(
                "feed {} does not carry this event; check the rule of its queue",
                feed.name()
            ))),
            Err(ignored) => {
                tracing::debug!(message_id, ?ignored, "ignored message {message_id}: {ignored:?}");
                Ok(None)
            }
        }
    }
}

/// Returns the origin of an event: its cluster if that is elsewhere, else its account and Region.
fn origin(parsed: &ParsedMessage, here: &Location) -> String {
    let cluster = parsed.signal.as_ref().ok().and_then(Signal::cluster);
    let origin = match cluster.filter(|arn| !here.has(arn)) {
        Some(arn) => format!("cluster {arn}"),
        None => {
            let account = parsed.account.as_deref().unwrap_or(&here.account);
            let region = parsed.region.as_deref().unwrap_or(&here.region);
            format!("account {account}, Region {region}")
        }
    };
    log_text::one_line(&origin, ORIGIN_CHARACTERS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(body: &str) -> ReceivedMessage {
        ReceivedMessage {
            id: Some("m-1".to_owned()),
            body: body.to_owned(),
            sent_at: None,
            resends: 0,
            chain: MessageChain::default(),
            queue: None,
            location: None,
        }
    }

    const RECHECK: &str = r#"{"ebb":"recheck","version":1,"ec2_instances":["i-0123456789abcdef0"],
        "purpose":"settle","at":"2026-03-02T09:00:00Z"}"#;

    #[test]
    fn message_of_aws_has_its_time_and_no_resends() {
        let mut message = SqsMessage::default();
        message.attributes.insert("SentTimestamp".to_owned(), "1772442000500".to_owned());

        let message = ReceivedMessage::new(message);

        assert_eq!(message.sent_at.map(|at| at.as_millisecond()), Some(1_772_442_000_500));
        assert_eq!(message.resends, 0);
    }

    #[test]
    fn message_that_is_no_json_is_dead_lettered() {
        let signal = message("not json").signal(Feed::AsgLifecycle, Timestamp::UNIX_EPOCH);

        assert!(matches!(signal, Err(MessageOutcome::DeadLetter(_))));
    }

    #[test]
    fn event_of_another_account_is_ignored() {
        let signal = |account: &str| {
            let mut message = SqsMessage::default();
            message.event_source_arn = Some("arn:aws:sqs:eu-west-1:111122223333:q".to_owned());
            message.body = Some(format!(
                r#"{{"source":"aws.ec2","detail-type":"EC2 Instance Rebalance Recommendation",
                "account":"{account}","detail":{{"instance-id":"i-0123456789abcdef0"}}}}"#
            ));
            ReceivedMessage::new(message).signal(Feed::SpotInterruption, Timestamp::UNIX_EPOCH)
        };

        assert!(matches!(signal("111122223333"), Ok(Some(_))));
        assert_eq!(signal("444455556666"), Ok(None));
    }

    #[test]
    fn recheck_is_accepted_on_every_feed() {
        let signal = message(RECHECK).signal(Feed::Sweep, Timestamp::UNIX_EPOCH);

        assert!(matches!(signal, Ok(Some(Signal::Recheck(_)))));
    }
}

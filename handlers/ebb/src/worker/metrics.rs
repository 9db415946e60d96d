//! Metrics of a worker, in the text format of OpenMetrics.

use std::fmt;

use aws::consumer::ConsumerCounts;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric, text};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;

use super::state::WorkerState;

/// Content type of the metrics.
pub(super) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Counter: name, help, and value.
type Row = (&'static str, &'static str, fn(&ConsumerCounts) -> u64);

const COUNTERS: [Row; 8] = [
    ("ebb_polls", "Polls of the queue that were answered", |it| it.polls),
    ("ebb_failed_polls", "Polls of the queue that failed", |it| it.failed_polls),
    ("ebb_messages_received", "Messages received", |it| it.received),
    ("ebb_messages_redelivered", "Messages that were received again", |it| it.redelivered),
    ("ebb_batches", "Batches of messages", |it| it.batches),
    ("ebb_messages_done", "Messages handled and deleted", |it| it.done),
    ("ebb_messages_failed", "Messages that failed and will be delivered again", |it| it.failed),
    (
        "ebb_messages_given_back",
        "Messages that the worker returned to the queue at its end",
        |it| it.returned,
    ),
];

/// Returns all metrics as text.
pub(super) fn text(state: &WorkerState) -> Result<String, fmt::Error> {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(state.clone()));
    let mut out = String::new();
    text::encode(&mut out, &registry)?;
    Ok(out)
}

impl Collector for WorkerState {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let feeds: Vec<_> =
            self.consumers.iter().map(|it| (it.feed().name(), it.counts())).collect();
        for (name, help, count) in COUNTERS {
            let mut family = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
            for (feed, counts) in &feeds {
                let labels = [("feed", *feed)];
                ConstCounter::new(count(counts)).encode(family.encode_family(&labels)?)?;
            }
        }
        let mut decisions = encoder.encode_descriptor(
            "ebb_decisions",
            "New decisions about instances, by the code of their reason",
            None,
            MetricType::Counter,
        )?;
        for consumer in self.consumers.iter() {
            for (reason, count) in consumer.decision_counts() {
                let labels = [("feed", consumer.feed().name()), ("reason", reason)];
                ConstCounter::new(count).encode(decisions.encode_family(&labels)?)?;
            }
        }
        let mut sent = encoder.encode_descriptor(
            "ebb_notifications",
            "Notifications by channel, and by the result of their delivery",
            None,
            MetricType::Counter,
        )?;
        for (channel, (done, failed)) in self.notifications.notifier().counts() {
            for (delivery, count) in [("sent", done), ("failed", failed)] {
                let labels = [("channel", channel.as_str()), ("delivery", delivery)];
                ConstCounter::new(count).encode(sent.encode_family(&labels)?)?;
            }
        }
        let help = "Messages in progress";
        let mut in_progress =
            encoder.encode_descriptor("ebb_messages_in_hand", help, None, MetricType::Gauge)?;
        for (feed, counts) in &feeds {
            let number = i64::try_from(counts.in_progress()).unwrap_or(i64::MAX);
            ConstGauge::new(number).encode(in_progress.encode_family(&[("feed", *feed)])?)?;
        }
        let help = "1 if the worker receives messages of the feed, else 0";
        let mut receives =
            encoder.encode_descriptor("ebb_receives", help, None, MetricType::Gauge)?;
        for consumer in self.consumers.iter() {
            let labels = [("feed", consumer.feed().name())];
            ConstGauge::new(i64::from(consumer.is_receiving()))
                .encode(receives.encode_family(&labels)?)?;
        }
        Ok(())
    }
}

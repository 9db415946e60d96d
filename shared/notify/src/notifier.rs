//! The notifier of a process: it gathers notifications, and sends events and messages.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws::Clients;
use aws::clients::Clock;
use aws::fault::Fault;

use crate::channels::{Channel, ChannelDelivery, Channels};
use crate::grouping::Grouping;
use crate::limits::HELD_NOTIFICATIONS;
use crate::message::Message;
use crate::notification::{Notification, Severity};
use crate::settings::NotifySettings;

/// Target of the log lines.
const TARGET: &str = "ebb::notification";

/// Counts of notifications, by channel: delivered ones, and those whose delivery failed.
pub type NotificationCounts = BTreeMap<Channel, (u64, u64)>;

/// The notifier of a process.
///
/// [`Self::add`] is cheap and calls nothing. [`Self::flush`] and [`Self::flush_all`] send. None of them returns an error: a
/// notification that fails is logged and counted.
pub struct Notifier {
    channels: Channels,
    severity: Severity,
    clock: Clock,
    region: Option<String>,
    pending: Mutex<Pending>,
    counts: Mutex<NotificationCounts>,
}

#[derive(Debug)]
struct Pending {
    events: Vec<Notification>,
    grouping: Grouping,
}

impl fmt::Debug for Notifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notifier").field("channels", &self.channels.configured()).finish()
    }
}

impl Notifier {
    /// Creates a notifier with these settings.
    pub fn new(settings: &NotifySettings, clients: &Clients) -> Self {
        Self {
            channels: Channels::new(settings, clients),
            severity: settings.severity,
            clock: clients.clock.clone(),
            region: clients.config.region().map(ToString::to_string),
            pending: Mutex::new(Pending {
                events: Vec::new(),
                grouping: Grouping::new(settings.window),
            }),
            counts: Mutex::default(),
        }
    }

    /// Returns the configured channels.
    pub fn configured(&self) -> Vec<Channel> {
        self.channels.configured()
    }

    /// Returns the number of configured channels that receive messages.
    pub(crate) fn channels_of_messages(&self) -> usize {
        self.channels.of_messages().len()
    }

    /// Adds a notification: for an event, and for a message if it is severe enough.
    pub fn add(&self, mut notification: Notification) {
        if notification.region.is_none() {
            notification.region.clone_from(&self.region);
        }
        if self.configured().contains(&Channel::Events) {
            let mut pending = self.pending();
            let is_full = pending.events.len() >= HELD_NOTIFICATIONS;
            if is_full {
                drop(pending);
                self.count(Channel::Events, 1, false);
            } else {
                pending.events.push(notification.clone());
            }
        }
        self.add_message(notification);
    }

    /// Adds a notification whose event was sent already: for a message, if it is severe enough.
    pub fn add_message(&self, notification: Notification) {
        let channels = self.channels.of_messages();
        if channels.is_empty() || notification.severity < self.severity {
            return;
        }
        let is_held = self.pending().grouping.add(notification, self.clock.now());
        if !is_held {
            channels.into_iter().for_each(|channel| self.count(channel, 1, false));
        }
    }

    /// Returns the end of the first window of messages.
    pub fn next_end(&self) -> Option<jiff::Timestamp> {
        self.pending().grouping.next_end()
    }

    /// Sends all events, and the messages whose window has ended. Returns the failed deliveries.
    pub async fn flush(&self) -> Vec<ChannelDelivery> {
        let now = self.clock.now();
        let messages = self.pending().grouping.take_due(now);
        self.send(messages).await
    }

    /// Sends all events and all messages. Call it at the end of a process, and of an invocation. Returns the failed deliveries.
    pub async fn flush_all(&self) -> Vec<ChannelDelivery> {
        let messages = self.pending().grouping.take_all();
        self.send(messages).await
    }

    /// Sends all events and all messages, for this long at most. The rest is lost: it is logged, and events count as failed.
    pub async fn flush_within(&self, limit: Duration) {
        let events = self.pending().events.len();
        if tokio::time::timeout(limit, self.flush_all()).await.is_err() {
            self.count(Channel::Events, events as u64, false);
            let seconds = limit.as_secs();
            tracing::warn!(target: TARGET, delivery = "failed", events, "notifications lost: not sent within {seconds} s");
        }
    }

    /// Returns the counts since the process started.
    pub fn counts(&self) -> NotificationCounts {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sends a test by one channel.
    pub async fn test(&self, channel: Channel) -> ChannelDelivery {
        let mut test = Notification::test(self.clock.now());
        test.region.clone_from(&self.region);
        let delivery = match channel {
            Channel::Events => self.channels.send_events(&[test]).await.into_iter().next(),
            other => Some(self.channels.send(other, &Message::of(test)).await),
        };
        delivery.unwrap_or(ChannelDelivery { channel, notifications: 0, fault: None })
    }

    async fn send(&self, messages: Vec<Message>) -> Vec<ChannelDelivery> {
        let events = std::mem::take(&mut self.pending().events);
        let mut deliveries = self.channels.send_events(&events).await;
        for message in &messages {
            for channel in self.channels.of_messages() {
                deliveries.push(self.channels.send(channel, message).await);
            }
        }
        for delivery in &deliveries {
            self.report(delivery);
        }
        deliveries.retain(|delivery| delivery.fault.is_some());
        deliveries
    }

    /// Logs and counts a delivery. `delivery` is a field of its own, because `outcome` is that of operations.
    fn report(&self, it: &ChannelDelivery) {
        let ChannelDelivery { channel, notifications, fault } = it;
        let name = channel.as_str();
        self.count(*channel, *notifications as u64, fault.is_none());
        match fault {
            None => {
                tracing::info!(target: TARGET, channel = name, notifications, delivery = "sent", "sent by channel {name}: {notifications}");
            }
            Some(fault @ (Fault::Busy(_) | Fault::Gone(_))) => {
                tracing::warn!(target: TARGET, channel = name, notifications, delivery = "failed", "notifications lost on channel {name}: {fault}");
            }
            Some(fault) => {
                tracing::error!(target: TARGET, channel = name, notifications, delivery = "failed", "notifications lost on channel {name}: {fault}; check EBB_NOTIFY_ variables and the role, then run ebb notify --test");
            }
        }
    }

    fn count(&self, channel: Channel, notifications: u64, is_sent: bool) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let (sent, failed) = counts.entry(channel).or_default();
        *(if is_sent { sent } else { failed }) += notifications;
    }

    fn pending(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

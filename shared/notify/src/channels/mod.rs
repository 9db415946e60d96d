//! Channels: the effects that deliver events and messages.

mod event_bus;
#[cfg(feature = "smtp")]
mod mail;
#[cfg(any(feature = "smtp", feature = "webhook"))]
mod secrets;
mod topic;
#[cfg(feature = "webhook")]
mod webhook;

use std::fmt::Display;

use aws::Clients;
use aws::fault::Fault;
use signed_calls::SignedCallError;

use crate::message::Message;
use crate::notification::Notification;
use crate::settings::NotifySettings;
use event_bus::EventBus;
use topic::Topic;

/// A channel.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    strum::EnumIter,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantNames,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Channel {
    /// Event bus of EventBridge.
    Events,
    /// Topic of SNS.
    Topic,
    /// Webhook.
    Webhook,
    /// Mail server.
    Smtp,
}

impl Channel {
    /// Returns the name, for example `events`.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// Result of one delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelDelivery {
    /// Channel.
    pub channel: Channel,
    /// Number of notifications.
    pub notifications: usize,
    /// Fault, if the delivery failed.
    pub fault: Option<Fault>,
}

/// The configured channels of a process.
#[derive(Debug)]
pub(crate) struct Channels {
    events: Option<EventBus>,
    topic: Option<Topic>,
    #[cfg(feature = "webhook")]
    webhook: Option<webhook::Webhook>,
    #[cfg(feature = "smtp")]
    mail: Option<mail::MailServer>,
}

impl Channels {
    pub(crate) fn new(settings: &NotifySettings, clients: &Clients) -> Self {
        #[cfg(any(feature = "smtp", feature = "webhook"))]
        let secrets = std::sync::Arc::new(secrets::Secrets::new(clients));
        Self {
            events: settings.event_bus.clone().map(|bus| EventBus::new(clients, bus)),
            topic: settings.topic_arn.clone().map(|arn| Topic::new(clients, arn)),
            #[cfg(feature = "webhook")]
            webhook: settings
                .webhook
                .clone()
                .map(|it| webhook::Webhook::new(it, clients, std::sync::Arc::clone(&secrets))),
            #[cfg(feature = "smtp")]
            mail: settings.smtp.clone().map(|it| mail::MailServer::new(it, clients, secrets)),
        }
    }

    /// Returns the configured channels.
    pub(crate) fn configured(&self) -> Vec<Channel> {
        let events = self.events.is_some().then_some(Channel::Events);
        events.into_iter().chain(self.of_messages()).collect()
    }

    /// Returns the configured channels that receive messages.
    pub(crate) fn of_messages(&self) -> Vec<Channel> {
        let mut channels = Vec::new();
        channels.extend(self.topic.is_some().then_some(Channel::Topic));
        #[cfg(feature = "webhook")]
        channels.extend(self.webhook.is_some().then_some(Channel::Webhook));
        #[cfg(feature = "smtp")]
        channels.extend(self.mail.is_some().then_some(Channel::Smtp));
        channels
    }

    /// Sends an event for each notification.
    pub(crate) async fn send_events(&self, notifications: &[Notification]) -> Vec<ChannelDelivery> {
        match &self.events {
            Some(events) => events.put(notifications).await,
            None => Vec::new(),
        }
    }

    /// Sends a message by one channel.
    pub(crate) async fn send(&self, channel: Channel, message: &Message) -> ChannelDelivery {
        let sent = match channel {
            Channel::Topic => match &self.topic {
                Some(topic) => topic.publish(message).await,
                None => Ok(()),
            },
            #[cfg(feature = "webhook")]
            Channel::Webhook => match &self.webhook {
                Some(webhook) => webhook.send(message).await,
                None => Ok(()),
            },
            #[cfg(feature = "smtp")]
            Channel::Smtp => match &self.mail {
                Some(mail) => mail.send(message).await,
                None => Ok(()),
            },
            _ => Ok(()),
        };
        ChannelDelivery { channel, notifications: message.count(), fault: sent.err() }
    }
}

/// Sorts the error of a signed call.
///
/// A topic, a bus or a secret that does not exist is a mistake of the configuration, so the operator must act.
fn sorted(doing: impl Display, error: &SignedCallError) -> Fault {
    match Fault::new(doing, error) {
        Fault::Gone(text) | Fault::Bug(text) | Fault::NoCluster(text) => Fault::Denied(text),
        fault => fault,
    }
}

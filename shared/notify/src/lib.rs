//! Notifications about drains and operations.
//!
//! The pure part makes a [`notification::Notification`] of a decision that matters, an event of each ([`event`]), and a
//! message for people of one or of a crowd ([`message`], [`grouping`], [`template`]). The effects are [`channels`]: an
//! EventBridge bus, an SNS topic, a webhook, and mail. A notification that fails fails no drain and no operation. It is
//! logged and counted.

pub mod channels;
pub mod drains;
pub mod event;
pub mod grouping;
pub mod limits;
pub mod message;
pub mod notification;
pub mod notifier;
#[cfg(feature = "operations")]
pub mod operations;
mod relay;
pub mod settings;
#[cfg(feature = "webhook")]
pub mod template;
#[cfg(feature = "webhook")]
mod webhook_url;
pub mod wiring;

pub use channels::Channel;
pub use notification::Notification;
pub use notifier::Notifier;
pub use settings::NotifySettings;
pub use wiring::with_notifications;

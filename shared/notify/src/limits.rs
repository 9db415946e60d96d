//! Limits of notifications, each with its unit, its reason and its source.

use std::ops::RangeInclusive;
use std::time::Duration;

/// Characters of a subject. SNS takes fewer than 100 (SNS API reference, Publish), so 99.
pub const SUBJECT_CHARACTERS: usize = 99;
/// Notifications that the text of a crowd lists. More would not be read, and SMS and chats cut the text.
pub const LISTED_NOTIFICATIONS: usize = 20;
/// Notifications in one message. A message of SNS has 256 KB at most; a webhook's JSON has each of them, with about 600 bytes.
pub const NOTIFICATIONS_PER_MESSAGE: usize = 200;
/// Entries of one call of PutEvents (EventBridge API reference).
pub const EVENTS_PER_CALL: usize = 10;
/// Notifications that a process holds. Beyond them the oldest are dropped and counted as failed, because memory is finite.
pub const HELD_NOTIFICATIONS: usize = 10_000;
/// Time in which notifications of one kind become one message. EventBridge and the queues need seconds for the events of a crowd.
pub const WINDOW: Duration = Duration::from_secs(30);
/// Windows that may be configured. A longer one would delay the report of a lost task.
pub const WINDOWS: RangeInclusive<Duration> = Duration::ZERO..=Duration::from_secs(900);
/// Time for one delivery of a webhook or a mail. A function pays for it, and the next notification waits.
pub const DELIVERY_TIME: Duration = Duration::from_secs(10);
/// Time for the events of one batch. A function has 10 s for a batch, and a call of AWS that is not answered takes 8 s of them.
pub const BATCH_SENDING_TIME: Duration = Duration::from_secs(2);
/// Attempts of a webhook that is busy: status 429, or 500 and above.
pub const WEBHOOK_ATTEMPTS: u32 = 3;
/// Delay between two attempts of a webhook, if it names none. Slack takes about one message a second.
pub const WEBHOOK_DELAY: Duration = Duration::from_secs(1);
/// Longest delay between two attempts that a webhook may ask for.
pub const LONGEST_WEBHOOK_DELAY: Duration = Duration::from_secs(5);
/// Characters of a server's answer that an error quotes.
pub const ANSWER_CHARACTERS: usize = 200;
/// Time for which a secret is used again. A rotated secret is read after this time, and after each refused login.
pub const SECRET_AGE: Duration = Duration::from_secs(300);
/// Time between two deliveries of a worker. A message is late by this much at most.
pub const SENDING_INTERVAL: Duration = Duration::from_secs(1);

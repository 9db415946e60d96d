//! Grouping: a crowd of notifications of one kind becomes one message.
//!
//! The first notification of a kind opens a window. Those of the same kind that follow within the window join it. A batch of
//! Lambda is grouped by [`Grouping::take_all`] at its end. Two processes do not know of each other: each sends a message
//! about its own part of a crowd. Where functions drain, one queue collects their events, and one batch of it is one crowd.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use crate::limits::{HELD_NOTIFICATIONS, NOTIFICATIONS_PER_MESSAGE};
use crate::message::Message;
use crate::notification::{Notification, NotificationKind};

/// Notifications that wait for the end of their window.
#[derive(Debug, Clone)]
pub struct Grouping {
    window: Duration,
    open: BTreeMap<NotificationKind, Window>,
}

#[derive(Debug, Clone)]
struct Window {
    ends_at: Timestamp,
    notifications: Vec<Notification>,
}

impl Grouping {
    /// Creates an empty grouping with this length of a window.
    pub fn new(window: Duration) -> Self {
        Self { window, open: BTreeMap::new() }
    }

    /// Adds a notification at this time. Returns false if too many wait already, and drops it.
    pub fn add(&mut self, notification: Notification, now: Timestamp) -> bool {
        let held: usize = self.open.values().map(|it| it.notifications.len()).sum();
        if held >= HELD_NOTIFICATIONS {
            return false;
        }
        let ends_at = now.checked_add(self.window).unwrap_or(Timestamp::MAX);
        let new = || Window { ends_at, notifications: Vec::new() };
        self.open.entry(notification.kind).or_insert_with(new).notifications.push(notification);
        true
    }

    /// Returns the end of the first window.
    pub fn next_end(&self) -> Option<Timestamp> {
        self.open.values().map(|window| window.ends_at).min()
    }

    /// Removes the windows that have ended, and returns their messages.
    pub fn take_due(&mut self, now: Timestamp) -> Vec<Message> {
        let (due, open) = std::mem::take(&mut self.open)
            .into_iter()
            .partition::<BTreeMap<_, _>, _>(|(_, window)| window.ends_at <= now);
        self.open = open;
        messages(due)
    }

    /// Removes all windows, and returns their messages.
    pub fn take_all(&mut self) -> Vec<Message> {
        messages(std::mem::take(&mut self.open))
    }
}

fn messages(windows: BTreeMap<NotificationKind, Window>) -> Vec<Message> {
    let chunks = windows.into_values().flat_map(|window| {
        let chunks = window.notifications.chunks(NOTIFICATIONS_PER_MESSAGE);
        chunks.map(<[Notification]>::to_vec).collect::<Vec<_>>()
    });
    chunks.filter_map(Message::of_all).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notification::Severity;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_772_442_000 + second).unwrap()
    }

    fn drain(kind: NotificationKind, second: i64) -> Notification {
        Notification::new(kind, Severity::Info, format!("drain {second}"), at(second))
    }

    fn grouping() -> Grouping {
        let mut grouping = Grouping::new(Duration::from_secs(30));
        for second in 0..20 {
            grouping.add(drain(NotificationKind::DrainBegan, second), at(second));
        }
        grouping
    }

    #[test]
    fn crowd_within_the_window_is_one_message() {
        let mut grouping = grouping();

        let messages = grouping.take_due(at(30));

        assert_eq!(messages.iter().map(Message::count).collect::<Vec<_>>(), [20]);
        assert_eq!(grouping.next_end(), None);
    }

    #[test]
    fn no_message_leaves_before_its_window_has_ended() {
        let mut grouping = grouping();

        assert_eq!(grouping.take_due(at(29)), []);
        assert_eq!(grouping.next_end(), Some(at(30)));
    }

    #[test]
    fn kinds_are_messages_of_their_own() {
        let mut grouping = grouping();
        grouping.add(drain(NotificationKind::DrainLostTasks, 5), at(5));

        let kinds: Vec<_> = grouping.take_all().iter().map(Message::kind).collect();

        assert_eq!(kinds, [NotificationKind::DrainBegan, NotificationKind::DrainLostTasks]);
    }

    #[test]
    fn crowd_beyond_the_size_of_a_message_is_several() {
        let mut grouping = Grouping::new(Duration::ZERO);
        (0..250).for_each(|n| assert!(grouping.add(drain(NotificationKind::DrainEnded, n), at(0))));

        let counts: Vec<_> = grouping.take_due(at(0)).iter().map(Message::count).collect();

        assert_eq!(counts, [200, 50]);
    }

    #[test]
    fn notification_beyond_the_memory_is_dropped() {
        let mut grouping = Grouping::new(Duration::ZERO);
        let add = |n: usize| grouping.add(drain(NotificationKind::DrainEnded, n as i64), at(0));

        let kept = (0..HELD_NOTIFICATIONS + 1).map(add).filter(|kept| *kept).count();

        assert_eq!(kept, HELD_NOTIFICATIONS);
    }
}

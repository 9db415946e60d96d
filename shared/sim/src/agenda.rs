//! The agenda: events that will happen in the world, in order of time.

use std::collections::BTreeMap;
use std::time::Duration;

/// Place of an event on the agenda, with which the event can be cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket(Duration, u64);

/// Events by the virtual time at which they happen. Events of one instant are in the order in which they were added.
#[derive(Debug)]
pub struct Agenda<E> {
    entries: BTreeMap<(Duration, u64), E>,
    added: u64,
}

impl<E> Default for Agenda<E> {
    fn default() -> Self {
        Self { entries: BTreeMap::new(), added: 0 }
    }
}

impl<E> Agenda<E> {
    /// Adds an event at a time since the start of the world.
    pub fn add(&mut self, at: Duration, event: E) -> Ticket {
        let ticket = Ticket(at, self.added);
        self.entries.insert((at, self.added), event);
        self.added += 1;
        ticket
    }

    /// Takes an event off the agenda. Has no effect if the event has happened already.
    pub fn cancel(&mut self, ticket: Ticket) {
        self.entries.remove(&(ticket.0, ticket.1));
    }

    /// Returns the time of the next event.
    pub fn next_at(&self) -> Option<Duration> {
        self.entries.keys().next().map(|(at, _)| *at)
    }

    /// Takes the next event that happens at `now` or before.
    pub fn take_due(&mut self, now: Duration) -> Option<E> {
        let entry = self.entries.first_entry()?;
        (entry.key().0 <= now).then(|| entry.remove())
    }

    /// Returns every event that is still to happen, in order, with its place.
    pub fn pending(&self) -> impl DoubleEndedIterator<Item = (Ticket, &E)> {
        self.entries.iter().map(|((at, number), event)| (Ticket(*at, *number), event))
    }

    /// Returns the event at a place, unless it has happened or was cancelled.
    pub fn get(&self, ticket: Ticket) -> Option<&E> {
        self.entries.get(&(ticket.0, ticket.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_of_one_instant_keep_the_order_in_which_they_were_added() {
        let mut agenda = Agenda::default();
        agenda.add(Duration::from_secs(2), "later");
        agenda.add(Duration::from_secs(1), "first");
        agenda.add(Duration::from_secs(1), "second");

        let taken: Vec<_> =
            std::iter::from_fn(|| agenda.take_due(Duration::from_secs(2))).collect();

        assert_eq!(taken, ["first", "second", "later"]);
    }

    #[test]
    fn an_event_that_is_cancelled_never_happens() {
        let mut agenda = Agenda::default();
        let ticket = agenda.add(Duration::from_secs(1), "cancelled");
        agenda.add(Duration::from_secs(1), "kept");

        agenda.cancel(ticket);

        assert_eq!(agenda.pending().map(|(_, event)| *event).collect::<Vec<_>>(), ["kept"]);
        assert_eq!(agenda.get(ticket), None);
    }

    #[test]
    fn nothing_is_taken_before_its_time() {
        let mut agenda = Agenda::default();
        agenda.add(Duration::from_secs(5), "later");

        assert_eq!(agenda.take_due(Duration::from_secs(4)), None);
        assert_eq!(agenda.next_at(), Some(Duration::from_secs(5)));
    }
}

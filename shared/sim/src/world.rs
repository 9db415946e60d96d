//! The world: its services, its clock, and what is going to happen in it.

use std::time::Duration;

use jiff::Timestamp;

use crate::agenda::{Agenda, Ticket};
use crate::history::{Entry, Fact};
use crate::random::Random;
use crate::scenario::Switches;

/// The account that everything belongs to.
pub const ACCOUNT: &str = "111122223333";
/// The Region that everything is in.
pub const REGION: &str = "eu-west-1";
/// The time of day at which a world begins unless it is told otherwise: 2026-03-02T09:00:00Z.
pub const START: Timestamp = Timestamp::constant(1_772_442_000, 0);

/// Everything there is. It changes by API calls and by its agenda, and by nothing else.
#[derive(Debug)]
pub struct World {
    /// What AWS leaves undocumented.
    pub switches: Switches,
    start: Timestamp,
    now: Duration,
    pub(crate) random: Random,
    agenda: Agenda<Event>,
    history: Vec<Entry>,
    fatal: Option<String>,
    pub(crate) ecs: crate::ecs::Ecs,
    pub(crate) autoscaling: crate::autoscaling::AutoScaling,
    pub(crate) ec2: crate::ec2::Ec2,
    pub(crate) eventbridge: crate::eventbridge::EventBridge,
    pub(crate) sqs: crate::sqs::Sqs,
    pub(crate) lambda: crate::lambda::Lambda,
    pub(crate) iam: crate::iam::Iam,
    pub(crate) throttle: crate::throttle::Throttle,
    pub(crate) managed: crate::managed::ManagedDraining,
    pub(crate) faults: crate::faults::Faults,
    pub(crate) credentials_expired_until: Option<Duration>,
    pub(crate) replica: Option<crate::replica::Replica>,
}

/// Something on the agenda of one of the services.
#[derive(Debug, Clone)]
#[allow(clippy::enum_variant_names, reason = "EventBridge is the name of a service")]
pub(crate) enum Event {
    Ecs(crate::ecs::Event),
    AutoScaling(crate::autoscaling::Event),
    Ec2(crate::ec2::Event),
    EventBridge(crate::eventbridge::Event),
    Sqs(crate::sqs::Event),
    Lambda(crate::lambda::Event),
    Managed(crate::managed::Event),
    Script(crate::script::Event),
}

impl World {
    /// An empty world, at [`START`].
    pub fn new(seed: u64, switches: Switches) -> Self {
        Self {
            switches,
            start: START,
            now: Duration::ZERO,
            random: Random::new(seed),
            agenda: Agenda::default(),
            history: Vec::new(),
            fatal: None,
            ecs: Default::default(),
            autoscaling: Default::default(),
            ec2: Default::default(),
            eventbridge: Default::default(),
            sqs: Default::default(),
            lambda: Default::default(),
            iam: Default::default(),
            throttle: Default::default(),
            managed: Default::default(),
            faults: Default::default(),
            credentials_expired_until: None,
            replica: None,
        }
    }

    /// The same, at another time of day: for callers who go by a clock of their own. Nothing may have happened yet.
    #[must_use]
    pub fn starting_at(self, start: Timestamp) -> Self {
        Self { start, ..self }
    }

    /// The time of day at which it began.
    pub fn start(&self) -> Timestamp {
        self.start
    }

    /// Virtual time since the start.
    pub fn elapsed(&self) -> Duration {
        self.now
    }

    /// Virtual time of day.
    pub fn now(&self) -> Timestamp {
        self.time_of(self.now)
    }

    /// The time of day, so long after the start.
    pub(crate) fn time_of(&self, elapsed: Duration) -> Timestamp {
        self.start + jiff::SignedDuration::try_from(elapsed).unwrap_or(jiff::SignedDuration::MAX)
    }

    /// What happened so far, in order.
    pub fn history(&self) -> &[Entry] {
        &self.history
    }

    /// Takes what happened so far, in order, out of the world.
    pub fn take_history(&mut self) -> Vec<Entry> {
        std::mem::take(&mut self.history)
    }

    /// Writes down that something happened now.
    pub(crate) fn note(&mut self, fact: Fact) {
        self.history.push(Entry { at: self.now, fact });
    }

    /// Puts something on the agenda, `delay` from now.
    pub(crate) fn after(&mut self, delay: Duration, event: Event) {
        self.agenda.add(self.now + delay, event);
    }

    /// As `after`, for something that may be called off with `cancel`.
    pub(crate) fn later(&mut self, delay: Duration, event: Event) -> Ticket {
        self.agenda.add(self.now + delay, event)
    }

    /// Calls off what `later` put on the agenda.
    pub(crate) fn cancel(&mut self, ticket: Ticket) {
        self.agenda.cancel(ticket);
    }

    /// Stops the run: something is asked of the simulator that it does not know. The first reason counts.
    pub(crate) fn fatal(&mut self, reason: String) {
        self.fatal.get_or_insert(reason);
    }

    /// Why the run cannot go on.
    pub(crate) fn fatality(&self) -> Option<&str> {
        self.fatal.as_deref()
    }

    /// As `fatality`, for a world that goes on all the same.
    pub(crate) fn take_fatality(&mut self) -> Option<String> {
        self.fatal.take()
    }

    /// Forgets what happened so far. Nothing in the world looks at it.
    pub(crate) fn forget_history(&mut self) {
        self.history.clear();
    }

    /// Whether something is still going to happen by itself, apart from schedules and their messages.
    pub(crate) fn is_eventful(&self) -> bool {
        self.lambda.queues().any(|queue| self.sqs.holds_the_run(queue))
            || self.pending().any(|event| self.holds_the_run(event))
    }

    /// Whether a run must go on because of an event on the agenda. Messages are asked for by themselves.
    fn holds_the_run(&self, event: &Event) -> bool {
        match event {
            Event::EventBridge(event) => event.holds_the_run(),
            Event::Sqs(_) | Event::Lambda(_) => false,
            Event::Ecs(event) => event.holds_the_run(&self.ecs),
            Event::AutoScaling(event) => event.holds_the_run(&self.ec2),
            Event::Ec2(_) | Event::Managed(_) | Event::Script(_) => true,
        }
    }

    /// When the next thing on the agenda happens.
    pub(crate) fn next_at(&self) -> Option<Duration> {
        self.agenda.next_at()
    }

    /// What is still on the agenda.
    pub(crate) fn pending(&self) -> impl Iterator<Item = &Event> {
        self.agenda.pending()
    }

    /// Lets time pass until `now`; everything that is due by then happens, each thing at its own time.
    pub(crate) fn advance(&mut self, now: Duration) {
        while let Some(at) = self.agenda.next_at().filter(|at| *at <= now) {
            self.now = self.now.max(at);
            if let Some(event) = self.agenda.take_due(self.now) {
                self.happen(event);
            }
        }
        self.now = self.now.max(now);
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Ecs(event) => crate::ecs::happen(self, event),
            Event::AutoScaling(event) => crate::autoscaling::happen(self, event),
            Event::Ec2(event) => crate::ec2::happen(self, event),
            Event::EventBridge(event) => crate::eventbridge::happen(self, event),
            Event::Sqs(event) => crate::sqs::happen(self, event),
            Event::Lambda(event) => crate::lambda::happen(self, event),
            Event::Managed(event) => crate::managed::happen(self, event),
            Event::Script(event) => crate::script::happen(self, event),
        }
    }
}

//! The world: its services, its clock, its agenda and its history.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;

use crate::agenda::{Agenda, Ticket};
use crate::application_autoscaling::{ApplicationAutoScaling, ApplicationAutoScalingEvent};
use crate::autoscaling::{AutoScaling, AutoScalingEvent};
use crate::ec2::{Ec2, Ec2Event};
use crate::ecs::{Ecs, EcsEvent};
use crate::eventbridge::{EventBridge, EventBridgeEvent};
use crate::fault_plan::FaultPlan;
use crate::history::{Entry, Fact};
use crate::iam::Iam;
use crate::lambda::{Lambda, LambdaEvent};
use crate::managed::{ManagedDraining, ManagedDrainingEvent};
use crate::random::Random;
use crate::request_bucket::RequestBuckets;
use crate::scenario::Switches;
use crate::scheduler::{Scheduler, SchedulerEvent};
use crate::script::ScriptEvent;
use crate::secretsmanager::Secrets;
use crate::sns::{Sns, SnsEvent};
use crate::sqs::{Sqs, SqsEvent};
use crate::ssm::ParameterStore;

pub use crate::region::{ACCOUNT, REGION};

/// The time of day at which a world begins by default: 2026-03-02T09:00:00Z.
pub const START: Timestamp = Timestamp::constant(1_772_442_000, 0);

/// The whole simulated AWS. Only API calls and the agenda change the world.
#[derive(Debug)]
pub struct World {
    /// Behaviour that AWS leaves undocumented.
    pub switches: Switches,
    start: Timestamp,
    now: Duration,
    pub(crate) random: Random,
    agenda: Agenda<WorldEvent>,
    /// The event that was last found to hold the run.
    held_by: Option<Ticket>,
    history: Vec<Entry>,
    fatal: Option<String>,
    pub(crate) ecs: Ecs,
    pub(crate) autoscaling: AutoScaling,
    pub(crate) application_autoscaling: ApplicationAutoScaling,
    pub(crate) ec2: Ec2,
    pub(crate) eventbridge: EventBridge,
    pub(crate) sqs: Sqs,
    pub(crate) ssm: ParameterStore,
    pub(crate) scheduler: Scheduler,
    pub(crate) sns: Sns,
    pub(crate) secrets: Secrets,
    pub(crate) lambda: Lambda,
    pub(crate) iam: Iam,
    pub(crate) throttle: RequestBuckets,
    pub(crate) managed: ManagedDraining,
    pub(crate) faults: FaultPlan,
    pub(crate) credentials_expired_until: Option<Duration>,
    pub(crate) replica: Option<Replica>,
    /// Names of the queues and rules that the scenario declares.
    pub(crate) declared: BTreeSet<String>,
}

/// Copy of the world at an earlier moment, with the reads that it answers.
#[derive(Debug)]
pub(crate) struct Replica {
    pub(crate) until: Duration,
    /// The operation, all calls of which the copy answers. Without one, the copy answers half of all reads.
    pub(crate) operation: Option<String>,
    pub(crate) world: Box<World>,
}

/// An event on the agenda, of one of the services.
#[derive(Debug, Clone)]
#[allow(clippy::enum_variant_names, reason = "EventBridge is the name of a service")]
pub(crate) enum WorldEvent {
    Ecs(EcsEvent),
    AutoScaling(AutoScalingEvent),
    ApplicationAutoScaling(ApplicationAutoScalingEvent),
    Ec2(Ec2Event),
    EventBridge(EventBridgeEvent),
    Sqs(SqsEvent),
    Lambda(LambdaEvent),
    Managed(ManagedDrainingEvent),
    Scheduler(SchedulerEvent),
    Sns(SnsEvent),
    Script(ScriptEvent),
}

impl World {
    /// Returns an empty world, at [`START`].
    pub fn new(seed: u64, switches: Switches) -> Self {
        Self {
            switches,
            start: START,
            now: Duration::ZERO,
            random: Random::new(seed),
            agenda: Agenda::default(),
            held_by: None,
            history: Vec::new(),
            fatal: None,
            ecs: Default::default(),
            autoscaling: Default::default(),
            application_autoscaling: Default::default(),
            ec2: Default::default(),
            eventbridge: Default::default(),
            sqs: Default::default(),
            ssm: Default::default(),
            scheduler: Default::default(),
            sns: Default::default(),
            secrets: Default::default(),
            lambda: Default::default(),
            iam: Default::default(),
            throttle: Default::default(),
            managed: Default::default(),
            faults: Default::default(),
            credentials_expired_until: None,
            replica: None,
            declared: Default::default(),
        }
    }

    /// Returns the world with another start time. Call it before anything happens.
    #[must_use]
    pub fn starting_at(self, start: Timestamp) -> Self {
        Self { start, ..self }
    }

    /// Returns the time of day at which the world began.
    pub fn start(&self) -> Timestamp {
        self.start
    }

    /// Returns the virtual time since the start.
    pub fn elapsed(&self) -> Duration {
        self.now
    }

    /// Returns the virtual time of day.
    pub fn now(&self) -> Timestamp {
        self.time_of(self.now)
    }

    /// Returns the time of day at a time since the start.
    pub(crate) fn time_of(&self, elapsed: Duration) -> Timestamp {
        self.start + jiff::SignedDuration::try_from(elapsed).unwrap_or(jiff::SignedDuration::MAX)
    }

    /// Returns the facts so far, in order.
    pub fn history(&self) -> &[Entry] {
        &self.history
    }

    /// Takes the facts so far, in order, out of the world.
    pub fn take_history(&mut self) -> Vec<Entry> {
        std::mem::take(&mut self.history)
    }

    /// Writes down that something happened now.
    pub(crate) fn note(&mut self, fact: Fact) {
        self.history.push(Entry { at: self.now, fact });
    }

    /// Puts an event on the agenda, `delay` from now.
    pub(crate) fn after(&mut self, delay: Duration, event: WorldEvent) {
        self.agenda.add(self.now + delay, event);
    }

    /// Puts an event on the agenda as `after` does. `cancel` takes the event off again.
    pub(crate) fn later(&mut self, delay: Duration, event: WorldEvent) -> Ticket {
        self.agenda.add(self.now + delay, event)
    }

    /// Cancels an event that `later` put on the agenda.
    pub(crate) fn cancel(&mut self, ticket: Ticket) {
        self.agenda.cancel(ticket);
    }

    /// Stops the run because the simulator does not know a request. The first reason counts.
    pub(crate) fn fatal(&mut self, reason: String) {
        self.fatal.get_or_insert(reason);
    }

    /// Returns the reason why the run cannot go on.
    pub(crate) fn fatality(&self) -> Option<&str> {
        self.fatal.as_deref()
    }

    /// Takes the reason that `fatality` returns, for a world that goes on.
    pub(crate) fn take_fatality(&mut self) -> Option<String> {
        self.fatal.take()
    }

    /// Forgets the facts so far. The world itself never reads them.
    pub(crate) fn forget_history(&mut self) {
        self.history.clear();
    }

    /// Sets the clock, unless its time is later. No event of the agenda happens.
    pub(crate) fn set_clock(&mut self, now: Duration) {
        self.now = self.now.max(now);
    }

    /// Takes the next event that is due by `now` off the agenda.
    pub(crate) fn take_due_event(&mut self, now: Duration) -> Option<WorldEvent> {
        self.agenda.take_due(now)
    }

    /// Returns the time of the next event on the agenda.
    pub(crate) fn next_at(&self) -> Option<Duration> {
        self.agenda.next_at()
    }

    /// Returns true if a run must go on because of an event on the agenda. Checks the last such event first, because
    /// the agenda may have thousands of events that hold no run.
    pub(crate) fn has_event(&mut self, holds: impl Fn(&Self, &WorldEvent) -> bool) -> bool {
        let known = self.held_by.and_then(|ticket| self.agenda.get(ticket));
        if known.is_some_and(|event| holds(self, event)) {
            return true;
        }
        let found = self.agenda.pending().rev().find(|(_, event)| holds(self, event));
        self.held_by = found.map(|(ticket, _)| ticket);
        self.held_by.is_some()
    }
}

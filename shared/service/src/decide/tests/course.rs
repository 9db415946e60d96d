//! Courses: a whole operation in the small ECS, and the calls after which its process is killed.

use proptest::option;
use proptest::prelude::*;

use super::scene::at;
use super::world::{World, WorldSpec};
use crate::decision::{OperationAction, OperationDecision};
use crate::intent::{Beginning, Intent};
use crate::memory::OperationMemory;
use crate::observation::ServiceObservation;
use crate::outcome::OperationOutcome;
use crate::record::OperationRecord;
use crate::request::OperationRequest;
use crate::state::{Cancellation, OperationState};
use crate::{decide, questions};

/// Most looks of one course. The longest one replaces six tasks, each with a stop of two minutes.
const LOOKS: usize = 3000;

/// A course: the request, and what goes wrong.
#[derive(Debug, Clone)]
pub(super) struct Course {
    pub(super) request: OperationRequest,
    pub(super) spec: WorldSpec,
    /// Numbers of the calls after which the process is killed.
    pub(super) kills: Vec<usize>,
    /// Second of the cancellation.
    pub(super) cancelled_at: Option<i64>,
    /// Seconds from the look of a second process to its calls. It looks once a minute.
    pub(super) second: Option<i64>,
}

/// A second process that takes the same operation further once a minute.
#[derive(Debug, Default)]
struct SecondProcess {
    memory: OperationMemory,
    decided: Option<(i64, OperationDecision)>,
    next_look: i64,
}

impl SecondProcess {
    /// Lets time pass, with the looks and the calls of the process.
    fn pass_until(&mut self, world: &mut World, end: i64, delay: i64) {
        loop {
            let due = self.decided.as_ref().map_or(self.next_look, |(due, _)| *due);
            world.pass_until(due.clamp(world.now, end.max(world.now)));
            if due > world.now || world.now >= end && due > end {
                return;
            }
            match self.decided.take() {
                Some((_, decision)) => self.act(world, decision),
                None => self.look(world, delay),
            }
        }
    }

    fn look(&mut self, world: &World, delay: i64) {
        let seen = observed(world, &Intent::Step);
        let decision = decide(&Intent::Step, &seen, &self.memory, at(world.now));
        self.decided = Some((world.now + delay, decision));
        self.next_look = world.now + 60;
    }

    fn act(&mut self, world: &mut World, decision: OperationDecision) {
        let is_wait = |action: &&OperationAction| matches!(action, OperationAction::Wait { .. });
        for action in decision.actions.iter().filter(|action| !is_wait(action)) {
            world.perform(action);
        }
        self.memory = decision.memory;
    }
}

impl Course {
    /// Runs the course in a new world to its end. Returns the world and the outcome.
    pub(super) fn run(&self) -> (World, OperationOutcome) {
        let mut world = World::new(self.spec.clone());
        let outcome = self.run_in(&mut world);
        (world, outcome)
    }

    /// Runs the course to its end. Returns the outcome.
    pub(super) fn run_in(&self, world: &mut World) -> OperationOutcome {
        let begin =
            Intent::Begin(Beginning { request: self.request.clone(), by: "ann".to_owned() });
        let (mut memory, mut calls) = (OperationMemory::default(), 0);
        let mut second = SecondProcess { next_look: 37, ..SecondProcess::default() };
        for _ in 0..LOOKS {
            self.cancel(world);
            let intent = if calls == 0 { &begin } else { &Intent::Step };
            let decision = decide(intent, &observed(world, intent), &memory, at(world.now));
            let mut killed = false;
            for action in &decision.actions {
                self.perform(world, &mut second, action);
                calls += 1;
                killed = self.kills.contains(&calls);
                if killed {
                    break;
                }
            }
            if !killed && decision.outcome.is_final() {
                self.pass(world, &mut second, 120);
                return decision.outcome;
            }
            memory = if killed { OperationMemory::default() } else { decision.memory };
            // A look costs some calls, and a new process comes with the next minute.
            let pause = if killed { 60 } else { 1 };
            self.pass(world, &mut second, pause);
        }
        panic!("no end: {world:?}");
    }

    fn perform(&self, world: &mut World, second: &mut SecondProcess, action: &OperationAction) {
        match action {
            OperationAction::Wait { until } => {
                let until = until.as_second() - at(0).as_second();
                self.pass(world, second, until - world.now);
            }
            other => assert!(world.perform(other), "{other:?}"),
        }
    }

    fn pass(&self, world: &mut World, second: &mut SecondProcess, seconds: i64) {
        let end = world.now + seconds;
        if let Some(delay) = self.second {
            second.pass_until(world, end, delay);
        }
        world.pass_until(end);
    }

    fn cancel(&self, world: &mut World) {
        let is_due = self.cancelled_at.is_some_and(|at| at <= world.now);
        let Some(record) = world.record.as_ref().filter(|_| is_due) else { return };
        let record = OperationRecord::parse(&record.value).unwrap();
        let known = world.state.as_ref().and_then(|it| OperationState::parse(&it.value).ok());
        let mut state = known.unwrap_or_else(|| OperationState::new(&record));
        if state.cancelled.is_some() {
            return;
        }
        state.cancelled = Some(Cancellation { by: "ann".to_owned(), at: at(world.now) });
        world.perform(&OperationAction::SaveState(state));
    }
}

fn observed(world: &World, intent: &Intent) -> ServiceObservation {
    let mut seen = ServiceObservation::new("shop", "api");
    loop {
        let open = questions(intent, &seen, at(world.now));
        if open.is_empty() {
            return seen;
        }
        open.into_iter().for_each(|question| world.answer(question, &mut seen));
    }
}

/// Returns any world of one to five tasks.
pub(super) fn any_spec() -> impl Strategy<Value = WorldSpec> {
    let times = (5..90_i64, 5..120_i64, 0..15_i64);
    let scaled = option::of((0..3_u32, 0..3_u32));
    let faults = (option::weighted(0.2, 0..6_usize), option::weighted(0.2, 0..6_usize));
    (1..6_u32, any::<bool>(), times, scaled, faults, any::<u64>()).prop_map(
        |(tasks, balanced, (start, stop, lag), scaled, (failing, protected), salt)| WorldSpec {
            tasks,
            balanced,
            start,
            stop,
            lag,
            failing,
            scaled,
            protected,
            salt,
        },
    )
}

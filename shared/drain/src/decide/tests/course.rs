//! Whole drains, sweep by sweep, with random tasks and losses.
//!
//! ebb keeps the lifecycle action alive, and completes it after the tasks have ended.

use proptest::prelude::*;

use crate::attribute::DrainAttribute;
use crate::decision::Action;
use crate::observation::Status;
use crate::policy::{Policy, StandalonePolicy};
use crate::signal::Purpose;

use super::scene::*;

/// A lifecycle action that begins at 0, with the tasks and the losses of its drain.
#[derive(Debug, Clone)]
struct Course {
    /// Second at which each standalone task ends by itself.
    ends: Vec<i64>,
    policy: StandalonePolicy,
    heartbeat_timeout: u64,
    drain_timeout: Option<u64>,
    event_lost: bool,
    attribute_fits: bool,
    activity_listed: bool,
    /// Number of the sweep that is lost.
    sweep_lost: usize,
    /// Number of the recheck that is lost.
    recheck_lost: usize,
    sweep_offset: i64,
}

fn any_course() -> BoxedStrategy<Course> {
    let ends = prop::collection::vec(prop_oneof![0_i64..300, 0..20_000_i64], 0..4);
    let policies = vec![StandalonePolicy::Wait, StandalonePolicy::Stop, StandalonePolicy::Ignore];
    let heartbeats = prop::sample::select(vec![30_u64, 120, 150, 180, 300, 1000, 3600]);
    let drain_timeout = prop::option::of(60_u64..10_000);
    let switches = (any::<bool>(), any::<bool>(), any::<bool>());
    let lost = (0_usize..40, 0_usize..20, 0_i64..60);
    (ends, prop::sample::select(policies), heartbeats, drain_timeout, switches, lost)
        .prop_map(|(ends, policy, heartbeat_timeout, drain_timeout, switches, lost)| Course {
            ends,
            policy,
            heartbeat_timeout,
            drain_timeout,
            event_lost: switches.0,
            attribute_fits: switches.1,
            activity_listed: switches.2,
            sweep_lost: lost.0,
            recheck_lost: lost.1,
            sweep_offset: lost.2,
        })
        .boxed()
}

/// A message that is delivered.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Delivery {
    Event,
    Sweep,
    Recheck(Purpose),
}

/// Result of a course.
#[derive(Debug)]
struct Run {
    completed_at: i64,
    left: usize,
    longest_silence: i64,
}

struct World {
    course: Course,
    draining: bool,
    attribute: Option<DrainAttribute>,
    /// Second at which each task is STOPPED: by itself, or some time after StopTask.
    stopped: Vec<i64>,
    stopping: Vec<bool>,
    pending: Vec<(i64, Delivery)>,
    rechecks: usize,
}

impl World {
    fn new(course: &Course) -> Self {
        let stopped = course.ends.clone();
        let stopping = vec![false; stopped.len()];
        let mut pending: Vec<_> = (0..)
            .map(|minute| (minute, course.sweep_offset + minute as i64 * MINUTE))
            .take_while(|(_, second)| *second < 3 * DAY)
            .filter(|(minute, _)| *minute != course.sweep_lost)
            .map(|(_, second)| (second, Delivery::Sweep))
            .collect();
        if !course.event_lost {
            pending.push((1, Delivery::Event));
        }
        let course = course.clone();
        Self { course, draining: false, attribute: None, stopped, stopping, pending, rechecks: 0 }
    }

    fn scene(&self, second: i64, delivery: Delivery) -> Scene {
        let course = &self.course;
        let drain_timeout = course.drain_timeout.map(seconds);
        let policy = |policy: &mut Policy| {
            policy.standalone = course.policy;
            policy.drain_timeout = drain_timeout;
        };
        let mut scene = scene().policy(policy).hooks(&[hook("ebb", course.heartbeat_timeout)]);
        scene = scene.leaving_since(course.activity_listed.then_some(-2));
        if self.draining {
            scene = scene.status(Status::Draining);
        }
        if let Some(attribute) = self.attribute.clone() {
            scene = scene.remembering(|it| *it = attribute);
        }
        if !course.attribute_fits {
            scene = scene.without_room_for_an_attribute();
        }
        for (n, stopped) in self.stopped.iter().enumerate() {
            let task = standalone(&n.to_string());
            scene = match (*stopped <= second, self.stopping[n]) {
                (true, _) => scene.with(task.stopped_at(*stopped)),
                (false, true) => scene.with(task.stopping()),
                (false, false) => scene.with(task),
            };
        }
        match delivery {
            Delivery::Event => scene.terminating_since(0).now(second),
            Delivery::Sweep => scene.swept_at(second),
            Delivery::Recheck(purpose) => scene.rechecked(purpose, second),
        }
    }

    fn run(mut self) -> Run {
        let (mut kept_alive_at, mut longest_silence) = (0, 0);
        loop {
            let next = (0..self.pending.len()).min_by_key(|n| self.pending[*n].0).unwrap();
            let (second, delivery) = self.pending.swap_remove(next);
            let decided = self.scene(second, delivery).decided();
            let actions: Vec<Action> = decided.actions().cloned().collect();
            for action in actions {
                match action {
                    Action::Complete { .. } => {
                        let left = self.stopped.iter().filter(|stopped| **stopped > second);
                        longest_silence = longest_silence.max(second - kept_alive_at);
                        return Run { completed_at: second, left: left.count(), longest_silence };
                    }
                    Action::Heartbeat { .. } => {
                        longest_silence = longest_silence.max(second - kept_alive_at);
                        kept_alive_at = second;
                    }
                    other => self.apply(other, second),
                }
            }
        }
    }

    fn apply(&mut self, action: Action, second: i64) {
        match action {
            Action::Drain => self.draining = true,
            Action::Remember(attribute) => self.attribute = Some(attribute),
            Action::StopTask { task } => {
                let n: usize = task.rsplit('/').next().unwrap().parse().unwrap();
                self.stopping[n] = true;
                self.stopped[n] = self.stopped[n].min(second + 30);
            }
            Action::Recheck { at: moment, purpose } => {
                let moment = moment.duration_since(at(0)).as_secs().max(second);
                if self.rechecks != self.course.recheck_lost {
                    self.pending.push((moment, Delivery::Recheck(purpose)));
                }
                self.rechecks += 1;
            }
            other => panic!("unexpected: {other}"),
        }
    }
}

impl Course {
    /// Returns false if the event is lost and the heartbeat timeout is short.
    ///
    /// The first or second sweep replaces a lost event. That is too late for the shortest heartbeat timeouts.
    fn can_be_kept_alive(&self) -> bool {
        self.heartbeat_timeout >= 300 || !self.event_lost
    }

    /// Returns true if only Auto Scaling knows the start of the action.
    fn has_no_start(&self) -> bool {
        !self.attribute_fits && !self.activity_listed
    }

    fn deadline(&self) -> i64 {
        let global = (self.heartbeat_timeout * 100).min(172_800) - 90;
        global.min(self.drain_timeout.unwrap_or(u64::MAX)) as i64
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 96,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn action_is_kept_alive_and_ends_after_its_tasks_or_at_its_deadline(
        course in any_course(),
    ) {
        let run = World::new(&course).run();

        // Two sweeps may lie between the deadline and the end. Without an event, the start may be a sweep late.
        let latest = course.deadline() + 4 * MINUTE;
        prop_assert!(course.has_no_start() || run.completed_at <= latest, "{run:?}");
        if run.completed_at < course.deadline() - 2 {
            prop_assert_eq!(run.left, 0, "{:?}", run);
        }
        if course.can_be_kept_alive() {
            prop_assert!(run.longest_silence <= course.heartbeat_timeout as i64, "{run:?}");
        }
    }

    #[test]
    fn action_ends_soon_after_its_last_task(course in any_course()) {
        let last = course.ends.iter().copied().max().unwrap_or(0);

        let run = World::new(&course).run();

        prop_assert!(run.completed_at <= last + 4 * MINUTE, "{run:?}");
    }
}

//! The language of the tests: a scene is one EC2 instance, what AWS would answer about it, what was told, and when.
//!
//! Seconds count from [`at`]`(0)`. Unless a test says otherwise, the instance waits at the hook `ebb` of the group
//! `web`, it has long been launched, its container instance is ACTIVE and its agent connected.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use crate::attribute::{DrainAttribute, RememberedAction};
use crate::decision::{Action, Decision, Question, Verdict};
use crate::observation::*;
use crate::policy::Policy;
use crate::reason::Reason;
use crate::signal::{Ec2State, InstanceAction, LifecycleAction, Purpose, Transition};

pub(super) use super::tasks::{TaskScene, daemon, replica, standalone};

pub(super) const MINUTE: i64 = 60;
pub(super) const HOUR: i64 = 3600;
pub(super) const DAY: i64 = 86_400;

/// A moment so many seconds after the beginning of a test.
pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_772_442_000 + second).unwrap()
}

pub(super) fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

/// One EC2 instance and everything about it.
#[derive(Clone)]
pub(super) struct Scene {
    pub(super) told: Told,
    pub(super) policy: Policy,
    pub(super) now: Timestamp,
    in_cluster: bool,
    described: Described,
    counted: Option<u32>,
    tasks: Vec<TaskScene>,
    member: Option<GroupMember>,
    hooks: Vec<Hook>,
    group: Group,
    group_uses_ecs: bool,
    activities: Activities,
    refuses_to_drain: bool,
    known: Vec<Question>,
    silent: BTreeMap<Question, Unanswered>,
}

pub(super) fn scene() -> Scene {
    Scene {
        told: Told::default(),
        policy: Policy { hooks: ["ebb".to_owned()].into(), ..Policy::default() },
        now: at(0),
        in_cluster: true,
        described: Described {
            status: Status::Active,
            agent_connected: true,
            tasks: 0,
            registered_at: Some(at(-DAY)),
            attribute: None,
            attribute_fits: true,
        },
        counted: None,
        tasks: Vec::new(),
        member: Some(GroupMember {
            group: "web".to_owned(),
            lifecycle_state: "Terminating:Wait".to_owned(),
            healthy: true,
        }),
        hooks: vec![hook("ebb", 3600)],
        group: Group { desired_capacity: 10, ..Group::default() },
        group_uses_ecs: true,
        activities: Activities { launched_at: Some(at(-DAY)), terminating_since: Some(at(0)) },
        refuses_to_drain: false,
        known: Vec::new(),
        silent: BTreeMap::new(),
    }
}

/// A terminating hook with this heartbeat timeout in seconds.
pub(super) fn hook(name: &str, heartbeat: u64) -> Hook {
    Hook {
        name: name.to_owned(),
        launching: false,
        heartbeat_timeout: seconds(heartbeat),
        global_timeout: seconds((heartbeat * 100).min(172_800)),
    }
}

fn lifecycle_action(transition: Transition, hook: &str, second: i64) -> LifecycleAction {
    LifecycleAction {
        transition,
        group: "web".to_owned(),
        hook: hook.to_owned(),
        ec2_instance: "i-1".to_owned(),
        token: format!("t{second}"),
        at: at(second),
        to_warm_pool: false,
    }
}

/// What was told, and when it is.
impl Scene {
    pub(super) fn now(mut self, second: i64) -> Self {
        self.now = at(second);
        self
    }

    /// The event of the terminating lifecycle action that began at this second.
    pub(super) fn told_to_terminate(mut self, second: i64) -> Self {
        self.told.terminate = Some(lifecycle_action(Transition::Terminating, "ebb", second));
        self
    }

    pub(super) fn told_to_launch(mut self, second: i64) -> Self {
        self.told.launch = Some(lifecycle_action(Transition::Launching, "ebb-launch", second));
        self
    }

    pub(super) fn told_to_launch_into_the_warm_pool(self, second: i64) -> Self {
        let mut scene = self.told_to_launch(second);
        scene.told.launch.as_mut().unwrap().to_warm_pool = true;
        scene
    }

    pub(super) fn warned_of_spot(self, second: i64) -> Self {
        self.warned_of(InstanceAction::Terminate, second)
    }

    pub(super) fn warned_of(mut self, action: InstanceAction, second: i64) -> Self {
        self.told.interruption = Some((at(second), action));
        self
    }

    pub(super) fn recommended(mut self, second: i64) -> Self {
        self.told.rebalance = Some(at(second));
        self
    }

    pub(super) fn ec2_says(mut self, state: Ec2State) -> Self {
        self.told.ec2_state = Some(state);
        self
    }

    pub(super) fn change_announced_for(mut self, second: i64) -> Self {
        self.told.scheduled_change = Some(("RETIREMENT".to_owned(), at(second)));
        self
    }

    /// Events said that the last task that is counted has stopped.
    pub(super) fn may_be_empty(mut self) -> Self {
        self.told.may_be_empty = true;
        self
    }

    pub(super) fn told_that_it_joined(mut self) -> Self {
        self.told.joined = true;
        self
    }

    /// Our own delayed message arrives at the moment that was meant.
    pub(super) fn looked_at(self, purpose: Purpose, second: i64) -> Self {
        self.looked_at_after(0, purpose, second)
    }

    pub(super) fn looked_at_after(mut self, hops: u32, purpose: Purpose, second: i64) -> Self {
        self.told.looks.push((purpose, at(second), hops));
        self.now(second)
    }

    pub(super) fn swept_at(mut self, second: i64) -> Self {
        self.told.sweep = Some(at(second));
        self.now(second)
    }
}

/// What AWS knows.
impl Scene {
    pub(super) fn policy(mut self, change: impl FnOnce(&mut Policy)) -> Self {
        change(&mut self.policy);
        self
    }

    pub(super) fn status(mut self, status: Status) -> Self {
        self.described.status = status;
        self
    }

    /// DRAINING, and no attribute says why.
    pub(super) fn draining(self) -> Self {
        self.status(Status::Draining)
    }

    /// DRAINING for us since this second, for the lifecycle action that began in it.
    pub(super) fn draining_for_us_since(self, second: i64) -> Self {
        self.draining().remembering(|attribute| {
            attribute.draining_since = Some(at(second));
            attribute.action = Some(action(second));
        })
    }

    pub(super) fn remembering(mut self, change: impl FnOnce(&mut DrainAttribute)) -> Self {
        change(self.described.attribute.get_or_insert_default());
        self
    }

    pub(super) fn without_room_for_an_attribute(mut self) -> Self {
        self.described.attribute_fits = false;
        self
    }

    pub(super) fn that_refuses_to_drain(mut self) -> Self {
        self.refuses_to_drain = true;
        self
    }

    /// What ECS counts, where it is not what its tasks come to.
    pub(super) fn counting(mut self, tasks: u32) -> Self {
        self.counted = Some(tasks);
        self
    }

    pub(super) fn with(mut self, task: TaskScene) -> Self {
        self.tasks.push(task);
        self
    }

    pub(super) fn agent_away(mut self) -> Self {
        self.described.agent_connected = false;
        self
    }

    pub(super) fn in_no_cluster(mut self) -> Self {
        self.in_cluster = false;
        self
    }

    pub(super) fn in_no_group(mut self) -> Self {
        self.member = None;
        self
    }

    /// Its lifecycle state in its group.
    pub(super) fn state(mut self, lifecycle_state: &str) -> Self {
        self.member.as_mut().unwrap().lifecycle_state = lifecycle_state.to_owned();
        self
    }

    pub(super) fn in_service(self) -> Self {
        self.state("InService")
    }

    pub(super) fn unhealthy(mut self) -> Self {
        self.member.as_mut().unwrap().healthy = false;
        self
    }

    pub(super) fn hooks(mut self, hooks: &[Hook]) -> Self {
        self.hooks = hooks.to_vec();
        self
    }

    /// A launching hook of ours beside the terminating one.
    pub(super) fn with_a_launch_hook(mut self) -> Self {
        self.hooks.push(Hook { launching: true, ..hook("ebb-launch", 3600) });
        self.policy.launch_hooks.insert("ebb-launch".to_owned());
        self
    }

    pub(super) fn group(mut self, change: impl FnOnce(&mut Group)) -> Self {
        change(&mut self.group);
        self
    }

    pub(super) fn in_a_group_without_ecs(mut self) -> Self {
        self.group_uses_ecs = false;
        self
    }

    pub(super) fn launched_at(mut self, second: i64) -> Self {
        self.activities.launched_at = Some(at(second));
        self
    }

    /// The start of the latest scaling activity that takes it out, where there is one.
    pub(super) fn leaving_since(mut self, second: impl Into<Option<i64>>) -> Self {
        self.activities.terminating_since = second.into().map(at);
        self
    }

    /// Known before anything is asked, as a sweep knows it.
    pub(super) fn knowing(mut self, questions: &[Question]) -> Self {
        self.known.extend(questions);
        self
    }

    pub(super) fn busy(mut self, question: Question) -> Self {
        self.silent.insert(question, Unanswered::Busy("rate exceeded".to_owned()));
        self
    }

    pub(super) fn denied(mut self, question: Question) -> Self {
        self.silent.insert(question, Unanswered::Denied("not authorized".to_owned()));
        self
    }
}

/// The lifecycle action that begins at this second, as it is remembered.
pub(super) fn action(second: i64) -> RememberedAction {
    RememberedAction::new(at(second), &format!("t{second}"))
}

/// What a whole batch came to.
pub(super) struct Outcome {
    /// Every decision: a second one follows where the first set the container instance DRAINING.
    pub(super) decisions: Vec<Decision>,
    /// Questions that were asked before the first decision.
    pub(super) asked_first: Vec<Question>,
}

impl Scene {
    /// Has it decided as the handlers do: answers each question, sets the container instance DRAINING when that is
    /// decided, and has the rest decided then. Fails where a question is asked twice, or after eight rounds.
    pub(super) fn decided(mut self) -> Outcome {
        let mut seen = Observation::new("i-1", self.told.clone());
        for question in self.known.clone() {
            self.answer(question, &mut seen);
        }
        let mut asked = self.known.clone();
        let (first, rounds) = self.decided_of(&mut seen, &mut asked);
        assert!(rounds <= 8, "{rounds} rounds: {asked:?}");
        let mut outcome = Outcome { decisions: vec![first], asked_first: asked.clone() };
        if outcome.last().actions.contains(&Action::Drain) && !self.refuses_to_drain {
            self.drain(&mut seen);
            let (second, _) = self.decided_of(&mut seen, &mut asked);
            assert!(!second.actions.contains(&Action::Drain), "set DRAINING twice");
            outcome.decisions.push(second);
        }
        outcome
    }

    fn decided_of(&self, seen: &mut Observation, asked: &mut Vec<Question>) -> (Decision, usize) {
        for round in 1.. {
            match super::super::decide(seen, &self.policy, self.now) {
                Verdict::Decided(decision) => return (decision, round),
                Verdict::Ask(questions) => {
                    assert!(!questions.is_empty(), "asked for nothing");
                    for question in questions {
                        assert!(!asked.contains(&question), "asked twice: {question:?}");
                        asked.push(question);
                        self.answer(question, seen);
                    }
                }
            }
        }
        unreachable!()
    }

    fn drain(&mut self, seen: &mut Observation) {
        self.described.status = Status::Draining;
        seen.drained_at = Some(self.now);
        seen.container_instance = Seen::Present(self.container_instance(true));
    }

    fn answer(&self, question: Question, seen: &mut Observation) {
        if let Some(why) = self.silent.get(&question) {
            return unanswered(question, why.clone(), seen);
        }
        match question {
            Question::ContainerInstance if !self.in_cluster => {
                seen.container_instance = Seen::Absent
            }
            Question::ContainerInstance => {
                seen.container_instance = Seen::Present(self.container_instance(false))
            }
            Question::Description => {
                seen.container_instance = Seen::Present(self.container_instance(true))
            }
            Question::Tasks => {
                seen.tasks = Seen::Present(self.tasks.iter().map(TaskScene::listed).collect())
            }
            Question::Services => {
                self.tell_of_tasks(seen, TaskScene::tell_service);
                seen.services = Seen::Present(());
            }
            Question::StopTimes => {
                self.tell_of_tasks(seen, TaskScene::tell_stop_time);
                seen.stop_times = Seen::Present(());
            }
            Question::Member => {
                seen.member = self.member.clone().map_or(Seen::Absent, Seen::Present)
            }
            Question::Hooks => seen.hooks = Seen::Present(self.hooks.clone()),
            Question::Group => seen.group = Seen::Present(self.group.clone()),
            Question::GroupUsesEcs => seen.group_uses_ecs = Seen::Present(self.group_uses_ecs),
            Question::Activities => seen.activities = Seen::Present(self.activities),
        }
    }

    fn container_instance(&self, described: bool) -> ContainerInstance {
        let counted = self.tasks.iter().filter(|task| task.is_counted()).count() as u32;
        let tasks = self.counted.unwrap_or(counted);
        ContainerInstance {
            arn: "ci-1".to_owned(),
            cluster: "default".to_owned(),
            described: described.then(|| Described { tasks, ..self.described.clone() }),
        }
    }

    fn tell_of_tasks(&self, seen: &mut Observation, tell: impl Fn(&TaskScene, &mut Task)) {
        if let Seen::Present(tasks) = &mut seen.tasks {
            for (scene, task) in self.tasks.iter().zip(tasks) {
                tell(scene, task);
            }
        }
    }
}

pub(super) fn unanswered(question: Question, why: Unanswered, seen: &mut Observation) {
    match question {
        Question::ContainerInstance | Question::Description => {
            seen.container_instance = Seen::Unanswered(why)
        }
        Question::Tasks => seen.tasks = Seen::Unanswered(why),
        Question::Services => seen.services = Seen::Unanswered(why),
        Question::StopTimes => seen.stop_times = Seen::Unanswered(why),
        Question::Member => seen.member = Seen::Unanswered(why),
        Question::Hooks => seen.hooks = Seen::Unanswered(why),
        Question::Group => seen.group = Seen::Unanswered(why),
        Question::GroupUsesEcs => seen.group_uses_ecs = Seen::Unanswered(why),
        Question::Activities => seen.activities = Seen::Unanswered(why),
    }
}

impl Outcome {
    fn last(&self) -> &Decision {
        self.decisions.last().unwrap()
    }

    /// Why the last decision was made.
    pub(super) fn reason(&self) -> Reason {
        self.last().reason.clone()
    }

    pub(super) fn says(&self) -> String {
        self.last().reason.to_string()
    }

    /// Everything that changes the world, in order.
    pub(super) fn does(&self) -> Vec<String> {
        let actions = self.actions();
        actions.filter(|action| action.touches_the_world()).map(Action::to_string).collect()
    }

    pub(super) fn actions(&self) -> impl Iterator<Item = &Action> {
        self.decisions.iter().flat_map(|decision| &decision.actions)
    }

    /// Looks that were asked for, in seconds.
    pub(super) fn looks(&self, wanted: Purpose) -> Vec<i64> {
        self.actions()
            .filter_map(|action| match action {
                Action::LookAgain { at: moment, purpose } if *purpose == wanted => {
                    Some(moment.duration_since(at(0)).as_secs())
                }
                _ => None,
            })
            .collect()
    }

    /// What was written down last.
    pub(super) fn remembers(&self) -> Option<DrainAttribute> {
        self.actions().fold(None, |last, action| match action {
            Action::Remember(attribute) => Some(attribute.clone()),
            _ => last,
        })
    }

    pub(super) fn notes(&self) -> Vec<String> {
        self.last().notes.iter().map(ToString::to_string).collect()
    }
}

//! What is true of every instance at one step of a run, as the history told it until then.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use sim::history::{ActionEnd, Caller, Entry, Fact, TaskKind, TaskRef};
use sim::scenario::Transition;

use super::CheckedRun;
use super::time_limits::EARLIER_THAN_AWS;

/// How long EC2 leaves a Spot Instance after its notice (EC2 user guide, Spot Instance interruption notices).
const SPOT_NOTICE: Duration = Duration::from_secs(120);

/// How long after its launch an instance that joins its cluster is waited for, a little less than ebb waits.
const JOINS_WITHIN: Duration = Duration::from_secs(290);

/// The instances, by EC2 instance id.
#[derive(Default)]
pub(super) struct InstanceStates(BTreeMap<String, InstanceState>);

/// One instance, at this step.
#[derive(Debug, Default)]
pub(super) struct InstanceState {
    pub(super) group: Option<String>,
    /// Tasks that are not STOPPED.
    pub(super) tasks: BTreeMap<String, LiveTask>,
    pub(super) last_stopped: Duration,
    /// Since when nothing but daemon tasks is left.
    pub(super) daemons_only_since: Option<Duration>,
    /// Since when its container instance is DRAINING, and by whom.
    pub(super) draining: Option<(Duration, Caller)>,
    /// When a function set it DRAINING last.
    pub(super) drained_at: Option<Duration>,
    /// Whether a container instance is known, ACTIVE or DRAINING.
    pub(super) registered: bool,
    /// When Auto Scaling launched it, or took it from its warm pool, and since when it is in its cluster.
    pub(super) launched: Option<Duration>,
    pub(super) joined: Option<Duration>,
    /// When it took ACTIVE last: before that it can be set to nothing. And when a function set it so.
    pub(super) active_at: Duration,
    pub(super) activated_at: Option<Duration>,
    /// Since when its agent is away, or that it is there.
    pub(super) agent_away_since: Option<Duration>,
    pub(super) agent_back_at: Duration,
    pub(super) ec2_state: &'static str,
    pub(super) lifecycle_state: &'static str,
    pub(super) in_service_since: Option<Duration>,
    /// When it took a lifecycle state last.
    pub(super) moved_at: Option<Duration>,
    pub(super) unhealthy: bool,
    /// Our lifecycle action on a terminating hook, and when it began.
    pub(super) action: Option<(String, Duration)>,
    /// When its group began to terminate it, or to take it back into the warm pool: where no event told the action, its
    /// time counts from here, which is a little early (`DescribeScalingActivities`).
    pub(super) leaving_since: Option<Duration>,
    /// The latest action of ours that ended: when, and whether a function completed it.
    pub(super) ended: Option<(Duration, bool)>,
    /// Hooks whose action a function completed, until the next one begins.
    pub(super) completed: BTreeSet<String>,
    /// A Spot notice that EC2 acts on at its end.
    pub(super) spot_notice: Option<Duration>,
    /// A notice of any kind.
    pub(super) notice: Option<Duration>,
}

/// A task that is not STOPPED.
#[derive(Debug, Clone)]
pub(super) struct LiveTask {
    pub(super) kind: TaskKind,
    /// The service's name, or the family of a standalone task.
    pub(super) name: String,
    /// Whether it is on its way to STOPPED.
    pub(super) stopping: bool,
    pub(super) stop_asked: Option<Duration>,
    pub(super) since: Duration,
}

impl InstanceStates {
    pub(super) fn new(run: &CheckedRun<'_>) -> Self {
        let mut course = Self::default();
        for task in &run.played.at_start {
            let instance = course.instance(&task.ec2_instance);
            instance.registered = true;
            instance.tasks.insert(task.arn.clone(), LiveTask::new(task, Duration::ZERO));
        }
        for (id, name) in &run.played.names {
            course.instance(id).begin(run, name);
        }
        for instance in course.0.values_mut() {
            instance.see_daemons(Duration::ZERO);
        }
        course
    }

    pub(super) fn instances(&self) -> impl Iterator<Item = (&String, &InstanceState)> {
        self.0.iter()
    }

    pub(super) fn of(&self, ec2_instance: &str) -> Option<&InstanceState> {
        self.0.get(ec2_instance)
    }

    fn instance(&mut self, id: &str) -> &mut InstanceState {
        self.0.entry(id.to_owned()).or_default()
    }

    pub(super) fn take(&mut self, run: &CheckedRun<'_>, Entry { at, fact }: &Entry) {
        let at = *at;
        match fact {
            Fact::Task { task, last_status, .. } => {
                self.instance(&task.ec2_instance).take_task(at, task, last_status);
            }
            Fact::TaskKilled { task, .. } => {
                self.instance(&task.ec2_instance).take_task(at, task, "STOPPED");
            }
            Fact::StopTask { task, .. } => {
                if let Some(live) = self.instance(&task.ec2_instance).tasks.get_mut(&task.arn) {
                    live.stop_asked.get_or_insert(at);
                }
            }
            Fact::ContainerInstance { ec2_instance, status, by } => {
                self.instance(ec2_instance).take_status(at, status, by);
            }
            Fact::Agent { ec2_instance, connected } => {
                let instance = self.instance(ec2_instance);
                instance.agent_away_since = (!connected).then_some(at);
                instance.agent_back_at = at;
            }
            Fact::Ec2Instance { ec2_instance, state } => {
                self.instance(ec2_instance).ec2_state = state;
            }
            Fact::Notice { ec2_instance, notice } => {
                self.instance(ec2_instance).take_notice(at, notice);
            }
            Fact::LifecycleState { group, ec2_instance, state, .. } => {
                self.instance(ec2_instance).take_lifecycle_state(at, group, state);
            }
            Fact::Unhealthy { ec2_instance } => self.instance(ec2_instance).unhealthy = true,
            Fact::ActionStarted { group, hook, ec2_instance } => {
                self.instance(ec2_instance).completed.remove(hook);
                let ours = run.policies.our_hook(group, hook);
                if ours.is_some_and(|hook| hook.transition == Transition::Terminating) {
                    self.instance(ec2_instance).action = Some((hook.clone(), at));
                }
            }
            Fact::ActionEnded { hook, ec2_instance, how, .. } => {
                self.instance(ec2_instance).take_end(at, hook, how);
            }
            _ => {}
        }
    }
}

impl InstanceState {
    /// One that is there when the world begins: `i-<group>-<n>` with a number within the group's size.
    fn begin(&mut self, run: &CheckedRun<'_>, name: &str) {
        self.ec2_state = "running";
        let Some((group, number)) = name.strip_prefix("i-").and_then(|it| it.rsplit_once('-'))
        else {
            return;
        };
        self.group = Some(group.to_owned());
        let Some(spec) = run.policies.group(group) else { return };
        if number.parse().is_ok_and(|number: usize| number <= spec.instances) {
            self.lifecycle_state = "InService";
            self.in_service_since = Some(Duration::ZERO);
            let joined = spec.instances.saturating_sub(spec.never_joined);
            self.registered = number.parse().is_ok_and(|number: usize| number <= joined)
                && spec.cluster.is_some();
            self.joined = self.registered.then_some(Duration::ZERO);
        }
    }

    fn take_task(&mut self, at: Duration, task: &TaskRef, last_status: &str) {
        if matches!(last_status, "STOPPED" | "DELETED") {
            if self.tasks.remove(&task.arn).is_some() {
                self.last_stopped = at;
            }
        } else {
            let live =
                self.tasks.entry(task.arn.clone()).or_insert_with(|| LiveTask::new(task, at));
            live.stopping |= matches!(last_status, "DEACTIVATING" | "STOPPING" | "DEPROVISIONING");
        }
        self.see_daemons(at);
    }

    fn see_daemons(&mut self, at: Duration) {
        if self.tasks.values().any(|task| task.kind != TaskKind::Daemon) {
            self.daemons_only_since = None;
        } else {
            self.daemons_only_since.get_or_insert(at);
        }
    }

    fn take_status(&mut self, at: Duration, status: &str, by: &Caller) {
        self.registered = status != "INACTIVE";
        if self.registered {
            self.joined.get_or_insert(at);
        } else {
            self.joined = None;
        }
        match status {
            "DRAINING" => {
                self.draining.get_or_insert((at, by.clone()));
                self.drained_at = by.is_function().then_some(at).or(self.drained_at);
            }
            _ => {
                self.draining = None;
                self.active_at = at;
                self.activated_at = by.is_function().then_some(at);
            }
        }
    }

    fn take_notice(&mut self, at: Duration, notice: &str) {
        self.notice = Some(at);
        // EC2 takes the instance two minutes after the first notice, whatever comes after it.
        let is_first = self.spot_end().is_none_or(|end| end < at);
        if is_first && notice.starts_with("Spot interruption") && !notice.contains("hibernate") {
            self.spot_notice = Some(at);
        }
    }

    fn take_lifecycle_state(&mut self, at: Duration, group: &str, state: &'static str) {
        self.group = Some(group.to_owned());
        self.moved_at = Some(at);
        self.lifecycle_state = state;
        // `Warmed:Pending` is that of a return to the warm pool as well, and no task comes to an instance in it.
        if state == "Pending" {
            self.launched = Some(at);
        }
        if matches!(state, "Terminating" | "Warmed:Pending") {
            self.leaving_since = Some(at);
        }
        self.in_service_since = (state == "InService").then_some(at);
        if state == "InService" {
            // What was said while it was launching still holds; what came before it went to the warm pool does not.
            let launched = self.launched;
            let holds = |notice: &Duration| launched.is_some_and(|launched| *notice >= launched);
            self.notice = self.notice.filter(holds);
            self.spot_notice = self.spot_notice.filter(holds);
        }
    }

    fn take_end(&mut self, at: Duration, hook: &str, how: &ActionEnd) {
        let by_function = matches!(how, ActionEnd::Completed { by, .. } if by.is_function());
        if by_function {
            self.completed.insert(hook.to_owned());
        }
        if self.action.as_ref().is_some_and(|(ours, _)| ours == hook) {
            self.action = None;
            self.ended = Some((at, by_function));
        }
    }

    /// Whether it had joined its cluster at that moment, or joined it so soon after its launch that what was told of it waited.
    pub(super) fn joins_in_time(&self, at: Duration) -> bool {
        let launched = self.launched.filter(|launched| *launched <= at);
        let soon = |joined| launched.is_some_and(|launched| joined < launched + JOINS_WITHIN);
        self.joined.is_some_and(|joined| joined < at || soon(joined))
    }

    /// Whether its host is on its way down, whoever sent it there.
    pub(super) fn is_going_down(&self) -> bool {
        self.ec2_state != "running" && self.ec2_state != "pending"
    }

    /// When EC2 takes a Spot Instance.
    pub(super) fn spot_end(&self) -> Option<Duration> {
        self.spot_notice.map(|at| at + SPOT_NOTICE)
    }

    /// When waiting ends for the action that began then on a hook.
    pub(super) fn deadline(
        &self,
        run: &CheckedRun<'_>,
        hook: &str,
        began: Duration,
    ) -> Option<Duration> {
        let group = self.group.as_deref()?;
        let began = self.leaving_since.map_or(began, |since| since.min(began));
        let drain_timeout =
            run.policies.policy(Some(group)).drain_timeout.map(|timeout| began + timeout);
        let global = run.policies.our_hook(group, hook).map(|hook| {
            let global = (hook.heartbeat_timeout.0 * 100).min(Duration::from_secs(172_800));
            began + global.saturating_sub(EARLIER_THAN_AWS)
        });
        [drain_timeout, global, self.spot_end()].into_iter().flatten().min()
    }
}

impl LiveTask {
    fn new(task: &TaskRef, since: Duration) -> Self {
        let name = task.name.clone();
        Self { kind: task.kind, name, stopping: false, stop_asked: None, since }
    }
}

//! State of every instance at one step of a run, from the history up to this step.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use sim::history::{ActionEnd, Caller, Entry, Fact, TaskKind, TaskRef};
use sim::scenario::HookTransition;

use super::CheckedRun;
use super::live_task::LiveTask;
use super::time_limits::{AHEAD_OF_AWS, LONGEST_GLOBAL_TIMEOUT, SURELY_AWAITED};

/// Time from a Spot interruption warning to the interruption, 120 s (EC2 user guide, Spot Instance interruption notices).
const SPOT_WARNING: Duration = Duration::from_secs(120);

/// States of the instances, by EC2 instance id.
#[derive(Default)]
pub(super) struct InstanceStates(BTreeMap<String, InstanceState>);

/// State of one instance.
#[derive(Debug, Default)]
pub(super) struct InstanceState {
    pub(super) group: Option<String>,
    /// Tasks that are not STOPPED, by ARN.
    pub(super) tasks: BTreeMap<String, LiveTask>,
    /// Time at which a task stopped last.
    pub(super) last_stopped: Duration,
    /// Time since which at most daemon tasks are left.
    pub(super) daemons_only_since: Option<Duration>,
    /// Time since which the container instance is DRAINING, and the caller that set it.
    pub(super) draining: Option<(Duration, Caller)>,
    /// Time at which a function last set the instance DRAINING.
    pub(super) drained_at: Option<Duration>,
    /// True if the container instance is ACTIVE or DRAINING.
    pub(super) registered: bool,
    /// True while the status is `REGISTERING`, in which ECS refuses changes. The history has only the next status.
    pub(super) registering: bool,
    /// Time at which the instance was launched or left the warm pool.
    pub(super) launched: Option<Duration>,
    /// Time since which the instance is in its cluster.
    pub(super) joined: Option<Duration>,
    /// Time at which the container instance last became ACTIVE. No status can be set before.
    pub(super) active_at: Duration,
    /// Time at which the container instance last became ACTIVE, if a function set it ACTIVE.
    pub(super) activated_at: Option<Duration>,
    /// Time since which the agent is disconnected.
    pub(super) agent_away_since: Option<Duration>,
    /// Time at which the agent's connection last changed.
    pub(super) agent_back_at: Duration,
    pub(super) ec2_state: &'static str,
    pub(super) lifecycle_state: &'static str,
    pub(super) in_service_since: Option<Duration>,
    /// Time at which the lifecycle state last changed.
    pub(super) moved_at: Option<Duration>,
    pub(super) unhealthy: bool,
    /// Hook of ebb's open terminate action, and the time at which the action began.
    pub(super) action: Option<(String, Duration)>,
    /// Start of the termination, or of the return to the warm pool, in DescribeScalingActivities. If the event is lost,
    /// ebb counts from this time.
    pub(super) leaving_since: Option<Duration>,
    /// True if EC2 was stopping or terminating the host at the end of ebb's latest action.
    pub(super) ended_with_its_host: bool,
    /// End of ebb's latest action, and true if a function completed it.
    pub(super) ended: Option<(Duration, bool)>,
    /// The hook of ebb's last ended action, and the time at which that action began.
    pub(super) ended_action: Option<(String, Duration)>,
    /// Hooks whose action a function completed, until the next action begins.
    pub(super) completed: BTreeSet<String>,
    /// Time of a Spot interruption warning that EC2 will carry out.
    pub(super) spot_warning: Option<Duration>,
    /// Time of the latest warning, recommendation or scheduled change.
    pub(super) warning: Option<Duration>,
}

impl InstanceStates {
    /// Returns the states when the world begins.
    pub(super) fn at_start(run: &CheckedRun<'_>) -> Self {
        let mut states = Self::default();
        for task in &run.played.at_start {
            let instance = states.entry(&task.ec2_instance);
            instance.registered = true;
            instance.tasks.insert(task.arn.clone(), LiveTask::new(task, Duration::ZERO));
        }
        for (id, name) in &run.played.names {
            states.entry(id).begin(run, name);
        }
        for instance in states.0.values_mut() {
            instance.update_daemons_only(Duration::ZERO);
        }
        states
    }

    /// Returns all instances with their ids.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&String, &InstanceState)> {
        self.0.iter()
    }

    pub(super) fn get(&self, ec2_instance: &str) -> Option<&InstanceState> {
        self.0.get(ec2_instance)
    }

    fn entry(&mut self, id: &str) -> &mut InstanceState {
        self.0.entry(id.to_owned()).or_default()
    }

    /// Changes the states by one fact.
    pub(super) fn apply(&mut self, run: &CheckedRun<'_>, Entry { at, fact }: &Entry) {
        let at = *at;
        match fact {
            Fact::Task { task, last_status, .. } => {
                self.entry(&task.ec2_instance).apply_task(at, task, last_status);
            }
            Fact::TaskKilled { task, .. } => {
                self.entry(&task.ec2_instance).apply_task(at, task, "STOPPED");
            }
            Fact::StopTask { task, .. } => {
                if let Some(live) = self.entry(&task.ec2_instance).tasks.get_mut(&task.arn) {
                    live.stop_began.get_or_insert(at);
                }
            }
            Fact::ContainerInstance { ec2_instance, status, by } => {
                self.entry(ec2_instance).apply_status(at, status, by);
            }
            Fact::Agent { ec2_instance, connected } => {
                let instance = self.entry(ec2_instance);
                instance.agent_away_since = (!connected).then_some(at);
                instance.agent_back_at = at;
            }
            Fact::Ec2Instance { ec2_instance, state } => {
                self.entry(ec2_instance).ec2_state = state;
            }
            Fact::Notice { ec2_instance, notice } => {
                self.entry(ec2_instance).apply_warning(at, notice);
            }
            Fact::LifecycleState { group, ec2_instance, state, .. } => {
                self.entry(ec2_instance).apply_lifecycle_state(at, group, state);
            }
            Fact::Unhealthy { ec2_instance } => self.entry(ec2_instance).unhealthy = true,
            Fact::ActionStarted { group, hook, ec2_instance } => {
                self.entry(ec2_instance).completed.remove(hook);
                let ebb_hook = run.policies.ebb_hook(group, hook);
                if ebb_hook.is_some_and(|hook| hook.transition == HookTransition::Terminating) {
                    self.entry(ec2_instance).action = Some((hook.clone(), at));
                }
            }
            Fact::ActionEnded { hook, ec2_instance, how, .. } => {
                self.entry(ec2_instance).apply_action_end(at, hook, how);
            }
            _ => {}
        }
    }
}

impl InstanceState {
    /// Sets the state of an instance that exists when the world begins: `i-<group>-<n>`, with n within the group's size.
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
            let takes_time = !run.scenario.switches.registering.0.end.is_zero();
            self.registering = self.registered && takes_time;
        }
    }

    fn apply_task(&mut self, at: Duration, task: &TaskRef, last_status: &str) {
        if matches!(last_status, "STOPPED" | "DELETED") {
            if self.tasks.remove(&task.arn).is_some() {
                self.last_stopped = at;
            }
        } else {
            let task =
                self.tasks.entry(task.arn.clone()).or_insert_with(|| LiveTask::new(task, at));
            if matches!(last_status, "DEACTIVATING" | "STOPPING" | "DEPROVISIONING") {
                task.stopping = true;
                task.stop_began.get_or_insert(at);
            }
        }
        self.update_daemons_only(at);
    }

    fn update_daemons_only(&mut self, at: Duration) {
        if self.tasks.values().any(|task| task.kind != TaskKind::Daemon) {
            self.daemons_only_since = None;
        } else {
            self.daemons_only_since.get_or_insert(at);
        }
    }

    fn apply_status(&mut self, at: Duration, status: &str, by: &Caller) {
        self.registered = status != "INACTIVE";
        self.registering = false;
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

    fn apply_warning(&mut self, at: Duration, warning: &str) {
        self.warning = Some(at);
        // EC2 interrupts the instance two minutes after the first warning. Later warnings change nothing.
        let is_first = self.spot_end().is_none_or(|end| end < at);
        if is_first && warning.starts_with("Spot interruption") && !warning.contains("hibernate") {
            self.spot_warning = Some(at);
        }
    }

    fn apply_lifecycle_state(&mut self, at: Duration, group: &str, state: &'static str) {
        self.group = Some(group.to_owned());
        self.moved_at = Some(at);
        let has_a_new_root_volume = self.lifecycle_state == "RootVolumeReplaced";
        self.lifecycle_state = state;
        // `Warmed:Pending` is also the state of a return to the warm pool, in which no task is placed. No scaling
        // activity has the time at which a root volume replacement brought an instance back.
        if state == "Pending" && !has_a_new_root_volume {
            self.launched = Some(at);
        }
        if matches!(state, "Terminating" | "Warmed:Pending") {
            self.leaving_since = Some(at);
        }
        self.in_service_since = (state == "InService").then_some(at);
        if state == "InService" {
            // Warnings during the launch still count. Warnings from before the warm pool do not.
            let launched = self.launched;
            let holds = |warning: &Duration| launched.is_some_and(|launched| *warning >= launched);
            self.warning = self.warning.filter(holds);
        }
    }

    fn apply_action_end(&mut self, at: Duration, hook: &str, how: &ActionEnd) {
        let by_function = matches!(how, ActionEnd::Completed { by, .. } if by.is_function());
        if by_function {
            self.completed.insert(hook.to_owned());
        }
        if self.action.as_ref().is_some_and(|(ebb_hook, _)| ebb_hook == hook) {
            self.ended_action = self.action.take();
            self.ended = Some((at, by_function));
            self.ended_with_its_host = self.is_going_down();
        }
    }

    /// Returns true if the instance was in its cluster at this time, or joined so soon after its launch that ebb
    /// waited.
    pub(super) fn joins_in_time(&self, at: Duration) -> bool {
        let launched = self.launched.filter(|launched| *launched <= at);
        let soon = |joined| launched.is_some_and(|launched| joined < launched + SURELY_AWAITED);
        self.joined.is_some_and(|joined| joined < at || soon(joined))
    }

    /// Returns true if EC2 is stopping or terminating the host.
    pub(super) fn is_going_down(&self) -> bool {
        self.ec2_state != "running" && self.ec2_state != "pending"
    }

    /// Returns the time at which EC2 interrupts the instance.
    pub(super) fn spot_end(&self) -> Option<Duration> {
        self.spot_warning.map(|at| at + SPOT_WARNING)
    }

    /// Returns the deadline of a hook's action that began at this time.
    pub(super) fn deadline(
        &self,
        run: &CheckedRun<'_>,
        hook: &str,
        began: Duration,
    ) -> Option<Duration> {
        let group = self.group.as_deref()?;
        let began = self.leaving_since.map_or(began, |since| since.min(began));
        let drain_timeout =
            run.policies.of_group(Some(group)).drain_timeout.map(|timeout| began + timeout);
        let global = run.policies.ebb_hook(group, hook).map(|hook| {
            let global = (hook.heartbeat_timeout.0 * 100).min(LONGEST_GLOBAL_TIMEOUT);
            began + global.saturating_sub(AHEAD_OF_AWS)
        });
        [drain_timeout, global, self.spot_end()].into_iter().flatten().min()
    }
}

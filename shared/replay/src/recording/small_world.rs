//! A small world around recorded events: their groups, hooks and instances, with a few tasks on each.
//!
//! What an event announces happens in that world too. The world's own event of it is lost, so that the functions receive the
//! recorded one. Recorded times are moved to the virtual clock: ebb would ignore an event of last year.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use drain::signal::{InstanceAction, LifecycleAction, Signal, Transition};
use sim::scenario::{
    ClusterSpec, Delivery, GroupSpec, Happening, HookSpec, Length, Lengths, Scenario, ServiceSpec,
    SpotAction, StandaloneSpec, Step,
};

use super::messages::{RecordedMessage, moved, queue_of, recorded_messages};

/// Cluster, and group of the instances whose group no event names.
const NAME: &str = "recorded";

/// Fewest instances of a group: others must be able to run its tasks.
const INSTANCES: usize = 3;

/// Time of the first event, 60 s after the start.
const FIRST: Duration = Duration::from_secs(60);

/// Time within which the world's own event is lost, 2 s.
const LOST_WITHIN: Duration = Duration::from_secs(2);

/// Time within which a growing group has launched an instance and started its lifecycle action, 30 s.
const LAUNCHES_WITHIN: Duration = Duration::from_secs(30);

/// Contents of the world around recorded events.
#[derive(Debug, Clone)]
pub struct SmallWorld {
    /// Replica tasks on each instance.
    pub replicas: usize,
    /// Daemon tasks on each instance.
    pub daemons: usize,
    /// Standalone tasks on each instance.
    pub standalone: usize,
    /// Time for which standalone tasks run on once their instance begins to leave.
    pub standalone_lasts: Lengths,
    /// Deregistration delay of the replica tasks' target group.
    pub deregistration_delay: Length,
    /// Heartbeat timeout of the lifecycle hook.
    pub heartbeat_timeout: Length,
}

impl SmallWorld {
    /// Returns a scenario in which these messages come.
    pub(crate) fn around(&self, bodies: &[String]) -> Scenario {
        let recorded = recorded_messages(bodies);
        let mut builder = Builder {
            world: self,
            groups: BTreeMap::new(),
            steps: Vec::new(),
            hooks: BTreeSet::new(),
            clusters: BTreeSet::new(),
        };
        for message in &recorded {
            builder.add(message);
        }
        builder.scenario()
    }
}

struct Builder<'a> {
    world: &'a SmallWorld,
    groups: BTreeMap<String, GroupSpec>,
    steps: Vec<Step>,
    hooks: BTreeSet<(String, bool)>,
    /// Clusters that events of ECS name.
    clusters: BTreeSet<String>,
}

impl Builder<'_> {
    fn add(&mut self, message: &RecordedMessage) {
        let at = FIRST + message.after;
        match &message.signal {
            Some(signal) => self.enact(signal, at),
            None => self.group(NAME),
        };
        let sent_at = at + lag(message.signal.as_ref());
        let to = sim::world::START + jiff::SignedDuration::try_from(sent_at).unwrap_or_default();
        let queue = queue_of(message.signal.as_ref()).name().to_owned();
        let body = moved(&message.body, to);
        self.step(sent_at, Happening::Message { queue, body });
    }

    /// Adds the steps that make the signal true, and returns the group that it is about.
    fn enact(&mut self, signal: &Signal, at: Duration) -> &mut GroupSpec {
        match signal {
            Signal::LifecycleAction(action) => {
                let launching = action.transition == Transition::Launching;
                self.hooks.insert((action.hook.clone(), launching));
                if launching && !action.to_warm_pool {
                    return self.launch(action, at);
                }
                if !launching {
                    self.lose_own_event("EC2 Instance-terminate Lifecycle Action", at, LOST_WITHIN);
                    self.step(
                        at,
                        Happening::TerminateInGroup { instance: action.ec2_instance.clone() },
                    );
                }
                self.member(&action.group, &action.ec2_instance);
                self.hooked(&action.group, &action.hook, launching)
            }
            Signal::SpotInterruption { ec2_instance, action, .. } => {
                self.lose_own_event("EC2 Spot Instance Interruption Warning", at, LOST_WITHIN);
                let instance = ec2_instance.clone();
                self.step(
                    at,
                    Happening::SpotInterruption { instance, action: spot_action(*action) },
                );
                self.member(NAME, ec2_instance)
            }
            Signal::RebalanceRecommendation { ec2_instance, .. } => {
                self.lose_own_event("EC2 Instance Rebalance Recommendation", at, LOST_WITHIN);
                self.step(
                    at,
                    Happening::RebalanceRecommendation { instance: ec2_instance.clone() },
                );
                self.member(NAME, ec2_instance)
            }
            Signal::Ec2InstanceState { ec2_instance, .. } => {
                self.lose_own_event("EC2 Instance State-change Notification", at, LOST_WITHIN);
                self.step(at, Happening::TerminateByHand { instance: ec2_instance.clone() });
                self.member(NAME, ec2_instance)
            }
            Signal::ScheduledChange { ec2_instances, .. } => {
                for ec2_instance in ec2_instances {
                    self.member(NAME, ec2_instance);
                }
                self.group(NAME)
            }
            Signal::TaskStopped(stopped) => self.cluster(&stopped.cluster),
            Signal::ContainerInstance(change) => self.cluster(&change.cluster),
            Signal::Recheck(_) | Signal::Sweep { .. } => self.group(NAME),
        }
    }

    /// Grows the group by this instance. It waits on the hook by the time that the recorded event comes.
    fn launch(&mut self, action: &LifecycleAction, at: Duration) -> &mut GroupSpec {
        self.lose_own_event("EC2 Instance-launch Lifecycle Action", at, 2 * LAUNCHES_WITHIN);
        let heartbeat_timeout = self.world.heartbeat_timeout;
        let group = self.group(&action.group);
        group.launch_ids.push(action.ec2_instance.clone());
        let to = group.instances + group.launch_ids.len();
        if !group.hooks.iter().any(|known| known.name == action.hook) {
            let transition = sim::scenario::HookTransition::Launching;
            let hook = HookSpec { heartbeat_timeout, transition, ..HookSpec::named(&action.hook) };
            group.hooks.push(hook);
        }
        self.step(at, Happening::DesiredCapacity { group: action.group.clone(), to });
        self.group(&action.group)
    }

    fn step(&mut self, at: Duration, what: Happening) {
        self.steps.push(Step { at: Length(at), what });
    }

    /// Adds the step that loses the world's own event of the next step.
    fn lose_own_event(&mut self, detail_type: &str, at: Duration, length: Duration) {
        let happening = Happening::Events {
            detail_type: Some(detail_type.to_owned()),
            become_: Delivery::Lost,
            for_: Some(Length(length)),
        };
        self.step(at, happening);
    }

    fn cluster(&mut self, arn: &str) -> &mut GroupSpec {
        self.clusters.insert(arn.rsplit('/').next().unwrap_or(arn).to_owned());
        self.group(NAME)
    }

    fn group(&mut self, name: &str) -> &mut GroupSpec {
        let hook =
            HookSpec { heartbeat_timeout: self.world.heartbeat_timeout, ..HookSpec::named("ebb") };
        self.groups.entry(name.to_owned()).or_insert_with(|| GroupSpec {
            cluster: Some(NAME.to_owned()),
            hooks: vec![hook],
            ..GroupSpec::named(name, INSTANCES)
        })
    }

    fn member(&mut self, group: &str, ec2_instance: &str) -> &mut GroupSpec {
        let placed = self
            .groups
            .values()
            .any(|group| group.instance_ids.iter().any(|id| id == ec2_instance));
        let group = self.group(group);
        if !placed {
            group.instance_ids.push(ec2_instance.to_owned());
            group.instances = group.instances.max(group.instance_ids.len() + 1);
        }
        group
    }

    fn hooked(&mut self, group: &str, hook: &str, launching: bool) -> &mut GroupSpec {
        let heartbeat_timeout = self.world.heartbeat_timeout;
        let group = self.group(group);
        if !launching && !group.hooks.iter().any(|known| known.name == hook) {
            group.hooks = vec![HookSpec { heartbeat_timeout, ..HookSpec::named(hook) }];
        }
        group
    }

    fn scenario(self) -> Scenario {
        let instances: usize = self.groups.values().map(|group| group.instances).sum();
        let names = |launching: bool| {
            let names =
                self.hooks.iter().filter(|(_, it)| *it == launching).map(|(name, _)| name.as_str());
            names.filter(|name| can_be_a_hook(name)).collect::<Vec<_>>().join(",")
        };
        let mut environment = BTreeMap::new();
        environment.insert(
            "EBB_HOOKS".to_owned(),
            format!("ebb,{}", names(false)).trim_end_matches(',').to_owned(),
        );
        if !names(true).is_empty() {
            environment.insert("EBB_LAUNCH_HOOKS".to_owned(), names(true));
        }
        Scenario {
            about: "Recorded events in a small world built around them.".to_owned(),
            environment,
            clusters: self.clusters.into_iter().map(|name| ClusterSpec { name }).collect(),
            services: self.world.services(instances),
            standalone: self.world.standalone_tasks(self.groups.keys()),
            groups: self.groups.into_values().collect(),
            happens: self.steps,
            ..Scenario::default()
        }
    }
}

impl SmallWorld {
    fn services(&self, instances: usize) -> Vec<ServiceSpec> {
        let replicas = ServiceSpec {
            desired: self.replicas * instances,
            deregistration_delay: Some(self.deregistration_delay),
            ..ServiceSpec::named("api", NAME)
        };
        let daemon = ServiceSpec { daemon: true, ..ServiceSpec::named("agent", NAME) };
        let mut services = Vec::new();
        if self.replicas > 0 {
            services.push(replicas);
        }
        services.extend(
            (0..self.daemons)
                .map(|n| ServiceSpec { name: format!("agent-{}", n + 1), ..daemon.clone() }),
        );
        services
    }

    fn standalone_tasks<'a>(
        &self,
        groups: impl Iterator<Item = &'a String>,
    ) -> Vec<StandaloneSpec> {
        let on_each = |group: &String| StandaloneSpec {
            count: self.standalone,
            runs_on: Some(self.standalone_lasts.clone()),
            ..StandaloneSpec::named("import", NAME, &format!("each:{group}"))
        };
        if self.standalone == 0 { Vec::new() } else { groups.map(on_each).collect() }
    }
}

/// Returns the time from a step to its recorded event.
fn lag(signal: Option<&Signal>) -> Duration {
    match signal {
        Some(Signal::LifecycleAction(action)) if action.transition == Transition::Launching => {
            LAUNCHES_WITHIN
        }
        _ => Duration::from_secs(1),
    }
}

fn spot_action(action: InstanceAction) -> SpotAction {
    match action {
        InstanceAction::Terminate => SpotAction::Terminate,
        InstanceAction::Stop => SpotAction::Stop,
        InstanceAction::Hibernate => SpotAction::Hibernate,
    }
}

/// Returns true for a name that Auto Scaling accepts (Auto Scaling API reference, PutLifecycleHook).
fn can_be_a_hook(name: &str) -> bool {
    let is_valid = |letter: char| letter.is_ascii_alphanumeric() || "-_/".contains(letter);
    !name.is_empty() && name.len() <= 255 && name.chars().all(is_valid)
}

#[cfg(test)]
mod tests;

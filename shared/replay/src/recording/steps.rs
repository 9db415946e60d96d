//! Steps of a recording: the change in the world that each event announces, and the event itself.
//!
//! The world's own event of a change is lost, so the functions receive only the recorded one. The timeline only shows
//! an EC2 state that follows from an earlier event. The world sends its own event when the instance takes the state.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use aws::feed::Feed;
use drain::signal::{
    ContainerInstanceChange, Ec2State, InstanceAction, LifecycleAction, Signal, Transition,
};
use sim::scenario::{Delivery, Happening, Length, SpotAction, Step};

use super::event_line::{ignored_line, signal_line};
use super::instances::RecordedInstances;
use super::messages::{RecordedMessage, moved, queue_of};
use super::schedule::RecordingSchedule;

/// Time from a change to its recorded event, 0.3 s.
const LAG: Duration = Duration::from_millis(300);

/// Time from the new desired capacity of a growing group to the lifecycle action of the launch, 8 s.
pub(super) const LAUNCH_LAG: Duration = Duration::from_secs(8);

/// Time after a change within which the world's own event is lost, 2 s.
const LOST_WITHIN: Duration = Duration::from_secs(2);

/// Time for which an agent is disconnected, if no later event says that it is connected again, 60 s.
const AWAY: Duration = Duration::from_secs(60);

/// Builder of the steps.
pub(super) struct RecordingSteps<'a> {
    instances: &'a RecordedInstances,
    /// Number of instances of each group at the start.
    sizes: BTreeMap<String, usize>,
    schedule: RecordingSchedule,
    steps: Vec<Step>,
    /// Instances that leave because of an earlier event.
    leaving: BTreeSet<String>,
    /// Container instances whose agent is disconnected.
    away: BTreeSet<String>,
}

impl<'a> RecordingSteps<'a> {
    /// Returns a builder without any step.
    pub(super) fn new(instances: &'a RecordedInstances, sizes: BTreeMap<String, usize>) -> Self {
        Self {
            instances,
            sizes,
            schedule: RecordingSchedule::default(),
            steps: Vec::new(),
            leaving: BTreeSet::new(),
            away: BTreeSet::new(),
        }
    }

    /// Returns the steps of all messages, which are in the order of their times.
    pub(super) fn of_messages(mut self, messages: &[RecordedMessage]) -> Vec<Step> {
        for (n, message) in messages.iter().enumerate() {
            self.add(message, &messages[n + 1..]);
        }
        self.steps
    }

    fn add(&mut self, message: &RecordedMessage, later: &[RecordedMessage]) {
        let Some(signal) = &message.signal else {
            let line = match &message.ignored {
                Some(ignored) => ignored_line(ignored),
                None => "message that ebb cannot parse".to_owned(),
            };
            let at = self.schedule.place(message.after, Duration::ZERO);
            return self.receive(message, at, line, None);
        };
        let ec2_instance = self.ec2_instance(signal);
        if let Signal::Ec2InstanceState { ec2_instance: id, .. } = signal
            && self.leaving.contains(id)
        {
            let at = self.schedule.place(message.after, Duration::ZERO);
            let line = format!(
                "{}: left out, because it follows from an earlier event; the simulated AWS sends its own",
                signal_line(signal)
            );
            return self.show(at, line, ec2_instance);
        }
        let lag = if is_launch(signal) { LAUNCH_LAG } else { LAG };
        let at = self.schedule.place(message.after, lag);
        match signal {
            Signal::LifecycleAction(action)
                if message.replaces_root_volume && action.transition == Transition::Terminating =>
            {
                self.root_volume(&action.ec2_instance, at);
            }
            _ => self.change(signal, at, later),
        }
        self.receive(message, at + lag, signal_line(signal), ec2_instance);
    }

    /// Returns the EC2 instance of a signal.
    fn ec2_instance(&self, signal: &Signal) -> Option<String> {
        match signal {
            Signal::LifecycleAction(action) => Some(action.ec2_instance.clone()),
            Signal::SpotInterruption { ec2_instance, .. }
            | Signal::RebalanceRecommendation { ec2_instance, .. }
            | Signal::Ec2InstanceState { ec2_instance, .. } => Some(ec2_instance.clone()),
            Signal::ScheduledChange { ec2_instances, .. } => ec2_instances.first().cloned(),
            Signal::ContainerInstance(change) => change.ec2_instance.clone(),
            Signal::TaskStopped(stopped) => {
                let found = self.instances.of_container_instance(&stopped.container_instance);
                found.map(str::to_owned)
            }
            Signal::StopPlan(plan) => Some(plan.ec2_instance.clone()),
            Signal::PlacementFailure(_) | Signal::Recheck(_) | Signal::Sweep { .. } => None,
        }
    }

    /// Adds the change that makes the signal true.
    fn change(&mut self, signal: &Signal, at: Duration, later: &[RecordedMessage]) {
        match signal {
            Signal::LifecycleAction(action) => self.lifecycle_action(action, at),
            Signal::SpotInterruption { ec2_instance: id, action, .. } => {
                let (instance, action) = (id.clone(), spot_action(*action));
                self.leaving.insert(id.clone());
                self.lose("EC2 Spot Instance Interruption Warning", id, at, LOST_WITHIN);
                self.background(at, Happening::SpotInterruption { instance, action });
            }
            Signal::RebalanceRecommendation { ec2_instance: id, .. } => {
                let instance = id.clone();
                self.lose("EC2 Instance Rebalance Recommendation", id, at, LOST_WITHIN);
                self.background(at, Happening::RebalanceRecommendation { instance });
            }
            Signal::Ec2InstanceState { ec2_instance: id, state, .. } => {
                let instance = id.clone();
                let what = match state {
                    Ec2State::Stopping | Ec2State::Stopped => Happening::StopByHand { instance },
                    Ec2State::ShuttingDown | Ec2State::Terminated => {
                        Happening::TerminateByHand { instance }
                    }
                };
                self.leaving.insert(id.clone());
                self.lose("EC2 Instance State-change Notification", id, at, LOST_WITHIN);
                self.background(at, what);
            }
            Signal::ContainerInstance(change) => self.container_instance(change, at, later),
            Signal::ScheduledChange { .. }
            | Signal::TaskStopped(_)
            | Signal::PlacementFailure(_)
            | Signal::StopPlan(_)
            | Signal::Recheck(_)
            | Signal::Sweep { .. } => {}
        }
    }

    /// Adds a root volume replacement, which calls a terminate hook. The instance stays in its group.
    fn root_volume(&mut self, ec2_instance: &str, at: Duration) {
        let instance = ec2_instance.to_owned();
        self.leaving.insert(instance.clone());
        self.lose("EC2 Instance-terminate Lifecycle Action", ec2_instance, at, LOST_WITHIN);
        self.background(at, Happening::ReplaceRootVolume { instance });
    }

    fn lifecycle_action(&mut self, action: &LifecycleAction, at: Duration) {
        let id = &action.ec2_instance;
        if action.transition == Transition::Terminating {
            self.leaving.insert(id.clone());
            self.lose("EC2 Instance-terminate Lifecycle Action", id, at, LOST_WITHIN);
            return self.background(at, Happening::TerminateInGroup { instance: id.clone() });
        }
        let is_launched = self.instances.by_id.get(id).is_some_and(|it| it.is_launched);
        if action.to_warm_pool || !is_launched {
            return;
        }
        let group = action.group.clone();
        let size = self.sizes.entry(group.clone()).or_default();
        *size += 1;
        let to = *size;
        self.lose("EC2 Instance-launch Lifecycle Action", id, at, LAUNCH_LAG + LOST_WITHIN);
        self.background(at, Happening::DesiredCapacity { group, to });
    }

    /// Adds an operator's DRAINING that no earlier event explains, and the disconnection of an agent.
    fn container_instance(
        &mut self,
        change: &ContainerInstanceChange,
        at: Duration,
        later: &[RecordedMessage],
    ) {
        let Some(id) = &change.ec2_instance else { return };
        if change.status == "DRAINING" && self.leaving.insert(id.clone()) {
            let (instance, status) = (id.clone(), "DRAINING".to_owned());
            self.background(at, Happening::SetState { instance, status });
        }
        if change.agent_connected {
            self.away.remove(id);
        } else if self.away.insert(id.clone()) {
            let back = later.iter().find(|message| says_connected(message, id));
            let now = change.at;
            let length = back
                .and_then(|message| match &message.signal {
                    Some(Signal::ContainerInstance(back)) => {
                        Duration::try_from(back.at.duration_since(now)).ok()
                    }
                    _ => None,
                })
                .unwrap_or(AWAY);
            let (instance, for_) = (id.clone(), Some(Length(length)));
            self.background(at, Happening::AgentDisconnects { instance, for_ });
        }
    }

    /// Adds the step that loses the world's own event of the next change.
    fn lose(&mut self, detail_type: &str, ec2_instance: &str, at: Duration, length: Duration) {
        let what = Happening::Events {
            detail_type: Some(detail_type.to_owned()),
            ec2_instance: Some(ec2_instance.to_owned()),
            become_: Delivery::Lost,
            for_: Some(Length(length)),
        };
        self.background(at, what);
    }

    fn background(&mut self, at: Duration, what: Happening) {
        let what = Happening::Background { what: Box::new(what) };
        self.steps.push(Step { at: Length(at), what });
    }

    /// Adds the recorded message.
    fn receive(
        &mut self,
        message: &RecordedMessage,
        at: Duration,
        line: String,
        ec2_instance: Option<String>,
    ) {
        let to = sim::world::START + jiff::SignedDuration::try_from(at).unwrap_or_default();
        let queue: Feed = queue_of(message.signal.as_ref());
        let (queue, body) = (Some(queue.name().to_owned()), moved(&message.body, to));
        let what = Happening::Recorded { queue, body, line, ec2_instance };
        self.steps.push(Step { at: Length(at), what });
    }

    /// Adds a message that the timeline only shows.
    fn show(&mut self, at: Duration, line: String, ec2_instance: Option<String>) {
        let what = Happening::Recorded { queue: None, body: String::new(), line, ec2_instance };
        self.steps.push(Step { at: Length(at), what });
    }
}

fn is_launch(signal: &Signal) -> bool {
    matches!(signal, Signal::LifecycleAction(it) if it.transition == Transition::Launching)
}

/// Returns true if the message says that the agent of this EC2 instance is connected.
fn says_connected(message: &RecordedMessage, ec2_instance: &str) -> bool {
    matches!(&message.signal, Some(Signal::ContainerInstance(change))
        if change.agent_connected && change.ec2_instance.as_deref() == Some(ec2_instance))
}

fn spot_action(action: InstanceAction) -> SpotAction {
    match action {
        InstanceAction::Terminate => SpotAction::Terminate,
        InstanceAction::Stop => SpotAction::Stop,
        InstanceAction::Hibernate => SpotAction::Hibernate,
    }
}

//! Facts of a run by instance and task.

use std::collections::BTreeMap;
use std::time::Duration;

use aws::config::Config;
use drain::policy::Policy;
use sim::history::{ActionEnd, Entry, Fact, KillCause, TaskRef};
use sim::scenario::{GroupSpec, HookSpec, HookTransition, Scenario, TaskDefinitionSpec};

use crate::player::{LogLine, Played};
use crate::responder::Responder;

/// Lifecycle action of an instance.
#[derive(Debug, Clone)]
pub(super) struct PastAction {
    pub(super) hook: String,
    pub(super) started: Duration,
    pub(super) ended: Option<(Duration, ActionEnd)>,
}

/// Course of one EC2 instance.
#[derive(Debug, Clone, Default)]
pub(super) struct Course {
    pub(super) group: Option<String>,
    /// Latest Spot interruption warning, with its text.
    pub(super) spot: Option<(Duration, String)>,
    /// Time at which the instance began to leave its group, and the reason.
    pub(super) leaves: Option<(Duration, String)>,
    /// Times at which EC2 began to stop or terminate the instance, with the states.
    pub(super) departures: Vec<(Duration, &'static str)>,
    pub(super) draining: Option<Duration>,
    pub(super) actions: Vec<PastAction>,
    pub(super) agent_away: bool,
    pub(super) was_in_cluster: bool,
}

/// Run, with its facts by instance and task.
pub(super) struct RunIndex<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) responder: Responder,
    pub(super) config: Config,
    pub(super) played: &'a Played,
    pub(super) courses: BTreeMap<&'a str, Course>,
    /// Time of the first StopTask of each task.
    pub(super) stops: BTreeMap<&'a str, Duration>,
    /// Messages that a service cannot move its tasks, by service, and the times at which the service was steady again.
    stuck: BTreeMap<&'a str, Vec<(Duration, Option<&'a str>)>>,
    /// ebb's log lines about each instance.
    logged: BTreeMap<&'a str, Vec<&'a LogLine>>,
    /// Killed tasks of each instance, with the times and the causes.
    killed: BTreeMap<&'a str, Vec<(Duration, &'a TaskRef, &'a KillCause)>>,
}

impl Course {
    /// Returns the latest time before `before` at which EC2 began to stop or terminate the instance, and the state.
    pub(super) fn gone(&self, before: Duration) -> Option<(Duration, &'static str)> {
        self.departures.iter().rev().find(|(at, _)| *at <= before).copied()
    }
}

impl<'a> RunIndex<'a> {
    pub(super) fn new(
        scenario: &'a Scenario,
        config: Config,
        responder: Responder,
        played: &'a Played,
    ) -> Self {
        let (courses, stops, stuck) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let (logged, killed) = (BTreeMap::new(), BTreeMap::new());
        let mut index =
            Self { scenario, responder, config, played, courses, stops, stuck, logged, killed };
        for task in &played.at_start {
            index.courses.entry(&task.ec2_instance).or_default().was_in_cluster = true;
        }
        for entry in &played.history {
            index.add(entry);
        }
        for line in &played.logged {
            if let Some(id) = line.ec2_instance() {
                index.logged.entry(id).or_default().push(line);
            }
        }
        index
    }

    fn add(&mut self, Entry { at, fact }: &'a Entry) {
        match fact {
            Fact::TaskKilled { task, how } => {
                self.killed.entry(&task.ec2_instance).or_default().push((*at, task, how));
            }
            Fact::StopTask { task, .. } => drop(self.stops.entry(&task.arn).or_insert(*at)),
            Fact::Service { service, message } if message.contains("unable to") => {
                self.stuck.entry(service).or_default().push((*at, Some(message)));
            }
            Fact::Service { service, message } if message.contains("steady state") => {
                self.stuck.entry(service).or_default().push((*at, None));
            }
            Fact::Notice { ec2_instance, notice } if notice.starts_with("Spot interruption") => {
                self.course(ec2_instance).spot = Some((*at, notice.clone()));
            }
            Fact::LifecycleState { group, ec2_instance, state, because } => {
                let course = self.course(ec2_instance);
                course.group = Some(group.clone());
                if state.contains("Terminating") || state.starts_with("ReplacingRootVolume") {
                    course.leaves.get_or_insert((*at, because.clone()));
                }
            }
            Fact::Ec2Instance { ec2_instance, state: state @ ("shutting-down" | "stopping") } => {
                self.course(ec2_instance).departures.push((*at, state));
            }
            Fact::ContainerInstance { ec2_instance, status, .. } => {
                let course = self.course(ec2_instance);
                course.was_in_cluster = true;
                if *status == "DRAINING" {
                    course.draining.get_or_insert(*at);
                }
            }
            Fact::Agent { ec2_instance, connected } => {
                self.course(ec2_instance).agent_away = !connected;
            }
            Fact::ActionStarted { hook, ec2_instance, group } => {
                let course = self.course(ec2_instance);
                course.group = Some(group.clone());
                let (hook, started) = (hook.clone(), *at);
                course.actions.push(PastAction { hook, started, ended: None });
            }
            Fact::ActionEnded { hook, ec2_instance, how, .. } => {
                let actions = &mut self.course(ec2_instance).actions;
                let open = actions.iter_mut().rev().find(|it| it.hook == *hook);
                if let Some(action) = open {
                    action.ended = Some((*at, how.clone()));
                }
            }
            _ => {}
        }
    }

    fn course(&mut self, ec2_instance: &'a str) -> &mut Course {
        self.courses.entry(ec2_instance).or_default()
    }

    /// Returns the group of an instance.
    pub(super) fn group_of(&self, ec2_instance: &str) -> Option<&'a GroupSpec> {
        let course = self.courses.get(ec2_instance);
        let name = course.and_then(|course| course.group.clone()).or_else(|| {
            let name = self.played.names.get(ec2_instance)?;
            Some(name.strip_prefix("i-")?.rsplit_once('-')?.0.to_owned())
        })?;
        self.scenario.groups.iter().find(|group| group.name == name)
    }

    /// Returns the message of a service that could not move its tasks at a time.
    pub(super) fn stuck(&self, service: &str, at: Duration) -> Option<&'a str> {
        let messages = self.stuck.get(service)?.iter().rev();
        messages.clone().find(|(said, _)| *said <= at)?.1
    }

    /// Returns the terminating hooks of a group.
    pub(super) fn hooks(group: &GroupSpec) -> impl Iterator<Item = &HookSpec> {
        group.hooks.iter().filter(|hook| hook.transition == HookTransition::Terminating)
    }

    /// Returns the task definition of a task's service or family.
    pub(super) fn definition(&self, task: &TaskRef) -> Option<&'a TaskDefinitionSpec> {
        let service = self.scenario.services.iter().find(|service| service.name == task.name);
        let family = service.and_then(|service| service.task_definition.as_deref());
        let family = family.unwrap_or(&task.name);
        self.scenario.task_definitions.iter().find(|definition| definition.family == family)
    }

    /// Returns ebb's policy with the tags of a group.
    pub(super) fn policy(&self, group: Option<&GroupSpec>) -> Policy {
        let tags = group.map(|group| group.tags.clone().into_iter().collect::<Vec<_>>());
        self.config.policy.for_group(&tags.unwrap_or_default()).0
    }

    /// Returns ebb's last decision about an instance before a time.
    pub(super) fn last_decision(
        &self,
        ec2_instance: &str,
        before: Duration,
    ) -> Option<&'a LogLine> {
        self.lines_before(ec2_instance, before).find(|line| line.reason_code().is_some())
    }

    /// Returns ebb's decision that completed the lifecycle action of an instance.
    pub(super) fn completion(&self, ec2_instance: &str, before: Duration) -> Option<&'a LogLine> {
        self.lines_before(ec2_instance, before)
            .find(|line| line.actions().is_some_and(|actions| actions.contains("complete")))
    }

    /// Returns ebb's log lines about an instance up to a time, the latest first.
    fn lines_before(
        &self,
        ec2_instance: &str,
        before: Duration,
    ) -> impl Iterator<Item = &'a LogLine> {
        let lines = self.logged.get(ec2_instance).map_or(&[][..], Vec::as_slice).iter().rev();
        lines.copied().filter(move |line| line.at <= before)
    }

    /// Returns the tasks that were killed on an instance, with the times and the causes.
    pub(super) fn killed_on(
        &self,
        ec2_instance: &str,
    ) -> &[(Duration, &'a TaskRef, &'a KillCause)] {
        self.killed.get(ec2_instance).map_or(&[], Vec::as_slice)
    }
}

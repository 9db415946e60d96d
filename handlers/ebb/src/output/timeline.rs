//! The timeline of a run: virtual time, actor, action and reason.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::time::Duration;

use replay::clock::clock;
use replay::player::LineKind;
use replay::{LogLine, Run};
use serde::Serialize;
use sim::history::{ActionEnd, Entry, Fact, KillCause, TaskKind, TaskRef};

use super::names::Names;
use super::{operations, triggers};

/// One line of the timeline.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TimelineLine {
    /// Seconds of virtual time since the start.
    pub seconds: f64,
    /// Function or AWS service that acted.
    pub who: String,
    /// Action or outcome.
    pub what: String,
    /// Reason, or an empty text if none is known.
    pub because: String,
    #[serde(skip)]
    pub(super) at: Duration,
    /// True for a note or a warning of ebb. Each process and each sweep logs such a line again.
    #[serde(skip)]
    pub(super) can_repeat: bool,
}

/// Returns the timeline of a run, in order of time.
pub fn timeline(run: &Run) -> Vec<TimelineLine> {
    let mut state = TimelineState {
        names: Names::of_run(run),
        is_recording: run.is_recording,
        checked: decision_times(run),
        statuses: BTreeMap::new(),
        services: BTreeSet::new(),
        decisions: BTreeMap::new(),
    };
    let mut lines: Vec<TimelineLine> =
        run.history.iter().filter_map(|entry| state.line(entry)).collect();
    lines.extend(run.logged.iter().filter_map(|logged| state.decision(logged)));
    lines.sort_by_key(|line| line.at);
    lines
}

impl TimelineLine {
    /// Returns the line as text.
    pub fn text(&self) -> String {
        let mut text = format!("{:>8}  {:<18} {}", clock(self.at), self.who, self.what);
        if !self.because.is_empty() {
            let _ = write!(text, "  ({})", self.because);
        }
        text
    }
}

/// Time within which ebb handles a message, 10 s.
const HANDLED_WITHIN: Duration = Duration::from_secs(10);

/// Returns the times of ebb's log lines by EC2 instance.
fn decision_times(run: &Run) -> BTreeMap<&str, Vec<Duration>> {
    let mut times: BTreeMap<&str, Vec<Duration>> = BTreeMap::new();
    for line in &run.logged {
        if let Some(id) = line.ec2_instance() {
            times.entry(id).or_default().push(line.at);
        }
    }
    times
}

/// Facts of a run so far. They determine if the next line has news.
struct TimelineState<'a> {
    names: Names,
    is_recording: bool,
    /// Times of ebb's log lines about each instance.
    checked: BTreeMap<&'a str, Vec<Duration>>,
    /// Status of each instance's container instance so far.
    statuses: BTreeMap<&'a str, &'a str>,
    /// Service messages that have a line already. The scheduler repeats its messages.
    services: BTreeSet<String>,
    /// Last decision of each function about each instance. A new environment logs the decision again.
    decisions: BTreeMap<(String, String), (String, String)>,
}

impl<'a> TimelineState<'a> {
    fn name<'n>(&'n self, ec2_instance: &'n str) -> &'n str {
        self.names.instance(ec2_instance)
    }

    fn task(&self, task: &TaskRef) -> String {
        let kind = match task.kind {
            TaskKind::Replica => "replica task",
            TaskKind::Daemon => "daemon task",
            TaskKind::Standalone => "standalone task",
        };
        format!("{kind} {} on {}", self.names.task(&task.arn), self.name(&task.ec2_instance))
    }

    fn line(&mut self, entry: &'a Entry) -> Option<TimelineLine> {
        if let Fact::ContainerInstance { ec2_instance, status, .. } = &entry.fact {
            self.statuses.insert(ec2_instance, status);
        }
        let (who, what, because) = match &entry.fact {
            Fact::Recorded { what, ec2_instance, queue } => {
                let is_received = queue.is_some();
                self.recorded(entry.at, what, ec2_instance.as_deref().filter(|_| is_received))
            }
            fact => self.words(fact)?,
        };
        let (what, because) = (self.names.in_sentence(&what), self.names.in_sentence(&because));
        let (seconds, at) = (seconds(entry.at), entry.at);
        Some(TimelineLine { seconds, at, who, what, because, can_repeat: false })
    }

    /// Returns the line of a recorded message. The line says if ebb took no action after the message.
    fn recorded(
        &self,
        at: Duration,
        what: &str,
        ec2_instance: Option<&str>,
    ) -> (String, String, String) {
        let because = match ec2_instance {
            Some(id) if !self.is_followed_by_a_check(at, id) => {
                match self.statuses.get(id).copied().unwrap_or("ACTIVE") {
                    "DRAINING" => "ebb changes nothing: the drain goes on".to_owned(),
                    status => format!("ignored: the container instance is {status}"),
                }
            }
            _ => String::new(),
        };
        ("recorded".to_owned(), what.to_owned(), because)
    }

    fn is_followed_by_a_check(&self, at: Duration, ec2_instance: &str) -> bool {
        let times = self.checked.get(ec2_instance).map_or(&[][..], Vec::as_slice);
        let next = times.partition_point(|time| *time < at);
        times.get(next).is_some_and(|time| *time <= at + HANDLED_WITHIN)
    }

    fn words(&mut self, fact: &Fact) -> Option<(String, String, String)> {
        let nothing = String::new;
        let line = |who: &str, what: String, because: String| Some((who.to_owned(), what, because));
        match fact {
            Fact::Scripted { what } => line("scenario", what.clone(), nothing()),
            Fact::Notice { ec2_instance, notice } => line(
                "ec2",
                format!("{} receives a warning", self.name(ec2_instance)),
                notice.clone(),
            ),
            Fact::Ec2Instance { ec2_instance, state } if is_an_end(state) => {
                line("ec2", format!("{} {state}", self.name(ec2_instance)), nothing())
            }
            Fact::LifecycleState { ec2_instance, state, because, .. } if has_a_line(state) => {
                // An instance of a recording ends by the recorded event, not by an operator.
                let is_step = self.is_recording && because == "requested by an operator";
                let because = if is_step { String::new() } else { because.clone() };
                line("autoscaling", format!("{} {state}", self.name(ec2_instance)), because)
            }
            Fact::ContainerInstance { ec2_instance, status, by }
                if !by.is_function() && *status != "INACTIVE" =>
            {
                line("ecs", format!("{} is {status}", self.name(ec2_instance)), by.to_string())
            }
            Fact::Agent { ec2_instance, connected } => {
                let what = if *connected { "connected" } else { "disconnected" };
                line("ecs", format!("agent of {} {what}", self.name(ec2_instance)), nothing())
            }
            Fact::Task { task, last_status: "STOPPED", because }
                if task.kind == TaskKind::Standalone =>
            {
                line("ecs", format!("{} stopped", self.task(task)), because.clone())
            }
            Fact::TaskKilled { task, how } => {
                let how = match how {
                    KillCause::HostGone { last_status } => {
                        format!("its host stopped while it was {last_status}")
                    }
                    KillCause::StopCutShort => {
                        "its host stopped within its stop timeout".to_owned()
                    }
                };
                line("ecs", format!("KILLED {}", self.task(task)), how)
            }
            Fact::Service { service, message } => {
                let sentence = service_sentence(service, message);
                self.services
                    .insert(message.clone())
                    .then(|| ("ecs".to_owned(), sentence, nothing()))
            }
            Fact::ActionEnded { hook, ec2_instance, how, .. } => {
                self.action_end(hook, ec2_instance, how)
            }
            // Events that come twice or late are too many for a line each. The step that begins the interference has a
            // line. In a recording the recorded event is used instead of the lost one.
            Fact::Interfered { detail_type, about, how } if how == "lost" && !self.is_recording => {
                line("eventbridge", format!("lost: {detail_type}"), self.name(about).to_owned())
            }
            Fact::DeadLettered { queue, message, reason } => {
                line("sqs", format!("message {message} to {queue}"), reason.clone())
            }
            _ => triggers::words(fact),
        }
    }

    fn action_end(
        &self,
        hook: &str,
        ec2_instance: &str,
        how: &ActionEnd,
    ) -> Option<(String, String, String)> {
        let name = self.name(ec2_instance);
        let (what, because) = match how {
            ActionEnd::Completed { by, .. } if by.is_function() => return None,
            ActionEnd::Completed { result, by } => {
                (format!("{name} {result} on {hook}"), by.to_string())
            }
            ActionEnd::HeartbeatTimeout => {
                (format!("{name} hook {hook} TIMED OUT"), "heartbeat timeout".to_owned())
            }
            ActionEnd::GlobalTimeout => {
                (format!("{name} hook {hook} TIMED OUT"), "global timeout".to_owned())
            }
            ActionEnd::Skipped => (format!("{name} hook {hook} skipped"), String::new()),
        };
        Some(("autoscaling".to_owned(), what, because))
    }

    /// Returns the line of a decision or a note. Log lines of lower levels belong to the trace.
    fn decision(&mut self, logged: &LogLine) -> Option<TimelineLine> {
        let shown = match logged.kind() {
            LineKind::Decision | LineKind::Note => logged.level <= tracing::Level::INFO,
            // The end of a task has a line of ECS already. That line does not say that the task was killed.
            LineKind::TaskEnd => logged.is_killed_task(),
            LineKind::Operation => logged.level <= tracing::Level::INFO,
            LineKind::Other => logged.level <= tracing::Level::WARN,
        };
        if !shown {
            return None;
        }
        let instance = logged.ec2_instance().map(|id| self.name(id).to_owned());
        let instance = instance.unwrap_or_default();
        let (what, because) = decision_words(logged);
        let (what, because) = (self.names.in_sentence(&what), self.names.in_sentence(&because));
        let key = (logged.function.clone(), instance.clone());
        let last = self.decisions.insert(key, (what.clone(), because.clone()));
        if last.is_some_and(|last| !instance.is_empty() && last == (what.clone(), because.clone()))
        {
            return None;
        }
        let what = if instance.is_empty() { what } else { format!("{instance} {what}") };
        let who = logged.function.clone();
        let can_repeat = matches!(logged.kind(), LineKind::Note | LineKind::Other);
        let (seconds, at) = (seconds(logged.at), logged.at);
        Some(TimelineLine { seconds, at, who, what, because, can_repeat })
    }
}

/// Returns the actions and the reason of a decision. A note has only a sentence.
fn decision_words(logged: &LogLine) -> (String, String) {
    if logged.kind() == LineKind::Operation {
        let progress = logged.field("progress").unwrap_or_default();
        return (operations::words(logged), progress.to_owned());
    }
    match (logged.actions(), logged.reason_sentence()) {
        (Some(actions), Some(reason)) if logged.is_observed() => {
            (format!("observed: {actions}"), reason.to_owned())
        }
        (Some(actions), Some(reason)) => (actions.to_owned(), reason.to_owned()),
        (_, Some(reason)) => ("check".to_owned(), reason.to_owned()),
        _ => (logged.text_without_subject().to_owned(), String::new()),
    }
}

/// Returns a service's message without its name in brackets and without the ids of its tasks.
fn service_sentence(service: &str, message: &str) -> String {
    let words = message.trim_start_matches(&format!("(service {service})")).trim();
    let words = words.split(": (task").next().unwrap_or(words);
    format!("service {service} {}", words.trim_end_matches('.'))
}

fn seconds(at: Duration) -> f64 {
    at.as_millis() as f64 / 1000.0
}

fn is_an_end(state: &str) -> bool {
    matches!(state, "terminated" | "stopped")
}

/// Returns true if a state has a line. A state between two others has none.
fn has_a_line(state: &str) -> bool {
    matches!(state, "InService" | "Terminating:Retained")
        || state.ends_with(":Wait")
        || state.starts_with("Warmed:")
}

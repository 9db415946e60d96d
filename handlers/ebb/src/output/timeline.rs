//! What a newcomer reads: virtual time, who, what, because.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::time::Duration;

use replay::clock::clock;
use replay::player::LineKind;
use replay::{LogLine, Run};
use serde::Serialize;
use sim::history::{ActionEnd, Entry, Fact, KillCause, TaskKind, TaskRef};

/// One line of the timeline.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// Seconds of virtual time since the start.
    pub seconds: f64,
    /// Who did it.
    pub who: String,
    /// What was done.
    pub what: String,
    /// Why, as far as it is known.
    pub because: String,
    #[serde(skip)]
    at: Duration,
}

/// The names that a scenario gives its instances, by EC2 instance id.
type Names = BTreeMap<String, String>;

/// The lines of a run, in order of time.
pub fn timeline(run: &Run) -> Vec<Line> {
    let mut told =
        Told { names: &run.names, services: BTreeSet::new(), decisions: BTreeMap::new() };
    let mut lines: Vec<Line> = run.history.iter().filter_map(|entry| told.line(entry)).collect();
    lines.extend(run.logged.iter().filter_map(|logged| told.decision(logged)));
    lines.sort_by_key(|line| line.at);
    lines
}

impl Line {
    /// As it is printed.
    pub fn text(&self) -> String {
        let mut text = format!("{:>8}  {:<18} {}", clock(self.at), self.who, self.what);
        if !self.because.is_empty() {
            let _ = write!(text, "  ({})", self.because);
        }
        text
    }
}

struct Told<'a> {
    names: &'a Names,
    /// Services whose message was told already: a scheduler repeats itself.
    services: BTreeSet<String>,
    /// What each function told last of each instance: an environment that is new tells it again.
    decisions: BTreeMap<(String, String), (String, String)>,
}

impl Told<'_> {
    fn name<'a>(&'a self, ec2_instance: &'a str) -> &'a str {
        self.names.get(ec2_instance).map_or(ec2_instance, String::as_str)
    }

    fn task(&self, task: &TaskRef) -> String {
        let kind = match task.kind {
            TaskKind::Replica => "replica task",
            TaskKind::Daemon => "daemon task",
            TaskKind::Standalone => "standalone task",
        };
        let id = task.arn.rsplit('/').next().unwrap_or(&task.arn);
        format!(
            "{kind} {}/{} on {}",
            task.name,
            id.get(..6).unwrap_or(id),
            self.name(&task.ec2_instance)
        )
    }

    fn line(&mut self, entry: &Entry) -> Option<Line> {
        let (who, what, because) = self.words(&entry.fact)?;
        Some(Line { seconds: seconds(entry.at), at: entry.at, who, what, because })
    }

    fn words(&mut self, fact: &Fact) -> Option<(String, String, String)> {
        let nothing = String::new;
        let line = |who: &str, what: String, because: String| Some((who.to_owned(), what, because));
        match fact {
            Fact::Scripted { what } => line("scenario", what.clone(), nothing()),
            Fact::Notice { ec2_instance, notice } => {
                line("ec2", format!("{} gets notice", self.name(ec2_instance)), notice.clone())
            }
            Fact::Ec2Instance { ec2_instance, state } if is_an_end(state) => {
                line("ec2", format!("{} {state}", self.name(ec2_instance)), nothing())
            }
            Fact::LifecycleState { ec2_instance, state, because, .. }
                if is_worth_telling(state) =>
            {
                line("autoscaling", format!("{} {state}", self.name(ec2_instance)), because.clone())
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
                        format!("its host went while it was {last_status}")
                    }
                    KillCause::StopCutShort => "its host went within its stop timeout".to_owned(),
                };
                line("ecs", format!("KILLED {}", self.task(task)), how)
            }
            Fact::Service { service, message } => {
                let said = said_by(service, message);
                self.services.insert(message.clone()).then(|| ("ecs".to_owned(), said, nothing()))
            }
            Fact::ActionEnded { hook, ec2_instance, how, .. } => {
                self.action_end(hook, ec2_instance, how)
            }
            // Twice and shuffled are as good as every event of a world: the step that began it has said so.
            Fact::Interfered { detail_type, about, how } if how == "lost" => {
                line("eventbridge", format!("lost: {detail_type}"), self.name(about).to_owned())
            }
            Fact::DeadLettered { queue, message, reason } => {
                line("sqs", format!("message {message} to {queue}"), reason.clone())
            }
            _ => None,
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

    /// What ebb decided or noted; what it says at lower levels belongs to the trace.
    fn decision(&mut self, logged: &LogLine) -> Option<Line> {
        let shown = match logged.kind() {
            LineKind::Decision | LineKind::Note => logged.level <= tracing::Level::INFO,
            // ECS has told of the end already; that it was killed it has not.
            LineKind::TaskEnd => logged.is_killed_task(),
            LineKind::Other => logged.level <= tracing::Level::WARN,
        };
        if !shown {
            return None;
        }
        let instance = logged.ec2_instance().map(|id| self.name(id).to_owned());
        let instance = instance.unwrap_or_default();
        let (what, because) = words_of(logged);
        let key = (logged.function.clone(), instance.clone());
        let last = self.decisions.insert(key, (what.clone(), because.clone()));
        if last.is_some_and(|last| !instance.is_empty() && last == (what.clone(), because.clone()))
        {
            return None;
        }
        let what = if instance.is_empty() { what } else { format!("{instance} {what}") };
        let who = logged.function.clone();
        Some(Line { seconds: seconds(logged.at), at: logged.at, who, what, because })
    }
}

/// What was done, and why; a note has words only.
fn words_of(logged: &LogLine) -> (String, String) {
    match (logged.actions(), logged.reason_sentence()) {
        (Some(actions), Some(reason)) if logged.is_observed() => {
            (format!("observed: {actions}"), reason.to_owned())
        }
        (Some(actions), Some(reason)) => (actions.to_owned(), reason.to_owned()),
        (_, Some(reason)) => ("looked at".to_owned(), reason.to_owned()),
        _ => (logged.text_without_subject().to_owned(), String::new()),
    }
}

/// A service's message without its name in brackets and without the ids of its tasks.
fn said_by(service: &str, message: &str) -> String {
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

/// States on the way between two others tell a newcomer nothing.
fn is_worth_telling(state: &str) -> bool {
    matches!(state, "InService" | "Terminating:Retained")
        || state.ends_with(":Wait")
        || state.starts_with("Warmed:")
}

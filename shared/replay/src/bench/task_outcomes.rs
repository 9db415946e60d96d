//! Ends of the tasks on the warned instances.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use sim::history::{Entry, Fact, TaskKind, TaskRef};

/// Numbers of tasks of one kind on the warned instances, by their ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct TaskOutcomes {
    /// Number of all tasks.
    pub total: usize,
    /// Stopped by ebb, with the whole stop timeout before the loss of the host.
    pub stopped_in_time: usize,
    /// Ended by themselves, or moved by their service, before the loss of the host.
    pub ended: usize,
    /// Killed by the loss of the host, while they ran or before the end of their stop timeout.
    pub killed: usize,
}

impl TaskOutcomes {
    fn add(&mut self, end: TaskEnd) {
        self.total += 1;
        match end {
            TaskEnd::StoppedInTime => self.stopped_in_time += 1,
            TaskEnd::Ended => self.ended += 1,
            TaskEnd::Killed => self.killed += 1,
            TaskEnd::Running => {}
        }
    }
}

/// End of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TaskEnd {
    StoppedInTime,
    Ended,
    Killed,
    /// End of the run before the end of the task.
    Running,
}

/// Course of the tasks of a run.
#[derive(Default)]
struct TaskCourses<'a> {
    /// Tasks that are not STOPPED, by EC2 instance.
    live: BTreeMap<&'a str, BTreeMap<&'a str, TaskKind>>,
    /// Tasks on warned instances at the warning.
    warned: BTreeMap<&'a str, TaskKind>,
    stopped_by_ebb: BTreeSet<&'a str>,
    killed: BTreeSet<&'a str>,
    ended: BTreeSet<&'a str>,
}

/// Returns the outcomes of the tasks that were on an instance when EC2 warned of its interruption, by kind.
pub(super) fn task_outcomes(
    at_start: &[TaskRef],
    history: &[Entry],
) -> BTreeMap<TaskKind, TaskOutcomes> {
    let mut courses = TaskCourses::default();
    for task in at_start {
        courses.live.entry(&task.ec2_instance).or_default().insert(&task.arn, task.kind);
    }
    history.iter().for_each(|entry| courses.add(&entry.fact));
    let mut outcomes: BTreeMap<TaskKind, TaskOutcomes> = BTreeMap::new();
    for (task, kind) in &courses.warned {
        outcomes.entry(*kind).or_default().add(courses.end(task));
    }
    outcomes
}

impl<'a> TaskCourses<'a> {
    fn add(&mut self, fact: &'a Fact) {
        match fact {
            Fact::Notice { ec2_instance, .. } => {
                let live = self.live.get(ec2_instance.as_str()).into_iter().flatten();
                self.warned.extend(live.map(|(task, kind)| (*task, *kind)));
            }
            Fact::Task { task, last_status, .. } => self.add_status(task, last_status),
            Fact::StopTask { task, by } if by.is_function() => {
                self.stopped_by_ebb.insert(&task.arn);
            }
            Fact::TaskKilled { task, .. } => {
                self.killed.insert(&task.arn);
            }
            _ => {}
        }
    }

    fn add_status(&mut self, task: &'a TaskRef, last_status: &str) {
        let live = self.live.entry(&task.ec2_instance).or_default();
        if last_status == "STOPPED" {
            live.remove(task.arn.as_str());
            self.ended.insert(&task.arn);
        } else {
            live.insert(&task.arn, task.kind);
        }
    }

    fn end(&self, task: &str) -> TaskEnd {
        match () {
            () if self.killed.contains(task) => TaskEnd::Killed,
            () if !self.ended.contains(task) => TaskEnd::Running,
            () if self.stopped_by_ebb.contains(task) => TaskEnd::StoppedInTime,
            () => TaskEnd::Ended,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sim::history::{Caller, KillCause};

    use super::*;

    fn task(arn: &str, ec2_instance: &str) -> TaskRef {
        let (name, kind) = ("import".to_owned(), TaskKind::Standalone);
        TaskRef { arn: arn.to_owned(), kind, name, ec2_instance: ec2_instance.to_owned() }
    }

    fn takes(task: TaskRef, last_status: &'static str) -> Fact {
        Fact::Task { task, last_status, because: String::new() }
    }

    #[test]
    fn task_of_a_warned_instance_has_one_end_and_others_are_not_counted() {
        let by = Caller::Function { name: "sweep".to_owned(), invocation: None };
        let stop = |task| Fact::StopTask { task, by: by.clone() };
        let at_start = [task("a", "i-1"), task("b", "i-1"), task("c", "i-1"), task("d", "i-2")];
        let facts = [
            takes(task("e", "i-1"), "PENDING"),
            Fact::Notice { ec2_instance: "i-1".to_owned(), notice: String::new() },
            takes(task("a", "i-1"), "STOPPED"),
            stop(task("b", "i-1")),
            takes(task("b", "i-1"), "STOPPED"),
            stop(task("c", "i-1")),
            Fact::TaskKilled { task: task("c", "i-1"), how: KillCause::StopCutShort },
            takes(task("c", "i-1"), "STOPPED"),
            Fact::TaskKilled {
                task: task("e", "i-1"),
                how: KillCause::HostGone { last_status: "RUNNING" },
            },
            takes(task("f", "i-1"), "PENDING"),
            takes(task("d", "i-2"), "STOPPED"),
        ];
        let history = facts.map(|fact| Entry { at: Duration::ZERO, fact });

        let found = task_outcomes(&at_start, &history);

        let expected = TaskOutcomes { total: 4, stopped_in_time: 1, ended: 1, killed: 2 };
        assert_eq!(found, BTreeMap::from([(TaskKind::Standalone, expected)]));
    }
}

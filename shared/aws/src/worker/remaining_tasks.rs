//! Tasks that have not stopped, as log fields.

use drain::observation::Observation;
use drain::reason::{Reason, TasksLeft};
use drain::task::Task;

use crate::limits::{LOGGED_TASKS, TASK_ID_CHARACTERS};
use crate::observe::conversion::short_id;

/// Counts of the tasks on an instance. Each is `None` until it is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct TaskCounts {
    pub(super) counted: Option<u32>,
    pub(super) replica: Option<usize>,
    pub(super) standalone: Option<usize>,
    pub(super) daemon: Option<usize>,
    pub(super) stopping: Option<usize>,
}

impl TaskCounts {
    /// Returns the counts of the reason, if it has any, or else those of the observation.
    pub(super) fn new(reason: &Reason, seen: &Observation) -> Self {
        let described = seen.container_instance.present().and_then(|it| it.described.as_ref());
        let counted = described.map(|it| it.tasks);
        let listed = match reason {
            Reason::TasksLeft(left) => Some(*left).filter(TasksLeft::are_listed),
            _ => remaining(seen).map(|tasks| TasksLeft::count(0, tasks)),
        };
        let count = |kind: fn(&TasksLeft) -> usize| listed.as_ref().map(kind);
        Self {
            counted,
            replica: count(|left| left.replica),
            standalone: count(|left| left.standalone),
            daemon: count(|left| left.daemon),
            stopping: count(|left| left.stopping),
        }
    }
}

/// Returns the tasks that have not stopped, if they are listed.
fn remaining(seen: &Observation) -> Option<Vec<&Task>> {
    let tasks = seen.tasks.present()?.iter();
    Some(tasks.filter(|task| !task.stopped).collect())
}

/// Returns families and short ids of the tasks that have not stopped: `import/e694eb, api/0b17c2 and 3 more`. Returns
/// `None` if the tasks are not listed, or all have stopped.
pub(super) fn task_names(seen: &Observation) -> Option<String> {
    let tasks = remaining(seen)?;
    let names: Vec<String> = tasks.iter().take(LOGGED_TASKS).map(|task| name(task)).collect();
    let more = tasks.len() - names.len();
    match (names.is_empty(), more) {
        (true, _) => None,
        (false, 0) => Some(names.join(", ")),
        (false, more) => Some(format!("{} and {more} more", names.join(", "))),
    }
}

fn name(task: &Task) -> String {
    format!("{}/{}", family(&task.definition), short_task_id(&task.arn))
}

/// Returns the first characters of a task's id.
fn short_task_id(arn: &str) -> String {
    short_id(arn).chars().take(TASK_ID_CHARACTERS).collect()
}

/// Returns the family of a task definition, which is given as family and revision or as ARN.
fn family(definition: &str) -> &str {
    let revision = short_id(definition);
    revision.split(':').next().unwrap_or(revision)
}

#[cfg(test)]
mod tests {
    use drain::observation::Seen;
    use drain::task::Owner;
    use drain::trigger::Triggers;

    use super::*;
    use crate::observe::container_instances::inactive;

    /// Returns a task. Number 0 has stopped.
    fn task(n: usize) -> Task {
        Task {
            arn: format!("arn:aws:ecs:eu-west-1:111122223333:task/web/{n:0>32}"),
            owner: Owner::Standalone,
            definition: "arn:aws:ecs:eu-west-1:111122223333:task-definition/import:1".to_owned(),
            stopped: n == 0,
            stopping: false,
            stopping_since: None,
            stopped_by_ebb: false,
            stopped_at: None,
            stop_time: None,
            policy: None,
        }
    }

    fn listed(tasks: Vec<Task>) -> Observation {
        let mut seen = Observation::new("i-1", Triggers::default());
        seen.container_instance = Seen::Present(inactive("arn/ci-1", "arn/web"));
        seen.tasks = Seen::Present(tasks);
        seen
    }

    fn names(tasks: usize) -> Option<String> {
        task_names(&listed((0..tasks).map(task).collect()))
    }

    #[test]
    fn stopped_tasks_are_not_named() {
        assert_eq!(names(1), None);
        assert_eq!(names(2).as_deref(), Some("import/000000"));
    }

    #[test]
    fn ten_tasks_are_named_and_the_others_counted() {
        assert_eq!(names(11).unwrap().matches("import/").count(), 10);
        assert!(!names(11).unwrap().contains("more"));
        assert!(names(14).unwrap().ends_with("import/000000 and 3 more"));
    }

    #[test]
    fn kinds_are_counted_once_the_tasks_are_listed() {
        let unlisted = Observation { tasks: Seen::NotAsked, ..listed(Vec::new()) };

        let counts = TaskCounts::new(&Reason::Empty, &listed(vec![task(0), task(1)]));

        assert_eq!((counts.replica, counts.standalone), (Some(0), Some(1)));
        let counted = TaskCounts { counted: Some(0), ..TaskCounts::default() };
        assert_eq!(TaskCounts::new(&Reason::Empty, &unlisted), counted);
    }

    #[test]
    fn counts_of_tasks_left_are_those_of_the_reason() {
        let left = TasksLeft { replica: 2, ..TasksLeft::default() };

        let counts = TaskCounts::new(&Reason::TasksLeft(left), &listed(vec![task(1)]));

        assert_eq!((counts.replica, counts.standalone), (Some(2), Some(0)));
    }
}

//! Log lines of ended standalone tasks.

use drain::signal::TaskStopped;

use crate::observe::conversion::short_id;

/// Exit code of a container that got SIGKILL (ECS developer guide, stopped tasks).
const KILLED: i64 = 137;

/// Prefix of the group of a task that RunTask started without a group (ECS developer guide, task groups).
const FAMILY_GROUP: &str = "family:";

/// Logs the end of a standalone task on a draining container instance.
pub(super) fn log_task_end(stopped: &TaskStopped) {
    let task = short_id(&stopped.task);
    let family = stopped.group.strip_prefix(FAMILY_GROUP);
    let cluster = short_id(&stopped.cluster);
    let container_instance = short_id(&stopped.container_instance);
    let exit_codes = exit_codes(stopped);
    let killed = is_killed(stopped);
    let end = if killed { "was killed" } else { "ended" };
    tracing::info!(
        target: "ebb::task",
        task,
        family,
        cluster,
        container_instance,
        exit_codes,
        stopped_reason = stopped.stopped_reason,
        killed,
        "standalone task {task} (cluster {cluster}, container instance {container_instance}) {end}: {exit_codes}"
    );
}

/// Returns true if a container got SIGKILL.
fn is_killed(stopped: &TaskStopped) -> bool {
    stopped.exit_codes.iter().any(|(_, code)| *code == Some(KILLED))
}

/// Returns the containers with their exit codes: `app 137, log 0`.
fn exit_codes(stopped: &TaskStopped) -> String {
    let exit = |(name, code): &(String, Option<i64>)| match code {
        Some(code) => format!("{name} {code}"),
        None => format!("{name} without an exit code"),
    };
    let exits: Vec<String> = stopped.exit_codes.iter().map(exit).collect();
    if exits.is_empty() { "no exit codes".to_owned() } else { exits.join(", ") }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn stopped(exit_codes: &[(&str, Option<i64>)]) -> TaskStopped {
        TaskStopped {
            task: "arn/t-1".to_owned(),
            cluster: "arn/web".to_owned(),
            container_instance: "arn/ci-1".to_owned(),
            group: "family:import".to_owned(),
            version: 1,
            exit_codes: exit_codes.iter().map(|(name, code)| ((*name).to_owned(), *code)).collect(),
            stopped_reason: String::new(),
            ended_by_itself: false,
            at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn task_with_a_container_that_got_sigkill_is_killed() {
        assert!(is_killed(&stopped(&[("log", Some(0)), ("app", Some(137))])));
        assert!(!is_killed(&stopped(&[("app", Some(1)), ("log", None)])));
    }

    #[test]
    fn exit_codes_name_their_containers() {
        let text = exit_codes(&stopped(&[("app", Some(137)), ("log", None)]));

        assert_eq!(text, "app 137, log without an exit code");
    }
}

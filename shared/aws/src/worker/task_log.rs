//! Log lines of ended standalone tasks.

use drain::signal::TaskStopped;

use crate::observe::conversion::short_id;

/// Exit code of a container that got SIGKILL (ECS developer guide, stopped tasks).
const KILLED: i64 = 137;

/// Logs the end of a standalone task on a draining container instance.
pub(super) fn log_task_end(stopped: &TaskStopped) {
    let exit_codes: Vec<String> = stopped.exit_codes.iter().map(exit).collect();
    tracing::info!(
        target: "ebb::task",
        task = short_id(&stopped.task),
        cluster = short_id(&stopped.cluster),
        container_instance = short_id(&stopped.container_instance),
        group = stopped.group,
        exit_codes = exit_codes.join(", "),
        stopped_reason = stopped.stopped_reason,
        "standalone task {} ended: {}", short_id(&stopped.task), exit_codes.join(", ")
    );
}

fn exit((name, code): &(String, Option<i64>)) -> String {
    match code {
        Some(KILLED) => format!("{name} {KILLED} (killed)"),
        Some(code) => format!("{name} {code}"),
        None => format!("{name} without an exit code"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_code_of_sigkill_is_named() {
        assert_eq!(exit(&("app".to_owned(), Some(137))), "app 137 (killed)");
        assert_eq!(exit(&("app".to_owned(), Some(0))), "app 0");
        assert_eq!(exit(&("app".to_owned(), None)), "app without an exit code");
    }
}

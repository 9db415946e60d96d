//! Ends of tasks.
//!
//! Recognised: `ECS Task State Change` with `lastStatus` STOPPED of a task on a container instance. Every other status
//! is ignored, STOPPED as desired status alone as well: the task still runs down its stop timeout. So is a task without
//! a `containerInstanceArn`, which runs on Fargate or was never placed.

use jiff::Timestamp;
use serde_json::Value;

use super::Parsed;
use super::fields::{Fields, is_name};
use super::{Ignored, Malformed, Signal, TaskStopped, time};

/// `detail-type`.
pub(super) const STATE_CHANGE: &str = "ECS Task State Change";

/// Containers of a task (ECS service quotas, containers per task definition).
const CONTAINERS: usize = 10;

/// Reads a change of a task; `sent_at` stands in for a `stoppedAt` that is missing.
pub(super) fn parse_task_change(
    detail: &Fields<'_>,
    sent_at: Timestamp,
) -> Result<Parsed, Malformed> {
    let is_stopped = detail.text("lastStatus")? == "STOPPED";
    if !is_stopped || !detail.has("containerInstanceArn") {
        return Ok(Err(Ignored::TaskNotStopped));
    }
    let cluster = detail.cluster("clusterArn")?;
    let containers = detail.list("containers").iter().take(CONTAINERS);
    Ok(Ok(Signal::TaskStopped(TaskStopped {
        task: detail.in_cluster("taskArn", "task", &cluster)?,
        container_instance: detail.in_cluster(
            "containerInstanceArn",
            "container-instance",
            &cluster,
        )?,
        cluster,
        group: detail.words("group"),
        version: detail.integer("version")?,
        exit_codes: containers.filter_map(exit_code).collect(),
        stopped_reason: detail.words("stoppedReason"),
        ended_by_itself: detail.optional_text("stopCode") == Some("EssentialContainerExited"),
        at: detail.optional_text("stoppedAt").and_then(time::rfc3339).unwrap_or(sent_at),
    })))
}

fn exit_code(container: &Value) -> Option<(String, Option<i64>)> {
    let name = container.get("name")?.as_str().filter(|name| is_name(name))?;
    Some((name.to_owned(), container.get("exitCode").and_then(Value::as_i64)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::parse_message;
    use super::*;

    fn changed(change: impl FnOnce(&mut Value)) -> Result<Parsed, Malformed> {
        let mut detail = json!({
            "lastStatus": "STOPPED",
            "taskArn": "arn:aws:ecs:eu-west-1:111122223333:task/orders/1",
            "clusterArn": "arn:aws:ecs:eu-west-1:111122223333:cluster/orders",
            "containerInstanceArn": "arn:aws:ecs:eu-west-1:111122223333:container-instance/orders/2",
            "version": 7,
        });
        change(&mut detail);
        let event = json!({"source": "aws.ecs", "detail-type": STATE_CHANGE, "detail": detail});
        parse_message(&event.to_string(), Timestamp::UNIX_EPOCH).map(|reading| reading.signal)
    }

    fn stopped(change: impl FnOnce(&mut Value)) -> TaskStopped {
        match changed(change) {
            Ok(Ok(Signal::TaskStopped(task))) => task,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_task_that_is_being_stopped_is_not_stopped() {
        for status in ["RUNNING", "DEACTIVATING", "STOPPING", "DEPROVISIONING"] {
            let heard = changed(|detail| {
                detail["lastStatus"] = json!(status);
                detail["desiredStatus"] = json!("STOPPED");
            });

            assert_eq!(heard, Ok(Err(Ignored::TaskNotStopped)), "{status}");
        }
    }

    #[test]
    fn what_ecs_says_of_a_task_in_words_is_kept_in_one_line() {
        let task = stopped(|detail| {
            detail["group"] = json!("family:import");
            detail["stoppedReason"] = json!("Host EC2\n(instance i-1) terminated.");
        });

        assert_eq!(task.group, "family:import");
        assert_eq!(task.stopped_reason.lines().count(), 1);
        assert!(task.stopped_reason.starts_with("Host EC2") && task.stopped_reason.ends_with('.'));
    }

    #[test]
    fn a_task_on_no_container_instance_is_ignored() {
        let absent = changed(|detail| detail["containerInstanceArn"] = json!(null));

        assert_eq!(absent, Ok(Err(Ignored::TaskNotStopped)));
    }

    #[test]
    fn only_a_task_whose_essential_container_exited_ended_by_itself() {
        let ended_by_itself =
            |code: &str| stopped(|it| it["stopCode"] = json!(code)).ended_by_itself;

        assert!(ended_by_itself("EssentialContainerExited"));
        assert!(!ended_by_itself("UserInitiated"));
        assert!(!stopped(|_| ()).ended_by_itself);
    }

    #[test]
    fn a_container_without_an_exit_code_keeps_its_name() {
        let task = stopped(|detail| {
            detail["containers"] = json!([{"name": "api", "exitCode": 137}, {"name": "log"}, {}]);
        });

        assert_eq!(task.exit_codes, [("api".into(), Some(137)), ("log".into(), None)]);
    }

    #[test]
    fn a_container_without_a_name_or_with_one_that_would_begin_a_line_of_the_log_is_passed_over() {
        let unfit = ["api\nWARN", ""].map(|name| json!({"name": name, "exitCode": 1}));
        let task = stopped(|detail| {
            detail["containers"] = json!([unfit[0], unfit[1], {"name": "log"}]);
        });

        assert_eq!(task.exit_codes, [("log".into(), None)]);
    }

    #[test]
    fn a_task_stopped_when_it_says_so_else_when_the_event_was_sent() {
        let at = stopped(|detail| detail["stoppedAt"] = json!("2025-05-12T13:11:44.98Z")).at;

        assert_eq!(at.to_string(), "2025-05-12T13:11:44.98Z");
        assert_eq!(stopped(|_| ()).at, Timestamp::UNIX_EPOCH);
    }

    #[test]
    fn a_stopped_task_needs_its_arns_and_its_version() {
        for field in ["taskArn", "clusterArn", "version"] {
            let error = changed(|detail| detail[field] = json!("\u{7}")).unwrap_err();

            assert!(error.to_string().contains(&format!("detail.{field} is missing")), "{error}");
        }
        assert!(changed(|detail| detail["containerInstanceArn"] = json!("2")).is_err());
    }
}

//! Ends of tasks.
//!
//! Recognised: `ECS Task State Change` with `lastStatus` STOPPED of a task on a container instance. Every other
//! `lastStatus` is ignored, even if `desiredStatus` is STOPPED: the stop timeout still runs. A task without a
//! `containerInstanceArn` is ignored too. ECS runs it on Fargate, or never placed it.

use jiff::Timestamp;
use serde_json::Value;

use super::Parsed;
use super::fields::{Fields, is_name};
use super::{Ignored, Malformed, Signal, TaskStopped, time};
use crate::limits::CONTAINERS_IN_A_TASK;

/// `detail-type` of a change of a task.
pub(super) const STATE_CHANGE: &str = "ECS Task State Change";

/// Parses a change of a task. Uses `sent_at` if `stoppedAt` is missing.
pub(super) fn parse_task_change(
    detail: &Fields<'_>,
    sent_at: Timestamp,
) -> Result<Parsed, Malformed> {
    let is_stopped = detail.text("lastStatus")? == "STOPPED";
    if !is_stopped || !detail.has("containerInstanceArn") {
        return Ok(Err(Ignored::TaskNotStopped));
    }
    let cluster = detail.cluster("clusterArn")?;
    let containers = detail.list("containers").iter().take(CONTAINERS_IN_A_TASK);
    Ok(Ok(Signal::TaskStopped(TaskStopped {
        task: detail.arn_in_cluster("taskArn", "task", &cluster)?,
        container_instance: detail.arn_in_cluster(
            "containerInstanceArn",
            "container-instance",
            &cluster,
        )?,
        cluster,
        group: detail.one_line("group"),
        version: detail.integer("version")?,
        exit_codes: containers.filter_map(exit_code).collect(),
        stopped_reason: detail.one_line("stoppedReason"),
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
            "taskArn": "arn:aws:ecs:eu-west-1:111122223333:task/orders/1b7e3c9d5f2a46889e0c4b6d8f1a3c5e",
            "clusterArn": "arn:aws:ecs:eu-west-1:111122223333:cluster/orders",
            "containerInstanceArn": "arn:aws:ecs:eu-west-1:111122223333:container-instance/orders/9c1d7e3b5a2f4860b7d1c3e5f7092b4d",
            "version": 7,
        });
        change(&mut detail);
        let event = json!({"source": "aws.ecs", "detail-type": STATE_CHANGE, "detail": detail});
        parse_message(&event.to_string(), Timestamp::UNIX_EPOCH).map(|message| message.signal)
    }

    fn stopped(change: impl FnOnce(&mut Value)) -> TaskStopped {
        match changed(change) {
            Ok(Ok(Signal::TaskStopped(task))) => task,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn task_that_is_being_stopped_is_ignored() {
        for status in ["RUNNING", "DEACTIVATING", "STOPPING", "DEPROVISIONING"] {
            let signal = changed(|detail| {
                detail["lastStatus"] = json!(status);
                detail["desiredStatus"] = json!("STOPPED");
            });

            assert_eq!(signal, Ok(Err(Ignored::TaskNotStopped)), "{status}");
        }
    }

    #[test]
    fn group_and_stopped_reason_are_kept_in_one_line() {
        let task = stopped(|detail| {
            detail["group"] = json!("family:import");
            detail["stoppedReason"] = json!("Host EC2\n(instance i-1) terminated.");
        });

        assert_eq!(task.group, "family:import");
        assert_eq!(task.stopped_reason.lines().count(), 1);
        assert!(task.stopped_reason.starts_with("Host EC2") && task.stopped_reason.ends_with('.'));
    }

    #[test]
    fn task_on_no_container_instance_is_ignored() {
        let absent = changed(|detail| detail["containerInstanceArn"] = json!(null));

        assert_eq!(absent, Ok(Err(Ignored::TaskNotStopped)));
    }

    #[test]
    fn task_ended_by_itself_only_if_an_essential_container_exited() {
        let ended_by_itself =
            |code: &str| stopped(|it| it["stopCode"] = json!(code)).ended_by_itself;

        assert!(ended_by_itself("EssentialContainerExited"));
        assert!(!ended_by_itself("UserInitiated"));
        assert!(!stopped(|_| ()).ended_by_itself);
    }

    #[test]
    fn container_without_an_exit_code_keeps_its_name() {
        let task = stopped(|detail| {
            detail["containers"] = json!([{"name": "api", "exitCode": 137}, {"name": "log"}, {}]);
        });

        assert_eq!(task.exit_codes, [("api".into(), Some(137)), ("log".into(), None)]);
    }

    #[test]
    fn container_without_a_one_line_name_is_ignored() {
        let unfit = ["api\nWARN", ""].map(|name| json!({"name": name, "exitCode": 1}));
        let task = stopped(|detail| {
            detail["containers"] = json!([unfit[0], unfit[1], {"name": "log"}]);
        });

        assert_eq!(task.exit_codes, [("log".into(), None)]);
    }

    #[test]
    fn stop_without_a_time_has_the_time_of_its_event() {
        let at = stopped(|detail| detail["stoppedAt"] = json!("2025-05-12T13:11:44.98Z")).at;

        assert_eq!(at.to_string(), "2025-05-12T13:11:44.98Z");
        assert_eq!(stopped(|_| ()).at, Timestamp::UNIX_EPOCH);
    }

    #[test]
    fn stopped_task_without_an_arn_or_a_version_is_malformed() {
        for field in ["taskArn", "clusterArn", "version"] {
            let error = changed(|detail| detail[field] = json!("\u{7}")).unwrap_err();

            assert!(error.to_string().contains(&format!("detail.{field} is missing")), "{error}");
        }
        assert!(changed(|detail| detail["containerInstanceArn"] = json!("2")).is_err());
    }
}

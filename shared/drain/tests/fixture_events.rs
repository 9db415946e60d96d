//! Each event file under `fixtures/events` is parsed to the line of this table.

use std::collections::BTreeMap;

mod files;
mod summary;

use files::files;
use summary::summary;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/events");

/// Files of one event, each with its summary.
const EVENTS: &[(&str, &str)] = &[
    ("ec2/pending.json", "ignored: EC2 instance pending"),
    ("ec2/running.json", "ignored: EC2 instance running"),
    ("ec2/shutting-down.json", "2025-09-16T08:31:24Z ShuttingDown i-0c4f1a7d2e9b83560"),
    ("ec2/stopped.json", "2025-09-16T10:05:41Z Stopped i-0c4f1a7d2e9b83560"),
    ("ec2/stopping.json", "2025-09-16T10:05:00Z Stopping i-0c4f1a7d2e9b83560"),
    ("ec2/terminated.json", "2025-09-16T08:32:37Z Terminated i-0c4f1a7d2e9b83560"),
    (
        "ecs-container-instance/active.json",
        "2025-09-16T08:17:31.208Z ACTIVE i-0e13d5a98b7c42f16 v3 tasks Some(0)",
    ),
    (
        "ecs-container-instance/draining.json",
        "2025-09-16T08:14:03.964Z DRAINING i-0c4f1a7d2e9b83560 v118 tasks Some(2)",
    ),
    ("ecs-container-instance/inactive.json", "ignored: container instance INACTIVE"),
    (
        "ecs-service-action/task-placement-failure.json",
        "2025-09-16T08:14:31.4Z checkout no task placed: RESOURCE:MEMORY",
    ),
    ("ecs-task/running.json", "ignored: task not stopped"),
    (
        "ecs-task/stopped-replica.json",
        "2025-09-16T08:15:41.115Z task stopped, service:checkout v8 [(\"api\", Some(0)), (\"log-router\", Some(0))]",
    ),
    (
        "ecs-task/stopped-standalone-137.json",
        "2025-09-16T09:49:12.004Z task stopped, family:nightly-report v6 [(\"report\", Some(137))]",
    ),
    ("health/issue.json", "ignored: Health AWS_EC2_INSTANCE_STORE_DRIVE_PERFORMANCE_DEGRADED"),
    (
        "health/scheduled-change-closed.json",
        "ignored: Health AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED",
    ),
    (
        "health/scheduled-change-two-instances.json",
        "2025-09-02T15:20:09Z AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED [\"i-0c4f1a7d2e9b83560\", \"i-07b9e2d41c6fa8305\"] 2025-09-16T12:00:00Z",
    ),
    (
        "hostile/passed-over-a-hook-in-other-letters.json",
        "2026-03-02T09:01:00Z Terminating i-0aaa1111bbb22222d, \u{435}bb of web",
    ),
    (
        "hostile/passed-over-another-account.json",
        "2026-03-02T09:01:00Z Terminating i-0aaa1111bbb22222d, ebb of web",
    ),
    (
        "hostile/passed-over-another-region.json",
        "2026-03-02T09:01:00Z Terminating i-0aaa1111bbb22222d, ebb of web",
    ),
    (
        "hostile/set-aside-a-group-that-forges-a-line.json",
        "malformed: EC2 Instance-terminate Lifecycle Action: detail.AutoScalingGroupName is missing or not a one-line text of at most 255 characters",
    ),
    (
        "hostile/set-aside-a-hook-that-hides-its-line.json",
        "malformed: EC2 Instance-terminate Lifecycle Action: detail.LifecycleHookName is missing or not a one-line text of at most 255 characters",
    ),
    (
        "hostile/set-aside-an-account-that-is-a-number.json",
        "malformed: EventBridge event: account is missing or not a text",
    ),
    (
        "hostile/set-aside-an-id-that-ends-a-query.json",
        "malformed: EC2 Instance-terminate Lifecycle Action: detail.EC2InstanceId is missing or not the id of an EC2 instance",
    ),
    (
        "hostile/set-aside-an-id-that-is-a-path.json",
        "malformed: EC2 Instance-terminate Lifecycle Action: detail.EC2InstanceId is missing or not the id of an EC2 instance",
    ),
    ("hostile/set-aside-half-a-surrogate.json", "malformed: not JSON"),
    (
        "instance-refresh/started.json",
        "ignored: aws.autoscaling EC2 Auto Scaling Instance Refresh Started",
    ),
    (
        "instance-refresh/succeeded.json",
        "ignored: aws.autoscaling EC2 Auto Scaling Instance Refresh Succeeded",
    ),
    (
        "lifecycle-action/direct-terminate.json",
        "2025-09-16T08:14:02.533Z Terminating i-0c4f1a7d2e9b83560, ebb-terminate of orders-ecs",
    ),
    ("lifecycle-action/direct-test-notification.json", "ignored: test notification"),
    (
        "lifecycle-action/group-notification.json",
        "ignored: group notification autoscaling:EC2_INSTANCE_TERMINATE",
    ),
    (
        "lifecycle-action/launch-into-warm-pool.json",
        "2025-09-16T06:30:05Z Launching i-07b9e2d41c6fa8305 to the warm pool, ebb-launch of orders-ecs",
    ),
    (
        "lifecycle-action/launch-out-of-warm-pool.json",
        "2025-09-16T07:41:19Z Launching i-07b9e2d41c6fa8305, ebb-launch of orders-ecs",
    ),
    (
        "lifecycle-action/launch.json",
        "2025-09-16T08:16:47Z Launching i-0e13d5a98b7c42f16, ebb-launch of orders-ecs",
    ),
    (
        "lifecycle-action/sns-wrapped-direct.json",
        "2025-09-16T08:14:02.533Z Terminating i-0c4f1a7d2e9b83560, ebb-terminate of orders-ecs",
    ),
    (
        "lifecycle-action/sns-wrapped-event.json",
        "2025-09-16T08:14:02Z Terminating i-0c4f1a7d2e9b83560, ebb-terminate of orders-ecs",
    ),
    (
        "lifecycle-action/terminate-for-root-volume.json",
        "2026-03-02T09:14:22Z Terminating i-0c3d5e7f9a1b2c4d6, ebb of render",
    ),
    (
        "lifecycle-action/terminate-to-warm-pool.json",
        "2025-09-16T19:02:31Z Terminating i-07b9e2d41c6fa8305 to the warm pool, ebb-terminate of orders-ecs",
    ),
    (
        "lifecycle-action/terminate.json",
        "2025-09-16T08:14:02Z Terminating i-0c4f1a7d2e9b83560, ebb-terminate of orders-ecs",
    ),
    ("recheck/settle.json", "2025-09-16T08:14:14Z recheck Settle [\"i-0c4f1a7d2e9b83560\"]"),
    (
        "poison/no-instance.json",
        "malformed: EC2 Instance-terminate Lifecycle Action: detail.EC2InstanceId is missing or not the id of an EC2 instance",
    ),
    ("poison/not-json.json", "malformed: not JSON"),
    (
        "spot/interruption-hibernate.json",
        "2025-09-16T09:47:13Z interruption Hibernate i-07b9e2d41c6fa8305",
    ),
    ("spot/interruption-stop.json", "2025-09-16T09:47:13Z interruption Stop i-07b9e2d41c6fa8305"),
    (
        "spot/interruption-terminate.json",
        "2025-09-16T09:47:13Z interruption Terminate i-07b9e2d41c6fa8305",
    ),
    ("spot/rebalance-recommendation.json", "2025-09-16T09:31:50Z rebalance i-07b9e2d41c6fa8305"),
    ("sweep/ebb-sweep.json", "2025-09-16T08:16:00Z sweep"),
    ("sweep/scheduled-event.json", "2025-09-16T08:15:00Z sweep"),
];

/// Files of several events, each with the summary of each event.
const SEVERAL: &[(&str, &[&str])] = &[
    (
        "recorded/drain.jsonl",
        &[
            "2025-09-16T08:14:02Z Terminating i-0c4f1a7d2e9b83560, ebb-terminate of orders-ecs",
            "2025-09-16T08:14:03.964Z DRAINING i-0c4f1a7d2e9b83560 v118 tasks Some(2)",
            "2025-09-16T08:15:41.115Z task stopped, service:checkout v8 [(\"api\", Some(0)), (\"log-router\", Some(0))]",
            "2025-09-16T08:31:16.22Z task stopped, family:import-prices v7 [(\"import\", Some(0))]",
            "2025-09-16T08:31:16.31Z DRAINING i-0c4f1a7d2e9b83560 v126 tasks Some(0)",
            "2025-09-16T08:31:24Z ShuttingDown i-0c4f1a7d2e9b83560",
            "2025-09-16T08:32:37Z Terminated i-0c4f1a7d2e9b83560",
            "ignored: aws.autoscaling EC2 Instance Terminate Successful",
        ],
    ),
    (
        "sqs/lambda-event-two-records.json",
        &[
            "2025-09-16T08:14:02Z Terminating i-0c4f1a7d2e9b83560, ebb-terminate of orders-ecs",
            "2025-09-16T08:14:02Z Terminating i-07b9e2d41c6fa8305, ebb-terminate of orders-ecs",
        ],
    ),
];

#[test]
fn event_file_is_parsed_to_the_summary_of_the_table() {
    let one = EVENTS.iter().map(|(file, summary)| (*file, std::slice::from_ref(summary)));
    let expected: BTreeMap<&str, &[&str]> = one.chain(SEVERAL.iter().copied()).collect();

    let found = files(FOLDER.as_ref());

    for (file, bodies) in &found {
        let found: Vec<String> = bodies.iter().map(|body| summary(body)).collect();
        let expected = expected.get(file.as_str()).map(|expected| expected.to_vec());
        assert_eq!(expected, Some(found.iter().map(String::as_str).collect()), "{file}");
    }
    assert_eq!(expected.len(), found.len(), "a file of the table is missing");
}

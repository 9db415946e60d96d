//! Each event sample of the AWS documentation, in a folder beside the project, is a signal or ignored.
//!
//! The samples belong to AWS and are no part of the project. Without the folder there is nothing to test.

use std::io::Write;
use std::path::PathBuf;

mod files;
mod summary;

use files::files;
use summary::summary;

/// Environment variable that names the folder. The default is `../shared/events`.
const FOLDER: &str = "EBB_OFFICIAL_EVENTS";

/// Files without a message of a queue.
const NO_MESSAGES: &[&str] = &["SOURCES.md", "lambda-sqs-batch-response.json"];

/// Files, each with the summary of its event or of each of its records.
const SAMPLES: &[(&str, &str)] = &[
    (
        "asg-direct-lifecycle-notification-launching-doc-as-json.json",
        "2021-01-19T00:36:26.533Z Launching i-0598c7d356eba48d7, my-hook of my-asg",
    ),
    ("asg-direct-test-notification-doc-as-json.json", "ignored: test notification"),
    (
        "asg-instance-refresh-started.json",
        "ignored: aws.autoscaling EC2 Auto Scaling Instance Refresh Started",
    ),
    (
        "asg-instance-refresh-succeeded.json",
        "ignored: aws.autoscaling EC2 Auto Scaling Instance Refresh Succeeded",
    ),
    (
        "asg-instance-terminate-successful.json",
        "ignored: aws.autoscaling EC2 Instance Terminate Successful",
    ),
    (
        "asg-launch-lifecycle-action.json",
        "at receipt Launching i-1234567890abcdef0, my-lifecycle-hook of my-asg",
    ),
    (
        "asg-terminate-lifecycle-action-current.json",
        "at receipt Terminating i-1234567890abcdef0, my-lifecycle-hook of my-asg",
    ),
    (
        "asg-terminate-lifecycle-action.json",
        "at receipt Terminating i-1234567890abcdef0, my-lifecycle-hook of my-asg",
    ),
    (
        "asg-warmpool-example1-launch.json",
        "2021-01-13T00:12:37.214Z Launching i-1234567890abcdef0 to the warm pool, my-launch-lifecycle-hook of my-asg",
    ),
    (
        "aws-health-ec2-instance-store-drive-degraded.json",
        "ignored: Health AWS_EC2_INSTANCE_STORE_DRIVE_PERFORMANCE_DEGRADED",
    ),
    ("ec2-instance-rebalance-recommendation.json", "at receipt rebalance i-1234567890abcdef0"),
    ("ec2-instance-state-change-notification.json", "ignored: EC2 instance pending"),
    ("ec2-spot-interruption-warning.json", "at receipt interruption Terminate i-1234567890abcdef0"),
    (
        "ecs-container-instance-state-change-active.json",
        "2016-12-06T16:41:06.991Z ACTIVE i-f3a8506b v14801 tasks None",
    ),
    ("ecs-service-action-service-steady-state.json", "ignored: aws.ecs ECS Service Action"),
    (
        "ecs-service-action-service-task-placement-failure.json",
        "2019-11-06T19:09:33.087Z servicetest no task placed: RESOURCE:CPU",
    ),
    ("ecs-task-state-change-running-ec2.json", "ignored: task not stopped"),
    (
        "filled/asg-terminate-lifecycle-action-current.json",
        "2021-01-19T00:35:52Z Terminating i-1234567890abcdef0, my-lifecycle-hook of my-asg",
    ),
    (
        "filled/asg-terminate-lifecycle-action.json",
        "2021-01-19T00:35:52Z Terminating i-1234567890abcdef0, my-lifecycle-hook of my-asg",
    ),
    (
        "filled/ec2-instance-rebalance-recommendation.json",
        "2021-01-19T00:35:52Z rebalance i-1234567890abcdef0",
    ),
    (
        "filled/ec2-spot-interruption-warning.json",
        "2021-01-19T00:35:52Z interruption Terminate i-1234567890abcdef0",
    ),
    ("lambda-sqs-event-standard-queue.json", "malformed: not JSON"),
];

fn folder() -> PathBuf {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/events");
    std::env::var_os(FOLDER).map_or_else(|| beside.into(), PathBuf::from)
}

#[test]
fn official_sample_is_a_signal_or_ignored_for_a_named_reason() {
    let folder = folder();
    if !folder.is_dir() {
        // This goes past the capture of the test: a test that did nothing must say so.
        let _ = writeln!(
            std::io::stderr(),
            "skipped: no folder {}; {FOLDER} may name one",
            folder.display()
        );
        return;
    }

    for (file, bodies) in files(&folder) {
        if NO_MESSAGES.contains(&file.as_str()) {
            continue;
        }
        let expected = SAMPLES.iter().find(|(name, _)| *name == file).map(|(_, summary)| *summary);
        for body in bodies {
            assert_eq!(expected, Some(summary(&body).as_str()), "{file}");
        }
    }
}

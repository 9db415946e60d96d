//! Requests while AWS is busy.

use sim::account::service_counts;

use crate::world::{RECYCLE, SHOP, parameters_left, played, request};

/// Returns a step in which other callers use up a request bucket for four minutes.
fn busy(bucket: &str, per_second: u32) -> String {
    format!(
        r#"
        [[happens]]
        at = "4m"
        what = "throttling"
        bucket = "{bucket}"
        for = "4m"
        others_per_second = {per_second}
        "#
    )
}

/// Returns the greatest number of desired tasks in a recycle that is asked for while the bucket is empty.
fn most_desired_tasks(bucket: &str, per_second: u32) -> Option<usize> {
    let scenario = format!("{SHOP}{}{}", busy(bucket, per_second), request("5m", RECYCLE));

    let history = played(&scenario);

    assert_eq!(parameters_left(&history), Default::default(), "{bucket}");
    service_counts(&history, "shop", "api").iter().map(|it| it.desired).max()
}

#[test]
fn request_that_comes_while_aws_does_not_answer_begins_later() {
    assert_eq!(most_desired_tasks("application-autoscaling", 800), Some(4));
}

#[test]
fn request_whose_record_cannot_be_written_begins_later() {
    assert_eq!(most_desired_tasks("ssm-write", 800), Some(4));
}

#[test]
fn recycle_goes_on_while_updates_of_services_are_throttled() {
    assert_eq!(most_desired_tasks("ecs-service-modify", 800), Some(4));
}

#[test]
fn recycle_goes_on_while_calls_about_protection_are_throttled() {
    assert_eq!(most_desired_tasks("ecs-protection", 8_000), Some(4));
}

//! Refusals of any operation: throttling, and operations that the simulated AWS does not know.

use std::time::Duration;

use super::{asking, refusal};
use aws_sdk_ecs::error::SdkError;
use sim::aws::Fatal;

/// Calls that take no time, so that no bucket refills meanwhile.
const AT_ONCE: &str = r#"
    [switches]
    api_call = "0s"

    [[cluster]]
    name = "shop"
"#;

// ECS API reference, request-throttling: reads of cluster resources have a burst of 100 and 20 a second.
#[test]
fn the_first_read_beyond_a_burst_of_a_hundred_is_throttled_and_then_retried() {
    asking(AT_ONCE, async |account| {
        let list = || account.clients.ecs.list_container_instances().cluster("shop").send();
        for _ in 0..100 {
            list().await.unwrap();
        }
        let begun = tokio::time::Instant::now();

        list().await.unwrap();

        let outcomes = account.outcomes("ListContainerInstances");
        assert!(outcomes[..100].iter().all(|outcome| outcome.starts_with("ok")), "{outcomes:?}");
        assert_eq!(outcomes[100], "ThrottlingException");
        assert!(outcomes.last().unwrap().starts_with("ok"));
        assert!(begun.elapsed() > Duration::ZERO && begun.elapsed() < Duration::from_secs(2));
    });
}

#[test]
fn auto_scaling_throttles_under_a_code_of_its_own_and_is_retried_as_well() {
    asking(AT_ONCE, async |account| {
        for _ in 0..61 {
            account.clients.autoscaling.describe_auto_scaling_groups().send().await.unwrap();
        }

        let outcomes = account.outcomes("DescribeAutoScalingGroups");
        assert_eq!(outcomes.iter().position(|outcome| outcome == "Throttling"), Some(60));
        assert!(outcomes.last().unwrap().starts_with("ok"));
    });
}

#[test]
fn a_throttle_that_lasts_is_handed_on_after_four_attempts() {
    let scenario = format!(
        "{AT_ONCE}
        [[happens]]
        at = \"0s\"
        what = \"throttling\"
        bucket = \"ecs-read\"
        others_per_second = 1000000.0
        for = \"10m\""
    );

    asking(&scenario, async |account| {
        tokio::time::sleep(Duration::from_secs(60)).await;
        let list = account.clients.ecs.list_container_instances().cluster("shop");

        let (code, message) = refusal(list.send().await);

        assert_eq!((&*code, &*message), ("ThrottlingException", "Rate exceeded"));
        assert_eq!(account.outcomes("ListContainerInstances").len(), 4);
    });
}

#[test]
fn an_operation_that_is_not_known_stops_the_run_and_is_named() {
    asking("", async |account| {
        let unanswered = account.clients.ecs.create_cluster().cluster_name("shop").send().await;
        let ended = account.aws.run(Duration::from_secs(1), Duration::from_secs(60)).await;

        assert!(matches!(unanswered, Err(SdkError::DispatchFailure(_))));
        let named = "the simulated AWS does not know ECS CreateCluster".to_owned();
        assert_eq!(ended, Err(Fatal(named)));
    });
}

#[test]
fn a_parameter_that_is_not_known_stops_the_run_and_is_named() {
    asking("", async |account| {
        let refused = account.clients.sqs.send_message();
        let refused = refused.queue_url(sim::queue_url("q")).message_body("m");
        let unanswered = refused.message_group_id("group").send().await;
        let ended = account.aws.run(Duration::from_secs(1), Duration::from_secs(60)).await;

        assert!(unanswered.is_err());
        let Err(Fatal(named)) = ended else { panic!("{ended:?}") };
        assert!(named.contains("SQS SendMessage") && named.contains("MessageGroupId"), "{named}");
    });
}

//! What an instance leaves behind that returns to the warm pool.

use super::written::{
    EC2_INSTANCE, Written, an_empty_drain_to_the_warm_pool, event, message, throttled,
};
use crate::Feed;

/// Whether an empty instance is let go at the second look where PutAttributes is answered so.
async fn is_let_go(put_attributes: (&'static str, u16, String)) -> bool {
    let mut answers = an_empty_drain_to_the_warm_pool();
    answers.push(put_attributes);
    let aws = Written::new(answers);
    let look = serde_json::json!({
        "ebb": "look", "version": 1, "ec2_instances": [EC2_INSTANCE], "purpose": "settle",
        "at": "2026-03-02T09:00:00Z", "hops": 1,
    });

    let look = event(vec![message("look", &look.to_string())]);
    aws.worker(Feed::AsgLifecycle).handle(look).await;

    let operations = aws.operations();
    assert!(operations.contains(&"PutAttributes".to_owned()), "{operations:?}");
    operations.contains(&"CompleteLifecycleAction".to_owned())
}

#[tokio::test(start_paused = true)]
async fn an_instance_waits_for_an_attribute_only_where_it_will_be_tried_again() {
    let refused = r#"{"__type":"AccessDeniedException","message":"no"}"#.to_owned();

    assert!(!is_let_go(throttled("PutAttributes")).await);
    assert!(is_let_go(("PutAttributes", 400, refused)).await);
}

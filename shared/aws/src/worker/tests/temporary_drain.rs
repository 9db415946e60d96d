//! Drains that end by themselves: the attribute that is written first, and its removal afterwards.

use super::canned_aws::{CannedAws, a_drain_left_behind, an_active_instance, throttled};
use super::messages::{event, hibernation, message};
use crate::Feed;

#[tokio::test(start_paused = true)]
async fn next_sweep_removes_the_attribute_of_an_ended_drain() {
    let aws = CannedAws::new(a_drain_left_behind());
    let sweep = serde_json::json!({ "ebb": "sweep", "at": "2026-03-02T09:01:00Z" });

    aws.worker(Feed::Sweep).handle(event(vec![message("sweep", &sweep.to_string())])).await;

    let operations = aws.operations();
    assert!(operations.contains(&"DeleteAttributes".to_owned()), "{operations:?}");
    assert!(!operations.contains(&"PutAttributes".to_owned()), "{operations:?}");
}

/// Returns the writes for a hibernation if PutAttributes answers this, each once.
async fn hibernates(put_attributes: (&'static str, u16, String)) -> Vec<String> {
    let mut answers = an_active_instance();
    answers.push(put_attributes);
    let aws = CannedAws::new(answers);

    aws.worker(Feed::SpotInterruption).handle(event(vec![hibernation()])).await;

    let effects = ["PutAttributes", "UpdateContainerInstancesState", "SendMessageBatch"];
    let mut done = aws.operations();
    done.retain(|it| effects.contains(&it.as_str()));
    done.dedup();
    done
}

#[tokio::test(start_paused = true)]
async fn drain_that_ends_by_itself_starts_after_its_end_is_written() {
    let written = serde_json::json!({ "attributes": [] }).to_string();

    let done = hibernates(("PutAttributes", 200, written)).await;
    let put_off = hibernates(throttled("PutAttributes")).await;

    assert_eq!(done[..2], ["PutAttributes", "UpdateContainerInstancesState"]);
    assert_eq!(put_off, ["PutAttributes", "SendMessageBatch"]);
}

//! Drains that end by themselves: what is written down before, and what is left of them afterwards.

use super::canned_aws::{CannedAws, a_drain_left_behind, an_active_instance, throttled};
use super::messages::{event, hibernation, message};
use crate::Feed;

#[tokio::test(start_paused = true)]
async fn the_next_sweep_takes_off_what_says_nothing_any_more() {
    let aws = CannedAws::new(a_drain_left_behind());
    let sweep = serde_json::json!({ "ebb": "sweep", "at": "2026-03-02T09:01:00Z" });

    aws.worker(Feed::Sweep).handle(event(vec![message("sweep", &sweep.to_string())])).await;

    let operations = aws.operations();
    assert!(operations.contains(&"DeleteAttributes".to_owned()), "{operations:?}");
    assert!(!operations.contains(&"PutAttributes".to_owned()), "{operations:?}");
}

/// What is done for a hibernation where PutAttributes is answered so, each thing once.
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
async fn a_drain_that_ends_by_itself_begins_only_once_its_end_is_written_down() {
    let written = serde_json::json!({ "attributes": [] }).to_string();

    let done = hibernates(("PutAttributes", 200, written)).await;
    let put_off = hibernates(throttled("PutAttributes")).await;

    assert_eq!(done[..2], ["PutAttributes", "UpdateContainerInstancesState"]);
    assert_eq!(put_off, ["PutAttributes", "SendMessageBatch"]);
}

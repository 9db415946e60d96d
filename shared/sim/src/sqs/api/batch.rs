//! The common part of the batch operations. Each entry succeeds or fails by itself. Only a mistake in the whole batch
//! is an error.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{change_visibility_of, check_receipt, queue_at};
use crate::api::{ApiError, Refusal};
use crate::world::World;

/// An entry of a batch.
pub(super) trait BatchEntry {
    /// AWS's name of the entry's shape.
    const SHAPE: &str;
    /// Returns the id of the entry within the batch.
    fn id(&self) -> &str;
}

/// Checks a batch as a whole (API reference, SQS SendMessageBatch, DeleteMessageBatch, ChangeMessageVisibilityBatch).
pub(super) fn check<T: BatchEntry>(entries: &[T]) -> Result<(), ApiError> {
    let ids: BTreeSet<_> = entries.iter().map(BatchEntry::id).collect();
    let good = |id: &&str| {
        let letters =
            id.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter));
        (1..=80).contains(&id.len()) && letters
    };
    let (code, message) = if entries.is_empty() {
        let message = format!("There should be at least one {} in the request.", T::SHAPE);
        ("EmptyBatchRequest", message)
    } else if entries.len() > 10 {
        let sent = entries.len();
        let message =
            format!("Maximum number of entries per request are 10. You have sent {sent}.");
        ("TooManyEntriesInBatchRequest", message)
    } else if ids.len() < entries.len() {
        let message = "Two or more batch entries in the request have the same Id.";
        ("BatchEntryIdsNotDistinct", message.to_owned())
    } else if !ids.iter().all(good) {
        let message = "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.";
        ("InvalidBatchEntryId", message.to_owned())
    } else {
        return Ok(());
    };
    Err(ApiError::client(code, message))
}

/// Carries out each entry, and returns all results.
pub(super) fn each<T: BatchEntry>(
    entries: Vec<T>,
    mut does: impl FnMut(T) -> Result<Value, Refusal>,
) -> Result<Value, Refusal> {
    let (mut successful, mut failed) = (Vec::new(), Vec::new());
    for entry in entries {
        let id = entry.id().to_owned();
        match does(entry) {
            Ok(mut done) => {
                done["Id"] = id.into();
                successful.push(done);
            }
            Err(Refusal::Error(error)) => failed.push(json!({
                "Id": id, "SenderFault": true, "Code": error.code, "Message": error.message,
            })),
            Err(unknown) => return Err(unknown),
        }
    }
    Ok(json!({"Successful": successful, "Failed": failed}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct BatchRequest<T> {
    pub(super) queue_url: String,
    pub(super) entries: Vec<T>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct DeleteEntry {
    id: String,
    receipt_handle: String,
}

impl BatchEntry for DeleteEntry {
    const SHAPE: &str = "DeleteMessageBatchRequestEntry";
    fn id(&self) -> &str {
        &self.id
    }
}

pub(super) fn delete(
    world: &mut World,
    input: BatchRequest<DeleteEntry>,
) -> Result<Value, Refusal> {
    let queue = queue_at(&world.sqs, &input.queue_url)?;
    check(&input.entries)?;
    each(input.entries, |entry| {
        check_receipt(&entry.receipt_handle)?;
        world.sqs.delete(&queue, &entry.receipt_handle);
        Ok(json!({}))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct ChangeVisibilityEntry {
    id: String,
    receipt_handle: String,
    visibility_timeout: u64,
}

impl BatchEntry for ChangeVisibilityEntry {
    const SHAPE: &str = "ChangeMessageVisibilityBatchRequestEntry";
    fn id(&self) -> &str {
        &self.id
    }
}

pub(super) fn change_visibility(
    world: &mut World,
    input: BatchRequest<ChangeVisibilityEntry>,
) -> Result<Value, Refusal> {
    let queue = queue_at(&world.sqs, &input.queue_url)?;
    check(&input.entries)?;
    each(input.entries, |entry| {
        change_visibility_of(world, &queue, &entry.receipt_handle, entry.visibility_timeout)
    })
}

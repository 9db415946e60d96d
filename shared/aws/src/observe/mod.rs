//! What ECS and Auto Scaling say: batched reads, each paged to its end, in chunks that the APIs allow, with the
//! `failures` of an answer merged in.
//!
//! A read answers in full or with a [`Fault`]: half an answer would look like an absence.

pub(crate) mod arn_answers;
pub mod clusters;
pub mod container_instance_search;
pub mod container_instances;
pub mod group_members;
pub mod groups;
pub mod hooks;
pub mod scaling_activities;
pub mod services;
pub mod task_definitions;
pub mod tasks;

use aws_smithy_types::DateTime;
use futures::StreamExt;
use futures::stream;
use jiff::Timestamp;

use crate::fault::Fault;

/// How many calls are under way at once. Twenty ECS reads a second serve the whole account and Region (ECS API
/// reference, Request throttling): a batch of ours takes a share of the burst, not all of it.
pub const AT_ONCE: usize = 8;

/// Awaits all futures, a few at a time, and gives their outputs in the same order.
pub async fn all<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    stream::iter(futures).buffered(AT_ONCE).collect().await
}

/// The parts of several reads as one, or the first fault.
pub fn together<T>(parts: Vec<Result<Vec<T>, Fault>>) -> Result<Vec<T>, Fault> {
    let mut whole = Vec::new();
    for part in parts {
        whole.extend(part?);
    }
    Ok(whole)
}

/// The last part of an ARN, for logs.
pub fn short(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

fn moment(at: &DateTime) -> Option<Timestamp> {
    Timestamp::new(at.secs(), i32::try_from(at.subsec_nanos()).ok()?).ok()
}

fn count(number: i32) -> u32 {
    u32::try_from(number).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_part_without_an_answer_is_no_answer() {
        let busy = Fault::Busy("listing tasks".to_owned());

        assert_eq!(together(vec![Ok(vec![1]), Ok(vec![2, 3])]), Ok(vec![1, 2, 3]));
        assert_eq!(together(vec![Ok(vec![1]), Err(busy.clone())]), Err(busy));
    }
}

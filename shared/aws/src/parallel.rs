//! Calls that run side by side.

use futures::StreamExt;
use futures::stream;

use crate::fault::Fault;
use crate::limits::PARALLEL_CALLS;

/// Awaits all futures, [`PARALLEL_CALLS`] at a time, and returns their outputs in the same order.
pub async fn in_parallel<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    stream::iter(futures).buffered(PARALLEL_CALLS).collect().await
}

/// Joins the parts of one answer.
///
/// # Errors
///
/// The first fault, because an answer that lacks a part would look like an absence.
pub fn concat<T>(parts: Vec<Result<Vec<T>, Fault>>) -> Result<Vec<T>, Fault> {
    let mut whole = Vec::new();
    for part in parts {
        whole.extend(part?);
    }
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answer_with_a_failed_part_is_the_fault_of_that_part() {
        let busy = Fault::Busy("listing tasks".to_owned());

        assert_eq!(concat(vec![Ok(vec![1]), Ok(vec![2, 3])]), Ok(vec![1, 2, 3]));
        assert_eq!(concat(vec![Ok(vec![1]), Err(busy.clone())]), Err(busy));
    }
}

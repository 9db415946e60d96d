//! Numbered runs on several threads. A run shares neither its thread nor its runtime.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;

use crate::error::ReplayError;

/// Calls `run` for each number, on `jobs` threads, and passes each result to `receive`.
///
/// The function keeps no result, because ten thousand worlds with their plans would be gigabytes. No further run begins
/// after `receive` returns false or a run fails. The function waits for the runs in progress, and returns the first
/// error.
pub(crate) fn for_each<T: Send>(
    jobs: usize,
    numbers: Range<u64>,
    run: impl Fn(u64) -> Result<T, ReplayError> + Sync,
    mut receive: impl FnMut(T) -> bool,
) -> Result<(), ReplayError> {
    let (next, stop) = (AtomicU64::new(numbers.start), AtomicBool::new(false));
    let (sender, results) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            let (sender, next, stop, run) = (sender.clone(), &next, &stop, &run);
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    // A send fails after the receiver is dropped, at the end of the batch.
                    if number >= numbers.end || sender.send(run(number)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut error = None;
        for result in results {
            let goes_on = match result {
                Ok(result) => receive(result),
                Err(first) => {
                    error.get_or_insert(first);
                    false
                }
            };
            if !goes_on {
                stop.store(true, Ordering::Relaxed);
            }
        }
        error.map_or(Ok(()), Err)
    })
}

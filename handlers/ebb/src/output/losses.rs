//! Losses as blocks: the loss, its cause, and the setting that prevents it.

use std::collections::BTreeSet;
use std::fmt::Write;

use replay::clock::clock;
use replay::{Loss, Run};
use serde_json::{Value, json};

use super::names::Names;

/// Most blocks that a report prints.
const BLOCKS: usize = 5;

/// Returns the losses of a run as blocks, or an empty text if nothing was lost. The first blocks have one loss of each
/// cause.
pub(super) fn text(run: &Run) -> String {
    let names = Names::of_run(run);
    let chosen = chosen(&run.lost);
    let mut text = String::new();
    for loss in &chosen {
        let _ = writeln!(
            text,
            "LOST  {}  {}\n  why  {}\n  fix  {}",
            clock(loss.at),
            names.in_sentence(&loss.what),
            names.in_sentence(&loss.why),
            names.in_sentence(&loss.fix)
        );
    }
    let rest = run.lost.len() - chosen.len();
    if rest > 0 {
        let fixes: BTreeSet<&str> = chosen.iter().map(|loss| loss.fix.as_str()).collect();
        let is_known = run.lost.iter().all(|loss| fixes.contains(loss.fix.as_str()));
        let same = if is_known { ", with the same corrections" } else { "; --json has them all" };
        let _ = writeln!(text, "LOST  and {rest} more{same}");
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// Returns the losses of a run as JSON, with the names of the timeline.
pub(super) fn json(run: &Run) -> Value {
    let names = Names::of_run(run);
    let loss = |loss: &Loss| {
        json!({
            "seconds": loss.seconds,
            "what": names.in_sentence(&loss.what),
            "why": names.in_sentence(&loss.why),
            "fix": names.in_sentence(&loss.fix),
        })
    };
    Value::Array(run.lost.iter().map(loss).collect())
}

/// Returns the losses to print, in order of time. The first loss of each correction has precedence.
fn chosen(lost: &[Loss]) -> Vec<&Loss> {
    let mut fixes = BTreeSet::new();
    let (new, known): (Vec<_>, Vec<_>) =
        lost.iter().partition(|loss| fixes.insert(loss.fix.as_str()));
    let mut chosen: Vec<&Loss> = new.into_iter().chain(known).take(BLOCKS).collect();
    chosen.sort_by_key(|loss| loss.at);
    chosen
}

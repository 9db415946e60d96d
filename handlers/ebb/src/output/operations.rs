//! The operations of a run on services, as text and as JSON.

use replay::{LogLine, Run};
use serde_json::{Value, json};

/// Returns the operations of a run as a list. A build without operations returns an empty list.
pub(super) fn json(run: &Run) -> Value {
    #[cfg(feature = "operations")]
    return json!(run.operations);
    #[cfg(not(feature = "operations"))]
    {
        let _ = run;
        json!([])
    }
}

/// Returns two lines for each operation of a run.
pub(super) fn text(run: &Run) -> String {
    #[cfg(feature = "operations")]
    return run.operations.iter().map(lines).collect();
    #[cfg(not(feature = "operations"))]
    {
        let _ = run;
        String::new()
    }
}

#[cfg(feature = "operations")]
fn lines(it: &replay::operations::OperationFigures) -> String {
    use std::time::Duration;

    use replay::clock::clock;

    let name = format!("{} of {}", it.kind, it.service);
    let mut text = format!("  {name:<22}  {}", it.outcome);
    if !it.reason.is_empty() {
        text += &format!(": {}", it.reason);
    }
    let Some((original, last)) = it.original_desired_count.zip(it.final_desired_count) else {
        return text + "\n";
    };
    let took = clock(Duration::from_secs_f64(it.seconds));
    text += &format!("\n{:26}in {took}, desired count {original}", "");
    if original != last {
        text += &format!(", then {last}");
    }
    let healthy = it.min_healthy_tasks.unwrap_or_default();
    text += &format!(", at least {healthy} healthy, at most {} stopping", it.max_stopping_tasks);
    let tasks = if it.tasks_left == 1 { "task" } else { "tasks" };
    text += &format!(", {} old {tasks} left, {} AWS calls\n", it.tasks_left, it.aws_calls);
    text
}

/// Returns the sentence of an operation, with its kind and its outcome.
pub(super) fn words(logged: &LogLine) -> String {
    let kind = logged.field("kind").unwrap_or("operation");
    match logged.operation_outcome() {
        Some(outcome) => format!("{kind} {outcome}: {}", logged.message),
        None => format!("{kind}: {}", logged.message),
    }
}

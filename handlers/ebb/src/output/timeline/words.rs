//! Sentences of the timeline: decisions, service events and faults.

use replay::LogLine;
use replay::player::LineKind;

use crate::output::operations;

/// Returns the actions and the reason of a decision. A note has only a sentence.
pub(super) fn decision_words(logged: &LogLine) -> (String, String) {
    if logged.kind() == LineKind::Operation {
        let progress = logged.field("progress").unwrap_or_default();
        return (operations::words(logged), progress.to_owned());
    }
    match (logged.actions(), logged.reason_sentence()) {
        (Some(actions), Some(reason)) if logged.is_observed() => {
            (format!("observed: {actions}"), reason.to_owned())
        }
        (Some(actions), Some(reason)) => (actions.to_owned(), reason.to_owned()),
        (_, Some(reason)) => ("check".to_owned(), reason.to_owned()),
        _ => (logged.text_without_subject().to_owned(), String::new()),
    }
}

/// Returns a service's message without its name in brackets and without the ids of its tasks.
pub(super) fn service_sentence(service: &str, message: &str) -> String {
    let words = message.trim_start_matches(&format!("(service {service})")).trim();
    let words = words.split(": (task").next().unwrap_or(words);
    format!("service {service} {}", words.trim_end_matches('.'))
}

/// Returns the sentence of a fault that ends the process of a function. Other faults belong to the trace.
pub(super) fn fault_sentence(kind: &str, what: &str) -> Option<String> {
    let how = match kind {
        "killed-before" => "the process is killed before the",
        "killed-after" => "the process is killed after the",
        "killed" => "the process is killed during the",
        "out-of-time" => "the timeout ends the",
        _ => return None,
    };
    Some(format!("{how} {what}"))
}

//! The phases of a shutdown: it ends and keeps its record, and its resume is an operation of its own.

use std::time::Duration;

use super::span::OperationSpan;
use crate::player::LogLine;

/// Returns the spans with each shutdown as one span and its resume as another.
pub(crate) fn phases(spans: Vec<OperationSpan>, logged: &[LogLine]) -> Vec<OperationSpan> {
    let mut phases: Vec<OperationSpan> =
        spans.into_iter().flat_map(|span| divided(span, logged)).collect();
    phases.sort_by_key(|span| span.began);
    phases
}

fn divided(span: OperationSpan, logged: &[LogLine]) -> Vec<OperationSpan> {
    let Some(end) = shutdown_end(&span, logged) else { return vec![span] };
    let resumed = lines(&span, logged)
        .find(|line| line.at >= end && line.field("kind") == Some("resume"))
        .map(|line| line.at);
    let down = OperationSpan { ended: Some(end), ..span.clone() };
    let up = resumed.map(|began| OperationSpan { began, ..span });
    std::iter::once(down).chain(up).collect()
}

/// Returns the time at which a shutdown ended and kept its record.
pub(crate) fn shutdown_end(span: &OperationSpan, logged: &[LogLine]) -> Option<Duration> {
    let is_end = |line: &&LogLine| {
        line.field("kind") == Some("shutdown")
            && line.field("reason") == Some("shut-down")
            && line.operation_outcome().is_some()
    };
    lines(span, logged).find(is_end).map(|line| line.at)
}

fn lines<'a>(span: &'a OperationSpan, logged: &'a [LogLine]) -> impl Iterator<Item = &'a LogLine> {
    logged
        .iter()
        .filter(|line| span.includes(line.at) && line.is_of_operation(&span.cluster, &span.service))
}

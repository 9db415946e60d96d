//! Kinds of scaling activities.

/// Kind of a scaling activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ActivityKind {
    Launching,
    Terminating,
    ReplacingRootVolume,
}

//! Tags of one group, or the reason why they are not known.

use crate::fault::Fault;

/// Knowledge about the tags of one instance's group.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum TagsOfGroup<'a> {
    /// The tags of the group.
    Known(&'a [(String, String)]),
    /// The list has no group of the instance.
    NoGroup,
    /// The list must be read first.
    Unknown,
    /// Auto Scaling does not answer for the moment.
    Busy(&'a Fault),
}

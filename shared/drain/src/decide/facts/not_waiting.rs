//! An instance that Auto Scaling does not hold: its lifecycle action has ended, or has not begun.

use crate::decide::situation::Row;
use crate::observation::GroupMember;

/// Returns the row of an instance that Auto Scaling does not hold.
pub(in crate::decide) fn not_waiting(member: Option<&GroupMember>) -> Row {
    if member.is_some_and(GroupMember::is_retained) {
        return Row::Retained;
    }
    Row::NotWaiting { lifecycle_state: member.map(|member| member.lifecycle_state.clone()) }
}

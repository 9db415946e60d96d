//! Lifecycle states that this version of ebb does not know: each is logged by name, once for each process.

use drain::observation::GroupMember;
use jiff::Timestamp;

use super::Worker;
use crate::observe::group_members::is_known_state;

/// Code of a lifecycle state that Auto Scaling has added.
const UNKNOWN_LIFECYCLE_STATE: &str = "unknown-lifecycle-state";

impl Worker {
    /// Logs the unknown lifecycle states of instances. A state that ends in `:Wait` waits for a hook, also an unknown one.
    pub(super) fn log_unknown_states<'a>(
        &self,
        members: impl IntoIterator<Item = (&'a String, &'a GroupMember)>,
        now: Timestamp,
    ) {
        let unknown = members.into_iter().filter(|(_, it)| !is_known_state(&it.lifecycle_state));
        for (ec2_instance, member) in unknown {
            let state = member.lifecycle_state.as_str();
            let logged = &mut self.memory().logged_states;
            if !logged.contains(state, now) {
                logged.insert(state, (), now);
                log_unknown_state(ec2_instance, member);
            }
        }
    }
}

fn log_unknown_state(ec2_instance: &str, member: &GroupMember) {
    let GroupMember { group, lifecycle_state, .. } = member;
    let meaning = if member.is_waiting() {
        "ebb waits for its hook, because it ends in :Wait"
    } else {
        "ebb does not wait for a hook in it"
    };
    tracing::warn!(
        target: "ebb::note",
        note = UNKNOWN_LIFECYCLE_STATE,
        ec2_instance,
        group,
        lifecycle_state,
        "{ec2_instance} of group {group} is in lifecycle state {lifecycle_state}, which this version of ebb does not \
         know; {meaning}; look for a newer version"
    );
}

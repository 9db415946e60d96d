//! All instances of a group replaced in batches: an instance refresh, or CloudFormation's `AutoScalingRollingUpdate`.
//!
//! Instances terminate and launch at the same time. The next batch begins when the group is at its desired capacity again
//! and every new instance is warm. Only instances that were there at the beginning are replaced.

use std::collections::VecDeque;
use std::time::Duration;

use super::rolling::{Rolling, RollingKind, replaced_at_once};
use super::tending::tend_soon;
use super::{AutoScalingEvent, LifecycleState, departure, root_volume};
use crate::history::Fact;
use crate::scenario::InstanceRefreshSpec;
use crate::world::{World, WorldEvent};

/// Operations for the script.
impl World {
    /// Carries out StartInstanceRefresh.
    pub(crate) fn start_instance_refresh(&mut self, group: &str, refresh: &InstanceRefreshSpec) {
        let Some(found) = self.autoscaling.groups.get(group) else { return };
        let at_once = replaced_at_once(found.desired, refresh.min_healthy_percentage);
        let id = self.random.uuid(&format!("refresh/{group}"));
        let kind = RollingKind::Refresh {
            id: id.clone(),
            strategy: refresh.strategy,
            failures_left: refresh.failed_replacements,
        };
        if self.start_rolling(group, kind, at_once, refresh.warmup.0) {
            self.publish_refresh(group, &id, "EC2 Auto Scaling Instance Refresh Started");
        }
    }

    /// Starts CloudFormation's rolling update with `MaxBatchSize` and `PauseTime` (CloudFormation user guide, UpdatePolicy).
    pub(crate) fn start_stack_update(&mut self, group: &str, batch: usize, pause: Duration) {
        self.start_rolling(group, RollingKind::StackUpdate, batch.max(1), pause);
    }

    fn start_rolling(
        &mut self,
        group: &str,
        kind: RollingKind,
        at_once: usize,
        warmup: Duration,
    ) -> bool {
        let left: VecDeque<_> =
            self.autoscaling.in_state(group, LifecycleState::is_capacity).into();
        let total = left.len();
        let Some(found) = self.autoscaling.groups.get_mut(group) else { return false };
        // A second StartInstanceRefresh fails with InstanceRefreshInProgress (API reference).
        if found.rolling.is_some() {
            let what = format!("{} of {group} refused: one is in progress", kind.name());
            self.note(Fact::Scripted { what });
            return false;
        }
        found.rolling = Some(Rolling { kind, left, batch: Vec::new(), total, at_once, warmup });
        tend_soon(self, group);
        true
    }
}

/// Begins the next batch when the last one has ended.
pub(super) fn go_on(world: &mut World, group: &str) {
    let Some(mut rolling) = world.autoscaling.groups.get(group).and_then(|g| g.rolling.clone())
    else {
        return;
    };
    let replaceable = |id: &String| {
        world.autoscaling.members.get(id).is_some_and(|member| member.state.is_capacity())
    };
    rolling.left.retain(replaceable);
    let ready = is_ready(world, group, &rolling);
    let next = if ready { take_batch(world, group, &mut rolling) } else { Vec::new() };
    let done = ready && next.is_empty() && rolling.left.is_empty();
    for ec2_instance in &next {
        if rolling.kind.keeps_instances() {
            root_volume::begin(world, ec2_instance, &rolling.cause(), rolling.next_fails());
        } else {
            departure::begin(world, ec2_instance, &rolling.cause());
        }
    }
    if let Some(found) = world.autoscaling.groups.get_mut(group) {
        found.rolling = (!done).then(|| rolling.clone());
    }
    if let (true, RollingKind::Refresh { id, .. }) = (done, &rolling.kind) {
        world.publish_refresh(group, id, "EC2 Auto Scaling Instance Refresh Succeeded");
    }
}

/// Takes the next batch out of the remaining instances, and records the progress. An instance that is not in service
/// yet is left for a later batch, until its root volume can be replaced.
fn take_batch(world: &mut World, group: &str, rolling: &mut Rolling) -> Vec<String> {
    let state = |id: &String| world.autoscaling.members.get(id).map(|member| member.state);
    let waits = |id: &String| {
        rolling.kind.keeps_instances() && state(id) != Some(LifecycleState::InService)
    };
    rolling.left.make_contiguous().sort_by_key(waits);
    let replaceable = rolling.left.iter().take_while(|id| !waits(id)).count();
    if replaceable == 0 && !rolling.left.is_empty() {
        return Vec::new();
    }
    let replaced = rolling.total - rolling.left.len();
    let what =
        format!("{} of {group}: {replaced} of {} replaced", rolling.kind.name(), rolling.total);
    world.note(Fact::Scripted { what });
    let count = rolling.at_once.min(replaceable);
    rolling.batch = rolling.left.drain(..count).collect();
    rolling.batch.clone()
}

/// Returns true if the group is at its desired capacity with every instance warm. Plans the next check if an instance
/// still warms up.
fn is_ready(world: &mut World, group: &str, rolling: &Rolling) -> bool {
    let Some(found) = world.autoscaling.groups.get(group) else { return false };
    let in_service = world.autoscaling.in_state(group, |state| state == LifecycleState::InService);
    let waits_for_the_old = world.switches.refresh_waits_for_termination
        && !rolling.kind.keeps_instances()
        && rolling.batch.iter().any(|id| world.autoscaling.members.contains_key(id));
    if in_service.len() < found.desired || waits_for_the_old {
        return false;
    }
    let warm_at = in_service
        .iter()
        .filter_map(|id| world.autoscaling.members.get(id)?.in_service_since)
        .map(|since| since + rolling.warmup)
        .max()
        .unwrap_or_default();
    let wait = warm_at.saturating_sub(world.elapsed());
    if !wait.is_zero() {
        let group = group.to_owned();
        world.after(wait, WorldEvent::AutoScaling(AutoScalingEvent::Tends { group }));
    }
    wait.is_zero()
}

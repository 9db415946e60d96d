//! Mistakes in an instance refresh.

use super::mistake::{Mistake, known_group, refuse};
use crate::scenario::{InstanceRefreshSpec, RefreshStrategy};
use crate::world::World;

/// Checks a refresh. AWS refuses the strategy `ReplaceRootVolume` for a group without a mixed instances policy, and for
/// a group with a warm pool (Auto Scaling user guide, replace-root-volume).
pub(super) fn check(world: &World, refresh: &InstanceRefreshSpec) -> Result<(), Mistake> {
    let group = &refresh.group;
    known_group(world, group).map_err(|problem| ("group", problem))?;
    let min = refresh.min_healthy_percentage;
    refuse(min > 100, "min_healthy_percentage", "more than 100")?;
    let replaces = refresh.strategy == RefreshStrategy::ReplaceRootVolume;
    let problem = "only root volume replacements fail: set strategy = \"ReplaceRootVolume\"";
    refuse(!replaces && refresh.failed_replacements > 0, "failed_replacements", problem)?;
    let Some(found) = world.autoscaling.groups.get(group).filter(|_| replaces) else {
        return Ok(());
    };
    let problem = format!("AWS refuses ReplaceRootVolume: `{group}` has a warm pool");
    refuse(found.spec.warm_pool.is_some(), "strategy", &problem)?;
    let problem = format!("AWS refuses ReplaceRootVolume: `{group}` has no mixed instances policy");
    refuse(!found.spec.mixed_instances_policy, "strategy", &problem)
}

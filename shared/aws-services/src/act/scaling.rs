//! Suspension of scaling, and its end: RegisterScalableTarget with bounds and all three flags.

use aws::fault::Fault;
use service::observation::{ObservedScalableTarget, SuspendedScaling};

use super::ServiceName;
use crate::scalable_targets::ScalableTargets;

pub(super) async fn suspend(
    targets: &ScalableTargets,
    name: &ServiceName,
    min: u32,
    max: u32,
) -> Result<(), Fault> {
    restore(targets, name, min, max, SuspendedScaling::ALL).await
}

pub(super) async fn restore(
    targets: &ScalableTargets,
    name: &ServiceName,
    min: u32,
    max: u32,
    suspended: SuspendedScaling,
) -> Result<(), Fault> {
    let target = ObservedScalableTarget { min, max, suspended };
    targets.register(&name.cluster, &name.service, target).await
}

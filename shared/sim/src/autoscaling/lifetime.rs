//! Maximum instance lifetime: the instances of a group are old, and expire one after another.
//!
//! Only the instances from the start of the world expire. Their replacements live longer than any run: a maximum
//! instance lifetime is at least a day (API reference, CreateAutoScalingGroup, MaxInstanceLifetime).

use std::time::Duration;

use jiff::SignedDuration;

use super::AutoScalingEvent;
use crate::scenario::GroupSpec;
use crate::world::{World, WorldEvent};

/// Longest time between two expiries, 20 minutes.
const GAP: Duration = Duration::from_secs(20 * 60);
/// Age of the instances of a group without a maximum instance lifetime, a day.
const AGE: Duration = Duration::from_secs(24 * 3600);

/// Returns the launch time of each instance of a new world, the oldest first, and the time to its expiry.
pub(super) fn launches(
    world: &mut World,
    spec: &GroupSpec,
    count: usize,
) -> Vec<(jiff::Timestamp, Option<Duration>)> {
    let start = world.start();
    let before_start = |age: Duration| start - SignedDuration::try_from(age).unwrap_or_default();
    let mut expiry = Duration::ZERO;
    let launch = |number: usize| {
        let Some(lifetime) = spec.max_instance_lifetime else {
            let younger = u32::try_from(count - number).unwrap_or(u32::MAX);
            return (before_start(AGE.saturating_add(Duration::from_secs(60) * younger)), None);
        };
        let longest = GAP.min(lifetime.0 / u32::try_from(count + 1).unwrap_or(u32::MAX));
        expiry += world.random.length(&format!("lifetime/{}", spec.name), &(longest / 4..longest));
        (before_start(lifetime.0.saturating_sub(expiry)), Some(expiry))
    };
    (0..count).map(launch).collect()
}

/// Puts the end of an instance's lifetime on the agenda.
pub(super) fn expires_after(world: &mut World, ec2_instance: &str, delay: Duration) {
    let event = AutoScalingEvent::Expires { instance: ec2_instance.to_owned() };
    world.after(delay, WorldEvent::AutoScaling(event));
}

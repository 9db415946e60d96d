//! Known waits: looks that ask for less than everything lead to no change.

use proptest::prelude::*;

use super::scene::{Scene, scene};
use super::tasks::{TaskScene, new, old};
use crate::decision::OperationAction;
use crate::intent::Intent;
use crate::observation::TargetState;

/// Returns any moment of a recycle of three tasks, of which no other tool takes part.
fn any_moment() -> impl Strategy<Value = Scene> {
    let tasks = (0..3_usize, 0..4_usize, 0..3_usize, 0..2_usize, 0..2_usize);
    let rest = (1..6_u32, any::<bool>(), any::<bool>(), 60..5000_i64, any::<bool>());
    (tasks, rest).prop_map(
        |(
            (leaving, kept, healthy, starting, initial),
            (desired, maintains, balanced, now, twice),
        )| {
            let named =
                |prefix: &str, n: usize| (0..n).map(|i| format!("{prefix}{i}")).collect::<Vec<_>>();
            let tasks = named("gone", leaving)
                .iter()
                .map(|it| old(it).stopping())
                .chain(named("old", kept).iter().map(|it| old(it)))
                .chain(named("new", healthy).iter().map(|it| new(it)))
                .chain(named("young", starting).iter().map(|it| new(it).starting()))
                .chain(
                    named("initial", initial)
                        .iter()
                        .map(|it| new(it).with_target(TargetState::Initial)),
                )
                .collect::<Vec<TaskScene>>();
            let scene = scene().scaled(2, 5).desired(desired).with_all(tasks).now(now);
            let scene = if maintains { scene } else { scene.shrinking() };
            let scene = if balanced { scene.behind_a_load_balancer() } else { scene };
            if twice { scene } else { scene.at_first_sight() }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, max_global_rejects: 16384, ..ProptestConfig::default() })]

    #[test]
    fn look_without_protection_scaling_and_deployments_decides_as_one_with_everything(scene in any_moment()) {
        let seen = scene.observed(&Intent::Step);
        prop_assume!(seen.protection.is_open());
        let everything = Scene { asks_for_all: true, ..scene.clone() };

        let decision = scene.decided();

        prop_assert_eq!(&decision.actions, &everything.decided().actions);
        let keeps = |it: &OperationAction| {
            matches!(it, OperationAction::Wait { .. } | OperationAction::SaveState(_))
        };
        prop_assert!(decision.actions.iter().all(keeps), "{:?}", decision);
    }
}

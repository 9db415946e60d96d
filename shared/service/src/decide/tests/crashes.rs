//! The course of a whole recycle in a small ECS, with processes that are killed between any two calls.
//!
//! A second process takes the same operation further, up to 15 seconds after its look.

use proptest::collection::btree_set;
use proptest::option;
use proptest::prelude::*;

use super::course::{Course, any_spec};
use super::world::World;
use crate::kind::OperationKind;
use crate::outcome::OperationOutcome;
use crate::request::{OperationRequest, StopMethod};

/// Returns true for the outcome, and for the one that follows if the process was killed after the record was deleted.
fn is_or_was(expected: OperationOutcome, outcome: OperationOutcome) -> bool {
    outcome == expected || outcome == OperationOutcome::NothingToDo
}

fn any_course() -> impl Strategy<Value = Course> {
    let method =
        option::weighted(0.3, prop_oneof![Just(StopMethod::Scheduler), Just(StopMethod::StopTask)]);
    let request = (any::<bool>(), 1..4_u32, method, 0..60_u64);
    let kills = btree_set(1..60_usize, 0..6);
    let second = option::weighted(0.5, 0..15_i64);
    (request, any_spec(), kills, option::weighted(0.2, 0..900_i64), second).prop_map(
        |((maintains, batch, stop_with, wait), spec, kills, cancelled_at, second)| {
            let request = OperationRequest {
                maintain_service_state: maintains,
                batch,
                stop_with,
                wait_time: std::time::Duration::from_secs(wait),
                ..OperationRequest::new(OperationKind::Recycle, "shop", "api")
            };
            Course { request, spec, kills: kills.into_iter().collect(), cancelled_at, second }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 256, failure_persistence: None, max_global_rejects: 65536, max_shrink_iters: 300, ..ProptestConfig::default()
    })]

    #[test]
    fn recycle_leaves_everything_as_recorded_whatever_is_killed(course in any_course()) {
        let before = World::new(course.spec.clone());

        let (world, outcome) = course.run();

        prop_assert_eq!(world.desired, before.desired);
        prop_assert_eq!(world.scaling, before.scaling);
        prop_assert_eq!((world.record.clone(), world.state.clone()), (None, None));
        let ours = world.protected().into_iter().filter(|(name, _)| !name.starts_with("old"));
        prop_assert_eq!(ours.collect::<Vec<_>>(), vec![]);
        prop_assert!(outcome != OperationOutcome::Done || world.old_tasks_left() == 0);
    }

    #[test]
    fn recycle_keeps_the_recorded_number_of_healthy_tasks(course in any_course()) {
        prop_assume!(course.request.maintain_service_state);

        let (world, _) = course.run();

        prop_assert!(world.min_healthy >= course.spec.tasks as usize, "{} healthy", world.min_healthy);
    }

    #[test]
    fn recycle_has_no_more_tasks_than_the_batch_on_their_way_out(course in any_course()) {
        let (world, _) = course.run();

        prop_assert!(world.most_leaving <= course.request.batch as usize, "{} leave", world.most_leaving);
    }

    #[test]
    fn recycle_without_a_fault_replaces_every_task(mut course in any_course()) {
        course.cancelled_at = None;
        (course.spec.failing, course.spec.protected) = (None, None);

        let (world, outcome) = course.run();

        prop_assert!(is_or_was(OperationOutcome::Done, outcome), "{outcome}");
        prop_assert_eq!(world.old_tasks_left(), 0);
    }

    #[test]
    fn recycle_whose_replacement_fails_is_stopped(mut course in any_course()) {
        (course.cancelled_at, course.spec.failing, course.spec.protected) = (None, Some(0), None);

        let (_, outcome) = course.run();

        prop_assert!(is_or_was(OperationOutcome::Failed, outcome), "{outcome}");
    }
}

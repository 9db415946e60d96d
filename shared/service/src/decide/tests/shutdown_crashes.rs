//! The course of a whole shutdown and its resume, with processes that are killed between any two calls.

use proptest::collection::btree_set;
use proptest::prelude::*;

use super::course::{Course, any_spec};
use super::world::{World, WorldSpec};
use crate::kind::OperationKind;
use crate::outcome::OperationOutcome;
use crate::request::OperationRequest;

fn any_kills() -> impl Strategy<Value = Vec<usize>> {
    btree_set(1..12_usize, 0..4).prop_map(|kills| kills.into_iter().collect())
}

fn course(kind: OperationKind, spec: &WorldSpec, kills: Vec<usize>) -> Course {
    let request =
        OperationRequest { confirmed: true, ..OperationRequest::new(kind, "shop", "api") };
    Course { request, spec: spec.clone(), kills, cancelled_at: None, second: Some(3) }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 256, failure_persistence: None, max_shrink_iters: 300, ..ProptestConfig::default()
    })]

    #[test]
    fn shutdown_succeeds_only_without_a_living_task(spec in any_spec(), kills in any_kills()) {
        let mut world = World::new(spec.clone());

        let outcome = course(OperationKind::Shutdown, &spec, kills).run_in(&mut world);

        prop_assert!(outcome != OperationOutcome::Done || world.living_tasks() == 0);
        prop_assert!(world.record.is_some());
        prop_assert_eq!(world.desired, 0);
    }

    #[test]
    fn service_that_is_shut_down_stays_down(spec in any_spec(), kills in any_kills()) {
        let mut world = World::new(spec.clone());
        course(OperationKind::Shutdown, &spec, kills).run_in(&mut world);

        world.pass_until(world.now + 3600);

        prop_assert_eq!(world.living_tasks(), 0);
    }

    #[test]
    fn resume_equals_the_record(mut spec in any_spec(), kills in any_kills(), more in any_kills()) {
        spec.failing = None;
        let before = World::new(spec.clone());
        let mut world = before.clone();
        course(OperationKind::Shutdown, &spec, kills).run_in(&mut world);
        world.pass_until(world.now + 3600);

        let outcome = course(OperationKind::Resume, &spec, more).run_in(&mut world);

        prop_assert!(matches!(outcome, OperationOutcome::Done | OperationOutcome::NothingToDo));
        prop_assert_eq!(world.desired, before.desired);
        prop_assert_eq!(world.scaling, before.scaling);
        prop_assert_eq!((world.record, world.state), (None, None));
    }
}

//! Properties of every decision, over random scenes.

use proptest::prelude::*;

use super::random::any_scene;
use super::scene::Scene;
use crate::decision::{OperationAction, OperationDecision};
use crate::facts::health::{TaskHealth, health};
use crate::facts::scaling::own_counts;
use crate::intent::Intent;
use crate::kind::OperationKind;
use crate::observation::ServiceObservation;
use crate::outcome::OperationOutcome;
use crate::{decide, questions};

fn decision(scene: &Scene, intent: &Intent) -> OperationDecision {
    scene.decided_for(intent)
}

/// Returns the ARNs of the running tasks that are healthy and kept.
fn healthy(scene: &Scene, seen: &ServiceObservation) -> Vec<String> {
    let (Some(service), Some(tasks)) = (seen.service.present(), seen.tasks.present()) else {
        return Vec::new();
    };
    let targets = seen.targets.present().cloned().unwrap_or_default();
    let is_healthy = |task: &&_| health(task, service, &targets, scene.now) == TaskHealth::Healthy;
    tasks.iter().filter(is_healthy).map(|task| task.arn.clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2048, failure_persistence: None, max_global_rejects: 65536, ..ProptestConfig::default()
    })]

    #[test]
    fn every_scene_has_a_decision_with_an_action_a_wait_or_an_end(scene in any_scene(), begins in any::<bool>()) {
        let intent = if begins { scene.intent() } else { Intent::Step };

        let decision = decision(&scene, &intent);

        let goes_on = decision.outcome == OperationOutcome::Open;
        prop_assert!(!goes_on || !decision.actions.is_empty(), "{decision:?}");
        prop_assert!(!decision.reason.to_string().is_empty());
    }

    #[test]
    fn observation_without_any_answer_writes_nothing(scene in any_scene(), begins in any::<bool>()) {
        let intent = if begins { scene.intent() } else { Intent::Step };
        let seen = ServiceObservation::new("shop", "api");

        let decision = decide(&intent, &seen, &scene.memory, scene.now);

        prop_assert!(!decision.writes(), "{decision:?}");
        prop_assert!(!questions(&intent, &seen, scene.now).is_empty());
    }

    #[test]
    fn same_observation_leads_to_the_same_decision(scene in any_scene()) {
        prop_assert_eq!(decision(&scene, &Intent::Step), decision(&scene, &Intent::Step));
    }

    #[test]
    fn count_of_ebb_stays_between_the_counts_of_the_operation(scene in any_scene()) {
        for action in decision(&scene, &Intent::Step).actions {
            if let OperationAction::SetDesiredCount { count } = action {
                prop_assert!(own_counts(&scene.record).unwrap().contains(&count), "{count}");
            }
        }
    }

    #[test]
    fn suspension_moves_no_count_of_the_operation(scene in any_scene()) {
        for action in decision(&scene, &Intent::Step).actions {
            if let OperationAction::SuspendScaling { min, max } = action {
                let counts = own_counts(&scene.record).unwrap();
                prop_assert!(min <= *counts.start() && *counts.end() <= max, "{min} to {max}");
            }
        }
    }

    #[test]
    fn stop_task_leaves_the_recorded_number_of_healthy_tasks(scene in any_scene()) {
        prop_assume!(scene.record.request.maintain_service_state);
        let seen = scene.observed(&Intent::Step);
        let stops = decision(&scene, &Intent::Step).actions.into_iter().filter_map(|action| match action {
            OperationAction::StopTask { task, .. } => Some(task),
            _ => None,
        });
        let stops: Vec<String> = stops.collect();
        let left = healthy(&scene, &seen).into_iter().filter(|arn| !stops.contains(arn)).count();

        let recorded = scene.record.desired_count.unwrap_or_default() as usize;
        prop_assert!(stops.is_empty() || left >= recorded, "{left} of {recorded}");
    }

    #[test]
    fn lowered_count_leaves_only_protected_tasks(scene in any_scene()) {
        let seen = scene.observed(&Intent::Step);
        let decision = decision(&scene, &Intent::Step);
        if decision.reason.code() == "lowering" {
            let count = decision.actions.iter().find_map(|action| match action {
                OperationAction::SetDesiredCount { count } => Some(*count as usize),
                _ => None,
            });
            let unprotected = seen.tasks.present().unwrap().iter().filter(|task| {
                task.is_kept() && !seen.protection.present().unwrap().contains_key(&task.arn)
            });
            let kept = seen.tasks.present().unwrap().iter().filter(|task| task.is_kept()).count();
            prop_assert!(unprotected.count() <= kept - count.unwrap(), "{decision:?}");
        }
    }

    #[test]
    fn record_is_deleted_only_by_an_end(scene in any_scene()) {
        let decision = decision(&scene, &Intent::Step);

        let deletes = decision.actions.contains(&OperationAction::DeleteRecord);
        prop_assert!(!deletes || decision.outcome.is_final(), "{decision:?}");
    }

    #[test]
    fn restart_changes_nothing_but_the_deployment(scene in any_scene()) {
        prop_assume!(scene.record.request.kind == OperationKind::Restart);

        for action in decision(&scene, &Intent::Step).actions {
            let is_allowed = matches!(
                action,
                OperationAction::ForceNewDeployment
                    | OperationAction::SaveState(_)
                    | OperationAction::DeleteRecord
                    | OperationAction::DeleteState
                    | OperationAction::Wait { .. }
            );
            prop_assert!(is_allowed, "{action:?}");
        }
    }
}

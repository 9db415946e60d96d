use super::scene::*;
use crate::decision::{Action, Question};
use crate::observation::Hook;
use crate::policy::CompletionResult;
use crate::reason::Reason;
use crate::signal::{Ec2State, Purpose};

fn empty() -> Scene {
    scene().draining_for_us_since(0)
}

#[test]
fn rule_8_ended_action_is_no_failure() {
    for state in ["Terminating:Proceed", "Terminated", "Detached", "Standby"] {
        let decided = empty().state(state).swept_at(MINUTE).decided();

        assert_eq!(decided.reason_text(), format!("Auto Scaling does not hold it: {state}"));
        assert!(decided.visible_actions().is_empty());
    }
}

#[test]
fn rule_9_only_configured_hooks_are_completed() {
    let scene = empty().hooks(&[hook("other", 60), hook("ebb", 3600), hook("ebb-2", 3600)]);
    let two = |policy: &mut crate::policy::Policy| policy.hooks.extend(["ebb-2".to_owned()]);

    let decided = scene.policy(two).swept_at(MINUTE).decided();

    let hooks: Vec<&str> = decided
        .actions()
        .filter_map(|action| match action {
            Action::Complete { hook, .. } => Some(hook.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(hooks, ["ebb", "ebb-2"]);
}

#[test]
fn rule_9_instance_held_by_a_foreign_hook_is_left_unchanged() {
    let scene = scene().hooks(&[hook("other", 60)]);

    let active = scene.clone().swept_at(MINUTE).decided();
    let draining = scene.draining().swept_at(MINUTE).decided();

    assert_eq!(active.reason(), Reason::ForeignHook);
    assert_eq!(draining.reason(), Reason::ForeignDrain);
    for decided in [active, draining] {
        assert_eq!(decided.actions().count(), 0);
    }
}

#[test]
fn rule_9_instance_in_no_cluster_is_not_replaced() {
    use crate::policy::{RebalancePolicy, ScheduledChangePolicy};
    let scene = scene().in_no_cluster().in_service().policy(|policy| {
        policy.rebalance = RebalancePolicy::Replace;
        policy.scheduled_change = ScheduledChangePolicy::Replace { ahead: seconds(3600) };
    });

    let recommended = scene.clone().recommended(0).decided();
    let announced = scene.with_scheduled_change_at(60).decided();

    assert_eq!(recommended.reason(), Reason::NothingToDo);
    assert_eq!(announced.reason(), Reason::NothingToDo);
}

#[test]
fn rule_13_draining_and_completing_twice_is_harmless() {
    let again = empty().terminating_since(0);

    let early = again.clone().state("Terminating:Proceed").now(25).decided();
    let known = again.knowing(&[Question::Member]).state("Terminating:Proceed").now(25).decided();

    assert_eq!(early.visible_actions(), ["drain", "complete with CONTINUE"]);
    assert_eq!(known.visible_actions(), ["drain"]);
}

#[test]
fn rule_13_two_handlers_at_one_time_decide_the_same() {
    let scene = empty().with(standalone("import"));
    let scene = scene.remembering(|attribute| attribute.non_holding = Some(0));
    let event = scene.clone().terminating_since(0).now(80).decided();
    let sweep = scene.swept_at(80).decided();

    assert!(event.visible_actions().iter().all(|action| action == "drain"));
    assert!(sweep.visible_actions().is_empty());
    assert_eq!(event.written(), sweep.written());
}

#[test]
fn instance_outside_a_waiting_state_is_not_completed() {
    let states = ["InService", "Terminating", "Pending", "Warmed:Stopped", "Terminating:Proceed"];

    for state in states {
        let decided = empty().state(state).rechecked(Purpose::Settle, 10).decided();

        assert_eq!(decided.reason_text(), format!("Auto Scaling does not hold it: {state}"));
        assert!(decided.visible_actions().is_empty());
    }
}

#[test]
fn waiting_instance_is_completed_in_each_waiting_state() {
    for state in ["Terminating:Wait", "Warmed:Pending:Wait", "Warmed:Terminating:Wait"] {
        let decided = empty().state(state).swept_at(MINUTE).decided();

        assert_eq!(decided.visible_actions(), ["complete with CONTINUE"], "{state}");
    }
}

#[test]
fn instance_in_no_group_is_not_completed() {
    let decided = empty().in_no_group().swept_at(MINUTE).decided();

    assert_eq!(decided.reason_text(), "Auto Scaling does not hold it: in no group");
}

#[test]
fn foreign_drain_is_left_unchanged() {
    let scene = scene().draining().in_service().agent_away().with(standalone("import"));

    let swept = scene.clone().swept_at(MINUTE).decided();
    let stopped = scene.clone().with_last_task_stopped().decided();
    let stopping = scene.with_ec2_state(Ec2State::Stopping).decided();

    for decided in [swept, stopped, stopping] {
        assert_eq!(decided.reason(), Reason::ForeignDrain);
        assert_eq!(decided.actions().count(), 0);
    }
}

#[test]
fn retained_instance_is_reported_and_left_unchanged() {
    let drained = empty().state("Terminating:Retained").swept_at(MINUTE).decided();
    let untouched = scene().state("Terminating:Retained").swept_at(MINUTE).decided();

    for decided in [drained, untouched] {
        assert_eq!(decided.reason(), Reason::Retained);
        assert!(decided.visible_actions().is_empty());
    }
}

#[test]
fn recent_event_is_completed_without_a_question_to_auto_scaling() {
    let decided = empty().terminating_since(0).now(25).decided();

    let complete = Action::Complete {
        group: "web".to_owned(),
        hook: "ebb".to_owned(),
        result: CompletionResult::Continue,
    };
    assert!(decided.actions().any(|action| *action == complete));
    assert!(!decided.asked_first.contains(&Question::Member));
}

#[test]
fn draining_instance_without_an_attribute_is_completed_by_a_settle_recheck() {
    let decided = scene().draining().rechecked(Purpose::Settle, 20).decided();

    assert_eq!(decided.visible_actions(), ["complete with CONTINUE"]);
}

#[test]
fn rule_9_launching_hook_of_the_same_name_is_another_hook() {
    let launching = Hook { launching: true, ..hook("ebb", 60) };

    let decided = empty().hooks(&[launching]).swept_at(MINUTE).decided();

    assert!(decided.visible_actions().is_empty());
}

#[test]
fn managed_draining_on_the_same_group_is_noted() {
    let scene = empty().with(replica("api")).group(|group| {
        group.foreign_hooks = vec![crate::observation::Group::MANAGED_DRAINING.to_owned()]
    });

    let decided = scene.knowing(&[Question::Group]).swept_at(MINUTE).decided();

    assert_eq!(
        decided.notes(),
        [
            "ECS managed instance draining holds this instance too: CONTINUE on ebb's hook does not end its hook"
        ]
    );
}

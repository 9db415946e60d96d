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
fn rule_8_an_action_that_is_over_is_no_failure() {
    for state in ["Terminating:Proceed", "Terminated", "Detached", "Standby"] {
        let outcome = empty().state(state).swept_at(MINUTE).decided();

        assert_eq!(outcome.says(), format!("Auto Scaling does not hold it: {state}"));
        assert!(outcome.does().is_empty());
    }
}

#[test]
fn rule_9_only_hooks_that_are_ours_are_completed() {
    let scene = empty().hooks(&[hook("other", 60), hook("ebb", 3600), hook("ebb-2", 3600)]);
    let two = |policy: &mut crate::policy::Policy| policy.hooks.extend(["ebb-2".to_owned()]);

    let outcome = scene.policy(two).swept_at(MINUTE).decided();

    let hooks: Vec<&str> = outcome
        .actions()
        .filter_map(|action| match action {
            Action::Complete { hook, .. } => Some(hook.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(hooks, ["ebb", "ebb-2"]);
}

#[test]
fn rule_9_an_instance_that_only_another_hook_holds_is_left_alone() {
    let scene = scene().hooks(&[hook("other", 60)]);

    let active = scene.clone().swept_at(MINUTE).decided();
    let draining = scene.draining().swept_at(MINUTE).decided();

    assert_eq!(active.reason(), Reason::ForeignHook);
    assert_eq!(draining.reason(), Reason::ForeignDrain);
    for outcome in [active, draining] {
        assert_eq!(outcome.actions().count(), 0);
    }
}

#[test]
fn rule_9_an_instance_of_no_cluster_is_not_replaced() {
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
fn rule_13_setting_draining_and_completing_twice_is_harmless() {
    let again = empty().terminating_since(0);

    let early = again.clone().state("Terminating:Proceed").now(25).decided();
    let known = again.knowing(&[Question::Member]).state("Terminating:Proceed").now(25).decided();

    assert_eq!(early.does(), ["drain", "complete with CONTINUE"]);
    assert_eq!(known.does(), ["drain"]);
}

#[test]
fn rule_13_two_handlers_that_look_at_once_decide_the_same() {
    let event = empty().with(standalone("import")).terminating_since(0).now(80).decided();
    let sweep = empty().with(standalone("import")).swept_at(80).decided();

    assert!(event.does().iter().all(|action| action == "drain"));
    assert!(sweep.does().is_empty());
    assert_eq!(event.remembers(), sweep.remembers());
}

#[test]
fn completion_goes_out_only_for_an_instance_that_waits() {
    let states = ["InService", "Terminating", "Pending", "Warmed:Stopped", "Terminating:Proceed"];

    for state in states {
        let outcome = empty().state(state).rechecked(Purpose::Settle, 10).decided();

        assert_eq!(outcome.says(), format!("Auto Scaling does not hold it: {state}"));
        assert!(outcome.does().is_empty());
    }
}

#[test]
fn every_state_that_waits_is_completed() {
    for state in ["Terminating:Wait", "Warmed:Pending:Wait", "Warmed:Terminating:Wait"] {
        let outcome = empty().state(state).swept_at(MINUTE).decided();

        assert_eq!(outcome.does(), ["complete with CONTINUE"], "{state}");
    }
}

#[test]
fn an_instance_in_no_group_is_completed_nowhere() {
    let outcome = empty().in_no_group().swept_at(MINUTE).decided();

    assert_eq!(outcome.says(), "Auto Scaling does not hold it: in no group");
}

#[test]
fn a_drain_that_is_somebody_elses_is_never_written_to() {
    let scene = scene().draining().in_service().agent_away().with(standalone("import"));

    let swept = scene.clone().swept_at(MINUTE).decided();
    let looked = scene.clone().with_last_task_stopped().decided();
    let stopping = scene.with_ec2_state(Ec2State::Stopping).decided();

    for outcome in [swept, looked, stopping] {
        assert_eq!(outcome.reason(), Reason::ForeignDrain);
        assert_eq!(outcome.actions().count(), 0);
    }
}

#[test]
fn an_instance_that_an_abandon_retained_is_said_so_and_left() {
    let drained = empty().state("Terminating:Retained").swept_at(MINUTE).decided();
    let untouched = scene().state("Terminating:Retained").swept_at(MINUTE).decided();

    for outcome in [drained, untouched] {
        assert_eq!(outcome.reason(), Reason::Retained);
        assert!(outcome.does().is_empty());
    }
}

#[test]
fn an_event_of_a_moment_ago_is_completed_without_asking_auto_scaling() {
    let outcome = empty().terminating_since(0).now(25).decided();

    let complete = Action::Complete {
        group: "web".to_owned(),
        hook: "ebb".to_owned(),
        result: CompletionResult::Continue,
    };
    assert!(outcome.actions().any(|action| *action == complete));
    assert!(!outcome.asked_first.contains(&Question::Member));
}

#[test]
fn an_instance_that_drains_for_an_action_that_nothing_wrote_down_is_completed_by_a_look() {
    let outcome = scene().draining().rechecked(Purpose::Settle, 20).decided();

    assert_eq!(outcome.does(), ["complete with CONTINUE"]);
}

#[test]
fn rule_9_a_launching_hook_of_the_same_name_is_another_hook() {
    let launching = Hook { launching: true, ..hook("ebb", 60) };

    let outcome = empty().hooks(&[launching]).swept_at(MINUTE).decided();

    assert!(outcome.does().is_empty());
}

#[test]
fn managed_draining_on_the_same_group_is_said() {
    let scene = empty().with(replica("api")).group(|group| group.managed_draining = true);

    let outcome = scene.knowing(&[Question::Group]).swept_at(MINUTE).decided();

    assert_eq!(
        outcome.notes(),
        [
            "ECS managed instance draining holds this instance too: CONTINUE on ebb's hook does not end its hook"
        ]
    );
}

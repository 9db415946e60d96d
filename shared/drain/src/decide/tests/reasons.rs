//! Rule 14. Scenes that reach every reason and every row of the policy table.

use std::collections::BTreeSet;

use strum::VariantNames;

use super::scene::*;
use crate::decide::situation::Row;
use crate::decision::Question;
use crate::observation::{Hook, Status};
use crate::policy::{RebalancePolicy, ScheduledChangePolicy, StandalonePolicy};
use crate::reason::Reason;
use crate::signal::{Ec2State, InstanceAction, Purpose};

fn drains() -> Scene {
    scene().draining_for_us_since(0)
}

fn task_scenes() -> Vec<Scene> {
    let stop = |policy: &mut crate::policy::Policy| policy.standalone = StandalonePolicy::Stop;
    let ignore = |policy: &mut crate::policy::Policy| policy.standalone = StandalonePolicy::Ignore;
    let spot = scene().in_service().warned_of_spot(0).now(100);
    vec![
        scene().terminating_since(0).that_refuses_to_drain(),
        scene().in_service().warned_of_spot(0).that_refuses_to_drain(),
        scene().status(Status::Other("REGISTERING".to_owned())).swept_at(60),
        drains().with(replica("api")).swept_at(60),
        scene().terminating_since(0),
        drains().with(daemon("log")).rechecked(Purpose::Settle, 10),
        drains().with(standalone("import")).policy(ignore).swept_at(60),
        drains().with(standalone("import")).policy(stop).swept_at(60),
        spot.with(standalone("import")),
        drains().swept_at(60),
        drains().with(daemon("log")).swept_at(60),
        drains().with(replica("api")).swept_at(2 * DAY),
        drains().rechecked(Purpose::Heartbeat, 60),
    ]
}

fn place_scenes() -> Vec<Scene> {
    let absent = scene().in_no_cluster();
    let away = drains().agent_away().unhealthy().with(replica("api"));
    let old = |memory: &mut crate::attribute::DrainAttribute| {
        memory.agent_lost_since = Some(at(0));
        memory.in_service_since = Some(at(0));
    };
    let spot = scene().in_service().draining();
    vec![
        absent.clone().terminating_since(0),
        absent.clone().in_service().warned_of_spot(0),
        absent.clone().swept_at(60),
        absent.in_a_group_without_ecs().swept_at(60),
        scene().with_ec2_state(Ec2State::Terminated),
        away.remembering(old).swept_at(HOUR),
        drains().state("Terminating:Proceed").swept_at(60),
        scene().in_service().terminating_since(0).now(HOUR),
        scene().hooks(&[]).swept_at(60),
        scene().state("Terminating:Retained").swept_at(60),
        scene().in_service().draining().swept_at(60),
        drains().in_service().swept_at(60),
        drains().in_service().remembering(old).swept_at(60),
        spot.remembering(|memory| memory.interrupted_at = Some(at(120))).swept_at(HOUR),
        scene().busy(Question::ContainerInstance).swept_at(60),
        scene().denied_by_a_cluster().swept_at(60),
        scene().in_service().swept_at(60),
    ]
}

fn rebalance_scenes() -> Vec<Scene> {
    let drains = scene().in_service().draining().remembering(|memory| {
        memory.draining_since = Some(at(0));
        memory.rebalance_until = Some(at(1800));
    });
    let waits = scene().in_service().leaving_since(None);
    let waits = waits.remembering(|memory| memory.recommended_at = Some(at(0)));
    let replace = |policy: &mut crate::policy::Policy| policy.rebalance = RebalancePolicy::Replace;
    vec![
        scene().in_service().warned_of(InstanceAction::Hibernate, 0).that_refuses_to_drain(),
        drains.swept_at(60),
        waits.policy(replace).launched_at(60).swept_at(HOUR),
    ]
}

fn warning_scenes() -> Vec<Scene> {
    let recommended = || scene().in_service().recommended(0);
    let replace = |policy: &mut crate::policy::Policy| policy.rebalance = RebalancePolicy::Replace;
    let drain = |policy: &mut crate::policy::Policy| policy.rebalance = RebalancePolicy::Drain;
    let change = |second| scene().in_service().with_scheduled_change_at(second);
    let ahead = |policy: &mut crate::policy::Policy| {
        policy.scheduled_change = ScheduledChangePolicy::Replace { ahead: seconds(3600) };
    };
    vec![
        recommended(),
        recommended().policy(drain).that_refuses_to_drain(),
        recommended().policy(drain),
        recommended().policy(replace),
        recommended().policy(replace).group(|group| group.leaving = 9),
        change(DAY),
        change(DAY).policy(ahead),
        change(60).policy(ahead),
        change(60).policy(ahead).without_room_for_an_attribute().group(|group| group.leaving = 9),
    ]
}

fn launch_scenes() -> Vec<Scene> {
    let launching = || {
        let hook = Hook { launching: true, ..hook("ebb-launch", 3600) };
        scene().state("Pending:Wait").with_a_launch_hook().hooks(&[hook]).launched_at(0)
    };
    let returned = scene().draining_for_us_since(0);
    vec![
        launching().in_no_cluster().launching_since(0),
        launching().launching_since(0),
        launching().launching_into_the_warm_pool_since(0),
        returned.state("RootVolumeReplaced").knowing(&[Question::Member]).swept_at(HOUR),
        launching().draining_for_us_since(-DAY).launching_since(0).now(20),
        launching().in_no_cluster().swept_at(HOUR),
    ]
}

fn all_scenes() -> Vec<Scene> {
    let scenes = [task_scenes(), place_scenes(), rebalance_scenes(), warning_scenes()];
    [scenes.concat(), launch_scenes()].concat()
}

#[test]
fn rule_14_scenes_reach_every_reason() {
    let reached: BTreeSet<&str> =
        all_scenes().into_iter().map(|scene| scene.decided().reason().code()).collect();

    assert_eq!(reached, Reason::CODES.iter().copied().collect());
}

#[test]
fn scenes_reach_every_row_of_the_policy_table() {
    let reached: BTreeSet<&str> =
        all_scenes().into_iter().flat_map(|scene| scene.decided().rows).collect();

    assert_eq!(reached, Row::VARIANTS.iter().copied().collect());
}

#[test]
fn rule_14_reason_is_displayed_in_one_line() {
    for scene in all_scenes() {
        let says = scene.decided().reason_text();
        assert!(!says.is_empty() && !says.contains('\n') && !says.contains('{'), "{says}");
    }
}

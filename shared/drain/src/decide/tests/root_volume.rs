//! Replacement of the root volume: the instance drains, reboots, and comes back as a new container instance or the old one.

use super::scene::*;
use crate::decision::Question;
use crate::reason::Reason;

/// Returns the container instance that ebb drained, back with a connected agent.
fn back() -> Scene {
    scene().draining_for_us_since(0).with(replica("api"))
}

#[test]
fn instance_that_waits_for_a_new_root_volume_is_drained_and_completed() {
    let waits = || scene().state("ReplacingRootVolume:Wait");

    let event = waits().with(replica("api")).terminating_since(0).now(1).decided();
    let empty = waits().draining_for_us_since(0).swept_at(MINUTE).decided();

    assert_eq!(event.visible_actions(), ["drain"]);
    assert_eq!(empty.visible_actions(), ["complete with CONTINUE"]);
}

#[test]
fn returned_container_instance_becomes_active_once_the_volume_is_replaced() {
    let returned = back().state("RootVolumeReplaced").knowing(&[Question::Member]);

    let decided = returned.clone().swept_at(HOUR).decided();
    let disconnected = returned.agent_away().swept_at(HOUR).decided();

    assert_eq!(decided.visible_actions(), ["set to ACTIVE"]);
    assert!(disconnected.visible_actions().is_empty());
}

#[test]
fn container_instance_that_is_left_behind_is_noted() {
    let mut scene = scene().in_service().leaving_since(None).with(replica("api"));
    scene.described.left_behind =
        vec!["arn:aws:ecs:eu-west-1:111122223333:container-instance/ml/f00d".to_owned()];

    let decided = scene.swept_at(HOUR).decided();

    assert_eq!(decided.reason(), Reason::NothingToDo);
    assert!(decided.notes()[0].contains("deregister f00d"));
}

#[test]
fn launch_after_a_drain_is_never_abandoned_for_the_container_instance_of_before() {
    let returns = scene().with_a_launch_hook().state("Pending:Wait").draining_for_us_since(100);

    let decided = returns.launched_at(0).agent_away().swept_at(HOUR).decided();

    assert_eq!(decided.reason(), Reason::Launching);
}

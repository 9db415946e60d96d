use super::scene::*;
use crate::reason::Reason;

fn away_since(second: i64) -> Scene {
    let scene = scene().draining_for_us_since(0).agent_away().with(replica("api"));
    scene.remembering(|memory| memory.agent_lost_since = Some(at(second)))
}

#[test]
fn rule_11_first_look_at_a_disconnected_agent_is_written() {
    let scene = scene().draining_for_us_since(0).agent_away().with(replica("api"));

    let decided = scene.swept_at(MINUTE).decided();

    assert_eq!(decided.written().unwrap().agent_lost_since, Some(at(MINUTE)));
}

#[test]
fn rule_11_connected_agent_removes_the_time_of_its_loss() {
    let scene = scene().draining_for_us_since(0).with(replica("api"));

    let decided =
        scene.remembering(|memory| memory.agent_lost_since = Some(at(9))).swept_at(60).decided();

    assert_eq!(decided.written().unwrap().agent_lost_since, None);
}

#[test]
fn rule_11_agent_disconnected_for_minutes_is_normal() {
    let decided = away_since(0).unhealthy().swept_at(9 * MINUTE).decided();

    assert_eq!(decided.reason_text(), "1 task left");
    assert!(decided.notes().is_empty());
}

#[test]
fn rule_11_agent_disconnected_beyond_the_limit_is_noted_and_its_healthy_instance_kept() {
    let decided = away_since(0).swept_at(11 * MINUTE).decided();

    assert_eq!(decided.reason_text(), "1 task left");
    assert_eq!(decided.notes(), ["agent disconnected since 2026-03-02T09:00:00Z"]);
    assert!(decided.visible_actions().is_empty());
}

#[test]
fn rule_11_unhealthy_instance_with_its_agent_disconnected_beyond_the_limit_is_completed() {
    let decided = away_since(0).unhealthy().swept_at(11 * MINUTE).decided();

    assert_eq!(decided.reason(), Reason::AgentLost);
    assert_eq!(decided.visible_actions(), ["complete with CONTINUE"]);
}

#[test]
fn rule_11_healthy_instance_with_a_disconnected_agent_ends_at_its_deadline() {
    let decided = away_since(0).swept_at(2 * DAY).decided();

    assert!(matches!(decided.reason(), Reason::DeadlineReached { .. }));
}

#[test]
fn rule_11_loss_of_the_agent_in_the_future_does_not_count() {
    let decided = away_since(DAY).unhealthy().swept_at(MINUTE).decided();

    assert!(decided.visible_actions().is_empty());
}

#[test]
fn rule_11_disconnected_agent_is_written_without_an_earlier_attribute() {
    let scene = scene().draining().agent_away().with(replica("api"));

    let decided = scene.swept_at(MINUTE).decided();

    assert_eq!(decided.written().unwrap().agent_lost_since, Some(at(MINUTE)));
}

#[test]
fn rule_11_disconnected_container_instance_that_no_group_holds_is_not_followed() {
    let scene = scene().draining_for_us_since(0).agent_away().with(replica("api"));

    let decided = scene.in_no_group().swept_at(MINUTE).decided();

    assert_eq!(decided.reason(), Reason::NotWaiting { lifecycle_state: None });
    assert!(decided.actions().next().is_none());
}

#[test]
fn rule_11_connected_container_instance_that_no_group_holds_is_followed() {
    let scene = scene().draining_for_us_since(0).with(replica("api"));

    let decided = scene.in_no_group().swept_at(MINUTE).decided();

    assert_eq!(decided.reason_text(), "1 task left: 1 replica");
}

use super::scene::*;
use crate::reason::Reason;

fn away_since(second: i64) -> Scene {
    let scene = scene().draining_for_us_since(0).agent_away().with(replica("api"));
    scene.remembering(|memory| memory.agent_lost_since = Some(at(second)))
}

#[test]
fn rule_11_the_first_look_that_saw_the_agent_away_is_remembered() {
    let scene = scene().draining_for_us_since(0).agent_away().with(replica("api"));

    let outcome = scene.swept_at(MINUTE).decided();

    assert_eq!(outcome.remembers().unwrap().agent_lost_since, Some(at(MINUTE)));
}

#[test]
fn rule_11_the_next_connected_look_forgets_it() {
    let scene = scene().draining_for_us_since(0).with(replica("api"));

    let outcome =
        scene.remembering(|memory| memory.agent_lost_since = Some(at(9))).swept_at(60).decided();

    assert_eq!(outcome.remembers().unwrap().agent_lost_since, None);
}

#[test]
fn rule_11_an_agent_that_is_away_for_minutes_is_normal() {
    let outcome = away_since(0).unhealthy().swept_at(9 * MINUTE).decided();

    assert_eq!(outcome.says(), "1 task left");
    assert!(outcome.notes().is_empty());
}

#[test]
fn rule_11_past_the_limit_it_is_said_and_a_healthy_instance_is_kept() {
    let outcome = away_since(0).swept_at(11 * MINUTE).decided();

    assert_eq!(outcome.says(), "1 task left");
    assert_eq!(outcome.notes(), ["agent disconnected since 2026-03-02T09:00:00Z"]);
    assert!(outcome.does().is_empty());
}

#[test]
fn rule_11_past_the_limit_an_unhealthy_instance_is_given_up() {
    let outcome = away_since(0).unhealthy().swept_at(11 * MINUTE).decided();

    assert_eq!(outcome.reason(), Reason::AgentLost);
    assert_eq!(outcome.does(), ["complete with CONTINUE"]);
}

#[test]
fn rule_11_otherwise_the_deadline_decides() {
    let outcome = away_since(0).swept_at(2 * DAY).decided();

    assert!(matches!(outcome.reason(), Reason::DeadlineReached { .. }));
}

#[test]
fn rule_11_a_moment_that_lies_ahead_is_no_absence_yet() {
    let outcome = away_since(DAY).unhealthy().swept_at(MINUTE).decided();

    assert!(outcome.does().is_empty());
}

#[test]
fn rule_11_an_agent_that_is_away_when_nothing_was_written_down_yet_is_remembered_too() {
    let scene = scene().draining().agent_away().with(replica("api"));

    let outcome = scene.swept_at(MINUTE).decided();

    assert_eq!(outcome.remembers().unwrap().agent_lost_since, Some(at(MINUTE)));
}

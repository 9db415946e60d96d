use super::scene::*;
use crate::decision::Question;
use crate::reason::Reason;
use crate::signal::Purpose;

/// Returns an instance with a task that drains since 0, on a hook with this heartbeat timeout.
fn held(heartbeat_timeout: u64) -> Scene {
    let scene = scene().hooks(&[hook("ebb", heartbeat_timeout)]);
    scene.draining_for_us_since(0).with(replica("api"))
}

fn sends_heartbeat(decided: &DecidedScene) -> bool {
    decided.visible_actions().contains(&"heartbeat".to_owned())
}

#[test]
fn rule_7_heartbeats_lie_on_a_grid_of_a_third_of_the_heartbeat_timeout() {
    let minutes: Vec<i64> = (1..=61)
        .filter(|minute| sends_heartbeat(&held(3600).swept_at(minute * MINUTE).decided()))
        .collect();

    assert_eq!(minutes, [20, 40, 60]);
}

#[test]
fn rule_7_grid_beside_the_sweeps_loses_no_heartbeat() {
    let with_heartbeat = (1..=60).filter(|minute| {
        let scene = scene().hooks(&[hook("ebb", 1000)]).with(replica("api"));
        let scene = scene.draining_for_us_since(-17);
        sends_heartbeat(&scene.swept_at(minute * MINUTE).decided())
    });

    assert_eq!(with_heartbeat.count(), 10);
}

#[test]
fn rule_7_action_that_outlasts_a_lost_sweep_is_kept_alive_by_the_sweep_alone() {
    for timeout in [150, 180, 186, 195, 209, 210, 240, 300, 359, 1000] {
        for since in [0, -1, -17, -59] {
            let scene = scene().hooks(&[hook("ebb", timeout)]).with(replica("api"));
            let scene = scene.draining_for_us_since(since);
            let swept = |minute: &i64| scene.clone().swept_at(minute * MINUTE).decided();
            let minutes: Vec<i64> =
                (0..=40).filter(|minute| sends_heartbeat(&swept(minute))).collect();

            for lost in 0..=40 {
                let sent = minutes.iter().filter(|minute| **minute != lost);
                let heartbeats: Vec<i64> =
                    [since].into_iter().chain(sent.map(|it| it * MINUTE)).collect();
                let silence = heartbeats.windows(2).map(|pair| pair[1] - pair[0]).max();
                let late = 10;
                assert!(silence.is_some_and(|it| it + late <= timeout as i64), "{timeout} {since}");
            }
            assert!(swept(&3).rechecks(Purpose::Heartbeat).is_empty(), "{timeout}");
        }
    }
}

#[test]
fn rule_7_grid_finer_than_the_sweep_gets_rechecks() {
    let swept = held(90).swept_at(MINUTE).decided();
    let on_event = scene()
        .hooks(&[hook("ebb", 90)])
        .with(replica("api"))
        .terminating_since(0)
        .now(1)
        .decided();

    assert_eq!(swept.rechecks(Purpose::Heartbeat), [90, 120, 150, 180]);
    assert_eq!(on_event.rechecks(Purpose::Heartbeat), [30, 60, 90, 120]);
}

#[test]
fn rule_7_heartbeat_recheck_sends_its_heartbeat_without_a_question_to_ecs() {
    let decided = held(90).rechecked(Purpose::Heartbeat, 90).decided();

    assert_eq!(decided.visible_actions(), ["heartbeat"]);
    assert_eq!(decided.asked_first, [Question::Member, Question::Hooks]);
    assert!(decided.rechecks(Purpose::Heartbeat).is_empty());
}

#[test]
fn rule_7_completed_action_gets_no_heartbeat() {
    let ended = held(90).state("Terminating:Proceed");

    let recheck = ended.clone().rechecked(Purpose::Heartbeat, 90).decided();
    let sweep = ended.swept_at(120).decided();

    assert!(recheck.visible_actions().is_empty());
    assert!(sweep.visible_actions().is_empty());
}

#[test]
fn rule_7_completion_comes_without_a_heartbeat() {
    let scene = scene().hooks(&[hook("ebb", 180)]).draining_for_us_since(0);

    let decided = scene.swept_at(MINUTE).decided();

    assert_eq!(decided.visible_actions(), ["complete with CONTINUE"]);
    assert!(decided.rechecks(Purpose::Heartbeat).is_empty());
}

#[test]
fn rule_7_late_event_sends_the_due_heartbeat() {
    let scene = scene().hooks(&[hook("ebb", 180)]).with(replica("api"));

    let decided = scene.terminating_since(0).now(90).decided();

    assert_eq!(decided.visible_actions(), ["drain", "heartbeat"]);
}

#[test]
fn rule_7_heartbeats_continue_without_a_list_of_tasks() {
    let scene = held(180).busy(Question::Tasks);

    let decided = scene.swept_at(MINUTE).decided();

    assert_eq!(decided.reason_text(), "no answer yet: rate exceeded");
    assert_eq!(decided.visible_actions(), ["heartbeat"]);
}

#[test]
fn rule_7_heartbeats_continue_if_draining_is_refused() {
    let scene = scene().hooks(&[hook("ebb", 180)]).with(replica("api")).that_refuses_to_drain();

    let decided = scene.swept_at(MINUTE).decided();

    assert_eq!(decided.visible_actions(), ["drain", "heartbeat"]);
}

#[test]
fn rule_7_heartbeats_continue_without_an_answer_of_ecs() {
    let scene = held(180).busy(Question::ContainerInstance);

    let decided = scene.swept_at(MINUTE).decided();

    assert_eq!(decided.visible_actions(), ["heartbeat"]);
}

#[test]
fn rule_7_action_without_a_known_start_gets_a_heartbeat_at_every_sweep() {
    let scene = scene().draining().without_room_for_an_attribute().with(replica("api"));

    let decided = scene.leaving_since(None).swept_at(MINUTE).decided();

    assert_eq!(decided.visible_actions(), ["heartbeat"]);
}

#[test]
fn rule_7_heartbeat_recheck_beside_a_recommendation_still_sends_its_heartbeat() {
    let decided = held(90).recommended(90).rechecked(Purpose::Heartbeat, 90).decided();

    assert_eq!(decided.reason_text(), "1 task left");
    assert_eq!(decided.visible_actions(), ["heartbeat"]);
}

#[test]
fn rule_7_completed_action_gets_no_heartbeat_during_a_spot_warning() {
    let ended = held(30).state("Terminating:Proceed");
    let warned = ended.remembering(|memory| memory.interrupted_at = Some(at(120)));

    let decided = warned.swept_at(MINUTE).decided();

    assert_eq!(decided.reason_text(), "1 task left: 1 replica");
    assert!(decided.visible_actions().is_empty());
}

#[test]
fn rule_7_new_process_sends_heartbeats_that_earlier_sweeps_may_have_missed() {
    let sent = |heartbeat_timeout: u64| {
        let held = held(heartbeat_timeout);
        let swept = |minute: i64| held.clone().swept_by_a_new_process_at(minute * MINUTE);
        let sends = |minute: &i64| sends_heartbeat(&swept(*minute).decided());
        (1..=45).filter(sends).collect::<Vec<i64>>()
    };

    assert_eq!(sent(3600), [20, 21, 40, 41]);
    assert_eq!(sent(2700), Vec::from_iter((15..22).chain(30..37).chain([45])));
    assert_eq!(sent(1800), Vec::from_iter(10..=45));
}

#[test]
fn rule_7_process_sends_heartbeats_missed_since_its_last_good_sweep() {
    let mut scene = held(3600).swept_at(29 * MINUTE);
    assert!(!sends_heartbeat(&scene.clone().decided()));

    scene.heartbeats_sent_until = Some(at(19 * MINUTE));

    assert!(sends_heartbeat(&scene.decided()));
}

#[test]
fn rule_7_only_a_narrow_grid_gets_a_heartbeat_at_every_sweep() {
    assert!(sends_heartbeat(&held(209).swept_at(MINUTE).decided()));
    assert!(!sends_heartbeat(&held(210).swept_at(MINUTE).decided()));
}

#[test]
fn retained_instance_gets_no_heartbeat_recheck() {
    let retained = held(30).state("Terminating:Retained").knowing(&[Question::Hooks]);

    let swept = retained.swept_at(49 * MINUTE).decided();

    assert_eq!(swept.reason(), Reason::Retained);
    assert!(swept.rechecks(Purpose::Heartbeat).is_empty());
}

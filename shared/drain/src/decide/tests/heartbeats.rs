use super::scene::*;
use crate::decision::Question;
use crate::reason::Reason;
use crate::signal::Purpose;

/// Draining since 0, and busy, on a hook with this heartbeat timeout.
fn held(heartbeat_timeout: u64) -> Scene {
    let scene = scene().hooks(&[hook("ebb", heartbeat_timeout)]);
    scene.draining_for_us_since(0).with(replica("api"))
}

fn beats(outcome: &DecidedScene) -> bool {
    outcome.does().contains(&"heartbeat".to_owned())
}

#[test]
fn rule_7_heartbeats_go_out_on_a_grid_of_a_third_of_the_heartbeat_timeout() {
    let minutes: Vec<i64> =
        (1..=61).filter(|minute| beats(&held(3600).swept_at(minute * MINUTE).decided())).collect();

    assert_eq!(minutes, [20, 40, 60]);
}

#[test]
fn rule_7_a_grid_that_is_not_the_sweeps_loses_no_moment() {
    let beaten = (1..=60).filter(|minute| {
        let scene = scene().hooks(&[hook("ebb", 1000)]).with(replica("api"));
        let scene = scene.draining_for_us_since(-17);
        beats(&scene.swept_at(minute * MINUTE).decided())
    });

    assert_eq!(beaten.count(), 10);
}

#[test]
fn rule_7_the_sweep_alone_keeps_alive_what_outlasts_a_lost_sweep() {
    for timeout in [150, 180, 186, 195, 209, 210, 240, 300, 359, 1000] {
        for since in [0, -1, -17, -59] {
            let scene = scene().hooks(&[hook("ebb", timeout)]).with(replica("api"));
            let scene = scene.draining_for_us_since(since);
            let swept = |minute: &i64| scene.clone().swept_at(minute * MINUTE).decided();
            let minutes: Vec<i64> = (0..=40).filter(|minute| beats(&swept(minute))).collect();

            for lost in 0..=40 {
                let sent = minutes.iter().filter(|minute| **minute != lost);
                let beaten: Vec<i64> =
                    [since].into_iter().chain(sent.map(|it| it * MINUTE)).collect();
                let silence = beaten.windows(2).map(|pair| pair[1] - pair[0]).max();
                let late = 10;
                assert!(silence.is_some_and(|it| it + late <= timeout as i64), "{timeout} {since}");
            }
            assert!(swept(&3).looks(Purpose::Heartbeat).is_empty(), "{timeout}");
        }
    }
}

#[test]
fn rule_7_where_the_grid_is_finer_than_the_sweep_looks_of_our_own_are_asked_for() {
    let swept = held(90).swept_at(MINUTE).decided();
    let told = scene()
        .hooks(&[hook("ebb", 90)])
        .with(replica("api"))
        .terminating_since(0)
        .now(1)
        .decided();

    assert_eq!(swept.looks(Purpose::Heartbeat), [90, 120, 150, 180]);
    assert_eq!(told.looks(Purpose::Heartbeat), [30, 60, 90, 120]);
}

#[test]
fn rule_7_such_a_look_sends_its_heartbeat_and_asks_ecs_nothing() {
    let outcome = held(90).rechecked(Purpose::Heartbeat, 90).decided();

    assert_eq!(outcome.does(), ["heartbeat"]);
    assert_eq!(outcome.asked_first, [Question::Member, Question::Hooks]);
    assert!(outcome.looks(Purpose::Heartbeat).is_empty());
}

#[test]
fn rule_7_no_heartbeat_goes_out_after_completion() {
    let over = held(90).state("Terminating:Proceed");

    let look = over.clone().rechecked(Purpose::Heartbeat, 90).decided();
    let sweep = over.swept_at(120).decided();

    assert!(look.does().is_empty());
    assert!(sweep.does().is_empty());
}

#[test]
fn rule_7_no_heartbeat_goes_out_with_the_completion() {
    let scene = scene().hooks(&[hook("ebb", 180)]).draining_for_us_since(0);

    let outcome = scene.swept_at(MINUTE).decided();

    assert_eq!(outcome.does(), ["complete with CONTINUE"]);
    assert!(outcome.looks(Purpose::Heartbeat).is_empty());
}

#[test]
fn rule_7_an_event_that_comes_late_sends_the_heartbeat_that_is_due() {
    let scene = scene().hooks(&[hook("ebb", 180)]).with(replica("api"));

    let outcome = scene.terminating_since(0).now(90).decided();

    assert_eq!(outcome.does(), ["drain", "heartbeat"]);
}

#[test]
fn rule_7_heartbeats_go_on_where_tasks_cannot_be_listed() {
    let scene = held(180).busy(Question::Tasks);

    let outcome = scene.swept_at(MINUTE).decided();

    assert_eq!(outcome.says(), "no answer yet: rate exceeded");
    assert_eq!(outcome.does(), ["heartbeat"]);
}

#[test]
fn rule_7_heartbeats_go_on_where_the_instance_cannot_be_set_draining() {
    let scene = scene().hooks(&[hook("ebb", 180)]).with(replica("api")).that_refuses_to_drain();

    let outcome = scene.swept_at(MINUTE).decided();

    assert_eq!(outcome.does(), ["drain", "heartbeat"]);
}

#[test]
fn rule_7_heartbeats_go_on_where_ecs_does_not_answer() {
    let scene = held(180).busy(Question::ContainerInstance);

    let outcome = scene.swept_at(MINUTE).decided();

    assert_eq!(outcome.does(), ["heartbeat"]);
}

#[test]
fn rule_7_an_action_of_which_nothing_tells_the_start_is_kept_alive_by_every_sweep() {
    let scene = scene().draining().without_room_for_an_attribute().with(replica("api"));

    let outcome = scene.leaving_since(None).swept_at(MINUTE).decided();

    assert_eq!(outcome.does(), ["heartbeat"]);
}

#[test]
fn rule_7_a_recommendation_in_the_same_batch_does_not_get_lost() {
    let outcome = held(90).recommended(90).rechecked(Purpose::Heartbeat, 90).decided();

    assert_eq!(outcome.says(), "1 task left");
    assert_eq!(outcome.does(), ["heartbeat"]);
}

#[test]
fn rule_7_no_heartbeat_goes_out_after_completion_while_a_spot_notice_still_runs() {
    let over = held(30).state("Terminating:Proceed");
    let warned = over.remembering(|memory| memory.interrupted_at = Some(at(120)));

    let outcome = warned.swept_at(MINUTE).decided();

    assert_eq!(outcome.says(), "1 task left: 1 replica");
    assert!(outcome.does().is_empty());
}

#[test]
fn rule_7_a_new_process_makes_up_for_what_the_sweeps_before_it_may_not_have_sent() {
    let swept = |minute: i64| held(3600).swept_by_a_new_process_at(minute * MINUTE).decided();

    let silent: Vec<i64> = (1..=61).filter(|minute| !beats(&swept(*minute))).collect();

    assert_eq!(silent, Vec::from_iter(1..20));
}

#[test]
fn rule_7_a_process_makes_up_for_everything_since_its_last_sweep_without_trouble() {
    let mut scene = held(3600).swept_at(29 * MINUTE);
    assert!(!beats(&scene.clone().decided()));

    scene.heartbeats_sent_until = Some(at(19 * MINUTE));

    assert!(beats(&scene.decided()));
}

#[test]
fn rule_7_only_a_grid_that_leaves_no_room_for_a_lost_sweep_is_beaten_at_every_sweep() {
    assert!(beats(&held(209).swept_at(MINUTE).decided()));
    assert!(!beats(&held(210).swept_at(MINUTE).decided()));
}

#[test]
fn an_instance_that_its_group_retains_is_looked_at_for_no_heartbeat() {
    let retained = held(30).state("Terminating:Retained").knowing(&[Question::Hooks]);

    let swept = retained.swept_at(49 * MINUTE).decided();

    assert_eq!(swept.reason(), Reason::Retained);
    assert!(swept.looks(Purpose::Heartbeat).is_empty());
}

use super::scene::*;
use crate::decision::{Action, Question};
use crate::signal::{InstanceAction, Purpose};

#[test]
fn fresh_event_drains_with_one_question() {
    let scene = scene().with(replica("api")).that_refuses_to_drain();

    let terminate = scene.clone().terminating_since(0).now(1).decided();
    let spot = scene.clone().warned_of_spot(0).now(1).decided();
    let spot_beside_another = scene.clone().terminating_since(0).warned_of_spot(200).now(201);
    let spot_and_more = scene.warned_of_spot(0).warned_of(InstanceAction::Hibernate, 1);

    for decided in [terminate, spot, spot_beside_another.decided(), spot_and_more.now(2).decided()]
    {
        assert_eq!(decided.asked_first, [Question::ContainerInstance]);
        assert!(decided.actions().eq(&[Action::Drain]));
    }
}

#[test]
fn look_after_the_last_task_asks_for_the_member_when_no_task_is_left() {
    let scene = scene().draining_for_us_since(0).with(replica("api").stopped_at(80));

    let decided =
        scene.knowing(&[Question::ContainerInstance]).with_last_task_stopped().now(90).decided();

    assert_eq!(decided.visible_actions(), ["complete with CONTINUE"]);
    assert_eq!(
        decided.asked_first[1..],
        [Question::Description, Question::Tasks, Question::Member]
    );
}

#[test]
fn look_after_the_last_task_at_a_busy_instance_asks_no_more() {
    let scene =
        scene().draining_for_us_since(0).with(replica("api").stopping()).with_last_task_stopped();

    let decided = scene.knowing(&[Question::ContainerInstance]).now(90).decided();

    assert!(decided.visible_actions().is_empty());
    assert_eq!(decided.asked_first[1..], [Question::Description, Question::Tasks]);
}

#[test]
fn settle_recheck_of_a_completed_instance_asks_only_for_the_member() {
    let scene = scene().draining_for_us_since(0).state("Terminating:Proceed");

    let decided = scene.rechecked(Purpose::Settle, 90).decided();

    assert!(decided.visible_actions().is_empty());
    assert_eq!(decided.asked_first, [Question::Member]);
}

#[test]
fn sweep_over_a_busy_instance_asks_only_for_member_and_hooks() {
    let scene = scene().draining_for_us_since(0).with(replica("api")).swept_at(5 * MINUTE);

    let decided = scene.knowing(&[Question::Description]).decided();

    assert_eq!(decided.asked_first[1..], [Question::Member, Question::Hooks]);
}

#[test]
fn sweep_over_a_completed_instance_asks_nothing() {
    let scene = scene().draining_for_us_since(0).state("Terminating:Proceed").swept_at(MINUTE);

    let decided = scene.knowing(&[Question::Description, Question::Member]).decided();

    assert_eq!(decided.asked_first.len(), 2);
}

#[test]
fn settle_recheck_asks_each_question_once() {
    let scene = scene().draining_for_us_since(0);

    let decided = scene.rechecked(Purpose::Settle, 10).decided();

    assert_eq!(
        decided.asked_first,
        [
            Question::Member,
            Question::ContainerInstance,
            Question::Description,
            Question::Hooks,
            Question::Tasks
        ]
    );
}

#[test]
fn deadline_recheck_asks_ecs_before_auto_scaling() {
    let scene = scene().draining_for_us_since(0).with(standalone("import"));

    let decided = scene.rechecked(Purpose::Deadline, 90).decided();

    assert_eq!(decided.asked_first[0], Question::ContainerInstance);
}

#[test]
fn member_is_asked_with_the_tasks_at_a_count_of_zero() {
    let scene = scene().draining_for_us_since(0);
    let questions = |scene: Scene| scene.rechecked(Purpose::Deadline, 80).decided().asked_first;

    let busy = questions(scene.clone().with(standalone("import")));
    let stopping = questions(scene.with(standalone("import").stopping()));

    assert!(!busy.contains(&Question::Member));
    assert!(stopping.contains(&Question::Member));
}

#[test]
fn services_are_asked_only_if_a_decision_needs_them() {
    let scene = scene().draining_for_us_since(0).with(standalone("import"));
    let early = scene.clone().with(daemon("log").stopped_at(50));
    let asks = |decided: DecidedScene| decided.asked_first.contains(&Question::Services);

    assert!(!asks(scene.clone().swept_at(MINUTE).decided()));
    assert!(!asks(scene.with(replica("api").stopped_at(-10)).swept_at(MINUTE).decided()));
    assert!(!asks(early.clone().rechecked(Purpose::Deadline, 80).decided()));
    assert!(asks(early.swept_at(MINUTE).decided()));
}

#[test]
fn stop_times_are_asked_only_for_standalone_tasks() {
    let scene = scene().draining_for_us_since(0).with(replica("api")).swept_at(MINUTE);
    let asks = |scene: Scene| scene.decided().asked_first.contains(&Question::StopTimes);

    assert!(!asks(scene.clone()));
    assert!(asks(scene.with(standalone("import"))));
}

/// Returns a DRAINING instance with a Spot interruption warning of second 0.
fn warned() -> Scene {
    scene().in_service().draining().remembering(|memory| {
        memory.draining_since = Some(at(0));
        memory.interrupted_at = Some(at(2 * MINUTE));
    })
}

#[test]
fn look_before_a_spot_interruption_lists_only_the_tasks_that_run() {
    let scene = warned().with(replica("api")).with(standalone("import").stopping());

    let decided = scene.rechecked(Purpose::Deadline, 80).decided();

    assert_eq!(decided.visible_actions(), ["stop api"]);
    assert!(decided.asked_first.contains(&Question::RunningTasks));
    assert!(!decided.asked_first.contains(&Question::Tasks));
}

#[test]
fn daemon_task_before_a_spot_interruption_waits_for_a_replica_task_that_has_begun_to_stop() {
    let scene = warned().with(daemon("log")).with(replica("api").stopping());

    let decided = scene.rechecked(Purpose::Deadline, 60).decided();

    assert_eq!(decided.reason_text(), "2 tasks left: 1 stopping, 1 daemon");
}

#[test]
fn end_of_the_last_task_leads_to_no_list_after_a_spot_warning_without_a_lifecycle_action() {
    let look = |scene: Scene| {
        let named = scene.knowing(&[Question::ContainerInstance, Question::Description]);
        named.with_last_task_stopped().now(90).decided()
    };
    let held = |memory: &mut crate::attribute::DrainAttribute| memory.action = Some(action(10));

    let unheld = look(warned());
    let held = look(warned().state("Terminating:Wait").remembering(held));

    assert!(!unheld.asked_first.contains(&Question::Tasks));
    assert!(held.asked_first.contains(&Question::Tasks));
}

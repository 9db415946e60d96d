use super::scene::*;
use crate::decision::{Action, Question};
use crate::signal::{InstanceAction, Purpose};

#[test]
fn a_fresh_event_sets_draining_first_and_asks_only_which_container_instance_it_is() {
    let told = scene().with(replica("api")).that_refuses_to_drain();

    let terminate = told.clone().terminating_since(0).now(1).decided();
    let spot = told.clone().warned_of_spot(0).now(1).decided();
    let spot_beside_another = told.clone().terminating_since(0).warned_of_spot(200).now(201);
    let spot_and_more = told.warned_of_spot(0).warned_of(InstanceAction::Hibernate, 1);

    for outcome in [terminate, spot, spot_beside_another.decided(), spot_and_more.now(2).decided()]
    {
        assert_eq!(outcome.asked_first, [Question::ContainerInstance]);
        assert!(outcome.actions().eq(&[Action::Drain]));
    }
}

#[test]
fn a_quick_look_at_an_empty_instance_asks_for_its_description_its_tasks_and_its_place() {
    let scene = scene().draining_for_us_since(0).with(replica("api").stopped_at(80));

    let outcome =
        scene.knowing(&[Question::ContainerInstance]).with_last_task_stopped().now(90).decided();

    assert_eq!(outcome.does(), ["complete with CONTINUE"]);
    assert_eq!(
        outcome.asked_first[1..],
        [Question::Description, Question::Tasks, Question::Member]
    );
}

#[test]
fn a_quick_look_at_a_busy_instance_asks_no_more_than_that() {
    let scene =
        scene().draining_for_us_since(0).with(replica("api").stopping()).with_last_task_stopped();

    let outcome = scene.knowing(&[Question::ContainerInstance]).now(90).decided();

    assert!(outcome.does().is_empty());
    assert_eq!(
        outcome.asked_first[1..],
        [Question::Description, Question::Tasks, Question::Member]
    );
}

#[test]
fn a_second_look_at_what_was_let_go_asks_only_whether_anything_waits() {
    let scene = scene().draining_for_us_since(0).state("Terminating:Proceed");

    let outcome = scene.rechecked(Purpose::Settle, 90).decided();

    assert!(outcome.does().is_empty());
    assert_eq!(outcome.asked_first, [Question::Member]);
}

#[test]
fn a_sweep_over_a_busy_instance_asks_only_for_its_place_and_its_hooks() {
    let scene = scene().draining_for_us_since(0).with(replica("api")).swept_at(5 * MINUTE);

    let outcome = scene.knowing(&[Question::Description]).decided();

    assert_eq!(outcome.asked_first[1..], [Question::Member, Question::Hooks]);
}

#[test]
fn a_sweep_over_an_instance_that_its_group_has_let_go_asks_for_nothing() {
    let scene = scene().draining_for_us_since(0).state("Terminating:Proceed").swept_at(MINUTE);

    let outcome = scene.knowing(&[Question::Description, Question::Member]).decided();

    assert_eq!(outcome.asked_first.len(), 2);
}

#[test]
fn a_second_look_asks_for_nothing_twice() {
    let scene = scene().draining_for_us_since(0);

    let outcome = scene.rechecked(Purpose::Settle, 10).decided();

    assert_eq!(
        outcome.asked_first,
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
fn a_look_at_a_deadline_asks_ecs_before_it_asks_auto_scaling() {
    let scene = scene().draining_for_us_since(0).with(standalone("import"));

    let outcome = scene.rechecked(Purpose::Deadline, 90).decided();

    assert_eq!(outcome.asked_first[0], Question::ContainerInstance);
}

#[test]
fn what_completion_needs_is_asked_along_with_the_tasks_where_nothing_is_counted_any_more() {
    let scene = scene().draining_for_us_since(0);
    let looked = |scene: Scene| scene.rechecked(Purpose::Deadline, 80).decided().asked_first;

    let busy = looked(scene.clone().with(standalone("import")));
    let stopping = looked(scene.with(standalone("import").stopping()));

    assert!(!busy.contains(&Question::Member));
    assert!(stopping.contains(&Question::Member));
}

#[test]
fn services_are_asked_for_only_where_it_matters_which_they_are() {
    let scene = scene().draining_for_us_since(0).with(standalone("import"));
    let early = scene.clone().with(daemon("log").stopped_at(50));
    let asks = |outcome: DecidedScene| outcome.asked_first.contains(&Question::Services);

    assert!(!asks(scene.clone().swept_at(MINUTE).decided()));
    assert!(!asks(scene.with(replica("api").stopped_at(-10)).swept_at(MINUTE).decided()));
    assert!(!asks(early.clone().rechecked(Purpose::Deadline, 80).decided()));
    assert!(asks(early.swept_at(MINUTE).decided()));
}

#[test]
fn stop_times_are_asked_for_only_of_standalone_tasks() {
    let scene = scene().draining_for_us_since(0).with(replica("api")).swept_at(MINUTE);
    let asks = |scene: Scene| scene.decided().asked_first.contains(&Question::StopTimes);

    assert!(!asks(scene.clone()));
    assert!(asks(scene.with(standalone("import"))));
}

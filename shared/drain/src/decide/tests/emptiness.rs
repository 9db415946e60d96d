use super::scene::*;
use crate::attribute::TaskCount;
use crate::decision::Question;
use crate::reason::{Reason, TasksLeft};
use crate::signal::Purpose;

#[test]
fn rule_1_instance_is_empty_once_all_tasks_are_stopped() {
    let scene = scene()
        .draining_for_us_since(0)
        .with(replica("api").stopped_at(50))
        .with(standalone("import").stopped_at(70));

    let decided = scene.rechecked(Purpose::Settle, 80).decided();

    assert_eq!(decided.reason(), Reason::Empty);
    assert_eq!(decided.visible_actions(), ["complete with CONTINUE"]);
}

#[test]
fn rule_1_stopping_tasks_keep_an_instance_with_a_count_of_zero() {
    let scene = scene()
        .draining_for_us_since(0)
        .counting(0)
        .with(replica("api").stopping())
        .with(standalone("import").stopping());

    let decided = scene.swept_at(MINUTE).decided();

    assert_eq!(decided.reason_text(), "2 tasks left: 2 stopping");
    assert!(decided.visible_actions().is_empty());
}

#[test]
fn rule_1_tasks_are_listed_only_at_a_count_of_zero() {
    let scene = scene().draining_for_us_since(0).with(replica("api")).swept_at(5 * MINUTE);

    let busy = scene.clone().decided();
    let idle = scene.counting(0).decided();

    assert!(!busy.asked_first.contains(&Question::Tasks));
    assert_eq!(busy.reason(), Reason::TasksLeft(TasksLeft { counted: 1, ..TasksLeft::default() }));
    assert!(idle.asked_first.contains(&Question::Tasks));
}

#[test]
fn rule_1_instance_empty_at_the_first_look_is_rechecked_after_the_settle_time() {
    let decided = scene().terminating_since(0).now(1).decided();

    assert_eq!(decided.reason(), Reason::Settling);
    assert_eq!(decided.rechecks(Purpose::Settle), [11]);
    assert_eq!(decided.visible_actions(), ["drain"]);
}

#[test]
fn rule_1_instance_still_empty_after_the_settle_time_is_completed() {
    let decided = scene().draining_for_us_since(1).rechecked(Purpose::Settle, 11).decided();

    assert_eq!(decided.reason(), Reason::Empty);
    assert_eq!(decided.visible_actions(), ["complete with CONTINUE"]);
}

#[test]
fn rule_1_task_placed_just_before_draining_is_found_by_the_second_look() {
    let scene = scene().draining_for_us_since(1).with(standalone("late"));

    let decided = scene.rechecked(Purpose::Settle, 11).decided();

    assert_eq!(decided.reason_text(), "1 task left: 1 standalone");
}

#[test]
fn rule_1_instance_that_was_active_again_settles_anew() {
    let reactivated = scene().draining_for_us_since(0).status(crate::observation::Status::Active);

    let decided = reactivated.swept_at(10 * MINUTE).decided();

    assert_eq!(decided.reason(), Reason::Settling);
    assert_eq!(decided.written().unwrap().draining_since, Some(at(10 * MINUTE)));
}

#[test]
fn redelivered_event_does_not_restart_the_settle_time() {
    let decided = scene().draining_for_us_since(0).terminating_since(0).now(25).decided();

    assert_eq!(decided.reason(), Reason::Empty);
    assert_eq!(decided.visible_actions(), ["drain", "complete with CONTINUE"]);
}

#[test]
fn empty_instance_without_room_for_the_attribute_is_completed_by_the_second_look() {
    let scene = scene().draining().without_room_for_an_attribute();

    let first = scene.clone().swept_at(MINUTE).decided();
    let second = scene.rechecked(Purpose::Settle, MINUTE + 10).decided();

    assert_eq!(first.reason(), Reason::Settling);
    assert_eq!(
        first.notes(),
        [
            "cannot write ebb.drain: the container instance has ten custom attributes already; remove one"
        ]
    );
    assert_eq!(first.rechecks(Purpose::Settle), [MINUTE + 10]);
    assert_eq!(second.visible_actions(), ["complete with CONTINUE"]);
}

#[test]
fn sweep_lists_running_tasks_at_doubling_ages_and_every_quarter_of_an_hour() {
    let lists_tasks = |minute: i64| {
        let scene = scene().draining_for_us_since(0).with(replica("api"));
        scene.swept_at(minute * MINUTE).decided().asked_first.contains(&Question::Tasks)
    };

    let minutes: Vec<i64> = (1..=50).filter(|minute| lists_tasks(*minute)).collect();

    assert_eq!(minutes, [1, 2, 4, 8, 10, 15, 16, 30, 32, 45]);
}

#[test]
fn rule_1_new_action_settles_anew() {
    let decided = scene().draining_for_us_since(0).terminating_since(HOUR).now(HOUR + 1).decided();

    assert_eq!(decided.reason(), Reason::Settling);
}

#[test]
fn rule_1_instance_is_not_empty_while_a_counted_task_is_missing() {
    let scene = scene().draining_for_us_since(0).that_ran(2).with(replica("api").stopped_at(50));

    let one_missing = scene.clone().swept_at(MINUTE).decided();
    let both = scene.with(replica("api").stopped_at(55)).swept_at(MINUTE).decided();

    assert_eq!(one_missing.reason(), Reason::Settling);
    assert_eq!(one_missing.rechecks(Purpose::Settle), [MINUTE + 10]);
    assert_eq!(both.reason(), Reason::Empty);
}

#[test]
fn rule_1_task_stopped_before_the_drain_accounts_for_no_counted_task() {
    let scene = scene().draining_for_us_since(30).that_ran(1).with(replica("api").stopped_at(29));

    assert_eq!(scene.swept_at(MINUTE).decided().reason(), Reason::Settling);
}

#[test]
fn rule_1_task_count_is_that_of_the_answer_to_draining() {
    let decided = scene().with(replica("api")).with(replica("api")).terminating_since(0).decided();

    assert_eq!(decided.written().unwrap().task_count, Some(TaskCount { tasks: 2, after: 0 }));
}

#[test]
fn rule_1_sweep_counts_tasks_again_before_ecs_forgets_stopped_ones() {
    let scene = scene().draining_for_us_since(0).that_ran(9);
    let scene = scene.with(standalone("import")).with(replica("api").stopping());
    let scene = scene.remembering(|attribute| attribute.non_holding = Some(0));

    let early = scene.clone().swept_at(15 * MINUTE).decided();
    let late = scene.swept_at(30 * MINUTE).decided();

    assert!(early.written().is_none());
    let counted = Some(TaskCount { tasks: 1, after: 30 * 60 });
    assert_eq!(late.written().unwrap().task_count, counted);
}

#[test]
fn tasks_of_an_instance_that_no_hook_holds_are_not_counted_again() {
    let scene = scene().draining_for_us_since(0).that_ran(1).with(standalone("import"));

    let retained = scene.state("Terminating:Retained").swept_at(31 * MINUTE).decided();

    assert_eq!(retained.written(), None);
}

#[test]
fn rule_1_sweep_counts_tasks_if_no_count_is_written() {
    let scene = scene().draining_for_us_since(0).with(standalone("import"));
    let scene = scene.remembering(|attribute| attribute.task_count = None);

    let decided = scene.swept_at(MINUTE).decided();

    let counted = Some(TaskCount { tasks: 1, after: 60 });
    assert_eq!(decided.written().unwrap().task_count, counted);
}

#[test]
fn rule_1_recheck_for_a_deadline_is_no_second_look() {
    let decided = scene().draining_for_us_since(0).rechecked(Purpose::Deadline, 5).decided();

    assert_eq!(decided.reason(), Reason::Settling);
    assert_eq!(decided.rechecks(Purpose::Settle), [15]);
}

#[test]
fn rule_1_settle_time_ends_exactly_at_its_end() {
    let swept = |second| scene().draining_for_us_since(0).swept_at(second).decided();

    assert_eq!(swept(9).reason(), Reason::Settling);
    assert_eq!(swept(10).reason(), Reason::Empty);
}

#[test]
fn reason_has_the_count_of_ecs_and_the_listed_tasks() {
    let scene = scene().draining_for_us_since(0).with(standalone("import"));

    let decided = scene.with(replica("api").stopping()).swept_at(MINUTE).decided();

    let left = TasksLeft { counted: 1, standalone: 1, stopping: 1, ..TasksLeft::default() };
    assert_eq!(decided.reason(), Reason::TasksLeft(left));
}

#[test]
fn rule_1_task_that_ebb_stopped_at_once_accounts_for_a_counted_task() {
    let scene = scene().draining_for_us_since(0).that_ran(1);
    let ended = |task: TaskScene| scene.clone().with(task).swept_at(MINUTE).decided().reason();

    assert_eq!(ended(standalone("import").stopped_at(0).by_ebb()), Reason::Empty);
    assert_eq!(ended(standalone("import").stopped_at(0)), Reason::Settling);
}

#[test]
fn recheck_planned_before_registration_is_the_first_look_at_the_tasks() {
    let decided = scene().leaving_since(0).rechecked(Purpose::Settle, 15).decided();

    assert_eq!(decided.visible_actions(), ["drain"]);
    assert_eq!(decided.reason(), Reason::Settling);
    assert_eq!(decided.rechecks(Purpose::Settle), [25]);
}

#[test]
fn rule_1_only_a_settle_recheck_at_its_time_is_the_second_look() {
    let scene = scene().draining_for_us_since(0).that_ran(1);

    let settled = scene.clone().rechecked(Purpose::Settle, MINUTE).decided();
    let at_a_deadline = scene.clone().rechecked(Purpose::Deadline, MINUTE).decided();
    let early = scene.rechecked(Purpose::Settle, MINUTE).now(MINUTE - 1).decided();

    assert_eq!(settled.reason(), Reason::Empty);
    assert_eq!(at_a_deadline.reason(), Reason::Settling);
    assert_eq!(early.reason(), Reason::Settling);
}

#[test]
fn instance_that_auto_scaling_no_longer_holds_gets_no_settle_recheck() {
    let warned = |memory: &mut crate::attribute::DrainAttribute| {
        memory.draining_since = Some(at(0));
        memory.interrupted_at = Some(at(120));
    };
    let scene = scene().draining().remembering(warned);

    let in_service = scene.clone().in_service().swept_at(MINUTE).decided();
    let proceeds = scene.state("Terminating:Proceed").swept_at(MINUTE).decided();

    assert_eq!(in_service.rechecks(Purpose::Settle), [MINUTE + 10]);
    assert!(proceeds.rechecks(Purpose::Settle).is_empty());
}

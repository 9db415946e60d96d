use super::scene::*;
use crate::attribute::TaskCount;
use crate::decision::Question;
use crate::reason::{Reason, TasksLeft};
use crate::signal::Purpose;

#[test]
fn rule_1_an_instance_is_empty_only_when_every_task_on_it_is_stopped() {
    let scene = scene()
        .draining_for_us_since(0)
        .with(replica("api").stopped_at(50))
        .with(standalone("import").stopped_at(70));

    let outcome = scene.rechecked(Purpose::Settle, 80).decided();

    assert_eq!(outcome.reason(), Reason::Empty);
    assert_eq!(outcome.does(), ["complete with CONTINUE"]);
}

#[test]
fn rule_1_tasks_that_are_being_stopped_keep_an_instance_that_counts_none() {
    let scene = scene()
        .draining_for_us_since(0)
        .counting(0)
        .with(replica("api").stopping())
        .with(standalone("import").stopping());

    let outcome = scene.swept_at(MINUTE).decided();

    assert_eq!(outcome.says(), "2 tasks left: 2 stopping");
    assert!(outcome.does().is_empty());
}

#[test]
fn rule_1_a_count_of_none_is_a_reason_to_look_and_any_other_is_one_not_to_look_yet() {
    let scene = scene().draining_for_us_since(0).with(replica("api")).swept_at(5 * MINUTE);

    let busy = scene.clone().decided();
    let idle = scene.counting(0).decided();

    assert!(!busy.asked_first.contains(&Question::Tasks));
    assert_eq!(busy.reason(), Reason::TasksLeft(TasksLeft { counted: 1, ..TasksLeft::default() }));
    assert!(idle.asked_first.contains(&Question::Tasks));
}

#[test]
fn rule_1_what_looks_empty_at_the_first_look_is_looked_at_once_more_after_the_settle_time() {
    let outcome = scene().terminating_since(0).now(1).decided();

    assert_eq!(outcome.reason(), Reason::Settling);
    assert_eq!(outcome.looks(Purpose::Settle), [11]);
    assert_eq!(outcome.does(), ["drain"]);
}

#[test]
fn rule_1_what_still_looks_empty_then_is_completed() {
    let outcome = scene().draining_for_us_since(1).rechecked(Purpose::Settle, 11).decided();

    assert_eq!(outcome.reason(), Reason::Empty);
    assert_eq!(outcome.does(), ["complete with CONTINUE"]);
}

#[test]
fn rule_1_a_task_that_was_placed_just_before_draining_is_seen_at_the_second_look() {
    let scene = scene().draining_for_us_since(1).with(standalone("late"));

    let outcome = scene.rechecked(Purpose::Settle, 11).decided();

    assert_eq!(outcome.says(), "1 task left: 1 standalone");
}

#[test]
fn rule_1_an_instance_that_was_active_again_settles_anew() {
    let reactivated = scene().draining_for_us_since(0).status(crate::observation::Status::Active);

    let outcome = reactivated.swept_at(10 * MINUTE).decided();

    assert_eq!(outcome.reason(), Reason::Settling);
    assert_eq!(outcome.remembers().unwrap().draining_since, Some(at(10 * MINUTE)));
}

#[test]
fn the_same_event_again_does_not_start_the_settle_time_anew() {
    let outcome = scene().draining_for_us_since(0).terminating_since(0).now(25).decided();

    assert_eq!(outcome.reason(), Reason::Empty);
    assert_eq!(outcome.does(), ["drain", "complete with CONTINUE"]);
}

#[test]
fn an_empty_instance_on_which_nothing_can_be_written_is_completed_at_the_second_look() {
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
    assert_eq!(first.looks(Purpose::Settle), [MINUTE + 10]);
    assert_eq!(second.does(), ["complete with CONTINUE"]);
}

#[test]
fn while_tasks_run_the_sweep_lists_them_at_doubling_ages_and_every_quarter_of_an_hour() {
    let looked = |minute: i64| {
        let scene = scene().draining_for_us_since(0).with(replica("api"));
        scene.swept_at(minute * MINUTE).decided().asked_first.contains(&Question::Tasks)
    };

    let minutes: Vec<i64> = (1..=50).filter(|minute| looked(*minute)).collect();

    assert_eq!(minutes, [1, 2, 4, 8, 15, 16, 30, 32, 45]);
}

#[test]
fn rule_1_a_new_action_settles_anew() {
    let outcome = scene().draining_for_us_since(0).terminating_since(HOUR).now(HOUR + 1).decided();

    assert_eq!(outcome.reason(), Reason::Settling);
}

#[test]
fn rule_1_an_instance_is_not_empty_while_a_task_that_ran_there_is_unaccounted_for() {
    let scene = scene().draining_for_us_since(0).that_ran(2).with(replica("api").stopped_at(50));

    let one_missing = scene.clone().swept_at(MINUTE).decided();
    let both = scene.with(replica("api").stopped_at(55)).swept_at(MINUTE).decided();

    assert_eq!(one_missing.reason(), Reason::Settling);
    assert_eq!(one_missing.looks(Purpose::Settle), [MINUTE + 10]);
    assert_eq!(both.reason(), Reason::Empty);
}

#[test]
fn rule_1_a_task_that_was_told_to_stop_before_the_drain_accounts_for_nothing() {
    let scene = scene().draining_for_us_since(30).that_ran(1).with(replica("api").stopped_at(29));

    assert_eq!(scene.swept_at(MINUTE).decided().reason(), Reason::Settling);
}

#[test]
fn rule_1_what_ran_when_it_was_set_draining_is_what_the_answer_to_that_counted() {
    let outcome = scene().with(replica("api")).with(replica("api")).terminating_since(0).decided();

    assert_eq!(outcome.remembers().unwrap().task_count, Some(TaskCount { tasks: 2, after: 0 }));
}

#[test]
fn rule_1_the_sweep_counts_again_what_runs_before_ecs_forgets_what_stopped() {
    let scene = scene().draining_for_us_since(0).that_ran(9);
    let scene = scene.with(standalone("import")).with(replica("api").stopping());

    let early = scene.clone().swept_at(15 * MINUTE).decided();
    let late = scene.swept_at(30 * MINUTE).decided();

    assert!(early.remembers().is_none());
    let counted = Some(TaskCount { tasks: 1, after: 30 * 60 });
    assert_eq!(late.remembers().unwrap().task_count, counted);
}

#[test]
fn rule_1_where_nobody_counted_the_sweep_does() {
    let scene = scene().draining_for_us_since(0).with(standalone("import"));
    let scene = scene.remembering(|attribute| attribute.task_count = None);

    let outcome = scene.swept_at(MINUTE).decided();

    let counted = Some(TaskCount { tasks: 1, after: 60 });
    assert_eq!(outcome.remembers().unwrap().task_count, counted);
}

#[test]
fn rule_1_a_look_for_something_else_is_no_second_look() {
    let outcome = scene().draining_for_us_since(0).rechecked(Purpose::Deadline, 5).decided();

    assert_eq!(outcome.reason(), Reason::Settling);
    assert_eq!(outcome.looks(Purpose::Settle), [15]);
}

#[test]
fn rule_1_the_settle_time_is_over_at_its_end() {
    let swept = |second| scene().draining_for_us_since(0).swept_at(second).decided();

    assert_eq!(swept(9).reason(), Reason::Settling);
    assert_eq!(swept(10).reason(), Reason::Empty);
}

#[test]
fn what_ecs_counts_and_what_is_left_stand_side_by_side() {
    let scene = scene().draining_for_us_since(0).with(standalone("import"));

    let outcome = scene.with(replica("api").stopping()).swept_at(MINUTE).decided();

    let left = TasksLeft { counted: 1, standalone: 1, stopping: 1, ..TasksLeft::default() };
    assert_eq!(outcome.reason(), Reason::TasksLeft(left));
}

#[test]
fn rule_1_a_task_that_ebb_had_stopped_at_once_ran_when_the_drain_began() {
    let scene = scene().draining_for_us_since(0).that_ran(1);
    let ended = |task: TaskScene| scene.clone().with(task).swept_at(MINUTE).decided().reason();

    assert_eq!(ended(standalone("import").stopped_at(0).by_ebb()), Reason::Empty);
    assert_eq!(ended(standalone("import").stopped_at(0)), Reason::Settling);
}

#[test]
fn a_look_that_was_asked_for_before_the_instance_joined_is_the_first_one_at_its_tasks() {
    let outcome = scene().leaving_since(0).rechecked(Purpose::Settle, 15).decided();

    assert_eq!(outcome.does(), ["drain"]);
    assert_eq!(outcome.reason(), Reason::Settling);
    assert_eq!(outcome.looks(Purpose::Settle), [25]);
}

#[test]
fn rule_1_only_the_look_that_was_asked_for_is_the_second_one() {
    let scene = scene().draining_for_us_since(0).that_ran(1);

    let settled = scene.clone().rechecked(Purpose::Settle, MINUTE).decided();
    let at_a_deadline = scene.clone().rechecked(Purpose::Deadline, MINUTE).decided();
    let early = scene.rechecked(Purpose::Settle, MINUTE).now(MINUTE - 1).decided();

    assert_eq!(settled.reason(), Reason::Empty);
    assert_eq!(at_a_deadline.reason(), Reason::Settling);
    assert_eq!(early.reason(), Reason::Settling);
}

#[test]
fn nothing_is_looked_at_once_more_that_its_group_has_let_go() {
    let noticed = |memory: &mut crate::attribute::DrainAttribute| {
        memory.draining_since = Some(at(0));
        memory.interrupted_at = Some(at(120));
    };
    let scene = scene().draining().remembering(noticed);

    let in_service = scene.clone().in_service().swept_at(MINUTE).decided();
    let let_go = scene.state("Terminating:Proceed").swept_at(MINUTE).decided();

    assert_eq!(in_service.looks(Purpose::Settle), [MINUTE + 10]);
    assert!(let_go.looks(Purpose::Settle).is_empty());
}

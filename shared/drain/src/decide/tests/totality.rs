//! Any triggers and any answers lead to a decision, within the rounds of a batch.

use jiff::Timestamp;
use proptest::prelude::*;

use crate::decide::decide;
use crate::decision::{Action, Decision, Question, Verdict};
use crate::limits::ROUNDS;
use crate::observation::*;
use crate::policy::Policy;
use crate::stuck_service::StuckServices;
use crate::trigger::Trigger;

use super::random::{Answers, any_answers, any_moment, any_policy, any_triggers};
use super::scene::unanswered;

fn seen_of<T>(answer: Option<T>) -> Seen<T> {
    answer.map_or(Seen::Absent, Seen::Present)
}

impl Answers {
    fn container_instance(&self, described: bool) -> Seen<ContainerInstance> {
        seen_of(self.described.clone().map(|it| ContainerInstance {
            arn: "ci-1".to_owned(),
            cluster: "default".to_owned(),
            described: described.then_some(it),
        }))
    }

    pub(super) fn give(&self, question: Question, seen: &mut Observation) {
        if self.silent.contains(&question) {
            return unanswered(question, Unanswered::Busy("rate exceeded".to_owned()), seen);
        }
        let member = |state: &str| GroupMember {
            group: "web".to_owned(),
            lifecycle_state: state.to_owned(),
            healthy: false,
        };
        match question {
            Question::ContainerInstance => seen.container_instance = self.container_instance(false),
            Question::Description => seen.container_instance = self.container_instance(true),
            Question::Tasks => {
                seen.enter_tasks(self.tasks.clone(), false);
            }
            Question::RunningTasks => {
                let runs = |task: &&crate::task::Task| !task.stopping && !task.stopped;
                seen.enter_tasks(self.tasks.iter().filter(runs).cloned().collect(), true);
            }
            Question::ServiceTasks => {
                let of_service = |task: &crate::task::Task| task.is_running_in_service();
                seen.service_tasks = Seen::Present(self.tasks.iter().any(of_service));
            }
            Question::Services => seen.services = Seen::Present(()),
            Question::StopTimes => seen.stop_times = Seen::Present(()),
            Question::ServiceStopTimes => seen.service_stop_times = Seen::Present(()),
            Question::Stuck => seen.stuck = Seen::Present(StuckServices::default()),
            Question::Member => seen.member = seen_of(self.member.map(member)),
            Question::Hooks => seen.hooks = seen_of(self.hooks.clone()),
            Question::Group => seen.group = seen_of(self.group.clone()),
            Question::GroupUsesEcs => seen.group_uses_ecs = Seen::Present(self.group_uses_ecs),
            Question::GroupDraining => seen.group_draining = Seen::Present(0),
            Question::Activities => seen.activities = seen_of(self.activities),
        }
    }

    /// Decides with these answers. Fails if that takes too many rounds or repeats a question.
    fn decided(
        &self,
        seen: &mut Observation,
        taken: &mut Taken,
        policy: &Policy,
        now: Timestamp,
    ) -> Result<Decision, TestCaseError> {
        while taken.rounds < ROUNDS {
            taken.rounds += 1;
            let questions = match decide(seen, policy, now) {
                Verdict::Decided(decision) => return Ok(decision),
                Verdict::Ask(questions) => questions,
            };
            prop_assert!(!questions.is_empty());
            for question in questions {
                let is_new = !taken.asked.contains(&question);
                prop_assert!(is_new, "asked twice: {question:?} of {taken:?}");
                taken.asked.push(question);
                self.give(question, seen);
            }
        }
        Err(TestCaseError::fail(format!("undecided: {taken:?}")))
    }
}

/// Rounds and questions of a decision so far.
#[derive(Debug, Default)]
struct Taken {
    rounds: usize,
    asked: Vec<Question>,
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 4096,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_triggers_and_answers_lead_to_a_decision_within_the_rounds_of_a_batch(
        triggers in any_triggers(),
        answers in any_answers(),
        policy in any_policy(),
        now in any_moment(),
    ) {
        let (mut seen, mut taken) = (Observation::new("i-1", triggers), Taken::default());

        let mut aws = answers.clone();
        let mut decision = aws.decided(&mut seen, &mut taken, &policy, now)?;

        if decision.actions.contains(&Action::Activate) {
            let active = |it| Described { status: Status::Active, attribute: None, ..it };
            aws.described = aws.described.map(active);
            seen.container_instance = aws.container_instance(true);
            decision = aws.decided(&mut seen, &mut taken, &policy, now)?;
            prop_assert!(!decision.actions.contains(&Action::Activate));
        }
        if decision.actions.contains(&Action::Drain) && !answers.refuses_to_drain {
            let draining = |it| Described { status: Status::Draining, ..it };
            aws.described = aws.described.map(draining);
            seen.container_instance = aws.container_instance(true);
            seen.drained_at = Some(now);
            let last = aws.decided(&mut seen, &mut taken, &policy, now)?;
            prop_assert!(!last.actions.contains(&Action::Drain));
        }
    }

    #[test]
    fn rule_9_any_triggers_and_answers_lead_to_no_action_on_a_foreign_hook(
        triggers in any_triggers(),
        answers in any_answers(),
        policy in any_policy(),
        now in any_moment(),
    ) {
        let triggers = triggers.retained(|trigger| match trigger {
            Trigger::Terminating(action) | Trigger::Launching(action) => {
                policy.owns(&action.hook, action.transition)
            }
            _ => true,
        });
        let mut seen = Observation::new("i-1", triggers);

        let decision = answers.decided(&mut seen, &mut Taken::default(), &policy, now)?;

        for action in &decision.actions {
            if let Action::Complete { hook, .. } | Action::Heartbeat { hook, .. } = action {
                prop_assert!(policy.hooks.contains(hook) || policy.launch_hooks.contains(hook));
            }
        }
    }
}

//! What a scene comes to: questions are answered, the container instance is set DRAINING, and the rest is decided then.

use crate::attribute::DrainAttribute;
use crate::decide::decide;
use crate::decision::{Action, Decision, Question, Verdict};
use crate::limits::ROUNDS;
use crate::observation::*;
use crate::reason::Reason;
use crate::signal::Purpose;
use crate::task::Task;

use super::scene::{Scene, at};
use super::tasks::TaskScene;

/// What a whole batch came to.
pub(super) struct DecidedScene {
    /// Every decision: a second one follows where the first set the container instance DRAINING.
    pub(super) decisions: Vec<Decision>,
    /// Questions that were asked before the first decision.
    pub(super) asked_first: Vec<Question>,
}

impl Scene {
    /// Has it decided as the handlers do: answers each question, sets the container instance DRAINING when that is
    /// decided, and has the rest decided then. Fails where a question is asked twice, or where that takes longer than
    /// a batch has time for.
    pub(super) fn decided(mut self) -> DecidedScene {
        let mut seen = Observation::new("i-1", self.triggers.clone());
        seen.heartbeats_sent_until = self.heartbeats_sent_until;
        for question in self.known.clone() {
            self.answer(question, &mut seen);
        }
        let mut asked = self.known.clone();
        let (first, mut rounds) = self.decided_of(&mut seen, &mut asked);
        let mut outcome = DecidedScene { decisions: vec![first], asked_first: asked.clone() };
        if outcome.last().actions.contains(&Action::Drain) && !self.refuses_to_drain {
            self.drain(&mut seen);
            let (second, more) = self.decided_of(&mut seen, &mut asked);
            rounds += more;
            assert!(!second.actions.contains(&Action::Drain), "set DRAINING twice");
            outcome.decisions.push(second);
        }
        assert!(rounds <= ROUNDS, "{rounds} rounds: {asked:?}");
        outcome
    }

    fn decided_of(&self, seen: &mut Observation, asked: &mut Vec<Question>) -> (Decision, usize) {
        for round in 1.. {
            match decide(seen, &self.policy, self.now) {
                Verdict::Decided(decision) => return (decision, round),
                Verdict::Ask(questions) => {
                    assert!(!questions.is_empty(), "asked for nothing");
                    for question in questions {
                        assert!(!asked.contains(&question), "asked twice: {question:?}");
                        asked.push(question);
                        self.answer(question, seen);
                    }
                }
            }
        }
        unreachable!()
    }

    fn drain(&mut self, seen: &mut Observation) {
        self.described.status = Status::Draining;
        seen.drained_at = Some(self.now);
        seen.container_instance = Seen::Present(self.container_instance(true));
    }

    fn answer(&self, question: Question, seen: &mut Observation) {
        if let Some(why) = self.silent.get(&question) {
            return unanswered(question, why.clone(), seen);
        }
        match question {
            Question::ContainerInstance if !self.in_cluster => {
                seen.container_instance = Seen::Absent
            }
            Question::ContainerInstance => {
                seen.container_instance = Seen::Present(self.container_instance(false))
            }
            Question::Description => {
                seen.container_instance = Seen::Present(self.container_instance(true))
            }
            Question::Tasks => {
                seen.tasks = Seen::Present(self.tasks.iter().map(TaskScene::listed).collect())
            }
            Question::Services => {
                self.tell_of_tasks(seen, TaskScene::tell_service);
                seen.services = Seen::Present(());
            }
            Question::StopTimes => {
                self.tell_of_tasks(seen, TaskScene::tell_stop_time);
                seen.stop_times = Seen::Present(());
            }
            Question::Member => {
                seen.member = self.member.clone().map_or(Seen::Absent, Seen::Present)
            }
            Question::Hooks => seen.hooks = Seen::Present(self.hooks.clone()),
            Question::Group => seen.group = Seen::Present(self.group.clone()),
            Question::GroupUsesEcs => seen.group_uses_ecs = Seen::Present(self.group_uses_ecs),
            Question::GroupDraining => seen.group_draining = Seen::Present(self.group_draining),
            Question::Activities => seen.activities = Seen::Present(self.activities),
        }
    }

    fn container_instance(&self, described: bool) -> ContainerInstance {
        let counted = self.tasks.iter().filter(|task| task.is_counted()).count() as u32;
        let tasks = self.counted.unwrap_or(counted);
        ContainerInstance {
            arn: "ci-1".to_owned(),
            cluster: "default".to_owned(),
            described: described.then(|| Described { tasks, ..self.described.clone() }),
        }
    }

    fn tell_of_tasks(&self, seen: &mut Observation, tell: impl Fn(&TaskScene, &mut Task)) {
        if let Seen::Present(tasks) = &mut seen.tasks {
            for (scene, task) in self.tasks.iter().zip(tasks) {
                tell(scene, task);
            }
        }
    }
}

pub(super) fn unanswered(question: Question, why: Unanswered, seen: &mut Observation) {
    match question {
        Question::ContainerInstance | Question::Description => {
            seen.container_instance = Seen::Unanswered(why)
        }
        Question::Tasks => seen.tasks = Seen::Unanswered(why),
        Question::Services => seen.services = Seen::Unanswered(why),
        Question::StopTimes => seen.stop_times = Seen::Unanswered(why),
        Question::Member => seen.member = Seen::Unanswered(why),
        Question::Hooks => seen.hooks = Seen::Unanswered(why),
        Question::Group => seen.group = Seen::Unanswered(why),
        Question::GroupUsesEcs => seen.group_uses_ecs = Seen::Unanswered(why),
        Question::GroupDraining => seen.group_draining = Seen::Unanswered(why),
        Question::Activities => seen.activities = Seen::Unanswered(why),
    }
}

impl DecidedScene {
    fn last(&self) -> &Decision {
        self.decisions.last().unwrap()
    }

    /// Why the last decision was made.
    pub(super) fn reason(&self) -> Reason {
        self.last().reason.clone()
    }

    pub(super) fn says(&self) -> String {
        self.last().reason.to_string()
    }

    /// Everything that changes the world, in order.
    pub(super) fn does(&self) -> Vec<String> {
        let actions = self.actions();
        actions.filter(|action| action.is_visible()).map(Action::to_string).collect()
    }

    pub(super) fn actions(&self) -> impl Iterator<Item = &Action> {
        self.decisions.iter().flat_map(|decision| &decision.actions)
    }

    /// Looks that were asked for, in seconds.
    pub(super) fn looks(&self, wanted: Purpose) -> Vec<i64> {
        self.actions()
            .filter_map(|action| match action {
                Action::Recheck { at: moment, purpose } if *purpose == wanted => {
                    Some(moment.duration_since(at(0)).as_secs())
                }
                _ => None,
            })
            .collect()
    }

    /// What was written down last.
    pub(super) fn remembers(&self) -> Option<DrainAttribute> {
        self.actions().fold(None, |last, action| match action {
            Action::Remember(attribute) => Some(attribute.clone()),
            _ => last,
        })
    }

    pub(super) fn notes(&self) -> Vec<String> {
        self.last().notes.iter().map(ToString::to_string).collect()
    }
}

//! Decisions of a scene: each question is answered, DRAINING is set, and the rest is decided after that.

use crate::attribute::DrainAttribute;
use crate::decide::classify::classify;
use crate::decide::decide;
use crate::decide::facts::answer::Stop;
use crate::decide::situation::Row;
use crate::decision::{Action, Decision, Question, Verdict};
use crate::limits::ROUNDS;
use crate::observation::*;
use crate::reason::Reason;
use crate::signal::Purpose;
use crate::task::Task;

use super::scene::{Scene, at};
use super::tasks::TaskScene;

/// Result of a whole batch.
pub(super) struct DecidedScene {
    /// All decisions. A second one follows if the first sets the container instance to DRAINING.
    pub(super) decisions: Vec<Decision>,
    /// Row of the policy table behind each decision.
    pub(super) rows: Vec<&'static str>,
    /// Questions that were asked before the first decision.
    pub(super) asked_first: Vec<Question>,
    /// Questions that were asked once the container instance was DRAINING, if the first decision sets it to that.
    pub(super) asked_after_draining: Vec<Question>,
}

impl Scene {
    /// Decides the scene as a handler does.
    ///
    /// Answers each question, sets DRAINING once that is decided, and decides the rest after that. Panics if a question
    /// is asked twice, or if the decision takes more rounds than a batch has.
    pub(super) fn decided(mut self) -> DecidedScene {
        let mut seen = Observation::new("i-1", self.triggers.clone());
        seen.taken_together = self.taken_together;
        seen.emptied_together = self.emptied_together;
        seen.stops_ahead = self.stops_ahead;
        seen.heartbeats_sent_until = self.heartbeats_sent_until;
        for question in self.known.clone() {
            self.answer(question, &mut seen);
        }
        let mut asked = self.known.clone();
        let (first, mut rounds) = self.decide_with(&mut seen, &mut asked);
        let rows = vec![self.row(&seen)];
        let mut decided = DecidedScene {
            decisions: vec![first],
            rows,
            asked_first: asked.clone(),
            asked_after_draining: Vec::new(),
        };
        if decided.last().actions.contains(&Action::Drain) && !self.refuses_to_drain {
            self.drain(&mut seen);
            let (second, more) = self.decide_with(&mut seen, &mut asked);
            rounds += more;
            decided.asked_after_draining = asked.split_off(decided.asked_first.len());
            assert!(!second.actions.contains(&Action::Drain), "set DRAINING twice");
            decided.decisions.push(second);
            decided.rows.push(self.row(&seen));
        }
        assert!(rounds <= ROUNDS, "{rounds} rounds: {asked:?}");
        decided
    }

    fn decide_with(&self, seen: &mut Observation, asked: &mut Vec<Question>) -> (Decision, usize) {
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

    /// Returns the situation of an observation that is complete.
    fn row(&self, seen: &Observation) -> &'static str {
        match classify(seen, &self.policy, self.now) {
            Ok(situation) => (&situation.row).into(),
            Err(Stop::Unanswered(why)) => (&Row::Unanswered(why)).into(),
            Err(Stop::Ask(questions)) => panic!("open questions: {questions:?}"),
        }
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
            Question::Tasks | Question::RunningTasks => {
                let running_only = question == Question::RunningTasks;
                let tasks = self.listed_tasks(running_only).map(TaskScene::listed).collect();
                seen.enter_tasks(tasks, running_only);
            }
            Question::ServiceTasks => {
                let of_service = |scene: &TaskScene| scene.listed().is_running_in_service();
                let any = self.listed_tasks(true).any(of_service);
                seen.service_tasks = Seen::Present(any);
            }
            Question::Services => {
                self.fill_tasks(seen, TaskScene::fill_service);
                seen.services = Seen::Present(());
            }
            Question::StopTimes => {
                self.fill_tasks(seen, TaskScene::fill_stop_time);
                seen.stop_times = Seen::Present(());
            }
            Question::ServiceStopTimes => {
                self.fill_tasks(seen, TaskScene::fill_service_stop_time);
                seen.service_stop_times = Seen::Present(());
            }
            Question::Stuck => seen.stuck = Seen::Present(self.stuck.clone()),
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

    /// Returns the tasks of both lists, or of the RUNNING list alone.
    fn listed_tasks(&self, running_only: bool) -> impl Iterator<Item = &TaskScene> {
        let runs = |task: &Task| !task.stopping && !task.stopped;
        self.tasks.iter().filter(move |scene| !running_only || runs(&scene.listed()))
    }

    fn fill_tasks(&self, seen: &mut Observation, tell: impl Fn(&TaskScene, &mut Task)) {
        let listed = self.listed_tasks(seen.lists_running_only);
        if let Seen::Present(tasks) = &mut seen.tasks {
            for (scene, task) in listed.zip(tasks) {
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
        Question::Tasks | Question::RunningTasks => seen.tasks = Seen::Unanswered(why),
        Question::ServiceTasks => seen.service_tasks = Seen::Unanswered(why),
        Question::Services => seen.services = Seen::Unanswered(why),
        Question::StopTimes => seen.stop_times = Seen::Unanswered(why),
        Question::ServiceStopTimes => seen.service_stop_times = Seen::Unanswered(why),
        Question::Stuck => seen.stuck = Seen::Unanswered(why),
        Question::Member => seen.member = Seen::Unanswered(why),
        Question::Hooks => seen.hooks = Seen::Unanswered(why),
        Question::Group => seen.group = Seen::Unanswered(why),
        Question::GroupUsesEcs => seen.group_uses_ecs = Seen::Unanswered(why),
        Question::GroupDraining => seen.group_draining = Seen::Unanswered(why),
        Question::Activities => seen.activities = Seen::Unanswered(why),
    }
}

impl DecidedScene {
    pub(super) fn last(&self) -> &Decision {
        self.decisions.last().unwrap()
    }

    /// Returns the reason of the last decision.
    pub(super) fn reason(&self) -> Reason {
        self.last().reason.clone()
    }

    pub(super) fn reason_text(&self) -> String {
        self.last().reason.to_string()
    }

    /// Returns the actions that change more than ebb's own attribute and messages, in order.
    pub(super) fn visible_actions(&self) -> Vec<String> {
        let actions = self.actions();
        actions.filter(|action| action.is_visible()).map(Action::to_string).collect()
    }

    pub(super) fn actions(&self) -> impl Iterator<Item = &Action> {
        self.decisions.iter().flat_map(|decision| &decision.actions)
    }

    /// Returns the times of the rechecks for a purpose, in seconds.
    pub(super) fn rechecks(&self, wanted: Purpose) -> Vec<i64> {
        self.actions()
            .filter_map(|action| match action {
                Action::Recheck { at: moment, purpose } if *purpose == wanted => {
                    Some(moment.duration_since(at(0)).as_secs())
                }
                _ => None,
            })
            .collect()
    }

    /// Returns the last value written to `ebb.drain`.
    pub(super) fn written(&self) -> Option<DrainAttribute> {
        self.actions().fold(None, |last, action| match action {
            Action::Remember(attribute) => Some(attribute.clone()),
            _ => last,
        })
    }

    pub(super) fn notes(&self) -> Vec<String> {
        self.last().notes.iter().map(ToString::to_string).collect()
    }
}

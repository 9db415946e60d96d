//! Questions of decisions. Each kind is asked once for all instances that need it, and different kinds side by side.
//!
//! A question that needs the answer of another question is asked in the next round.

mod answer;
mod autoscaling;
mod container_instances;
mod ecs;
mod group_hooks;
mod groups;
mod stuck;

use drain::decision::Question;
use futures::future;
use jiff::Timestamp;

use super::Worker;
use super::batch_instance::{BatchInstance, BatchInstances};
pub(super) use answer::{InstanceAnswer, InstanceAnswers, OpenQuestions};
pub(super) use group_hooks::{configured_hooks, with_foreign_hooks};

impl Worker {
    /// Returns the answers to all questions that can be answered now.
    pub(super) async fn answer(
        &self,
        questions: &OpenQuestions,
        instances: &BatchInstances,
        now: Timestamp,
    ) -> InstanceAnswers {
        let asking = |question| asking_instances(questions, instances, question);
        let ecs = future::join5(
            self.find(asking(Question::ContainerInstance), now),
            self.describe(asking(Question::Description), now),
            self.all_tasks(asking(Question::Tasks), asking(Question::RunningTasks), now),
            self.services(asking(Question::Services), now),
            self.stop_times(asking(Question::StopTimes), now),
        );
        let explained = future::join3(
            self.service_tasks(asking(Question::ServiceTasks)),
            self.service_stop_times(asking(Question::ServiceStopTimes), now),
            self.stuck(asking(Question::Stuck), now),
        );
        let autoscaling = future::join5(
            self.members(asking(Question::Member), now),
            self.hooks_and_groups(asking(Question::Hooks), asking(Question::Group), now),
            self.group_uses_ecs(asking(Question::GroupUsesEcs), now),
            self.group_draining(asking(Question::GroupDraining), now),
            self.activities(asking(Question::Activities), now),
        );
        let ((a, b, c, d, e), (f, g, h, i, j), (k, l, m)) =
            future::join3(ecs, autoscaling, explained).await;
        [a, b, c, d, e, f, g, h, i, j, k, l, m].into_iter().flatten().collect()
    }
}

fn asking_instances<'a>(
    questions: &OpenQuestions,
    instances: &'a BatchInstances,
    question: Question,
) -> Vec<&'a BatchInstance> {
    questions.get(&question).into_iter().flatten().filter_map(|id| instances.get(id)).collect()
}

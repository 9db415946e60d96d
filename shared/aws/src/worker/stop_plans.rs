//! Stop plans that come due: StopTask for what is left of their tasks.
//!
//! Some tasks may have ended since the plan was made, and services may have moved others. One description of a hundred saves
//! a StopTask for each of these. If ECS does not answer, all are stopped.

use std::collections::{BTreeMap, BTreeSet};

use drain::decision::Decision;
use drain::observation::{ContainerInstance, Seen};
use drain::signal::StopPlan;
use drain::stop_plan::planned_stops;
use drain::trigger::Triggers;
use jiff::Timestamp;

use super::Worker;
use super::batch_instance::BatchInstance;
use super::batch_signals::BatchSignals;
use super::group_tags::GroupTags;
use super::message_outcome::MessageOutcomes;
use super::tags_of_group::TagsOfGroup;
use crate::act::Order;
use crate::message_chain::MessageChain;
use crate::observe::tasks;

impl Worker {
    /// Performs the stop plans of a batch.
    pub(super) async fn handle_stop_plans(
        &self,
        signals: &BatchSignals,
        outcomes: &mut MessageOutcomes,
        chain: MessageChain,
        now: Timestamp,
    ) {
        let (expired, plans): (Vec<_>, Vec<_>) =
            signals.stop_plans().partition(|(_, plan)| plan.has_expired(now));
        expired.into_iter().for_each(|(_, plan)| log_expired(plan));
        if plans.is_empty() {
            return;
        }
        let mut tags = self.known_group_tags(now);
        if !tags.is_known() {
            tags = self.query_group_tags(now).await;
        }
        let ended = self.ended_tasks_of(&plans).await;
        let mut positions: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
        for (position, plan) in &plans {
            positions.entry(&plan.ec2_instance).or_default().insert(*position);
        }
        let order = |(_, plan): &(usize, &StopPlan)| {
            let decision = planned_stops(plan, |task| !ended.contains(task));
            self.planned_order(plan, decision, &tags, chain, now)
        };
        let orders: Vec<Order> = plans.iter().filter_map(order).collect();
        for (ec2_instance, result) in self.perform(&orders, now).await {
            let of_instance = positions.get(&*ec2_instance);
            for fault in result.faults {
                outcomes.add_fault(&fault, of_instance.into_iter().flatten().copied());
            }
        }
    }

    /// Logs the decision about a plan, and returns what ebb performs of it in the mode of its group.
    fn planned_order(
        &self,
        plan: &StopPlan,
        mut decision: Decision,
        tags: &GroupTags,
        chain: MessageChain,
        now: Timestamp,
    ) -> Option<Order> {
        if decision.actions.is_empty() {
            return None;
        }
        let mut instance = planned_instance(plan);
        let tags = match plan.group.as_deref().and_then(|group| tags.of_group(group)) {
            Some(tags) => TagsOfGroup::Known(tags),
            None => TagsOfGroup::NoGroup,
        };
        let (policy, bad_tags) = instance.policy(&self.config.policy, &tags);
        instance.mode = policy.mode;
        self.log_decision(&instance, &decision, &bad_tags, now);
        decision.actions.retain(|action| action.is_performed_in(policy.mode));
        instance.order(&decision, plan.group.clone(), chain)
    }

    /// Returns the tasks of plans that have ended or begun to stop. There is none if ECS does not answer.
    async fn ended_tasks_of(&self, plans: &[(usize, &StopPlan)]) -> BTreeSet<String> {
        let mut by_cluster: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for (_, plan) in plans {
            by_cluster.entry(&plan.cluster).or_default().extend(plan.tasks.iter().cloned());
        }
        tasks::ended(&self.clients.ecs, by_cluster).await
    }
}

fn log_expired(plan: &StopPlan) {
    let StopPlan { ec2_instance, deadline, .. } = plan;
    tracing::info!(
        ec2_instance,
        "{ec2_instance}: ignored planned stops that came after the Spot interruption at {deadline}"
    );
}

/// Returns the instance of a plan, with its container instance.
fn planned_instance(plan: &StopPlan) -> BatchInstance {
    let mut instance = BatchInstance::new(&plan.ec2_instance, Triggers::default());
    instance.observation.container_instance = Seen::Present(ContainerInstance {
        arn: plan.container_instance.clone(),
        cluster: plan.cluster.clone(),
        described: None,
    });
    instance
}

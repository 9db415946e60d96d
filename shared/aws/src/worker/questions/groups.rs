//! Questions about Auto Scaling groups: hooks, settings, and their instances in ECS.

use std::collections::{BTreeMap, BTreeSet};

use drain::observation::Hook;
use drain::trigger::TriggerKind;
use futures::future;
use jiff::Timestamp;

use super::answer::{InstanceAnswer, InstanceAnswers, seen};
use super::group_hooks::{configured_hooks, with_foreign_hooks};
use crate::fault::Fault;
use crate::memory::CachedGroup;
use crate::observe::groups::{self, GroupAnswer};
use crate::observe::{container_instance_search, hooks};
use crate::parallel::in_parallel;
use crate::worker::Worker;
use crate::worker::batch_instance::BatchInstance;

impl Worker {
    /// Answers `Question::Hooks` and `Question::Group`.
    pub(super) async fn hooks_and_groups(
        &self,
        need_hooks: Vec<&BatchInstance>,
        need_groups: Vec<&BatchInstance>,
        now: Timestamp,
    ) -> InstanceAnswers {
        let both = need_hooks.iter().chain(&need_groups);
        let names = both.filter_map(|instance| instance.group_name()).map(str::to_owned).collect();
        let (hooks, groups) =
            future::join(self.hooks_by_group(&names, now), self.groups_by_name(&need_groups, now))
                .await;
        let policy = &self.config.policy;
        let hooks_answer = |instance: &&BatchInstance| {
            let hooks = instance
                .group_answer(|name| Some(configured_hooks(hooks.get(name)?.clone(), policy)))?;
            Some((instance.id(), InstanceAnswer::Hooks(hooks)))
        };
        let group_answer = |instance: &&BatchInstance| {
            let group = instance.group_answer(|name| {
                let settings = |cached: &CachedGroup| {
                    with_foreign_hooks(cached.group.clone(), hooks.get(name), policy)
                };
                let answer = groups.as_ref().map(|all| all.get(name).map(settings));
                Some(seen(answer.map_err(Fault::clone)))
            })?;
            Some((instance.id(), InstanceAnswer::Group(group)))
        };
        let hooks_answers = need_hooks.iter().filter_map(hooks_answer);
        hooks_answers.chain(need_groups.iter().filter_map(group_answer)).collect()
    }

    /// Returns all hooks of groups, by group name.
    pub(in crate::worker) async fn hooks_by_group(
        &self,
        groups: &BTreeSet<String>,
        now: Timestamp,
    ) -> BTreeMap<String, Result<Vec<Hook>, Fault>> {
        let calls = groups.iter().map(|group| async move {
            let known = self.memory().hooks.get(group, now).cloned();
            if let Some(known) = known {
                return (group.clone(), Ok(known));
            }
            let answer = hooks::describe(&self.clients.autoscaling, group).await;
            if let Ok(hooks) = &answer {
                self.memory().hooks.insert(group, hooks.clone(), now);
            }
            (group.clone(), answer)
        });
        in_parallel(calls.collect()).await.into_iter().collect()
    }

    /// Returns groups by name. A group with a budget to check is described anew, because the budget is of this moment.
    async fn groups_by_name(
        &self,
        asking: &[&BatchInstance],
        now: Timestamp,
    ) -> Result<BTreeMap<String, CachedGroup>, Fault> {
        let budgeted = asking.iter().filter(|instance| needs_budget(instance));
        let budgeted: BTreeSet<&str> =
            budgeted.filter_map(|instance| instance.group_name()).collect();
        let mut found = BTreeMap::new();
        let mut unknown = Vec::new();
        for name in group_names(asking) {
            match self.memory().groups.get(name, now).filter(|_| !budgeted.contains(name)) {
                Some(known) => {
                    found.insert(name.to_owned(), known.clone());
                }
                None => unknown.push(name.to_owned()),
            }
        }
        let new = groups::describe(&self.clients.autoscaling, &unknown).await?;
        found.extend(self.cache_groups(&new, now));
        Ok(found)
    }

    fn cache_groups(&self, new: &[GroupAnswer], now: Timestamp) -> Vec<(String, CachedGroup)> {
        let mut memory = self.memory();
        let groups = new.iter().map(|answer| (answer.name.clone(), CachedGroup::from(answer)));
        let groups: Vec<_> = groups.collect();
        for (name, group) in &groups {
            memory.groups.insert(name, group.clone(), now);
        }
        groups
    }

    /// Answers `Question::GroupUsesEcs`.
    pub(super) async fn group_uses_ecs(
        &self,
        asking: Vec<&BatchInstance>,
        now: Timestamp,
    ) -> InstanceAnswers {
        let groups = self.groups_by_name(&asking, now).await;
        let names = group_names(&asking);
        let calls = names.iter().map(|name| self.has_ecs_instances(name, &groups, &asking, now));
        let answers = in_parallel(calls.collect()).await;
        let answers: BTreeMap<_, _> = names.iter().copied().zip(answers).collect();
        let answer = |instance: &&BatchInstance| {
            let uses_ecs =
                instance.group_answer(|name| Some(seen(answers.get(name)?.clone().map(Some))))?;
            Some((instance.id(), InstanceAnswer::GroupUsesEcs(uses_ecs)))
        };
        asking.iter().filter_map(answer).collect()
    }

    /// Answers `Question::GroupDraining`. The group was described before this question comes up.
    pub(super) async fn group_draining(
        &self,
        asking: Vec<&BatchInstance>,
        now: Timestamp,
    ) -> InstanceAnswers {
        let names = group_names(&asking);
        let calls = names.iter().map(|name| self.count_draining(name, now));
        let counts = in_parallel(calls.collect()).await;
        let counts: BTreeMap<_, _> = names.iter().copied().zip(counts).collect();
        let answer = |instance: &&BatchInstance| {
            let count =
                instance.group_answer(|name| Some(seen(counts.get(name)?.clone().map(Some))))?;
            Some((instance.id(), InstanceAnswer::GroupDraining(count)))
        };
        asking.iter().filter_map(answer).collect()
    }

    async fn count_draining(&self, group: &str, now: Timestamp) -> Result<u32, Fault> {
        let members = |cached: &CachedGroup| {
            let members = cached.instances.iter().filter(|id| !cached.retained.contains(*id));
            members.cloned().collect::<Vec<_>>()
        };
        let members = self.memory().groups.get(group, now).map(members);
        let Some(members) = members else { return Ok(0) };
        let clusters = self.searched_clusters(now).await?;
        container_instance_search::count_draining(&self.clients.ecs, &clusters, &members).await
    }

    /// Returns true if an instance of the group that does not ask is, or was, in one of the clusters.
    async fn has_ecs_instances(
        &self,
        name: &str,
        groups: &Result<BTreeMap<String, CachedGroup>, Fault>,
        asking: &[&BatchInstance],
        now: Timestamp,
    ) -> Result<bool, Fault> {
        if self.memory().ecs_groups.contains(name, now) {
            return Ok(true);
        }
        let Some(group) = groups.as_ref().map_err(Fault::clone)?.get(name) else {
            return Ok(false);
        };
        let asks =
            |id: &&String| asking.iter().any(|instance| instance.observation.ec2_instance == **id);
        let others: Vec<String> = group.instances.iter().filter(|id| !asks(id)).cloned().collect();
        let uses_ecs = group.has_capacity_provider || {
            let clusters = self.searched_clusters(now).await?;
            container_instance_search::any(&self.clients.ecs, &clusters, &others).await?
        };
        if uses_ecs {
            self.memory().ecs_groups.insert(name, (), now);
        }
        Ok(uses_ecs)
    }
}

fn group_names<'a>(asking: &[&'a BatchInstance]) -> BTreeSet<&'a str> {
    asking.iter().filter_map(|instance| instance.group_name()).collect()
}

/// Returns true if the group is asked about for the sake of a budget.
fn needs_budget(instance: &BatchInstance) -> bool {
    let seen = &instance.observation;
    let described = seen.container_instance.present().and_then(|it| it.described.as_ref());
    let due = described
        .and_then(|it| it.attribute.as_ref())
        .and_then(|it| it.replace_at.or(it.recommended_at));
    let asks = [TriggerKind::RebalanceRecommendation, TriggerKind::ScheduledChange];
    seen.triggers.include(&asks) || due.is_some()
}

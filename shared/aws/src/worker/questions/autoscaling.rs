//! What Auto Scaling answers: which group an instance is in, and what that group says.

use std::collections::{BTreeMap, BTreeSet};

use drain::observation::{GroupMember, Hook, Seen};
use drain::trigger::TriggerKind;
use futures::future;
use jiff::Timestamp;

use super::{Answers, InstanceAnswer, configured_hooks, id, seen, with_hooks};
use crate::fault::Fault;
use crate::memory::CachedGroup;
use crate::observe::groups::{self, GroupAnswer};
use crate::observe::{all, container_instance_search, group_members, hooks, scaling_activities};
use crate::worker::Worker;
use crate::worker::batch_instance::BatchInstance;

impl Worker {
    pub(super) async fn members(&self, asking: Vec<&BatchInstance>) -> Answers {
        if asking.is_empty() {
            return Answers::new();
        }
        let ids: Vec<String> = asking.iter().map(|instance| id(instance)).collect();
        let found = match group_members::describe(&self.clients.autoscaling, &ids).await {
            Ok(found) => self.with_warm_pools(found, &asking).await,
            Err(fault) => Err(fault),
        };
        let of = |id: String| {
            let answer = found.clone().map(|found| found.get(&id).cloned());
            (id, InstanceAnswer::Member(seen(answer)))
        };
        ids.into_iter().map(of).collect()
    }

    /// Whether DescribeAutoScalingInstances lists the instances of a warm pool is not documented: where it
    /// does not, the pool is asked.
    async fn with_warm_pools(
        &self,
        mut found: BTreeMap<String, GroupMember>,
        asking: &[&BatchInstance],
    ) -> Result<BTreeMap<String, GroupMember>, Fault> {
        let missing = asking.iter().filter(|instance| !found.contains_key(&id(instance)));
        let pools: BTreeSet<&str> = missing.filter_map(|instance| warm_pool_of(instance)).collect();
        let pools =
            pools.iter().map(|group| group_members::warm_pool(&self.clients.autoscaling, group));
        for pool in all(pools.collect()).await {
            match pool {
                Ok(members) => found.extend(members),
                Err(fault) if fault.is_gone() => {}
                Err(fault) => return Err(fault),
            }
        }
        Ok(found)
    }

    /// Hooks and settings of groups.
    pub(super) async fn group_answers(
        &self,
        hooks_for: Vec<&BatchInstance>,
        groups_for: Vec<&BatchInstance>,
        now: Timestamp,
    ) -> Answers {
        let of_both =
            hooks_for.iter().chain(&groups_for).filter_map(|instance| instance.group_name());
        let names: BTreeSet<String> = of_both.map(str::to_owned).collect();
        let (hooks, groups) =
            future::join(self.hooks_by_group(&names, now), self.groups_by_name(&groups_for, now))
                .await;
        let policy = &self.config.policy;
        let hooks_by_group = |instance: &&BatchInstance| {
            let hooks = group_answer(instance, |name| {
                configured_hooks(hooks.get(name)?.clone(), policy).into()
            })?;
            Some((id(instance), InstanceAnswer::Hooks(hooks)))
        };
        let group_of = |instance: &&BatchInstance| {
            let group = group_answer(instance, |name| {
                let of_it = |group: &CachedGroup| with_hooks(group.group.clone(), hooks.get(name));
                Some(seen(
                    groups.as_ref().map(|all| all.get(name).map(of_it)).map_err(Fault::clone),
                ))
            })?;
            Some((id(instance), InstanceAnswer::Group(group)))
        };
        let hooks_by_group = hooks_for.iter().filter_map(hooks_by_group);
        hooks_by_group.chain(groups_for.iter().filter_map(group_of)).collect()
    }

    /// All hooks of groups, by the groups' names.
    pub(in crate::worker) async fn hooks_by_group(
        &self,
        groups: &BTreeSet<String>,
        now: Timestamp,
    ) -> BTreeMap<String, Result<Vec<Hook>, Fault>> {
        let asks = groups.iter().map(|group| async move {
            let kept = self.memory().hooks.get(group, now).cloned();
            if let Some(kept) = kept {
                return (group.clone(), Ok(kept));
            }
            let answer = hooks::describe(&self.clients.autoscaling, group).await;
            if let Ok(hooks) = &answer {
                self.memory().hooks.put(group, hooks.clone(), now);
            }
            (group.clone(), answer)
        });
        all(asks.collect()).await.into_iter().collect()
    }

    /// Groups by name. Those that a budget is counted for are read anew: it is of this moment.
    async fn groups_by_name(
        &self,
        asking: &[&BatchInstance],
        now: Timestamp,
    ) -> Result<BTreeMap<String, CachedGroup>, Fault> {
        let counted = asking.iter().filter(|instance| needs_fresh_group(instance));
        let counted: BTreeSet<&str> =
            counted.filter_map(|instance| instance.group_name()).collect();
        let names: BTreeSet<&str> =
            asking.iter().filter_map(|instance| instance.group_name()).collect();
        let mut found = BTreeMap::new();
        let mut unknown = Vec::new();
        for name in names {
            match self.memory().groups.get(name, now).filter(|_| !counted.contains(name)) {
                Some(kept) => {
                    found.insert(name.to_owned(), kept.clone());
                }
                None => unknown.push(name.to_owned()),
            }
        }
        let new = groups::named(&self.clients.autoscaling, &unknown).await?;
        found.extend(self.cache_groups(&new, now));
        Ok(found)
    }

    fn cache_groups(&self, new: &[GroupAnswer], now: Timestamp) -> Vec<(String, CachedGroup)> {
        let mut memory = self.memory();
        let groups = new.iter().map(|answer| (answer.name.clone(), CachedGroup::from(answer)));
        let groups: Vec<_> = groups.collect();
        for (name, group) in &groups {
            memory.groups.put(name, group.clone(), now);
        }
        groups
    }

    pub(super) async fn group_uses_ecs(
        &self,
        asking: Vec<&BatchInstance>,
        now: Timestamp,
    ) -> Answers {
        let names: BTreeSet<&str> =
            asking.iter().filter_map(|instance| instance.group_name()).collect();
        let groups = self.groups_by_name(&asking, now).await;
        let names: Vec<&str> = names.into_iter().collect();
        let asks =
            names.iter().map(|name| self.group_has_ecs_instances(name, &groups, &asking, now));
        let used: BTreeMap<_, _> = names.iter().copied().zip(all(asks.collect()).await).collect();
        let of = |instance: &&BatchInstance| {
            let answer =
                group_answer(instance, |name| Some(seen(used.get(name)?.clone().map(Some))))?;
            Some((id(instance), InstanceAnswer::GroupUsesEcs(answer)))
        };
        asking.iter().filter_map(of).collect()
    }

    /// How many instances of each group drain. A group was asked for before this question comes up.
    pub(super) async fn group_draining(
        &self,
        asking: Vec<&BatchInstance>,
        now: Timestamp,
    ) -> Answers {
        let names: BTreeSet<&str> =
            asking.iter().filter_map(|instance| instance.group_name()).collect();
        let counts = names.iter().map(|name| self.count_draining(name, now));
        let counts: BTreeMap<_, _> =
            names.iter().copied().zip(all(counts.collect()).await).collect();
        let of = |instance: &&BatchInstance| {
            let count =
                group_answer(instance, |name| Some(seen(counts.get(name)?.clone().map(Some))))?;
            Some((id(instance), InstanceAnswer::GroupDraining(count)))
        };
        asking.iter().filter_map(of).collect()
    }

    async fn count_draining(&self, group: &str, now: Timestamp) -> Result<u32, Fault> {
        let leaves = |kept: &CachedGroup| {
            let instances = kept.instances.iter().filter(|id| !kept.retained.contains(*id));
            instances.cloned().collect::<Vec<_>>()
        };
        let kept = self.memory().groups.get(group, now).map(leaves);
        let Some(instances) = kept else { return Ok(0) };
        container_instance_search::draining(
            &self.clients.ecs,
            &self.clusters(now).await?,
            &instances,
        )
        .await
    }

    async fn group_has_ecs_instances(
        &self,
        name: &str,
        groups: &Result<BTreeMap<String, CachedGroup>, Fault>,
        asking: &[&BatchInstance],
        now: Timestamp,
    ) -> Result<bool, Fault> {
        if self.memory().ecs_groups.get(name, now).is_some() {
            return Ok(true);
        }
        let Some(group) = groups.as_ref().map_err(Fault::clone)?.get(name) else {
            return Ok(false);
        };
        let asks = |other: &&String| {
            asking.iter().any(|instance| instance.observation.ec2_instance == **other)
        };
        let others: Vec<String> =
            group.instances.iter().filter(|other| !asks(other)).cloned().collect();
        let uses = group.has_capacity_provider || {
            let clusters = self.clusters(now).await?;
            container_instance_search::any(&self.clients.ecs, &clusters, &others).await?
        };
        if uses {
            self.memory().ecs_groups.put(name, (), now);
        }
        Ok(uses)
    }

    pub(super) async fn activities(&self, asking: Vec<&BatchInstance>, now: Timestamp) -> Answers {
        let mut wanted: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut answers = Answers::new();
        let returning: BTreeSet<String> = asking
            .iter()
            .filter(|instance| returns_to_warm_pool(instance))
            .map(|instance| id(instance))
            .collect();
        for instance in asking {
            let kept = self.memory().activities.get(&id(instance), now).copied();
            match (kept, instance.group_name()) {
                (Some(kept), _) => {
                    answers.push((id(instance), InstanceAnswer::Activities(Seen::Present(kept))))
                }
                (None, Some(group)) => {
                    wanted.entry(group.to_owned()).or_default().push(id(instance))
                }
                (None, None) => {
                    let answer = group_answer(instance, |_| None);
                    answers.extend(answer.map(|it| (id(instance), InstanceAnswer::Activities(it))));
                }
            }
        }
        let autoscaling = &self.clients.autoscaling;
        let asks = wanted
            .iter()
            .map(|(group, ids)| scaling_activities::describe(autoscaling, group, ids, now));
        for (ids, answer) in wanted.values().zip(all(asks.collect()).await) {
            for id in ids {
                let of_it = answer.clone().map(|found| found.get(id).copied());
                if let Ok(Some(found)) = &of_it
                    && found.terminating_since.is_some()
                    && !returning.contains(id)
                {
                    self.memory().activities.put(id, *found, now);
                }
                answers.push((id.clone(), InstanceAnswer::Activities(seen(of_it))));
            }
        }
        answers
    }
}

/// Whether it is on its way to its warm pool, and so has another life before it: its activities are soon of the last one.
fn returns_to_warm_pool(instance: &BatchInstance) -> bool {
    let member = instance.observation.member.present();
    let warm = member.is_some_and(|member| member.lifecycle_state.starts_with("Warmed:"));
    warm || warm_pool_of(instance).is_some()
}

fn warm_pool_of(instance: &BatchInstance) -> Option<&str> {
    let triggers = &instance.observation.triggers;
    let actions = [triggers.terminating(), triggers.launching()].into_iter().flatten();
    actions.into_iter().find(|action| action.to_warm_pool).map(|action| action.group.as_str())
}

/// Whether the group is asked for the sake of a budget.
fn needs_fresh_group(instance: &BatchInstance) -> bool {
    let seen = &instance.observation;
    let described = seen.container_instance.present().and_then(|it| it.described.as_ref());
    let due = described
        .and_then(|it| it.attribute.as_ref())
        .and_then(|it| it.replace_at.or(it.recommended_at));
    let asks = [TriggerKind::RebalanceRecommendation, TriggerKind::ScheduledChange];
    seen.triggers.include(&asks) || due.is_some()
}

/// The answer of the case's group; where it is known to be in none, that there is none; nothing while that is open.
fn group_answer<T>(
    instance: &BatchInstance,
    of: impl FnOnce(&str) -> Option<Seen<T>>,
) -> Option<Seen<T>> {
    match (instance.group_name(), &instance.observation.member) {
        (Some(name), _) => of(name),
        (None, Seen::NotAsked) => None,
        (None, Seen::Unanswered(why)) => Some(Seen::Unanswered(why.clone())),
        (None, Seen::Absent | Seen::Present(_)) => Some(Seen::Absent),
    }
}

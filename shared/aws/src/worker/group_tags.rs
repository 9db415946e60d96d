//! Tags of groups. ebb knows them before the first write, because they may say that ebb only observes.
//!
//! One list of all groups answers for every instance. It is at most a minute old. In the batch that reads it, the list also has
//! the lifecycle states of the instances, so that a completion costs one call for both.

use std::collections::{BTreeMap, BTreeSet};

use drain::decision::Question;
use drain::observation::{GroupMember, Seen};
use drain::signal::Ec2State;
use drain::trigger::{TriggerKind, Triggers};
use jiff::Timestamp;

use super::Worker;
use super::batch_instance::{BatchInstance, BatchInstances};
use super::questions::{InstanceAnswer, InstanceAnswers, OpenQuestions};
use super::tags_of_group::TagsOfGroup;
use crate::fault::Fault;
use crate::memory::{CachedGroup, GroupList};
use crate::observe::groups::{self, GroupAnswer};

/// The tags of groups during one batch.
#[derive(Debug, Default)]
pub(super) struct GroupTags {
    list: Option<GroupList>,
    /// True if the list was read in this batch, so that a second read adds nothing.
    is_of_this_batch: bool,
    /// Fault of the read, if it is busy and no earlier list is known.
    fault: Option<Fault>,
    /// Members of groups by EC2 instance, of the moment at which the list was read.
    members: BTreeMap<String, GroupMember>,
}

impl GroupTags {
    /// Returns what is known about the tags of an instance's group.
    pub(super) fn of_instance(&self, instance: &BatchInstance) -> TagsOfGroup<'_> {
        if let Some(fault) = &self.fault {
            return TagsOfGroup::Busy(fault);
        }
        let tags = self.list.as_ref().and_then(|list| {
            let group = instance.group_name();
            list.tags(group.or(list.group_of(&instance.observation.ec2_instance))?)
        });
        match tags {
            Some(tags) => TagsOfGroup::Known(tags),
            None if self.is_of_this_batch => TagsOfGroup::NoGroup,
            None => TagsOfGroup::Unknown,
        }
    }

    /// Returns the tags of a group, if it is listed.
    pub(super) fn of_group(&self, group: &str) -> Option<&[(String, String)]> {
        self.list.as_ref()?.tags(group)
    }

    /// Returns the name of the group that lists an instance.
    pub(super) fn group_of(&self, instance: &BatchInstance) -> Option<&str> {
        self.list.as_ref()?.group_of(&instance.observation.ec2_instance)
    }

    /// Returns true if a list is at hand.
    pub(super) fn is_known(&self) -> bool {
        self.list.is_some()
    }

    /// Returns true if the list is worth its calls before any decision: an instance is about to be set DRAINING.
    pub(super) fn is_worth_reading(&self, instances: &BatchInstances) -> bool {
        let takes = |triggers: &Triggers| triggers.take_the_instance();
        let urgent = instances.values().filter(|it| it.is_open && takes(&it.observation.triggers));
        urgent.into_iter().any(|it| self.of_instance(it) == TagsOfGroup::Unknown)
    }

    /// Returns true if an instance asks for its lifecycle state, and an action would need the list next.
    ///
    /// The state of an instance that EC2 alone names mostly leads to no action. If a page has all groups, as far as they
    /// are known, their list costs one call as well, and answers for instances that will be named next. It leaves out
    /// terminated ones.
    pub(super) fn may_answer(&self, asked: &OpenQuestions, instances: &BatchInstances) -> bool {
        let asking = asked.get(&Question::Member).into_iter().flatten();
        let is_one_page = self.list.as_ref().is_none_or(GroupList::is_one_page);
        asking.filter_map(|id| instances.get(id)).any(|it| {
            let triggers = &it.observation.triggers;
            let may_be_listed = triggers.ec2_state() != Some(Ec2State::Terminated);
            if is_one_page && !self.is_of_this_batch && may_be_listed {
                return true;
            }
            let may_act = !triggers.are_only(&[TriggerKind::Ec2State]);
            may_act && self.of_instance(it) == TagsOfGroup::Unknown
        })
    }

    /// Returns the lifecycle states of those instances that the list has. The others are asked again: an instance may be in
    /// a warm pool, which the list leaves out.
    pub(super) fn member_answers(&self, asking: BTreeSet<String>) -> InstanceAnswers {
        let answer = |id: String| {
            let member = match &self.fault {
                Some(fault) => Seen::Unanswered(fault.unanswered()),
                None => Seen::Present(self.members.get(&id)?.clone()),
            };
            Some((id, InstanceAnswer::Member(member)))
        };
        asking.into_iter().filter_map(answer).collect()
    }
}

impl Worker {
    /// Returns the tags of groups that are known without a call.
    pub(super) fn known_group_tags(&self, now: Timestamp) -> GroupTags {
        let list = self.memory().group_list.get("", now).cloned();
        GroupTags { list, ..GroupTags::default() }
    }

    /// Reads the list of groups. If Auto Scaling is busy, an earlier list is used. If the role may not read it, groups have
    /// no tags.
    pub(super) async fn query_group_tags(&self, now: Timestamp) -> GroupTags {
        let is_of_this_batch = true;
        match groups::describe_all(&self.clients.autoscaling).await {
            Ok(answers) => {
                let list = Some(self.remember_groups(&answers, now));
                let members = answers.into_iter().flat_map(|answer| answer.members).collect();
                self.remember_members(&members, now);
                GroupTags { list, is_of_this_batch, fault: None, members }
            }
            Err(fault) => {
                let list = self.memory().group_list.get_mut("").cloned();
                let is_open = list.is_none() && matches!(fault, Fault::Busy(_));
                let fault = is_open.then_some(fault);
                GroupTags { list, is_of_this_batch, fault, members: BTreeMap::new() }
            }
        }
    }

    /// Remembers all groups, and returns the list of them.
    pub(super) fn remember_groups(&self, answers: &[GroupAnswer], now: Timestamp) -> GroupList {
        let list: GroupList = answers.iter().collect();
        let mut memory = self.memory();
        memory.group_list.insert("", list.clone(), now);
        for answer in answers {
            memory.groups.insert(&answer.name, CachedGroup::from(answer), now);
        }
        list
    }
}

#[cfg(test)]
mod tests {
    use drain::observation::Group;

    use super::*;

    fn list() -> GroupList {
        let tags = vec![("ebb:mode".to_owned(), "observe".to_owned())];
        let answer = GroupAnswer {
            name: "web".to_owned(),
            group: Group { tags, ..Group::default() },
            members: vec![("i-1".to_owned(), member())],
            has_warm_pool: false,
            has_capacity_provider: false,
        };
        [&answer].into_iter().collect()
    }

    fn member() -> GroupMember {
        GroupMember {
            group: "web".to_owned(),
            lifecycle_state: "InService".to_owned(),
            healthy: true,
        }
    }

    fn instance(id: &str) -> BatchInstance {
        BatchInstance::new(id, Triggers::default())
    }

    #[test]
    fn instance_gets_the_tags_of_the_listing_group() {
        let tags = GroupTags { list: Some(list()), ..GroupTags::default() };

        assert!(matches!(tags.of_instance(&instance("i-1")), TagsOfGroup::Known([_])));
    }

    #[test]
    fn unlisted_instance_leads_to_one_new_list() {
        let earlier = GroupTags { list: Some(list()), ..GroupTags::default() };
        let new = GroupTags { list: Some(list()), is_of_this_batch: true, ..GroupTags::default() };

        assert_eq!(earlier.of_instance(&instance("i-2")), TagsOfGroup::Unknown);
        assert_eq!(new.of_instance(&instance("i-2")), TagsOfGroup::NoGroup);
    }

    #[test]
    fn unanswered_list_leaves_the_mode_of_a_group_open() {
        let fault = Fault::Busy("describing".to_owned());
        let fault_of_read = Some(fault.clone());
        let tags =
            GroupTags { is_of_this_batch: true, fault: fault_of_read, ..GroupTags::default() };

        assert_eq!(tags.of_instance(&instance("i-1")), TagsOfGroup::Busy(&fault));
    }
}

//! Tags of groups, which are known before the first write: they may say that ebb only observes.
//!
//! One list of all groups answers for every instance. It is at most a minute old.

use drain::trigger::Triggers;
use jiff::Timestamp;

use super::Worker;
use super::batch_instance::{BatchInstance, BatchInstances};
use super::tags_of_group::TagsOfGroup;
use crate::fault::Fault;
use crate::memory::GroupList;
use crate::observe::groups;

/// The tags of groups during one batch.
#[derive(Debug, Default)]
pub(super) struct GroupTags {
    list: Option<GroupList>,
    /// True if the list was read in this batch, so that a second read adds nothing.
    is_of_this_batch: bool,
    /// Fault of the read, if it is busy and no earlier list is known.
    fault: Option<Fault>,
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
        let answer = groups::describe_all(&self.clients.autoscaling).await;
        let mut memory = self.memory();
        let (list, fault) = match answer {
            Ok(answers) => {
                let list: GroupList = answers.iter().collect();
                memory.group_list.insert("", list.clone(), now);
                (Some(list), None)
            }
            Err(fault) => {
                let earlier = memory.group_list.get_mut("").cloned();
                let is_open = earlier.is_none() && matches!(fault, Fault::Busy(_));
                (earlier, is_open.then_some(fault))
            }
        };
        GroupTags { list, is_of_this_batch: true, fault }
    }
}

#[cfg(test)]
mod tests {
    use drain::observation::{Group, GroupMember};

    use super::*;
    use crate::observe::groups::GroupAnswer;

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
        let new = GroupTags { list: Some(list()), is_of_this_batch: true, fault: None };

        assert_eq!(earlier.of_instance(&instance("i-2")), TagsOfGroup::Unknown);
        assert_eq!(new.of_instance(&instance("i-2")), TagsOfGroup::NoGroup);
    }

    #[test]
    fn unanswered_list_leaves_the_mode_of_a_group_open() {
        let fault = Fault::Busy("describing".to_owned());
        let tags = GroupTags { list: None, is_of_this_batch: true, fault: Some(fault.clone()) };

        assert_eq!(tags.of_instance(&instance("i-1")), TagsOfGroup::Busy(&fault));
    }
}

//! The groups of the account and Region: their tags and their instances.

use std::collections::BTreeMap;

use drain::observation::Group;

use crate::limits::GROUPS_PER_PAGE;
use crate::observe::groups::GroupAnswer;

/// All groups, as Auto Scaling listed them. Their tags change the configuration.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GroupList {
    tags: BTreeMap<String, Vec<(String, String)>>,
    names: BTreeMap<String, String>,
}

impl GroupList {
    /// Returns the tags of ebb on a group, or `None` if the list lacks the group.
    pub fn tags(&self, group: &str) -> Option<&[(String, String)]> {
        self.tags.get(group).map(Vec::as_slice)
    }

    /// Returns true if one page of DescribeAutoScalingGroups has all groups.
    pub fn is_one_page(&self) -> bool {
        self.tags.len() <= GROUPS_PER_PAGE as usize
    }

    /// Returns the name of the group of an EC2 instance, or `None` if the list lacks the instance.
    pub fn group_of(&self, ec2_instance: &str) -> Option<&str> {
        self.names.get(ec2_instance).map(String::as_str)
    }
}

impl<'a> FromIterator<&'a GroupAnswer> for GroupList {
    fn from_iter<T: IntoIterator<Item = &'a GroupAnswer>>(groups: T) -> Self {
        let mut list = Self::default();
        for GroupAnswer { name, group: Group { tags, .. }, members, .. } in groups {
            list.tags.insert(name.clone(), tags.clone());
            list.names.extend(members.iter().map(|(id, _)| (id.clone(), name.clone())));
        }
        list
    }
}

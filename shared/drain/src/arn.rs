//! Amazon Resource Names, as far as they say where something is.
//!
//! `arn:partition:service:region:account-id:resource` (IAM user guide, reference-arns). Only ARNs with an account and a
//! Region are read: nothing else that ebb looks at has an ARN.

use std::fmt;

/// Digits of the id of an AWS account (IAM user guide, console_account-alias).
const ACCOUNT_DIGITS: usize = 12;
/// Characters of a partition, a service or a Region: many times what the longest has.
const LONGEST_WORD: usize = 64;
/// Characters of a part of a resource: the name of a cluster has 255 at most (ECS API reference, CreateCluster).
const LONGEST_PART: usize = 255;

/// Where something is. One deployment serves one of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// `aws`, `aws-cn`, `aws-us-gov` …
    pub partition: String,
    /// The Region, `eu-west-1`.
    pub region: String,
    /// The account, twelve digits.
    pub account: String,
}

impl Location {
    /// Where the resource of an ARN is. None where the text is no ARN, or one without an account or a Region.
    pub fn parse(arn: &str) -> Option<Self> {
        let arn = Arn::parse(arn)?;
        let [partition, region, account] =
            [arn.partition, arn.region, arn.account].map(str::to_owned);
        Some(Self { partition, region, account })
    }

    /// Whether the resource of an ARN is there.
    pub fn has(&self, arn: &str) -> bool {
        Self::parse(arn).is_some_and(|location| location == *self)
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "account {} in {}", self.account, self.region)
    }
}

/// The parts of an ARN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Arn<'a> {
    partition: &'a str,
    service: &'a str,
    region: &'a str,
    account: &'a str,
    resource: &'a str,
}

impl<'a> Arn<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.strip_prefix("arn:")?.splitn(5, ':');
        let mut part = || parts.next();
        let (partition, service, region) = (part()?, part()?, part()?);
        let (account, resource) = (part()?, part()?);
        let digits = account.bytes().all(|byte| byte.is_ascii_digit());
        let known = [partition, service, region].into_iter().all(is_word)
            && digits
            && account.len() == ACCOUNT_DIGITS
            && !resource.is_empty();
        known.then_some(Self { partition, service, region, account, resource })
    }

    /// An ARN of ECS of a kind of resource, `cluster` or `task`: the name or id alone, or the cluster's name before it
    /// (ECS developer guide, ecs-account-settings: the long format).
    pub(crate) fn of_ecs(text: &'a str, kind: &str) -> Option<Self> {
        let arn = Self::parse(text).filter(|arn| arn.service == "ecs")?;
        let parts: Vec<&str> = arn.parts(kind)?.collect();
        let most = if kind == "cluster" { 1 } else { 2 };
        (parts.len() <= most && parts.into_iter().all(is_part)).then_some(arn)
    }

    /// Whether this ARN is of something in the cluster: in its partition, account and Region, and with its name, if any.
    pub(crate) fn is_of_cluster(&self, cluster: &Arn<'_>) -> bool {
        let there = |arn: &Arn<'_>| {
            arn.partition == cluster.partition
                && arn.region == cluster.region
                && arn.account == cluster.account
        };
        let named: Vec<&str> = self.resource.split('/').skip(1).collect();
        let name = cluster.resource.split('/').nth(1);
        there(self) && (named.len() < 2 || named.first().copied() == name)
    }

    fn parts(&self, kind: &str) -> Option<impl Iterator<Item = &'a str>> {
        Some(self.resource.strip_prefix(kind)?.strip_prefix('/')?.split('/'))
    }
}

fn is_word(text: &str) -> bool {
    let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=LONGEST_WORD).contains(&text.len()) && text.bytes().all(letters)
}

fn is_part(text: &str) -> bool {
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    (1..=LONGEST_PART).contains(&text.len()) && text.bytes().all(letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLUSTER: &str = "arn:aws:ecs:eu-west-1:111122223333:cluster/orders";

    fn of_cluster(text: &str) -> bool {
        let cluster = Arn::of_ecs(CLUSTER, "cluster").unwrap();
        Arn::of_ecs(text, "task").is_some_and(|task| task.is_of_cluster(&cluster))
    }

    #[test]
    fn an_arn_says_in_which_partition_region_and_account_its_resource_is() {
        let here = Location::parse("arn:aws:sqs:eu-west-1:111122223333:ebb-sweep").unwrap();

        assert_eq!(here.to_string(), "account 111122223333 in eu-west-1");
        assert!(here.has(CLUSTER));
        for other in ["aws-cn:ecs:eu-west-1:111122223333", "aws:ecs:eu-west-2:111122223333"] {
            assert!(!here.has(&format!("arn:{other}:cluster/orders")), "{other}");
        }
        assert!(!here.has("arn:aws:ecs:eu-west-1:444455556666:cluster/orders"));
    }

    #[test]
    fn what_has_no_account_or_no_region_is_nowhere() {
        for text in ["", "orders", "arn:aws:s3:::bucket", "arn:aws:health:eu-west-1::event/EC2"] {
            assert_eq!(Location::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_region_that_is_no_word_is_none() {
        for region in ["", "EU-WEST-1", "eu-west-1/..", "eu west", &"w".repeat(65)] {
            let arn = format!("arn:aws:ecs:{region}:111122223333:cluster/orders");
            assert_eq!(Location::parse(&arn), None, "{region}");
        }
    }

    #[test]
    fn a_task_is_of_the_cluster_that_its_arn_names() {
        assert!(of_cluster("arn:aws:ecs:eu-west-1:111122223333:task/orders/1f2e"));
        assert!(of_cluster("arn:aws:ecs:eu-west-1:111122223333:task/1f2e"), "the short format");
        assert!(!of_cluster("arn:aws:ecs:eu-west-1:111122223333:task/billing/1f2e"));
        assert!(!of_cluster("arn:aws:ecs:eu-west-1:444455556666:task/orders/1f2e"));
    }

    #[test]
    fn an_arn_that_reads_like_a_path_or_names_something_else_is_none_of_ecs() {
        for resource in ["task/../orders", "task/a/b/c", "task/", "task//1", "cluster/orders", "t"]
        {
            let arn = format!("arn:aws:ecs:eu-west-1:111122223333:{resource}");
            assert_eq!(Arn::of_ecs(&arn, "task"), None, "{arn}");
        }
        assert_eq!(Arn::of_ecs("arn:aws:sqs:eu-west-1:111122223333:task/1", "task"), None);
    }
}

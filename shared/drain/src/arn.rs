//! Amazon Resource Names, and the locations that they name.
//!
//! `arn:partition:service:region:account-id:resource` (IAM user guide, reference-arns). Only ARNs with an account and a
//! Region are parsed. All resources that ebb names by ARN have both.

use std::fmt;

use crate::limits::{ACCOUNT_DIGITS, LONGEST_ARN_PART, LONGEST_ARN_WORD};

/// Lengths of the parts of an id of a container instance or a task, between its hyphens. An id has 32 hexadecimal digits.
/// The older form is a UUID (ECS developer guide, ecs-account-settings).
const ID_FORMS: [&[usize]; 2] = [&[32], &[8, 4, 4, 4, 12]];

/// Partition, Region and account of a resource. One deployment serves one location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// Partition: `aws`, `aws-cn`, `aws-us-gov` …
    pub partition: String,
    /// Region, for example `eu-west-1`.
    pub region: String,
    /// Account, twelve digits.
    pub account: String,
}

impl Location {
    /// Returns the location of an ARN. Returns `None` for other text, and for an ARN without an account or a Region.
    pub fn parse(arn: &str) -> Option<Self> {
        let arn = Arn::parse(arn)?;
        let [partition, region, account] =
            [arn.partition, arn.region, arn.account].map(str::to_owned);
        Some(Self { partition, region, account })
    }

    /// Returns true if the resource of an ARN is in this location.
    pub fn has(&self, arn: &str) -> bool {
        Self::parse(arn).is_some_and(|location| location == *self)
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "account {} in {}", self.account, self.region)
    }
}

/// Parts of an ARN.
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

    /// Parses an ARN of ECS of this kind of resource, for example `cluster` or `task`.
    ///
    /// The resource is a name or an id. In the long format the name of the cluster stands before it (ECS developer
    /// guide, ecs-account-settings).
    ///
    /// An id must have a form that ECS knows. ECS refuses a whole call for one id of another form
    /// (`InvalidParameterException`: "instanceId length should be one of [32,36]", aws/aws-cli#10057).
    pub(crate) fn parse_ecs(text: &'a str, kind: &str) -> Option<Self> {
        let arn = Self::parse(text).filter(|arn| arn.service == "ecs")?;
        let parts: Vec<&str> = arn.parts(kind)?.collect();
        let most = if kind == "cluster" { 1 } else { 2 };
        let has_name = matches!(kind, "cluster" | "service");
        let is_known = has_name || parts.last().copied().is_some_and(is_id);
        (parts.len() <= most && is_known && parts.into_iter().all(is_part)).then_some(arn)
    }

    /// Returns true if this resource belongs to the cluster.
    ///
    /// Both are in one partition, account and Region, and the resource names this cluster if it names one.
    pub(crate) fn belongs_to(&self, cluster: &Arn<'_>) -> bool {
        let is_in_its_location = self.partition == cluster.partition
            && self.region == cluster.region
            && self.account == cluster.account;
        let parts: Vec<&str> = self.resource.split('/').skip(1).collect();
        let name = cluster.resource.split('/').nth(1);
        is_in_its_location && (parts.len() < 2 || parts.first().copied() == name)
    }

    fn parts(&self, kind: &str) -> Option<impl Iterator<Item = &'a str>> {
        Some(self.resource.strip_prefix(kind)?.strip_prefix('/')?.split('/'))
    }
}

fn is_word(text: &str) -> bool {
    let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=LONGEST_ARN_WORD).contains(&text.len()) && text.bytes().all(letters)
}

/// Returns true if a text has the form of an id of a container instance or a task.
fn is_id(text: &str) -> bool {
    let lengths = || text.split('-').map(str::len);
    let has_form = ID_FORMS.iter().any(|form| lengths().eq(form.iter().copied()));
    has_form && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

fn is_part(text: &str) -> bool {
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    (1..=LONGEST_ARN_PART).contains(&text.len()) && text.bytes().all(letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLUSTER: &str = "arn:aws:ecs:eu-west-1:111122223333:cluster/orders";
    const ID: &str = "1f2e3d4c5b6a79880f1e2d3c4b5a6978";

    fn is_task_of_cluster(text: &str) -> bool {
        let cluster = Arn::parse_ecs(CLUSTER, "cluster").unwrap();
        Arn::parse_ecs(text, "task").is_some_and(|task| task.belongs_to(&cluster))
    }

    #[test]
    fn location_has_only_arns_of_its_partition_region_and_account() {
        let here = Location::parse("arn:aws:sqs:eu-west-1:111122223333:ebb-sweep").unwrap();

        assert_eq!(here.to_string(), "account 111122223333 in eu-west-1");
        assert!(here.has(CLUSTER));
        for other in ["aws-cn:ecs:eu-west-1:111122223333", "aws:ecs:eu-west-2:111122223333"] {
            assert!(!here.has(&format!("arn:{other}:cluster/orders")), "{other}");
        }
        assert!(!here.has("arn:aws:ecs:eu-west-1:444455556666:cluster/orders"));
    }

    #[test]
    fn arn_without_an_account_or_a_region_has_no_location() {
        for text in ["", "orders", "arn:aws:s3:::bucket", "arn:aws:health:eu-west-1::event/EC2"] {
            assert_eq!(Location::parse(text), None, "{text}");
        }
    }

    #[test]
    fn arn_with_an_invalid_region_has_no_location() {
        for region in ["", "EU-WEST-1", "eu-west-1/..", "eu west", &"w".repeat(65)] {
            let arn = format!("arn:aws:ecs:{region}:111122223333:cluster/orders");
            assert_eq!(Location::parse(&arn), None, "{region}");
        }
    }

    #[test]
    fn task_belongs_to_the_cluster_that_its_arn_names() {
        let in_region = |rest: &str| format!("arn:aws:ecs:eu-west-1:{rest}/{ID}");

        assert!(is_task_of_cluster(&in_region("111122223333:task/orders")));
        assert!(is_task_of_cluster(&in_region("111122223333:task")), "the short format");
        assert!(!is_task_of_cluster(&in_region("111122223333:task/billing")));
        assert!(!is_task_of_cluster(&in_region("444455556666:task/orders")));
    }

    #[test]
    fn rule_12_id_that_ecs_would_refuse_is_not_parsed() {
        let is_parsed = |id: &str| {
            let arn = format!("arn:aws:ecs:eu-west-1:111122223333:container-instance/orders/{id}");
            Arn::parse_ecs(&arn, "container-instance").is_some()
        };

        assert!(is_parsed(ID) && is_parsed("b54a2a04-046f-4331-9d74-3f6d7f6ca315"));
        let long = format!("{ID}0000");
        for id in ["ci-1", &ID[1..], &long, &ID.replace('1', "g"), &ID.replace('1', "-")] {
            assert!(!is_parsed(id), "{id}");
        }
    }

    #[test]
    fn arn_with_the_parts_of_a_path_or_of_another_resource_is_not_parsed() {
        for parts in ["task/..", "task/a/b", "task/", "cluster", "service/orders"] {
            let arn = format!("arn:aws:ecs:eu-west-1:111122223333:{parts}/{ID}");
            assert_eq!(Arn::parse_ecs(&arn, "task"), None, "{arn}");
        }
        let of_sqs = format!("arn:aws:sqs:eu-west-1:111122223333:task/{ID}");
        assert_eq!(Arn::parse_ecs(&of_sqs, "task"), None);
    }
}

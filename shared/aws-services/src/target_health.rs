//! Health of the targets of a target group, and its deregistration delay: DescribeTargetHealth,
//! DescribeTargetGroupAttributes.

use std::collections::BTreeMap;
use std::time::Duration;

use aws::fault::Fault;
use aws::observe::conversion::short_id;
use aws_config::SdkConfig;

use crate::faults::sorted;
use crate::signed_calls::{Protocol, SignedClient, SignedService, XmlElement};

const LOAD_BALANCING: SignedService = SignedService {
    name: "elasticloadbalancing",
    id: "Elastic Load Balancing v2",
    protocol: Protocol::Query("2015-12-01"),
};

/// A client of the target groups of Elastic Load Balancing.
#[derive(Debug, Clone)]
pub struct TargetGroups(SignedClient);

/// Health of a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TargetHealth {
    /// `State`, for example `healthy`.
    pub(crate) state: String,
    /// `Reason`, for example `Target.FailedHealthChecks`.
    pub(crate) reason: Option<String>,
}

/// A target: an EC2 instance or an IP address, with a port.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TargetAddress {
    /// EC2 instance id or IP address.
    pub(crate) id: String,
    /// Port.
    pub(crate) port: i32,
}

impl TargetGroups {
    /// Creates a client.
    pub(crate) fn new(config: &SdkConfig) -> Self {
        Self(SignedClient::new(config, LOAD_BALANCING))
    }

    /// Returns the health of all targets of a group.
    ///
    /// # Errors
    ///
    /// The fault of the call.
    pub(crate) async fn health(
        &self,
        target_group: &str,
    ) -> Result<BTreeMap<TargetAddress, TargetHealth>, Fault> {
        let doing = || format!("describing the targets of {}", group_name(target_group));
        let parameters = [("TargetGroupArn".to_owned(), target_group.to_owned())];
        let answer = self.0.call_query("DescribeTargetHealth", &parameters).await;
        let answer = XmlElement::parse(&answer.map_err(|error| sorted(doing(), &error))?);
        let members = answer.members("TargetHealthDescriptions").into_iter();
        Ok(members.filter_map(described).collect())
    }

    /// Returns the deregistration delay of a group.
    ///
    /// # Errors
    ///
    /// The fault of the call, or of an answer without the attribute.
    pub(crate) async fn deregistration_delay(&self, target_group: &str) -> Result<Duration, Fault> {
        let doing = || format!("describing the attributes of {}", group_name(target_group));
        let parameters = [("TargetGroupArn".to_owned(), target_group.to_owned())];
        let answer = self.0.call_query("DescribeTargetGroupAttributes", &parameters).await;
        let answer = XmlElement::parse(&answer.map_err(|error| sorted(doing(), &error))?);
        let found = answer.members("Attributes").into_iter().find_map(attribute);
        let lacking = || Fault::Busy(format!("{}: the answer lacks the delay", doing()));
        found.map(Duration::from_secs).ok_or_else(lacking)
    }
}

fn attribute(member: &XmlElement) -> Option<u64> {
    let is_delay = member.find_text("Key") == Some("deregistration_delay.timeout_seconds");
    member.find_text("Value").filter(|_| is_delay)?.parse().ok()
}

fn described(member: &XmlElement) -> Option<(TargetAddress, TargetHealth)> {
    let target = member.find("Target")?;
    let id = target.find_text("Id")?.to_owned();
    let port = target.find_text("Port").and_then(|port| port.parse().ok()).unwrap_or(0);
    let health = member.find("TargetHealth")?;
    let state = health.find_text("State")?.to_owned();
    let reason = health.find_text("Reason").map(str::to_owned);
    Some((TargetAddress { id, port }, TargetHealth { state, reason }))
}

/// Returns the name in the ARN of a target group: `targetgroup/web/0123456789abcdef`.
fn group_name(arn: &str) -> &str {
    arn.rsplit('/').nth(1).unwrap_or(short_id(arn))
}

//! Where and when a message says that something is, held against where and when it is read.

use jiff::Timestamp;

use super::{ParsedMessage, Signal};
use crate::arn::Location;

impl ParsedMessage {
    /// Whether it tells of another account, Region or partition. What the message says and the cluster that it names are
    /// both held against it: either may be wrong, and nothing that is not here is to be asked about.
    #[must_use]
    pub fn is_from_elsewhere(&self, here: &Location) -> bool {
        let differs =
            |said: &Option<String>, ours: &String| said.as_ref().is_some_and(|it| it != ours);
        let cluster = self.signal.as_ref().ok().and_then(Signal::cluster);
        differs(&self.account, &here.account)
            || differs(&self.region, &here.region)
            || cluster.is_some_and(|arn| !here.has(arn))
    }
}

impl Signal {
    /// The ARN of the cluster that it names. Whatever else it names is of that cluster.
    #[must_use]
    pub fn cluster(&self) -> Option<&str> {
        match self {
            Self::TaskStopped(it) => Some(&it.cluster),
            Self::ContainerInstance(it) => Some(&it.cluster),
            _ => None,
        }
    }

    /// The same signal, told no later than now: what it tells has happened, and a time that lies ahead would put off
    /// whatever is counted from it. A look is meant for a time that may lie ahead.
    #[must_use]
    pub fn not_after(mut self, now: Timestamp) -> Self {
        let at = match &mut self {
            Self::LifecycleAction(it) => &mut it.at,
            Self::SpotInterruption { at, .. }
            | Self::RebalanceRecommendation { at, .. }
            | Self::Ec2InstanceState { at, .. }
            | Self::ScheduledChange { at, .. }
            | Self::Sweep { at } => at,
            Self::TaskStopped(it) => &mut it.at,
            Self::ContainerInstance(it) => &mut it.at,
            Self::Recheck(_) => return self,
        };
        *at = now.min(*at);
        self
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::parse_message;
    use super::*;

    const CLUSTER: &str = "arn:aws:ecs:eu-west-1:111122223333:cluster/orders";

    fn here() -> Location {
        Location::parse(CLUSTER).unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn recommended(change: impl FnOnce(&mut Value)) -> ParsedMessage {
        let mut event = json!({
            "source": "aws.ec2", "detail-type": "EC2 Instance Rebalance Recommendation",
            "account": "111122223333", "region": "eu-west-1", "time": "2025-05-12T13:11:44Z",
            "detail": {"instance-id": "i-abcd1111"},
        });
        change(&mut event);
        parse_message(&event.to_string(), Timestamp::UNIX_EPOCH).unwrap()
    }

    #[test]
    fn an_event_of_another_account_or_region_is_elsewhere() {
        assert!(!recommended(|_| ()).is_from_elsewhere(&here()));
        assert!(recommended(|it| it["account"] = json!("444455556666")).is_from_elsewhere(&here()));
        assert!(recommended(|it| it["region"] = json!("eu-west-2")).is_from_elsewhere(&here()));
        assert!(!recommended(|it| it["account"] = json!(null)).is_from_elsewhere(&here()));
    }

    #[test]
    fn an_event_that_says_it_is_of_here_is_elsewhere_with_its_cluster() {
        let of_ecs = |kind: &str, account: &str| {
            let arn = |what: &str| format!("arn:aws:ecs:eu-west-1:{account}:{what}");
            let detail = json!({
                "lastStatus": "STOPPED", "status": "DRAINING", "version": 1, "agentConnected": true,
                "clusterArn": arn("cluster/orders"), "taskArn": arn("task/orders/1"),
                "containerInstanceArn": arn("container-instance/orders/2"),
            });
            recommended(|it| {
                it["source"] = json!("aws.ecs");
                it["detail-type"] = json!(kind);
                it["detail"] = detail;
            })
        };

        for kind in ["ECS Task State Change", "ECS Container Instance State Change"] {
            assert!(!of_ecs(kind, "111122223333").is_from_elsewhere(&here()), "{kind}");
            assert!(of_ecs(kind, "444455556666").is_from_elsewhere(&here()), "{kind}");
        }
    }

    #[test]
    fn nothing_is_told_before_it_happens() {
        let now = at("2025-05-12T13:12:00Z");
        let told = |time: &str| {
            let heard = recommended(|it| it["time"] = json!(time)).signal.unwrap().not_after(now);
            match heard {
                Signal::RebalanceRecommendation { at, .. } => at,
                other => panic!("{other:?}"),
            }
        };

        assert_eq!(told("9999-12-30T22:00:00Z"), now);
        assert_eq!(told("2025-05-12T13:11:44Z"), at("2025-05-12T13:11:44Z"));
        assert_eq!(Signal::Sweep { at: Timestamp::MAX }.not_after(now), Signal::Sweep { at: now });
    }
}

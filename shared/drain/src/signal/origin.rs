//! Place and time of a message, checked against those of the process that receives it.

use jiff::Timestamp;

use super::{ParsedMessage, Signal};
use crate::arn::Location;

impl ParsedMessage {
    /// Returns true if the message is about another account, Region or partition.
    ///
    /// Either the message or the ARN of its cluster may be wrong, so both are checked. ebb makes no call about resources
    /// elsewhere.
    #[must_use]
    pub fn is_from_elsewhere(&self, here: &Location) -> bool {
        let differs =
            |named: &Option<String>, here: &String| named.as_ref().is_some_and(|it| it != here);
        let cluster = self.signal.as_ref().ok().and_then(Signal::cluster);
        differs(&self.account, &here.account)
            || differs(&self.region, &here.region)
            || cluster.is_some_and(|arn| !here.has(arn))
    }
}

impl Signal {
    /// Returns the ARN of the cluster that the signal names. Its task and container instance belong to that cluster.
    #[must_use]
    pub fn cluster(&self) -> Option<&str> {
        match self {
            Self::TaskStopped(stopped) => Some(&stopped.cluster),
            Self::ContainerInstance(change) => Some(&change.cluster),
            Self::StopPlan(plan) => Some(&plan.cluster),
            Self::PlacementFailure(failure) => Some(&failure.cluster),
            _ => None,
        }
    }

    /// Returns this signal with a time no later than `now`.
    ///
    /// An event is about the past. A time in the future would delay every limit that is counted from it. Only a recheck
    /// keeps its time, because it may come early.
    #[must_use]
    pub fn not_after(mut self, now: Timestamp) -> Self {
        let at = match &mut self {
            Self::LifecycleAction(action) => &mut action.at,
            Self::SpotInterruption { at, .. }
            | Self::RebalanceRecommendation { at, .. }
            | Self::Ec2InstanceState { at, .. }
            | Self::ScheduledChange { at, .. }
            | Self::Sweep { at } => at,
            Self::TaskStopped(stopped) => &mut stopped.at,
            Self::ContainerInstance(change) => &mut change.at,
            Self::PlacementFailure(failure) => &mut failure.at,
            Self::Recheck(_) | Self::StopPlan(_) => return self,
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
    fn event_of_another_account_or_region_is_from_elsewhere() {
        assert!(!recommended(|_| ()).is_from_elsewhere(&here()));
        assert!(recommended(|it| it["account"] = json!("444455556666")).is_from_elsewhere(&here()));
        assert!(recommended(|it| it["region"] = json!("eu-west-2")).is_from_elsewhere(&here()));
        assert!(!recommended(|it| it["account"] = json!(null)).is_from_elsewhere(&here()));
    }

    #[test]
    fn event_about_a_cluster_of_another_account_is_from_elsewhere() {
        let of_ecs = |kind: &str, account: &str| {
            let arn = |resource: &str| format!("arn:aws:ecs:eu-west-1:{account}:{resource}");
            let detail = json!({
                "lastStatus": "STOPPED", "status": "DRAINING", "version": 1, "agentConnected": true,
                "clusterArn": arn("cluster/orders"), "taskArn": arn("task/orders/1b7e3c9d5f2a46889e0c4b6d8f1a3c5e"),
                "containerInstanceArn": arn("container-instance/orders/9c1d7e3b5a2f4860b7d1c3e5f7092b4d"),
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
    fn signal_from_the_future_gets_the_time_of_now() {
        let now = at("2025-05-12T13:12:00Z");
        let limited = |time: &str| {
            let signal = recommended(|it| it["time"] = json!(time)).signal.unwrap();
            match signal.not_after(now) {
                Signal::RebalanceRecommendation { at, .. } => at,
                other => panic!("{other:?}"),
            }
        };

        assert_eq!(limited("9999-12-30T22:00:00Z"), now);
        assert_eq!(limited("2025-05-12T13:11:44Z"), at("2025-05-12T13:11:44Z"));
        assert_eq!(Signal::Sweep { at: Timestamp::MAX }.not_after(now), Signal::Sweep { at: now });
    }
}

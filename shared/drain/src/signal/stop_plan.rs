//! Plans of stops: delayed messages of ebb's own, on a queue of their own.
//!
//! Recognised: `{"ebb":"stop-plan","version":1,"ec2_instance":"i-...","cluster":"arn:...","container_instance":"arn:...",
//! "at":"...","deadline":"...","tasks":["arn:..."]}`, as [`StopPlan::to_json`] writes it, with `"group":"..."` for an
//! instance in a group. An unknown version is malformed: a newer ebb wrote it, and the sweep stops its tasks.

use jiff::Timestamp;
use serde_json::json;

use super::Parsed;
use super::fields::Fields;
use super::{Malformed, Signal};

/// Value of the field `ebb` in this message.
pub(super) const EBB: &str = "stop-plan";

const VERSION: i64 = 1;

/// Stops on one container instance that come due at one time before a Spot interruption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StopPlan {
    /// Id of the EC2 instance.
    pub ec2_instance: String,
    /// ARN of the cluster.
    pub cluster: String,
    /// ARN of the container instance.
    pub container_instance: String,
    /// Name of the Auto Scaling group, if the instance is in one.
    pub group: Option<String>,
    /// Time of the stops.
    pub at: Timestamp,
    /// Time at which EC2 takes the instance.
    pub deadline: Timestamp,
    /// ARNs of the tasks to stop, standalone tasks first.
    pub tasks: Vec<String>,
}

impl StopPlan {
    /// Returns true if EC2 has taken the instance. A stop changes nothing then.
    pub fn has_expired(&self, now: Timestamp) -> bool {
        now >= self.deadline
    }

    /// Returns the body of the message. [`super::parse_message`] parses it back to this plan.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut message = json!({
            "ebb": EBB,
            "version": VERSION,
            "ec2_instance": self.ec2_instance,
            "cluster": self.cluster,
            "container_instance": self.container_instance,
            "at": self.at.to_string(),
            "deadline": self.deadline.to_string(),
            "tasks": self.tasks,
        });
        if let Some(group) = &self.group {
            message["group"] = json!(group);
        }
        message.to_string()
    }
}

/// Parses a plan that comes due at `at`.
pub(super) fn parse_stop_plan(fields: &Fields<'_>, at: Timestamp) -> Result<Parsed, Malformed> {
    if fields.integer("version")? != VERSION {
        return Err(fields.malformed("version", "1"));
    }
    let cluster = fields.cluster("cluster")?;
    let deadline = fields.text("deadline")?.parse();
    Ok(Ok(Signal::StopPlan(Box::new(StopPlan {
        ec2_instance: fields.ec2_instance("ec2_instance")?,
        container_instance: fields.arn_in_cluster(
            "container_instance",
            "container-instance",
            &cluster,
        )?,
        group: if fields.has("group") { Some(fields.name("group")?) } else { None },
        at,
        deadline: deadline.map_err(|_| fields.malformed("deadline", "a time in UTC"))?,
        tasks: fields.arns_in_cluster("tasks", "task", &cluster)?,
        cluster,
    }))))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::parse_message;
    use super::*;

    const CLUSTER: &str = "arn:aws:ecs:eu-west-1:111122223333:cluster/orders";

    fn arn(kind: &str, digit: char) -> String {
        let id = digit.to_string().repeat(32);
        format!("arn:aws:ecs:eu-west-1:111122223333:{kind}/orders/{id}")
    }

    fn plan() -> StopPlan {
        StopPlan {
            ec2_instance: "i-abcd1111".to_owned(),
            cluster: CLUSTER.to_owned(),
            container_instance: arn("container-instance", '1'),
            group: Some("web".to_owned()),
            at: "2025-05-12T13:11:44Z".parse().unwrap(),
            deadline: "2025-05-12T13:12:24Z".parse().unwrap(),
            tasks: vec![arn("task", '2'), arn("task", '3')],
        }
    }

    #[test]
    fn written_plan_is_parsed_to_an_equal_plan() {
        let without_a_group = StopPlan { group: None, ..plan() };

        for written in [plan(), without_a_group] {
            let parsed = parse_message(&written.to_json(), Timestamp::UNIX_EPOCH).unwrap();

            assert_eq!(parsed.signal, Ok(Signal::StopPlan(Box::new(written))));
        }
    }

    #[test]
    fn plan_with_a_wrong_field_is_malformed() {
        let elsewhere = arn("task", '2').replace("/orders/", "/billing/");
        let wrong = [
            ("version", json!(2)),
            ("ec2_instance", json!("ci-1")),
            ("cluster", json!("orders")),
            ("container_instance", json!(arn("task", '1'))),
            ("deadline", json!("soon")),
            ("group", json!("a\nb")),
            ("tasks", json!([elsewhere])),
            ("tasks", json!("all")),
        ];

        for (named, value) in wrong {
            let mut message: Value = serde_json::from_str(&plan().to_json()).unwrap();
            message[named] = value;

            let parsed = parse_message(&message.to_string(), Timestamp::UNIX_EPOCH);

            assert!(
                matches!(&parsed, Err(Malformed::Field { field, .. }) if field == named),
                "{named}: {parsed:?}"
            );
        }
    }
}

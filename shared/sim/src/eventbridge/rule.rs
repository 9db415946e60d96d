//! Rules of the default bus: a pattern or a rate, a state and one target.

use std::time::Duration;

use serde_json::{Value, json};

use super::Pattern;
use crate::region::{ACCOUNT, REGION};
use crate::scenario::RunTaskSpec;
use crate::sqs::queue_arn;

/// Longest `startedBy` (aws-facts; tasks of longer names have the beginning only).
const STARTED_BY: usize = 36;

/// A rule that is deployed.
#[derive(Debug)]
pub(super) struct ParsedRule {
    pub(super) name: String,
    /// The event pattern, and its JSON.
    pub(super) pattern: Option<(Pattern, Value)>,
    /// Interval of a scheduled rule.
    pub(super) every: Option<Duration>,
    /// `ENABLED`, `DISABLED` or `ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS`.
    pub(super) state: String,
    /// Service of AWS that manages the rule.
    pub(super) managed_by: Option<String>,
    /// Time until which the state before the last change applies, and that state.
    pub(super) earlier: Option<(Duration, bool)>,
    pub(super) target: RuleTarget,
}

/// Target of a rule.
#[derive(Debug, Clone)]
pub(super) enum RuleTarget {
    /// A queue, with the message instead of the event.
    Queue { queue: String, input: Option<Value> },
    /// Tasks in a cluster.
    Tasks(RunTaskSpec),
}

impl ParsedRule {
    /// Returns an enabled rule without a pattern and without a rate.
    pub(super) fn new(name: &str, target: RuleTarget) -> Self {
        Self {
            name: name.to_owned(),
            pattern: None,
            every: None,
            state: "ENABLED".to_owned(),
            managed_by: None,
            earlier: None,
            target,
        }
    }

    /// Returns true if the rule reacts at this time.
    pub(super) fn is_active(&self, now: Duration) -> bool {
        match self.earlier {
            Some((until, active)) if now < until => active,
            _ => self.state != "DISABLED",
        }
    }
}

impl RuleTarget {
    /// Returns the target of a rule that runs tasks. `startedBy` names the rule (field reports; AWS documents none).
    pub(super) fn tasks(rule: &str, spec: &RunTaskSpec) -> Self {
        let started_by = Some(started_by("events-rule", rule));
        Self::Tasks(RunTaskSpec { started_by, ..spec.clone() })
    }

    pub(super) fn arn(&self) -> String {
        match self {
            Self::Queue { queue, .. } => queue_arn(queue),
            Self::Tasks(spec) => format!("arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/{}", spec.cluster),
        }
    }

    /// Returns the shape (API reference, Target).
    pub(super) fn shape(&self) -> Value {
        let mut shape = json!({ "Id": "target", "Arn": self.arn() });
        match self {
            Self::Queue { input, .. } => {
                shape["Input"] = json!(input.as_ref().map(Value::to_string));
            }
            Self::Tasks(spec) => {
                shape["RoleArn"] = json!(format!("arn:aws:iam::{ACCOUNT}:role/ecsEventsRole"));
                shape["EcsParameters"] = ecs_parameters(spec);
            }
        }
        shape
    }
}

/// Returns the parameters of an ECS target. A task definition without a revision is the latest one.
pub(crate) fn ecs_parameters(spec: &RunTaskSpec) -> Value {
    let family = &spec.family;
    json!({
        "TaskDefinitionArn": format!("arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/{family}"),
        "TaskCount": spec.count,
        "LaunchType": "EC2",
    })
}

/// Returns `startedBy` of the tasks of a rule or a schedule: its kind and its name, as long as it fits.
pub(crate) fn started_by(kind: &str, name: &str) -> String {
    format!("{kind}/{name}").chars().take(STARTED_BY).collect()
}

/// Returns the ARN of a rule on the default bus.
pub(super) fn rule_arn(name: &str) -> String {
    format!("arn:aws:events:{REGION}:{ACCOUNT}:rule/{name}")
}

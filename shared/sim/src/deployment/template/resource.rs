//! Resources that the simulator acts on (CloudFormation template reference).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::role;
use super::scope::{Scope, text};
use crate::deployment::{
    DeadLetterQueue, DeployedFunction, DeployedMapping, DeployedQueue, Rule, Schedule,
};
use crate::scenario::Length;

/// A resource of a template, with its properties as they are written.
pub(super) struct Resource {
    pub(super) id: String,
    pub(super) of_type: String,
    pub(super) properties: Value,
}

impl Resource {
    pub(super) fn new(id: String, resource: &Value) -> Self {
        let properties = resource.get("Properties").cloned().unwrap_or_else(|| json!({}));
        Self { id, of_type: text(&resource["Type"]), properties }
    }

    pub(super) fn resolved(&self, scope: &Scope) -> Result<Value, String> {
        scope.value(&self.properties)
    }

    pub(super) fn queue(&self, scope: &Scope) -> Result<DeployedQueue, String> {
        let it = self.knowing(
            scope,
            &["QueueName", "VisibilityTimeout", "MessageRetentionPeriod", "RedrivePolicy"],
            &["SqsManagedSseEnabled", "KmsMasterKeyId"],
        )?;
        let redrive = it.get("RedrivePolicy").map(|redrive| {
            let max_receive_count = number(redrive, "maxReceiveCount")?.unwrap_or(10) as u32;
            let queue = name_in(&redrive["deadLetterTargetArn"]);
            Ok::<_, String>(DeadLetterQueue { queue, max_receive_count })
        });
        Ok(DeployedQueue {
            name: scope.name_of(&self.id)?,
            visibility_timeout: seconds(&it, "VisibilityTimeout", 30)?,
            retention: seconds(&it, "MessageRetentionPeriod", 4 * 24 * 3600)?,
            dead_letter_queue: redrive.transpose()?,
        })
    }

    pub(super) fn function(&self, scope: &Scope) -> Result<DeployedFunction, String> {
        let it = self.knowing(
            scope,
            &["FunctionName", "Timeout", "ReservedConcurrentExecutions", "Environment", "Role"],
            &[
                "Architectures",
                "Code",
                "Handler",
                "KmsKeyArn",
                "LoggingConfig",
                "MemorySize",
                "Runtime",
            ],
        )?;
        let variables = it["Environment"]["Variables"].as_object();
        let variables = variables.into_iter().flatten();
        Ok(DeployedFunction {
            name: scope.name_of(&self.id)?,
            timeout: seconds(&it, "Timeout", 3)?,
            reserved_concurrency: number(&it, "ReservedConcurrentExecutions")?
                .map(|reserved| reserved as usize),
            environment: variables.map(|(name, value)| (name.clone(), text(value))).collect(),
            role: self
                .properties
                .get("Role")
                .map(|role| role::from_property(scope, role))
                .transpose()?,
        })
    }

    pub(super) fn mapping(&self, scope: &Scope) -> Result<DeployedMapping, String> {
        let it = self.knowing(
            scope,
            &[
                "EventSourceArn",
                "FunctionName",
                "BatchSize",
                "MaximumBatchingWindowInSeconds",
                "FunctionResponseTypes",
                "ScalingConfig",
                "Enabled",
            ],
            &[],
        )?;
        let answers = it["FunctionResponseTypes"].as_array();
        let most = number(&it["ScalingConfig"], "MaximumConcurrency")?;
        Ok(DeployedMapping {
            queue: name_in(&it["EventSourceArn"]),
            function: text(&it["FunctionName"]),
            batch_size: number(&it, "BatchSize")?.unwrap_or(10) as usize,
            batching_window: seconds(&it, "MaximumBatchingWindowInSeconds", 0)?,
            report_batch_item_failures: answers
                .is_some_and(|answers| answers.contains(&json!("ReportBatchItemFailures"))),
            maximum_concurrency: most.map(|most| most as usize),
            enabled: truth(&it, "Enabled", true)?,
        })
    }

    pub(super) fn rule(&self, scope: &Scope) -> Result<Rule, String> {
        let it = self.knowing(
            scope,
            &["Name", "EventPattern", "Targets", "EventBusName"],
            &["Description"],
        )?;
        if it.get("EventBusName").is_some_and(|bus| bus != "default") {
            return Err("the simulator has the default event bus only".to_owned());
        }
        let pattern = it["EventPattern"].clone();
        let target = name_in(&self.target(scope)?);
        Ok(Rule { name: scope.name_of(&self.id)?, pattern, target })
    }

    // EventBridge user guide, eb-scheduled-rule-pattern: `rate(1 minute)`, `rate(5 minutes)`.
    pub(super) fn schedule(&self, scope: &Scope) -> Result<Schedule, String> {
        let it =
            self.knowing(scope, &["Name", "ScheduleExpression", "Targets"], &["Description"])?;
        let rate = text(&it["ScheduleExpression"]);
        let minutes = rate.strip_prefix("rate(").and_then(|rest| rest.split_once(" minute"));
        let minutes = minutes.and_then(|(minutes, _)| minutes.parse::<u64>().ok());
        let minutes = minutes.ok_or_else(|| format!("the simulator does not know {rate}"))?;
        let input = it["Targets"][0].get("Input").cloned();
        let target = name_in(&self.target(scope)?);
        let name = scope.name_of(&self.id)?;
        Ok(Schedule { name, every: Length::secs(60 * minutes), target, input })
    }

    /// Returns the ARN of a rule's only target.
    pub(super) fn target(&self, scope: &Scope) -> Result<Value, String> {
        let targets = scope.value(&self.properties["Targets"])?;
        match targets.as_array().map(Vec::as_slice) {
            Some([only]) => Ok(only["Arn"].clone()),
            _ => Err("the simulator knows rules with one target".to_owned()),
        }
    }

    /// Returns the properties. Fails if the simulator knows one of them neither as used nor as left out.
    fn knowing(
        &self,
        scope: &Scope,
        acted_on: &[&str],
        left_out: &[&str],
    ) -> Result<Value, String> {
        let mut resolved = BTreeMap::new();
        for (name, property) in self.properties.as_object().into_iter().flatten() {
            if acted_on.contains(&name.as_str()) {
                resolved.extend(scope.resolve(property)?.map(|value| (name, value)));
            } else if !left_out.contains(&name.as_str()) {
                return Err(format!("the simulator does not know {name} of {}", self.of_type));
            }
        }
        Ok(json!(resolved))
    }
}

/// Returns the name in an ARN: its last part.
fn name_in(arn: &Value) -> String {
    let arn = text(arn);
    arn.rsplit(':').next().unwrap_or(&arn).to_owned()
}

/// Returns a number, also if a parameter gives it as text.
fn number(of: &Value, key: &str) -> Result<Option<u64>, String> {
    let Some(value) = of.get(key) else { return Ok(None) };
    let number = value.as_u64().or_else(|| text(value).parse().ok());
    number.map(Some).ok_or_else(|| format!("{key} must be a whole number, not {value}"))
}

/// Returns a boolean, also if a parameter gives it as text.
fn truth(of: &Value, key: &str, otherwise: bool) -> Result<bool, String> {
    let Some(value) = of.get(key) else { return Ok(otherwise) };
    text(value).parse().map_err(|_| format!("{key} must be true or false, not {value}"))
}

fn seconds(of: &Value, key: &str, otherwise: u64) -> Result<Length, String> {
    Ok(Length::secs(number(of, key)?.unwrap_or(otherwise)))
}

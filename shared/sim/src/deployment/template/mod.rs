//! A CloudFormation template, as far as the simulator acts on it: queues, rules, schedules, functions and event source
//! mappings. A list names the resource types that are left out. Any other resource is a mistake, so the simulator
//! ignores no resource silently.
//!
//! Subset: parameters with their defaults, conditions, and the intrinsic functions of [`scope`].

mod resource;
mod role;
mod scope;
mod yaml;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use self::resource::Resource;
use self::scope::{Scope, text};
use super::Deployment;

/// Resource types without an effect on the simulation, or read with the resource that names them: policies and roles.
const LEFT_OUT: [&str; 10] = [
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Role",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Logs::LogGroup",
    "AWS::Logs::MetricFilter",
    "AWS::SNS::Subscription",
    "AWS::SNS::Topic",
    "AWS::SQS::QueuePolicy",
];

/// Returns the text of a template as JSON, with intrinsic functions in their long form and nothing resolved.
///
/// # Errors
///
/// The part that cannot be read, in one sentence.
pub fn in_json(text: &str) -> Result<Value, String> {
    yaml::value(&yaml::document(text)?)
}

impl Deployment {
    /// Returns the deployment of a CloudFormation template. `parameters` overrides the defaults of the template.
    ///
    /// # Errors
    ///
    /// Every mistake, each in one sentence: in the text, parameters without a value, and resources and properties
    /// that the simulator does not know. A rule is a mistake if its queue's policy does not allow its events.
    pub fn of_template(
        text: &str,
        parameters: &BTreeMap<String, String>,
    ) -> Result<Self, Vec<String>> {
        Stack::parse_template(text, parameters).map_err(|mistake| vec![mistake])?.deployment()
    }
}

/// A template whose parameters have values.
struct Stack {
    scope: Scope,
    /// The resources whose conditions hold, in the order of the template.
    resources: Vec<Resource>,
}

impl Stack {
    fn parse_template(text: &str, given: &BTreeMap<String, String>) -> Result<Self, String> {
        let document = yaml::document(text)?;
        let mut scope = Scope::default();
        for (name, parameter) in yaml::section(&document, "Parameters")? {
            let value = given.get(&name).map(|value| json!(value));
            let value = value.or_else(|| parameter.get("Default").cloned());
            let value = value.ok_or_else(|| format!("parameter {name} has no value"))?;
            let is_list = parameter["Type"] == "CommaDelimitedList";
            scope.parameters.insert(name, if is_list { list(&value) } else { value });
        }
        if let Some(unknown) = given.keys().find(|name| !scope.parameters.contains_key(*name)) {
            return Err(format!("there is no parameter {unknown}"));
        }
        scope.conditions = yaml::section(&document, "Conditions")?.into_iter().collect();
        let all = yaml::section(&document, "Resources")?;
        scope.resources = all.iter().cloned().collect();
        let mut resources = Vec::new();
        for (id, resource) in all {
            let there = match resource.get("Condition").and_then(Value::as_str) {
                Some(condition) => scope.holds(condition)?,
                None => true,
            };
            if there {
                resources.push(Resource::new(id, &resource));
            }
        }
        Ok(Self { scope, resources })
    }

    fn deployment(&self) -> Result<Deployment, Vec<String>> {
        let mut deployment = Deployment::default();
        let mut mistakes = Vec::new();
        for resource in &self.resources {
            if let Err(mistake) = self.deploy(resource, &mut deployment) {
                mistakes.push(format!("{}: {mistake}", resource.id));
            }
        }
        if mistakes.is_empty() { Ok(deployment) } else { Err(mistakes) }
    }

    fn deploy(&self, resource: &Resource, deployment: &mut Deployment) -> Result<(), String> {
        let scope = &self.scope;
        match resource.of_type.as_str() {
            "AWS::SQS::Queue" => deployment.queues.push(resource.queue(scope)?),
            "AWS::Lambda::Function" => deployment.functions.push(resource.function(scope)?),
            "AWS::Lambda::EventSourceMapping" => deployment.mappings.push(resource.mapping(scope)?),
            "AWS::Events::Rule" => {
                self.is_let_in(resource)?;
                if resource.properties.get("ScheduleExpression").is_some() {
                    deployment.schedules.push(resource.schedule(scope)?);
                } else {
                    deployment.rules.push(resource.rule(scope)?);
                }
            }
            left_out if LEFT_OUT.contains(&left_out) => {}
            unknown => return Err(format!("the simulator does not know {unknown}")),
        }
        Ok(())
    }

    /// Fails unless the queue's policy allows EventBridge to send the events of a rule (EventBridge user guide,
    /// resource-based policies: Amazon SQS permissions).
    fn is_let_in(&self, rule: &Resource) -> Result<(), String> {
        let arn = self.scope.value(&json!({ "Fn::GetAtt": [rule.id, "Arn"] }))?;
        let queue = rule.target(&self.scope)?;
        let policies = self.resources.iter().filter(|it| it.of_type == "AWS::SQS::QueuePolicy");
        for policy in policies {
            let policy = policy.resolved(&self.scope)?;
            let statements = policy["PolicyDocument"]["Statement"].as_array();
            if statements.into_iter().flatten().any(|it| lets_in(it, &arn, &queue)) {
                return Ok(());
            }
        }
        Err(format!("no policy of {} allows the rule to send", text(&queue)))
    }
}

fn lets_in(statement: &Value, rule: &Value, queue: &Value) -> bool {
    let is = |value: &Value, wanted: &Value| {
        value == wanted || value.as_array().is_some_and(|all| all.contains(wanted))
    };
    statement["Effect"] == "Allow"
        && is(&statement["Principal"]["Service"], &json!("events.amazonaws.com"))
        && is(&statement["Action"], &json!("sqs:SendMessage"))
        && is(&statement["Resource"], queue)
        && is(&statement["Condition"]["ArnEquals"]["aws:SourceArn"], rule)
}

/// Returns the value of a `CommaDelimitedList`.
fn list(value: &Value) -> Value {
    text(value).split(',').map(str::trim).map(Value::from).collect()
}

#[cfg(test)]
mod tests;

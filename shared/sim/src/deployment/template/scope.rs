//! The values of the names in a template.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::region::{ACCOUNT, REGION};
use crate::sqs::queue_url;

/// Name of the stack. The simulated AWS leaves this prefix out of resource names.
const STACK: &str = "ebb";

/// The values of a template's parameters and conditions, and the types and properties of its resources.
#[derive(Debug, Default)]
pub(super) struct Scope {
    pub(super) parameters: BTreeMap<String, Value>,
    pub(super) conditions: BTreeMap<String, Value>,
    pub(super) resources: BTreeMap<String, Value>,
    /// The documents of managed policies that other stacks export, by the names of the exports.
    pub(super) imported_policies: BTreeMap<String, Value>,
}

impl Scope {
    /// Returns a value with every intrinsic function resolved; none for `AWS::NoValue`.
    pub(super) fn resolve(&self, value: &Value) -> Result<Option<Value>, String> {
        match value {
            Value::Object(entries) => match function_of(entries) {
                Some((function, argument)) => self.call(function, argument),
                None => Ok(Some(Value::Object(self.resolve_entries(entries)?))),
            },
            Value::Array(items) => {
                let items = items.iter().map(|item| self.resolve(item));
                let items: Vec<_> = items.collect::<Result<_, _>>()?;
                Ok(Some(Value::Array(items.into_iter().flatten().collect())))
            }
            plain => Ok(Some(plain.clone())),
        }
    }

    /// Resolves a value. Fails if the result is `AWS::NoValue`.
    pub(super) fn value(&self, value: &Value) -> Result<Value, String> {
        self.resolve(value)?.ok_or_else(|| format!("{value} resolves to nothing"))
    }

    /// Returns true if a condition holds.
    pub(super) fn holds(&self, name: &str) -> Result<bool, String> {
        let condition = self.conditions.get(name);
        let condition = condition.ok_or_else(|| format!("there is no condition {name}"))?;
        self.truth(condition)
    }

    /// Returns the name of a resource: the name in its properties, without the stack's name, or its logical id.
    pub(super) fn name_of(&self, resource: &str) -> Result<String, String> {
        let it = self.resource(resource)?;
        let named = ["QueueName", "FunctionName", "Name"].into_iter().find_map(|key| {
            let of_type = key != "FunctionName" || it["Type"] == "AWS::Lambda::Function";
            it["Properties"].get(key).filter(|_| of_type)
        });
        let Some(name) = named else { return Ok(resource.to_owned()) };
        let name = text(&self.value(name)?);
        let own = name.strip_prefix(STACK).and_then(|rest| rest.strip_prefix('-'));
        Ok(own.unwrap_or(&name).to_owned())
    }

    fn resource(&self, name: &str) -> Result<&Value, String> {
        self.resources.get(name).ok_or_else(|| format!("there is no resource {name}"))
    }

    fn resolve_entries(&self, entries: &Map<String, Value>) -> Result<Map<String, Value>, String> {
        let mut resolved = Map::new();
        for (key, value) in entries {
            if let Some(value) = self.resolve(value)? {
                resolved.insert(key.clone(), value);
            }
        }
        Ok(resolved)
    }

    fn call(&self, function: &str, argument: &Value) -> Result<Option<Value>, String> {
        let arguments = argument.as_array().map_or(&[][..], Vec::as_slice);
        match (function, arguments) {
            ("Ref", _) if *argument == "AWS::NoValue" => Ok(None),
            ("Ref", _) => self.reference(&text(argument)).map(Some),
            ("Fn::GetAtt", [resource, attribute]) => {
                self.attribute(&text(resource), &text(attribute)).map(Some)
            }
            ("Fn::Sub", [template, names]) => {
                let names = names.as_object().cloned().unwrap_or_default();
                self.substitute(&text(template), &names).map(Some)
            }
            ("Fn::Sub", _) => self.substitute(&text(argument), &Map::new()).map(Some),
            ("Fn::Join", [separator, items]) => {
                let items = self.value(items)?;
                let items: Vec<String> = items.as_array().into_iter().flatten().map(text).collect();
                Ok(Some(items.join(&text(separator)).into()))
            }
            ("Fn::Split", [separator, whole]) => {
                let whole = text(&self.value(whole)?);
                let parts: Vec<&str> = whole.split(&text(separator)).collect();
                Ok(Some(json!(parts)))
            }
            ("Fn::If", [condition, then, otherwise]) => {
                let holds = self.holds(&text(condition))?;
                self.resolve(if holds { then } else { otherwise })
            }
            _ => Err(format!("the simulator does not know {function} with {argument}")),
        }
    }

    fn truth(&self, condition: &Value) -> Result<bool, String> {
        let unknown = || format!("the simulator does not know the condition {condition}");
        let (function, argument) =
            condition.as_object().and_then(function_of).ok_or_else(unknown)?;
        match (function, argument.as_array().map_or(&[][..], Vec::as_slice)) {
            ("Condition", _) => self.holds(&text(argument)),
            ("Fn::Not", [one]) => Ok(!self.truth(one)?),
            ("Fn::Equals", [one, other]) => {
                Ok(text(&self.value(one)?) == text(&self.value(other)?))
            }
            _ => Err(unknown()),
        }
    }

    // CloudFormation user guide, pseudo parameters; template reference, "Return values" of each type.
    fn reference(&self, name: &str) -> Result<Value, String> {
        Ok(match name {
            "AWS::AccountId" => ACCOUNT.into(),
            "AWS::Partition" => "aws".into(),
            "AWS::Region" => REGION.into(),
            "AWS::StackName" => STACK.into(),
            parameter if self.parameters.contains_key(parameter) => {
                self.parameters[parameter].clone()
            }
            resource if self.resource(resource)?["Type"] == "AWS::SQS::Queue" => {
                queue_url(&self.name_of(resource)?).into()
            }
            resource => self.name_of(resource)?.into(),
        })
    }

    fn attribute(&self, resource: &str, attribute: &str) -> Result<Value, String> {
        let name = self.name_of(resource)?;
        let of_type = self.resource(resource)?["Type"].as_str().unwrap_or_default();
        let arn = |service: &str, rest: &str| {
            json!(format!("arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}{name}"))
        };
        Ok(match (of_type, attribute) {
            ("AWS::SQS::Queue", "Arn") => arn("sqs", ""),
            ("AWS::SQS::Queue", "QueueName") => name.into(),
            ("AWS::Lambda::Function", "Arn") => arn("lambda", "function:"),
            ("AWS::Events::Rule", "Arn") => arn("events", "rule/"),
            ("AWS::IAM::Role", "Arn") => json!(format!("arn:aws:iam::{ACCOUNT}:role/{name}")),
            ("AWS::Logs::LogGroup", "Arn") => {
                json!(format!("arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}:*"))
            }
            _ => return Err(format!("the simulator does not know {attribute} of {of_type}")),
        })
    }

    fn substitute(&self, template: &str, names: &Map<String, Value>) -> Result<Value, String> {
        let mut parts = template.split("${");
        let mut filled = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (name, rest) = part.split_once('}').ok_or("a ${ without its }")?;
            let value = match (names.get(name), name.split_once('.')) {
                (Some(value), _) => self.value(value)?,
                (None, Some((resource, attribute))) => self.attribute(resource, attribute)?,
                (None, None) => self.reference(name)?,
            };
            filled.push_str(&text(&value));
            filled.push_str(rest);
        }
        Ok(filled.into())
    }
}

/// Returns the intrinsic function that an object represents, with its argument.
fn function_of(entries: &Map<String, Value>) -> Option<(&str, &Value)> {
    let (name, argument) = entries.iter().next().filter(|_| entries.len() == 1)?;
    let is_function = name.starts_with("Fn::") || matches!(name.as_str(), "Ref" | "Condition");
    is_function.then_some((name, argument))
}

/// Returns a value as text.
pub(super) fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

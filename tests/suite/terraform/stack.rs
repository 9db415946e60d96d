//! What a CloudFormation template comes to with values for its parameters: its resources and outputs, with symbols for what
//! only a deployment knows.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use sim::deployment::in_json;

use super::values::typed;
use super::words::{from_root, no_other_than, of_cloudformation, symbol};

/// The sections of a template, and the attributes of a resource, that the test reads or that deploy nothing.
const SECTIONS: [&str; 7] = [
    "AWSTemplateFormatVersion",
    "Description",
    "Metadata",
    "Parameters",
    "Conditions",
    "Resources",
    "Outputs",
];
const ATTRIBUTES: [&str; 4] = ["Type", "Properties", "DependsOn", "Condition"];

/// A template, and the values of its parameters.
#[derive(Debug)]
pub(super) struct Stack {
    name: &'static str,
    template: Value,
    parameters: BTreeMap<String, Value>,
}

impl Stack {
    pub(super) fn new(name: &'static str, text: &str, given: &BTreeMap<String, Value>) -> Self {
        let template = in_json(text).unwrap_or_else(|mistake| panic!("{mistake}"));
        no_other_than(&SECTIONS, entries(&template).map(|(section, _)| section), "a template");
        let parameters = entries(&template["Parameters"]).map(|(name, parameter)| {
            let default = || parameter.get("Default").map(|it| typed(parameter, it));
            let value = given.get(name).cloned().or_else(default);
            (name.clone(), value.unwrap_or_else(|| panic!("{name} has no value")))
        });
        let parameters = parameters.collect();
        Self { name, template, parameters }
    }

    /// The sections `Resources` and `Outputs`.
    pub(super) fn rendered(&self) -> Value {
        let there = entries(&self.template["Resources"]).filter(|(_, it)| self.is_there(it));
        let resources: Map<_, _> =
            there.map(|(id, resource)| (id.clone(), self.resource(resource))).collect();
        let mut outputs = self.template.get("Outputs").map_or(json!({}), |it| self.resolved(it));
        for output in outputs.as_object_mut().into_iter().flat_map(Map::values_mut) {
            // Stacks read what others export; modules read outputs.
            output.as_object_mut().map(|output| output.remove("Export"));
        }
        json!({ "Resources": resources, "Outputs": outputs })
    }

    fn resource(&self, resource: &Value) -> Value {
        no_other_than(&ATTRIBUTES, entries(resource).map(|(attribute, _)| attribute), "a resource");
        let mut rendered = json!({ "Type": resource["Type"], "Properties": self.resolved(&resource["Properties"]) });
        if let Some(code) = rendered["Properties"].get_mut("Code") {
            *code = from_root(&format!("infra/{}", text(code))).into();
        }
        match resource.get("DependsOn") {
            Some(Value::Array(several)) => rendered["DependsOn"] = json!(several),
            Some(one) => rendered["DependsOn"] = json!([one]),
            None => {}
        }
        rendered
    }

    fn is_there(&self, resource: &Value) -> bool {
        resource.get("Condition").and_then(Value::as_str).is_none_or(|name| self.holds(name))
    }

    fn holds(&self, name: &str) -> bool {
        self.truth(&self.template["Conditions"][name])
    }

    // CloudFormation user guide, intrinsic function reference: condition functions.
    fn truth(&self, condition: &Value) -> bool {
        let (function, argument) =
            function_of(condition).unwrap_or_else(|| panic!("{condition} is no condition"));
        let arguments = argument.as_array().map_or(&[][..], Vec::as_slice);
        match (function, arguments) {
            ("Condition", _) => self.holds(argument.as_str().unwrap_or_default()),
            ("Fn::Not", [one]) => !self.truth(one),
            ("Fn::And", all) => all.iter().all(|it| self.truth(it)),
            ("Fn::Or", any) => any.iter().any(|it| self.truth(it)),
            ("Fn::Equals", [one, other]) => {
                text(&self.resolved(one)) == text(&self.resolved(other))
            }
            _ => panic!("the test does not know the condition {condition}"),
        }
    }

    /// A value with everything in it resolved. None: `AWS::NoValue`.
    fn resolve(&self, value: &Value) -> Option<Value> {
        if let Some((function, argument)) = function_of(value) {
            return self.call(function, argument);
        }
        Some(match value {
            Value::Object(entries) => {
                let resolved =
                    entries.iter().filter_map(|(k, it)| Some((k.clone(), self.resolve(it)?)));
                Value::Object(resolved.collect())
            }
            Value::Array(items) => items.iter().filter_map(|it| self.resolve(it)).collect(),
            plain => plain.clone(),
        })
    }

    fn resolved(&self, value: &Value) -> Value {
        self.resolve(value).unwrap_or_else(|| panic!("{value} comes to nothing"))
    }

    fn call(&self, function: &str, argument: &Value) -> Option<Value> {
        let arguments = argument.as_array().map_or(&[][..], Vec::as_slice);
        match (function, arguments) {
            ("Ref", _) if argument == "AWS::NoValue" => None,
            ("Ref", _) => Some(self.reference(&text(argument))),
            ("Fn::GetAtt", [id, attribute]) => Some(self.named(&text(id), &text(attribute))),
            ("Fn::Sub", [template, names]) => Some(self.substitute(&text(template), names)),
            ("Fn::Sub", _) => Some(self.substitute(&text(argument), &Value::Null)),
            ("Fn::Join", [separator, items]) => {
                let items: Vec<String> =
                    self.resolved(items).as_array().into_iter().flatten().map(text).collect();
                Some(items.join(&text(separator)).into())
            }
            ("Fn::If", [condition, then, otherwise]) => {
                self.resolve(if self.holds(&text(condition)) { then } else { otherwise })
            }
            _ => panic!("the test does not know {function} with {argument}"),
        }
    }

    fn reference(&self, name: &str) -> Value {
        match self.parameters.get(name) {
            Some(value) => value.clone(),
            None if name == "AWS::StackName" => self.name.into(),
            None if name.starts_with("AWS::") => format!("<{name}>").into(),
            None => self.named(name, "Ref"),
        }
    }

    /// What stands for an attribute of a resource, or for what `Ref` is of it.
    fn named(&self, id: &str, attribute: &str) -> Value {
        let of_type = text(&self.template["Resources"][id]["Type"]);
        let names = of_cloudformation(&of_type).into_iter().flat_map(|it| it.named);
        let named = names.into_iter().find(|named| named.1 == attribute);
        let named = named.unwrap_or_else(|| panic!("types.rs lacks {attribute} of {of_type} {id}"));
        format!("{}{}", symbol(id, named.0), named.2).into()
    }

    fn substitute(&self, template: &str, names: &Value) -> Value {
        let mut parts = template.split("${");
        let mut filled = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (name, rest) = part.split_once('}').expect("every ${ has its }");
            let value = match (names.get(name), name.split_once('.')) {
                (Some(value), _) => self.resolved(value),
                (None, Some((id, attribute))) => self.named(id, attribute),
                (None, None) => self.reference(name),
            };
            filled.push_str(&text(&value));
            filled.push_str(rest);
        }
        filled.into()
    }
}

/// The intrinsic function that a value is, with its argument.
fn function_of(value: &Value) -> Option<(&str, &Value)> {
    let (name, argument) = entries(value).next().filter(|_| entries(value).count() == 1)?;
    let is_function = name.starts_with("Fn::") || matches!(name.as_str(), "Ref" | "Condition");
    is_function.then_some((name, argument))
}

/// The entries of an object; none of anything else.
pub(super) fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// A value as a text has it.
pub(super) fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

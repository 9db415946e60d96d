//! Parameters and variables: their names, what they take by default and refuse, and values other than the defaults.
//!
//! `AlarmEmail` is the variable `alarm_email`. What a template has no parameter for is [`OF_TERRAFORM_ALONE`].

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use sim::deployment::in_json;

use super::instances::pascal;
use super::module::{self, Module, attribute, label};
use super::stack::{entries, text};
use super::words::no_other_than;

/// The name of the stack, and the folder of the functions' code.
pub(super) const OF_TERRAFORM_ALONE: [&str; 2] = ["name", "code"];

/// What a parameter has in either that has neither an obvious other value nor a list of them, and what the hook cannot do without.
const OTHER: [(&str, &str); 22] = [
    ("AgentLimit", "11m"),
    ("AlarmEmail", "someone@example.com"),
    ("AutoScalingGroupName", "batch"),
    ("ClusterPrefix", "blue-"),
    ("Clusters", "blue-web,blue-batch"),
    ("DaemonGrace", "61s"),
    ("DefaultStopTimeout", "31s"),
    ("DrainTimeout", "6h"),
    ("EventBusName", "elsewhere"),
    ("EventSource", "test"),
    ("HookName", "ebb-web"),
    ("HookPrefix", "drain"),
    ("Hooks", "drain-web,drain-batch"),
    ("KeyArn", "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"),
    ("LaunchHooks", "drain-launch"),
    ("LaunchTimeout", "16m"),
    ("Log", "debug"),
    ("RebalanceDrain", "32m"),
    ("ReplaceAhead", "25h"),
    ("SettleTime", "12s"),
    ("StopMargin", "13s"),
    ("TopicArns", "arn:aws:sns:eu-west-1:111122223333:one,arn:aws:sns:eu-west-1:111122223333:two"),
];

/// What is said of a parameter.
const SAID: [&str; 9] = [
    "Type",
    "Description",
    "Default",
    "AllowedPattern",
    "AllowedValues",
    "MinLength",
    "MaxLength",
    "MinValue",
    "MaxValue",
];

/// The section `Parameters` of a template, each with what is said of it here and there.
pub(super) fn of_template(template: &str) -> Value {
    let template = in_json(template).unwrap_or_else(|mistake| panic!("{mistake}"));
    let parameters = entries(&template["Parameters"]).map(|(name, it)| {
        no_other_than(&SAID, entries(it).map(|(key, _)| key), name);
        let mut parameter = json!({ "Type": it["Type"], "Description": it["Description"] });
        if let Some(default) = it.get("Default") {
            parameter["Default"] = typed(it, default);
        }
        if let Some(condition) = condition(name, it) {
            parameter["Accepts"] = json!([formatted(&condition)]);
        }
        (name.clone(), parameter)
    });
    json!({ "Parameters": parameters.collect::<Map<_, _>>() })
}

/// The variables of a module as such a section.
pub(super) fn of_module(module: &Module) -> Value {
    let variables =
        module.blocks("variable").filter(|it| !OF_TERRAFORM_ALONE.contains(&label(it, 0)));
    let parameters = variables.map(|block| {
        let name = pascal(label(block, 0));
        let mut parameter = Map::new();
        for it in block.body().attributes() {
            let value = module::in_json(&it.expr().clone().into());
            match (it.key(), it.expr().to_string().as_str()) {
                ("type", "string") => parameter.insert("Type".to_owned(), json!("String")),
                ("type", "number") => parameter.insert("Type".to_owned(), json!("Number")),
                ("type", "list(string)") => {
                    parameter.insert("Type".to_owned(), json!("CommaDelimitedList"))
                }
                ("description" | "default", _) => parameter.insert(pascal(it.key()), value),
                // No parameter is ever null.
                ("nullable", "false") => continue,
                (key, other) => panic!("{key} of the variable {name} is {other}"),
            };
        }
        assert!(attribute(block.body(), "nullable").is_some(), "the variable {name} can be null");
        let accepts = block.body().blocks().filter(|it| it.identifier() == "validation");
        let accepts = accepts.filter_map(|it| attribute(it.body(), "condition"));
        let accepts: Vec<String> = accepts.map(ToString::to_string).collect();
        if !accepts.is_empty() {
            parameter.insert("Accepts".to_owned(), json!(accepts));
        }
        (name, Value::Object(parameter))
    });
    json!({ "Parameters": parameters.collect::<Map<_, _>>() })
}

/// What Terraform has to ask of a variable for it to refuse what a parameter refuses (CloudFormation template reference,
/// parameters: a pattern is one of the whole value).
fn condition(name: &str, parameter: &Value) -> Option<String> {
    let name = variable(name);
    let bound = |key: &str| parameter.get(key).map(text);
    let pattern = bound("AllowedPattern").map(|it| json!(format!("^(?:{it})$")));
    let conditions = [
        pattern.map(|it| format!("can(regex({it}, var.{name}))")),
        bound("AllowedValues").map(|it| format!("contains({it}, var.{name})")),
        bound("MinLength").map(|it| format!("length(var.{name}) >= {it}")),
        bound("MaxLength").map(|it| format!("length(var.{name}) <= {it}")),
        bound("MinValue").map(|it| format!("var.{name} >= {it}")),
        bound("MaxValue").map(|it| format!("var.{name} <= {it}")),
    ];
    let conditions: Vec<String> = conditions.into_iter().flatten().collect();
    (!conditions.is_empty()).then(|| conditions.join(" && "))
}

/// An expression as hcl writes it.
fn formatted(expression: &str) -> String {
    let parsed: hcl::Expression =
        expression.parse().unwrap_or_else(|error| panic!("{expression}: {error}"));
    parsed.to_string()
}

/// `AlarmEmail` as `alarm_email`.
pub(super) fn variable(parameter: &str) -> String {
    let mut name = String::new();
    for letter in parameter.chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
    }
    name
}

/// What parameters without a default need, and for every parameter a value other than its default.
pub(super) fn required_and_other(template: &str) -> [BTreeMap<String, Value>; 2] {
    let template = in_json(template).unwrap_or_else(|mistake| panic!("{mistake}"));
    let (mut required, mut other) = (BTreeMap::new(), BTreeMap::new());
    for (name, parameter) in entries(&template["Parameters"]) {
        if parameter.get("Default").is_none() {
            required.insert(name.clone(), json!("web"));
        }
        let value = typed(parameter, &another(name, parameter));
        assert_ne!(Some(&value), parameter.get("Default"), "{name} in OTHER is the default");
        other.insert(name.clone(), value);
    }
    [required, other]
}

/// A value that a parameter accepts and does not have by default.
fn another(name: &str, parameter: &Value) -> Value {
    let allowed = parameter["AllowedValues"].as_array().into_iter().flatten();
    let mut allowed = allowed.filter(|it| Some(*it) != parameter.get("Default"));
    let number = parameter["Default"].as_u64().map(|it| json!(it + 1));
    let written = OTHER.iter().find(|(of, _)| *of == name).map(|(_, value)| json!(value));
    let another = allowed.next().cloned().or(number).or(written);
    another.unwrap_or_else(|| panic!("OTHER in parameters.rs lacks a value for {name}"))
}

/// A value as its parameter has it: a list, where it is one.
pub(super) fn typed(parameter: &Value, value: &Value) -> Value {
    match parameter["Type"].as_str() {
        Some("CommaDelimitedList") if *value == "" => json!([]),
        Some("CommaDelimitedList") => text(value).split(',').map(Value::from).collect(),
        _ => value.clone(),
    }
}

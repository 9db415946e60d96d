//! Values for the parameters of a template: those that it needs, and others than its defaults.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sim::deployment::in_json;

use super::stack::{entries, text};

/// A value other than the default for each parameter that has no list of values and is no number.
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

/// Values for the parameters that have no default.
pub(super) fn required(template: &str) -> BTreeMap<String, Value> {
    let others = others(template).into_iter();
    others.filter(|it| it.is_required).map(|it| (it.parameter, it.values[0].clone())).collect()
}

/// A value other than the default for every parameter.
pub(super) fn other(template: &str) -> BTreeMap<String, Value> {
    others(template).into_iter().map(|it| (it.parameter, it.values[0].clone())).collect()
}

/// What else a parameter may be than its default.
#[derive(Debug)]
pub(super) struct Others {
    pub(super) parameter: String,
    is_required: bool,
    /// All that it may be, of a list; else one of them.
    pub(super) values: Vec<Value>,
}

/// What else every parameter may be.
pub(super) fn others(template: &str) -> Vec<Others> {
    let template = in_json(template).unwrap_or_else(|mistake| panic!("{mistake}"));
    let others = entries(&template["Parameters"]).map(|(name, parameter)| {
        let default = parameter.get("Default");
        let mut values = written(name, parameter);
        values.retain(|it| Some(it) != default);
        assert!(!values.is_empty(), "OTHER in values.rs lacks a value for {name}");
        let values = values.iter().map(|it| typed(parameter, it)).collect();
        Others { parameter: name.clone(), is_required: default.is_none(), values }
    });
    others.collect()
}

fn written(name: &str, parameter: &Value) -> Vec<Value> {
    if let Some(allowed) = parameter["AllowedValues"].as_array() {
        return allowed.clone();
    }
    if let Some(number) = parameter["Default"].as_u64() {
        return vec![json!(number + 1)];
    }
    OTHER.iter().filter(|(of, _)| *of == name).map(|(_, value)| json!(value)).collect()
}

/// A value as its parameter has it: a list, where it is one.
pub(super) fn typed(parameter: &Value, value: &Value) -> Value {
    match parameter["Type"].as_str() {
        Some("CommaDelimitedList") if *value == "" => json!([]),
        Some("CommaDelimitedList") => text(value).split(',').map(Value::from).collect(),
        _ => value.clone(),
    }
}

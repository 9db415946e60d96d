//! What is in one and not in the other, by its path.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::stack::text;

/// Every difference, each in one sentence. None: both say the same.
pub(super) fn differences(template: &Value, module: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare("", &normal(template), &normal(module), &mut found);
    found
}

fn compare(path: &str, template: &Value, module: &Value, found: &mut Vec<String>) {
    match (template, module) {
        (Value::Object(ours), Value::Object(theirs)) => {
            let keys: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
            for key in keys {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                compare_entries(&path, ours.get(key), theirs.get(key), found);
            }
        }
        (Value::Array(ours), Value::Array(theirs)) => {
            for n in 0..ours.len().max(theirs.len()) {
                compare_entries(&format!("{path}[{n}]"), ours.get(n), theirs.get(n), found);
            }
        }
        _ if template == module => {}
        _ => found.push(format!("{path}: {template} in the template, {module} in the module")),
    }
}

fn compare_entries(
    path: &str,
    template: Option<&Value>,
    module: Option<&Value>,
    found: &mut Vec<String>,
) {
    match (template, module) {
        (Some(template), Some(module)) => compare(path, template, module, found),
        (Some(_), None) => found.push(format!("{path} is in the template alone")),
        (None, Some(_)) => found.push(format!("{path} is in the module alone")),
        (None, None) => {}
    }
}

/// The same with what may be written in more than one way written in one.
fn normal(value: &Value) -> Value {
    match value {
        Value::Object(entries) => {
            let is_statement = entries.contains_key("Effect");
            let entries = entries.iter().map(|(key, it)| {
                let it = match key.as_str() {
                    "Action" | "Resource" if is_statement => set(it),
                    "Principal" if is_statement => each(it, set),
                    "Condition" if is_statement => each(it, |of| each(of, set)),
                    "DashboardBody" if it.is_string() => serde_json::from_str(&text(it)).unwrap(),
                    _ => normal(it),
                };
                (key.clone(), it)
            });
            Value::Object(entries.collect())
        }
        Value::Array(items) => items.iter().map(normal).collect(),
        plain => plain.clone(),
    }
}

/// One value, or a list of them in any order (IAM user guide, reference_policies_grammar), each by its name.
fn set(value: &Value) -> Value {
    let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    Value::Object(items.iter().map(|it| (text(it), json!(true))).collect())
}

fn each(entries: &Value, made: impl Fn(&Value) -> Value) -> Value {
    let entries = entries.as_object().into_iter().flatten();
    Value::Object(entries.map(|(key, it)| (key.clone(), made(it))).collect())
}

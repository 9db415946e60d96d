//! Parameters and variables: their names, what they are by default, and what they refuse.
//!
//! `AlarmEmail` is the variable `alarm_email`. What a template has no parameter for is [`OF_TERRAFORM_ALONE`].

use serde_json::{Map, Value, json};
use sim::deployment::in_json;

use super::instances::pascal;
use super::module::{self, Module, attribute, label};
use super::stack::{entries, text};
use super::values::typed;
use super::words::no_other_than;

/// The name of the stack, and the folder of the functions' code.
pub(super) const OF_TERRAFORM_ALONE: [&str; 2] = ["name", "code"];

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

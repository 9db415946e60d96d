//! The Terraform module and the CloudFormation template: two texts, one deployment.

mod binary;
mod changes;
mod differences;
mod functions;
mod instances;
mod module;
mod parameters;
mod stack;
mod translation;
mod types;
mod values;
mod words;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use self::differences::differences;
use self::module::Module;
use self::stack::Stack;
use self::values::Others;
use crate::world::root;

/// A template, and the module that deploys the same.
struct Pair {
    template: String,
    module: String,
    folder: &'static str,
}

impl Pair {
    fn of(template: &str, folder: &'static str) -> Self {
        let template = std::fs::read_to_string(root().join(template)).unwrap();
        Self { template, module: Module::text(&root().join(folder)), folder }
    }

    fn ebb() -> Self {
        Self::of("infra/template.yaml", "infra/terraform")
    }

    fn hook() -> Self {
        Self::of("infra/hook.yaml", "infra/terraform/hook")
    }

    fn module(&self) -> Module {
        Module::new(self.folder, &self.module)
    }

    /// What is deployed by one and not by the other, with these values of parameters.
    fn differences(&self, given: &BTreeMap<String, Value>) -> Vec<String> {
        let name = "drainer";
        let mut variables = BTreeMap::from([("name".to_owned(), hcl::Value::from(name))]);
        variables.extend(given.iter().map(|(parameter, value)| {
            (parameters::variable(parameter), hcl::to_value(value).unwrap())
        }));
        let stack = Stack::new(name, &self.template, given).rendered();
        differences(&stack, &translation::of(&self.module().evaluated(&variables)))
    }

    fn differences_of_parameters(&self) -> Vec<String> {
        let ours = parameters::of_template(&self.template);
        differences(&ours, &parameters::of_module(&self.module()))
    }
}

const NONE: [String; 0] = [];

#[test]
fn the_module_deploys_what_the_template_deploys() {
    for pair in [Pair::ebb(), Pair::hook()] {
        let given = values::required(&pair.template);

        assert_eq!(pair.differences(&given), NONE, "{}", pair.folder);
    }
}

#[test]
fn it_does_with_no_parameter_at_its_default_as_well() {
    for pair in [Pair::ebb(), Pair::hook()] {
        let given = values::other(&pair.template);

        assert_eq!(pair.differences(&given), NONE, "{}", pair.folder);
    }
}

#[test]
fn it_does_with_each_parameter_alone_not_at_its_default() {
    for pair in [Pair::ebb(), Pair::hook()] {
        for Others { parameter, values, .. } in values::others(&pair.template) {
            for value in values {
                let mut given = values::required(&pair.template);
                given.insert(parameter.clone(), value.clone());

                assert_eq!(pair.differences(&given), NONE, "{parameter}: {value}");
            }
        }
    }
}

#[test]
fn its_variables_are_the_parameters_with_their_defaults_and_what_they_refuse() {
    for pair in [Pair::ebb(), Pair::hook()] {
        assert_eq!(pair.differences_of_parameters(), NONE, "{}", pair.folder);
    }
}

#[test]
fn both_are_read_in_full() {
    let stack = Stack::new("drainer", &Pair::ebb().template, &BTreeMap::new()).rendered();

    let resources = stack["Resources"].as_object().unwrap();
    let policy = &resources["SweepQueuePolicy"]["Properties"]["PolicyDocument"]["Statement"][0];

    assert!(resources.len() > 50, "{}", resources.len());
    assert_eq!(policy["Resource"], "<SweepQueue.arn>");
    assert_eq!(policy["Condition"]["ArnEquals"]["aws:SourceArn"], json!(["<EveryMinute.arn>"]));
}

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
mod words;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use self::differences::differences;
use self::module::Module;
use self::stack::Stack;
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

    /// What parameters without a default need, and a value other than the default for every one.
    fn required_and_other(&self) -> [BTreeMap<String, Value>; 2] {
        parameters::required_and_other(&self.template)
    }
}

const NONE: [String; 0] = [];

#[test]
fn the_module_deploys_what_the_template_deploys() {
    for pair in [Pair::ebb(), Pair::hook()] {
        let [required, _] = pair.required_and_other();

        assert_eq!(pair.differences(&required), NONE, "{}", pair.folder);
    }
}

#[test]
fn it_does_with_no_parameter_at_its_default_as_well() {
    for pair in [Pair::ebb(), Pair::hook()] {
        let [_, other] = pair.required_and_other();

        assert_eq!(pair.differences(&other), NONE, "{}", pair.folder);
    }
}

#[test]
fn it_does_with_each_parameter_alone_not_at_its_default() {
    for pair in [Pair::ebb(), Pair::hook()] {
        let [required, other] = pair.required_and_other();
        for (parameter, value) in other {
            let mut given = required.clone();
            given.insert(parameter.clone(), value);

            assert_eq!(pair.differences(&given), NONE, "{parameter}");
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

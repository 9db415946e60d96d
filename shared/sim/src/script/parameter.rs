//! Parameters of Systems Manager in a scenario: their check, and the steps that change them.

use serde_json::{Value, json};

use super::ScriptError;
use super::mistake::{Mistake, at};
use crate::history::{Caller, Fact};
use crate::scenario::{Happening, ParameterSpec, Scenario};
use crate::ssm;
use crate::world::World;

/// Checks the parameters of a scenario and of its steps.
pub(super) fn check(scenario: &Scenario) -> Result<(), ScriptError> {
    for (index, parameter) in scenario.parameters.iter().enumerate() {
        check_parameter(parameter).map_err(|wrong| at("parameter", index, wrong))?;
    }
    for (index, step) in scenario.happens.iter().enumerate() {
        if let Happening::PutParameter(parameter) = &step.what {
            check_parameter(parameter).map_err(|wrong| at("happens", index, wrong))?;
        }
    }
    Ok(())
}

fn check_parameter(parameter: &ParameterSpec) -> Result<(), Mistake> {
    ssm::check_name(&parameter.name).map_err(|refusal| ("name", refusal.to_string()))?;
    ssm::check_value(&parameter.value).map_err(|refusal| ("value", refusal.to_string()))
}

/// Creates the parameters that exist when the world begins.
pub(super) fn create(world: &mut World, scenario: &Scenario) {
    for parameter in &scenario.parameters {
        put(world, parameter);
    }
}

pub(super) fn put(world: &mut World, parameter: &ParameterSpec) {
    let (name, value) = (&parameter.name, &parameter.value);
    let input = json!({ "Name": name, "Value": value, "Type": "String", "Overwrite": true });
    ask(world, "PutParameter", &input);
}

pub(super) fn delete(world: &mut World, name: &str) {
    ask(world, "DeleteParameter", &json!({ "Name": name }));
}

/// Makes a call of Systems Manager as an operator. The history has a refusal.
fn ask(world: &mut World, operation: &str, input: &Value) {
    let operator = Caller::Other("operator".to_owned());
    if let Err(refused) = ssm::call(world, &operator, operation, input) {
        world.note(Fact::Scripted { what: format!("{operation} refused: {refused}") });
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::scenario::Switches;

    #[test]
    fn parameters_exist_from_the_start_and_change_by_steps() {
        let scenario: Scenario = serde_json::from_value(json!({
            "parameter": [{ "name": "/a", "value": "1" }, { "name": "/b", "value": "1" }],
            "happens": [
                { "at": "1s", "what": "put-parameter", "name": "/a", "value": "2" },
                { "at": "2s", "what": "delete-parameter", "name": "/b" },
            ],
        }))
        .unwrap();
        let mut world = World::new(1, Switches::default());

        world.play(&scenario).unwrap();
        let before = world.parameters();
        world.advance(Duration::from_secs(3));

        let text = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(before, [text("/a", "1"), text("/b", "1")].into());
        assert_eq!(world.parameters(), [text("/a", "2")].into());
    }

    #[test]
    fn parameter_that_aws_would_refuse_is_a_mistake_with_its_place() {
        let mistake = |name: &str, value: &str| {
            let parameter = json!({ "name": name, "value": value });
            let scenario = serde_json::from_value(json!({ "parameter": [parameter] })).unwrap();
            let mut world = World::new(1, Switches::default());
            world.play(&scenario).expect_err("a mistake").to_string()
        };

        assert!(mistake("a b", "x").starts_with("parameter[0].name"));
        assert!(mistake("/a", &"x".repeat(5000)).starts_with("parameter[0].value"));
    }
}

//! Secrets, each claim with its source.

use serde_json::{Value, json};

use super::call;
use crate::scenario::{Scenario, Switches};
use crate::world::World;

fn world() -> World {
    let scenario: Scenario = serde_json::from_value(json!({
        "secret": [
            { "name": "ebb/smtp", "value": "{\"password\":\"p\"}" },
            { "name": "old", "value": "x", "deleted": true },
        ],
    }))
    .unwrap();
    let mut world = World::new(1, Switches::default());
    world.play(&scenario).unwrap();
    world
}

fn get(world: &mut World, id: &str) -> Result<Value, String> {
    call(world, "GetSecretValue", &json!({ "SecretId": id })).map_err(|error| error.to_string())
}

// API reference, GetSecretValue, SecretId: "The ARN or name of the secret to retrieve".
#[test]
fn secret_is_found_by_its_name_its_arn_and_its_partial_arn() {
    let mut world = world();

    let by_name = get(&mut world, "ebb/smtp").unwrap();
    let arn = by_name["ARN"].as_str().unwrap().to_owned();

    assert_eq!(by_name["SecretString"], "{\"password\":\"p\"}");
    assert!(
        arn.starts_with("arn:aws:secretsmanager:eu-west-1:111122223333:secret:ebb/smtp-"),
        "{arn}"
    );
    assert_eq!(get(&mut world, &arn), Ok(by_name.clone()));
    assert_eq!(get(&mut world, &arn[..arn.len() - 7]), Ok(by_name));
}

// API reference, GetSecretValue, errors.
#[test]
fn secret_that_is_deleted_or_unknown_is_refused() {
    let mut world = world();

    assert!(get(&mut world, "old").unwrap_err().starts_with("InvalidRequestException"));
    assert!(get(&mut world, "ebb/smt").unwrap_err().starts_with("ResourceNotFoundException"));
}

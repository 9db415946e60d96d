//! Parameters of Systems Manager, each claim with its source.

use serde_json::{Value, json};

use crate::api::Refusal;
use crate::history::Caller;
use crate::scenario::Switches;
use crate::world::World;

fn world() -> World {
    World::new(1, Switches::default())
}

fn ask(world: &mut World, operation: &str, input: Value) -> Result<Value, Refusal> {
    super::call(world, &Caller::Other("operator".to_owned()), operation, &input)
}

fn put(world: &mut World, name: &str, value: &str) -> Result<Value, Refusal> {
    ask(world, "PutParameter", json!({ "Name": name, "Value": value, "Type": "String" }))
}

fn code(answer: Result<Value, Refusal>) -> String {
    match answer {
        Err(Refusal::Error(error)) => error.code,
        other => panic!("{other:?}"),
    }
}

fn names(answer: &Value) -> Vec<&str> {
    let parameters = answer["Parameters"].as_array().unwrap();
    parameters.iter().map(|parameter| parameter["Name"].as_str().unwrap()).collect()
}

// API reference, PutParameter, `Overwrite`: "The default value is false".
#[test]
fn second_creation_of_a_name_is_refused_and_changes_nothing() {
    let mut world = world();
    let first = put(&mut world, "/ops/web/before", "one").unwrap();

    let second = put(&mut world, "/ops/web/before", "two");

    assert_eq!(code(second), "ParameterAlreadyExists");
    let got = ask(&mut world, "GetParameter", json!({ "Name": "/ops/web/before" })).unwrap();
    assert_eq!((&got["Parameter"]["Value"], &first["Version"]), (&json!("one"), &json!(1)));
}

#[test]
fn overwriting_adds_a_version() {
    let mut world = world();
    put(&mut world, "/ops/state", "one").unwrap();

    let input = json!({ "Name": "/ops/state", "Value": "two", "Overwrite": true });
    let answer = ask(&mut world, "PutParameter", input).unwrap();

    let got = ask(&mut world, "GetParameter", json!({ "Name": "/ops/state" })).unwrap();
    assert_eq!(answer["Version"], 2);
    assert_eq!(
        (&got["Parameter"]["Value"], &got["Parameter"]["Type"]),
        (&json!("two"), &json!("String"))
    );
}

// API reference, PutParameter: 4 KB in the Standard tier; `{{ }}` is refused.
#[test]
fn value_that_a_standard_parameter_cannot_have_is_refused() {
    let mut world = world();
    let longest = "x".repeat(4096);

    assert!(put(&mut world, "/a", &longest).is_ok());
    for value in [format!("{longest}x"), String::new(), "{{ssm:b}}".to_owned()] {
        assert_eq!(code(put(&mut world, "/b", &value)), "ValidationException");
    }
}

// API reference, PutParameter, `Name`.
#[test]
fn name_that_no_parameter_can_have_is_refused() {
    let mut world = world();

    for name in ["a/b", "/a b", "/aws/x", "SSM-x", ""] {
        assert_eq!(code(put(&mut world, name, "x")), "ValidationException", "{name}");
    }
    let deep = "/a".repeat(16);
    assert_eq!(code(put(&mut world, &deep, "x")), "HierarchyLevelLimitExceededException");
}

// API reference, GetParametersByPath: at most 10 a page, direct children only without `Recursive`, never the path itself.
#[test]
fn parameters_below_a_path_come_in_pages_of_ten() {
    let mut world = world();
    for number in 10..22 {
        put(&mut world, &format!("/ops/web/s{number}/before"), "x").unwrap();
    }
    put(&mut world, "/ops/web", "x").unwrap();
    put(&mut world, "/ops/web/top", "x").unwrap();
    put(&mut world, "/ops/webs/s1", "x").unwrap();

    let direct = ask(&mut world, "GetParametersByPath", json!({ "Path": "/ops/web" })).unwrap();
    let input = json!({ "Path": "/ops/web/", "Recursive": true });
    let first = ask(&mut world, "GetParametersByPath", input.clone()).unwrap();
    let mut input = input;
    input["NextToken"] = first["NextToken"].clone();
    let second = ask(&mut world, "GetParametersByPath", input).unwrap();

    assert_eq!(names(&direct), ["/ops/web/top"]);
    assert_eq!((names(&first).len(), names(&second).len()), (10, 3));
    assert_eq!(second.get("NextToken"), Some(&Value::Null));
}

// API reference, GetParametersByPath: a page can have "between zero and the number of MaxResults" parameters.
#[test]
fn empty_first_page_is_not_the_last_one() {
    let mut world = world();
    world.switches.parameters_by_path_begins_empty = true;
    put(&mut world, "/ops/a", "x").unwrap();

    let first = ask(&mut world, "GetParametersByPath", json!({ "Path": "/ops" })).unwrap();
    let input = json!({ "Path": "/ops", "NextToken": first["NextToken"] });
    let second = ask(&mut world, "GetParametersByPath", input).unwrap();

    assert_eq!((names(&first), names(&second)), (vec![], vec!["/ops/a"]));
}

#[test]
fn deletion_is_an_error_only_for_a_single_name_that_is_not_there() {
    let mut world = world();
    put(&mut world, "/a", "x").unwrap();
    put(&mut world, "/b", "x").unwrap();

    let one = ask(&mut world, "DeleteParameter", json!({ "Name": "/a" }));
    let again = ask(&mut world, "DeleteParameter", json!({ "Name": "/a" }));
    let several = ask(&mut world, "DeleteParameters", json!({ "Names": ["/a", "/b"] })).unwrap();

    assert!(one.is_ok());
    assert_eq!(code(again), "ParameterNotFound");
    assert_eq!(several, json!({ "DeletedParameters": ["/b"], "InvalidParameters": ["/a"] }));
}

#[test]
fn several_parameters_are_read_with_the_names_that_are_not_there() {
    let mut world = world();
    put(&mut world, "/a", "x").unwrap();

    let answer = ask(&mut world, "GetParameters", json!({ "Names": ["/a", "/b"] })).unwrap();

    assert_eq!((names(&answer), &answer["InvalidParameters"]), (vec!["/a"], &json!(["/b"])));
}

#[test]
fn stored_values_are_seen_from_outside_the_world() {
    let mut world = world();
    put(&mut world, "/ops/a", "one").unwrap();

    let stored = world.parameters();

    assert_eq!(stored.into_iter().collect::<Vec<_>>(), [("/ops/a".to_owned(), "one".to_owned())]);
}

//! Custom attributes (API reference, PutAttributes and Attribute).

use super::*;

fn put(target: &str, name: &str, value: &str) -> Value {
    json!({ "name": name, "value": value, "targetId": target })
}

fn custom(world: &World, ec2_instance: &str) -> usize {
    let instance = world.ecs.container_instance_on(ec2_instance).unwrap();
    instance.attributes.keys().filter(|name| name.starts_with("my")).count()
}

#[test]
fn attributes_come_back_with_the_instance() {
    let mut world = web(1);
    let attribute = put(&on(&world, "i-1"), "my.note", "v1/2026-03-02_09:00@a\\b c");

    ask(&mut world, "PutAttributes", json!({ "cluster": "web", "attributes": [attribute] }));

    let shown = described(&mut world, "i-1");
    let expected = json!({ "name": "my.note", "value": "v1/2026-03-02_09:00@a\\b c" });
    assert!(shown["attributes"].as_array().unwrap().contains(&expected));
}

#[test]
fn ten_instances_fit_one_call_and_eleven_do_not() {
    let mut world = web(11);
    let all: Vec<_> = (1..=11).map(|n| put(&on(&world, &format!("i-{n}")), "my", "1")).collect();

    let eleven =
        refused(&mut world, "PutAttributes", json!({ "cluster": "web", "attributes": all }));
    ask(&mut world, "PutAttributes", json!({ "cluster": "web", "attributes": all[..10] }));

    assert_eq!(eleven, "InvalidParameterException");
    assert_eq!((custom(&world, "i-1"), custom(&world, "i-11")), (1, 0));
}

#[test]
fn one_target_that_is_gone_fails_the_whole_call() {
    let mut world = web(2);
    let both = [put(&on(&world, "i-1"), "my", "1"), put(&on(&world, "i-2"), "my", "1")];
    world.host_goes("i-2", HostLoss::Terminated);
    pass(&mut world, 5);

    let code =
        refused(&mut world, "PutAttributes", json!({ "cluster": "web", "attributes": both }));

    assert_eq!(code, "TargetNotFoundException");
    assert_eq!(custom(&world, "i-1"), 0);
}

#[test]
fn a_resource_has_ten_custom_attributes_at_most() {
    let mut world = web(1);
    let arn = on(&world, "i-1");
    let ten: Vec<_> = (0..10).map(|n| put(&arn, &format!("my{n}"), "1")).collect();
    ask(&mut world, "PutAttributes", json!({ "cluster": "web", "attributes": ten }));

    let eleventh = json!({ "cluster": "web", "attributes": [put(&arn, "my10", "1")] });
    let again = json!({ "cluster": "web", "attributes": [put(&arn, "my9", "2")] });

    assert_eq!(
        refused(&mut world, "PutAttributes", eleventh.clone()),
        "AttributeLimitExceededException"
    );
    ask(&mut world, "PutAttributes", again);
    ask(
        &mut world,
        "DeleteAttributes",
        json!({ "cluster": "web", "attributes": [put(&arn, "my0", "1")] }),
    );
    ask(&mut world, "PutAttributes", eleventh);
    assert_eq!(custom(&world, "i-1"), 10);
}

#[test]
fn names_and_values_have_limits() {
    let mut world = web(1);
    let arn = on(&world, "i-1");
    let wrong = [
        put(&arn, "my", " x"),
        put(&arn, "my", "a,b"),
        put(&arn, "my", &"x".repeat(129)),
        put(&arn, "m y", "x"),
    ];

    for attribute in wrong {
        let input = json!({ "cluster": "web", "attributes": [attribute] });
        assert_eq!(refused(&mut world, "PutAttributes", input), "InvalidParameterException");
    }
    let longest = json!({ "cluster": "web", "attributes": [put(&arn, "my", &"x".repeat(128))] });
    ask(&mut world, "PutAttributes", longest);
}

#[test]
fn attributes_are_listed_with_their_targets() {
    let mut world = web(2);
    let arn = on(&world, "i-2");
    ask(
        &mut world,
        "PutAttributes",
        json!({ "cluster": "web", "attributes": [put(&arn, "my", "1")] }),
    );

    let input =
        json!({ "cluster": "web", "targetType": "container-instance", "attributeName": "my" });
    let answer = ask(&mut world, "ListAttributes", input);

    assert_eq!(answer["attributes"], json!([{ "name": "my", "value": "1", "targetId": arn }]));
}

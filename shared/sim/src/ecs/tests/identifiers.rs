//! Identifiers of other Regions, accounts and clusters, and of no known form.

use super::*;

const INSTANCE: &str = "arn:aws:ecs:eu-west-1:111122223333:container-instance/web/";

/// Returns the message of the InvalidParameterException that a call fails with.
fn message(world: &mut World, operation: &str, input: Value) -> String {
    match super::super::call(world, &operator(), operation, &input) {
        Err(Refusal::Error(error)) if error.code == "InvalidParameterException" => error.message,
        other => panic!("{operation} {input}: {other:?}"),
    }
}

fn of_instance(world: &mut World, id: &str) -> String {
    let input = json!({ "cluster": "web", "containerInstances": [id] });
    message(world, "DescribeContainerInstances", input)
}

// aws/aws-cli#3175; aws-actions/amazon-ecs-deploy-task-definition#261; aws/aws-toolkit-vscode#2915.
#[test]
fn arn_of_another_region_account_or_cluster_fails_the_call() {
    let mut world = web(1);
    let arn = on(&world, "i-1");

    let region = of_instance(&mut world, &arn.replace("eu-west-1", "us-east-1"));
    let account = of_instance(&mut world, &arn.replace("111122223333", "444455556666"));
    let cluster = of_instance(&mut world, &arn.replace("/web/", "/shop/"));

    assert_eq!(region, "Invalid Region in ARN");
    assert_eq!(account, "Identifier is for 444455556666. Your accountId is 111122223333");
    assert_eq!(cluster, "Invalid identifier: Identifier is for cluster shop. Your cluster is web");
}

// aws/aws-cli#10057; aws-samples/semantic-search-aws-docs#5; aws/aws-cli#7875.
#[test]
fn malformed_identifier_fails_the_call_beside_one_that_is_good() {
    let mut world = web(1);
    let good = on(&world, "i-1");

    let input = json!({ "cluster": "web", "containerInstances": [good, "i-0123456789abcdef0"] });
    let short = message(&mut world, "DescribeContainerInstances", input);
    let separators = of_instance(&mut world, &format!("{INSTANCE}a/{}", "0".repeat(32)));
    let of_type = of_instance(&mut world, &good.replace(":container-instance/", ":task/"));

    assert_eq!(short, "instanceId length should be one of [32,36]");
    assert_eq!(separators, "Invalid identifier: Unexpected number of separators");
    assert_eq!(of_type, "Unsupported resource type: task");
}

#[test]
fn identifier_of_the_older_form_is_missing() {
    let mut world = web(1);
    let uuid = "2f0b9f3e-4d2b-4ccf-a8c4-d454db0ee121";
    let old = INSTANCE.replace("web/", uuid);

    let input = json!({ "cluster": "web", "containerInstances": [uuid, old] });
    let answer = ask(&mut world, "DescribeContainerInstances", input);

    assert_eq!(answer["failures"].as_array().unwrap().len(), 2);
    assert_eq!(answer["failures"][1], json!({ "arn": old, "reason": "MISSING" }));
}

// awslabs/amazon-ecs-nodejs-microservices#18; mondoohq/mql#6370.
#[test]
fn cluster_name_that_ecs_refuses_fails_the_call() {
    let mut world = web(1);

    let spaced = message(&mut world, "ListTasks", json!({ "cluster": "the web" }));
    let cut_off = json!({ "clusters": ["arn:aws:ecs:eu-west-1:111122223333"] });
    let cut_off = refused(&mut world, "DescribeClusters", cut_off);

    assert_eq!(spaced, "Cluster must match ^[a-zA-Z0-9\\-_]{1,255}$, but was the web");
    assert_eq!(cut_off, "ClientException");
}

//! PutAttributes, DeleteAttributes.

use aws_sdk_ecs::types::{Attribute, TargetType};

use super::{Account, asking, modelled};

const TWO: &str = r#"
    [[group]]
    name = "web"
    cluster = "shop"
    instances = 2
"#;

fn attribute(name: &str, target: &str) -> Attribute {
    let attribute = Attribute::builder().name(name).value("1/s:1772442000");
    attribute.target_type(TargetType::ContainerInstance).target_id(target).build().unwrap()
}

fn attributes(count: usize, target: &str) -> Option<Vec<Attribute>> {
    Some((0..count).map(|n| attribute(&format!("owner-{n}"), target)).collect())
}

/// Returns the value of the attribute in the description of the container instance.
async fn described(account: &Account, arn: &str) -> Option<String> {
    let call = account.clients.ecs.describe_container_instances().cluster("shop");
    let answer = call.container_instances(arn).send().await.unwrap();
    let attributes = answer.container_instances()[0].attributes().iter();
    let mut ours = attributes.filter(|one| one.name() == "ebb.drain");
    ours.next().and_then(|one| one.value()).map(str::to_owned)
}

#[test]
fn attribute_is_described_until_deleted() {
    asking(TWO, async |account| {
        let ecs = &account.clients.ecs;
        let arn = &account.container_instances("shop").await[0];

        let put = ecs.put_attributes().cluster("shop").attributes(attribute("ebb.drain", arn));
        let put = put.send().await.unwrap();
        let written = described(&account, arn).await;
        let delete = ecs.delete_attributes().cluster("shop");
        let deleted = delete.attributes(attribute("ebb.drain", arn)).send().await.unwrap();

        assert_eq!(put.attributes()[0].target_id(), Some(&**arn));
        assert_eq!(written.as_deref(), Some("1/s:1772442000"));
        assert_eq!(deleted.attributes()[0].name(), "ebb.drain");
        assert_eq!(described(&account, arn).await, None);
    });
}

// API reference, PutAttributes: up to 10 in a call, 10 custom attributes for each resource.
#[test]
fn an_eleventh_attribute_is_refused_in_the_call_and_on_the_resource() {
    asking(TWO, async |account| {
        let arn = &account.container_instances("shop").await[0];
        let put = || account.clients.ecs.put_attributes().cluster("shop");

        let eleven = put().set_attributes(attributes(11, arn)).send().await;
        put().set_attributes(attributes(10, arn)).send().await.unwrap();
        let one_more = put().attributes(attribute("ebb.drain", arn)).send().await;

        assert!(modelled(eleven).is_invalid_parameter_exception());
        assert!(modelled(one_more).is_attribute_limit_exceeded_exception());
    });
}

// API reference, PutAttributes and DeleteAttributes: TargetNotFoundException.
#[test]
fn one_target_that_is_gone_fails_the_call_and_nothing_is_written() {
    asking(TWO, async |account| {
        let ecs = &account.clients.ecs;
        let arn = &account.container_instances("shop").await[0];
        let both =
            || Some(vec![attribute("ebb.drain", arn), attribute("ebb.drain", &"0".repeat(32))]);

        let put = ecs.put_attributes().cluster("shop").set_attributes(both()).send().await;
        let delete = ecs.delete_attributes().cluster("shop").set_attributes(both()).send().await;

        assert!(modelled(put).is_target_not_found_exception());
        assert!(modelled(delete).is_target_not_found_exception());
        assert_eq!(described(&account, arn).await, None);
    });
}

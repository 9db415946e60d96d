use super::*;

fn ids(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

fn instance(arn: &str, status: &str, agent_connected: bool) -> Found {
    let it = types::ContainerInstance::builder()
        .container_instance_arn(arn)
        .ec2_instance_id("i-1")
        .status(status)
        .agent_connected(agent_connected)
        .build();
    found("arn:aws:ecs:eu-west-1:111122223333:cluster/web", &it)
}

#[test]
fn a_filter_names_every_instance() {
    assert_eq!(filter(&ids(&["i-1", "i-2"])), "ec2InstanceId in ['i-1', 'i-2']");
}

#[test]
fn a_cluster_that_is_configured_by_name_is_known_by_its_arn() {
    let old = "arn:aws:ecs:eu-west-1:111122223333:container-instance/0f1e";
    let arn = "arn:aws:ecs:eu-west-1:111122223333:cluster/web";

    assert_eq!(cluster_arn("web", old), arn);
    assert_eq!(cluster_arn(arn, old), arn);
}

#[test]
fn what_an_answer_names_nowhere_is_asked_for_again() {
    let missing = types::Failure::builder().arn("arn/b").reason("MISSING").build();
    let asked = ids(&["arn/a", "arn/b", "arn/c"]);

    let answers =
        merged("describing", &asked, vec![Ok(instance("arn/a", "ACTIVE", true))], &[missing]);

    assert!(answers["arn/a"].is_ok());
    assert!(answers["arn/b"].as_ref().is_err_and(Fault::is_gone));
    assert!(matches!(answers["arn/c"], Err(Fault::Busy(_))));
}

#[test]
fn ten_custom_attributes_leave_no_room_for_an_eleventh() {
    let attribute = |name: String| types::Attribute::builder().name(name).build().unwrap();
    let built_in = (0..20).map(|n| attribute(format!("ecs.capability.{n}")));
    let custom = (0..10).map(|n| attribute(format!("rack-{n}")));

    let roomy =
        types::ContainerInstance::builder().set_attributes(Some(built_in.collect())).build();
    let full = types::ContainerInstance::builder().set_attributes(Some(custom.collect())).build();

    assert!(described(&roomy).attribute_fits);
    assert!(!described(&full).attribute_fits);
}

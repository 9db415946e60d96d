use drain::attribute::DrainAttribute;
use drain::observation::{ContainerInstance, GroupMember};

use super::*;
use crate::observe::container_instances::inactive;

fn with_status(status: Status) -> ContainerInstance {
    let mut it = inactive("arn/ci-1", "web");
    if let Some(described) = &mut it.described {
        described.status = status;
    }
    it
}

fn decided() -> BatchInstance {
    BatchInstance { is_open: false, ..BatchInstance::new("i-1", Triggers::default()) }
}

/// Returns a decided instance after a result.
fn after(result: ActionResult) -> BatchInstance {
    let mut instance = decided();
    instance.observation.tasks = Seen::Present(Vec::new());
    instance.apply_result(result, Timestamp::UNIX_EPOCH);
    instance
}

fn busy() -> Vec<Fault> {
    vec![Fault::Busy("writing".to_owned())]
}

#[test]
fn instance_set_draining_is_decided_again() {
    let drained = Some(with_status(Status::Draining));

    let instance = after(ActionResult { drained, ..ActionResult::default() });

    assert!(instance.is_open);
    assert!(instance.observation.tasks.is_open());
}

#[test]
fn instance_set_active_is_decided_again_unless_a_call_failed() {
    let activated = Some(with_status(Status::Active));
    let result = ActionResult { activated, ..ActionResult::default() };

    assert!(after(result.clone()).is_open);
    assert!(!after(ActionResult { faults: busy(), ..result }).is_open);
}

#[test]
fn instance_whose_draining_failed_is_not_decided_again() {
    let instance = after(ActionResult { faults: busy(), ..ActionResult::default() });

    assert!(!instance.is_open);
    assert_eq!(instance.all_faults().len(), 1);
}

#[test]
fn written_attribute_is_part_of_the_observation() {
    let attribute =
        DrainAttribute { draining_since: Some(Timestamp::UNIX_EPOCH), ..Default::default() };
    let drained = Some(with_status(Status::Draining));
    let written = Some(attribute.clone());

    let instance = after(ActionResult { drained, written, ..ActionResult::default() });

    let it = instance.observation.container_instance.present().unwrap();
    assert_eq!(it.described.as_ref().unwrap().attribute, Some(attribute));
}

#[test]
fn question_about_a_group_waits_for_its_name() {
    let mut instance = decided();
    assert_eq!(instance.prerequisite(Question::Hooks), Question::Member);
    assert_eq!(instance.prerequisite(Question::Tasks), Question::Tasks);

    instance.observation.member = Seen::Absent;

    assert_eq!(instance.prerequisite(Question::Hooks), Question::Hooks);
}

#[test]
fn group_is_the_one_that_auto_scaling_names() {
    let mut instance = decided();
    assert_eq!(instance.group_name(), None);

    instance.observation.member = Seen::Present(GroupMember {
        group: "web".to_owned(),
        lifecycle_state: "InService".to_owned(),
        healthy: true,
    });

    assert_eq!(instance.group_name(), Some("web"));
}

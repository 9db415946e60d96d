//! PutAttributes, DeleteAttributes and ListAttributes, for container instances.

use serde_json::{Value, json};

use crate::api::{ApiError, Refusal};
use crate::ecs::container_instance::{ContainerInstance, Status, is_agents};
use crate::ecs::identifier::{ResourceType, resource_arn};
use crate::ecs::status_change::changed;
use crate::ecs::{Ecs, shape};
use crate::world::World;

use super::container_instances::find;
use super::input::EcsInput;
use super::invalid;

/// Most attributes in one call, and most custom attributes of a resource, 10 (API reference, PutAttributes).
const ATTRIBUTES: usize = 10;
/// Most characters in a name or a value (API reference, Attribute).
const LENGTH: usize = 128;

/// The parameters of ListAttributes.
pub(super) const LIST: &[&str] =
    &["cluster", "targetType", "attributeName", "attributeValue", "maxResults", "nextToken"];

/// One attribute of one container instance.
#[derive(Debug)]
struct AttributeChange {
    target: String,
    name: String,
    value: Option<String>,
}

/// Writes all attributes or none: a single missing target fails the call. AWS does not document if such a call writes
/// the other attributes.
pub(super) fn put(world: &mut World, input: &EcsInput) -> Result<Value, Refusal> {
    let changes = read_attributes(&world.ecs, input)?;
    for change in &changes {
        check_text("name", &change.name, "-_./\\")?;
        if let Some(value) = &change.value {
            check_text("value", value, "-_.@/\\: ")?;
        }
    }
    check_limit(&world.ecs, &changes)?;
    apply(world, &changes, |instance, change| {
        instance.attributes.insert(change.name.clone(), change.value.clone());
    });
    Ok(json!({ "attributes": changes.iter().map(answer).collect::<Vec<_>>() }))
}

pub(super) fn delete(world: &mut World, input: &EcsInput) -> Result<Value, Refusal> {
    let changes = read_attributes(&world.ecs, input)?;
    apply(world, &changes, |instance, change| {
        instance.attributes.remove(&change.name);
    });
    Ok(json!({ "attributes": changes.iter().map(answer).collect::<Vec<_>>() }))
}

/// Applies the changes, with one event for each target that changed.
fn apply(
    world: &mut World,
    changes: &[AttributeChange],
    edit: impl Fn(&mut ContainerInstance, &AttributeChange),
) {
    let mut targets = std::collections::BTreeSet::new();
    for change in changes {
        if let Some(instance) = world.ecs.container_instances.get_mut(&change.target) {
            edit(instance, change);
            targets.insert(change.target.as_str());
        }
    }
    for target in targets {
        changed(world, target);
    }
}

pub(super) fn list(world: &World, input: &EcsInput) -> Result<Value, Refusal> {
    let cluster = input.cluster(&world.ecs)?;
    if input.required("targetType")? != "container-instance" {
        return Err(invalid("targetType should be container-instance."));
    }
    let (name, value) = (input.text("attributeName")?, input.text("attributeValue")?);
    let instances = world.ecs.instances_of(&cluster).filter(|i| i.status != Status::Inactive);
    let attributes = instances.flat_map(|instance| {
        let attributes = instance.attributes.iter();
        attributes.map(|(name, value)| (instance.arn.as_str(), name, value))
    });
    let attributes = attributes.filter(|(_, its_name, its_value)| {
        name.is_none_or(|name| *its_name == name)
            && value.is_none_or(|value| its_value.as_deref() == Some(value))
    });
    let attributes = attributes.map(|(target, name, value)| {
        let mut shape = shape::attribute(name, value);
        shape["targetId"] = json!(target);
        (format!("{target}\u{0}{name}"), shape)
    });
    let attributes: std::collections::BTreeMap<_, _> = attributes.collect();
    let (page, token) = input.page(attributes.keys())?;
    let page: Vec<_> = page.into_iter().filter_map(|key| attributes.get(key)).collect();
    Ok(json!({ "attributes": page, "nextToken": token }))
}

fn read_attributes(ecs: &Ecs, input: &EcsInput) -> Result<Vec<AttributeChange>, Refusal> {
    let cluster = input.cluster(ecs)?;
    let items = input.list("attributes")?;
    if !(1..=ATTRIBUTES).contains(&items.len()) {
        return Err(invalid("attributes should have 1 to 10 elements."));
    }
    items.iter().map(|item| read_attribute(ecs, &cluster, item, input)).collect()
}

/// Reads an attribute. Its target is an ARN, or an id with `targetType`. A missing target is a
/// `TargetNotFoundException`.
fn read_attribute(
    ecs: &Ecs,
    cluster: &str,
    item: &Value,
    input: &EcsInput,
) -> Result<AttributeChange, Refusal> {
    let text = |name: &str| item[name].as_str();
    let name = text("name").filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| invalid("Attribute name cannot be empty."))?;
    let target = text("targetId").ok_or_else(|| input.unknown("without a targetId"))?;
    let by_arn = target.starts_with("arn:");
    if !by_arn && text("targetType") != Some("container-instance") {
        return Err(invalid("targetType is required with a short targetId."));
    }
    let target = resource_arn(ResourceType::ContainerInstance, cluster, target)?;
    if find(ecs, cluster, &target).is_none_or(|instance| instance.status == Status::Inactive) {
        let message = "The specified target wasn't found.";
        return Err(ApiError::client("TargetNotFoundException", message).into());
    }
    Ok(AttributeChange { target, name: name.to_owned(), value: text("value").map(str::to_owned) })
}

/// Checks a name or a value: "between 1 and 128 characters", letters, digits and some marks; no space at either end
/// (API reference, Attribute).
fn check_text(what: &str, text: &str, marks: &str) -> Result<(), Refusal> {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || marks.contains(letter);
    let fits = (1..=LENGTH).contains(&text.len()) && text.chars().all(allowed);
    if fits && text.trim() == text {
        Ok(())
    } else {
        Err(invalid(format!("Attribute {what} is not valid: {text}")))
    }
}

fn check_limit(ecs: &Ecs, changes: &[AttributeChange]) -> Result<(), Refusal> {
    for change in changes {
        let Some(instance) = ecs.container_instances.get(&change.target) else { continue };
        let there = instance.attributes.keys().filter(|name| !is_agents(name));
        let mut names: std::collections::BTreeSet<&str> = there.map(String::as_str).collect();
        let same = changes.iter().filter(|other| other.target == change.target);
        names.extend(same.map(|other| other.name.as_str()));
        if names.len() > ATTRIBUTES {
            let message = "You can apply up to 10 custom attributes for each resource.";
            return Err(ApiError::client("AttributeLimitExceededException", message).into());
        }
    }
    Ok(())
}

fn answer(change: &AttributeChange) -> Value {
    let mut shape = shape::attribute(&change.name, &change.value);
    shape["targetId"] = json!(change.target);
    shape["targetType"] = json!("container-instance");
    shape
}

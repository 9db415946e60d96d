//! What is remembered on container instances: PutAttributes, DeleteAttributes.
//!
//! A call with a target that is gone is refused as a whole, so it is repeated one by one.

use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::{Attribute, TargetType};
use drain::attribute::{self, DrainAttribute};
use drain::decision::Action;
use drain::observation::ContainerInstance;

use super::{Order, Outcome, blame, by_cluster, picked};
use crate::fault::Fault;
use crate::observe::{all, short};

/// API reference, PutAttributes and DeleteAttributes.
const WRITTEN_AT_ONCE: usize = 10;

/// An attribute to write, or to take off where it has no value.
struct Note {
    ec2_instance: String,
    container_instance: String,
    cluster: String,
    value: Option<DrainAttribute>,
}

/// Writes our attribute on container instances. One that could not be set DRAINING gets none: it would say since when it
/// drains.
pub(super) async fn remember(ecs: &Client, orders: &[Order], outcome: &mut Outcome) {
    let attributes = picked(orders, |action| match action {
        Action::Remember(attribute) => Some(attribute),
        _ => None,
    });
    let drained = |order: &Order| {
        let wanted = order.actions.contains(&Action::Drain);
        !wanted || outcome.get(&order.ec2_instance).is_some_and(|done| done.drained.is_some())
    };
    let written = attributes.into_iter().filter(|(order, _)| drained(order)).collect();
    let parts = by_cluster(written, WRITTEN_AT_ONCE).into_iter().map(|(_, part)| {
        part.into_iter().map(|(order, it, value)| note(order, it, value)).collect()
    });
    write(ecs, parts.collect(), outcome).await;
}

/// Takes our attribute off container instances.
pub(super) async fn forget(
    ecs: &Client,
    instances: Vec<(String, ContainerInstance)>,
    outcome: &mut Outcome,
) {
    let mut notes: Vec<Note> = instances
        .into_iter()
        .map(|(ec2_instance, it)| Note {
            ec2_instance,
            container_instance: it.arn,
            cluster: it.cluster,
            value: None,
        })
        .collect();
    notes.sort_by(|one, other| one.cluster.cmp(&other.cluster));
    let mut parts: Vec<Vec<Note>> = Vec::new();
    for note in notes {
        match parts.last_mut() {
            Some(part) if part.len() < WRITTEN_AT_ONCE && part[0].cluster == note.cluster => {
                part.push(note);
            }
            _ => parts.push(vec![note]),
        }
    }
    write(ecs, parts, outcome).await;
}

fn note(order: &Order, it: &ContainerInstance, value: &DrainAttribute) -> Note {
    Note {
        ec2_instance: order.ec2_instance.clone(),
        container_instance: it.arn.clone(),
        cluster: it.cluster.clone(),
        value: Some(value.clone()),
    }
}

async fn write(ecs: &Client, parts: Vec<Vec<Note>>, outcome: &mut Outcome) {
    let calls = parts.iter().map(|part| write_part(ecs, part)).collect();
    for (note, result) in all(calls).await.into_iter().flatten() {
        if result.is_ok()
            && let Some(done) = outcome.get_mut(&note.ec2_instance)
        {
            done.remembered = note.value.clone();
        }
        blame(outcome, &note.ec2_instance, result);
    }
}

async fn write_part<'a>(ecs: &Client, part: &'a [Note]) -> Vec<(&'a Note, Result<(), Fault>)> {
    match call(ecs, part).await {
        Err(Fault::Gone(_) | Fault::Bug(_)) if part.len() > 1 => {
            let singly = part
                .iter()
                .map(|note| async move { (note, call(ecs, std::slice::from_ref(note)).await) });
            all(singly.collect()).await
        }
        result => part.iter().map(|note| (note, result.clone())).collect(),
    }
}

async fn call(ecs: &Client, part: &[Note]) -> Result<(), Fault> {
    let Some(first) = part.first() else { return Ok(()) };
    let attributes = Some(part.iter().filter_map(attribute).collect());
    let doing = format!("writing attributes in cluster {}", short(&first.cluster));
    if first.value.is_some() {
        let call = ecs.put_attributes().cluster(&first.cluster).set_attributes(attributes);
        call.send().await.map(|_| ()).map_err(|error| Fault::new(doing, &error))
    } else {
        let call = ecs.delete_attributes().cluster(&first.cluster).set_attributes(attributes);
        call.send().await.map(|_| ()).map_err(|error| Fault::new(doing, &error))
    }
}

/// The SDK refuses an attribute without a name only.
fn attribute(note: &Note) -> Option<Attribute> {
    let attribute = Attribute::builder()
        .name(attribute::NAME)
        .set_value(note.value.as_ref().map(DrainAttribute::to_string))
        .target_type(TargetType::ContainerInstance)
        .target_id(&note.container_instance);
    attribute.build().ok()
}

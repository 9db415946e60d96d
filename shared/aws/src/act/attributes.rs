//! What is remembered on container instances: PutAttributes, DeleteAttributes.
//!
//! A call with a target that is gone is refused as a whole, so it is repeated one by one.

use std::collections::BTreeSet;

use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::{Attribute, TargetType};
use drain::attribute::{self, DrainAttribute};
use drain::decision::Action;
use drain::observation::ContainerInstance;

use super::{ActionResults, Order, by_cluster, done, picked, record_fault};
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

/// Writes our attribute on container instances, and takes it off where nothing is left to remember.
pub(super) async fn remember(ecs: &Client, orders: &[Order], results: &mut ActionResults) {
    let attributes = picked(orders, |action| match action {
        Action::Remember(attribute) => Some(attribute),
        _ => None,
    });
    let nothing = DrainAttribute::default();
    let (left, over) = attributes.into_iter().partition(|(_, attribute)| **attribute != nothing);
    let mut parts = notes(left, |attribute| Some(attribute.clone()));
    parts.extend(notes(over, |_| None));
    write(ecs, parts, results).await;
}

/// Takes our attribute off the container instances of these EC2 instances.
pub(super) async fn forget(
    ecs: &Client,
    orders: &[Order],
    ec2_instances: &BTreeSet<String>,
    results: &mut ActionResults,
) {
    let orders = orders.iter().filter(|order| ec2_instances.contains(&order.ec2_instance));
    let taken_off = orders.map(|order| (order, ())).collect();
    write(ecs, notes(taken_off, |()| None), results).await;
}

/// What is written in one call each.
fn notes<T>(
    picked: Vec<(&Order, T)>,
    value: impl Fn(T) -> Option<DrainAttribute>,
) -> Vec<Vec<Note>> {
    let note = |(order, it, of): (&Order, &ContainerInstance, T)| Note {
        ec2_instance: order.ec2_instance.clone(),
        container_instance: it.arn.clone(),
        cluster: it.cluster.clone(),
        value: value(of),
    };
    let parts = by_cluster(picked, WRITTEN_AT_ONCE).into_iter();
    parts.map(|(_, part)| part.into_iter().map(&note).collect()).collect()
}

async fn write(ecs: &Client, parts: Vec<Vec<Note>>, results: &mut ActionResults) {
    let calls = parts.iter().map(|part| write_part(ecs, part)).collect();
    for (note, result) in all(calls).await.into_iter().flatten() {
        if result.is_ok()
            && let Some(done) = results.get_mut(&note.ec2_instance)
        {
            done.remembered = note.value.clone();
        }
        record_fault(results, &note.ec2_instance, result);
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
        done(doing, call.send().await)
    } else {
        let call = ecs.delete_attributes().cluster(&first.cluster).set_attributes(attributes);
        done(doing, call.send().await)
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

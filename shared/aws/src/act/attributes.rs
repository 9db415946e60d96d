//! The attribute `ebb.drain` on container instances: PutAttributes, DeleteAttributes.
//!
//! AWS refuses a call as a whole if one target is gone, so such a call is repeated target by target.

use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::{Attribute, TargetType};
use drain::attribute::{self, DrainAttribute};
use drain::decision::Action;

use super::action_results::{ActionResults, call_result, record_fault};
use super::order::{Order, by_cluster, pick_actions};
use crate::fault::Fault;
use crate::limits::ATTRIBUTES_PER_CALL;
use crate::observe::conversion::short_id;
use crate::parallel::in_parallel;

/// A write of the attribute on one container instance, or its removal if there is no value.
struct AttributeChange {
    ec2_instance: String,
    container_instance: String,
    cluster: String,
    value: Option<DrainAttribute>,
}

/// Writes the attributes that orders ask for. An attribute that says nothing is removed.
pub(super) async fn write(ecs: &Client, orders: &[Order], results: &mut ActionResults) {
    let written = pick_actions(orders, |action| match action {
        Action::Remember(attribute) => Some(attribute.clone()),
        _ => None,
    });
    change(ecs, written, results).await;
}

/// Removes the attribute of container instances that were set ACTIVE.
pub(super) async fn remove(ecs: &Client, orders: &[Order], results: &mut ActionResults) {
    let removed = orders.iter().map(|order| (order, DrainAttribute::default()));
    change(ecs, removed.collect(), results).await;
}

/// Writes or removes attributes. Every write and every removal of `ebb.drain` goes through this function.
async fn change(
    ecs: &Client,
    attributes: Vec<(&Order, DrainAttribute)>,
    results: &mut ActionResults,
) {
    let nothing = DrainAttribute::default();
    let (puts, deletes): (Vec<_>, Vec<_>) =
        attributes.into_iter().partition(|(_, attribute)| *attribute != nothing);
    let mut parts = changes(puts, Some);
    parts.extend(changes(deletes, |_| None));
    let calls = parts.iter().map(|part| change_part(ecs, part)).collect();
    for (change, result) in in_parallel(calls).await.into_iter().flatten() {
        if result.is_ok()
            && let Some(of_instance) = results.get_mut(&change.ec2_instance)
        {
            of_instance.written = change.value.clone();
        }
        record_fault(results, &change.ec2_instance, result);
    }
}

/// Returns the changes, in one part for each call.
fn changes(
    attributes: Vec<(&Order, DrainAttribute)>,
    value: impl Fn(DrainAttribute) -> Option<DrainAttribute>,
) -> Vec<Vec<AttributeChange>> {
    let parts = by_cluster(attributes, ATTRIBUTES_PER_CALL).into_iter();
    parts
        .map(|(_, part)| {
            let changes = part.into_iter().map(|(order, it, attribute)| AttributeChange {
                ec2_instance: order.ec2_instance.clone(),
                container_instance: it.arn.clone(),
                cluster: it.cluster.clone(),
                value: value(attribute),
            });
            changes.collect()
        })
        .collect()
}

async fn change_part<'a>(
    ecs: &Client,
    part: &'a [AttributeChange],
) -> Vec<(&'a AttributeChange, Result<(), Fault>)> {
    match call(ecs, part).await {
        Err(Fault::Gone(_) | Fault::Bug(_)) if part.len() > 1 => {
            let one_by_one = part.iter().map(|change| async move {
                (change, call(ecs, std::slice::from_ref(change)).await)
            });
            in_parallel(one_by_one.collect()).await
        }
        result => part.iter().map(|change| (change, result.clone())).collect(),
    }
}

async fn call(ecs: &Client, part: &[AttributeChange]) -> Result<(), Fault> {
    let Some(first) = part.first() else { return Ok(()) };
    let attributes = Some(part.iter().filter_map(attribute).collect());
    let cluster = short_id(&first.cluster);
    if first.value.is_some() {
        let doing = format!("writing attributes in cluster {cluster}");
        let call = ecs.put_attributes().cluster(&first.cluster).set_attributes(attributes);
        call_result(doing, call.send().await)
    } else {
        let doing = format!("removing attributes in cluster {cluster}");
        let call = ecs.delete_attributes().cluster(&first.cluster).set_attributes(attributes);
        call_result(doing, call.send().await)
    }
}

/// Builds the SDK's attribute. The SDK refuses an attribute only if it has no name.
fn attribute(change: &AttributeChange) -> Option<Attribute> {
    let attribute = Attribute::builder()
        .name(attribute::NAME)
        .set_value(change.value.as_ref().map(DrainAttribute::to_string))
        .target_type(TargetType::ContainerInstance)
        .target_id(&change.container_instance);
    attribute.build().ok()
}

//! DescribeCapacityProviders.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::api::Refusal;
use crate::ecs::arn;
use crate::ecs::capacity_provider::CapacityProvider;
use crate::world::World;

use super::input::EcsInput;
use super::{failure, invalid};

/// Most capacity providers on a page, and the default of `maxResults`, 10 (API reference).
const PAGE: i64 = 10;
/// Most names in one call (API reference).
const DESCRIBED: usize = 100;

/// The parameters of DescribeCapacityProviders.
pub(super) const DESCRIBE: &[&str] =
    &["capacityProviders", "cluster", "include", "maxResults", "nextToken"];

/// Describes the capacity providers of a cluster, the named ones, or all of the account. Providers of ECS Managed
/// Instances are "cluster-scoped": a call without a cluster finds them only by name.
pub(super) fn describe(world: &World, input: &EcsInput) -> Result<Value, Refusal> {
    input.includes_tags(&[])?;
    let cluster = match input.text("cluster")? {
        Some(_) => Some(input.cluster(&world.ecs)?),
        None => None,
    };
    if input.number("maxResults")?.is_some_and(|size| size > PAGE) {
        return Err(invalid("maxResults must be between 1 and 10."));
    }
    let names = input.texts("capacityProviders")?;
    if !names.is_empty() {
        input.ids("capacityProviders", DESCRIBED)?;
    }
    let asked = |provider: &CapacityProvider<'_>| {
        let named = names.iter().any(|name| arn::id(name) == provider.name());
        let scoped = matches!(provider, CapacityProvider::ManagedInstances { .. });
        match &cluster {
            Some(cluster) => provider.is_in(cluster) && (names.is_empty() || named),
            None => named || (names.is_empty() && !scoped),
        }
    };
    let found = CapacityProvider::all(world).into_iter().filter(asked);
    let found: BTreeMap<_, _> = found.map(|it| (it.key(), it)).collect();
    let (page, token) = input.page_of(found.keys(), PAGE)?;
    let shapes: Vec<_> = page.into_iter().filter_map(|key| Some(found.get(key)?.shape())).collect();
    let described: BTreeSet<_> = found.values().map(CapacityProvider::arn).collect();
    let missing = names.iter().map(|name| arn::ecs_arn("capacity-provider", arn::id(name)));
    let missing = missing.filter(|arn| !described.contains(arn));
    let failures: Vec<_> = missing.map(|arn| failure(&arn, "MISSING")).collect();
    Ok(json!({ "capacityProviders": shapes, "failures": failures, "nextToken": token }))
}

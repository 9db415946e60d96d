//! The clusters of the account and Region: ListClusters.

use aws_sdk_ecs::Client;

use crate::fault::Fault;

/// Returns the ARNs of all clusters.
///
/// # Errors
///
/// The fault of the page that failed.
pub async fn list(ecs: &Client) -> Result<Vec<String>, Fault> {
    let mut pages = ecs.list_clusters().into_paginator().items().send();
    let mut clusters = Vec::new();
    while let Some(arn) = pages.next().await {
        clusters.push(arn.map_err(|error| Fault::new("listing clusters", &error))?);
    }
    Ok(clusters)
}

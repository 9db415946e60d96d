//! Services that a command names: by exact names, or by tags.

use aws_services::service_search;
use clap::Args;

use super::error::OperationError;
use super::session::Session;

/// Services by name or by tags.
#[derive(Debug, Args)]
pub(crate) struct SelectionArguments {
    /// Name of the cluster
    #[arg(long, value_name = "NAME")]
    pub(super) cluster: String,
    /// Exact name of the service; repeat the option for more, one after the other
    #[arg(long = "service", value_name = "NAME", required_unless_present = "tags")]
    services: Vec<String>,
    /// Services with this tag instead; with several, those that have all of them
    #[arg(long = "tag", value_name = "KEY=VALUE", conflicts_with = "services")]
    tags: Vec<String>,
}

impl SelectionArguments {
    /// Returns the first name, or a placeholder for services that are selected by tags.
    pub(super) fn first_name(&self) -> &str {
        self.services.first().map_or("by-tag", String::as_str)
    }
}

/// Returns the names of the selected services.
pub(super) async fn services(
    session: &Session,
    selection: &SelectionArguments,
) -> Result<Vec<String>, OperationError> {
    if selection.tags.is_empty() {
        return Ok(selection.services.clone());
    }
    let tags: Vec<(String, String)> =
        selection.tags.iter().map(|text| parsed_tag(text)).collect::<Result<_, _>>()?;
    let ecs = &session.stepper.clients().aws.ecs;
    let found = service_search::with_tags(ecs, &selection.cluster, &tags).await?;
    match found.is_empty() {
        true => Err(OperationError::Arguments(format!(
            "--tag {}: no service of cluster {} has it",
            selection.tags.join(" --tag "),
            selection.cluster
        ))),
        false => Ok(found),
    }
}

/// Returns the key and the value of a tag.
pub(super) fn parsed_tag(text: &str) -> Result<(String, String), OperationError> {
    let pair = text.split_once('=').filter(|(key, _)| !key.is_empty());
    let pair = pair.map(|(key, value)| (key.to_owned(), value.to_owned()));
    pair.ok_or_else(|| OperationError::Arguments(format!("--tag {text}: expected KEY=VALUE")))
}

//! Arguments that every request has, whatever its kind.

use clap::Args;
use serde_json::{Map, Value, json};
use service::request::{OperationKind, OperationRequest};

use super::error::OperationError;
use crate::access::AccessArguments;

/// Arguments of every request.
#[derive(Debug, Args)]
pub(crate) struct RequestArguments {
    /// Account that the credentials must belong to
    #[arg(long, value_name = "ID")]
    account: Option<String>,
    /// Sentence for the record: why you do this
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Send no notifications
    #[arg(long)]
    no_notify: bool,
    /// Prefix of the queue's name for --remote
    #[arg(long, value_name = "PREFIX", default_value = "ebb-")]
    pub(super) queue_prefix: String,
    #[command(flatten)]
    pub(super) access: AccessArguments,
}

impl RequestArguments {
    /// Returns the fields of a request, without those of its kind alone.
    pub(super) fn fields(
        &self,
        kind: OperationKind,
        cluster: &str,
        service: &str,
    ) -> Map<String, Value> {
        let mut fields = Map::new();
        let mut add = |field: &str, value: Option<Value>| {
            fields.extend(value.map(|value| (field.to_owned(), value)));
        };
        add("kind", Some(json!(kind)));
        add("cluster_name", Some(json!(cluster)));
        add("service_name", Some(json!(service)));
        add("account", self.account.as_ref().map(|it| json!(it)));
        add("reason", self.reason.as_ref().map(|it| json!(it)));
        add("notify", self.no_notify.then_some(Value::Bool(false)));
        fields
    }
}

/// Parses the fields as the function parses a request, so that both refuse the same ones.
pub(super) fn parsed(fields: Map<String, Value>) -> Result<OperationRequest, OperationError> {
    Ok(OperationRequest::parse(&Value::Object(fields).to_string())?)
}

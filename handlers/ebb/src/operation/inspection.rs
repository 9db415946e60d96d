//! Open operations: their list, one of them by name, and their cancellation.

use aws::fault::Fault;
use aws_services::ServiceName;
use aws_services::operations::service_of_parameter;
use serde_json::{Value, json};
use service::record::OperationRecord;
use service::state::{Cancellation, OperationState};

use super::arguments::{CancelArguments, ListArguments};
use super::error::OperationError;
use super::session::Session;
use super::table::{age, aligned};
use crate::exit::Exit;
use crate::output::printing;

/// An open operation: its record and its state.
pub(super) struct OpenOperation {
    pub(super) name: ServiceName,
    pub(super) record: Result<OperationRecord, String>,
    pub(super) state: Option<OperationState>,
}

/// Runs `ebb operations list`.
pub(super) async fn list(arguments: &ListArguments) -> Result<Exit, OperationError> {
    let session = Session::start(&arguments.access).await?;
    let parameters = &session.stepper.clients().parameters;
    let names = parameters.names_below(OperationRecord::PATH).await?;
    let mut services: Vec<ServiceName> =
        names.iter().filter_map(|name| service_of_parameter(name)).collect();
    services.sort();
    services.dedup();
    let mut open = Vec::new();
    for name in services {
        open.extend(find(&session, name).await?);
    }
    let text = match arguments.json {
        true => format!("{:#}\n", open.iter().map(in_json).collect::<Value>()),
        false => in_words(&session, &open),
    };
    Ok(printing::print(&text).unwrap_or(Exit::NothingLost))
}

/// Runs `ebb operations cancel`.
pub(super) async fn cancel(arguments: &CancelArguments) -> Result<Exit, OperationError> {
    let session = Session::start(&arguments.access).await?;
    let open = named(&session, &arguments.operation).await?;
    cancel_open(&session, &open).await?;
    let ServiceName { cluster, service } = &open.name;
    let text = format!(
        "cancelled: the operation restores what it has changed\n  \
         to follow it: ebb operations follow {cluster}/{service}\n"
    );
    Ok(printing::print(&text).unwrap_or(Exit::NothingLost))
}

/// Writes the cancellation of an operation. One that is cancelled already keeps its first cancellation.
pub(super) async fn cancel_open(
    session: &Session,
    open: &OpenOperation,
) -> Result<(), OperationError> {
    let record =
        open.record.as_ref().map_err(|problem| OperationError::Arguments(problem.clone()))?;
    let ours = open.state.clone().filter(|state| state.operation == record.id());
    let mut state = ours.unwrap_or_else(|| OperationState::new(record));
    if state.cancelled.is_some() {
        return Ok(());
    }
    state.cancelled = Some(Cancellation { by: session.by.clone(), at: session.stepper.now() });
    let parameter = OperationState::parameter(&open.name.cluster, &open.name.service);
    let parameters = &session.stepper.clients().parameters;
    let value = state.to_json().map_err(|error| OperationError::Arguments(error.to_string()))?;
    Ok(parameters.overwrite(&parameter, &value).await?)
}

/// Returns the open operation of a name, `shop/api`, or of an id, `recycle/shop/api/20260302T090000Z`.
///
/// # Errors
///
/// The name is neither, or no such operation is open.
pub(super) async fn named(
    session: &Session,
    operation: &str,
) -> Result<OpenOperation, OperationError> {
    let parts: Vec<&str> = operation.split('/').collect();
    let (cluster, service) = match parts.as_slice() {
        [cluster, service] | [_, cluster, service, _] => (*cluster, *service),
        _ => {
            return Err(OperationError::Arguments(format!(
                "{operation}: expected CLUSTER/SERVICE, or the id that `ebb operations list` prints"
            )));
        }
    };
    let name = ServiceName { cluster: cluster.to_owned(), service: service.to_owned() };
    let found = find(session, name).await?;
    let is_it = |open: &OpenOperation| match &open.record {
        Ok(record) => parts.len() == 2 || record.id() == operation,
        Err(_) => parts.len() == 2,
    };
    found.filter(is_it).ok_or_else(|| {
        OperationError::Call(Fault::Gone(format!("{operation}: no such operation is open")))
    })
}

/// Returns the open operation of a service.
async fn find(
    session: &Session,
    name: ServiceName,
) -> Result<Option<OpenOperation>, OperationError> {
    let record = OperationRecord::parameter(&name.cluster, &name.service);
    let state = OperationState::parameter(&name.cluster, &name.service);
    let mut found = session.stepper.clients().parameters.values(&[&record, &state]).await?;
    let stored_state = found.remove(&state);
    let state = stored_state.and_then(|stored| OperationState::parse(&stored.value).ok());
    let record = found
        .remove(&record)
        .map(|stored| OperationRecord::parse(&stored.value).map_err(|error| error.to_string()));
    Ok(record.map(|record| OpenOperation { name, record, state }))
}

fn in_words(session: &Session, open: &[OpenOperation]) -> String {
    if open.is_empty() {
        return "no operation is open\n".to_owned();
    }
    let header = ["OPERATION", "TASKS", "AGE", "STATE", "BY"].map(str::to_owned);
    let mut rows = vec![header];
    for operation in open {
        let ServiceName { cluster, service } = &operation.name;
        rows.push(match &operation.record {
            Ok(record) => [
                record.id(),
                record.tasks.to_string(),
                age(record.at, session.stepper.now()),
                state_in_words(operation).to_owned(),
                record.by.clone(),
            ],
            Err(problem) => [
                format!("{cluster}/{service}"),
                "-".to_owned(),
                "-".to_owned(),
                "unusable".to_owned(),
                problem.clone(),
            ],
        });
    }
    aligned(&rows)
}

/// Returns the state of an operation in one word.
fn state_in_words(operation: &OpenOperation) -> &'static str {
    match &operation.state {
        Some(state) if state.cancelled.is_some() => "cancelled",
        Some(state) if state.stopped.is_some() => "stopped",
        Some(state) if state.resuming.is_some() => "resuming",
        Some(state) if state.shut_down.is_some() => "shut-down",
        _ => "open",
    }
}

fn in_json(operation: &OpenOperation) -> Value {
    let ServiceName { cluster, service } = &operation.name;
    let mut value = json!({
        "cluster": cluster,
        "service": service,
        "state": state_in_words(operation),
    });
    match &operation.record {
        Ok(record) => {
            value["operation"] = record.id().into();
            value["kind"] = json!(record.request.kind);
            value["tasks"] = record.tasks.into();
            value["by"] = record.by.clone().into();
            value["at"] = record.at.to_string().into();
            value["request"] = record.request.to_json();
        }
        Err(problem) => value["problem"] = problem.clone().into(),
    }
    value
}

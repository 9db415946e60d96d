//! The parameters of an operation: its record and its state.

use aws::fault::Fault;
use service::record::OperationRecord;
use service::state::OperationState;

use super::{Performed, ServiceName};
use crate::parameters::{Creation, Parameters};

/// Creates the record, unless one exists.
///
/// The answer of an earlier attempt may be lost. So a record with the same value is this one.
pub(super) async fn create(
    parameters: &Parameters,
    name: &ServiceName,
    record: &OperationRecord,
) -> Result<Performed, Fault> {
    let parameter = OperationRecord::parameter(&name.cluster, &name.service);
    let value = record.to_json().map_err(|error| Fault::Malformed(error.to_string()))?;
    if parameters.create(&parameter, &value).await? == Creation::Created {
        return Ok(Performed::Recorded);
    }
    let found = parameters.values(&[&parameter]).await?;
    let is_ours = found.get(&parameter).is_some_and(|stored| stored.value == value);
    Ok(if is_ours { Performed::Recorded } else { Performed::RecordExists })
}

pub(super) async fn save_state(
    parameters: &Parameters,
    name: &ServiceName,
    state: &OperationState,
) -> Result<(), Fault> {
    let parameter = OperationState::parameter(&name.cluster, &name.service);
    let value = state.to_json().map_err(|error| Fault::Malformed(error.to_string()))?;
    parameters.overwrite(&parameter, &value).await
}

/// Deletes the record. Of several processes only one deletes it.
pub(super) async fn delete(
    parameters: &Parameters,
    name: &ServiceName,
) -> Result<Performed, Fault> {
    let parameter = OperationRecord::parameter(&name.cluster, &name.service);
    let is_deleted = parameters.delete_if_present(&parameter).await?;
    Ok(if is_deleted { Performed::RecordDeleted } else { Performed::Done })
}

pub(super) async fn delete_state(parameters: &Parameters, name: &ServiceName) -> Result<(), Fault> {
    parameters.delete(&OperationState::parameter(&name.cluster, &name.service)).await
}

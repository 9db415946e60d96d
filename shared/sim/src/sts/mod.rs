//! AWS Security Token Service (awsQuery, version 2011-06-15): GetCallerIdentity.

use std::collections::BTreeMap;

use crate::api::Refusal;
use crate::history::Caller;
use crate::query_protocol::{Parameters, Xml};
use crate::region::ACCOUNT;

/// Operations of STS that the simulator knows.
pub(crate) const OPERATIONS: &[&str] = &["GetCallerIdentity"];

/// Carries out an STS API call. The answer is the XML inside `<OperationResult>`.
pub(crate) fn call(
    caller: &Caller,
    operation: &str,
    input: &BTreeMap<String, String>,
) -> Result<String, Refusal> {
    let given = Parameters::new("STS", operation, input);
    match operation {
        "GetCallerIdentity" => {
            given.only(&[])?;
            Ok(identity(caller))
        }
        _ => Err(Refusal::Unknown(format!("STS {operation}"))),
    }
}

/// Returns the account and the assumed role of a caller. Every caller has a role of its own name.
fn identity(caller: &Caller) -> String {
    let name = caller.to_string().replace('/', "-");
    Xml::build(|xml| {
        xml.text("Arn", format!("arn:aws:sts::{ACCOUNT}:assumed-role/{name}/{name}"));
        xml.text("UserId", format!("AROAEXAMPLEROLE:{name}"));
        xml.text("Account", ACCOUNT);
    })
}

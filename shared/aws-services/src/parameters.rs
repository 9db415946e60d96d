//! Parameters of Systems Manager: created if absent, read, listed by path, deleted.

use std::collections::BTreeMap;

use aws::fault::Fault;
use aws_config::SdkConfig;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use jiff::Timestamp;
use serde_json::{Value, json};
use service::observation::StoredParameter;

use crate::faults::sorted;
use crate::limits::PARAMETERS_PER_PAGE;
use crate::signed_calls::{Protocol, SignedClient, SignedService};

const SYSTEMS_MANAGER: SignedService =
    SignedService { name: "ssm", id: "SSM", protocol: Protocol::Json("AmazonSSM") };

/// A client of the parameters of Systems Manager.
#[derive(Debug, Clone)]
pub struct Parameters(SignedClient);

/// Result of the creation of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Creation {
    /// The parameter was absent and has its value now.
    Created,
    /// A parameter of this name exists and was left unchanged.
    Exists,
}

impl Parameters {
    /// Creates a client.
    pub(crate) fn new(config: &SdkConfig) -> Self {
        Self(SignedClient::new(config, SYSTEMS_MANAGER))
    }

    /// Creates a parameter, unless one of this name exists.
    ///
    /// A repeated call after a lost answer finds the parameter of the first call. The caller compares the values.
    ///
    /// # Errors
    ///
    /// The fault of the call.
    pub async fn create(&self, name: &str, value: &str) -> Result<Creation, Fault> {
        match self.0.call_json("PutParameter", &input(name, value, false)).await {
            Ok(_) => Ok(Creation::Created),
            Err(error) => match error.as_service_error().and_then(ProvideErrorMetadata::code) {
                Some("ParameterAlreadyExists") => Ok(Creation::Exists),
                _ => Err(sorted(format!("creating the parameter {name}"), &error)),
            },
        }
    }

    /// Writes a parameter, over the value that it may have.
    ///
    /// # Errors
    ///
    /// The fault of the call.
    pub async fn overwrite(&self, name: &str, value: &str) -> Result<(), Fault> {
        let answer = self.0.call_json("PutParameter", &input(name, value, true)).await;
        answer.map(|_| ()).map_err(|error| sorted(format!("writing the parameter {name}"), &error))
    }

    /// Returns the parameters of these names, at most ten. One that is absent is left out.
    ///
    /// # Errors
    ///
    /// The fault of the call, or of an answer that lacks a name.
    pub async fn values(&self, names: &[&str]) -> Result<BTreeMap<String, StoredParameter>, Fault> {
        let doing = || format!("reading the parameters {}", names.join(" and "));
        let answer = self.0.call_json("GetParameters", &json!({ "Names": names })).await;
        let answer = answer.map_err(|error| sorted(doing(), &error))?;
        let found: BTreeMap<String, StoredParameter> = parameters(&answer).collect();
        let absent: Vec<&str> = texts(&answer["InvalidParameters"]).collect();
        let is_answered = |name: &&str| found.contains_key(*name) || absent.contains(name);
        match names.iter().find(|name| !is_answered(name)) {
            Some(name) => Err(Fault::Busy(format!("{}: the answer lacks {name}", doing()))),
            None => Ok(found),
        }
    }

    /// Returns the names of all parameters below a path, at any depth. An empty page is not the last one (Systems Manager API reference,
    /// GetParametersByPath).
    ///
    /// # Errors
    ///
    /// The fault of the first page that was not answered.
    pub async fn names_below(&self, path: &str) -> Result<Vec<String>, Fault> {
        let mut found = Vec::new();
        let mut next: Option<String> = None;
        loop {
            let mut input =
                json!({ "Path": path, "Recursive": true, "MaxResults": PARAMETERS_PER_PAGE });
            if let Some(token) = next {
                input["NextToken"] = token.into();
            }
            let answer = self.0.call_json("GetParametersByPath", &input).await;
            let answer = answer
                .map_err(|error| sorted(format!("listing the parameters below {path}"), &error))?;
            found.extend(parameters(&answer).map(|(name, _)| name));
            next = answer["NextToken"].as_str().filter(|it| !it.is_empty()).map(str::to_owned);
            if next.is_none() {
                return Ok(found);
            }
        }
    }

    /// Deletes a parameter. One that is absent is deleted already.
    ///
    /// # Errors
    ///
    /// The fault of the call.
    pub async fn delete(&self, name: &str) -> Result<(), Fault> {
        self.delete_if_present(name).await.map(|_| ())
    }

    /// Deletes a parameter. Returns true if this call deleted it, and false if it was absent.
    ///
    /// # Errors
    ///
    /// The fault of the call.
    pub async fn delete_if_present(&self, name: &str) -> Result<bool, Fault> {
        match self.0.call_json("DeleteParameter", &json!({ "Name": name })).await {
            Ok(_) => Ok(true),
            Err(error) => match sorted(format!("deleting the parameter {name}"), &error) {
                Fault::Gone(_) => Ok(false),
                fault => Err(fault),
            },
        }
    }
}

fn input(name: &str, value: &str, overwrite: bool) -> Value {
    json!({
        "Name": name,
        "Value": value,
        "Type": "String",
        "Tier": "Standard",
        "Overwrite": overwrite,
    })
}

fn parameters(answer: &Value) -> impl Iterator<Item = (String, StoredParameter)> {
    answer["Parameters"].as_array().into_iter().flatten().filter_map(parameter)
}

fn parameter(it: &Value) -> Option<(String, StoredParameter)> {
    let value = it["Value"].as_str()?.to_owned();
    let modified_at = it["LastModifiedDate"].as_f64().and_then(timestamp).unwrap_or_default();
    Some((it["Name"].as_str()?.to_owned(), StoredParameter { value, modified_at }))
}

/// Returns the time of a number of seconds since 1970 (Smithy, aws-json-1_1-protocol: timestamps).
fn timestamp(seconds: f64) -> Option<Timestamp> {
    Timestamp::from_millisecond((seconds * 1000.0).round() as i64).ok()
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

//! A parameter at its latest version.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::region::{ACCOUNT, REGION};

/// A parameter; its key is its name.
#[derive(Debug, Clone)]
pub(super) struct Parameter {
    pub name: String,
    /// `String` or `StringList`.
    pub kind: String,
    pub value: String,
    /// Version, counted from 1.
    pub version: u64,
    pub modified_at: Timestamp,
}

impl Parameter {
    /// Returns the parameter in AWS's JSON.
    pub fn shape(&self) -> Value {
        json!({
            "Name": self.name,
            "Type": self.kind,
            "Value": self.value,
            "Version": self.version,
            "LastModifiedDate": self.modified_at.as_millisecond() as f64 / 1000.0,
            "ARN": arn(&self.name),
            "DataType": "text",
        })
    }
}

/// Returns the ARN of a parameter. A name that begins with a slash gets no second one.
pub(crate) fn arn(name: &str) -> String {
    let name = name.strip_prefix('/').unwrap_or(name);
    format!("arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/{name}")
}

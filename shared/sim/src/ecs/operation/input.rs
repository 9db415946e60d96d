//! The input of an API call, read with AWS's error messages, and the pages of lists.

use serde_json::{Map, Value};

use crate::api::{ApiError, Refusal};
use crate::ecs::{Ecs, identifier};

use super::invalid;

/// The longest page (API reference: `maxResults` is 1 to 100, 100 by default).
const PAGE: i64 = 100;

/// Parameter that has another name in error messages.
const CONTAINER_INSTANCES: &str = "containerInstances";

/// The input of one call.
#[derive(Debug)]
pub(super) struct EcsInput<'a> {
    operation: &'a str,
    value: &'a Value,
}

impl<'a> EcsInput<'a> {
    /// Takes the input of an operation that knows these parameters.
    pub fn new(operation: &'a str, value: &'a Value, known: &[&str]) -> Result<Self, Refusal> {
        let given = value.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
        for (name, _) in given {
            if !known.contains(&name.as_str()) {
                return Err(Refusal::Unknown(format!("ECS {operation} with {name}")));
            }
        }
        Ok(Self { operation, value })
    }

    /// Returns the refusal of an unknown use of the operation.
    pub fn unknown(&self, what: &str) -> Refusal {
        Refusal::Unknown(format!("ECS {} {what}", self.operation))
    }

    /// Returns a parameter that is a text.
    pub fn text(&self, name: &str) -> Result<Option<&'a str>, Refusal> {
        match self.value.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(malformed(name)),
        }
    }

    /// Returns a required text.
    pub fn required(&self, name: &str) -> Result<&'a str, Refusal> {
        self.text(name)?.filter(|text| !text.is_empty()).ok_or_else(|| empty(name))
    }

    /// Returns a list of texts; none if the parameter is absent.
    pub fn texts(&self, name: &str) -> Result<Vec<&'a str>, Refusal> {
        let texts =
            self.list(name)?.iter().map(|item| item.as_str().ok_or_else(|| malformed(name)));
        texts.collect()
    }

    /// Returns a list of 1 to `limit` texts. The errors are those of field reports: "Tasks cannot be empty."
    /// (convox/rack#1908), "Container instance cannot be empty." (getmoto/moto#2473), "instanceIds can have at most 10
    /// items." (minamijoyo/myaws#25).
    pub fn ids(&self, name: &str, limit: usize) -> Result<Vec<&'a str>, Refusal> {
        let ids = self.texts(name)?;
        match ids.len() {
            0 => Err(empty(name)),
            count if count > limit => {
                let name = if name == CONTAINER_INSTANCES { "instanceIds" } else { name };
                Err(invalid(format!("{name} can have at most {limit} items.")))
            }
            _ => Ok(ids),
        }
    }

    /// Returns a list of any JSON values; empty if the parameter is absent.
    pub fn list(&self, name: &str) -> Result<&'a [Value], Refusal> {
        match self.value.get(name) {
            None | Some(Value::Null) => Ok(&[]),
            Some(Value::Array(items)) => Ok(items),
            Some(_) => Err(malformed(name)),
        }
    }

    /// Returns a whole number.
    pub fn number(&self, name: &str) -> Result<Option<i64>, Refusal> {
        match self.value.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => value.as_i64().map(Some).ok_or_else(|| malformed(name)),
        }
    }

    /// Returns a parameter that is true or false.
    pub fn boolean(&self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.value.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => value.as_bool().map(Some).ok_or_else(|| malformed(name)),
        }
    }

    /// Returns a parameter that is a structure.
    pub fn structure(&self, name: &str) -> Result<Option<&'a Map<String, Value>>, Refusal> {
        match self.value.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => value.as_object().map(Some).ok_or_else(|| malformed(name)),
        }
    }

    /// Returns true if `include` asks for TAGS. `also` lists other values that are accepted and add nothing here.
    pub fn includes_tags(&self, also: &[&str]) -> Result<bool, Refusal> {
        Ok(self.included(also)?.contains(&"TAGS"))
    }

    /// Returns the values of `include`. The accepted values are TAGS and those in `also`.
    pub fn included(&self, also: &[&str]) -> Result<Vec<&'a str>, Refusal> {
        let include = self.texts("include")?;
        match include.iter().find(|what| **what != "TAGS" && !also.contains(what)) {
            Some(other) => Err(self.unknown(&format!("include {other}"))),
            None => Ok(include),
        }
    }

    /// Returns the name of the cluster that the call names by name or ARN. Without one it is `default`.
    pub fn cluster(&self, ecs: &Ecs) -> Result<String, Refusal> {
        let name = identifier::cluster_name(self.text("cluster")?.unwrap_or("default"))?;
        if ecs.clusters.contains_key(name) {
            Ok(name.to_owned())
        } else {
            Err(ApiError::client("ClusterNotFoundException", "Cluster not found.").into())
        }
    }

    /// Returns one page of ARNs in order, and the next token. The page holds the ARNs after `nextToken`, `maxResults`
    /// at most.
    pub fn page<'b>(
        &self,
        arns: impl Iterator<Item = &'b String>,
    ) -> Result<(Vec<&'b String>, Option<String>), Refusal> {
        self.page_of(arns, PAGE)
    }

    /// Returns one page, for an operation with another default size.
    pub fn page_of<'b>(
        &self,
        arns: impl Iterator<Item = &'b String>,
        size: i64,
    ) -> Result<(Vec<&'b String>, Option<String>), Refusal> {
        let size = self.number("maxResults")?.unwrap_or(size);
        if !(1..=PAGE).contains(&size) {
            return Err(invalid("maxResults must be between 1 and 100."));
        }
        let after = self.text("nextToken")?.map(from_token).transpose()?;
        let mut rest = arns.skip_while(|arn| after.as_ref().is_some_and(|after| *arn <= after));
        let page: Vec<_> = rest.by_ref().take(size as usize).collect();
        let more = rest.next().is_some();
        let token = page.last().filter(|_| more).map(|last| to_token(last));
        Ok((page, token))
    }
}

/// Encodes the end of the last page as a token. Callers cannot read the token.
fn to_token(arn: &str) -> String {
    arn.bytes().map(|byte| format!("{byte:02x}")).collect()
}

fn from_token(token: &str) -> Result<String, Refusal> {
    let digits = token.as_bytes().chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok()?;
        u8::from_str_radix(pair, 16).ok()
    });
    let bytes: Option<Vec<u8>> = digits.collect();
    let arn = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    arn.filter(|arn| arn.starts_with("arn:")).ok_or_else(|| invalid("Invalid token"))
}

/// Returns the error of a parameter of another type.
pub(super) fn malformed(name: &str) -> Refusal {
    ApiError::client("SerializationException", format!("{name} has the wrong type")).into()
}

fn empty(name: &str) -> Refusal {
    let name = if name == CONTAINER_INSTANCES { "containerInstance" } else { name };
    invalid(format!("{} cannot be empty.", capitalised(name)))
}

/// Returns a parameter's name as messages write it: `taskDefinition` is "Task definition".
fn capitalised(name: &str) -> String {
    let mut words = String::new();
    for (index, letter) in name.chars().enumerate() {
        match (index, letter.is_uppercase()) {
            (0, _) => words.extend(letter.to_uppercase()),
            (_, true) => {
                words.push(' ');
                words.extend(letter.to_lowercase());
            }
            (_, false) => words.push(letter),
        }
    }
    words
}

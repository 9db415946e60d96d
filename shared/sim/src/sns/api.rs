//! The API of SNS (awsQuery): Publish. Any other parameter is refused as unknown.

use std::collections::BTreeMap;

use crate::api::{ApiError, Refusal};
use crate::history::Caller;
use crate::query_protocol::{Parameters, Xml};
use crate::sqs::Attribute;
use crate::world::World;

use super::{NewNotification, publish, topic_arn};

/// Operations of SNS that the simulator knows.
pub(crate) const OPERATIONS: &[&str] = &["Publish"];

/// Longest message with its attributes, in bytes (API reference, Publish: "at most 256 KiB", the default of
/// `MaximumMessageSize`).
const LARGEST: usize = 262_144;
/// Length that a subject does not reach (API reference, Publish: "less than 100 characters long").
const SUBJECT: usize = 100;

/// Carries out an SNS API call. The answer is the XML inside `<OperationResult>`.
pub(crate) fn call(
    world: &mut World,
    caller: &Caller,
    operation: &str,
    input: &BTreeMap<String, String>,
) -> Result<String, Refusal> {
    let given = Parameters::new("SNS", operation, input);
    match operation {
        "Publish" => publish_message(world, caller, &given),
        _ => Err(Refusal::Unknown(format!("SNS {operation}"))),
    }
}

fn publish_message(
    world: &mut World,
    caller: &Caller,
    given: &Parameters,
) -> Result<String, Refusal> {
    given.only(&["TopicArn", "Message", "Subject", "MessageAttributes"])?;
    let arn = given
        .text("TopicArn")
        .ok_or_else(|| invalid("TopicArn or TargetArn Reason: no value for required parameter"))?;
    let message = given.text("Message").unwrap_or_default();
    if message.is_empty() {
        return Err(invalid("Empty message"));
    }
    let subject = given.text("Subject");
    subject.map_or(Ok(()), check_subject)?;
    let attributes = attributes(given)?;
    let of_attribute =
        |(name, it): (&String, &Attribute)| name.len() + it.data_type.len() + it.string_value.len();
    if message.len() + attributes.iter().map(of_attribute).sum::<usize>() > LARGEST {
        return Err(invalid("Message too long"));
    }
    let name = arn.rsplit(':').next().unwrap_or_default();
    if !arn.starts_with("arn:") {
        return Err(invalid("TopicArn Reason: An ARN must have at least 6 elements, not 1"));
    }
    if topic_arn(name) != arn || !world.sns.topics.contains_key(name) {
        let (code, message) = ("NotFound".to_owned(), "Topic does not exist".to_owned());
        return Err(ApiError { status: 404, code, message }.into());
    }
    let notification = NewNotification {
        topic: name.to_owned(),
        subject: subject.map(str::to_owned),
        message: message.to_owned(),
        attributes,
    };
    let id = publish(world, caller, notification);
    Ok(Xml::build(|xml| xml.text("MessageId", id)))
}

fn check_subject(subject: &str) -> Result<(), Refusal> {
    let length = subject.chars().count();
    match (1..SUBJECT).contains(&length) && !subject.chars().any(char::is_control) {
        true => Ok(()),
        false => Err(invalid("Subject")),
    }
}

fn attributes(given: &Parameters) -> Result<BTreeMap<String, Attribute>, Refusal> {
    let entry = |number: usize| {
        let part = |part: &str| given.text(&format!("MessageAttributes.entry.{number}.{part}"));
        let name = part("Name")?;
        Some((name.to_owned(), part("Value.DataType"), part("Value.StringValue")))
    };
    let entries = (1..).map_while(entry).map(|(name, kind, value)| match (kind, value) {
        (Some("String" | "Number"), Some(value)) if !value.is_empty() => {
            let data_type = kind.unwrap_or_default().to_owned();
            Ok((name, Attribute { data_type, string_value: value.to_owned() }))
        }
        (Some("String" | "Number"), _) => {
            let code = "ParameterValueInvalid";
            Err(ApiError::client(
                code,
                format!(
                    "The message attribute '{name}' must contain non-empty message attribute value"
                ),
            )
            .into())
        }
        _ => Err(given.unknown("an attribute that is neither String nor Number")),
    });
    entries.collect()
}

fn invalid(what: &str) -> Refusal {
    ApiError::client("InvalidParameter", format!("Invalid parameter: {what}")).into()
}

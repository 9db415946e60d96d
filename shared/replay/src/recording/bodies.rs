//! Message bodies of recorded events, in the forms in which tools write them.
//!
//! - One event, an array of events, JSON Lines, or JSON texts one after another.
//! - A Lambda event of SQS (`Records[].body`) or of SNS (`Records[].Sns.Message`).
//! - The answer of `aws sqs receive-message` (`Messages[].Body`), and of `aws logs filter-log-events`
//!   (`events[].message`).
//! - The input of `aws events put-events` (`Entries[]`).

use std::path::Path;

use serde_json::{Map, Value, json};

use crate::error::ReplayError;

/// Body of a recorded message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RecordedBody {
    /// Place in the file, such as `Records[2].body`. Empty if the file is this one event.
    pub(crate) place: String,
    /// Text.
    pub(crate) text: String,
}

/// Returns the message bodies of a file's text, in the order in which they were recorded.
///
/// # Errors
///
/// A text that is no JSON, with its line number, and a text without any event.
pub(crate) fn recorded_bodies(path: &Path, text: &str) -> Result<Vec<RecordedBody>, ReplayError> {
    let documents = documents(path, text)?;
    let several = documents.len() > 1;
    let mut bodies = Vec::new();
    for (place, document) in documents {
        let place = if several { place } else { String::new() };
        bodies.extend(bodies_of_document(&place, document));
    }
    if bodies.is_empty() {
        return Err(ReplayError::in_file(path, "the file holds no event"));
    }
    Ok(bodies)
}

/// JSON text of a file, or a line that is not JSON.
enum Document {
    Parsed(Value),
    Broken(String),
}

/// Returns the JSON texts of a file with their places.
fn documents(path: &Path, text: &str) -> Result<Vec<(String, Document)>, ReplayError> {
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let mut documents = Vec::new();
    let mut begins = 0;
    while let Some(document) = stream.next() {
        let line = line_at(text, begins);
        match document {
            Ok(document) => documents.push((format!("line {line}"), Document::Parsed(document))),
            Err(error) => return json_lines(text).ok_or_else(|| not_json(path, &error)),
        }
        begins = stream.byte_offset();
    }
    Ok(documents)
}

/// Returns the number of the line in which the JSON text after an offset begins.
fn line_at(text: &str, offset: usize) -> usize {
    let rest = text.get(offset..).unwrap_or_default();
    let begins = offset + (rest.len() - rest.trim_start().len());
    text.get(..begins).unwrap_or(text).matches('\n').count() + 1
}

/// Returns the lines of JSON Lines, some of which are not JSON. `None` if the text is not JSON Lines.
fn json_lines(text: &str) -> Option<Vec<(String, Document)>> {
    let lines = text.lines().enumerate().map(|(n, line)| (n + 1, line.trim()));
    let lines: Vec<_> = lines.filter(|(_, line)| !line.is_empty()).collect();
    let is_event = |line: &str| line.starts_with('{') && line.len() > 1;
    if lines.len() < 2 || !lines.iter().all(|(_, line)| is_event(line)) {
        return None;
    }
    let document = |line: &str| match serde_json::from_str(line) {
        Ok(value) => Document::Parsed(value),
        Err(_) => Document::Broken(line.to_owned()),
    };
    Some(lines.into_iter().map(|(n, line)| (format!("line {n}"), document(line))).collect())
}

fn not_json(path: &Path, error: &serde_json::Error) -> ReplayError {
    let text = error.to_string();
    let problem = text.split(" at line ").next().unwrap_or(&text);
    ReplayError::Mistake {
        path: path.to_owned(),
        line: Some(error.line()),
        field: format!("column {}: ", error.column()),
        message: format!("not JSON: {problem}"),
    }
}

fn bodies_of_document(place: &str, document: Document) -> Vec<RecordedBody> {
    let value = match document {
        Document::Parsed(value) => value,
        Document::Broken(text) => return vec![RecordedBody { place: place.to_owned(), text }],
    };
    let listed = |field: &str, body: fn(&Value) -> (&'static str, Value)| {
        let entries = value.get(field).and_then(Value::as_array)?;
        let entries = entries.iter().enumerate().map(|(n, entry)| {
            let (within, body) = body(entry);
            recorded_body(joined(place, &format!("{field}[{n}]{within}")), &body)
        });
        Some(entries.collect::<Vec<_>>())
    };
    if let Value::Array(events) = &value {
        let events = events.iter().enumerate();
        return events.map(|(n, it)| recorded_body(joined(place, &format!("[{n}]")), it)).collect();
    }
    listed("Records", record)
        .or_else(|| listed("Messages", |entry| (".Body", entry["Body"].clone())))
        .or_else(|| listed("Entries", |entry| ("", put_event(entry))))
        .or_else(|| listed("events", |entry| (".message", entry["message"].clone())))
        .unwrap_or_else(|| vec![recorded_body(place.to_owned(), &value)])
}

/// Returns the body of a record of a Lambda event, and its path in the record.
fn record(record: &Value) -> (&'static str, Value) {
    match record.get("Sns") {
        Some(sns) => (".Sns.Message", sns["Message"].clone()),
        None => (".body", record["body"].clone()),
    }
}

/// Returns the event that EventBridge creates from an entry of PutEvents (EventBridge API reference,
/// PutEventsRequestEntry).
fn put_event(entry: &Value) -> Value {
    let mut event = Map::new();
    event.insert("version".to_owned(), json!("0"));
    let fields = [
        ("Source", "source"),
        ("DetailType", "detail-type"),
        ("Time", "time"),
        ("Resources", "resources"),
    ];
    for (name, field) in fields {
        if let Some(value) = entry.get(name) {
            event.insert(field.to_owned(), value.clone());
        }
    }
    let detail = entry.get("Detail").cloned().unwrap_or_default();
    let parsed = detail.as_str().and_then(|text| serde_json::from_str(text).ok());
    event.insert("detail".to_owned(), parsed.unwrap_or(detail));
    Value::Object(event)
}

/// Returns the body of a value: a string unchanged, and an event as its JSON.
fn recorded_body(place: String, value: &Value) -> RecordedBody {
    // A file with a single JSON string is encoded twice. The mistake shows the string unchanged.
    let text = match value.as_str().filter(|_| !place.is_empty()) {
        Some(text) => text.to_owned(),
        None => value.to_string(),
    };
    RecordedBody { place, text }
}

/// Returns the path of a value within a place.
pub(super) fn joined(place: &str, within: &str) -> String {
    match (place.is_empty(), within.is_empty()) {
        (true, _) => within.trim_start_matches('.').to_owned(),
        (false, true) => place.to_owned(),
        (false, false) if place.starts_with("line ") && !place.contains(": ") => {
            format!("{place}: {}", within.trim_start_matches('.'))
        }
        (false, false) if within.starts_with(['[', '.']) => format!("{place}{within}"),
        (false, false) => format!("{place}.{within}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bodies(text: &str) -> Vec<(String, String)> {
        let bodies = recorded_bodies(Path::new("e.json"), text).unwrap();
        bodies.into_iter().map(|body| (body.place, body.text)).collect()
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(place, text)| ((*place).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn texts_one_after_another_are_one_message_each() {
        let (first, second) = (("line 1", "{\"a\":1}"), ("line 3", "{\"b\":2}"));

        assert_eq!(bodies("{\"a\":1}\n\n{\"b\":\n2}\n"), pairs(&[first, second]));
        assert_eq!(bodies("{\"a\":1}{\"b\":2}")[1].1, "{\"b\":2}");
    }

    #[test]
    fn broken_line_of_json_lines_is_a_message_as_well() {
        let (first, second) = (("line 1", "{\"a\":1}"), ("line 2", "{\"b\":"));

        assert_eq!(bodies("{\"a\":1}\n{\"b\":\n"), pairs(&[first, second]));
    }

    #[test]
    fn text_with_a_mistake_is_named_by_line_and_column() {
        let error = recorded_bodies(Path::new("e.json"), "{\n \"a\": 1,\n}").unwrap_err();

        assert_eq!(error.to_string(), "e.json:3: column 1: not JSON: trailing comma");
    }

    #[test]
    fn records_of_lambda_events_are_one_message_each() {
        let sqs = r#"{"Records":[{"body":"one"},{"body":"two"}]}"#;
        let sns = r#"{"Records":[{"Sns":{"Message":"three"}}]}"#;

        assert_eq!(bodies(sqs), pairs(&[("Records[0].body", "one"), ("Records[1].body", "two")]));
        assert_eq!(bodies(sns), pairs(&[("Records[0].Sns.Message", "three")]));
    }

    #[test]
    fn answers_of_the_aws_cli_are_read() {
        let received = r#"{"Messages":[{"Body":"one"}]}"#;
        let logged = r#"{"events":[{"timestamp":1,"message":"two"}]}"#;

        assert_eq!(bodies(received), pairs(&[("Messages[0].Body", "one")]));
        assert_eq!(bodies(logged), pairs(&[("events[0].message", "two")]));
    }

    #[test]
    fn entry_of_put_events_becomes_its_event() {
        let text = r#"{"Entries":[{"Source":"s","DetailType":"t","Detail":"{\"a\":1}"}]}"#;

        let event: Value = serde_json::from_str(&bodies(text)[0].1).unwrap();

        let expected =
            json!({"version": "0", "source": "s", "detail-type": "t", "detail": {"a": 1}});
        assert_eq!(event, expected);
    }

    #[test]
    fn file_without_an_event_is_a_mistake() {
        for text in ["[]", r#"{"Records":[]}"#] {
            let error = recorded_bodies(Path::new("e.json"), text).unwrap_err();

            assert_eq!(error.to_string(), "e.json: the file holds no event");
        }
    }
}

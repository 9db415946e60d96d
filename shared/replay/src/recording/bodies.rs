//! Message bodies of a file of recorded events.

use std::path::Path;

use serde_json::Value;

use crate::error::ReplayError;
use crate::scenario_file::file_text;

/// Reads the message bodies of a file, in the order in which they were recorded.
///
/// The file holds one event, an array of events, JSON Lines, or a Lambda SQS event with its records. Text that is no JSON is
/// one message as it stands, so that malformed messages can be replayed.
pub(crate) fn recorded_bodies(path: &Path) -> Result<Vec<String>, ReplayError> {
    bodies(path, &file_text(path)?)
}

fn bodies(path: &Path, text: &str) -> Result<Vec<String>, ReplayError> {
    let bodies = match parse_json(text) {
        Ok(Value::Array(events)) => events.iter().map(Value::to_string).collect(),
        Ok(Value::Object(event)) if event.contains_key("Records") => {
            record_bodies(path, &event["Records"])?
        }
        Ok(event) => vec![event.to_string()],
        Err(_) => lines(text),
    };
    if bodies.is_empty() {
        return Err(mistake(path, String::new(), "the file holds no event"));
    }
    Ok(bodies)
}

fn record_bodies(path: &Path, records: &Value) -> Result<Vec<String>, ReplayError> {
    let records = records.as_array().map_or(&[][..], Vec::as_slice);
    let body = |(n, record): (usize, &Value)| {
        let body = record["body"].as_str().map(str::to_owned);
        body.ok_or_else(|| {
            mistake(path, format!("Records[{n}].body: "), "missing, or not a string")
        })
    };
    records.iter().enumerate().map(body).collect()
}

fn mistake(path: &Path, field: String, message: &str) -> ReplayError {
    ReplayError::Mistake { path: path.to_owned(), line: None, field, message: message.to_owned() }
}

/// Returns the lines of JSON Lines. If a line is no JSON, the whole text is one message.
fn lines(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let all_json = lines.len() > 1 && lines.iter().all(|line| parse_json(line).is_ok());
    match (all_json, text.trim()) {
        (true, _) => lines.into_iter().map(str::to_owned).collect(),
        (false, "") => Vec::new(),
        (false, text) => vec![text.to_owned()],
    }
}

fn parse_json(text: &str) -> serde_json::Result<Value> {
    serde_json::from_str(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_lines_are_one_message_each() {
        assert_eq!(lines("{\"a\":1}\n\n{\"b\":2}\n"), ["{\"a\":1}", "{\"b\":2}"]);
    }

    #[test]
    fn text_without_json_is_one_message() {
        assert_eq!(lines("not json\nat all\n"), ["not json\nat all"]);
    }

    #[test]
    fn records_of_a_lambda_event_are_one_message_each() {
        let event = r#"{"Records":[{"body":"one"},{"body":"two"}]}"#;

        assert_eq!(bodies(Path::new("e.json"), event).unwrap(), ["one", "two"]);
    }
}

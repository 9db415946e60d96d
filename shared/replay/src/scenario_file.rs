//! What a file holds: a scenario, or recorded events.

use std::path::Path;

use serde::de::DeserializeOwned;
use serde_json::Value;
use sim::ScriptError;
use sim::scenario::Scenario;
use toml::de::DeTable;

use super::error::ReplayError;

/// What was read from a file.
#[derive(Debug)]
pub(super) enum Source {
    /// A world and what happens to it.
    Scenario(Box<Scenario>),
    /// Message bodies in the order in which they were recorded.
    Recorded(Vec<String>),
}

/// Reads a file by its ending: `.toml` is a scenario, everything else recorded events.
pub(super) fn read(path: &Path) -> Result<Source, ReplayError> {
    let text = text_of(path)?;
    if path.extension().is_some_and(|extension| extension == "toml") {
        scenario(path, &text).map(|scenario| Source::Scenario(Box::new(scenario)))
    } else {
        recorded(path, &text).map(Source::Recorded)
    }
}

fn text_of(path: &Path) -> Result<String, ReplayError> {
    std::fs::read_to_string(path)
        .map_err(|source| ReplayError::Unreadable { path: path.to_owned(), source })
}

/// The scenario of a file, whatever its ending.
pub(crate) fn scenario_file(path: &Path) -> Result<Scenario, ReplayError> {
    scenario(path, &text_of(path)?)
}

/// A scenario; a mistake in it is named by file, line and field.
pub fn scenario(path: &Path, text: &str) -> Result<Scenario, ReplayError> {
    let deserializer =
        toml::Deserializer::parse(text).map_err(|error| mistake(path, text, &error, ""))?;
    serde_path_to_error::deserialize(deserializer)
        .map_err(|error| mistake(path, text, error.inner(), &error.path().to_string()))
}

fn mistake(path: &Path, text: &str, error: &toml::de::Error, field: &str) -> ReplayError {
    let field = if field.is_empty() || field == "." { String::new() } else { format!("{field}: ") };
    let line = error.span().map(|span| line_of(text, span.start));
    ReplayError::Mistake { path: path.to_owned(), line, field, message: error.message().to_owned() }
}

/// A mistake that only the world finds, such as a name of nothing; the line is looked up in the file.
pub(crate) fn misplayed(path: &Path, error: ScriptError) -> ReplayError {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let offset = offset_of(&text, error.table, error.index, error.field);
    ReplayError::Mistake {
        path: path.to_owned(),
        line: offset.map(|offset| line_of(&text, offset)),
        field: format!("{}[{}].{}: ", error.table, error.index, error.field),
        message: error.problem,
    }
}

/// Where a field of the so manieth entry of a list stands; where it is left out, the entry itself.
fn offset_of(text: &str, table: &str, index: usize, field: &str) -> Option<usize> {
    let document = DeTable::parse(text).ok()?;
    let entry = document.get_ref().get(table)?.get_ref().as_array()?.get(index)?;
    let first = field.split('.').next().unwrap_or(field);
    let value = entry.get_ref().as_table().and_then(|fields| fields.get(first));
    Some(value.unwrap_or(entry).span().start)
}

fn line_of(text: &str, offset: usize) -> usize {
    text.get(..offset).unwrap_or(text).matches('\n').count() + 1
}

/// Recorded events: one, an array of them, JSON Lines, or the records of a Lambda SQS event. What is no JSON at all is
/// one message as it stands: that is how poison is replayed.
fn recorded(path: &Path, text: &str) -> Result<Vec<String>, ReplayError> {
    let nothing = || ReplayError::Mistake {
        path: path.to_owned(),
        line: None,
        field: String::new(),
        message: "the file holds no event".to_owned(),
    };
    let bodies = match parse::<Value>(text) {
        Ok(Value::Array(events)) => events.iter().map(Value::to_string).collect(),
        Ok(Value::Object(event)) if event.contains_key("Records") => {
            records(path, &event["Records"])?
        }
        Ok(event) => vec![event.to_string()],
        Err(_) => lines(text),
    };
    if bodies.is_empty() { Err(nothing()) } else { Ok(bodies) }
}

fn records(path: &Path, records: &Value) -> Result<Vec<String>, ReplayError> {
    let records = records.as_array().map_or(&[][..], Vec::as_slice);
    let body = |(n, record): (usize, &Value)| {
        record["body"].as_str().map(str::to_owned).ok_or_else(|| ReplayError::Mistake {
            path: path.to_owned(),
            line: None,
            field: format!("Records[{n}].body: "),
            message: "missing, or not a text".to_owned(),
        })
    };
    records.iter().enumerate().map(body).collect()
}

/// JSON Lines, if every line is JSON; else the whole text is one message.
fn lines(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let all_json = lines.len() > 1 && lines.iter().all(|line| parse::<Value>(line).is_ok());
    match (all_json, text.trim()) {
        (true, _) => lines.into_iter().map(str::to_owned).collect(),
        (false, "") => Vec::new(),
        (false, text) => vec![text.to_owned()],
    }
}

fn parse<T: DeserializeOwned>(text: &str) -> serde_json::Result<T> {
    serde_json::from_str(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        scenario(Path::new("a.toml"), text).unwrap_err().to_string()
    }

    #[test]
    fn a_mistake_in_a_scenario_is_named_by_file_line_and_field() {
        let unknown =
            told("about = \"x\"\n\n[[group]]\nname = \"web\"\ninstances = 2\ncolour = \"red\"\n");
        let length = told("[[group]]\nname = \"web\"\ninstances = 2\njoins_after = \"soon\"\n");

        assert!(unknown.starts_with("a.toml:6: group[0]"), "{unknown}");
        assert!(unknown.contains("colour"), "{unknown}");
        assert!(
            length.starts_with("a.toml:4: group[0].joins_after: `soon` is not a length"),
            "{length}"
        );
    }

    #[test]
    fn a_file_that_is_no_toml_is_named_by_its_line() {
        assert!(told("about = \"x\"\nseed = = 3\n").starts_with("a.toml:2: "));
    }

    #[test]
    fn a_name_of_nothing_is_found_in_the_file() {
        let text = "[[happens]]\nat = \"1m\"\n\n[[happens]]\nat = \"2m\"\ninstance = \"i-web-9\"\n";

        let field = offset_of(text, "happens", 1, "instance").map(|offset| line_of(text, offset));
        let entry = offset_of(text, "happens", 1, "group").map(|offset| line_of(text, offset));

        assert_eq!(field, Some(6));
        assert_eq!(entry, Some(4));
    }

    #[test]
    fn json_lines_are_one_message_each() {
        assert_eq!(lines("{\"a\":1}\n\n{\"b\":2}\n"), ["{\"a\":1}", "{\"b\":2}"]);
    }

    #[test]
    fn what_is_no_json_is_one_message_as_it_stands() {
        assert_eq!(lines("not json\nat all\n"), ["not json\nat all"]);
    }

    #[test]
    fn the_records_of_a_lambda_event_are_taken_one_by_one() {
        let event = r#"{"Records":[{"body":"one"},{"body":"two"}]}"#;

        assert_eq!(recorded(Path::new("e.json"), event).unwrap(), ["one", "two"]);
    }
}

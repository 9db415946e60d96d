//! Scenario files. An error names the file, line and field of a mistake.

use std::path::Path;

use sim::ScriptError;
use sim::scenario::Scenario;
use toml::de::DeTable;

use crate::error::ReplayError;
use crate::input::input_text;

/// Reads the scenario of a file.
///
/// # Errors
///
/// A file that cannot be read, and the first mistake in the file, with its line and field.
pub fn read_scenario_file(path: &Path) -> Result<Scenario, ReplayError> {
    parse_scenario(path, &input_text(path)?)
}

/// Parses a scenario. `path` is the file that errors name.
///
/// # Errors
///
/// The first mistake, with its line and field.
pub fn parse_scenario(path: &Path, text: &str) -> Result<Scenario, ReplayError> {
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

/// Returns the error for a mistake that only the world finds, such as the name of an unknown group. Adds the line in
/// the file.
pub fn world_mistake(path: &Path, error: ScriptError) -> ReplayError {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    ReplayError::Scenario { path: path.to_owned(), line: None, error }.located_in(&text)
}

impl ReplayError {
    /// Returns the error with the line of its entry in the text of the scenario.
    #[must_use]
    pub fn located_in(self, text: &str) -> Self {
        match self {
            Self::Scenario { path, error, .. } => {
                let offset = offset_of(text, error.table, error.index, error.field);
                let line = offset.map(|offset| line_of(text, offset));
                Self::Scenario { path, line, error }
            }
            other => other,
        }
    }
}

/// Returns the offset of a field in entry `index` of a list, or the offset of the entry if the field is left out.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        parse_scenario(Path::new("a.toml"), text).unwrap_err().to_string()
    }

    #[test]
    fn mistake_in_a_scenario_is_named_by_file_line_and_field() {
        let unknown =
            error("about = \"x\"\n\n[[group]]\nname = \"web\"\ninstances = 2\ncolour = \"red\"\n");
        let length = error("[[group]]\nname = \"web\"\ninstances = 2\njoins_after = \"soon\"\n");

        assert!(unknown.starts_with("a.toml:6: group[0]"), "{unknown}");
        assert!(unknown.contains("colour"), "{unknown}");
        assert!(
            length.starts_with("a.toml:4: group[0].joins_after: `soon` is not a length"),
            "{length}"
        );
    }

    #[test]
    fn file_that_is_no_toml_is_named_by_its_line() {
        assert!(error("about = \"x\"\nseed = = 3\n").starts_with("a.toml:2: "));
    }

    #[test]
    fn unknown_name_is_found_in_the_file() {
        let text = "[[happens]]\nat = \"1m\"\n\n[[happens]]\nat = \"2m\"\ninstance = \"i-web-9\"\n";

        let field = offset_of(text, "happens", 1, "instance").map(|offset| line_of(text, offset));
        let entry = offset_of(text, "happens", 1, "group").map(|offset| line_of(text, offset));

        assert_eq!(field, Some(6));
        assert_eq!(entry, Some(4));
    }
}

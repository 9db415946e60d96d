//! Content of an input: a scenario in TOML, or events in JSON. Names of files do not count.

use std::path::Path;

use toml::de::DeTable;

use crate::error::ReplayError;

/// Content of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InputContent {
    /// A scenario in TOML. Its text may hold a mistake.
    Scenario,
    /// Recorded events in JSON. Their text may hold a mistake.
    Events,
}

/// Returns the kind of content of a text.
///
/// A JSON text is never TOML, because TOML has `=` after a key, and names for its tables.
///
/// # Errors
///
/// A text that is neither TOML nor JSON.
pub(crate) fn content_of(path: &Path, text: &str) -> Result<InputContent, ReplayError> {
    if DeTable::parse(text).is_ok() {
        Ok(InputContent::Scenario)
    } else if begins_like_json(text) {
        Ok(InputContent::Events)
    } else if text.lines().any(is_like_toml) {
        Ok(InputContent::Scenario)
    } else {
        let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim();
        let shown: String = line.chars().take(40).collect();
        let message = format!(
            "`{shown}` begins neither a scenario (TOML) nor recorded events (JSON): an event is an object, `{{…}}`"
        );
        Err(ReplayError::in_file(path, message))
    }
}

fn begins_like_json(text: &str) -> bool {
    let text = text.trim_start();
    let first_of_array =
        text.strip_prefix('[').map(str::trim_start).and_then(|it| it.chars().next());
    text.starts_with(['{', '"']) || matches!(first_of_array, Some('{' | '"' | ']'))
}

/// Returns true if the line is the head of a table, or a bare key with a value.
fn is_like_toml(line: &str) -> bool {
    let is_bare = |name: &str| {
        let name = name.trim();
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    };
    let line = line.trim();
    let head = line.trim_start_matches('[').trim_end_matches(']');
    (line.starts_with('[') && line.ends_with(']') && is_bare(head))
        || line.split_once('=').is_some_and(|(key, _)| is_bare(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(text: &str) -> Option<InputContent> {
        content_of(Path::new("input"), text).ok()
    }

    #[test]
    fn scenario_is_known_by_its_content() {
        for text in
            ["[[group]]\nname = \"a\"\n", "# only a comment\n", "about = \"x\"\nseed = = 3\n"]
        {
            assert_eq!(content(text), Some(InputContent::Scenario), "{text}");
        }
    }

    #[test]
    fn events_are_known_by_their_content() {
        for text in ["{}", " [\n {} ]", "\"{}\"", "{\"a\": 1,}", "[]"] {
            assert_eq!(content(text), Some(InputContent::Events), "{text}");
        }
    }

    #[test]
    fn text_that_is_neither_is_a_mistake_with_its_beginning() {
        let error = content_of(Path::new("a.txt"), "\nHello, world.\n").unwrap_err().to_string();

        assert!(error.starts_with("a.txt: `Hello, world.` begins neither"), "{error}");
    }
}

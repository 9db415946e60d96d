//! Text of an input file or of standard input: UTF-8, or UTF-16 with a byte order mark.

use std::io::Read;
use std::path::Path;

use crate::error::ReplayError;

/// Name of standard input among the files.
const STANDARD_INPUT: &str = "-";

/// Byte order mark of UTF-8.
const UTF_8: &[u8] = &[0xEF, 0xBB, 0xBF];

/// Returns true for `-`, the name of standard input.
pub(crate) fn is_standard_input(path: &Path) -> bool {
    path.as_os_str() == STANDARD_INPUT
}

/// Reads the text of a file, or of standard input if the path is `-`.
///
/// # Errors
///
/// A YAML file, a file that cannot be read, a file that is no text, and an empty file.
pub(crate) fn input_text(path: &Path) -> Result<String, ReplayError> {
    let extension = path.extension().map(|extension| extension.to_ascii_lowercase());
    if extension.is_some_and(|extension| extension == "yaml" || extension == "yml") {
        let message = "YAML is not read here: scenarios are TOML, recorded events are JSON";
        return Err(ReplayError::in_file(path, message));
    }
    let bytes =
        bytes(path).map_err(|source| ReplayError::Unreadable { path: path.to_owned(), source })?;
    let text = decoded(&bytes).map_err(|message| ReplayError::in_file(path, message))?;
    if text.trim().is_empty() {
        let message = "the file is empty: expected a scenario (TOML) or recorded events (JSON)";
        return Err(ReplayError::in_file(path, message));
    }
    Ok(text)
}

fn bytes(path: &Path) -> std::io::Result<Vec<u8>> {
    if !is_standard_input(path) {
        return std::fs::read(path);
    }
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn decoded(bytes: &[u8]) -> Result<String, String> {
    match bytes {
        [0xFF, 0xFE, rest @ ..] => utf_16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf_16(rest, u16::from_be_bytes),
        _ => utf_8(bytes.strip_prefix(UTF_8).unwrap_or(bytes)),
    }
}

fn utf_8(bytes: &[u8]) -> Result<String, String> {
    String::from_utf8(bytes.to_vec()).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        format!(
            "byte {at} is no UTF-8: expected a text in UTF-8, or in UTF-16 with a byte order mark"
        )
    })
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, String> {
    let units = bytes.chunks(2).map(|pair| match pair {
        [first, second] => Some(unit([*first, *second])),
        _ => None,
    });
    let units: Option<Vec<u16>> = units.collect();
    let text = units.and_then(|units| String::from_utf16(&units).ok());
    text.ok_or_else(|| "the file has the byte order mark of UTF-16 and is no UTF-16".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_order_marks_are_no_part_of_the_text() {
        let utf_8 = [UTF_8, b"{}"].concat();
        let little = [0xFF, 0xFE, b'{', 0, b'}', 0];
        let big = [0xFE, 0xFF, 0, b'{', 0, b'}'];

        for bytes in [&utf_8[..], &little, &big] {
            assert_eq!(decoded(bytes).as_deref(), Ok("{}"));
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_a_mistake() {
        assert!(decoded(&[b'a', 0xC3, 0x28]).unwrap_err().starts_with("byte 1 is no UTF-8"));
        assert!(decoded(&[0xFF, 0xFE, b'{']).is_err());
    }

    #[test]
    fn yaml_is_refused_by_its_name() {
        let error = input_text(Path::new("nowhere/scenario.yml")).unwrap_err().to_string();

        assert!(error.contains("scenarios are TOML"), "{error}");
    }
}

//! Lengths of time in a request: seconds, or a number with a unit.

use std::time::Duration;

/// Units of a length, with their seconds.
const UNITS: [(&str, u64); 5] = [("", 1), ("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)];

/// Parses a length such as `90`, `90s`, `15m`, `24h` or `7d`. Without a unit it is in seconds.
///
/// # Errors
///
/// Returns a sentence that says which forms there are.
pub fn parse_length(text: &str) -> Result<Duration, &'static str> {
    let text = text.trim();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let seconds = UNITS.iter().find(|(name, _)| *name == unit).map(|(_, seconds)| *seconds);
    let length = number.parse::<u64>().ok().zip(seconds);
    length
        .and_then(|(number, seconds)| number.checked_mul(seconds))
        .filter(|seconds| *seconds <= LONGEST)
        .map(Duration::from_secs)
        .ok_or("must be a number of seconds, or a length such as `90s`, `15m`, `24h` or `7d`")
}

/// 3 650 days: no length of a request is longer.
const LONGEST: u64 = 3650 * 86_400;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_in_seconds_unless_a_unit_follows() {
        let seconds = |text| parse_length(text).map(|length| length.as_secs());

        assert_eq!(seconds("90"), Ok(90));
        assert_eq!(seconds("90s"), Ok(90));
        assert_eq!(seconds("15m"), Ok(900));
        assert_eq!(seconds("24h"), Ok(86_400));
        assert_eq!(seconds("7d"), Ok(604_800));
    }

    #[test]
    fn text_that_is_no_length_is_answered_with_the_forms() {
        for text in ["", "h", "-1", "1w", "1.5h", "99999999999999999999", "9999999999d", "1 h"] {
            assert!(parse_length(text).is_err(), "{text}");
        }
    }
}

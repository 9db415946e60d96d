//! Rate expressions of schedules: `rate(5 minutes)` (EventBridge user guide, eb-scheduled-rule-pattern).

use std::time::Duration;

const UNITS: [(&str, u64); 3] = [("day", 24 * 3600), ("hour", 3600), ("minute", 60)];

/// Returns the expression of an interval, in its longest unit. An interval is a number of whole minutes.
pub(crate) fn in_words(every: Duration) -> String {
    let secs = every.as_secs();
    let fits = |(_, length): &&(&str, u64)| secs % length == 0;
    let (unit, length) = UNITS.iter().find(fits).copied().unwrap_or(("minute", 60));
    match secs / length {
        1 => format!("rate(1 {unit})"),
        count => format!("rate({count} {unit}s)"),
    }
}

/// Longest interval that is known here, a year.
const LONGEST: Duration = Duration::from_secs(366 * 24 * 3600);

/// Returns the interval of an expression; none for a `cron` or an `at` expression, and for a malformed one.
pub(crate) fn parse(expression: &str) -> Option<Duration> {
    let (count, unit) = expression.strip_prefix("rate(")?.strip_suffix(')')?.split_once(' ')?;
    let unit = unit.strip_suffix('s').unwrap_or(unit);
    let (_, length) = UNITS.iter().find(|(name, _)| *name == unit)?;
    let count = count.parse::<u64>().ok().filter(|count| *count > 0)?;
    Some(Duration::from_secs(count.checked_mul(*length)?)).filter(|every| *every <= LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interval_is_written_in_its_longest_unit_and_read_again() {
        for (secs, words) in
            [(60, "rate(1 minute)"), (5 * 3600, "rate(5 hours)"), (5_400, "rate(90 minutes)")]
        {
            let every = Duration::from_secs(secs);

            assert_eq!(in_words(every), words);
            assert_eq!(parse(words), Some(every));
        }
    }

    #[test]
    fn other_expressions_have_no_interval() {
        for text in ["cron(0 7 * * ? *)", "at(2026-03-02T09:00:00)", "rate(0 minutes)", "rate(5)"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}

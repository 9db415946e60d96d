//! Lengths of time as a scenario writes them.

use std::fmt;
use std::ops::Range;
use std::time::Duration;

use serde::de::{Deserializer, Error};
use serde::{Deserialize, Serialize, Serializer};

/// A length of time, written `90s`, `2m`, `1h 30m`, `7d`. A day has 24 hours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Length(pub Duration);

/// A length of time drawn from a range, written `2m..40m`; or a fixed one, written `2m`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lengths(pub Range<Duration>);

impl Length {
    /// Returns a length of `secs` seconds.
    pub const fn secs(secs: u64) -> Self {
        Self(Duration::from_secs(secs))
    }
}

impl Lengths {
    /// Returns the range from `from` to `to` milliseconds.
    pub const fn millis(from: u64, to: u64) -> Self {
        Self(Duration::from_millis(from)..Duration::from_millis(to))
    }

    /// Returns a fixed length of `secs` seconds.
    pub const fn secs(secs: u64) -> Self {
        Self(Duration::from_secs(secs)..Duration::from_secs(secs))
    }
}

impl std::str::FromStr for Length {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse_length(text).map(Self)
    }
}

impl std::str::FromStr for Lengths {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (from, to) = text.split_once("..").unwrap_or((text, text));
        let range = parse_length(from)?..parse_length(to)?;
        if range.end < range.start {
            return Err(format!("`{text}` ends before it begins"));
        }
        Ok(Self(range))
    }
}

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Lengths {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.subsec_nanos() {
            0 => write!(f, "{}s", self.0.as_secs()),
            nanos => {
                let fraction = format!("{nanos:09}");
                write!(f, "{}.{}s", self.0.as_secs(), fraction.trim_end_matches('0'))
            }
        }
    }
}

impl fmt::Display for Lengths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            fixed if fixed.start == fixed.end => Length(fixed.start).fmt(f),
            drawn => write!(f, "{}..{}", Length(drawn.start), Length(drawn.end)),
        }
    }
}

impl Serialize for Length {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Serialize for Lengths {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

fn parse_length(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is not a length of time: write `90s`, `2m`, `1h 30m`, `7d`");
    let span: jiff::Span = text.trim().parse().map_err(|_| wrong())?;
    let days = jiff::SpanRelativeTo::days_are_24_hours();
    let length = span.to_duration(days).map_err(|_| wrong())?;
    Duration::try_from(length).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> Result<u64, String> {
        text.parse::<Length>().map(|length| length.0.as_secs())
    }

    #[test]
    fn length_in_days_has_24_hours_each() {
        assert_eq!(seconds("7d"), Ok(7 * 86_400));
        assert_eq!(seconds("1d 2h"), Ok(26 * 3600));
        assert_eq!("1d..2d".parse(), Ok(Lengths::millis(86_400_000, 172_800_000)));
    }

    #[test]
    fn length_without_a_fixed_unit_is_a_mistake() {
        for text in ["soon", "", "1month", "1y", "-5m", "90"] {
            let mistake = seconds(text).unwrap_err();

            assert!(mistake.contains("is not a length of time"), "{text}: {mistake}");
        }
    }
}

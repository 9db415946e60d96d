//! Event patterns: the conditions that an event of a rule meets.
//!
//! EventBridge user guide, eb-event-patterns and eb-create-pattern-operators. Known: exact values, nested objects,
//! `prefix`, `suffix`, `anything-but` (of values, or of a prefix, a suffix or a wildcard), `equals-ignore-case`,
//! `wildcard`, `exists`, `numeric` and `$or`. Left out: `cidr`, and `anything-but` with `equals-ignore-case`.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// A parsed event pattern.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    fields: BTreeMap<String, Field>,
    any_of: Vec<Pattern>,
}

#[derive(Debug, Clone)]
enum Field {
    Nested(Pattern),
    Values(Vec<Matcher>),
}

#[derive(Debug, Clone)]
enum Matcher {
    Equals(Value),
    EqualsIgnoreCase(String),
    Prefix(String),
    Suffix(String),
    Wildcard(String),
    AnythingBut(Vec<Matcher>),
    Exists(bool),
    Numeric(Vec<(Comparison, f64)>),
}

#[derive(Debug, Clone, Copy)]
enum Comparison {
    Equal,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

impl Pattern {
    /// Parses a pattern. The error names the unknown part.
    pub(crate) fn parse(pattern: &Value) -> Result<Self, String> {
        Self::parse_at("", pattern)
    }

    fn parse_at(at: &str, pattern: &Value) -> Result<Self, String> {
        let Value::Object(fields) = pattern else {
            return Err(format!("the pattern at {} must be an object", named(at)));
        };
        if fields.is_empty() {
            return Err(format!("the pattern at {} is empty", named(at)));
        }
        let mut parsed = Self { fields: BTreeMap::new(), any_of: Vec::new() };
        for (name, value) in fields {
            let below = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
            match value {
                Value::Array(alternatives) if name == "$or" => {
                    let read = alternatives.iter().map(|pattern| Self::parse_at(at, pattern));
                    parsed.any_of = read.collect::<Result<_, _>>()?;
                }
                Value::Object(_) => {
                    let nested = Self::parse_at(&below, value)?;
                    parsed.fields.insert(name.clone(), Field::Nested(nested));
                }
                Value::Array(values) if !values.is_empty() => {
                    let read = values.iter().map(|value| Matcher::parse(&below, value));
                    parsed
                        .fields
                        .insert(name.clone(), Field::Values(read.collect::<Result<_, _>>()?));
                }
                _ => return Err(format!("the pattern at {below} must be an array of values")),
            }
        }
        Ok(parsed)
    }

    /// Returns true if the event matches.
    pub(crate) fn matches(&self, event: &Value) -> bool {
        // A field below an array of objects matches if it matches in one object (eb-event-patterns, arrays).
        if let Value::Array(elements) = event {
            return elements.iter().any(|element| self.matches(element));
        }
        let nothing = Map::new();
        let event = event.as_object().unwrap_or(&nothing);
        self.fields.iter().all(|(name, field)| match field {
            Field::Nested(pattern) => pattern.matches(event.get(name).unwrap_or(&Value::Null)),
            Field::Values(matchers) => {
                matchers.iter().any(|matcher| matcher.matches_field(event.get(name)))
            }
        }) && (self.any_of.is_empty()
            || self.any_of.iter().any(|pattern| pattern.matches(&Value::Object(event.clone()))))
    }
}

impl Matcher {
    fn parse(at: &str, value: &Value) -> Result<Self, String> {
        let Value::Object(operator) = value else {
            return match value {
                Value::Array(_) => Err(format!("the pattern at {at} has an array in an array")),
                _ => Ok(Self::Equals(value.clone())),
            };
        };
        let Some((name, operand)) = operator.iter().next().filter(|_| operator.len() == 1) else {
            return Err(format!("the pattern at {at} must have one operator in each object"));
        };
        let unknown = || format!("the pattern's operator `{name}` at {at} is not known here");
        match (name.as_str(), operand) {
            ("prefix", Value::String(text)) => Ok(Self::Prefix(text.clone())),
            ("suffix", Value::String(text)) => Ok(Self::Suffix(text.clone())),
            ("wildcard", Value::String(text)) => Ok(Self::Wildcard(text.clone())),
            ("equals-ignore-case", Value::String(text)) => {
                Ok(Self::EqualsIgnoreCase(text.to_lowercase()))
            }
            ("exists", Value::Bool(yes)) => Ok(Self::Exists(*yes)),
            ("anything-but", Value::Array(values)) => {
                Ok(Self::AnythingBut(values.iter().cloned().map(Self::Equals).collect()))
            }
            ("anything-but", Value::Object(inner)) => {
                let known =
                    inner.keys().all(|key| ["prefix", "suffix", "wildcard"].contains(&&**key));
                let inner = Self::parse(at, operand)?;
                if known { Ok(Self::AnythingBut(vec![inner])) } else { Err(unknown()) }
            }
            ("anything-but", value) => Ok(Self::AnythingBut(vec![Self::Equals(value.clone())])),
            ("numeric", Value::Array(parts)) => comparisons(parts).ok_or_else(unknown),
            _ => Err(unknown()),
        }
    }

    /// Returns true if the field matches. An array in the event matches if one of its elements does.
    fn matches_field(&self, field: Option<&Value>) -> bool {
        match (self, field) {
            (Self::Exists(wanted), field) => field.is_some() == *wanted,
            (_, None) => false,
            (_, Some(Value::Array(elements))) => elements.iter().any(|value| self.matches(value)),
            (_, Some(value)) => self.matches(value),
        }
    }

    fn matches(&self, value: &Value) -> bool {
        let text = value.as_str();
        match self {
            Self::Equals(Value::Number(wanted)) => {
                value.as_f64().is_some_and(|number| Some(number) == wanted.as_f64())
            }
            Self::Equals(wanted) => wanted == value,
            Self::EqualsIgnoreCase(wanted) => {
                text.is_some_and(|text| text.to_lowercase() == *wanted)
            }
            Self::Prefix(start) => text.is_some_and(|text| text.starts_with(start)),
            Self::Suffix(end) => text.is_some_and(|text| text.ends_with(end)),
            Self::Wildcard(wanted) => text.is_some_and(|text| fits(wanted, text)),
            Self::AnythingBut(unwanted) => !unwanted.iter().any(|matcher| matcher.matches(value)),
            Self::Exists(wanted) => *wanted,
            Self::Numeric(comparisons) => value.as_f64().is_some_and(|number| {
                comparisons.iter().all(|(comparison, other)| comparison.holds(number, *other))
            }),
        }
    }
}

impl Comparison {
    fn parse(sign: &str) -> Option<Self> {
        match sign {
            "=" => Some(Self::Equal),
            "<" => Some(Self::Less),
            "<=" => Some(Self::AtMost),
            ">" => Some(Self::Greater),
            ">=" => Some(Self::AtLeast),
            _ => None,
        }
    }

    fn holds(self, number: f64, other: f64) -> bool {
        match self {
            Self::Equal => number == other,
            Self::Less => number < other,
            Self::AtMost => number <= other,
            Self::Greater => number > other,
            Self::AtLeast => number >= other,
        }
    }
}

fn comparisons(parts: &[Value]) -> Option<Matcher> {
    let pairs = parts.chunks(2).map(|pair| match pair {
        [sign, number] => Some((Comparison::parse(sign.as_str()?)?, number.as_f64()?)),
        _ => None,
    });
    pairs.collect::<Option<Vec<_>>>().filter(|pairs| !pairs.is_empty()).map(Matcher::Numeric)
}

/// Returns true if a text fits a pattern in which `*` is any characters.
fn fits(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(text) = text.strip_prefix(start) else {
        return false;
    };
    let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    ends.into_iter().any(|at| fits(rest, &text[at..]))
}

fn named(at: &str) -> &str {
    if at.is_empty() { "its top" } else { at }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Sources of all patterns: EventBridge user guide, eb-event-patterns and eb-create-pattern-operators.
    fn matches(pattern: Value, event: Value) -> bool {
        Pattern::parse(&pattern).unwrap().matches(&event)
    }

    #[test]
    fn every_field_of_the_pattern_must_match_one_of_its_values() {
        let pattern = json!({"source": ["aws.ec2", "aws.ecs"], "detail": {"status": ["DRAINING"]}});

        let draining = json!({"source": "aws.ecs", "detail": {"status": "DRAINING", "more": 1}});
        let active = json!({"source": "aws.ecs", "detail": {"status": "ACTIVE"}});

        assert!(matches(pattern.clone(), draining));
        assert!(!matches(pattern, active));
    }

    #[test]
    fn an_array_in_the_event_matches_by_one_of_its_elements() {
        let pattern = json!({"resources": [{"suffix": "/i-1"}]});

        assert!(matches(pattern.clone(), json!({"resources": ["a/i-2", "a/i-1"]})));
        assert!(!matches(pattern, json!({"resources": []})));
    }

    #[test]
    fn text_operators_look_at_text() {
        assert!(matches(json!({"a": [{"prefix": "service:"}]}), json!({"a": "service:web"})));
        assert!(matches(
            json!({"a": [{"wildcard": "arn:*:cluster/*"}]}),
            json!({"a": "arn:aws:cluster/web"})
        ));
        assert!(!matches(
            json!({"a": [{"wildcard": "arn:*:cluster"}]}),
            json!({"a": "arn:aws:cluster/web"})
        ));
        assert!(matches(json!({"a": [{"equals-ignore-case": "WEB"}]}), json!({"a": "web"})));
        assert!(!matches(json!({"a": [{"prefix": "1"}]}), json!({"a": 10})));
    }

    #[test]
    fn anything_but_needs_the_field_to_be_there() {
        let pattern = json!({"state": [{"anything-but": ["running", "pending"]}]});

        assert!(matches(pattern.clone(), json!({"state": "stopping"})));
        assert!(!matches(pattern.clone(), json!({"state": "running"})));
        assert!(!matches(pattern, json!({})));
        assert!(!matches(json!({"a": [{"anything-but": {"prefix": "x"}}]}), json!({"a": "xy"})));
    }

    #[test]
    fn exists_false_matches_a_field_that_is_missing() {
        let pattern = json!({"detail": {"stopCode": [{"exists": false}]}});

        assert!(matches(pattern.clone(), json!({"detail": {}})));
        assert!(!matches(pattern, json!({"detail": {"stopCode": null}})));
    }

    #[test]
    fn numeric_is_a_range_and_or_a_choice() {
        let pattern = json!({"$or": [{"n": [{"numeric": [">", 1, "<=", 3]}]}, {"m": [7]}]});

        assert!(matches(pattern.clone(), json!({"n": 3})));
        assert!(matches(pattern.clone(), json!({"n": 4, "m": 7.0})));
        assert!(!matches(pattern, json!({"n": 1})));
    }

    #[test]
    fn unknown_pattern_operator_or_form_is_named() {
        let unknown = Pattern::parse(&json!({"detail": {"a": [{"cidr": "10.0.0.0/8"}]}}));
        let scalar = Pattern::parse(&json!({"source": "aws.ecs"}));

        assert_eq!(
            unknown.unwrap_err(),
            "the pattern's operator `cidr` at detail.a is not known here"
        );
        assert_eq!(scalar.unwrap_err(), "the pattern at source must be an array of values");
    }
}

//! The cluster query language of ListContainerInstances' `filter` (ECS developer guide, cluster-query-language).
//!
//! Subjects: `agentConnected`, `ec2InstanceId`, `runningTasksCount`, `attribute:NAME`, `task:group`. Operators: `==`, `!=`,
//! `>`, `>=`, `<`, `<=`, `exists`, `!exists`, `in`, `!in`, `=~`, `!~`, each with the page's other spellings; `and`, `or`,
//! `not` and parentheses. A pattern is a literal text with `.*` at its end. Left out, and refused: `agentVersion`,
//! `registeredAt`, and other patterns.
//!
//! A container instance has the group of each task on it that is not STOPPED. AWS does not document if a task that is
//! being stopped counts.

use std::borrow::Cow;

use crate::api::{ApiError, Refusal};

use super::Ecs;
use super::container_instance::ContainerInstance;

/// Most parentheses and negations in a filter: each may be one level of nesting. AWS names no limit.
const DEEPEST: usize = 100;

/// A parsed filter.
#[derive(Debug, PartialEq)]
pub(super) enum Query {
    All(Vec<Query>),
    Any(Vec<Query>),
    Not(Box<Query>),
    /// Comparison with values, in ascending order.
    Is(Subject, Operator, Vec<String>),
}

#[derive(Debug, PartialEq)]
pub(super) enum Subject {
    AgentConnected,
    Ec2InstanceId,
    RunningTasksCount,
    Attribute(String),
    TaskGroup,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Equals,
    Greater,
    GreaterOrEqual,
    Exists,
    In,
    /// Test for the beginning of the value.
    BeginsWith,
}

impl Query {
    /// Parses a filter.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let words = words(text).ok_or_else(|| wrong(text))?;
        if words.iter().filter(|word| opens(word)).count() > DEEPEST {
            return Err(wrong(text));
        }
        let mut words = words.into_iter().peekable();
        let query = any(&mut words, text)?;
        if words.next().is_some() { Err(wrong(text)) } else { Ok(query) }
    }

    /// Returns true if the filter holds for a container instance.
    pub fn matches(&self, ecs: &Ecs, instance: &ContainerInstance) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.matches(ecs, instance)),
            Self::Any(parts) => parts.iter().any(|part| part.matches(ecs, instance)),
            Self::Not(part) => !part.matches(ecs, instance),
            Self::Is(subject, operator, values) => {
                subject.values(ecs, instance).any(|value| operator.holds(&value, values))
            }
        }
    }
}

impl Subject {
    fn values<'a>(
        &self,
        ecs: &'a Ecs,
        instance: &'a ContainerInstance,
    ) -> impl Iterator<Item = Cow<'a, str>> {
        let groups = match self {
            Self::TaskGroup => instance.live.iter().filter_map(|arn| ecs.tasks.get(arn)).collect(),
            _ => Vec::new(),
        };
        let groups = groups.into_iter().map(|task| Cow::from(task.group.as_str()));
        self.value(ecs, instance).into_iter().chain(groups)
    }

    fn value<'a>(&self, ecs: &Ecs, instance: &'a ContainerInstance) -> Option<Cow<'a, str>> {
        match self {
            Self::TaskGroup => None,
            Self::AgentConnected => Some(instance.connected.to_string().into()),
            Self::Ec2InstanceId => Some(instance.ec2_instance.as_str().into()),
            Self::RunningTasksCount => Some(ecs.counts(instance).0.to_string().into()),
            Self::Attribute(name) => instance
                .attributes
                .get(name)
                .map(|value| value.as_deref().unwrap_or_default().into()),
        }
    }
}

impl Operator {
    fn holds(self, value: &str, with: &[String]) -> bool {
        let number = |text: &str| text.parse::<f64>().ok();
        let first = with.first().map(String::as_str).unwrap_or_default();
        let order = || number(value).zip(number(first)).and_then(|(a, b)| a.partial_cmp(&b));
        match self {
            Self::Equals => value == first,
            Self::Greater => order().is_some_and(|order| order.is_gt()),
            Self::GreaterOrEqual => order().is_some_and(|order| order.is_ge()),
            Self::Exists => true,
            Self::BeginsWith => value.starts_with(first),
            Self::In => with.binary_search_by(|one| one.as_str().cmp(value)).is_ok(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Word {
    /// A name, an operator in letters, or a value.
    Plain(String),
    /// A value in quotes.
    Quoted(String),
    /// An operator or a bracket.
    Sign(&'static str),
}

type Words = std::iter::Peekable<std::vec::IntoIter<Word>>;

const SIGNS: [&str; 19] = [
    "!exists", "!in", "==", "!=", ">=", "<=", "=~", "!~", "&&", "||", "!", ">", "<", "(", ")", "[",
    "]", ",", "=",
];

fn words(text: &str) -> Option<Vec<Word>> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        if first == '\'' || first == '"' {
            let (value, after) = rest[1..].split_once(first)?;
            words.push(Word::Quoted(value.to_owned()));
            rest = after;
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            words.push(Word::Sign(sign));
            rest = &rest[sign.len()..];
        } else {
            let ends = |c: char| c.is_whitespace() || "!=<>()[],&|'\"".contains(c);
            let (word, after) = rest.split_at(rest.find(ends).unwrap_or(rest.len()));
            if word.is_empty() {
                return None;
            }
            words.push(Word::Plain(word.to_owned()));
            rest = after;
        }
        rest = rest.trim_start();
    }
    Some(words)
}

/// Returns true if the word begins a nested expression.
fn opens(word: &Word) -> bool {
    match word {
        Word::Sign(sign) => ["(", "!"].contains(sign),
        Word::Plain(word) => word == "not",
        Word::Quoted(_) => false,
    }
}

fn any(words: &mut Words, text: &str) -> Result<Query, Refusal> {
    let mut parts = vec![all(words, text)?];
    while takes(words, &["||", "or"]) {
        parts.push(all(words, text)?);
    }
    Ok(if parts.len() == 1 { parts.remove(0) } else { Query::Any(parts) })
}

fn all(words: &mut Words, text: &str) -> Result<Query, Refusal> {
    let mut parts = vec![one(words, text)?];
    while takes(words, &["&&", "and"]) {
        parts.push(one(words, text)?);
    }
    Ok(if parts.len() == 1 { parts.remove(0) } else { Query::All(parts) })
}

fn one(words: &mut Words, text: &str) -> Result<Query, Refusal> {
    if takes(words, &["!", "not"]) {
        return Ok(Query::Not(Box::new(one(words, text)?)));
    }
    if takes(words, &["("]) {
        let query = any(words, text)?;
        return if takes(words, &[")"]) { Ok(query) } else { Err(wrong(text)) };
    }
    let Some(Word::Plain(name)) = words.next() else { return Err(wrong(text)) };
    let subject = subject(&name)?;
    let (operator, negated) = operator(words, text)?;
    let values = match operator {
        Operator::Exists => Vec::new(),
        Operator::In => list(words, text)?,
        Operator::BeginsWith => vec![literal_beginning(&value(words, text)?)?],
        _ => vec![value(words, text)?],
    };
    let query = Query::Is(subject, operator, values);
    Ok(if negated { Query::Not(Box::new(query)) } else { query })
}

fn subject(name: &str) -> Result<Subject, Refusal> {
    match name {
        "agentConnected" => Ok(Subject::AgentConnected),
        "ec2InstanceId" => Ok(Subject::Ec2InstanceId),
        "runningTasksCount" => Ok(Subject::RunningTasksCount),
        "task:group" => Ok(Subject::TaskGroup),
        _ => match name.strip_prefix("attribute:") {
            Some(attribute) => Ok(Subject::Attribute(attribute.to_owned())),
            None => Err(Refusal::Unknown(format!("ECS ListContainerInstances filter on {name}"))),
        },
    }
}

/// Returns an operator, and true if the text negates the operator.
fn operator(words: &mut Words, text: &str) -> Result<(Operator, bool), Refusal> {
    let word = match words.next() {
        Some(Word::Sign(sign)) => sign.to_owned(),
        Some(Word::Plain(word)) => word,
        Some(Word::Quoted(_)) | None => return Err(wrong(text)),
    };
    match &*word {
        "==" | "equals" => Ok((Operator::Equals, false)),
        "!=" | "not_equals" => Ok((Operator::Equals, true)),
        ">" | "greater_than" => Ok((Operator::Greater, false)),
        "<=" | "less_than_equal" => Ok((Operator::Greater, true)),
        ">=" | "greater_than_equal" => Ok((Operator::GreaterOrEqual, false)),
        "<" | "less_than" => Ok((Operator::GreaterOrEqual, true)),
        "exists" => Ok((Operator::Exists, false)),
        "!exists" | "not_exists" => Ok((Operator::Exists, true)),
        "in" => Ok((Operator::In, false)),
        "!in" | "not_in" => Ok((Operator::In, true)),
        "=~" | "matches" => Ok((Operator::BeginsWith, false)),
        "!~" | "not_matches" => Ok((Operator::BeginsWith, true)),
        _ => Err(wrong(text)),
    }
}

/// Returns the literal text before the `.*` of a pattern. Without a special character of Java's patterns the text has
/// no other meaning.
fn literal_beginning(pattern: &str) -> Result<String, Refusal> {
    let is_literal = |c: char| c.is_ascii_alphanumeric() || ":-_/".contains(c);
    let beginning = pattern.strip_suffix(".*").filter(|text| text.chars().all(is_literal));
    let unknown = || {
        Refusal::Unknown(format!("ECS ListContainerInstances filter with the pattern {pattern}"))
    };
    beginning.map(str::to_owned).ok_or_else(unknown)
}

fn list(words: &mut Words, text: &str) -> Result<Vec<String>, Refusal> {
    if !takes(words, &["["]) {
        return Err(wrong(text));
    }
    let mut values = vec![value(words, text)?];
    while takes(words, &[","]) {
        values.push(value(words, text)?);
    }
    values.sort_unstable();
    if takes(words, &["]"]) { Ok(values) } else { Err(wrong(text)) }
}

fn value(words: &mut Words, text: &str) -> Result<String, Refusal> {
    match words.next() {
        Some(Word::Plain(value) | Word::Quoted(value)) => Ok(value),
        Some(Word::Sign(_)) | None => Err(wrong(text)),
    }
}

fn takes(words: &mut Words, spellings: &[&str]) -> bool {
    let spelled = |word: &Word| match word {
        Word::Sign(sign) => spellings.contains(sign),
        Word::Plain(word) => spellings.contains(&&**word),
        Word::Quoted(_) => false,
    };
    words.next_if(spelled).is_some()
}

fn wrong(text: &str) -> Refusal {
    let message = format!("Invalid filter expression: {text}");
    ApiError::client("InvalidParameterException", message).into()
}

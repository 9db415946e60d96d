//! The attribute `ebb.drain`: all that ebb remembers about a drain, as one custom attribute of the container instance.
//!
//! Every description of the container instance has it, and ECS deletes both together. The value is
//! `1/s:<seconds>/a:<seconds>:<token>/…`: a version, then one part per fact, with times in seconds since the epoch.
//! ECS allows 1 to 128 characters out of letters, digits and `-_.@/\:` (API reference, Attribute).

use std::fmt::{self, Write};

use jiff::Timestamp;

use crate::limits::{SAME_ACTION, TOKEN_CHARACTERS};

/// Name of the attribute.
pub const NAME: &str = "ebb.drain";

/// Facts that ebb remembers about one drain. All times are whole seconds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DrainAttribute {
    /// Time at which ebb set the container instance to DRAINING.
    pub draining_since: Option<Timestamp>,
    /// Count of the tasks that still run. Written only beside `draining_since`.
    pub task_count: Option<TaskCount>,
    /// Number of running tasks that do not hold the instance: daemon tasks, and standalone tasks with the tag `ignore`.
    /// While ECS counts more, a list of the tasks gives no new fact. Never written beside `recommended_at`, for want of room.
    pub non_holding: Option<u32>,
    /// Lifecycle action of the drain.
    pub action: Option<RememberedAction>,
    /// Time at which EC2 interrupts the Spot Instance.
    pub interrupted_at: Option<Timestamp>,
    /// End of a drain that a rebalance recommendation began.
    pub rebalance_until: Option<Timestamp>,
    /// Time of a rebalance recommendation for which the budget had no room.
    pub recommended_at: Option<Timestamp>,
    /// Time at which a scheduled change makes the instance due for replacement.
    pub replace_at: Option<Timestamp>,
    /// True if EC2 reported that the instance is gone.
    pub gone: bool,
    /// Time of the first look that found the agent disconnected.
    pub agent_lost_since: Option<Timestamp>,
    /// Time of the first look that found the instance InService again.
    pub in_service_since: Option<Timestamp>,
}

/// Number of tasks on a container instance that were not being stopped, and that ECS had counted.
///
/// ECS adds no task to a DRAINING instance. So each counted task must be found later, running or stopped, before the
/// instance is proven empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskCount {
    /// Number of tasks.
    pub tasks: u32,
    /// Time of the count, in seconds after the drain began.
    pub after: u32,
}

/// The facts about a lifecycle action that ebb remembers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RememberedAction {
    /// Start of the action.
    pub started: Timestamp,
    /// Beginning of the token, letters and digits only; empty if no event named the token.
    pub token: String,
}

impl RememberedAction {
    /// Returns the remembered form of an action with this token.
    pub fn new(started: Timestamp, token: &str) -> Self {
        let token =
            token.chars().filter(char::is_ascii_alphanumeric).take(TOKEN_CHARACTERS).collect();
        Self { started: whole_seconds(started), token }
    }

    /// Returns true if this is another action than `other`.
    ///
    /// All deliveries of one action have the same token. If one of the two has no token, the starts are compared.
    pub fn differs_from(&self, other: &Self) -> bool {
        if self.token.is_empty() || other.token.is_empty() {
            let apart = self.started.duration_since(other.started).unsigned_abs();
            return apart.as_secs() > SAME_ACTION.as_secs();
        }
        self.token != other.token
    }
}

/// Returns a time without its fraction of a second, because the attribute has whole seconds.
pub fn whole_seconds(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

impl DrainAttribute {
    /// Parses a value that this or an earlier version of ebb wrote.
    ///
    /// Returns `None` for any other value. ebb then acts as without the attribute, and uses no part of the value.
    pub fn parse(value: &str) -> Option<Self> {
        let mut parts = value.split('/');
        if parts.next() != Some("1") {
            return None;
        }
        let mut attribute = Self::default();
        for part in parts {
            attribute.parse_part(part)?;
        }
        Some(attribute)
    }

    /// Returns true if ebb drains the instance. A recommendation or a scheduled change alone is no drain.
    pub(crate) fn records_a_drain(&self) -> bool {
        let since_or_until = self.draining_since.or(self.interrupted_at).or(self.rebalance_until);
        self.action.is_some() || since_or_until.is_some()
    }

    /// Returns true if the drain ends with the last task. After a Spot interruption warning EC2 takes the instance at its time,
    /// so the drain ends with the last task only if Auto Scaling holds the instance.
    pub fn awaits_the_last_task(&self) -> bool {
        self.action.is_some() || self.interrupted_at.is_none()
    }

    fn parse_part(&mut self, part: &str) -> Option<()> {
        let (key, value) = part.split_once(':').unwrap_or((part, ""));
        match key {
            "s" => self.draining_since = Some(parse_time(value)?),
            "n" => self.task_count = Some(parse_task_count(value)?),
            "d" => self.non_holding = Some(value.parse().ok()?),
            "a" => self.action = Some(parse_action(value)?),
            "i" => self.interrupted_at = Some(parse_time(value)?),
            "r" => self.rebalance_until = Some(parse_time(value)?),
            "w" => self.recommended_at = Some(parse_time(value)?),
            "h" => self.replace_at = Some(parse_time(value)?),
            "g" => self.gone = true,
            "l" => self.agent_lost_since = Some(parse_time(value)?),
            "b" => self.in_service_since = Some(parse_time(value)?),
            _ => return None,
        }
        Some(())
    }
}

fn parse_time(text: &str) -> Option<Timestamp> {
    Timestamp::from_second(text.parse().ok()?).ok()
}

fn parse_task_count(text: &str) -> Option<TaskCount> {
    let (tasks, after) = text.split_once(':')?;
    Some(TaskCount { tasks: tasks.parse().ok()?, after: after.parse().ok()? })
}

fn parse_action(text: &str) -> Option<RememberedAction> {
    let (started, token) = text.split_once(':')?;
    let action = RememberedAction::new(parse_time(started)?, token);
    // A longer token or one of other characters is not ebb's. Beside all other parts it would not fit.
    (action.token == token).then_some(action)
}

impl fmt::Display for DrainAttribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('1')?;
        let moments = [
            ("s", self.draining_since),
            ("i", self.interrupted_at),
            ("r", self.rebalance_until),
            ("w", self.recommended_at),
            ("h", self.replace_at),
            ("l", self.agent_lost_since),
            ("b", self.in_service_since),
        ];
        for (key, at) in moments {
            if let Some(at) = at {
                write!(f, "/{key}:{}", at.as_second())?;
            }
        }
        if let Some(TaskCount { tasks, after }) = self.task_count {
            write!(f, "/n:{tasks}:{after}")?;
        }
        if let Some(tasks) = self.non_holding {
            write!(f, "/d:{tasks}")?;
        }
        if let Some(action) = &self.action {
            write!(f, "/a:{}:{}", action.started.as_second(), action.token)?;
        }
        if self.gone {
            f.write_str("/g")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Option<Timestamp> {
        Timestamp::from_second(second).ok()
    }

    fn everything() -> DrainAttribute {
        DrainAttribute {
            draining_since: at(1_772_442_000),
            task_count: Some(TaskCount { tasks: 9_999, after: 999_999 }),
            non_holding: None,
            action: Some(RememberedAction::new(
                Timestamp::from_second(1_772_442_001).unwrap(),
                "87654321-4321-4321",
            )),
            interrupted_at: at(1_772_442_120),
            rebalance_until: at(1_772_443_800),
            recommended_at: at(1_772_442_000),
            replace_at: at(1_772_443_900),
            gone: true,
            agent_lost_since: at(1_772_442_060),
            in_service_since: at(1_772_442_120),
        }
    }

    /// Returns everything that is written beside the number of tasks that do not hold the instance.
    fn with_non_holding() -> DrainAttribute {
        DrainAttribute { non_holding: Some(9_999), recommended_at: None, ..everything() }
    }

    #[test]
    fn value_that_was_written_is_parsed_to_an_equal_one() {
        for written in [everything(), with_non_holding()] {
            assert_eq!(DrainAttribute::parse(&written.to_string()), Some(written));
        }
        assert_eq!(DrainAttribute::parse("1"), Some(DrainAttribute::default()));
    }

    #[test]
    fn longest_value_keeps_the_limits_of_the_api() {
        for value in [everything().to_string(), with_non_holding().to_string()] {
            assert!(value.len() <= 128, "{} characters: {value}", value.len());
            let is_allowed = |c: char| c.is_ascii_alphanumeric() || "-_.@/\\:".contains(c);
            assert!(value.chars().all(is_allowed), "{value}");
        }
    }

    #[test]
    fn value_with_any_part_of_a_drain_records_one() {
        for value in ["1/s:1772442000", "1/a:1772442001:876543", "1/i:1772442120", "1/r:1772443800"]
        {
            assert!(DrainAttribute::parse(value).unwrap().records_a_drain(), "{value}");
        }
    }

    #[test]
    fn value_with_only_a_recommendation_or_a_change_records_no_drain() {
        for value in ["1", "1/w:1772442000", "1/h:1772443900"] {
            assert!(!DrainAttribute::parse(value).unwrap().records_a_drain(), "{value}");
        }
    }

    #[test]
    fn value_of_a_later_version_is_not_parsed() {
        assert_eq!(DrainAttribute::parse("2/s:1772442000"), None);
        assert_eq!(DrainAttribute::parse("1/z:1"), None);
        assert_eq!(DrainAttribute::parse(""), None);
    }

    #[test]
    fn token_that_ebb_never_writes_is_not_parsed() {
        for token in ["not-ebbs", "abcdefghi", "ü"] {
            assert_eq!(DrainAttribute::parse(&format!("1/a:1772442000:{token}")), None, "{token}");
        }
        assert!(DrainAttribute::parse("1/a:1772442000:abcdef").is_some());
        assert!(DrainAttribute::parse("1/a:1772442000:").is_some());
    }

    #[test]
    fn deliveries_of_one_action_do_not_differ() {
        let first = RememberedAction::new(Timestamp::from_second(100).unwrap(), "aaaa-bbbb-cccc");
        let again = RememberedAction::new(Timestamp::from_second(103).unwrap(), "aaaa-bbbb-cccc");
        let later = RememberedAction::new(Timestamp::from_second(900).unwrap(), "dddd-bbbb-cccc");

        assert!(!first.differs_from(&again));
        assert!(first.differs_from(&later));
    }

    #[test]
    fn action_without_a_token_differs_by_a_start_more_than_a_minute_apart() {
        let from = |second, token| RememberedAction::new(at(second).unwrap(), token);
        let (named, unnamed) = (from(100, "aaaa"), from(100, ""));

        for (one, other) in [(&named, &unnamed), (&unnamed, &named)] {
            assert!(!one.differs_from(other));
        }
        assert!(!from(160, "").differs_from(&named));
        assert!(from(161, "").differs_from(&named));
        assert!(named.differs_from(&from(161, "")));
    }
}

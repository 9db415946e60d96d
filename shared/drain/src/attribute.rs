//! What is remembered about a drain: one custom attribute on the container instance itself.
//!
//! It comes back with every description of the container instance and dies with it. Its value is written
//! `1/s:<seconds>/a:<seconds>:<token>/…`: a version, then one part per thing remembered, times in seconds since the
//! epoch. Limits (API reference, Attribute): 1 to 128 characters out of letters, digits and `-_.@/\:`.

use std::fmt::{self, Write};

use jiff::Timestamp;

/// The attribute's name.
pub const NAME: &str = "ebb.drain";

/// How many characters of a lifecycle action's token are kept: enough to tell two actions of one instance apart.
const TOKEN_CHARACTERS: usize = 6;

/// What is remembered about one drain. All times are whole seconds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DrainAttribute {
    /// Since when the container instance is DRAINING for us.
    pub draining_since: Option<Timestamp>,
    /// How many tasks were on it that nothing had told to stop. Written only beside `draining_since`.
    pub task_count: Option<TaskCount>,
    /// The lifecycle action that it drains for.
    pub action: Option<RememberedAction>,
    /// When EC2 takes the Spot Instance back.
    pub interrupted_at: Option<Timestamp>,
    /// When a drain that a rebalance recommendation began ends by itself.
    pub rebalance_until: Option<Timestamp>,
    /// When EC2 recommended a rebalance for which the budget had no room yet.
    pub recommended_at: Option<Timestamp>,
    /// When an announced change makes the instance due for replacement.
    pub replace_at: Option<Timestamp>,
    /// EC2 said that the instance is gone.
    pub gone: bool,
    /// The first look since the agent was last seen connected.
    pub agent_lost_since: Option<Timestamp>,
    /// The first look that saw the instance InService again.
    pub in_service_since: Option<Timestamp>,
}

/// How many tasks of a container instance were to go on running, and when that was known for certain. While it is
/// DRAINING none can be added, so each of them can be accounted for later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskCount {
    /// How many.
    pub tasks: u32,
    /// How many seconds after the drain began.
    pub after: u32,
}

/// A lifecycle action, as far as it is remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RememberedAction {
    /// When it began.
    pub started: Timestamp,
    /// The beginning of its token, letters and digits only; empty where no event told it.
    pub token: String,
}

impl RememberedAction {
    /// An action that an event told.
    pub fn new(started: Timestamp, token: &str) -> Self {
        let token =
            token.chars().filter(char::is_ascii_alphanumeric).take(TOKEN_CHARACTERS).collect();
        Self { started: whole_seconds(started), token }
    }

    /// Whether it is another action than `other`, not another telling of the same. Two deliveries of one action carry
    /// the same token; where one has none, the start decides, to the minute.
    pub fn differs_from(&self, other: &Self) -> bool {
        if self.token.is_empty() || other.token.is_empty() {
            return self.started.duration_since(other.started).unsigned_abs().as_secs() > 60;
        }
        self.token != other.token
    }
}

/// A moment without its fraction of a second, so that what was written reads back equal.
pub fn whole_seconds(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

impl DrainAttribute {
    /// Reads a value that this or an earlier version wrote. None for anything else: what cannot be read is treated as
    /// not remembered, and is never overwritten by a part of itself.
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

    /// Whether it says that ebb drains the instance, and not just what is announced of it.
    pub(crate) fn records_a_drain(&self) -> bool {
        let since_or_until = self.draining_since.or(self.interrupted_at).or(self.rebalance_until);
        self.action.is_some() || since_or_until.is_some()
    }

    fn parse_part(&mut self, part: &str) -> Option<()> {
        let (key, value) = part.split_once(':').unwrap_or((part, ""));
        match key {
            "s" => self.draining_since = Some(moment(value)?),
            "n" => self.task_count = Some(task_count(value)?),
            "a" => self.action = Some(action(value)?),
            "i" => self.interrupted_at = Some(moment(value)?),
            "r" => self.rebalance_until = Some(moment(value)?),
            "w" => self.recommended_at = Some(moment(value)?),
            "h" => self.replace_at = Some(moment(value)?),
            "g" => self.gone = true,
            "l" => self.agent_lost_since = Some(moment(value)?),
            "b" => self.in_service_since = Some(moment(value)?),
            _ => return None,
        }
        Some(())
    }
}

fn moment(text: &str) -> Option<Timestamp> {
    Timestamp::from_second(text.parse().ok()?).ok()
}

fn task_count(text: &str) -> Option<TaskCount> {
    let (tasks, after) = text.split_once(':')?;
    Some(TaskCount { tasks: tasks.parse().ok()?, after: after.parse().ok()? })
}

fn action(text: &str) -> Option<RememberedAction> {
    let (started, token) = text.split_once(':')?;
    let action = RememberedAction::new(moment(started)?, token);
    // A longer token, or other characters, would not fit with what there may be to remember beside it.
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

    #[test]
    fn what_was_written_reads_back_equal() {
        assert_eq!(DrainAttribute::parse(&everything().to_string()), Some(everything()));
        assert_eq!(DrainAttribute::parse("1"), Some(DrainAttribute::default()));
    }

    #[test]
    fn the_longest_value_keeps_the_limits_of_the_api() {
        let value = everything().to_string();

        assert!(value.len() <= 128, "{} characters: {value}", value.len());
        assert!(
            value.chars().all(|c| c.is_ascii_alphanumeric() || "-_.@/\\:".contains(c)),
            "{value}"
        );
    }

    #[test]
    fn a_drain_is_told_by_each_part_that_one_writes_down() {
        for value in ["1/s:1772442000", "1/a:1772442001:876543", "1/i:1772442120", "1/r:1772443800"]
        {
            assert!(DrainAttribute::parse(value).unwrap().records_a_drain(), "{value}");
        }
    }

    #[test]
    fn what_is_recommended_or_announced_tells_of_no_drain() {
        for value in ["1", "1/w:1772442000", "1/h:1772443900"] {
            assert!(!DrainAttribute::parse(value).unwrap().records_a_drain(), "{value}");
        }
    }

    #[test]
    fn a_value_of_a_later_version_is_not_guessed_at() {
        assert_eq!(DrainAttribute::parse("2/s:1772442000"), None);
        assert_eq!(DrainAttribute::parse("1/z:1"), None);
        assert_eq!(DrainAttribute::parse(""), None);
    }

    #[test]
    fn a_token_that_was_never_written_is_not_read() {
        for token in ["not-ours", "abcdefghi", "ü"] {
            assert_eq!(DrainAttribute::parse(&format!("1/a:1772442000:{token}")), None, "{token}");
        }
        assert!(DrainAttribute::parse("1/a:1772442000:abcdef").is_some());
        assert!(DrainAttribute::parse("1/a:1772442000:").is_some());
    }

    #[test]
    fn two_deliveries_of_one_action_are_one_action() {
        let first = RememberedAction::new(Timestamp::from_second(100).unwrap(), "aaaa-bbbb-cccc");
        let again = RememberedAction::new(Timestamp::from_second(103).unwrap(), "aaaa-bbbb-cccc");
        let later = RememberedAction::new(Timestamp::from_second(900).unwrap(), "dddd-bbbb-cccc");

        assert!(!first.differs_from(&again));
        assert!(first.differs_from(&later));
    }

    #[test]
    fn an_action_without_a_token_is_told_apart_by_its_start_to_the_minute() {
        let from = |second, token| RememberedAction::new(at(second).unwrap(), token);
        let (told, unknown) = (from(100, "aaaa"), from(100, ""));

        for (one, other) in [(&told, &unknown), (&unknown, &told)] {
            assert!(!one.differs_from(other));
        }
        assert!(!from(160, "").differs_from(&told));
        assert!(from(161, "").differs_from(&told));
        assert!(told.differs_from(&from(161, "")));
    }
}

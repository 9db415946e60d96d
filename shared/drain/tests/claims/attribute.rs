//! Claims about the attribute `ebb.drain` with any value. The tests and the fuzz target `attribute` check them.

use drain::attribute::{DrainAttribute, RememberedAction, TaskCount};
use jiff::Timestamp;

/// Characters of the longest value that ECS keeps (API reference, Attribute).
const LONGEST: usize = 128;

/// Last second of the epoch with ten digits, in the year 2286.
const LAST_SECOND: i64 = 9_999_999_999;

/// Asserts that a parsed value can be written again, and is parsed to the same facts then.
pub fn any_value_is_read_in_full_or_not_at_all(value: &str) {
    let Some(attribute) = DrainAttribute::parse(value) else { return };
    let written = attribute.to_string();

    assert_eq!(DrainAttribute::parse(&written).as_ref(), Some(&attribute), "{value} {written}");
    assert!(written.len() <= value.len(), "{written} is longer than {value}");
    fits_the_characters(&written);
}

/// Asserts that an action with this token fits into the attribute beside all other parts. A recommendation and the number
/// of tasks that do not hold the instance are never written beside each other.
pub fn an_action_of_any_token_can_be_remembered(token: &str) {
    fits_beside(token, None);
    fits_beside(token, Some(9_999));
}

fn fits_beside(token: &str, non_holding: Option<u32>) {
    let at = Timestamp::from_second(LAST_SECOND).ok();
    let attribute = DrainAttribute {
        draining_since: at,
        task_count: Some(TaskCount { tasks: 9_999, after: 999_999 }),
        non_holding,
        action: at.map(|at| RememberedAction::new(at, token)),
        interrupted_at: at,
        rebalance_until: at,
        recommended_at: at.filter(|_| non_holding.is_none()),
        replace_at: at,
        gone: true,
        agent_lost_since: at,
        in_service_since: at,
    };
    let written = attribute.to_string();

    assert_eq!(DrainAttribute::parse(&written), Some(attribute), "{written}");
    assert!(written.len() <= LONGEST, "{} characters: {written}", written.len());
    fits_the_characters(&written);
}

fn fits_the_characters(value: &str) {
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_.@/\\:".contains(c);
    assert!(value.chars().all(fits), "{value:?}");
}

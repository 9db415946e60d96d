//! Counts that may only fall.

/// Doc comments that begin with an unwanted word.
pub(super) const MOST_DOC_OPENINGS: usize = 0;

/// Unwanted words in comments, string literals and Markdown.
pub(super) const MOST_WORDS: usize = 0;

/// Unwanted words and beginnings in texts that an operator reads.
pub(super) const MOST_OPERATORS_WORDS: usize = 0;

/// Public types whose name another public type of the workspace has.
pub(super) const MOST_SHARED_TYPE_NAMES: usize = 0;

/// Functions with an empty name that another function of the crate has.
pub(super) const MOST_EMPTY_FUNCTION_NAMES: usize = 0;

/// Tests with an unwanted word in their name.
pub(super) const MOST_TEST_NAMES: usize = 0;

/// Files that import each other in a circle.
pub(super) const MOST_FILES_IN_CIRCLES: usize = 0;

/// The number of findings that a failing test prints.
const SHOWN: usize = 60;

/// Checks a count against its constant. Fails above it, and below it, so that the constant only falls.
pub(super) fn hold(name: &str, most: usize, found: &[String]) {
    if let Some(complaint) = complaint(name, most, found) {
        panic!("{complaint}");
    }
}

fn complaint(name: &str, most: usize, found: &[String]) -> Option<String> {
    let count = found.len();
    let shown = || found.iter().take(SHOWN).map(|it| format!("\n  {it}")).collect::<String>();
    match count.cmp(&most) {
        std::cmp::Ordering::Greater => {
            Some(format!("{count} findings, {name} allows {most}:{}", shown()))
        }
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Less => {
            Some(format!("{count} findings: lower the constant to {count} ({name} is {most})"))
        }
    }
}

#[test]
fn count_above_the_constant_fails_with_the_findings() {
    let complaint = complaint("MOST_X", 1, &["a:1".to_owned(), "b:2".to_owned()]).unwrap();

    assert!(complaint.contains("2 findings, MOST_X allows 1"), "{complaint}");
    assert!(complaint.contains("b:2"), "{complaint}");
}

#[test]
fn count_below_the_constant_fails_until_the_constant_is_lowered() {
    let complaint = complaint("MOST_X", 3, &["a:1".to_owned()]).unwrap();

    assert!(complaint.contains("lower the constant to 1"), "{complaint}");
}

#[test]
fn count_at_the_constant_passes() {
    assert_eq!(complaint("MOST_X", 1, &["a:1".to_owned()]), None);
}

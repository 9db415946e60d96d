//! Repeated lines of a timeline. The timeline shows the first one, with the number of repeats and the time of the last.

use std::collections::BTreeMap;
use std::time::Duration;

use replay::clock::clock;

use super::timeline::TimelineLine;

/// Repeats of a line so far.
struct Repeats {
    /// Index of the first line among the shown lines.
    first: usize,
    count: usize,
    last_at: Duration,
}

/// Returns the lines of a timeline without repeats of ebb's notes and warnings. Lines are equal if they differ only in
/// their times and in the functions that logged them.
pub(super) fn without_repeats(lines: Vec<TimelineLine>) -> Vec<TimelineLine> {
    let mut shown: Vec<TimelineLine> = Vec::new();
    let mut repeats: BTreeMap<String, Repeats> = BTreeMap::new();
    for line in lines {
        if line.can_repeat {
            if let Some(known) = repeats.get_mut(&line.what) {
                (known.count, known.last_at) = (known.count + 1, line.at);
                continue;
            }
            let new = Repeats { first: shown.len(), count: 0, last_at: line.at };
            repeats.insert(line.what.clone(), new);
        }
        shown.push(line);
    }
    for Repeats { first, count, last_at } in repeats.into_values() {
        if let Some(line) = shown.get_mut(first) {
            line.because = in_words(count, last_at);
        }
    }
    shown
}

fn in_words(count: usize, last_at: Duration) -> String {
    match count {
        0 => String::new(),
        1 => format!("repeated at {}", clock(last_at)),
        count => format!("repeated {count} times until {}", clock(last_at)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(minute: u64, who: &str, what: &str, can_repeat: bool) -> TimelineLine {
        let at = Duration::from_secs(60 * minute);
        let (who, what, because) = (who.to_owned(), what.to_owned(), String::new());
        TimelineLine { seconds: at.as_secs_f64(), who, what, because, at, can_repeat }
    }

    fn shown(lines: Vec<TimelineLine>) -> Vec<String> {
        let text = |line: &TimelineLine| match line.because.as_str() {
            "" => line.what.clone(),
            because => format!("{} ({because})", line.what),
        };
        without_repeats(lines).iter().map(text).collect()
    }

    #[test]
    fn note_that_several_functions_log_is_shown_once_with_its_repeats() {
        let lines = vec![
            line(1, "sweep", "no room", true),
            line(2, "sweep", "no bounds", true),
            line(3, "sweep", "no room", true),
            line(83, "asg-lifecycle", "no room", true),
        ];

        assert_eq!(shown(lines), ["no room (repeated 2 times until 1:23:00)", "no bounds"]);
    }

    #[test]
    fn note_with_one_repeat_says_its_time() {
        let lines = vec![line(1, "sweep", "no room", true), line(2, "sweep", "no room", true)];

        assert_eq!(shown(lines), ["no room (repeated at 0:02:00)"]);
    }

    #[test]
    fn equal_decisions_and_facts_are_all_shown() {
        let lines =
            vec![line(1, "sweep", "heartbeat", false), line(2, "sweep", "heartbeat", false)];

        assert_eq!(shown(lines), ["heartbeat", "heartbeat"]);
    }
}

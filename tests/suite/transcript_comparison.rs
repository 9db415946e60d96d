//! tests/transcripts/compare.py, which compares two sets of transcripts by their events and times.

use std::path::{Path, PathBuf};
use std::sync::Once;

use crate::python::{plain, run};
use crate::world::root;

static SKIPPED: Once = Once::new();

/// The answer of the script: its exit status, and the lines that it printed.
#[derive(Debug)]
struct Answer {
    status: Option<i32>,
    text: String,
}

/// Compares the transcripts with a copy in which one text of one scenario is replaced. `None` without Python.
fn compared(copy: &str, scenario: &str, old: &str, new: &str) -> Option<Answer> {
    let python = plain("the comparison of transcripts", &SKIPPED)?;
    let fixtures = root().join("fixtures/scenarios");
    let folder = copied(&fixtures, copy);
    let changed = folder.join(format!("{scenario}.transcript"));
    let text = std::fs::read_to_string(&changed).unwrap();
    assert!(text.contains(old), "{scenario} has no `{old}`");
    std::fs::write(&changed, text.replacen(old, new, 1)).unwrap();
    let output = run(&python, "transcripts/compare.py", [&fixtures, &folder]);
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(Answer {
        status: output.status.code(),
        text: String::from_utf8_lossy(&output.stdout).into_owned(),
    })
}

/// Returns a fresh folder with a copy of all transcripts.
fn copied(from: &Path, name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("transcripts").join(name);
    // A run of another revision may have left transcripts that no longer exist.
    std::fs::remove_dir_all(&folder).ok();
    std::fs::create_dir_all(&folder).unwrap();
    for file in std::fs::read_dir(from).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "transcript") {
            std::fs::copy(&path, folder.join(path.file_name().unwrap())).unwrap();
        }
    }
    folder
}

/// Returns the first line of a scenario's timeline that contains all these words.
fn line(scenario: &str, words: &[&str]) -> String {
    let path = root().join(format!("fixtures/scenarios/{scenario}.transcript"));
    let text = std::fs::read_to_string(path).unwrap();
    let line = text.lines().find(|line| words.iter().all(|word| line.contains(word)));
    line.unwrap_or_else(|| panic!("{scenario} has no line with {words:?}")).to_owned()
}

/// Returns the line with the clock time at this place moved a second later. The time must not end with 9.
fn a_second_later(line: &str, digits_end: usize) -> String {
    let at = digits_end - 1;
    let digit = line[at..=at].parse::<u32>().unwrap();
    format!("{}{}{}", &line[..at], (digit + 1) % 10, &line[at + 1..])
}

#[test]
fn equal_transcripts_pass() {
    let line = line("scale-in", &["i-web-1", "Terminating:Wait"]);
    let Some(answer) = compared("equal", "scale-in", &line, &line) else { return };

    assert_eq!(answer.status, Some(0), "{}", answer.text);
    assert!(answer.text.contains("no difference"), "{}", answer.text);
}

#[test]
fn deadline_moved_by_a_second_is_a_difference() {
    let old = line("spot-interruption", &[" spot-interruption ", " stop "]);
    let end = old.rfind(':').unwrap() + 3;
    let new = a_second_later(&old, end);
    let Some(answer) = compared("deadline", "spot-interruption", &old, &new) else { return };

    assert_eq!(answer.status, Some(1), "{}", answer.text);
    assert!(answer.text.contains("deadline differs"), "{}", answer.text);
}

#[test]
fn action_moved_by_a_second_is_a_difference() {
    let old = line("scale-in", &["sweep", "i-web-1"]);
    let end = old.rfind("  sweep").unwrap();
    let new = a_second_later(&old, end);
    let Some(answer) = compared("action", "scale-in", &old, &new) else { return };

    assert_eq!(answer.status, Some(1), "{}", answer.text);
    assert!(answer.text.contains("moved by +1 s"), "{}", answer.text);
}

#[test]
fn lost_action_is_a_difference() {
    let old = line("scale-in", &["ecs-state-change", "i-web-2"]) + "\n";
    let Some(answer) = compared("lost", "scale-in", &old, "") else { return };

    assert_eq!(answer.status, Some(1), "{}", answer.text);
    assert!(answer.text.contains("only in old"), "{}", answer.text);
}

#[test]
fn changed_figure_is_a_difference() {
    let old = line("scale-in", &["own lag"]);
    let new = old.replacen("0.", "1.", 1);
    let Some(answer) = compared("figure", "scale-in", &old, &new) else { return };

    assert_eq!(answer.status, Some(1), "{}", answer.text);
    assert!(answer.text.contains("own lag"), "{}", answer.text);
}

#[test]
fn rewritten_sentence_is_no_difference() {
    let old = line("scale-in", &["sweep", "i-web-1", "1 standalone"]);
    let (before, _) = old.split_once("  (").unwrap();
    let new = format!("{before}  (one standalone task holds the instance)");
    let Some(answer) = compared("sentence", "scale-in", &old, &new) else { return };

    assert_eq!(answer.status, Some(0), "{}", answer.text);
}

#[test]
fn vanished_line_that_repeats_the_last_one_is_counted_apart() {
    let old = line("scale-in", &["sweep", "i-web-1", "stopping"]) + "\n";
    let Some(answer) = compared("repeated", "scale-in", &old, "") else { return };

    assert_eq!(answer.status, Some(0), "{}", answer.text);
    assert!(answer.text.contains("only in old: repeated line: 1"), "{}", answer.text);
}

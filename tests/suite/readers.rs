//! tests/readers/questions.py, which writes a test for readers who see only file names.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Once;

use crate::python::{plain, run};
use crate::world::root;

static SKIPPED: Once = Once::new();

/// Runs the script. Returns its exit status and the printed lines. `None` without Python.
fn asked(arguments: &[&str]) -> Option<(Option<i32>, Vec<String>)> {
    let python = plain("the reader test", &SKIPPED)?;
    let output = run(&python, "readers/questions.py", arguments);
    let text = String::from_utf8_lossy(&output.stdout);
    Some((output.status.code(), text.lines().map(str::to_owned).collect()))
}

/// Returns the accepted files of each question, in order.
fn accepted() -> Option<Vec<Vec<String>>> {
    let (_, lines) = asked(&["--seed", "7", "--answers"])?;
    let mut found: Vec<Vec<String>> = Vec::new();
    for line in lines {
        match (line.strip_prefix("   "), found.last_mut()) {
            (Some(path), Some(files)) => files.push(path.to_owned()),
            _ => found.push(Vec::new()),
        }
    }
    Some(found)
}

/// Writes a reader's answers, and returns the path of the file.
fn written(name: &str, answers: impl Iterator<Item = String>) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readers");
    std::fs::create_dir_all(&folder).unwrap();
    let lines = answers.enumerate().map(|(n, answer)| format!("{}: {answer}\n", n + 1));
    let path = folder.join(name);
    std::fs::write(&path, lines.collect::<String>()).unwrap();
    path
}

/// Scores the answers of two readers. Returns the exit status and the last line.
fn scored(one: &Path, two: &Path) -> Option<(Option<i32>, String)> {
    let paths = [one.to_str().unwrap(), two.to_str().unwrap()];
    let (status, lines) = asked(&[&["--seed", "7", "--score"][..], &paths].concat())?;
    Some((status, lines.last().cloned().unwrap_or_default()))
}

#[test]
fn question_is_accepted_by_files_of_the_list() {
    let Some(accepted) = accepted() else { return };
    let Some((_, files)) = asked(&["--files"]) else { return };
    let files: BTreeSet<String> = files.into_iter().collect();

    assert!(accepted.len() > 10, "{} questions", accepted.len());
    for path in accepted.iter().flatten() {
        assert!(files.contains(path) && root().join(path).exists(), "{path} is no file");
    }
    assert!(accepted.iter().all(|files| !files.is_empty()), "{accepted:?}");
}

#[test]
fn same_seed_asks_the_same_questions() {
    let Some((_, one)) = asked(&["--seed", "7"]) else { return };
    let Some((_, two)) = asked(&["--seed", "7"]) else { return };
    let Some((_, other)) = asked(&["--seed", "8"]) else { return };

    assert_eq!(one, two);
    assert_ne!(one, other);
}

#[test]
fn question_with_an_accepted_answer_is_no_miss() {
    let Some(accepted) = accepted() else { return };
    let right = written("right", accepted.iter().map(|files| format!("`./{}`", files[0])));
    let wrong = written("wrong", accepted.iter().map(|_| "README.md".to_owned()));
    let Some((status, line)) = scored(&wrong, &right) else { return };

    assert_eq!(status, Some(0), "{line}");
    assert!(line.ends_with("0 missed by both readers"), "{line}");
}

#[test]
fn question_that_both_readers_miss_is_a_miss() {
    let Some(accepted) = accepted() else { return };
    let wrong = written("both-wrong", accepted.iter().map(|_| "README.md".to_owned()));
    let Some((status, line)) = scored(&wrong, &wrong) else { return };

    assert_eq!(status, Some(1), "{line}");
    assert!(line.ends_with(&format!("{} missed by both readers", accepted.len())), "{line}");
}

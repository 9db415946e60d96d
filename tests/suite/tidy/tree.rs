//! The paths of the project.

use std::collections::BTreeSet;
use std::path::Path;

use crate::world::root;

/// Folders that a build creates, and the history.
const LEFT_OUT: [&str; 3] = ["target", ".git", ".terraform"];

/// All files and folders below the project's root, with `/`.
#[derive(Debug)]
pub(super) struct Tree {
    files: BTreeSet<String>,
    folders: BTreeSet<String>,
}

impl Tree {
    pub(super) fn of_the_project() -> Self {
        let mut files = Vec::new();
        collect(&root(), "", &mut files);
        Self::of(files.iter().map(String::as_str))
    }

    pub(super) fn of<'a>(files: impl IntoIterator<Item = &'a str>) -> Self {
        let files: BTreeSet<String> = files.into_iter().map(str::to_owned).collect();
        let above = |path: &String| -> Vec<String> {
            path.match_indices('/').map(|(at, _)| path[..at].to_owned()).collect()
        };
        let folders = files.iter().flat_map(above).collect();
        Self { files, folders }
    }

    /// Returns true for the path of a file or of a folder.
    pub(super) fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        path.is_empty() || self.files.contains(path) || self.folders.contains(path)
    }

    pub(super) fn has_folder(&self, path: &str) -> bool {
        self.folders.contains(path)
    }

    /// Returns true if a file's path ends with whole parts: `decide/mod.rs`.
    pub(super) fn has_end(&self, end: &str) -> bool {
        self.files.iter().any(|path| path.strip_suffix(end).is_some_and(|it| it.ends_with('/')))
    }

    /// Returns true if a file or a folder fits a pattern with `*`.
    pub(super) fn matches(&self, pattern: &str) -> bool {
        self.files.iter().chain(&self.folders).any(|path| fits(path, pattern))
    }
}

/// Returns true if a path fits a pattern in which each `*` is any text.
fn fits(path: &str, pattern: &str) -> bool {
    let Some((from, rest)) = pattern.split_once('*') else { return path == pattern };
    path.strip_prefix(from).is_some_and(|tail| {
        tail.char_indices().any(|(at, _)| fits(&tail[at..], rest)) || fits("", rest)
    })
}

/// Returns a path below the root from a folder and a path relative to the folder. `None` for a path above the root.
pub(super) fn joined(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." {
            parts.pop()?;
        } else {
            parts.push(part);
        }
    }
    Some(parts.join("/"))
}

fn collect(folder: &Path, below: &str, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
        if !entry.path().is_dir() {
            found.push(path);
        } else if !LEFT_OUT.contains(&name.as_str()) {
            collect(&entry.path(), &path, found);
        }
    }
}

#[test]
fn pattern_fits_a_path_with_any_text_for_each_star() {
    assert!(fits("tests/a/b.json", "tests/*/*.json") && fits("tests/a", "tests/*"));
    assert!(!fits("tests/a/b.rs", "tests/*/*.json") && !fits("test/a", "tests/*"));
}

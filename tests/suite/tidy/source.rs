//! The source files of the workspace.

use std::path::{Path, PathBuf};

use super::scanner::{Piece, taken_apart};
use crate::world::root;

/// A Rust file of the workspace.
#[derive(Debug)]
pub(super) struct Source {
    /// The path below the project's root, with `/`.
    pub(super) path: String,
    /// The unchanged text.
    pub(super) text: String,
    /// The text with blanks for all comments and for the insides of all literals. Lines keep their numbers.
    pub(super) code: String,
    /// The comments and string literals, in their order.
    pub(super) pieces: Vec<Piece>,
}

impl Source {
    pub(super) fn new(path: String, text: String) -> Self {
        let (code, mut pieces) = taken_apart(&text);
        let in_tests = is_test_file(&path);
        let regions = test_regions(&code);
        for piece in &mut pieces {
            piece.of_tests =
                in_tests || regions.iter().any(|(from, to)| (*from..=*to).contains(&piece.line));
        }
        Self { path, text, code, pieces }
    }

    /// Returns the code without the parts that belong to tests only.
    pub(super) fn product_code(&self) -> String {
        if is_test_file(&self.path) {
            return String::new();
        }
        let regions = test_regions(&self.code);
        let inside = |n: usize| regions.iter().any(|(from, to)| (*from..=*to).contains(&n));
        let lines = self.code.lines().enumerate();
        lines
            .map(|(n, line)| if inside(n + 1) { "\n".to_owned() } else { format!("{line}\n") })
            .collect()
    }

    /// Returns the path of the crate: `shared/drain`, `handlers/ebb`, `tests`.
    pub(super) fn crate_path(&self) -> String {
        let parts: Vec<&str> = self.path.split('/').collect();
        let depth = if parts[0] == "tests" { 1 } else { 2 };
        parts[..depth].join("/")
    }
}

/// Returns true for a file that is part of tests only.
fn is_test_file(path: &str) -> bool {
    path.split('/').any(|part| part == "tests" || part == "tests.rs")
}

/// Returns all Rust files of the workspace.
pub(super) fn sources() -> Vec<Source> {
    let files = ["handlers", "shared", "tests"].into_iter().flat_map(|folder| files(folder, "rs"));
    let sources: Vec<Source> = files.map(|(path, text)| Source::new(path, text)).collect();
    assert!(sources.len() > 50, "only {} sources were found", sources.len());
    sources
}

/// Returns the path and the text of the files with an extension in a folder and below it, sorted by path.
pub(super) fn files(folder: &str, extension: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    collect(&root().join(folder), extension, &mut found);
    found.sort();
    let below =
        |path: &Path| path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
    found.into_iter().map(|path| (below(&path), std::fs::read_to_string(&path).unwrap())).collect()
}

fn collect(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_ours = path.file_name().is_some_and(|name| name != "target" && name != ".terraform");
        if path.is_dir() && is_ours {
            collect(&path, extension, found);
        } else if path.extension().is_some_and(|it| it == extension) {
            found.push(path);
        }
    }
}

/// Returns the first and the last line of each item under `#[cfg(test)]`.
fn test_regions(code: &str) -> Vec<(usize, usize)> {
    let line = |at: usize| code[..at].matches('\n').count() + 1;
    code.match_indices("#[cfg(test)]")
        .map(|(at, _)| (line(at), line(end_of_item(code, at))))
        .collect()
}

/// Returns the offset of the `;` or the `}` that ends the item at an offset.
fn end_of_item(code: &str, at: usize) -> usize {
    let mut depth = 0_usize;
    for (offset, c) in code[at..].char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth <= 1 => return at + offset,
            '}' => depth -= 1,
            ';' if depth == 0 => return at + offset,
            _ => {}
        }
    }
    code.len()
}

#[test]
fn literals_under_cfg_test_belong_to_tests() {
    let text = "fn f() { g(\"a\") }\n#[cfg(test)]\nmod tests {\n  fn t() { g(\"b\") }\n}\nfn h() { g(\"c\") }\n";

    let source = Source::new("shared/x/src/lib.rs".to_owned(), text.to_owned());

    let tests: Vec<_> = source.pieces.iter().map(|piece| piece.of_tests).collect();
    assert_eq!(tests, [false, true, false]);
    assert!(source.product_code().contains("fn h") && !source.product_code().contains("fn t"));
}

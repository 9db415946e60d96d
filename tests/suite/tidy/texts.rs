//! The texts of the workspace: doc comments, comments, literals, Markdown, and the files that are deployed.

use super::ratchet::{MOST_DOC_OPENINGS, MOST_OPERATORS_WORDS, MOST_WORDS, hold};
use super::scanner::Kind;
use super::source::{Source, files, sources};
use super::words::{unwanted, unwanted_opening};
use crate::world::root;

/// Folders of the crates whose texts an operator reads.
const OPERATORS: [&str; 4] =
    ["shared/drain/src/", "shared/aws/src/", "shared/replay/src/", "handlers/"];

/// The derives of a command line: their doc comments are the help.
const CLAP: [&str; 4] = ["Parser", "Args", "Subcommand", "ValueEnum"];

/// Extensions of the files in `infra` whose whole text is read.
const DEPLOYED: [&str; 4] = ["yaml", "tf", "env", "service"];

/// The ends of the keys of descriptions and labels in a template and in Terraform.
const DESCRIPTIONS: [&str; 4] = ["Description:", "Label: { default:", "description", "Label:"];

#[test]
fn doc_comments_begin_as_those_of_std() {
    let mut found = Vec::new();

    for source in sources() {
        for piece in source.pieces.iter().filter(|piece| piece.kind == Kind::Doc) {
            if let Some(word) = unwanted_opening(&piece.text) {
                found.push(format!("{}:{}: {word}", source.path, piece.line));
            }
        }
    }

    hold("MOST_DOC_OPENINGS", MOST_DOC_OPENINGS, &found);
}

#[test]
fn texts_use_the_words_of_the_glossary() {
    let mut found = Vec::new();

    for source in sources().iter().filter(|source| !is_word_list(source)) {
        for piece in &source.pieces {
            let words = unwanted(&piece.text).into_iter();
            found.extend(words.map(|word| format!("{}:{}: {word}", source.path, piece.line)));
        }
    }
    for (path, text) in markdown() {
        for (line, paragraph) in paragraphs(&text) {
            let words = unwanted(&paragraph).into_iter();
            found.extend(words.map(|word| format!("{path}:{line}: {word}")));
        }
    }

    hold("MOST_WORDS", MOST_WORDS, &found);
}

#[test]
fn operators_texts_use_the_words_of_the_glossary() {
    let mut found = Vec::new();

    for source in sources() {
        found.extend(in_operators_texts(&source));
    }
    for extension in DEPLOYED {
        for (path, text) in files("infra", extension) {
            let words = paragraphs(&text).into_iter().flat_map(|(line, text)| {
                unwanted(&text).into_iter().map(move |word| format!("{line}: {word}"))
            });
            found.extend(words.chain(openings(&text)).map(|it| format!("{path}:{it}")));
        }
    }

    hold("MOST_OPERATORS_WORDS", MOST_OPERATORS_WORDS, &found);
}

/// Returns the findings in what the program prints: literals, and doc comments of a command line.
fn in_operators_texts(source: &Source) -> Vec<String> {
    if !OPERATORS.iter().any(|folder| source.path.starts_with(folder)) {
        return Vec::new();
    }
    let is_help = derives(&source.code).any(|name| CLAP.contains(&name));
    let read = source.pieces.iter().filter(|piece| {
        !piece.of_tests && (piece.kind == Kind::Literal || is_help && piece.kind == Kind::Doc)
    });
    read.flat_map(|piece| {
        let words = unwanted(&piece.text).into_iter().chain(unwanted_opening(&piece.text));
        words.map(|word| format!("{}:{}: {word}", source.path, piece.line))
    })
    .collect()
}

/// Returns the names in all `#[derive(…)]`.
fn derives(code: &str) -> impl Iterator<Item = &str> {
    code.split("derive(").skip(1).flat_map(|rest| {
        let list = rest.split(')').next().unwrap_or_default();
        list.split(',').map(|path| path.trim().rsplit("::").next().unwrap_or_default())
    })
}

/// Returns the unwanted beginnings of comments and descriptions in a template or in Terraform.
fn openings(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let (mut in_comment, mut folded) = (false, false);
    for (n, line) in text.lines().enumerate() {
        let comment = line.trim_start().strip_prefix('#');
        let described = DESCRIPTIONS.iter().find_map(|key| line.split_once(key)).map(|(_, it)| it);
        let begins = match comment {
            Some(_) if in_comment => None,
            Some(comment) => Some(comment),
            None if folded => Some(line),
            None => described,
        };
        in_comment = comment.is_some();
        folded = described.is_some_and(|it| it.trim() == ">-");
        let begins = begins.map(|text| text.trim_start_matches([' ', '=', '"', '\'']));
        if let Some(word) = begins.and_then(unwanted_opening) {
            found.push(format!("{}: {word}", n + 1));
        }
    }
    found
}

/// Returns true for the files that hold the unwanted words and try them.
fn is_word_list(source: &Source) -> bool {
    source.path.starts_with("tests/suite/tidy/")
}

/// Returns the paths and the texts of all Markdown documents.
pub(super) fn markdown() -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = [".github", "infra", "tests", "fixtures"]
        .into_iter()
        .flat_map(|folder| files(folder, "md"))
        .collect();
    for entry in std::fs::read_dir(root()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "md") {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            found.push((name, std::fs::read_to_string(&path).unwrap()));
        }
    }
    found
}

/// Returns the paragraphs of a text with the numbers of their first lines. Fenced code stays in one piece.
fn paragraphs(text: &str) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let (mut open, mut fenced) = (false, false);
    for (n, line) in text.lines().enumerate() {
        let begins = line.trim_start().starts_with("```");
        if line.trim().is_empty() && !fenced {
            open = false;
        } else if let Some((_, last)) = found.last_mut().filter(|_| open) {
            last.push('\n');
            last.push_str(line);
        } else {
            found.push((n + 1, line.to_owned()));
            open = true;
        }
        fenced ^= begins;
    }
    found
}

#[test]
fn literal_of_an_operators_crate_is_read_and_a_comment_is_not() {
    let text = "// nobody\nfn f() { warn!(\"somebody\") }\n";
    let source = |path: &str| Source::new(path.to_owned(), text.to_owned());

    assert_eq!(
        in_operators_texts(&source("shared/aws/src/a.rs")),
        ["shared/aws/src/a.rs:2: somebody"]
    );
    assert!(in_operators_texts(&source("shared/sim/src/a.rs")).is_empty());
    assert!(in_operators_texts(&source("shared/aws/src/worker/tests.rs")).is_empty());
}

#[test]
fn doc_comment_of_a_command_line_is_read() {
    let text = "/// Whether it waits.\n#[derive(Debug, clap::Args)]\nstruct A;\n";

    let source = Source::new("handlers/ebb/src/a.rs".to_owned(), text.to_owned());

    assert_eq!(in_operators_texts(&source), ["handlers/ebb/src/a.rs:1: Whether"]);
}

#[test]
fn first_line_of_a_comment_and_a_description_are_openings() {
    let text = "# What it is\n# How it is\nAlarmDescription: Which group\n  description = \"Its name\"\n\
                Description: >-\n  Those here\n";

    assert_eq!(openings(text), ["1: What", "3: Which", "4: Its", "6: Those"]);
}

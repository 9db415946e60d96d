//! The verbs with which the doc comments of functions begin.

use super::names::function;
use super::scanner::{Kind, Piece};
use super::source::{Source, sources};

#[test]
fn doc_comments_of_functions_begin_with_a_verb() {
    let found: Vec<String> = sources().iter().flat_map(without_a_verb).collect();

    assert!(found.is_empty(), "{} functions: {found:#?}", found.len());
}

/// Returns the doc comments of functions that begin with no third-person verb. Tests are left out: their names are sentences.
fn without_a_verb(source: &Source) -> Vec<String> {
    let lines: Vec<&str> = source.code.lines().collect();
    let is_outer = |piece: &&Piece| {
        let first = source.text.lines().nth(piece.line - 1).unwrap_or_default();
        piece.kind == Kind::Doc && first.trim_start().starts_with("///")
    };
    let docs = source.pieces.iter().filter(is_outer);
    let named = docs.filter_map(|piece| {
        let name = documented_function(piece, &lines)?;
        let word = piece.text.split_whitespace().next().unwrap_or_default();
        (!is_verb(word)).then(|| format!("{}:{}: {name}: {word}", source.path, piece.line))
    });
    named.collect()
}

/// Returns the name of the function below a doc comment and its attributes. None for a test and for another item.
fn documented_function<'a>(piece: &Piece, lines: &[&'a str]) -> Option<&'a str> {
    let after = piece.line - 1 + piece.text.lines().count().max(1);
    let is_test = |line: &str| line.ends_with("test]") || line.contains("::test(");
    for line in lines.get(after..)?.iter().map(|line| line.trim()) {
        if is_test(line) {
            return None;
        }
        if !line.is_empty() && !line.starts_with("#[") {
            return function(line).filter(|_| !line.starts_with("impl") && !line.ends_with(','));
        }
    }
    None
}

/// Returns true for `Returns` and the like, and for the `As` of a function that is like another.
fn is_verb(word: &str) -> bool {
    let word = word.trim_end_matches([':', ',']);
    let is_capital = word.starts_with(|c: char| c.is_ascii_uppercase());
    let is_word = word.chars().all(|c| c.is_ascii_alphabetic() || c == '-');
    word == "As" || is_capital && is_word && word.ends_with('s')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        without_a_verb(&Source::new("a.rs".to_owned(), text.to_owned()))
    }

    #[test]
    fn function_without_a_verb_is_found_below_attributes_and_in_an_impl() {
        let text = "/// The end.\n#[must_use]\npub fn end() {}\nimpl A {\n    /// An end.\n    ///\n    /// Late.\n    fn late() {}\n}\n";

        assert_eq!(found(text), ["a.rs:1: end: The", "a.rs:5: late: An"]);
    }

    #[test]
    fn verb_and_other_items_are_no_finding() {
        let text = "//! A file.\n\n/// Returns it.\nfn a() {}\n/// As `a`.\nfn b() {}\n/// A type.\nstruct C;\n/// Why.\n#[test]\nfn d() {}\n\
                    /// Time.\nlet e: fn() = f;\n";

        assert_eq!(found(text), Vec::<String>::new());
    }
}

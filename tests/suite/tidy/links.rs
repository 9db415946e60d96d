//! Links and file paths in documents and doc comments.

use std::collections::BTreeSet;

use super::scanner::Kind;
use super::source::sources;
use super::texts::markdown;
use super::tree::{Tree, joined};

/// Extensions that make a code span the name of a file.
const FILES: [&str; 9] = ["rs", "toml", "md", "py", "yaml", "yml", "tf", "sh", "json"];

/// Marks around a path in a sentence or in a command.
const MARKS: [char; 15] =
    ['`', '(', ')', '[', ']', '<', '>', ',', ';', ':', '"', '\'', '|', '=', '…'];

#[test]
fn links_and_paths_in_documents_exist() {
    let tree = Tree::of_the_project();
    let documents = markdown();
    let mut missing = Vec::new();

    for (path, text) in &documents {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for link in links(text) {
            let found = target(folder, path, link).filter(|(path, _)| tree.has(path));
            let anchors = found.as_ref().and_then(|(path, anchor)| Some((path, anchor.as_ref()?)));
            let has_anchor = anchors.is_none_or(|(path, anchor)| {
                let text = documents.iter().find(|(name, _)| name == path).map(|(_, text)| text);
                text.is_some_and(|text| headings(text).contains(anchor))
            });
            if found.is_none() || !has_anchor {
                missing.push(format!("{path}: the link {link}"));
            }
        }
        let paths = missing_paths(&tree, folder, text).into_iter();
        missing.extend(paths.map(|name| format!("{path}: {name}")));
    }

    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn links_and_paths_in_doc_comments_exist() {
    let tree = Tree::of_the_project();
    let mut missing = Vec::new();

    for source in sources().iter().filter(|source| !source.path.starts_with("tests/suite/tidy/")) {
        let folder = source.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for piece in source.pieces.iter().filter(|piece| piece.kind == Kind::Doc) {
            let files = links(&piece.text).into_iter().filter(|link| link.contains(['/', '.']));
            let gone = files.filter(|link| {
                target(folder, &source.path, link).is_none_or(|(path, _)| !tree.has(&path))
            });
            let names = gone.map(str::to_owned).chain(missing_paths(&tree, folder, &piece.text));
            missing.extend(names.map(|name| format!("{}:{}: {name}", source.path, piece.line)));
        }
    }

    assert!(missing.is_empty(), "{missing:#?}");
}

/// Returns the targets of the links in a Markdown text, except links to other hosts.
fn links(text: &str) -> Vec<&str> {
    let inline = text.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0));
    let named = text.lines().filter_map(|line| {
        let (name, target) = line.trim().strip_prefix('[')?.split_once("]: ")?;
        (!name.contains(']')).then_some(target)
    });
    inline
        .chain(named)
        .filter(|link| !link.contains("://") && !link.starts_with("mailto:"))
        .collect()
}

/// Returns the path and the anchor of a link in a file. `None` for a path outside the project.
fn target(folder: &str, file: &str, link: &str) -> Option<(String, Option<String>)> {
    let (path, anchor) = link.split_once('#').map_or((link, None), |(path, it)| (path, Some(it)));
    let path = if path.is_empty() { file.to_owned() } else { joined(folder, path)? };
    Some((path, anchor.map(str::to_owned)))
}

/// Returns the anchors of a document's headings, as GitHub makes them.
fn headings(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut fenced = false;
    for line in text.lines() {
        fenced ^= line.trim_start().starts_with("```");
        if !fenced && line.starts_with('#') {
            let heading = line.trim_start_matches('#').trim().to_lowercase();
            let kept = heading.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
            found.push(kept.map(|c| if c == ' ' { '-' } else { c }).collect());
        }
    }
    found
}

/// Returns the names in a text that look like files of the project but do not exist.
fn missing_paths(tree: &Tree, folder: &str, text: &str) -> BTreeSet<String> {
    let spans = text.split('`').skip(1).step_by(2).filter(|span| is_file_name(span));
    let words = text.split(|c: char| c.is_whitespace() || MARKS.contains(&c));
    let paths = words.map(|word| word.trim_end_matches(['.', '/'])).filter(|word| {
        word.split_once('/').is_some_and(|(top, rest)| tree.has_folder(top) && !rest.is_empty())
    });
    let names = spans.chain(paths).filter(|name| !is_pattern_of_a_user(name));
    let gone = |name: &&str| {
        let here = joined(folder, name);
        let is_here = here.is_some_and(|path| tree.has(&path) || tree.matches(&path));
        !is_here && !tree.has(name) && !tree.has_end(name) && !tree.matches(name)
    };
    names.filter(gone).map(str::to_owned).collect()
}

/// Returns true for `reason.rs` and `decide/mod.rs`.
fn is_file_name(span: &str) -> bool {
    let name = span.rsplit('/').next().unwrap_or_default();
    let is_path = |c: char| c.is_alphanumeric() || "/_-.*".contains(c);
    let known = name.rsplit_once('.').is_some_and(|(stem, end)| {
        !stem.is_empty() && !stem.starts_with('*') && FILES.contains(&end)
    });
    known && span.chars().all(is_path)
}

/// Returns true for a path with a placeholder: `target/NAME`, `$FILE`, `{name}.toml`.
fn is_pattern_of_a_user(name: &str) -> bool {
    let capitals = |part: &str| part.len() > 1 && part.chars().all(|c| c.is_ascii_uppercase());
    name.contains(['$', '{', '%']) || name.split(['/', '.']).any(capitals)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Tree {
        Tree::of(["README.md", "shared/drain/src/reason.rs", "infra/template.yaml"])
    }

    fn missing(text: &str) -> Vec<String> {
        missing_paths(&tree(), "shared/drain/src", text).into_iter().collect()
    }

    #[test]
    fn path_without_its_file_is_missing() {
        assert_eq!(missing("See `infra/gone.yaml`."), ["infra/gone.yaml"]);
        assert_eq!(missing("The schedule (infra/gone.yaml)."), ["infra/gone.yaml"]);
        assert_eq!(missing("`gone.rs`, `drain/gone.rs`"), ["drain/gone.rs", "gone.rs"]);
        assert_eq!(missing("`shared/*/gone.rs`"), ["shared/*/gone.rs"]);
    }

    #[test]
    fn path_of_a_file_or_a_folder_exists() {
        let text = "`infra/template.yaml`, infra/template.yaml. `reason.rs`, `src/reason.rs`, `shared/drain/`, \
                    `shared/*/reason.rs`, `*.toml`, `infra/NAME.yaml`, and/or, application/json";

        assert_eq!(missing(text), Vec::<String>::new());
    }

    #[test]
    fn links_of_both_forms_are_found() {
        let text = "[a](b.md#c) [d](https://aws.amazon.com) [f]\n\n[f]: g.md\n";

        assert_eq!(links(text), ["b.md#c", "g.md"]);
    }

    #[test]
    fn target_is_relative_to_the_file_and_inside_the_project() {
        let of = |link| target("tests/fuzz", "tests/fuzz/README.md", link).map(|(path, _)| path);

        assert_eq!(of("../../infra/a.md").as_deref(), Some("infra/a.md"));
        assert_eq!(of("#seeds").as_deref(), Some("tests/fuzz/README.md"));
        assert_eq!(of("../../../a.md"), None);
    }

    #[test]
    fn heading_is_an_anchor_without_punctuation() {
        let text = "# What, and *why*\n```\n# no heading\n```\n## `a_b` - c\n";

        assert_eq!(headings(text), ["what-and-why", "a_b---c"]);
    }
}

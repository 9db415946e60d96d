//! Words that ebb's texts do not use, each with the words to use instead.

/// The words, and their replacements. A phrase is found across line breaks, in any case, as whole words.
pub(super) const WORDS: [(&str, &str); 38] = [
    ("told", "the event says, the log line says"),
    ("tells of", "says, is about"),
    ("tell of", "say, are about"),
    ("says nothing of", "does not name"),
    ("say nothing of", "do not name"),
    ("speaks of", "is about"),
    ("speak of", "are about"),
    ("spoken of", "named"),
    ("hear", "receive"),
    ("hears", "receives"),
    ("heard", "received"),
    ("looked at", "checked"),
    ("notice", "warning (Spot), recommendation (rebalance)"),
    ("notices", "warnings (Spot), recommendations (rebalance)"),
    ("lets go", "completes the lifecycle action"),
    ("let go", "complete the lifecycle action"),
    ("releases", "completes the lifecycle action"),
    ("released", "completed the lifecycle action"),
    ("sets aside", "dead-letters (a message), ignores (an old event)"),
    ("set aside", "dead-lettered (a message), ignored (an old event)"),
    ("passes over", "ignores"),
    ("passed over", "ignored"),
    ("is none of ours", "is ignored"),
    ("stands in for", "is used instead of"),
    ("stand in for", "are used instead of"),
    ("in place of", "instead of"),
    ("comes to its end", "ends, expires"),
    ("come to their end", "end, expire"),
    ("is over", "ended, expired"),
    ("in vain", "without effect"),
    ("for good", "permanently"),
    ("so manieth", "Nth"),
    ("is let be", "is left unchanged"),
    ("somebody", "the operator, another tool"),
    ("nobody", "no process, no one"),
    ("whoever", "the operator, another tool"),
    ("to be looked at again", "will retry"),
    ("none of ours", "ignored"),
];

/// The beginnings that a doc comment does not have.
const OPENINGS: [&str; 8] = ["What", "Whether", "How", "Which", "It", "Its", "Those", "The same"];

/// Titles of AWS's pages, which may have unwanted words.
const TITLES: [&str; 2] = ["spot instance interruption notices", "interruption notices"];

/// Returns the unwanted words in a text. Code spans and fenced code are left out.
pub(super) fn unwanted(text: &str) -> Vec<&'static str> {
    let prose = prose(text);
    let mut found = Vec::new();
    let mut taken = vec![false; prose.len()];
    // Longer phrases first: "to be looked at again" is one finding.
    let mut words = WORDS.map(|(word, _)| word);
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    for word in words {
        for (at, _) in prose.match_indices(word) {
            let end = at + word.len();
            if is_whole(&prose, at, end) && !taken[at] {
                taken[at..end].fill(true);
                found.push(word);
            }
        }
    }
    found
}

/// Returns the unwanted beginning of a text.
pub(super) fn unwanted_opening(text: &str) -> Option<&'static str> {
    let begins = |opening: &&str| {
        let rest = text.trim_start().strip_prefix(*opening);
        rest.is_some_and(|rest| rest.starts_with([' ', '\n', '\'', ',']))
    };
    OPENINGS.into_iter().find(begins)
}

/// Returns a text in lower case, with single spaces, and without code and AWS's titles.
fn prose(text: &str) -> String {
    let mut prose = String::new();
    let mut fenced = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            prose.push_str(line);
            prose.push('\n');
        }
    }
    let outside = prose.split('`').step_by(2).collect::<Vec<_>>().join("`");
    let words: Vec<&str> = outside.split_whitespace().collect();
    let mut prose = words.join(" ").to_lowercase();
    for title in TITLES {
        prose = prose.replace(title, "");
    }
    prose
}

/// Returns true if the text between two offsets is no part of a longer word, name, path or URL.
fn is_whole(text: &str, from: usize, to: usize) -> bool {
    let joins = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '/' | '$' | '{' | '}');
    !text[..from].ends_with(joins) && !text[to..].starts_with(joins)
}

#[test]
fn unwanted_words_are_found_across_lines_and_in_any_case() {
    assert_eq!(unwanted("When the drain is\nover, Nobody waits."), ["is over", "nobody"]);
}

#[test]
fn words_in_code_names_and_titles_are_no_prose() {
    let text = "`told` and seen_told, spot-notice and /notices/x (Spot Instance interruption notices)\n\
                ```\nnotice\n```\n";

    assert!(unwanted(text).is_empty(), "{:?}", unwanted(text));
}

#[test]
fn longer_phrase_is_one_finding() {
    assert_eq!(unwanted("to be looked at again"), ["to be looked at again"]);
}

#[test]
fn opening_is_a_whole_word() {
    assert_eq!(unwanted_opening("Whether it waits."), Some("Whether"));
    assert_eq!(unwanted_opening("Items of a batch."), None);
}

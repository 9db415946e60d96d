//! The sentences of doc comments.

use super::scanner::Kind;
use super::source::sources;

/// Most words of a sentence. A code span is one word.
const SENTENCE_WORDS: usize = 30;

/// Marks that end a sentence.
const ENDS: [char; 3] = ['.', '!', '?'];

/// Marks that may come between the end of a sentence and the next white space.
const CLOSING: [char; 6] = ['"', '(', ')', '*', '_', '”'];

/// Words with a full stop that ends no sentence.
const ABBREVIATIONS: [&str; 4] = ["e.g.", "i.e.", "etc.", "vs."];

#[test]
fn no_sentence_of_a_doc_comment_has_more_than_30_words() {
    let mut long = Vec::new();

    for source in sources() {
        for piece in source.pieces.iter().filter(|piece| piece.kind == Kind::Doc) {
            let found = long_sentences(&piece.text).into_iter();
            long.extend(found.map(|text| format!("{}:{}: {text}", source.path, piece.line)));
        }
    }

    assert!(long.is_empty(), "{} sentences have too many words: {long:#?}", long.len());
}

/// Returns the sentences of a doc comment that have too many words, each with the number of words.
fn long_sentences(text: &str) -> Vec<String> {
    let sentences = paragraphs(text).iter().flat_map(|text| sentences(text)).collect::<Vec<_>>();
    let counted = sentences.into_iter().map(|sentence| (words(&sentence), sentence));
    counted
        .filter(|(words, _)| *words > SENTENCE_WORDS)
        .map(|(words, sentence)| format!("{words} words: {sentence}"))
        .collect()
}

/// Returns the paragraphs of a Markdown text. Each item of a list is one. Tables, headings and fenced code are left out.
fn paragraphs(text: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut fenced = false;
    for line in text.lines().map(str::trim) {
        let is_fence = line.starts_with("```");
        fenced ^= is_fence;
        let is_prose = !is_fence && !fenced && !line.starts_with(['|', '#']) && !line.is_empty();
        let item = item(line);
        if !is_prose || item.is_some() {
            found.push(String::new());
        }
        if let Some(last) = found.last_mut().filter(|_| is_prose) {
            last.push_str(item.unwrap_or(line));
            last.push(' ');
        }
    }
    found.iter().map(|text| plain(text)).filter(|text| !text.trim().is_empty()).collect()
}

/// Returns the text after the mark of a list's item: `-`, `*`, `3.`.
fn item(line: &str) -> Option<&str> {
    let (mark, rest) = line.split_once(' ')?;
    let number = mark.strip_suffix(['.', ')']).unwrap_or_default();
    let is_number = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit());
    (["-", "*"].contains(&mark) || is_number).then_some(rest)
}

/// Returns a paragraph with `CODE` for each code span, and without the targets of links.
fn plain(paragraph: &str) -> String {
    let spans = paragraph.split('`').enumerate();
    let text: String = spans.map(|(n, span)| if n % 2 == 0 { span } else { "CODE" }).collect();
    let mut parts = text.split("](");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let after = part.split_once(')').map_or("", |(_, after)| after);
        format!("{text}]{after}")
    })
}

/// Returns the sentences of a paragraph. A sentence may begin with a small letter, as in ebb.
fn sentences(paragraph: &str) -> Vec<String> {
    let mut found = vec![Vec::new()];
    for word in paragraph.split_whitespace() {
        if let Some(sentence) = found.last_mut() {
            sentence.push(word);
        }
        let bare = word.trim_matches(CLOSING);
        if bare.ends_with(ENDS) && !ABBREVIATIONS.contains(&bare) {
            found.push(Vec::new());
        }
    }
    found.iter().filter(|words| !words.is_empty()).map(|words| words.join(" ")).collect()
}

/// Returns the number of words. A dash alone is none.
fn words(sentence: &str) -> usize {
    sentence.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(number: usize) -> String {
        "Word".to_owned() + &" word".repeat(number - 1)
    }

    #[test]
    fn sentence_of_31_words_is_found_and_one_of_30_is_not() {
        assert_eq!(long_sentences(&(of(31) + ".")), [format!("31 words: {}.", of(31))]);
        assert!(long_sentences(&format!("{}. {}.", of(30), of(30))).is_empty());
    }

    #[test]
    fn long_sentence_is_found_across_lines_in_a_list_and_after_an_abbreviation() {
        let half = of(16).to_lowercase();

        assert_eq!(long_sentences(&format!("{half}\n{half}")).len(), 1, "two lines");
        assert_eq!(long_sentences(&format!("- Short.\n- {half}\n  {half}.")).len(), 1, "an item");
        assert_eq!(long_sentences(&format!("{half} e.g. {half}.")).len(), 1, "an abbreviation");
    }

    #[test]
    fn code_span_is_one_word_and_a_link_has_no_target() {
        let span = format!("{} `{}`.", of(29), of(9));
        let link = format!("{} [word](a b c).", of(29));

        assert!(long_sentences(&span).is_empty() && long_sentences(&link).is_empty());
        assert_eq!(long_sentences(&format!("Word {span}")).len(), 1);
    }

    #[test]
    fn tables_headings_fenced_code_and_items_are_no_part_of_a_sentence() {
        let long = of(40);
        let text = format!("# {long}\n| {long} |\n```\n{long}\n```\n{}\n- {0}\n1. {0}", of(20));

        assert!(long_sentences(&text).is_empty(), "{:?}", long_sentences(&text));
    }
}

//! Texts of others that are written into a line of the log.

/// Whether a character ends a line or hides what stands in it: control characters; the line and paragraph separators of
/// Unicode; and what turns the direction of a text around, so that it reads as another one (Unicode Standard Annex 9,
/// directional formatting characters).
pub fn ends_or_hides(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{2028}' | '\u{2029}')
        || matches!(letter, '\u{61C}' | '\u{200E}' | '\u{200F}')
        || matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// A text in one line, with a space for each character that ends or hides one, of so many characters at most.
pub fn one_line(text: &str, most: usize) -> String {
    let kept = text.chars().take(most);
    kept.map(|letter| if ends_or_hides(letter) { ' ' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_in_one_line_neither_forges_a_line_nor_hides_one() {
        assert_eq!(one_line("no\r\nERROR \u{1b}[31mforged\u{85}", 99), "no  ERROR  [31mforged ");
        assert_eq!(one_line("reads \u{202e}backwards\u{2028}", 99), "reads  backwards ");
        assert_eq!(one_line("ünï ✓", 4), "ünï ");
    }
}

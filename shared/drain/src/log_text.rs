//! Text from outside, made safe for a line of the log.

/// Returns true if a character ends a line or hides text in it.
///
/// These are the control characters and the line and paragraph separators of Unicode. Directional formatting characters
/// count too, because they make text read as another text (Unicode Standard Annex 9).
pub fn ends_or_hides(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{2028}' | '\u{2029}')
        || matches!(letter, '\u{61C}' | '\u{200E}' | '\u{200F}')
        || matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Returns at most `longest` characters of a text, in one line. A space replaces each character that ends or hides a
/// line.
pub fn one_line(text: &str, longest: usize) -> String {
    let kept = text.chars().take(longest);
    kept.map(|letter| if ends_or_hides(letter) { ' ' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_has_a_space_for_each_character_that_ends_or_hides_a_line() {
        assert_eq!(one_line("no\r\nERROR \u{1b}[31mforged\u{85}", 99), "no  ERROR  [31mforged ");
        assert_eq!(one_line("reads \u{202e}backwards\u{2028}", 99), "reads  backwards ");
        assert_eq!(one_line("ünï ✓", 4), "ünï ");
    }
}

//! Takes Rust code apart into code, comments and string literals.

/// A comment or a string literal. Comments on adjacent lines are one piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    /// The kind of text.
    pub(super) kind: Kind,
    /// The number of the first line, from 1.
    pub(super) line: usize,
    /// The number of the last line.
    last: usize,
    /// The text without its marks.
    pub(super) text: String,
    /// True for a piece of code that is part of tests only.
    pub(super) of_tests: bool,
}

/// A kind of text in a Rust file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `///` or `//!`.
    Doc,
    /// `//` or `/* */`.
    Comment,
    /// A string literal.
    Literal,
}

/// Returns the code with blanks for texts, and the texts.
pub(super) fn taken_apart(text: &str) -> (String, Vec<Piece>) {
    let chars: Vec<char> = text.chars().collect();
    let mut scanner =
        Scanner { chars: &chars, at: 0, line: 1, code: String::new(), pieces: Vec::new() };
    while scanner.at < chars.len() {
        scanner.step();
    }
    (scanner.code, scanner.pieces)
}

struct Scanner<'a> {
    chars: &'a [char],
    at: usize,
    line: usize,
    code: String,
    pieces: Vec<Piece>,
}

impl Scanner<'_> {
    fn step(&mut self) {
        match self.chars[self.at] {
            '/' if self.starts("//") => self.line_comment(),
            '/' if self.starts("/*") => self.block_comment(),
            '"' => self.string(0, false),
            'r' | 'b' | 'c' if !self.is_in_a_word() => self.prefixed(),
            '\'' => self.quote(),
            _ => self.keep(1),
        }
    }

    fn starts(&self, with: &str) -> bool {
        with.chars().enumerate().all(|(n, c)| self.chars.get(self.at + n) == Some(&c))
    }

    fn is_in_a_word(&self) -> bool {
        self.at > 0 && is_word(self.chars[self.at - 1])
    }

    /// Keeps characters as code.
    fn keep(&mut self, number: usize) {
        for _ in 0..number {
            let Some(c) = self.chars.get(self.at) else { return };
            self.code.push(*c);
            self.line += usize::from(*c == '\n');
            self.at += 1;
        }
    }

    /// Skips a character that is no code, and returns it.
    fn blank(&mut self) -> Option<char> {
        let c = *self.chars.get(self.at)?;
        self.code.push(if c == '\n' { c } else { ' ' });
        self.line += usize::from(c == '\n');
        self.at += 1;
        Some(c)
    }

    fn push(&mut self, kind: Kind, line: usize, text: String) {
        let last = self.line;
        match self.pieces.last_mut() {
            Some(piece)
                if kind != Kind::Literal && piece.kind == kind && piece.last + 1 == line =>
            {
                piece.text = format!("{}\n{text}", piece.text);
                piece.last = last;
            }
            _ => self.pieces.push(Piece { kind, line, last, text, of_tests: false }),
        }
    }

    fn line_comment(&mut self) {
        let is_doc = self.starts("//!") || self.starts("///") && !self.starts("////");
        let (line, mut text) = (self.line, String::new());
        while self.chars.get(self.at).is_some_and(|c| *c != '\n') {
            text.extend(self.blank());
        }
        let kind = if is_doc { Kind::Doc } else { Kind::Comment };
        let text = text.trim_start_matches(['/', '!']);
        self.push(kind, line, text.strip_prefix(' ').unwrap_or(text).to_owned());
    }

    fn block_comment(&mut self) {
        let (line, mut text, mut depth) = (self.line, String::new(), 0);
        loop {
            if self.starts("/*") {
                depth += 1;
            } else if self.starts("*/") {
                depth -= 1;
            }
            let Some(c) = self.blank() else { break };
            text.push(c);
            if depth == 0 {
                self.blank();
                break;
            }
        }
        self.push(Kind::Comment, line, text.replace(['/', '*'], " "));
    }

    /// Keeps an identifier, or reads the raw, byte or C string whose prefix the letters are.
    fn prefixed(&mut self) {
        let rest = &self.chars[self.at..];
        let letters = rest.iter().take_while(|c| matches!(c, 'r' | 'b' | 'c')).count();
        let raw = rest[..letters].contains(&'r');
        let hashes = rest[letters..].iter().take_while(|c| **c == '#').count();
        if rest.get(letters + hashes) == Some(&'"') && (raw || hashes == 0) {
            self.keep(letters + hashes);
            self.string(hashes, raw);
        } else {
            self.keep(rest.iter().take_while(|c| is_word(**c)).count());
        }
    }

    fn string(&mut self, hashes: usize, raw: bool) {
        let (line, mut text) = (self.line, String::new());
        let end = format!("\"{}", "#".repeat(hashes));
        self.keep(1);
        while self.at < self.chars.len() && !self.starts(&end) {
            let c = self.blank().unwrap_or(' ');
            if raw || c != '\\' {
                text.push(c);
            } else if self.blank() == Some('\n') {
                while self.chars.get(self.at).is_some_and(|c| c.is_whitespace()) {
                    self.blank();
                }
            } else {
                text.push(' ');
            }
        }
        self.keep(end.len());
        self.push(Kind::Literal, line, text);
    }

    /// Keeps the mark of a lifetime, or skips a character literal.
    fn quote(&mut self) {
        let after = |n: usize| self.chars.get(self.at + n);
        let length = match (after(1), after(2)) {
            (Some('\\'), _) => (3..12).find(|n| after(*n) == Some(&'\'')),
            (_, Some('\'')) => Some(2),
            _ => None,
        };
        self.keep(1);
        for _ in 0..length.unwrap_or(0) {
            self.blank();
        }
    }
}

/// Returns true for a character of an identifier.
pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[test]
fn comments_and_literals_are_no_code() {
    let text =
        "let a = \"x // y\"; // z\nlet b = ('\"', 'c', r#\"d\"e\"#); /* f */\nfn g<'a>() {}\n";

    let (code, pieces) = taken_apart(text);

    assert_eq!(code.replace(' ', ""), "leta=\"\";\nletb=(',',r#\"\"#);\nfng<'a>(){}\n");
    let texts: Vec<_> = pieces.iter().map(|piece| piece.text.trim()).collect();
    assert_eq!(texts, ["x // y", "z", "d\"e", "f"]);
}

#[test]
fn comments_on_adjacent_lines_are_one_piece() {
    let (_, pieces) = taken_apart("/// One.\n///\n/// Two.\nfn f() {}\n\n/// Three.\n");

    let found: Vec<_> = pieces.iter().map(|piece| (piece.line, piece.text.as_str())).collect();
    assert_eq!(found, [(1, "One.\n\nTwo."), (6, "Three.")]);
}

//! Words of GLSL, without comments.

/// A word of the source.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'s> {
    pub(super) text: &'s str,
    /// Counted from 1.
    pub(super) line: u32,
    /// It is the first of its line.
    pub(super) first: bool,
    /// Whether it is there, or what it stands for, rests on the context.
    pub(super) doubtful: bool,
}

const PAIRS: [&str; 8] = ["&&", "||", "==", "!=", "<=", ">=", "<<", ">>"];

/// All words of a source.
pub(super) fn lex(source: &str) -> Vec<Token<'_>> {
    Lexer::of(source).collect()
}

/// The words of a source's first line that has any.
pub(super) fn lex_start(source: &str) -> Vec<Token<'_>> {
    let mut line = Vec::new();
    for token in Lexer::of(source).take(8) {
        if token.first && !line.is_empty() {
            break;
        }
        line.push(token);
    }
    line
}

struct Lexer<'s> {
    source: &'s str,
    at: usize,
    line: u32,
    first: bool,
}

impl<'s> Lexer<'s> {
    fn of(source: &'s str) -> Self {
        Lexer { source, at: 0, line: 1, first: true }
    }

    fn rest(&self) -> &'s str {
        self.source.get(self.at..).unwrap_or("")
    }

    /// Passes over white space, comments, and line ends behind a backslash.
    fn skip(&mut self) {
        loop {
            let rest = self.rest();
            let lines = |text: &str| text.bytes().filter(|&byte| byte == b'\n').count() as u32;
            if let Some(spliced) =
                rest.strip_prefix('\\').filter(|r| r.starts_with('\n') || r.starts_with("\r\n"))
            {
                self.at = self.source.len() - spliced.trim_start_matches('\r').len() + 1;
                self.line += 1;
            } else if rest.starts_with("//") {
                // A comment may go on behind a backslash, too.
                let mut length = 0;
                loop {
                    let tail = rest.get(length..).unwrap_or("");
                    let end = tail.find('\n').unwrap_or(tail.len());
                    let spliced =
                        tail.get(..end).is_some_and(|line| line.trim_end_matches('\r').ends_with('\\'));
                    length += end;
                    if !spliced || end == tail.len() {
                        break;
                    }
                    length += 1;
                    self.line += 1;
                }
                self.at += length;
            } else if let Some(comment) = rest.strip_prefix("/*") {
                let length = comment.find("*/").map_or(comment.len(), |end| end + 2);
                self.line += lines(comment.get(..length).unwrap_or(""));
                self.at += 2 + length;
            } else if rest.starts_with('\n') {
                self.at += 1;
                self.line += 1;
                self.first = true;
            } else if let Some(space) = rest.chars().next().filter(|c| c.is_whitespace()) {
                self.at += space.len_utf8();
            } else {
                return;
            }
        }
    }
}

impl<'s> Iterator for Lexer<'s> {
    type Item = Token<'s>;

    fn next(&mut self) -> Option<Token<'s>> {
        self.skip();
        let rest = self.rest();
        let start = rest.chars().next()?;
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let length = if start.is_ascii_digit() {
            rest.find(|c: char| !word(c) && c != '.').unwrap_or(rest.len())
        } else if word(start) {
            rest.find(|c: char| !word(c)).unwrap_or(rest.len())
        } else if PAIRS.iter().any(|pair| rest.starts_with(pair)) {
            2
        } else {
            start.len_utf8()
        };
        let text = rest.get(..length)?;
        let first = std::mem::replace(&mut self.first, false);
        self.at += length;
        Some(Token { text, line: self.line, first, doubtful: false })
    }
}

/// True for names.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

/// The value of an integer literal.
pub(super) fn number(text: &str) -> Option<i64> {
    let text = text.trim_end_matches(['u', 'U']);
    if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return i64::from_str_radix(digits, 16).ok();
    }
    match text.strip_prefix('0').filter(|digits| !digits.is_empty()) {
        Some(digits) => i64::from_str_radix(digits, 8).ok(),
        None => text.parse().ok(),
    }
}

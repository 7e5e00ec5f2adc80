//! A scanner of GLSL with template variables: words, signs and lines, nothing of grammar.

use std::ops::Range;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An identifier or keyword.
    Word,
    /// A template variable, with its `$`.
    Hook,
    /// A number.
    Number,
    /// White space.
    Space,
    /// A comment, with its delimiters. It is not emitted.
    Comment,
    /// `#` at the start of a line; its words follow as tokens.
    Hash,
    /// One character of anything else.
    Sign,
    /// A declaration that is not emitted where it stands.
    Erased,
}

/// A part of a snippet's source. All tokens together are the source, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) range: Range<usize>,
    /// The line where it starts, counted from 1.
    pub(crate) line: u32,
}

impl Token {
    /// Whether it means something to the compiler.
    pub(crate) fn counts(&self) -> bool {
        !matches!(self.kind, Kind::Space | Kind::Comment | Kind::Erased)
    }
}

/// Splits a source. It fails, with the line, at what no GLSL has: a character outside of ASCII, a comment without end.
pub(crate) fn scan(source: &str) -> Result<Vec<Token>, (u32, String)> {
    let bytes = source.as_bytes();
    let mut tokens = Vec::new();
    let (mut at, mut line, mut fresh) = (0, 1, true);
    while let Some(&first) = bytes.get(at) {
        let (kind, length) = token(&source[at..], first, fresh).map_err(|text| (line, text))?;
        let text = &source[at..at + length];
        fresh = match kind {
            Kind::Space => fresh || text.contains('\n'),
            Kind::Comment => fresh,
            _ => false,
        };
        tokens.push(Token { kind, range: at..at + length, line });
        line += text.bytes().filter(|&byte| byte == b'\n').count() as u32;
        at += length;
    }
    Ok(tokens)
}

/// The token at the start of a text that is not empty. `fresh`: nothing but space stands before it in its line.
fn token(rest: &str, first: u8, fresh: bool) -> Result<(Kind, usize), String> {
    let bytes = rest.as_bytes();
    let word = |from: usize| {
        let more = bytes.iter().skip(from).take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
        from + more
    };
    Ok(match first {
        b'/' if rest.starts_with("//") => (Kind::Comment, rest.find('\n').unwrap_or(rest.len())),
        b'/' if rest.starts_with("/*") => match rest.get(2..).and_then(|body| body.find("*/")) {
            Some(end) => (Kind::Comment, end + 4),
            None => return Err("a comment has no end".into()),
        },
        byte if byte.is_ascii_whitespace() => {
            (Kind::Space, bytes.iter().take_while(|b| b.is_ascii_whitespace()).count())
        }
        b'#' if fresh => (Kind::Hash, 1),
        b'$' => match word(1) {
            1 => return Err("`$` without a name".into()),
            length => (Kind::Hook, length),
        },
        byte if byte.is_ascii_alphabetic() || byte == b'_' => (Kind::Word, word(1)),
        byte if byte.is_ascii_digit() || (byte == b'.' && bytes.get(1).is_some_and(u8::is_ascii_digit)) => {
            (Kind::Number, number(bytes))
        }
        byte if byte.is_ascii() && !byte.is_ascii_control() => (Kind::Sign, 1),
        _ => {
            let found = rest.chars().next().unwrap_or(' ');
            return Err(format!("GLSL has no character {found:?}"));
        }
    })
}

/// Digits, letters and points, and a sign behind the exponent of a decimal number.
fn number(bytes: &[u8]) -> usize {
    let hexadecimal = bytes.get(1).is_some_and(|byte| matches!(byte, b'x' | b'X'));
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let exponent = at > 0 && !hexadecimal && matches!(bytes[at - 1], b'e' | b'E');
        if !(byte.is_ascii_alphanumeric() || byte == b'.' || (exponent && matches!(byte, b'+' | b'-'))) {
            break;
        }
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_the_whole_source() {
        let source = "float $a;\n// no $hook\n  #if X\n/* two\nlines */ x = 1.5e-3+.5;";
        let tokens = scan(source).unwrap();
        let joined: String = tokens.iter().map(|token| &source[token.range.clone()]).collect();
        assert_eq!(joined, source);
        let hooks = tokens.iter().filter(|token| token.kind == Kind::Hook).count();
        assert_eq!((hooks, tokens.last().map(|token| token.line)), (1, Some(5)));
        assert!(tokens.iter().any(|token| &source[token.range.clone()] == "1.5e-3"));
    }

    #[test]
    fn what_no_glsl_has_is_told_with_its_line() {
        assert_eq!(scan("a\n\u{e9}").unwrap_err().0, 2);
        assert_eq!(scan("a\nb /* c").unwrap_err(), (2, "a comment has no end".into()));
        assert_eq!(scan("$ a").unwrap_err().0, 1);
        assert!(scan("// \u{e9} is no matter in a comment").is_ok());
    }
}

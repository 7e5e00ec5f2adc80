//! A lexer of GLSL: just enough to rewrite words without touching comments, numbers or layout.

/// A token: a part of the source. All tokens together are the source, byte for byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// An identifier or keyword.
    Word(&'a str),
    /// White space, newlines included.
    Space(&'a str),
    /// A comment, with its delimiters.
    Comment(&'a str),
    /// A preprocessor line without its newline; lines that a backslash continues belong to it.
    Directive(&'a str),
    /// A number.
    Number(&'a str),
    /// One character of anything else.
    Sign(&'a str),
}

/// Splits a source into tokens. It never fails: what is no GLSL comes out as signs.
pub(super) fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = source;
    let mut line_start = true;
    while !rest.is_empty() {
        let (token, length) = next(rest, line_start);
        line_start = match token {
            Token::Space(text) | Token::Comment(text) => {
                line_start && !text.is_empty() || text.contains('\n')
            }
            _ => false,
        };
        tokens.push(token);
        rest = rest.get(length..).unwrap_or("");
    }
    tokens
}

/// Splits the text of a directive into tokens; `#` is a sign there.
pub(super) fn directive_tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (token, length) = next(rest, false);
        tokens.push(token);
        rest = rest.get(length..).unwrap_or("");
    }
    tokens
}

fn next(rest: &str, line_start: bool) -> (Token<'_>, usize) {
    let cut = |length: usize| rest.get(..length).unwrap_or(rest);
    let span = |matches: fn(char) -> bool| rest.find(|c| !matches(c)).unwrap_or(rest.len());
    let first = rest.chars().next().unwrap_or(' ');
    if rest.starts_with("//") {
        let length = rest.find('\n').unwrap_or(rest.len());
        return (Token::Comment(cut(length)), length);
    }
    if let Some(body) = rest.strip_prefix("/*") {
        let length = body.find("*/").map_or(rest.len(), |end| end + 4);
        return (Token::Comment(cut(length)), length);
    }
    if first.is_whitespace() {
        let length = span(char::is_whitespace);
        return (Token::Space(cut(length)), length);
    }
    if first == '#' && line_start {
        let length = directive_length(rest);
        return (Token::Directive(cut(length)), length);
    }
    if first.is_ascii_alphabetic() || first == '_' {
        let length = span(|c| c.is_ascii_alphanumeric() || c == '_');
        return (Token::Word(cut(length)), length);
    }
    let second_is_digit = rest.chars().nth(1).is_some_and(|c| c.is_ascii_digit());
    if first.is_ascii_digit() || (first == '.' && second_is_digit) {
        let length = number_length(rest);
        return (Token::Number(cut(length)), length);
    }
    (Token::Sign(cut(first.len_utf8())), first.len_utf8())
}

/// Up to the newline that ends the directive, comments left out of account as the preprocessor does.
fn directive_length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if bytes.get(at + 1) == Some(&b'\n') => at += 2,
            b'\\' if bytes.get(at + 1) == Some(&b'\r') && bytes.get(at + 2) == Some(&b'\n') => at += 3,
            b'\n' => return at,
            b'/' if bytes.get(at + 1) == Some(&b'/') => return at,
            b'/' if bytes.get(at + 1) == Some(&b'*') => return at,
            _ => at += 1,
        }
    }
    at
}

/// Digits, letters and points, and a sign behind an exponent (not in hexadecimal numbers).
fn number_length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let hexadecimal = rest.starts_with("0x") || rest.starts_with("0X");
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let exponent = at > 0 && !hexadecimal && matches!(bytes[at - 1], b'e' | b'E');
        if byte.is_ascii_alphanumeric() || byte == b'.' || (exponent && matches!(byte, b'+' | b'-')) {
            at += 1;
        } else {
            break;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_the_whole_source() {
        let source = "#version 100\n#define A(x) \\\n  (x)\nvoid main() { /* c */ float f = 1.5e-3+.5; // end\n a.xy = b; }\u{e9}";
        let joined: String = tokens(source)
            .iter()
            .map(|token| match *token {
                Token::Word(t)
                | Token::Space(t)
                | Token::Comment(t)
                | Token::Directive(t)
                | Token::Number(t)
                | Token::Sign(t) => t,
            })
            .collect();
        assert_eq!(joined, source);
    }

    #[test]
    fn numbers_directives_and_comments_hold_together() {
        let found = tokens("#if X \\\n 1\nx=1.5e-3+2.;//y");
        assert_eq!(found[0], Token::Directive("#if X \\\n 1"));
        assert!(found.contains(&Token::Number("1.5e-3")));
        assert!(found.contains(&Token::Number("2.")));
        assert_eq!(found.last(), Some(&Token::Comment("//y")));
    }
}

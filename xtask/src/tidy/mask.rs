//! Blanks comments and literals in Rust source, so that the rules see code and nothing else.

/// The source with every comment, string and character literal replaced by spaces; all line breaks stay where they
/// are. It knows Rust's lexical forms and no grammar.
pub(crate) fn mask(source: &str) -> String {
    let mut rest = source;
    let mut masked = String::with_capacity(source.len());
    let mut previous = ' ';
    while let Some(first) = rest.chars().next() {
        let blank = blanked_length(rest, previous);
        if blank == 0 {
            masked.push(first);
            previous = first;
            rest = &rest[first.len_utf8()..];
        } else {
            let (literal, behind) = rest.split_at(blank);
            masked.extend(literal.chars().map(|char| if char == '\n' { '\n' } else { ' ' }));
            previous = ' ';
            rest = behind;
        }
    }
    masked
}

/// How many bytes at the start of `rest` are a comment or a literal; 0 for code.
fn blanked_length(rest: &str, previous: char) -> usize {
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return block_comment(rest);
    }
    if let Some(text) = rest.strip_prefix('"') {
        return 1 + quoted(text, '"');
    }
    if rest.starts_with('\'') {
        return character(rest);
    }
    // A raw string's prefix is no part of a longer name before it.
    if previous.is_alphanumeric() || previous == '_' {
        return 0;
    }
    raw_string(rest)
}

/// Block comments nest.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        let tail = &rest.as_bytes()[at..];
        if tail.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if tail.starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

/// The bytes up to and with the closing quote, a backslash hiding what follows it.
fn quoted(text: &str, quote: char) -> usize {
    let mut chars = text.char_indices();
    while let Some((at, char)) = chars.next() {
        if char == '\\' {
            chars.next();
        } else if char == quote {
            return at + char.len_utf8();
        }
    }
    text.len()
}

/// A character literal, told from a lifetime by its closing quote.
fn character(rest: &str) -> usize {
    let mut inside = rest[1..].chars();
    match inside.next() {
        Some('\\') => 1 + quoted(&rest[1..], '\''),
        Some(char) if inside.next() == Some('\'') => 2 + char.len_utf8(),
        _ => 0,
    }
}

/// A raw string such as `r"…"`, `br#"…"#` or `cr"…"`.
fn raw_string(rest: &str) -> usize {
    let Some(behind) = ["r", "br", "cr"]
        .iter()
        .find_map(|prefix| rest.strip_prefix(prefix).filter(|behind| behind.starts_with(['"', '#'])))
    else {
        return 0;
    };
    let opened = behind.trim_start_matches('#');
    let Some(body) = opened.strip_prefix('"') else { return 0 };
    let close = format!("\"{}", "#".repeat(behind.len() - opened.len()));
    let start = rest.len() - body.len();
    body.find(&close).map_or(rest.len(), |end| start + end + close.len())
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn comments_and_literals_go_and_lines_stay() {
        let source = "a // x\n/* y /* z\n */ */ b \"c\\\"d\ne\" f 'g' '\\'' h";
        let masked = mask(source);
        assert_eq!(masked.split_whitespace().collect::<Vec<_>>(), ["a", "b", "f", "h"]);
        assert_eq!(masked.matches('\n').count(), source.matches('\n').count());
    }

    #[test]
    fn raw_strings_end_at_their_own_mark() {
        assert_eq!(mask("r#\"a\"b\"# c").trim(), "c");
        assert_eq!(mask("br\"\\\" c").trim(), "c");
        assert_eq!(mask("r#type").trim(), "r#type");
        assert_eq!(mask("bar\"a\" b").split_whitespace().collect::<Vec<_>>(), ["bar", "b"]);
    }

    #[test]
    fn lifetimes_are_code() {
        assert_eq!(mask("fn f<'a>(x: &'a str)"), "fn f<'a>(x: &'a str)");
        assert_eq!(mask("('µ')"), "(   )");
    }

    #[test]
    fn what_is_left_open_is_blanked_to_the_end() {
        for source in ["a \"b", "a /* b", "a r#\"b", "a '\\"] {
            assert_eq!(mask(source).trim(), "a", "{source}");
        }
    }
}

//! Names with stars: `webgl*`, `drawing/*`.

/// True if a name is what the pattern says; `*` stands for any characters, none included.
pub fn fits(pattern: &str, name: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut left) = name.strip_prefix(start) else { return false };
    let mut parts = rest.split('*').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return left.ends_with(part);
        }
        match left.find(part) {
            Some(at) => left = &left[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn stars_stand_for_anything() {
        assert!(fits("webgl*", "webgl1-mesa"));
        assert!(fits("*-swiftshader", "webgl2-swiftshader"));
        assert!(fits("a*b*c", "a1b2c"));
        assert!(fits("*", ""));
        assert!(fits("gl", "gl"));
        assert!(!fits("gl", "gles2"));
        assert!(!fits("a*b*c", "a1c"));
        assert!(!fits("*x", "y"));
        assert!(!fits("ab*ba", "aba"));
    }
}

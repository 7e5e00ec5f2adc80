//! Names that WebGL does not take: those that it keeps for itself, and those that are longer than it allows. In its sources they
//! go by others.

use std::borrow::Cow;

/// The most bytes of a name in WebGL 1 and in WebGL 2, whose is the language's own limit.
const LONGEST: [usize; 2] = [256, 1024];
/// What the others begin with.
const OTHER: &str = "glir_name_";
/// What no name may begin with. A stream's own name that looks like one of the others becomes another, so that no two meet.
const KEPT: [&str; 3] = ["webgl_", "_webgl_", OTHER];

/// The names of a program that go by others.
pub(crate) struct Names {
    longest: usize,
    /// The stream's own names, each with its other.
    pairs: Vec<(String, String)>,
}

impl Names {
    pub(crate) fn new(webgl1: bool) -> Self {
        Names { longest: LONGEST[usize::from(!webgl1)], pairs: Vec::new() }
    }

    /// A source or a name as WebGL takes it.
    pub(crate) fn given<'t>(&mut self, text: &'t str) -> Cow<'t, str> {
        self.replaced(text, |names, word| {
            if word.len() <= names.longest && !KEPT.iter().any(|kept| word.starts_with(kept)) {
                return None;
            }
            if let Some((_, other)) = names.pairs.iter().find(|(own, _)| own == word) {
                return Some(other.clone());
            }
            let other = [OTHER, &names.pairs.len().to_string()].concat();
            names.pairs.push((word.to_owned(), other.clone()));
            Some(other)
        })
    }

    /// A name of WebGL's as the stream says it.
    pub(crate) fn own(&mut self, text: String) -> String {
        if self.pairs.is_empty() {
            return text;
        }
        let own = |names: &mut Self, word: &str| {
            names.pairs.iter().find(|(_, other)| other == word).map(|(own, _)| own.clone())
        };
        self.replaced(&text, own).into_owned()
    }

    /// The text with some of its words replaced.
    fn replaced<'t>(&mut self, text: &'t str, other: fn(&mut Self, &str) -> Option<String>) -> Cow<'t, str> {
        let mut out = String::new();
        let mut done = 0;
        let mut start = 0;
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        while let Some(rest) = text.as_bytes().get(start..).filter(|rest| !rest.is_empty()) {
            let length = rest.iter().position(|byte| !is_part(*byte)).unwrap_or(rest.len());
            if let Some(word) = text.get(start..start + length)
                && let Some(other) = other(self, word)
            {
                out.push_str(text.get(done..start).unwrap_or_default());
                out.push_str(&other);
                done = start + length;
            }
            start += length.max(1);
        }
        if done == 0 {
            return Cow::Borrowed(text);
        }
        out.push_str(text.get(done..).unwrap_or_default());
        Cow::Owned(out)
    }
}

#[cfg(test)]
mod tests {
    use super::Names;
    use std::borrow::Cow;

    #[test]
    fn names_that_webgl_keeps_go_by_others_and_come_back() {
        let mut names = Names::new(false);
        let plain = "uniform vec4 color, my_webgl_, webgl; // ä webglx";
        assert!(matches!(names.given(plain), Cow::Borrowed(text) if text == plain));
        let source = "uniform vec4 webgl_a[2]; float f = webgl_a[1].x + _webgl_b.webgl_a;é";
        let given = names.given(source).into_owned();
        assert_eq!(
            given,
            "uniform vec4 glir_name_0[2]; float f = glir_name_0[1].x + glir_name_1.glir_name_0;é"
        );
        assert_eq!(names.given("_webgl_b"), "glir_name_1", "both stages and the interface say the same");
        assert_eq!(names.own(given), source);
        assert_eq!(names.own("glir_name_7".into()), "glir_name_7");
        let alike = names.given("glir_name_0").into_owned();
        assert_eq!(alike, "glir_name_2", "a name that looks like another meets none");
        assert_eq!(names.own(alike), "glir_name_0");
    }

    #[test]
    fn long_names_are_webgl_1s_trouble_only() {
        let long = "n".repeat(257);
        assert_eq!(Names::new(true).given(&long), "glir_name_0");
        assert!(matches!(Names::new(true).given(&long[1..]), Cow::Borrowed(_)));
        assert!(matches!(Names::new(false).given(&long), Cow::Borrowed(_)));
    }
}

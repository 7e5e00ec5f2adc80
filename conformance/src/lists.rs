//! Lists of what is known: failures, cases that are not run, cases that flicker. Each line has a reason.
//!
//! A line is `TESTEE CASE because REASON`, both patterns with stars; `#` begins a comment. In the baseline `TESTEE CASE HOW because
//! REASON` says how it fails: the first layer that is wrong, `crash` or `timeout`. Without it any layer may be wrong; a testee
//! that breaks is never meant.

use crate::case::Layer;
use crate::pattern::fits;

/// A line of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The line where it stands, counted from 1.
    pub line: usize,
    /// The testees, as a pattern.
    pub testee: String,
    /// The cases, as a pattern.
    pub case: String,
    /// How it fails; none for any layer.
    pub how: Option<How>,
    /// Why.
    pub reason: String,
}

/// How a case fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// This layer is the first that is wrong.
    Layer(Layer),
    /// The testee breaks.
    Crash,
    /// The testee says nothing in time.
    Timeout,
}

impl How {
    fn from_text(text: &str) -> Option<How> {
        match text {
            "crash" => Some(How::Crash),
            "timeout" => Some(How::Timeout),
            layer => Layer::from_text(layer).map(How::Layer),
        }
    }
}

impl Known {
    /// Whether the line is about a testee and a case.
    pub fn is_about(&self, testee: &str, case: &str) -> bool {
        fits(&self.testee, testee) && fits(&self.case, case)
    }
}

/// The three lists.
#[derive(Clone, Debug, Default)]
pub struct Lists {
    /// What fails, and is known to.
    pub baseline: Vec<Known>,
    /// What is not run.
    pub skip: Vec<Known>,
    /// What sometimes fails.
    pub flakes: Vec<Known>,
}

impl Lists {
    /// The first line of a list about a testee and a case.
    pub fn find<'l>(list: &'l [Known], testee: &str, case: &str) -> Option<&'l Known> {
        list.iter().find(|known| known.is_about(testee, case))
    }
}

/// Reads a list.
///
/// # Errors
/// The first line that is none.
pub fn parse(text: &str) -> Result<Vec<Known>, String> {
    let mut list = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let known = line.split_once(" because ").and_then(|(what, reason)| {
            let mut words = what.split_whitespace();
            let (testee, case) = (words.next()?.to_owned(), words.next()?.to_owned());
            let how = words.next().map(|how| How::from_text(how).ok_or(())).transpose().ok()?;
            let (line, reason) = (number + 1, reason.trim().to_owned());
            words.next().is_none().then_some(Known { line, testee, case, how, reason })
        });
        match known {
            Some(known) => list.push(known),
            None => {
                return Err(format!(
                    "line {}: a line is `TESTEE CASE because REASON`, or `TESTEE CASE HOW because REASON` with a layer, crash or timeout",
                    number + 1
                ));
            }
        }
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::{How, Lists, parse};
    use crate::case::Layer;

    #[test]
    fn lines_say_who_what_and_why() {
        let list = parse("# known\n\nwebgl* drawing/* because of a bug\n").unwrap();
        assert!(
            Lists::find(&list, "webgl1", "drawing/points").is_some_and(|known| known.reason == "of a bug")
        );
        assert_eq!(Lists::find(&list, "gl", "drawing/points"), None);
        assert!(parse("webgl1 drawing/points").is_err());
        assert!(parse("webgl1 drawing/points more because why").is_err());
        let list = parse("a b pixels because why\na c crash because why").unwrap();
        assert_eq!(list[0].how, Some(How::Layer(Layer::Pixels)));
        assert_eq!(list[1].how, Some(How::Crash));
        assert_eq!((list[0].line, list[1].line), (1, 2));
    }
}

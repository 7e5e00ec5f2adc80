//! The head of a case: a title, and lines of the form `// key: value`.

use crate::case::{Claim, Grade, Layer, Tolerance};
use crate::driver::Trouble;
use crate::edit::Edit;
use crate::image::Rule;
use crate::kind::Kind;
use crate::packing::Packing;
use crate::repeat::Repeat;
use glir_spec::{Feature, Profile, Target};

/// What the head of a case says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Directives {
    pub(crate) title: String,
    pub(crate) id: String,
    pub(crate) kind: Kind,
    pub(crate) covers: Vec<String>,
    pub(crate) profile: Option<Profile>,
    pub(crate) features: Option<Vec<Feature>>,
    pub(crate) size: Option<(u32, u32)>,
    pub(crate) grade: Grade,
    pub(crate) faults: Vec<String>,
    pub(crate) tolerances: Vec<Tolerance>,
    pub(crate) targets: Vec<Target>,
    pub(crate) layers: Vec<Layer>,
    pub(crate) edits: Vec<Edit>,
    pub(crate) repeats: Vec<Repeat>,
    pub(crate) budget: Option<u64>,
    pub(crate) driver: Vec<Trouble>,
    pub(crate) packing: Option<Packing>,
    pub(crate) from: Option<u64>,
    pub(crate) strict: bool,
    pub(crate) draws: bool,
    pub(crate) sentences: Option<String>,
    pub(crate) values: Option<String>,
    pub(crate) numbers: Option<String>,
    pub(crate) says: Vec<String>,
    pub(crate) mistake: Option<u64>,
    pub(crate) claims: Vec<Claim>,
}

/// Reads the comment that a case begins with. An error names its line.
pub(crate) fn parse(text: &str) -> Result<Directives, String> {
    let mut found = Directives::default();
    for (number, line) in text.lines().enumerate().take_while(|(_, line)| line.starts_with("//")) {
        let line = line.trim_start_matches('/').trim();
        // A blank or nothing follows the colon, or it would be an address.
        let directive = line
            .split_once(':')
            .filter(|(key, value)| is_key(key) && (value.is_empty() || value.starts_with(' ')));
        let Some((key, value)) = directive else {
            if !found.title.is_empty() && !line.is_empty() {
                found.title.push(' ');
            }
            found.title.push_str(line);
            continue;
        };
        found.take(key, value.trim()).map_err(|why| format!("line {}: {key}: {why}", number + 1))?;
    }
    if found.title.is_empty() {
        return Err("the first line says nothing about what the case shows".into());
    }
    Ok(found)
}

/// A single word in lower case, as no sentence begins.
fn is_key(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
}

impl Directives {
    fn take(&mut self, key: &str, value: &str) -> Result<(), String> {
        let list = || value.split(',').map(str::trim).filter(|word| !word.is_empty());
        match key {
            "id" => self.id = value.to_owned(),
            "kind" => self.kind = Kind::from_text(value).ok_or_else(|| unknown(value, "kind"))?,
            "covers" => self.covers.extend(list().map(str::to_owned)),
            "profile" => {
                self.profile = Some(Profile::from_text(value).ok_or_else(|| unknown(value, "profile"))?);
            }
            "features" => {
                let feature = |word| Feature::from_text(word).ok_or_else(|| unknown(word, "feature"));
                self.features = Some(list().map(feature).collect::<Result<_, _>>()?);
            }
            "size" => self.size = Some(size(value).ok_or("a size is written 64x64")?),
            "grade" => {
                self.grade = match value {
                    "required" => Grade::Required,
                    "recommended" => Grade::Recommended,
                    _ => return Err("a grade is `required` or `recommended`".into()),
                };
            }
            "faults" => {
                for word in list().filter(|word| *word != "none") {
                    let (code, times) = word.split_once('*').unwrap_or((word, "1"));
                    let times: usize = times.parse().map_err(|_| format!("{times:?} is no number"))?;
                    self.faults.extend(std::iter::repeat_n(code.to_owned(), times.min(1000)));
                }
                let unknown_code = |code: &&String| glir_spec::Code::from_text(code).is_none();
                if let Some(code) = self.faults.iter().find(unknown_code) {
                    return Err(unknown(code, "code"));
                }
            }
            "tolerance" => self.tolerances.push(tolerance(value)?),
            "target" => {
                let target = |word| Target::from_text(word).ok_or_else(|| unknown(word, "target"));
                self.targets = list().map(target).collect::<Result<_, _>>()?;
            }
            "layers" => {
                let layer = |word| Layer::from_text(word).ok_or_else(|| unknown(word, "layer"));
                self.layers = list().map(layer).collect::<Result<_, _>>()?;
            }
            "role" => {
                self.layers = match value {
                    "producer" => vec![Layer::Producer],
                    "interpreter" => vec![Layer::Interpreter],
                    _ => return Err("a role is `producer` or `interpreter`".into()),
                };
            }
            "repeat" => self.repeats.push(Repeat::parse(value)?),
            "edit" => self.edits.push(Edit::parse(value)?),
            "budget" => self.budget = Some(value.parse().map_err(|_| "a budget is a number of bytes")?),
            "driver" => self.driver = list().map(Trouble::parse).collect::<Result<_, _>>()?,
            "packing" => {
                self.packing = Some(Packing::from_text(value).ok_or_else(|| unknown(value, "packing"))?);
            }
            "from" => {
                let frame = value.strip_prefix("frame ").and_then(|frame| frame.parse().ok());
                self.from = Some(frame.ok_or("where it begins is written `frame 7`")?);
            }
            "strict" => self.strict = value == "yes",
            "draws" => self.draws = value == "yes",
            "sentences" => self.sentences = Some(reason(value, "vary")?),
            "values" => self.values = Some(reason(value, "vary")?),
            "numbers" => self.numbers = Some(reason(value, "vary")?),
            "says" => self.says.extend(list().map(str::to_owned)),
            "mistake" => {
                let line = value.strip_prefix("line ").and_then(|line| line.parse().ok());
                self.mistake = Some(line.ok_or("a mistake is written `line 7`")?);
            }
            "pixel" => self.claims.push(claim(value).ok_or("a pixel is written `x,y is r g b a`")?),
            _ => return Err("there is no such directive".into()),
        }
        Ok(())
    }
}

fn unknown(word: &str, what: &str) -> String {
    format!("there is no {what} {word:?}")
}

fn size(value: &str) -> Option<(u32, u32)> {
    let (width, height) = value.split_once('x')?;
    Some((width.parse().ok()?, height.parse().ok()?))
}

/// What stands behind `vary because`.
fn reason(value: &str, word: &str) -> Result<String, String> {
    let reason = value.strip_prefix(word).and_then(|rest| rest.trim().strip_prefix("because "));
    reason.map(str::to_owned).ok_or_else(|| format!("this is written `{word} because …`"))
}

/// `x,y is r g b a`, counted from the lower left corner as everywhere in the language.
fn claim(value: &str) -> Option<Claim> {
    let (at, color) = value.split_once(" is ")?;
    let (x, y) = at.split_once(',')?;
    let color: Vec<u8> = color.split_whitespace().map(|part| part.parse().ok()).collect::<Option<_>>()?;
    Some(Claim { x: x.trim().parse().ok()?, y: y.trim().parse().ok()?, color: color.try_into().ok()? })
}

/// `RULE [on TESTEES] because REASON`.
pub(crate) fn tolerance(value: &str) -> Result<Tolerance, String> {
    let (rule, reason) = value.split_once(" because ").ok_or("a tolerance says why: `… because …`")?;
    let (rule, testees) = rule.split_once(" on ").unwrap_or((rule, "*"));
    Ok(Tolerance {
        rule: Rule::parse(rule)?,
        testees: testees.split(',').map(|word| word.trim().to_owned()).collect(),
        reason: reason.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::case::Grade;

    #[test]
    fn a_head_is_read() {
        let text = "// A triangle: two words.\n// id: drawing/a\n// covers: S-A-1, S-B-2\n// grade: recommended\n\
                    // pixel: 3,4 is 1 2 3 255\n// tolerance: channel 2, pixels 9 on *-x because it rounds\n[\"GLIR\"]\n";
        let found = parse(text).unwrap();
        assert_eq!(found.title, "A triangle: two words.");
        assert_eq!(
            (found.id.as_str(), found.covers.len(), found.grade),
            ("drawing/a", 2, Grade::Recommended)
        );
        assert_eq!((found.claims[0].y, found.claims[0].color), (4, [1, 2, 3, 255]));
        assert_eq!(found.tolerances[0].testees, ["*-x"]);
    }

    #[test]
    fn what_no_directive_is_is_told_with_its_line() {
        let error = |line: &str| parse(&format!("// A case.\n// {line}\n")).unwrap_err();
        assert_eq!(error("colour: red"), "line 2: colour: there is no such directive");
        assert_eq!(error("grade: fine"), "line 2: grade: a grade is `required` or `recommended`");
        assert_eq!(error("faults: oops"), "line 2: faults: there is no code \"oops\"");
        assert_eq!(error("tolerance: exact"), "line 2: tolerance: a tolerance says why: `… because …`");
        assert!(parse("[\"GLIR\"]\n").is_err());
    }
}

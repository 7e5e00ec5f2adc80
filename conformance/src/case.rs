//! A case: a stream, what it covers, and what must come of it.

use crate::directives;
use crate::driver::Trouble;
use crate::edit::{self, Edit};
use crate::image::Rule;
use crate::kind::session::{self, Script};
use crate::kind::{self, Kind};
use crate::packing::Packing;
use crate::{pattern, repeat, stream};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use glir_core::text::Document;
use glir_spec::{Feature, Header, Profile, Target};

/// How much a case weighs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Grade {
    /// An interpreter that fails it is wrong.
    #[default]
    Required,
    /// An interpreter that fails it is worse than it could be.
    Recommended,
}

impl Grade {
    /// The grade's name.
    pub const fn text(self) -> &'static str {
        match self {
            Grade::Required => "required",
            Grade::Recommended => "recommended",
        }
    }
}

/// What of a testee's work is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    /// The commands that the bytes hold, and what is wrong with the bytes.
    Decoding,
    /// The GL calls.
    Calls,
    /// Diagnostics and other replies.
    Replies,
    /// The picture.
    Pixels,
    /// The index of a file, as it is found from the file's end. Only cases that name this layer are judged in it.
    Index,
    /// The text form: what a text means, and how that is printed.
    Text,
    /// The side of a live session that serves.
    Producer,
    /// The side of a live session that follows.
    Interpreter,
}

impl Layer {
    /// All layers, in the order in which a fault shows.
    pub const ALL: [Layer; 8] = [
        Layer::Decoding,
        Layer::Calls,
        Layer::Replies,
        Layer::Pixels,
        Layer::Index,
        Layer::Text,
        Layer::Producer,
        Layer::Interpreter,
    ];

    /// The layer's name.
    pub const fn text(self) -> &'static str {
        match self {
            Layer::Decoding => "decoding",
            Layer::Calls => "calls",
            Layer::Replies => "replies",
            Layer::Pixels => "pixels",
            Layer::Index => "index",
            Layer::Text => "text",
            Layer::Producer => "producer",
            Layer::Interpreter => "interpreter",
        }
    }

    /// The layer of a name.
    pub fn from_text(text: &str) -> Option<Layer> {
        Layer::ALL.into_iter().find(|layer| layer.text() == text)
    }
}

/// How far a picture may be from its golden, on some testees.
#[derive(Clone, Debug, PartialEq)]
pub struct Tolerance {
    /// The comparison.
    pub rule: Rule,
    /// Patterns of the testees that it is for.
    pub testees: Vec<String>,
    /// Why the pictures differ.
    pub reason: String,
}

/// A pixel of the golden that the case's author expects, whatever an interpreter drew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Pixels from the left edge.
    pub x: u32,
    /// Pixels from the lower edge.
    pub y: u32,
    /// Red, green, blue, alpha.
    pub color: [u8; 4],
}

/// A case, without its goldens.
#[derive(Clone, Debug)]
pub struct Case {
    /// Chapter and name, such as `drawing/first-vertex`.
    pub id: String,
    /// What a testee is asked about it.
    pub kind: Kind,
    /// What it shows, in a sentence.
    pub title: String,
    /// Its text as written.
    pub text: String,
    /// The sentences that its author says it covers; what the stream itself shows is added by [`usage`](crate::usage).
    pub covers: Vec<String>,
    /// How much it weighs.
    pub grade: Grade,
    /// The profile of its stream.
    pub profile: Profile,
    /// Features without which it can't be judged: those that its stream names, unless it says otherwise.
    pub features: Vec<Feature>,
    /// Width and height of canvas 0, in pixels.
    pub size: (u32, u32),
    /// Codes of the errors that it must cause, in order; of warnings too.
    pub faults: Vec<String>,
    /// How far pictures may differ; exact where none fits the testee.
    pub tolerances: Vec<Tolerance>,
    /// The only kinds of context that it is for; all if there are none.
    pub targets: Vec<Target>,
    /// The only layers in which it is judged; all if there are none.
    pub layers: Vec<Layer>,
    /// Whether its bytes were edited, or commands repeated, so that the text does not stand for them.
    pub edited: bool,
    /// Whether its commands come again and again, more often than its text has them.
    pub repeated: bool,
    /// The memory budget that it asks for, in bytes.
    pub budget: Option<u64>,
    /// Whether it runs in strict mode.
    pub strict: bool,
    /// Whether only a testee that draws can be judged by it, beyond decoding: it is about a compiler, say.
    pub draws: bool,
    /// Why the sentences of its diagnostics may vary: a driver's words, a context's limits.
    pub sentences_vary: Option<String>,
    /// Why values in its replies may vary: a clock's, say.
    pub values_vary: Option<String>,
    /// Why numbers of uniforms in its log of calls may vary a little: interpreters compute them in their own way.
    pub numbers_vary: Option<String>,
    /// What the driver does wrong.
    pub driver: Vec<Trouble>,
    /// What only those who are judged by it do with packed chunks.
    pub packing: Option<Packing>,
    /// The frame with which the testee is to begin, by the keyframe before it.
    pub from: Option<u64>,
    /// What people do while it runs, as a log of events.
    pub events: Option<String>,
    /// What one sentence of a compiler's message must name, whatever else it says, where the testee draws.
    pub says: Vec<String>,
    /// The line of its text that its author expects to be wrong, counted from 1.
    pub mistake: Option<u64>,
    /// Pixels that its author expects.
    pub claims: Vec<Claim>,
    /// Its stream; empty if its text is wrong.
    pub document: Document,
    /// The bytes of its stream, edits applied; none if its text is wrong.
    pub bytes: Vec<u8>,
    /// Of a case of kind text: what the testee is to read, edits applied.
    pub source: Vec<u8>,
    /// Of a case of kind session: what is said and must come.
    pub script: Script,
}

impl Case {
    /// Reads a case: its id, its text, and its log of events if it has one.
    ///
    /// # Errors
    /// One sentence that says what is wrong with the head or the text.
    pub fn parse(id: &str, text: &str, events: Option<String>) -> Result<Case, String> {
        let head = directives::parse(text)?;
        if head.id != id {
            return Err(format!("its id is {:?}; by its place it is {id:?}", head.id));
        }
        let (mut source, mut script) = (Vec::new(), Script::default());
        let document = match head.kind {
            Kind::Stream => {
                let text = with_hex(&repeat::filled(text)?)?;
                glir_core::text::parse(&text).map_err(|error| error.to_string())?
            }
            Kind::Text => {
                source = edited(&head.edits, text.as_bytes().to_vec())?;
                // Whether a mistake is meant is seen when its goldens are.
                kind::text::parsed(&source).unwrap_or_default()
            }
            Kind::Session => {
                let role = match head.layers[..] {
                    [Layer::Producer] => session::Role::Producer,
                    [Layer::Interpreter] => session::Role::Interpreter,
                    _ => return Err("a session says `role: producer` or `role: interpreter`".into()),
                };
                script = Script::parse(role, text)?;
                Document::default()
            }
        };
        let header = stream::header(&document).cloned().or(script.header.clone()).unwrap_or_default();
        agree(&head, &header)?;
        if let Some(events) = &events {
            glir_core::text::EventLog::parse(events).map_err(|error| format!("its events: {error}"))?;
        }
        let long = match &head.repeats[..] {
            [] => None,
            repeats => {
                Some(repeat::repeated(&document, repeats).map_err(|why| format!("its repetitions: {why}"))?)
            }
        };
        let mut bytes =
            stream::bytes(long.as_ref().unwrap_or(&document)).map_err(|error| error.to_string())?;
        if head.kind == Kind::Stream {
            bytes = edited(&head.edits, bytes)?;
        }
        let named = header.requires.iter().chain(&header.uses).copied();
        Ok(Case {
            id: id.to_owned(),
            kind: head.kind,
            title: head.title,
            text: text.to_owned(),
            covers: head.covers,
            grade: head.grade,
            profile: header.profile,
            features: head.features.unwrap_or_else(|| named.collect()),
            size: (header.width, header.height),
            faults: head.faults,
            tolerances: head.tolerances,
            targets: head.targets,
            layers: head.layers,
            edited: !head.edits.is_empty() || !head.repeats.is_empty(),
            repeated: !head.repeats.is_empty(),
            budget: head.budget,
            strict: head.strict,
            draws: head.draws,
            sentences_vary: head.sentences,
            values_vary: head.values,
            numbers_vary: head.numbers,
            driver: head.driver,
            packing: head.packing,
            from: head.from,
            events,
            says: head.says,
            mistake: head.mistake,
            claims: head.claims,
            document,
            bytes,
            source,
            script,
        })
    }

    /// The chapter, which is the id up to its slash.
    pub fn chapter(&self) -> &str {
        self.id.split('/').next().unwrap_or_default()
    }

    /// Whether it is judged in a layer.
    pub fn has(&self, layer: Layer) -> bool {
        let named = match &self.layers[..] {
            [] => layer != Layer::Index,
            named => named.contains(&layer),
        };
        named && self.kind.layers().contains(&layer)
    }

    /// The kind of context that stands for all of them where none is at hand.
    pub fn target(&self) -> Target {
        let by_profile = match self.profile {
            Profile::Es2 => Target::Gles2,
            Profile::Es3 => Target::Gles3,
        };
        let has = |target: &Target| self.features.iter().all(|feature| feature.info().on(*target) != "-");
        let fallback = [by_profile, Target::Gles3, Target::Gl33].into_iter().find(has);
        self.targets.first().copied().or(fallback).unwrap_or(by_profile)
    }

    /// How a testee's picture is compared.
    pub fn rule(&self, testee: &str) -> Rule {
        let fits =
            |tolerance: &&Tolerance| tolerance.testees.iter().any(|pattern| pattern::fits(pattern, testee));
        self.tolerances.iter().find(fits).map_or(Rule::default(), |tolerance| tolerance.rule)
    }
}

/// What stands in the head and in the stream's header must not differ.
fn agree(head: &directives::Directives, header: &Header<'_>) -> Result<(), String> {
    if head.profile.is_some_and(|profile| profile != header.profile) {
        return Err(format!(
            "the directive says another profile than the header, which has {}",
            header.profile
        ));
    }
    if head.size.is_some_and(|size| size != (header.width, header.height)) {
        let (width, height) = (header.width, header.height);
        return Err(format!("the directive says another size than the header, which has {width}x{height}"));
    }
    Ok(())
}

fn edited(edits: &[Edit], bytes: Vec<u8>) -> Result<Vec<u8>, String> {
    edit::apply(edits, bytes).map_err(|why| format!("its edits: {why}"))
}

/// Lines such as `["HEX", "95 12 01", 1]`, which are easier to write than base64, as the text form has them.
fn with_hex(text: &str) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    for (number, line) in text.lines().enumerate() {
        match line.strip_prefix("[\"HEX\", \"") {
            None => out.push_str(line),
            Some(rest) => {
                let wrong = |why: String| format!("line {}: {why}", number + 1);
                let (digits, rest) =
                    rest.split_once('"').ok_or_else(|| wrong("the string has no end".into()))?;
                let words: Vec<&str> = digits.split_whitespace().collect();
                let bytes = edit::hex(&words).map_err(wrong)?;
                out.push_str(&format!("[\"?\", \"{}\"{rest}", BASE64_STANDARD.encode(bytes)));
            }
        }
        out.push('\n');
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::{Case, Layer};
    use glir_spec::{Profile, Target};

    const HEAD: &str = "// Nothing.\n// id: a/b\n";

    #[test]
    fn what_the_header_says_need_not_be_said_again() {
        let text =
            format!("{HEAD}[\"GLIR\", {{\"profile\": \"es3\", \"width\": 8, \"height\": 4}}]\n[\"SWAP\"]\n");
        let case = Case::parse("a/b", &text, None).unwrap();
        assert_eq!((case.profile, case.size, case.target()), (Profile::Es3, (8, 4), Target::Gles3));
        assert!(case.has(Layer::Pixels) && !case.has(Layer::Text));
        let wrong = text.replace("// id", "// size: 9x9\n// id");
        assert!(Case::parse("a/b", &wrong, None).is_err());
        assert!(Case::parse("a/c", &text, None).is_err());
    }

    #[test]
    fn commands_may_be_written_in_digits() {
        let text = format!("{HEAD}[\"GLIR\"]\n[\"HEX\", \"91 7e\"]\n[\"SWAP\"]\n");
        let case = Case::parse("a/b", &text, None).unwrap();
        assert!(case.document.to_string().contains("[\"?\", \"kX4=\"]"));
    }
}

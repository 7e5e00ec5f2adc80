//! Whether what a testee made of a case is right, layer by layer.

use crate::calls;
use crate::case::{Case, Layer};
use crate::image::{Comparison, Picture, compare};
use crate::kind::text::Mistake;
use crate::kind::{self, Work};
use crate::packing::Packing;
use crate::protocol::{Done, Hello};
use crate::replies::{Leeway, compare_lines, lines};
use glir_spec::{Feature, Profile};

/// What must come of a case; none where nothing is said of a layer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Goldens {
    /// The log of the decoding layer.
    pub decoding: Option<String>,
    /// The GL calls, with their groups.
    pub calls: Option<String>,
    /// The replies, a line each.
    pub replies: Option<Vec<String>>,
    /// Canvas 0 at the end.
    pub picture: Option<Picture>,
    /// The log of a file's index.
    pub index: Option<String>,
    /// A file as text.
    pub text: Option<String>,
    /// What is wrong with a text.
    pub mistake: Option<Mistake>,
}

/// What is wrong in a layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// The layer.
    pub layer: Layer,
    /// One sentence.
    pub sentence: String,
    /// The line of the log that differs first, counted from 1.
    pub line: Option<usize>,
    /// What stands there in the golden, and in the testee's.
    pub texts: Option<(String, String)>,
    /// The testee's picture, and how it compares.
    pub picture: Option<(Picture, Comparison)>,
}

impl Fault {
    pub(crate) fn said(layer: Layer, sentence: impl Into<String>) -> Fault {
        Fault { layer, sentence: sentence.into(), line: None, texts: None, picture: None }
    }
}

/// Why a testee can't be judged by a case at all, if it can't.
pub fn missing(case: &Case, hello: &Hello) -> Option<String> {
    if !Layer::ALL.into_iter().any(|layer| case.has(layer) && hello.layers.contains(&layer)) {
        return Some("it answers in none of the case's layers".into());
    }
    let can = |name: &str| hello.driver.iter().any(|known| known == name);
    if let Some(trouble) = case.driver.iter().find(|trouble| !can(trouble.kind.text())) {
        return Some(format!("a driver that does `{trouble}`"));
    }
    if case.packing.is_some_and(|packing| !hello.packing.contains(&packing)) {
        let wanted = if case.packing == Some(Packing::Unpack) { "unpacks" } else { "leaves out" };
        return Some(format!("a reader that {wanted} what is packed"));
    }
    if case.from.is_some() && !hello.seeks {
        return Some("a reader that begins at keyframes".into());
    }
    let target = hello.target?;
    if !case.targets.is_empty() && !case.targets.contains(&target) {
        let names: Vec<_> = case.targets.iter().map(|target| target.text()).collect();
        return Some(format!("the case is about {}", names.join(", ")));
    }
    if case.profile > target.profile() {
        return Some(format!("the profile {}", case.profile));
    }
    let has = |feature: &Feature| {
        let part = feature.base().is_some_and(|base: Profile| base <= target.profile());
        part || hello.features.contains(feature)
    };
    let lacks = case.features.iter().find(|feature| !has(feature));
    lacks.map(|feature| format!("the feature {feature}"))
}

/// What is wrong with a testee's work; nothing if it passes.
pub fn judge(testee: &str, case: &Case, goldens: &Goldens, hello: &Hello, work: &Work) -> Vec<Fault> {
    match work {
        Work::Stream(done) => stream(testee, case, goldens, hello, done),
        Work::Text(found) => kind::text::judge(case, goldens, hello, found),
        Work::Session(wrong) => kind::session::judge(case, wrong.as_ref()),
    }
}

fn stream(testee: &str, case: &Case, goldens: &Goldens, hello: &Hello, done: &Done) -> Vec<Fault> {
    let judged = |layer: Layer| {
        let can = hello.draws || !case.draws || layer == Layer::Decoding;
        can && case.has(layer) && hello.layers.contains(&layer)
    };
    let mut faults = Vec::new();
    if let Some(expected) = goldens.decoding.as_deref().filter(|_| judged(Layer::Decoding)) {
        faults.extend(text(Layer::Decoding, expected, done.decoding.as_deref()));
    }
    if let Some(expected) = goldens.calls.as_deref().filter(|_| judged(Layer::Calls)) {
        let found = done.calls.as_deref().map(calls::normalised);
        let near = found.as_deref().filter(|_| case.numbers_vary.is_some());
        let found = near.map(|found| calls::near(expected, found)).or_else(|| found.clone());
        faults.extend(text(Layer::Calls, expected, found.as_deref()));
    }
    if let Some(expected) = goldens.replies.as_deref().filter(|_| judged(Layer::Replies)) {
        faults.extend(replies(testee, case, expected, hello, done));
    }
    if let Some(expected) = goldens.index.as_deref().filter(|_| judged(Layer::Index)) {
        faults.extend(text(Layer::Index, expected, done.index.as_deref()));
    }
    if let Some(expected) = goldens.picture.as_ref().filter(|_| judged(Layer::Pixels)) {
        faults.extend(picture(testee, case, expected, done.picture.as_ref()));
    }
    faults
}

pub(crate) fn text(layer: Layer, expected: &str, found: Option<&str>) -> Option<Fault> {
    let Some(found) = found else { return Some(Fault::said(layer, "it gave no log")) };
    if expected == found {
        return None;
    }
    let at = expected.lines().zip(found.lines()).take_while(|(a, b)| a == b).count();
    if at == expected.lines().count() && at == found.lines().count() {
        return Some(Fault::said(
            layer,
            "its lines are right, but each must end with a line feed and nothing else",
        ));
    }
    let line = |text: &str| text.lines().nth(at).unwrap_or("the end").to_owned();
    Some(differing(layer, at, line(expected), line(found)))
}

pub(crate) fn differing(layer: Layer, at: usize, expected: String, found: String) -> Fault {
    Fault {
        layer,
        sentence: format!("line {} differs", at + 1),
        line: Some(at + 1),
        texts: Some((expected, found)),
        picture: None,
    }
}

fn replies(testee: &str, case: &Case, expected: &[String], hello: &Hello, done: &Done) -> Option<Fault> {
    let Some(chunks) = &done.replies else { return Some(Fault::said(Layer::Replies, "it gave no replies")) };
    let found = match lines(chunks.iter().map(Vec::as_slice)) {
        Ok(found) => found,
        Err(why) => return Some(Fault::said(Layer::Replies, why)),
    };
    let leeway = Leeway {
        sentences: hello.sentences && case.sentences_vary.is_none(),
        values: hello.draws,
        results_vary: case.values_vary.is_some(),
        rule: case.rule(testee),
    };
    let Err((at, a, b)) = compare_lines(expected, &found, leeway) else {
        // A compiler's words are its own, and so are the testee's; but who draws hands on where the compiler found what.
        let missing = crate::replies::unsaid(&case.says, &found).filter(|_| hello.draws)?;
        return Some(Fault::said(Layer::Replies, format!("no message of a compiler names {missing:?}")));
    };
    let shown = |line: Option<String>| line.unwrap_or_else(|| "the end".into());
    Some(differing(Layer::Replies, at, shown(a), shown(b)))
}

fn picture(testee: &str, case: &Case, expected: &Picture, found: Option<&Picture>) -> Option<Fault> {
    let Some(found) = found else { return Some(Fault::said(Layer::Pixels, "it gave no picture")) };
    let comparison = compare(expected, found, case.rule(testee));
    if comparison.passes {
        return None;
    }
    let sentence = comparison.sentence.clone();
    Some(Fault { picture: Some((found.clone(), comparison)), ..Fault::said(Layer::Pixels, sentence) })
}

#[cfg(test)]
mod tests {
    use super::{Goldens, judge};
    use crate::case::{Case, Layer};
    use crate::kind::Work;
    use crate::protocol::{Done, Hello};
    use crate::replies::lines;
    use glir_core::Diagnostic;
    use glir_core::file::message;
    use glir_spec::enums::Severity;
    use glir_spec::{Code, Frame};

    fn said(sentence: &str) -> Vec<Vec<u8>> {
        let mut frame = Frame::new();
        let diagnostic = Diagnostic {
            severity: Severity::Error,
            code: Code::ShaderError,
            frame: 0,
            command: Some(1),
            name: "SHADERS",
            object: 1,
            label: String::new(),
            message: sentence.into(),
        };
        frame.push_reply(diagnostic.reply());
        vec![message::replies(&frame).unwrap()]
    }

    #[test]
    fn a_place_in_a_source_is_asked_of_all_who_draw() {
        let text =
            "// A message.\n// id: a/b\n// draws: yes\n// says: line 3, u_color\n[\"GLIR\"]\n[\"SWAP\"]\n";
        let case = Case::parse("a/b", text, None).unwrap();
        let golden = lines(said("line 3: no u_color").iter().map(Vec::as_slice)).unwrap();
        let goldens = Goldens { replies: Some(golden), ..Goldens::default() };
        let faults = |sentence: &str, sentences: bool, draws: bool| {
            let hello = Hello {
                name: "someone".into(),
                layers: vec![Layer::Replies],
                sentences,
                draws,
                ..Hello::default()
            };
            let work = Work::Stream(Done { replies: Some(said(sentence)), ..Done::default() });
            judge("someone", &case, &goldens, &hello, &work).len()
        };
        for sentences in [true, false] {
            assert_eq!(faults("unknown name in line 3: u_color = 1.0;", sentences, true), 0);
            assert_eq!(faults("it does not compile", sentences, true), 1);
            assert_eq!(faults("it does not compile", sentences, false), 0);
        }
    }
}

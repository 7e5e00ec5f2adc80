//! What a case's stream asserts where it stands: notes of the key `assert`, held against what a testee makes of the stream.

use crate::case::{Case, Layer};
use crate::judge::Fault;
use crate::protocol::{Done, Hello};
use crate::stream;
use glir_core::file::message;
use glir_core::text::Item;
use glir_spec::{Code, Reply};
use glir_trace::{Assertion, Place, Trace, assertions, holds};

/// What does not hold. A pixel is asked of the stream up to its assertion, which `carry_out` gives to the testee; a diagnostic is
/// looked for among the replies that came; a state is what the check comes to, whoever draws.
///
/// # Errors
/// Those of `carry_out`.
pub(crate) fn judge<E>(
    case: &Case,
    hello: &Hello,
    done: &Done,
    carry_out: &mut dyn FnMut(Vec<u8>) -> Result<Done, E>,
) -> Result<Vec<Fault>, E> {
    let Ok(trace) = Trace::open(&case.bytes) else { return Ok(Vec::new()) };
    let found = assertions(&trace).unwrap_or_default();
    let judged = |layer: Layer| case.has(layer) && hello.layers.contains(&layer);
    let mut faults = Vec::new();
    for (place, read) in found {
        let (layer, outcome) = match &read {
            _ if case.edited => {
                (Layer::Decoding, Err("an edited stream is not held to what it asserts".to_owned()))
            }
            Err(sentence) => (Layer::Decoding, Err(sentence.clone())),
            Ok(what @ Assertion::State { .. }) => {
                let held = holds(&trace, place, what).unwrap_or_else(|error| Err(error.to_string()));
                (Layer::Replies, held)
            }
            Ok(Assertion::Diagnostic(code)) if judged(Layer::Replies) => {
                (Layer::Replies, diagnostic(done, place, *code))
            }
            Ok(Assertion::Pixel { x, y, values, within }) if hello.draws && judged(Layer::Pixels) => {
                let upto = stream::first_commands(&case.document, before(case, place));
                let held = match stream::bytes(&upto) {
                    Ok(bytes) => pixel(&carry_out(bytes)?, (*x, *y), *values, *within),
                    Err(error) => Err(error.to_string()),
                };
                (Layer::Pixels, held)
            }
            Ok(_) => continue,
        };
        if let Err(why) = outcome {
            let text = read.map(|what| format!("{what}: ")).unwrap_or_default();
            let (frame, command) = place;
            faults.push(Fault::said(layer, format!("frame {frame}, command {command}: assert {text}{why}")));
        }
    }
    Ok(faults)
}

/// The commands of a document in front of a place.
fn before(case: &Case, (frame, command): Place) -> usize {
    let frames = case.document.items.iter().filter_map(|item| match item {
        Item::Frame { frame, .. } => Some(frame.len()),
        _ => None,
    });
    frames.take(frame as usize).sum::<usize>() + command as usize
}

/// Whether the command in front of a place was answered so.
fn diagnostic(done: &Done, (frame, command): Place, code: Option<Code>) -> Result<(), String> {
    let mut found = Vec::new();
    for chunk in done.replies.iter().flatten() {
        let (replies, _) = message::decode_replies(chunk)?;
        for reply in replies {
            if let Reply::DiagnosticReply(one) = reply
                && one.frame == frame
                && one.command.is_some()
                && one.command == command.checked_sub(1)
            {
                found.push(one.code);
            }
        }
    }
    match (found.first(), code) {
        (None, None) => Ok(()),
        (Some(found), Some(code)) if *found == code => Ok(()),
        (Some(found), _) => Err(format!("it is {}", found.text())),
        (None, Some(_)) => Err("there is none".into()),
    }
}

fn pixel(done: &Done, (x, y): (u32, u32), values: [u8; 4], within: u8) -> Result<(), String> {
    let Some(picture) = &done.picture else { return Err("it gave no picture".into()) };
    // Pictures begin with their uppermost row.
    let row = picture.height.checked_sub(1).and_then(|last| last.checked_sub(y));
    match row.and_then(|row| picture.pixel(x, row)) {
        Some(found) if found.iter().zip(values).all(|(a, b)| a.abs_diff(b) <= within) => Ok(()),
        Some([r, g, b, a]) => Err(format!("it is {r} {g} {b} {a}")),
        None => Err(format!("the picture has {}×{} pixels", picture.width, picture.height)),
    }
}

#[cfg(test)]
mod tests {
    use super::judge;
    use crate::case::{Case, Layer};
    use crate::image::Picture;
    use crate::protocol::{Done, Hello};
    use glir_core::Diagnostic;
    use glir_core::file::message;
    use glir_spec::enums::Severity;
    use glir_spec::{Code, Frame};
    use std::convert::Infallible;

    const TEXT: &str = r#"// Assertions of all kinds.
// id: a/b
["GLIR", {"width": 2, "height": 2}]
["META", "assert", "pixel 1,0 is 0 0 0 0"]
["STATE", {"clear_color": [1, 0, 0, 1]}]
["META", "assert", "state state.clear_color is [1, 0, 0, 1]"]
["DELETE", 7]
["META", "assert", "diagnostic unknown-id"]
["CLEAR", ["color"]]
["META", "assert", "diagnostic none"]
["META", "assert", "pixel 1,0 is 250 0 0 255 within 5"]
["SWAP"]
"#;

    fn hello() -> Hello {
        Hello {
            name: "someone".into(),
            target: None,
            features: Vec::new(),
            layers: vec![Layer::Replies, Layer::Pixels],
            driver: Vec::new(),
            packing: Vec::new(),
            seeks: false,
            sentences: true,
            draws: true,
        }
    }

    /// What is wrong with a testee that answers a code, and whose pictures have a colour once something is cleared.
    fn faults(text: &str, code: Code, color: [u8; 4]) -> Vec<String> {
        let case = Case::parse("a/b", text, None).unwrap();
        let mut frame = Frame::new();
        let diagnostic = Diagnostic {
            severity: Severity::Error,
            code,
            frame: 0,
            command: Some(3),
            name: "DELETE",
            object: 7,
            label: String::new(),
            message: "no object has the id 7".into(),
        };
        frame.push_reply(diagnostic.reply());
        let done = Done { replies: Some(vec![message::replies(&frame).unwrap()]), ..Done::default() };
        let mut carry_out = |bytes: Vec<u8>| {
            let trace = glir_trace::Trace::open(&bytes).unwrap();
            let commands = glir_trace::split(&trace.frame(0).unwrap().unwrap().head).count();
            // A SWAP ends each.
            let pixel = if commands > 6 { color } else { [0; 4] };
            let picture = Picture::new(2, 2, pixel.repeat(4));
            Ok::<Done, Infallible>(Done { picture, ..Done::default() })
        };
        let Ok(faults) = judge(&case, &hello(), &done, &mut carry_out);
        faults.into_iter().map(|fault| format!("{}: {}", fault.layer.text(), fault.sentence)).collect()
    }

    #[test]
    fn a_testee_is_held_to_what_a_stream_asserts() {
        let right = [255, 0, 0, 255];
        assert_eq!(faults(TEXT, Code::UnknownId, right), Vec::<String>::new());
        assert_eq!(
            faults(TEXT, Code::OutOfMemory, [0, 255, 0, 255]),
            [
                "replies: frame 0, command 4: assert diagnostic unknown-id: it is out-of-memory",
                "pixels: frame 0, command 7: assert pixel 1,0 is 250 0 0 255 within 5: it is 0 255 0 255",
            ]
        );
        let wrong = TEXT.replace("is [1, 0, 0, 1]", "is [0, 0, 0, 1]").replace("none", "nothing");
        assert_eq!(
            faults(&wrong, Code::UnknownId, right),
            [
                "replies: frame 0, command 2: assert state state.clear_color is [0,0,0,1]: it is [1,0,0,1]",
                "decoding: frame 0, command 6: assert there is no code \"nothing\"",
            ]
        );
        let edited = TEXT.replace("// id", "// edit: append 00\n// id");
        assert!(faults(&edited, Code::UnknownId, right)[0].contains("an edited stream is not held"));
    }
}

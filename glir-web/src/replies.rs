//! What goes back to a producer or to the page as chunks of replies, and replies that the page makes.

use glir_core::Diagnostic;
use glir_core::file::message;
use glir_spec::enums::{KeyAction, PointerAction, Severity};
use glir_spec::ids::CanvasId;
use glir_spec::replies::*;
use glir_spec::wire::Str;
use glir_spec::{Code, Frame};
use js_sys::{Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

/// Sets a property of an object that was just made, which no page can have frozen.
pub(crate) fn set(object: &Object, name: &str, value: impl Into<JsValue>) {
    let _ = Reflect::set(object, &JsValue::from_str(name), &value.into());
}

/// A diagnostic that is about no command.
pub(crate) fn general(severity: Severity, code: Code, frame: u64, message: String) -> Diagnostic {
    Diagnostic { severity, code, frame, command: None, name: "", object: 0, label: String::new(), message }
}

/// A chunk of replies; none if there are none.
pub(crate) fn chunk(replies: Vec<Reply<'static>>) -> Option<Uint8Array> {
    let mut frame = Frame::new();
    replies.into_iter().for_each(|reply| frame.push_reply(reply));
    if frame.is_empty() {
        return None;
    }
    message::replies(&frame).ok().map(|bytes| Uint8Array::from(bytes.as_slice()))
}

/// What a page says has happened: the opcode of a reply, its fields as numbers, NaN for nothing, and the one that is text. None if it
/// is no event, or its fields do not fit.
pub(crate) fn event(opcode: u8, numbers: &[f64], text: String) -> Option<Reply<'static>> {
    let number = |index: usize| numbers.get(index).copied().unwrap_or(f64::NAN);
    let float = |index: usize| number(index) as f32;
    let whole = |index: usize| {
        let value = number(index);
        (value >= 0.0 && value <= f64::from(u32::MAX)).then_some(value as u32)
    };
    let canvas = CanvasId(whole(0)?);
    Some(match opcode {
        Resize::OPCODE => {
            Reply::Resize(Resize { canvas, width: whole(1)?, height: whole(2)?, pixel_ratio: float(3) })
        }
        Pointer::OPCODE => Reply::Pointer(Pointer {
            canvas,
            action: PointerAction::from_number(whole(1)?.into())?,
            x: float(2),
            y: float(3),
            button: whole(4).and_then(|button| u8::try_from(button).ok()),
            buttons: whole(5)?,
            modifiers: whole(6)?,
            time: number(7),
        }),
        Wheel::OPCODE => Reply::Wheel(Wheel {
            canvas,
            x: float(1),
            y: float(2),
            dx: float(3),
            dy: float(4),
            modifiers: whole(5)?,
            time: number(6),
        }),
        Key::OPCODE => Reply::Key(Key {
            canvas,
            action: KeyAction::from_number(whole(1)?.into())?,
            key: Str::from(text),
            modifiers: whole(3)?,
            time: number(4),
        }),
        _ => return None,
    })
}

//! What goes back to a producer or to the page: chunks of replies, diagnostics as objects, and replies that the page makes.

use glir_core::Diagnostic;
use glir_core::file::message;
use glir_spec::enums::{KeyAction, PointerAction, Severity};
use glir_spec::ids::CanvasId;
use glir_spec::replies::*;
use glir_spec::wire::Str;
use glir_spec::{Code, Frame};
use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

/// Sets a property of an object that was just made, which no page can have frozen.
pub(crate) fn set(object: &Object, name: &str, value: impl Into<JsValue>) {
    let _ = Reflect::set(object, &JsValue::from_str(name), &value.into());
}

/// A diagnostic as the page sees it.
pub(crate) fn diagnostic(found: &Diagnostic) -> Object {
    let object = Object::new();
    set(&object, "severity", found.severity.text());
    set(&object, "code", found.code.text());
    set(&object, "frame", found.frame as f64);
    set(&object, "command", found.command.map_or(JsValue::NULL, JsValue::from));
    set(&object, "name", found.name);
    set(&object, "object", found.object);
    set(&object, "label", found.label.as_str());
    set(&object, "message", found.message.as_str());
    object
}

/// A diagnostic that is about no command.
pub(crate) fn general(severity: Severity, code: Code, frame: u64, message: String) -> Diagnostic {
    Diagnostic { severity, code, frame, command: None, name: "", object: 0, label: String::new(), message }
}

/// A chunk of replies; none if there are none.
pub(crate) fn chunk(replies: impl IntoIterator<Item = Reply<'static>>) -> Option<Uint8Array> {
    let mut frame = Frame::new();
    replies.into_iter().for_each(|reply| frame.push_reply(reply));
    if frame.is_empty() {
        return None;
    }
    message::replies(&frame).ok().map(|bytes| Uint8Array::from(bytes.as_slice()))
}

/// What a page says has happened, from the text form: an array of `[name, argument, …]`, such as `["RESIZE", 0, 640, 480, 2]`. None
/// if it is no event, or its arguments do not fit.
pub(crate) fn event(from: Array) -> Option<Reply<'static>> {
    let arguments = Arguments(from);
    reply(&arguments.text(0)?, &arguments)
}

/// The event with this name, if the arguments fit.
fn reply(name: &str, from: &Arguments) -> Option<Reply<'static>> {
    let canvas = || from.whole(1).map(CanvasId);
    Some(match name {
        "RESIZE" => Reply::Resize(Resize {
            canvas: canvas()?,
            width: from.whole(2)?,
            height: from.whole(3)?,
            pixel_ratio: from.float(4)? as f32,
        }),
        "POINTER" => Reply::Pointer(Pointer {
            canvas: canvas()?,
            action: *PointerAction::ALL.iter().find(|action| from.names(2, action.text()))?,
            x: from.float(3)? as f32,
            y: from.float(4)? as f32,
            button: if from.0.get(5).is_null() { None } else { Some(u8::try_from(from.whole(5)?).ok()?) },
            buttons: from.whole(6)?,
            modifiers: from.whole(7)?,
            time: from.float(8)?,
        }),
        "WHEEL" => Reply::Wheel(Wheel {
            canvas: canvas()?,
            x: from.float(2)? as f32,
            y: from.float(3)? as f32,
            dx: from.float(4)? as f32,
            dy: from.float(5)? as f32,
            modifiers: from.whole(6)?,
            time: from.float(7)?,
        }),
        "KEY" => Reply::Key(Key {
            canvas: canvas()?,
            action: *KeyAction::ALL.iter().find(|action| from.names(2, action.text()))?,
            key: Str::from(from.text(3)?),
            modifiers: from.whole(4)?,
            time: from.float(5)?,
        }),
        _ => return None,
    })
}

/// A reply as JavaScript has it.
struct Arguments(Array);

impl Arguments {
    fn float(&self, index: u32) -> Option<f64> {
        self.0.get(index).as_f64()
    }

    fn whole(&self, index: u32) -> Option<u32> {
        let value = self.float(index)?;
        (value >= 0.0 && value <= f64::from(u32::MAX)).then_some(value as u32)
    }

    fn text(&self, index: u32) -> Option<String> {
        self.0.get(index).as_string()
    }

    fn names(&self, index: u32, name: &str) -> bool {
        self.0.get(index) == name
    }
}

//! Payloads that stay in JavaScript: the check sees their lengths, the backend hands them to GL from where they lie.

use glir_core::Foreign;
use glir_core::Store;
use glir_core::retain::{Keep, Piece, Source};
use js_sys::{
    ArrayBuffer, Float32Array, Int8Array, Int16Array, Int32Array, Object, Uint8Array, Uint16Array,
    Uint32Array,
};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    // Offsets beyond 4 GiB are legal in JavaScript; js-sys has no room for them.
    #[wasm_bindgen(extends = Object, js_name = Uint8Array)]
    type Bytes;
    #[wasm_bindgen(method, getter, js_name = byteLength)]
    fn byte_length(this: &Bytes) -> f64;
    #[wasm_bindgen(method, getter, js_name = byteOffset)]
    fn byte_offset(this: &Bytes) -> f64;
    #[wasm_bindgen(method)]
    fn subarray(this: &Bytes, begin: f64, end: f64) -> Uint8Array;
    #[wasm_bindgen(method)]
    fn slice(this: &Bytes, begin: f64, end: f64) -> Uint8Array;
}

/// The bytes that an engine's stream refers to, by the numbers under which core and backend speak of them.
#[derive(Default)]
pub(crate) struct Places(RefCell<Vec<Option<Uint8Array>>>);

impl Places {
    /// A part of the bytes at a place.
    pub(crate) fn part(&self, place: u32, offset: u64, length: u64) -> Option<Uint8Array> {
        let places = self.0.borrow();
        let whole: &Bytes = places.get(place as usize)?.as_ref()?.unchecked_ref();
        Some(whole.subarray(offset as f64, (offset + length) as f64))
    }

    fn put(&self, bytes: Uint8Array) -> u32 {
        let mut places = self.0.borrow_mut();
        let free = places.iter().position(Option::is_none);
        match free.and_then(|free| Some((free, places.get_mut(free)?))) {
            Some((free, place)) => {
                *place = Some(bytes);
                free as u32
            }
            None => {
                places.push(Some(bytes));
                places.len() as u32 - 1
            }
        }
    }

    fn take(&self, place: u32) {
        if let Some(place) = self.0.borrow_mut().get_mut(place as usize) {
            *place = None;
        }
    }
}

/// Bytes in JavaScript, at a place for as long as this lives.
pub(crate) struct Lent {
    bytes: Uint8Array,
    length: u64,
    place: u32,
    places: Rc<Places>,
}

impl Lent {
    pub(crate) fn new(places: &Rc<Places>, bytes: Uint8Array) -> Self {
        let length = bytes.unchecked_ref::<Bytes>().byte_length() as u64;
        Lent { length, place: places.put(bytes.clone()), bytes, places: places.clone() }
    }

    /// The bytes, which must not be changed.
    pub(crate) fn bytes(&self) -> &Uint8Array {
        &self.bytes
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        self.places.take(self.place);
    }
}

impl Foreign for Lent {
    fn len(&self) -> u64 {
        self.length
    }

    fn place(&self) -> u32 {
        self.place
    }

    fn read(&self, offset: u64, into: &mut [u8]) {
        let end = offset + into.len() as u64;
        let part = self.bytes.unchecked_ref::<Bytes>().subarray(offset as f64, end as f64);
        // A caller whose buffer was transferred away in between leaves nothing to copy.
        if part.length() as usize == into.len() {
            part.copy_to(into);
        }
    }
}

/// Keeps retained payloads where they are: in JavaScript.
pub(crate) struct InJavaScript(pub(crate) Rc<Places>);

impl InJavaScript {
    /// A part at most so large a share of its whole is copied, so that the whole can be let go.
    const SHARE: u64 = 2;
}

impl Keep for InJavaScript {
    type Kept = Rc<Lent>;

    fn part(&mut self, whole: &Rc<Lent>, offset: u64, length: u64) -> Rc<Lent> {
        if offset == 0 && length == whole.length {
            return whole.clone();
        }
        let bytes = whole.bytes.unchecked_ref::<Bytes>();
        let end = offset.saturating_add(length) as f64;
        let part = if length <= whole.length / Self::SHARE {
            bytes.slice(offset as f64, end)
        } else {
            bytes.subarray(offset as f64, end)
        };
        Rc::new(Lent::new(&self.0, part))
    }

    fn compose(&mut self, size: u64, parts: &[Piece<'_, Rc<Lent>>]) -> Rc<Lent> {
        let whole = Uint8Array::new_with_length(u32::try_from(size).unwrap_or(u32::MAX));
        for piece in parts {
            let Ok(offset) = u32::try_from(piece.offset) else { continue };
            match &piece.bytes {
                Source::Kept(kept) if piece.offset + kept.length <= size => whole.set(&kept.bytes, offset),
                Source::Inline(bytes) if piece.offset + bytes.len() as u64 <= size => {
                    whole.set(&Uint8Array::from(bytes.as_slice()), offset);
                }
                _ => {}
            }
        }
        Rc::new(Lent::new(&self.0, whole))
    }

    fn store<'k>(&self, kept: &'k Rc<Lent>) -> Store<'k> {
        Store::Foreign(kept.as_ref())
    }
}

/// The kinds of view that WebGL asks for, by the pixel type.
#[derive(Clone, Copy)]
pub(crate) enum View {
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    F32,
}

impl View {
    const fn element(self) -> u32 {
        match self {
            View::U8 | View::I8 => 1,
            View::U16 | View::I16 => 2,
            View::U32 | View::I32 | View::F32 => 4,
        }
    }

    /// The bytes as such a view. They are copied only where they do not lie at a multiple of the element's size.
    pub(crate) fn of(self, bytes: Uint8Array) -> Object {
        let raw = bytes.unchecked_ref::<Bytes>();
        let start = raw.byte_offset();
        let aligned = start <= f64::from(u32::MAX) && (start as u32).is_multiple_of(self.element());
        let bytes = if aligned { bytes } else { raw.slice(0.0, raw.byte_length()) };
        let (start, count) = (bytes.byte_offset(), bytes.byte_length() / self.element());
        let buffer: &ArrayBuffer = &bytes.buffer();
        match self {
            View::U8 => bytes.into(),
            View::I8 => Int8Array::new_with_byte_offset_and_length(buffer, start, count).into(),
            View::U16 => Uint16Array::new_with_byte_offset_and_length(buffer, start, count).into(),
            View::I16 => Int16Array::new_with_byte_offset_and_length(buffer, start, count).into(),
            View::U32 => Uint32Array::new_with_byte_offset_and_length(buffer, start, count).into(),
            View::I32 => Int32Array::new_with_byte_offset_and_length(buffer, start, count).into(),
            View::F32 => Float32Array::new_with_byte_offset_and_length(buffer, start, count).into(),
        }
    }
}

//! WebGL contexts, which several engines may share: browsers allow a page only 8 to 16 of them.

use crate::backend::Extensions;
use crate::gl::Gl;
use js_sys::{Object, Reflect};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// A canvas of the page or one off screen: what both have.
    #[wasm_bindgen(typescript_type = "HTMLCanvasElement | OffscreenCanvas")]
    pub type Canvas;
    #[wasm_bindgen(method, catch, js_name = getContext)]
    pub(crate) fn get_context(this: &Canvas, kind: &str, attributes: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn width(this: &Canvas) -> u32;
    #[wasm_bindgen(method, setter)]
    pub(crate) fn set_width(this: &Canvas, width: u32);
    #[wasm_bindgen(method, getter)]
    pub(crate) fn height(this: &Canvas) -> u32;
    #[wasm_bindgen(method, setter)]
    pub(crate) fn set_height(this: &Canvas, height: u32);

    /// A 2D context, into which a shared context's pictures go.
    pub(crate) type Paper;
    #[wasm_bindgen(method, setter, js_name = globalCompositeOperation)]
    pub(crate) fn set_composite(this: &Paper, operation: &str);
    #[wasm_bindgen(method, catch, js_name = drawImage)]
    pub(crate) fn draw_image(
        this: &Paper,
        image: &Canvas,
        sx: u32,
        sy: u32,
        sw: u32,
        sh: u32,
        x: u32,
        y: u32,
        w: u32,
        h: u32,
    ) -> Result<(), JsValue>;
}

/// A context and what its engines must know of each other.
pub(crate) struct Shared {
    pub(crate) canvas: Canvas,
    pub(crate) gl: Gl,
    pub(crate) webgl1: bool,
    extensions: RefCell<Rc<Extensions>>,
    /// The engine that drew last; 0 for none.
    current: Cell<u32>,
    engines: Cell<u32>,
}

impl Shared {
    /// A number for an engine, from 1 on.
    pub(crate) fn number(&self) -> u32 {
        self.engines.set(self.engines.get().wrapping_add(1).max(1));
        self.engines.get()
    }

    /// Makes an engine the one that draws. True if another one was.
    pub(crate) fn take(&self, engine: u32) -> bool {
        self.current.replace(engine) != engine
    }

    /// Says that the context's state is nobody's.
    pub(crate) fn disturb(&self) {
        self.current.set(0);
    }

    pub(crate) fn extensions(&self) -> Rc<Extensions> {
        self.extensions.borrow().clone()
    }

    /// Turns extensions on again in a context that came back.
    pub(crate) fn restore(&self) {
        *self.extensions.borrow_mut() = Rc::new(Extensions::of(&self.gl, self.webgl1));
        self.disturb();
    }
}

/// A WebGL context of a canvas.
#[wasm_bindgen]
pub struct Context(pub(crate) Rc<Shared>);

#[wasm_bindgen]
impl Context {
    /// Makes a context on a canvas, which may be off screen. Options: `webgl` (1, 2, or 0 for the best that there is) and
    /// `powerPreference`, as for `getContext`. Throws if the browser gives none.
    #[wasm_bindgen(constructor)]
    pub fn new(canvas: Canvas, options: JsValue) -> Result<Context, JsError> {
        let option = |name: &str| Reflect::get(&options, &JsValue::from_str(name)).unwrap_or_default();
        let attributes = Object::new();
        let set = |name: &str, value: &JsValue| Reflect::set(&attributes, &JsValue::from_str(name), value);
        let mut fine = true;
        for (name, on) in [
            ("alpha", true),
            ("premultipliedAlpha", false),
            ("antialias", false),
            ("depth", false),
            ("stencil", false),
            ("preserveDrawingBuffer", false),
        ] {
            fine &= set(name, &JsValue::from(on)).is_ok();
        }
        let power = option("powerPreference");
        if power.is_string() {
            fine &= set("powerPreference", &power).is_ok();
        }
        let asked = option("webgl").as_f64().unwrap_or(0.0);
        let versions: &[(&str, bool)] = &[("webgl2", false), ("webgl", true)];
        for (kind, webgl1) in versions.iter().filter(|(_, webgl1)| match asked as u32 {
            1 => *webgl1,
            2 => !*webgl1,
            _ => fine,
        }) {
            let Ok(found) = canvas.get_context(kind, &attributes) else { continue };
            if found.is_object() {
                let gl: Gl = found.unchecked_into();
                let extensions = RefCell::new(Rc::new(Extensions::of(&gl, *webgl1)));
                let (current, engines) = (Cell::new(0), Cell::new(0));
                let shared = Shared { canvas, gl, webgl1: *webgl1, extensions, current, engines };
                return Ok(Context(Rc::new(shared)));
            }
        }
        Err(JsError::new(match asked as u32 {
            1 => "this browser gives no WebGL 1 context for this canvas",
            2 => "this browser gives no WebGL 2 context for this canvas",
            _ => "this browser gives no WebGL context for this canvas",
        }))
    }

    /// True while the context is lost.
    #[wasm_bindgen(js_name = isLost)]
    pub fn is_lost(&self) -> bool {
        self.0.gl.is_context_lost()
    }

    /// The version of WebGL: 1 or 2.
    pub fn version(&self) -> u32 {
        if self.0.webgl1 { 1 } else { 2 }
    }

    /// The interpreter and its context, for people.
    pub fn description(&self) -> String {
        crate::backend::description(&self.0.gl, self.0.webgl1)
    }
}

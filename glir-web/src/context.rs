//! WebGL contexts, which several engines may share: browsers allow a page only 8 to 16 of them.

use crate::backend::Extensions;
use crate::gl::Gl;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// A context and what its engines must know of each other.
pub(crate) struct Shared {
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
    /// A WebGL context of whatever canvas: `WebGL2RenderingContext`, or `WebGLRenderingContext` and true. It is to be the engines' alone.
    #[wasm_bindgen(constructor)]
    pub fn new(gl: JsValue, webgl1: bool) -> Context {
        let gl: Gl = gl.unchecked_into();
        let extensions = RefCell::new(Rc::new(Extensions::of(&gl, webgl1)));
        Context(Rc::new(Shared { gl, webgl1, extensions, current: Cell::new(0), engines: Cell::new(0) }))
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

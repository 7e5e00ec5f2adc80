//! GLSL from parts: [functions](Function) with hooks, filled with other functions, variables and constants, and emitted as a
//! [`Program`] in GLSL ES 1.00 or 3.00 with its interface.
//!
//! ```
//! use glir_shaders::{Function, Program, Variable, Version};
//! use glir_spec::GlslType;
//!
//! // A snippet declares its hooks, `$name`, outside of functions.
//! let vertex = Function::new("points", "
//!     attribute vec2 $position;
//!     vec4 $transform(vec4 p);
//!     void main() {
//!         gl_Position = $transform(vec4($position, 0.0, 1.0));
//!         gl_PointSize = 4.0;
//!     }")?;
//! let fragment = Function::new("fill", "
//!     vec4 $color;
//!     void main() { gl_FragColor = $color; }")?;
//! let scale = Function::new("scale", "
//!     vec2 $factor;
//!     vec4 scale(vec4 p) { return vec4(p.xy * $factor, p.zw); }")?;
//!
//! // Variables are bound from Rust. Two of one name are two variables.
//! let position = Variable::attribute("a_position", GlslType::Vec2);
//! let factor = Variable::uniform("factor", GlslType::Vec2);
//! let again = Variable::uniform("factor", GlslType::Vec2);
//! let transform = scale.with("factor", &again)?.of(&scale.with("factor", &factor)?)?;
//! let program = Program {
//!     vertex: vertex.with("position", &position)?.with("transform", transform)?,
//!     fragment: fragment.with("color", [1.0_f32, 0.5, 0.0, 1.0])?,
//! };
//!
//! // One composition, two versions; the slots of UNIFORM and ATTRIBUTE come with it.
//! let emitted = program.emit(Version::Es100)?;
//! assert!(emitted.vertex.contains("attribute vec2 a_position;"));
//! assert_eq!(&*emitted.interface.uniforms[0].name, "factor");
//! assert_eq!(emitted.name(&again), Some("factor_1"));
//! assert_eq!(emitted.uniform(&again).map(|slot| slot.0), Some(1));
//! assert!(program.emit(Version::Es300)?.vertex.contains("in vec2 a_position;"));
//! # Ok::<(), glir_shaders::ShaderError>(())
//! ```
//!
//! # The language of snippets
//!
//! GLSL ES 1.00 with the names of its extensions: `attribute`, `varying`, `texture2D`, `gl_FragColor`, `gl_FragData[n]`,
//! `gl_FragDepth`, `dFdx`. Version 3.00 gets `in`, `out`, `texture`, declared outputs; version 1.00 gets the
//! `#extension` lines, and [`Emitted::features`] what the stream's header must name. A snippet may use what only
//! version 3.00 has; such a program has no version 1.00, and the error names the word.
//!
//! - **Hooks** are declared outside of functions: `float $x;` takes a variable, a constant or a call of that type,
//!   `uniform float $x;` only a uniform, `vec4 $f(vec4 p);` a function of just this signature. A hook that is not filled is an
//!   error when the program is emitted; one that is filled with another type, at once.
//! - **Variables** come from Rust ([`Variable`]), or are declared by the source (`uniform float u_gain;`): those keep their
//!   names, and snippets that declare the same one share it.
//! - **Names** of helper functions, constants, structures and macros are the snippet's own: where two would meet, in the same
//!   shader or across a program, the later one is renamed. So are names which only one version reserves, such as `sample`.
//! - **Precision** is highp throughout. `#version`, `precision`, `layout`, blocks and arrays of samplers are refused.
//!
//! # Errors of the compiler
//!
//! An interpreter tells a shader's error with its line; [`Emitted::explain`] rewrites that to the snippet and the line in it.

#![forbid(unsafe_code)]
#![warn(clippy::missing_errors_doc)]

mod emit;
mod error;
mod function;
mod lines;
mod scan;
mod snippet;
mod types;
mod value;
mod words;

pub use emit::{Emitted, Key, Program, Version};
pub use error::{ErrorKind, ShaderError};
pub use function::{Call, Function, MAX_CHAIN, MAX_DEPTH};
pub use lines::{Origin, Stage};
pub use types::{Direction, Signature, Type};
pub use value::{Binding, Constant, Variable, VariableKind};

//! The GLIR interpreter in a browser: WebGL 2, or WebGL 1 with its extensions.
//!
//! JavaScript gives chunks and takes replies; payloads stay in JavaScript and go to GL from there. The names exported here
//! are those of the package's `glir.js`, which does everything that is not drawing. Start reading at [`Engine`].

mod backend;
mod context;
mod dialect;
mod engine;
mod foreign;
mod gl;
mod names;
mod replies;
mod scanner;

pub use context::Context;
pub use engine::Engine;
pub use scanner::Scanner;

//! What glir-gloo emits: as text, before the check, and drawn.

// The helpers stand outside of test functions, where these lints would look.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
// Values are given borrowed and not.
#![allow(clippy::needless_borrows_for_generic_args)]

mod buffers;
mod drawing;
mod errors;
mod goldens;
mod interaction;
mod more;
mod random;
mod stage;

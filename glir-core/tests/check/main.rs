//! The check, held to account: cases as files, commands at random, and bytes at random, each on a backend that panics
//! where anything unproven reaches it.
//!
//! A case is a stream in the text form under `tests/cases/`; beside it stands what must come of it, which `BLESS=1`
//! rewrites: read the difference. Comments at the head of a case direct its run:
//!
//! | line | meaning |
//! | --- | --- |
//! | `// target: gles2` | the kind of context, `gles3` if nothing is said |
//! | `// budget: 4096` | the memory budget in bytes |
//! | `// memory: 4096` | the most bytes that the backend gives one object |
//! | `// fails: create query` | something that the driver refuses |
//! | `// result: 7` | the result of every query |
//! | `// strict` | the first error stops the stream |
//! | `// show: diagnostics` | leaves the GL calls out of what must come; `start` shows those before the first frame, too |

// The helpers stand outside of test functions, where these lints would look; in a test, a panic is the report.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cases;
mod contract;
mod hostile;
mod likely;
mod limits;
#[path = "../../../glir-spec/tests/support/random.rs"]
mod random;
mod stage;
mod tested;

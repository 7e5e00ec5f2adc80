//! What came out, as JSON, as JUnit's XML and as a page. No report has times or other things that differ between two runs.

#[cfg(feature = "runner")]
mod html;
#[cfg(feature = "runner")]
mod json;
#[cfg(feature = "runner")]
mod junit;

#[cfg(feature = "runner")]
pub use html::page;
#[cfg(feature = "runner")]
pub use json::json;
#[cfg(feature = "runner")]
pub use junit::junit;

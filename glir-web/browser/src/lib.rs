//! Drives a real Chromium for tests: a browser of its own with an empty profile, a server for files, scripts, screenshots.
//!
//! ```no_run
//! # async fn test() -> anyhow::Result<()> {
//! use glir_browser::{Angle, Browser, Files};
//!
//! let Some(browser) = Browser::start(Angle::GlEgl).await? else { return Ok(()) };
//! let files = Files::serve("glir-web/dist/package").await?;
//! files.put("/page.html", "<!doctype html><canvas id=c></canvas>");
//! browser.open(&files.url("/page.html")).await?;
//! let width = browser.run("return document.getElementById('c').width", &[]).await?;
//! assert_eq!(width, 300);
//! assert_eq!(browser.complaints().await?, Vec::<String>::new());
//! # Ok(()) }
//! ```
//!
//! Where there is no browser, [`Browser::start`] prints one line and gives nothing, unless `GLIR_REQUIRE_BROWSER` is set:
//! then that is an error. `GLIR_CHROMIUM` and `GLIR_CHROMEDRIVER` name other programs than those on the `PATH`.

#![forbid(unsafe_code)]

mod browser;
mod driver;
mod files;

pub use browser::{Angle, Browser};
pub use files::Files;

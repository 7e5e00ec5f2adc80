//! A browser: pages, scripts, complaints, pictures.

use crate::driver::Driver;
use anyhow::{Context as _, Result, anyhow, bail};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder};
use glir_conformance::chromium::{FLAGS, chromium, program};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::fmt;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// What Chromium notes, once a page, where a picture that is read back is waited for long, as on a busy machine. Who asks for pixels
/// waits for them; it is no complaint.
const READ: &str = "GPU stall due to ReadPixels";

/// What draws for Chromium.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Angle {
    /// The machine's own EGL: on a machine without GPU the same Mesa that native replay draws with.
    GlEgl,
    /// SwiftShader, Chromium's own software renderer.
    SwiftShader,
}

impl Angle {
    /// Both.
    pub const ALL: [Angle; 2] = [Angle::GlEgl, Angle::SwiftShader];
}

impl fmt::Display for Angle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Angle::GlEgl => "gl-egl",
            Angle::SwiftShader => "swiftshader",
        })
    }
}

/// A headless Chromium with one window. It ends when dropped.
pub struct Browser {
    client: Client,
    // These end the browser, then take its profile away.
    _driver: Driver,
    _profile: TempDir,
}

/// Milliseconds that a script may take.
const PATIENCE: u64 = 180_000;

/// Turns the body of an asynchronous function into a WebDriver script; an error comes back as its text.
const WRAPPER: &str = "const done = arguments[arguments.length - 1];\
    (async (...args) => { BODY })(...[...arguments].slice(0, -1)).then(\
    (value) => done({ value: value ?? null }), (error) => done({ error: `${error?.stack ?? error}` }));";

impl Browser {
    /// Starts one. Without Chromium or chromedriver: nothing, with one line that says so, or an error if
    /// `GLIR_REQUIRE_BROWSER` is set.
    pub async fn start(angle: Angle) -> Result<Option<Browser>> {
        Browser::start_with(angle, &[]).await
    }

    /// Starts one with further command-line flags.
    pub async fn start_with(angle: Angle, flags: &[&str]) -> Result<Option<Browser>> {
        let driver = program("GLIR_CHROMEDRIVER", &["chromedriver"]);
        let (Some(program), Some(driver)) = (chromium(), driver) else {
            let sentence = "there is no Chromium with its chromedriver; on Debian: apt-get install chromium chromium-driver";
            if std::env::var_os("GLIR_REQUIRE_BROWSER").is_some() {
                bail!("{sentence}");
            }
            eprintln!("skipped the browser layer: {sentence}");
            return Ok(None);
        };
        // On a busy machine a browser may take longer to come up than its driver waits.
        const TRIES: usize = 3;
        let mut started = Browser::started(&program, &driver, angle, flags).await;
        for _ in 1..TRIES {
            if started.is_ok() {
                break;
            }
            started = Browser::started(&program, &driver, angle, flags).await;
        }
        started.map(Some)
    }

    async fn started(program: &Path, driver: &PathBuf, angle: Angle, flags: &[&str]) -> Result<Browser> {
        let profile = tempfile::Builder::new().prefix("glir-browser-").tempdir()?;
        let profile_flag = format!("--user-data-dir={}", profile.path().display());
        let angle_flag = format!("--use-angle={angle}");
        let mut all = FLAGS.to_vec();
        all.extend(["--window-size=1280,1024", &profile_flag, &angle_flag]);
        all.extend(flags);
        let capabilities = json!({
            "goog:chromeOptions": { "binary": program, "args": all },
            "goog:loggingPrefs": { "browser": "ALL" },
            "timeouts": { "script": PATIENCE, "pageLoad": PATIENCE },
        });
        let Value::Object(capabilities) = capabilities else { bail!("capabilities are an object") };
        let mut driver = Driver::start(driver)?;
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(Capabilities::from_iter(capabilities))
            .connect(&driver.url())
            .await
            .context("Chromium can't be started")?;
        driver.remember(client.session_id().await?);
        Ok(Browser { client, _driver: driver, _profile: profile })
    }

    /// Opens a page and waits until it is loaded.
    pub async fn open(&self, url: &str) -> Result<()> {
        self.client.goto(url).await.with_context(|| format!("{url} can't be opened"))
    }

    /// Runs the body of an asynchronous function in the page, with `args` as its list of arguments, and gives back what it
    /// returns. What it throws is an error.
    pub async fn run(&self, body: &str, args: &[Value]) -> Result<Value> {
        let script = WRAPPER.replace("BODY", body);
        let mut result =
            self.client.execute_async(&script, args.to_vec()).await.context("the script can't be run")?;
        match result.get("error") {
            Some(error) => Err(anyhow!("in the page: {}", error.as_str().unwrap_or_default())),
            None => Ok(result["value"].take()),
        }
    }

    /// As [`Browser::run`], for scripts that return bytes as base64.
    pub async fn run_bytes(&self, body: &str, args: &[Value]) -> Result<Vec<u8>> {
        let value = self.run(body, args).await?;
        let text = value.as_str().context("the script returns no string")?;
        BASE64_STANDARD.decode(text).context("the script returns no base64")
    }

    /// What the console has been told since the last call, warnings and errors only, network failures included.
    pub async fn complaints(&self) -> Result<Vec<String>> {
        let log = self.client.issue_cmd(ConsoleLog).await?;
        let entries = log.as_array().context("the console's log is no list")?;
        let grave = entries.iter().filter(|entry| entry["level"] == "SEVERE" || entry["level"] == "WARNING");
        let messages = grave.map(|entry| entry["message"].as_str().unwrap_or_default());
        Ok(messages.filter(|message| !message.contains(READ)).map(str::to_owned).collect())
    }

    /// The window's contents as a PNG.
    pub async fn screenshot(&self) -> Result<Vec<u8>> {
        Ok(self.client.screenshot().await?)
    }

    /// Gives the window another size.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        Ok(self.client.set_window_size(width, height).await?)
    }

    /// Presses keys as a person would, on what has the focus. Special ones are WebDriver's code points, such as `\u{e014}`.
    pub async fn press(&self, keys: &str) -> Result<()> {
        Ok(self.client.active_element().await?.send_keys(keys).await?)
    }

    /// Runs a script at the start of every page that is opened from now on, before the page's own, whatever its policy.
    pub async fn prelude(&self, script: &str) -> Result<()> {
        self.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await.map(drop)
    }

    /// Gives a command to the browser's developer tools, and gives back its result.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Result<Value> {
        let command = DevTools { body: json!({ "cmd": command, "params": parameters }) };
        Ok(self.client.issue_cmd(command).await?)
    }

    /// The WebDriver client, for anything else.
    pub fn client(&self) -> &Client {
        &self.client
    }
}

/// chromedriver's way to the developer tools.
#[derive(Debug)]
struct DevTools {
    body: Value,
}

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}

/// Takes the console's messages out of the browser.
#[derive(Debug)]
struct ConsoleLog;

impl WebDriverCompatibleCommand for ConsoleLog {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(json!({ "type": "browser" }).to_string()))
    }
}

//! A browser as interpreter: a page of our own in a headless Chromium, spoken to over a WebSocket.
//!
//! The page and the built package are served on the loopback interface; the socket wants the token that stands in the page's
//! address.

use glir_conformance::chromium::{FLAGS, chromium};
use glir_conformance::runner::{Broken, Launcher, Link};
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;
use tempfile::TempDir;
use tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tungstenite::{Bytes, Error, Message, WebSocket};

const PAGE: &str = include_str!("../../conformance/web/testee.html");

/// The script of a page that carries streams out for the conformance suite.
pub(crate) const TESTEE: &str = include_str!("../../conformance/web/testee.js");

/// How long a browser may take to show a page.
const START: Duration = Duration::from_secs(60);

/// The browser's ways to draw: `mesa`, and what Chromium's --use-angle takes.
pub(crate) const ANGLES: [&str; 12] = [
    "mesa",
    "swiftshader",
    "default",
    "gl",
    "gl-egl",
    "gles",
    "gles-egl",
    "vulkan",
    "metal",
    "d3d9",
    "d3d11",
    "d3d11on12",
];

/// What Chromium's --use-angle takes for one of the names.
pub(crate) fn angle_of(name: &str) -> Option<&str> {
    // The machine's own Mesa is what native drawing uses too.
    ANGLES.contains(&name).then_some(if name == "mesa" { "gl-egl" } else { name })
}

/// A browser's page.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    /// The version of WebGL.
    pub(crate) webgl: u32,
    /// What draws for Chromium: `gl-egl` or `swiftshader`, or whatever else its flag `--use-angle` takes.
    pub(crate) angle: String,
    /// The built package: `glir-web/dist/package`.
    pub(crate) package: PathBuf,
    /// What the page does.
    pub(crate) script: &'static str,
}

impl Launcher for Page {
    fn launch(&self) -> Result<Box<dyn Link>, String> {
        if !self.package.join("glir.js").is_file() {
            return Err(format!("{} is not there: run `cargo xtask web` first", self.package.display()));
        }
        let program = chromium().ok_or("there is no Chromium; on Debian: apt-get install chromium")?;
        let failed = |error: std::io::Error| error.to_string();
        let profile =
            tempfile::Builder::new().prefix("glir-conform-").rand_bytes(24).tempdir().map_err(failed)?;
        let token = profile.path().file_name().unwrap_or_default().to_string_lossy().into_owned();
        let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let (sender, sockets) = channel();
        let (package, script, known) = (self.package.clone(), self.script, token.clone());
        thread::spawn(move || listen(&listener, (&package, script), &known, &sender));
        let url = format!("http://{address}/?webgl={}&token={token}", self.webgl);
        let browser = Command::new(program)
            .args(FLAGS)
            .arg("--remote-debugging-port=0")
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(format!("--use-angle={}", self.angle))
            .arg(url)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(failed)?;
        let mut open = Open { browser, address, socket: None, _profile: profile };
        open.socket = Some(first(&sockets)?);
        Ok(Box::new(open))
    }
}

/// A page that speaks, or what it says is wrong with it.
type Arrival = Result<WebSocket<TcpStream>, String>;

fn first(arrivals: &Receiver<Arrival>) -> Arrival {
    match arrivals.recv_timeout(START) {
        Ok(Ok(socket)) => Ok(socket),
        Ok(Err(why)) => Err(format!(
            "the page does not come up: {why} (a package of another version? `cargo xtask web` builds it)"
        )),
        Err(_) => Err("the page does not come up in the browser".to_owned()),
    }
}

/// Answers connections until the first socket is there and its testee is gone.
fn listen(
    listener: &TcpListener,
    (package, script): (&Path, &'static str),
    token: &str,
    arrivals: &Sender<Arrival>,
) {
    for stream in listener.incoming().flatten() {
        let mut start = [0; 16];
        let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
        match stream.peek(&mut start) {
            Ok(count) if start[..count].starts_with(b"GET /socket") => {
                if let Some(socket) = accept(stream, token)
                    && arrivals.send(Ok(socket)).is_err()
                {
                    return;
                }
            }
            // What `Open::drop` sends: there is nothing more to serve.
            Ok(count) if start[..count].starts_with(b"END") => return,
            Ok(_) => {
                let (package, arrivals) = (package.to_owned(), arrivals.clone());
                thread::spawn(move || serve(stream, &package, script, &arrivals));
            }
            Err(_) => {}
        }
    }
}

// The callback's type is the library's.
#[allow(clippy::result_large_err)]
fn accept(stream: TcpStream, token: &str) -> Option<WebSocket<TcpStream>> {
    let wanted = format!("token={token}");
    let check = |request: &Request, response: Response| {
        if request.uri().query() == Some(&wanted) {
            return Ok(response);
        }
        let mut refused = ErrorResponse::new(None);
        *refused.status_mut() = tungstenite::http::StatusCode::FORBIDDEN;
        Err(refused)
    };
    tungstenite::accept_hdr(stream, check).ok()
}

/// Answers one request for a file.
fn serve(mut stream: TcpStream, package: &Path, script: &str, arrivals: &Sender<Arrival>) {
    let mut request = Vec::new();
    let mut piece = [0; 4096];
    while !request.windows(4).any(|end| end == b"\r\n\r\n") && request.len() < 1 << 16 {
        match stream.read(&mut piece) {
            Ok(count @ 1..) => request.extend_from_slice(&piece[..count]),
            _ => return,
        }
    }
    let request = String::from_utf8_lossy(&request);
    let target = request.split(' ').nth(1).unwrap_or_default();
    let path = target.split('?').next().unwrap_or_default();
    let bytes = match path {
        "/" => Some(PAGE.as_bytes().to_vec()),
        "/testee.js" => Some(script.as_bytes().to_vec()),
        "/failed" => {
            let said = target.split_once('?').map_or("", |(_, said)| said);
            let said = percent_encoding::percent_decode_str(said).decode_utf8_lossy();
            // Who waits no longer has its page.
            let _ = arrivals.send(Err(said.replace(char::is_control, " ")));
            Some(Vec::new())
        }
        _ => path
            .strip_prefix("/package/")
            .filter(|inside| !inside.split('/').any(|part| part == ".."))
            .and_then(|inside| std::fs::read(package.join(inside)).ok()),
    };
    let kind = match path.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        _ => "text/html; charset=utf-8",
    };
    let (status, bytes) = match bytes {
        Some(bytes) => ("200 OK", bytes),
        None => ("404 Not Found", Vec::new()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        bytes.len()
    );
    // A browser that is gone wants no answer.
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&bytes));
}

/// A browser at work.
struct Open {
    browser: Child,
    address: std::net::SocketAddr,
    socket: Option<WebSocket<TcpStream>>,
    // Taken away when the browser is gone.
    _profile: TempDir,
}

impl Link for Open {
    fn ask(&mut self, message: &[u8], patience: Duration) -> Result<Vec<u8>, Broken> {
        let gone = |error: &dyn std::fmt::Display| Broken::Crash(format!("the page is gone: {error}"));
        let socket = self.socket.as_mut().ok_or_else(|| gone(&"it was never there"))?;
        socket.get_ref().set_read_timeout(Some(patience)).map_err(|error| gone(&error))?;
        socket.send(Message::Binary(Bytes::copy_from_slice(message))).map_err(|error| gone(&error))?;
        loop {
            match socket.read() {
                Ok(Message::Binary(answer)) => return Ok(answer.to_vec()),
                Ok(Message::Close(_)) => return Err(gone(&"it closed the socket")),
                Ok(_) => {}
                Err(Error::Io(error))
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
                {
                    return Err(Broken::Timeout);
                }
                Err(error) => return Err(gone(&error)),
            }
        }
    }

    fn end(&mut self, message: &[u8]) {
        if let Some(socket) = &mut self.socket {
            // Who is gone needs no farewell.
            let _ = socket.send(Message::Binary(Bytes::copy_from_slice(message)));
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.socket = None;
        if let Ok(mut stream) = TcpStream::connect(self.address) {
            let _ = stream.write_all(b"END");
        }
        // Both fail only where it is gone already.
        let _ = self.browser.kill();
        let _ = self.browser.wait();
    }
}

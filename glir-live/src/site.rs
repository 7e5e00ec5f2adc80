//! The pages: what they are made of, and the headers that keep them to themselves.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};

/// A file of the site.
#[derive(Clone, Copy)]
pub(crate) struct Asset {
    pub(crate) path: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) bytes: &'static [u8],
}

impl Asset {
    pub(crate) fn response(&self) -> Response {
        ([(CONTENT_TYPE, self.kind)], self.bytes).into_response()
    }
}

/// What the server's address shows.
pub(crate) enum Site {
    /// The browser's interpreter follows the session.
    Live(&'static glir_export::Assets),
    /// Pictures, drawn here.
    #[cfg(feature = "pixels")]
    Pixels,
    /// Neither is in this build; programs may follow the session all the same.
    Bare,
}

/// The page's own scripts and style only, WebAssembly, and the socket. Nothing from elsewhere, nothing inline, in no frame.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; \
    img-src 'self' blob: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

/// Headers of every answer.
pub(crate) fn page_headers(headers: &mut HeaderMap) {
    let fixed = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (X_FRAME_OPTIONS, "DENY"),
        (CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

impl Site {
    pub(crate) fn assets(&self) -> Vec<Asset> {
        match self {
            Site::Live(assets) => vec![
                Asset { path: "/player.js", kind: SCRIPT, bytes: assets.player.as_bytes() },
                Asset { path: "/style.css", kind: STYLE, bytes: assets.style.as_bytes() },
                Asset { path: "/wasm/glir.wasm", kind: "application/wasm", bytes: assets.wasm },
            ],
            #[cfg(feature = "pixels")]
            Site::Pixels => vec![
                Asset { path: "/pixels.js", kind: SCRIPT, bytes: include_bytes!("../assets/pixels.js") },
                Asset { path: "/pixels.css", kind: STYLE, bytes: include_bytes!("../assets/pixels.css") },
            ],
            Site::Bare => Vec::new(),
        }
    }

    pub(crate) fn index(&self, title: &str, token: &str) -> Response {
        let title = if title.is_empty() { "GLIR" } else { title };
        match self {
            Site::Live(assets) => {
                let socket = format!("ws?token={token}");
                let attributes = [("ws", &*socket), ("label", title), ("fill", ""), ("controls", "")];
                let page = assets.index(title, "player.js", "style.css", &attributes);
                ([(CONTENT_TYPE, HTML)], page).into_response()
            }
            #[cfg(feature = "pixels")]
            Site::Pixels => {
                let page = include_str!("../assets/pixels.html").replace("{{title}}", &escaped(title));
                ([(CONTENT_TYPE, HTML)], page).into_response()
            }
            Site::Bare => (StatusCode::NOT_IMPLEMENTED, format!("{NO_BROWSER_PART}\n")).into_response(),
        }
    }
}

/// Why there is no page.
pub(crate) const NO_BROWSER_PART: &str =
    "this build of glir has no browser part; run `cargo xtask web` and build it again";

#[cfg(feature = "pixels")]
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

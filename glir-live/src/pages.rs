//! Pages that ask questions: what `glir inspect` serves, behind the same doors as a live session.
//!
//! Who serves takes the questions one after another on a thread of its own, so that it may draw to answer them.

use crate::Error;
use crate::access::{Access, token_of};
use crate::doors::{self, Doors};
use crate::line::Line;
use crate::server::{ORIGIN_SENTENCE, TOKEN_SENTENCE, guarded};
use crate::timed::Bounded;
use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{CONTENT_TYPE, ORIGIN};
use axum::http::{Method, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

/// Questions that may wait; who asks faster is told to come back.
const WAITING: usize = 64;

/// A question: a path, and the query behind it.
#[derive(Debug)]
pub struct Question {
    /// Such as `/frame`.
    pub path: String,
    /// Such as `number=3`, with the token.
    pub query: String,
    answer: oneshot::Sender<Answer>,
}

impl Question {
    /// The value of a name in the query, as it stands there.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
    }

    /// Answers with bytes of a content type.
    pub fn answer(self, kind: &'static str, bytes: Vec<u8>) {
        // Who has gone needs no answer.
        let _ = self.answer.send(Answer { status: StatusCode::OK, kind, bytes });
    }

    /// Says why there is no answer.
    pub fn refuse(self, sentence: &str) {
        let bytes = format!("{sentence}\n").into_bytes();
        let _ = self.answer.send(Answer {
            status: StatusCode::NOT_FOUND,
            kind: "text/plain; charset=utf-8",
            bytes,
        });
    }
}

#[derive(Debug)]
struct Answer {
    status: StatusCode,
    kind: &'static str,
    bytes: Vec<u8>,
}

/// A server of pages. It ends when it is dropped.
pub struct Pages {
    access: Arc<Access>,
    questions: Receiver<Question>,
    runtime: Option<Runtime>,
}

#[derive(Clone)]
struct Rooms {
    access: Arc<Access>,
    questions: SyncSender<Question>,
}

impl Pages {
    /// Listens at an address; port 0 takes any that is free.
    pub fn start(address: SocketAddr, token: Option<String>) -> Result<Pages, Error> {
        let Doors { runtime, listener, access, .. } = doors::open(address, token, Vec::new())?;
        let (sender, questions) = sync_channel(WAITING);
        let rooms = Rooms { access: access.clone(), questions: sender };
        let router =
            Router::new().fallback(ask).layer(from_fn_with_state(access.clone(), guarded)).with_state(rooms);
        let service = router.into_make_service_with_connect_info::<Line>();
        runtime.spawn(async move { axum::serve(Bounded::new(listener), service).await });
        Ok(Pages { access, questions, runtime: Some(runtime) })
    }

    /// The address to open, with its token.
    pub fn url(&self) -> String {
        self.access.url()
    }

    /// The next question, if one comes in time.
    pub fn next(&self, wait: Duration) -> Option<Question> {
        self.questions.recv_timeout(wait).ok()
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn ask(State(rooms): State<Rooms>, ConnectInfo(line): ConnectInfo<Line>, request: Request) -> Response {
    let (path, query) = (request.uri().path().to_owned(), request.uri().query().unwrap_or("").to_owned());
    // Browsers ask for it; an answer keeps their consoles quiet.
    if path == "/favicon.ico" {
        return StatusCode::NO_CONTENT.into_response();
    }
    // A header that is no text names no origin of ours.
    let origin = request.headers().get(ORIGIN).map(|value| value.to_str().unwrap_or("\u{fffd}"));
    if !rooms.access.takes_origin(origin) {
        return (StatusCode::FORBIDDEN, format!("{ORIGIN_SENTENCE}\n")).into_response();
    }
    if !rooms.access.takes_token(token_of(Some(&query))) {
        return (StatusCode::FORBIDDEN, format!("{TOKEN_SENTENCE}\n")).into_response();
    }
    if request.method() != Method::GET {
        return (StatusCode::METHOD_NOT_ALLOWED, "there is nothing to be changed here\n").into_response();
    }
    line.stay();
    let (answer, answered) = oneshot::channel();
    match rooms.questions.try_send(Question { path, query, answer }) {
        Ok(()) => {}
        Err(TrySendError::Full(_)) => {
            return (StatusCode::SERVICE_UNAVAILABLE, "too many questions are waiting\n").into_response();
        }
        Err(TrySendError::Disconnected(_)) => return StatusCode::GONE.into_response(),
    }
    match answered.await {
        Ok(Answer { status, kind, bytes }) => (status, [(CONTENT_TYPE, kind)], bytes).into_response(),
        Err(_) => (StatusCode::NOT_FOUND, "there is nothing at this address\n").into_response(),
    }
}

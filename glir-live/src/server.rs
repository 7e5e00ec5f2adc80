//! The server: pages and sockets, for who may come in.

use crate::access::{Access, token_of};
use crate::hub::Refusal;
use crate::line::Line;
use crate::shared::Shared;
use crate::site::{Site, page_headers};
use crate::{limits, socket};
use axum::Router;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::extract::{ConnectInfo, RawQuery, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::sync::Arc;

/// What the handlers share.
#[derive(Clone)]
pub(crate) struct Rooms {
    pub(crate) access: Arc<Access>,
    pub(crate) shared: Arc<Shared>,
    pub(crate) site: Arc<Site>,
    #[cfg(feature = "pixels")]
    pub(crate) gallery: Option<Arc<crate::pixels::Gallery>>,
}

/// The close codes for a wrong token and for a page of a foreign origin. Browsers hide what a server answers to a refused upgrade from their pages, but tell
/// them the code and the reason of a close: so this is the way to say what is wrong.
const WRONG_TOKEN: u16 = 4401;
const WRONG_ORIGIN: u16 = 4403;

pub(crate) const ORIGIN_SENTENCE: &str =
    "pages of this origin may not follow the session; --allow-origin allows one";

pub(crate) const TOKEN_SENTENCE: &str =
    "the token is not this session's; open the address that the server printed";

pub(crate) fn router(rooms: Rooms) -> Router {
    let mut router = Router::new().route("/", get(index)).route("/ws", get(follow));
    #[cfg(feature = "pixels")]
    {
        router = router.route("/pixels", get(watch));
    }
    for asset in rooms.site.assets() {
        router = router.route(asset.path, get(move || async move { asset.response() }));
    }
    router
        // Browsers ask for it; an answer keeps their consoles quiet.
        .route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT }))
        .fallback(|| async { (StatusCode::NOT_FOUND, "there is nothing at this address\n") })
        .layer(from_fn_with_state(rooms.access.clone(), guarded))
        .with_state(rooms)
}

/// Everything passes here: the right Host or no answer, and the headers that pages must have.
pub(crate) async fn guarded(State(access): State<Arc<Access>>, request: Request, next: Next) -> Response {
    let host = text(request.headers(), header::HOST);
    let mut response = if host.is_some_and(|host| access.takes_host(host)) {
        next.run(request).await
    } else {
        let sentence = "this server does not answer under that name; open the address that it printed\n";
        (StatusCode::FORBIDDEN, sentence).into_response()
    };
    page_headers(response.headers_mut());
    response
}

/// The page, which holds the token and is for who has it.
async fn index(State(rooms): State<Rooms>, RawQuery(query): RawQuery) -> Response {
    if !rooms.access.takes_token(token_of(query.as_deref())) {
        return (StatusCode::FORBIDDEN, format!("{TOKEN_SENTENCE}\n")).into_response();
    }
    let title = rooms.shared.lock().stream.header().title.to_string();
    rooms.site.index(&title, rooms.access.token())
}

async fn follow(
    State(rooms): State<Rooms>,
    ConnectInfo(line): ConnectInfo<Line>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let (shared, past) = (rooms.shared.clone(), line.clone());
    admit(&rooms, line, query, &headers, upgrade, move |socket| socket::run(socket, shared, past))
}

#[cfg(feature = "pixels")]
async fn watch(
    State(rooms): State<Rooms>,
    ConnectInfo(line): ConnectInfo<Line>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let Some(gallery) = rooms.gallery.clone() else {
        return (StatusCode::NOT_FOUND, "this server sends no pictures; start it with --pixels\n")
            .into_response();
    };
    let shared = rooms.shared.clone();
    admit(&rooms, line, query, &headers, upgrade, move |socket| crate::pixels::run(socket, shared, gallery))
}

/// Opens a socket for who may have one.
fn admit<F: Future<Output = ()> + Send + 'static>(
    rooms: &Rooms,
    line: Line,
    query: Option<String>,
    headers: &HeaderMap,
    upgrade: WebSocketUpgrade,
    run: impl FnOnce(WebSocket) -> F + Send + 'static,
) -> Response {
    // A header that is no text names no origin of ours.
    let origin = headers.get(header::ORIGIN).map(|value| value.to_str().unwrap_or("\u{fffd}"));
    let refusal = if !rooms.access.takes_origin(origin) {
        Some((WRONG_ORIGIN, ORIGIN_SENTENCE))
    } else if !rooms.access.takes_token(token_of(query.as_deref())) {
        Some((WRONG_TOKEN, TOKEN_SENTENCE))
    } else {
        None
    };
    let most = limits::MAX_RESULT + limits::RESULT_ROOM;
    let upgrade = upgrade.max_message_size(most).max_frame_size(most).read_buffer_size(limits::READ_AT_ONCE);
    upgrade.on_upgrade(move |mut socket| async move {
        if let Some((code, sentence)) = refusal {
            let refusal = Refusal { code, sentence: sentence.into() };
            socket::goodbye(&mut socket, Some(refusal)).await;
        } else {
            line.stay();
            run(socket).await;
        }
    })
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

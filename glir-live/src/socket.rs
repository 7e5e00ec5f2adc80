//! One client's WebSocket: frames out as its window allows, replies in, and a goodbye with a reason.

use crate::hub::Refusal;
use crate::limits;
use crate::line::Line;
use crate::shared::{Seat, Shared};
use axum::body::Bytes;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use std::sync::Arc;
use tokio::sync::Notify;
use tokio::time::timeout;
use tungstenite::error::{CapacityError, Error as WsError};

/// The server goes away.
const GOING_AWAY: u16 = 1001;

/// Follows a client until one side ends; messages go by the line.
pub(crate) async fn run(socket: WebSocket, shared: Arc<Shared>, line: Line) {
    let (mut sink, mut stream) = socket.split();
    let joined = shared.lock().join();
    let (id, wake) = match joined {
        Ok(joined) => joined,
        Err(refusal) => return goodbye(&mut sink, Some(refusal)).await,
    };
    let seat = Seat::new(shared.clone(), id);
    shared.tell();
    // The first message is awaited first, so that a client that says nothing gets nothing.
    let first = match timeout(limits::HELLO_PATIENCE, receive(&mut stream)).await {
        Ok(first) => first.and_then(|message| {
            let Some(message) = message else { return Ok(false) };
            shared.lock().receive(id, &message, false).map(|_| true)
        }),
        Err(_) => Err(Refusal::malformed("no HELLO came in time")),
    };
    shared.tell();
    let ended = match first {
        Ok(true) => {
            let replies = async {
                loop {
                    match receive(&mut stream).await {
                        Ok(Some(message)) => {
                            let taken = shared.change(|hub| hub.receive(id, &message, false));
                            if let Err(refusal) = taken {
                                return Some(refusal);
                            }
                        }
                        Ok(None) => return None,
                        Err(refusal) => return Some(refusal),
                    }
                }
            };
            let frames = async {
                loop {
                    // There may be room for the next frame then; it can be made while this one is written.
                    let (parcel, closed) = shared.change(|hub| (hub.parcel(id), hub.closed));
                    if closed {
                        let sentence = "the session has ended".to_owned();
                        return Some(Refusal { code: GOING_AWAY, sentence });
                    }
                    let Some(mut parcel) = parcel else {
                        if !wait(&mut sink, &wake).await {
                            return None;
                        }
                        continue;
                    };
                    while let Some(part) = parcel.pop() {
                        let message = match part.message(&shared.pool) {
                            Ok(message) => message,
                            Err(sentence) => return Some(Refusal { code: 1011, sentence }),
                        };
                        if deliver(&mut sink, &line, message).await.is_err() {
                            return None;
                        }
                    }
                }
            };
            tokio::select! { ended = replies => ended, ended = frames => ended }
        }
        Ok(false) => None,
        Err(refusal) => Some(refusal),
    };
    drop(seat);
    goodbye(&mut sink, ended).await;
}

/// Sends a message past the library, behind all that the library has to send itself.
async fn deliver<S: Sink<Message> + Unpin>(
    sink: &mut S,
    line: &Line,
    message: Bytes,
) -> Result<(), S::Error> {
    sink.flush().await?;
    line.hand_over(message);
    sink.flush().await
}

/// Waits until there may be something to send; asks a silent client now and then whether it is there. False if it is not.
pub(crate) async fn wait(sink: &mut (impl Sink<Message> + Unpin), wake: &Notify) -> bool {
    loop {
        if timeout(limits::PING, wake.notified()).await.is_ok() {
            return true;
        }
        if sink.send(Message::Ping(Bytes::new())).await.is_err() {
            return false;
        }
    }
}

/// The next message with replies; none if the client has ended.
pub(crate) async fn receive(
    stream: &mut (impl Stream<Item = Result<Message, axum::Error>> + Unpin),
) -> Result<Option<Bytes>, Refusal> {
    loop {
        match stream.next().await {
            Some(Ok(Message::Binary(message))) => return Ok(Some(message)),
            Some(Ok(Message::Text(_))) => {
                return Err(Refusal::malformed("a message of text came; all messages are binary"));
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            Some(Ok(Message::Close(_))) | None => return Ok(None),
            Some(Err(error)) => return broken(error),
        }
    }
}

/// What an error of the connection means to the client: nothing, if there is no connection any more.
fn broken(error: axum::Error) -> Result<Option<Bytes>, Refusal> {
    match error.into_inner().downcast_ref::<WsError>() {
        Some(WsError::Capacity(CapacityError::MessageTooLong { size, .. })) => {
            Err(Refusal::too_large(format!("a message of {size} bytes is too large")))
        }
        Some(WsError::Protocol(error)) => Err(Refusal::malformed(error.to_string())),
        Some(WsError::Utf8(_)) => Err(Refusal::malformed("a message of text is not UTF-8")),
        _ => Ok(None),
    }
}

/// Says why the connection ends, and lets the goodbye arrive.
pub(crate) async fn goodbye(sink: &mut (impl Sink<Message> + Unpin), refusal: Option<Refusal>) {
    let frame = refusal.map(|refusal| {
        let end = (0..=MOST_REASON).rev().find(|end| refusal.sentence.is_char_boundary(*end)).unwrap_or(0);
        let reason = refusal.sentence.get(..end).unwrap_or(&refusal.sentence);
        CloseFrame { code: refusal.code, reason: Utf8Bytes::from(reason) }
    });
    let _ = timeout(limits::CLOSING, async {
        let _ = sink.send(Message::Close(frame)).await;
        let _ = sink.close().await;
    })
    .await;
}

/// A close frame holds 125 bytes, two of which are the code.
const MOST_REASON: usize = 123;

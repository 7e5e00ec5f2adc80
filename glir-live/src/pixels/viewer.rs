//! One viewer's WebSocket: the newest picture whenever the last one has arrived, events in.

use super::Gallery;
use crate::hub::Refusal;
use crate::limits;
use crate::shared::{Seat, Shared};
use crate::socket::{goodbye, receive};
use axum::body::Bytes;
use axum::extract::ws::{Message, WebSocket};
use futures_util::{SinkExt, StreamExt};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, sleep_until, timeout};

/// Somebody who looks is counted as long as the socket's task lives, however it ends.
struct Looking(Arc<Gallery>);

impl Looking {
    fn new(gallery: &Arc<Gallery>) -> Self {
        gallery.viewers.fetch_add(1, Ordering::Relaxed);
        Looking(gallery.clone())
    }
}

impl Drop for Looking {
    fn drop(&mut self) {
        self.0.viewers.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Follows a viewer until one side ends.
pub(crate) async fn run(socket: WebSocket, shared: Arc<Shared>, gallery: Arc<Gallery>) {
    let (mut sink, mut stream) = socket.split();
    let joined = shared.lock().join();
    let (id, wake) = match joined {
        Ok(joined) => joined,
        Err(refusal) => return goodbye(&mut sink, Some(refusal)).await,
    };
    let seat = Seat::new(shared.clone(), id);
    let looking = Looking::new(&gallery);
    gallery.arrived.notify_one();
    let arrived = Notify::new();
    let replies = async {
        let mut greeted = false;
        loop {
            let patience = if greeted { limits::IDLE } else { limits::HELLO_PATIENCE };
            let message = match timeout(patience, receive(&mut stream)).await {
                Ok(Ok(Some(message))) => message,
                Ok(Ok(None)) => return None,
                Ok(Err(refusal)) => return Some(refusal),
                // A viewer may be silent as long as its connection lives; the connection sees to that itself.
                Err(_) if greeted => continue,
                Err(_) => return Some(Refusal::malformed("no HELLO came in time")),
            };
            let taken = shared.lock().receive(id, &message, true);
            shared.tell();
            match taken {
                Ok(Some(_)) => arrived.notify_one(),
                Ok(None) => {}
                Err(refusal) => return Some(refusal),
            }
            greeted = true;
        }
    };
    let pictures = async {
        let mut newest = gallery.newest.subscribe();
        newest.mark_changed();
        let mut said = gallery.said.subscribe();
        said.mark_changed();
        // One picture is on its way at a time; those that come meanwhile are passed over for the newest.
        let mut on_the_way: Option<(u64, Instant)> = None;
        loop {
            let late = on_the_way.map_or_else(|| Instant::now() + limits::IDLE, |(_, due)| due);
            let shown = tokio::select! {
                changed = newest.changed(), if on_the_way.is_none() => match changed {
                    Ok(()) => newest.borrow_and_update().clone(),
                    Err(_) => return None,
                },
                changed = said.changed() => {
                    let message = said.borrow_and_update().clone();
                    let sent = message.is_empty() || sink.send(Message::Binary(message)).await.is_ok();
                    if changed.is_err() || !sent {
                        return None;
                    }
                    None
                }
                () = arrived.notified() => {
                    on_the_way = None;
                    None
                }
                () = wake.notified() => None,
                () = sleep_until(late), if on_the_way.is_some() => {
                    let frame = on_the_way.map_or(0, |(frame, _)| frame);
                    return Some(Refusal::malformed(format!("the picture of frame {frame} was not acknowledged")));
                }
                () = sleep(limits::PING) => {
                    if sink.send(Message::Ping(Bytes::new())).await.is_err() {
                        return None;
                    }
                    None
                }
            };
            if shared.lock().closed {
                return Some(Refusal { code: 1001, sentence: "the session has ended".into() });
            }
            let Some(shown) = shown else { continue };
            if sink.send(Message::Binary(shown.message)).await.is_err() {
                return None;
            }
            on_the_way = Some((shown.frame, Instant::now() + limits::IDLE));
        }
    };
    let ended = tokio::select! { ended = replies => ended, ended = pictures => ended };
    drop((looking, seat));
    goodbye(&mut sink, ended).await;
}

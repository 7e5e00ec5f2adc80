//! Connections that end when nothing moves on them: whoever holds one open and says nothing, at any stage, loses it.

use crate::limits;
use axum::serve::Listener;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep, sleep_until};

/// Accepts so many connections at once; others wait in the system's queue.
pub(crate) struct Bounded {
    listener: TcpListener,
    places: Arc<Semaphore>,
}

impl Bounded {
    pub(crate) fn new(listener: TcpListener) -> Self {
        Bounded { listener, places: Arc::new(Semaphore::new(limits::MAX_CONNECTIONS)) }
    }
}

impl Listener for Bounded {
    type Io = Timed;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Timed, SocketAddr) {
        let place = self.places.clone().acquire_owned().await.ok();
        // The implementation for the system's listener waits where accepting fails.
        let (stream, address) = Listener::accept(&mut self.listener).await;
        // Frames are written whole, so there is nothing to gather.
        let _ = stream.set_nodelay(true);
        (Timed::new(stream, place), address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// A connection with its place among those allowed, and the time at which it ends if nothing moves.
pub(crate) struct Timed {
    stream: TcpStream,
    moved: Instant,
    end: Pin<Box<Sleep>>,
    _place: Option<OwnedSemaphorePermit>,
}

impl Timed {
    fn new(stream: TcpStream, place: Option<OwnedSemaphorePermit>) -> Self {
        let moved = Instant::now();
        Timed { stream, moved, end: Box::pin(sleep_until(moved + limits::IDLE)), _place: place }
    }

    /// Notes that bytes moved, or looks whether none did for too long.
    fn watch<T>(
        &mut self,
        moved: bool,
        poll: Poll<io::Result<T>>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if moved {
            self.moved = Instant::now();
        }
        if poll.is_pending() {
            while self.end.as_mut().poll(cx).is_ready() {
                let end = self.moved + limits::IDLE;
                if Instant::now() >= end {
                    return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
                }
                self.end.as_mut().reset(end);
            }
        }
        poll
    }
}

impl AsyncRead for Timed {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let poll = Pin::new(&mut self.stream).poll_read(cx, buf);
        let moved = buf.filled().len() > before;
        self.watch(moved, poll, cx)
    }
}

impl AsyncWrite for Timed {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write(cx, bytes);
        let moved = matches!(poll, Poll::Ready(Ok(1..)));
        self.watch(moved, poll, cx)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write_vectored(cx, bytes);
        let moved = matches!(poll, Poll::Ready(Ok(1..)));
        self.watch(moved, poll, cx)
    }
}

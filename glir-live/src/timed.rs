//! Connections that end when nothing moves on them, and those that never become a client's socket: whoever holds one open and
//! says nothing, or says it too slowly, loses it.

use crate::limits;
use crate::line::Line;
use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use bytes::Buf;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
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

impl Connected<IncomingStream<'_, Bounded>> for Line {
    fn connect_info(stream: IncomingStream<'_, Bounded>) -> Self {
        stream.io().line.clone()
    }
}

/// A connection with its place among those allowed, and the time at which it ends if nothing moves.
pub(crate) struct Timed {
    stream: TcpStream,
    began: Instant,
    moved: Instant,
    line: Line,
    end: Pin<Box<Sleep>>,
    _place: Option<OwnedSemaphorePermit>,
}

impl Timed {
    fn new(stream: TcpStream, place: Option<OwnedSemaphorePermit>) -> Self {
        let began = Instant::now();
        let end = Box::pin(sleep_until(began + limits::IDLE));
        Timed { stream, began, moved: began, line: Line::default(), end, _place: place }
    }

    /// When it ends if no more bytes move.
    fn limit(&self) -> Instant {
        let idle = self.moved + limits::IDLE;
        if self.line.stays() { idle } else { idle.min(self.began + limits::REQUEST_PATIENCE) }
    }

    /// Notes that bytes moved, or looks whether the time is over.
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
                let end = self.limit();
                if Instant::now() >= end {
                    return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
                }
                self.end.as_mut().reset(end);
            }
        }
        poll
    }

    /// Writes what was handed over to go past the WebSocket library. Nothing else may come between its bytes.
    fn poll_letter(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some(mut letter) = self.line.take() else { return Poll::Ready(Ok(())) };
        while letter.has_remaining() {
            let mut slices = [io::IoSlice::new(&[]); 2];
            let count = letter.chunks_vectored(&mut slices);
            let slices = slices.get(..count).unwrap_or(&[]);
            let poll = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
            let moved = matches!(poll, Poll::Ready(Ok(1..)));
            match self.watch(moved, poll, cx) {
                Poll::Ready(Ok(0)) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Poll::Ready(Ok(written)) => letter.advance(written),
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => {
                    self.line.put_back(letter);
                    return Poll::Pending;
                }
            }
        }
        Poll::Ready(Ok(()))
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
        ready!(self.poll_letter(cx))?;
        let poll = Pin::new(&mut self.stream).poll_write(cx, bytes);
        let moved = matches!(poll, Poll::Ready(Ok(1..)));
        self.watch(moved, poll, cx)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_letter(cx))?;
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
        ready!(self.poll_letter(cx))?;
        let poll = Pin::new(&mut self.stream).poll_write_vectored(cx, bytes);
        let moved = matches!(poll, Poll::Ready(Ok(1..)));
        self.watch(moved, poll, cx)
    }
}

#[cfg(test)]
mod tests {
    use super::{Bounded, Timed};
    use crate::limits;
    use axum::serve::Listener;
    use std::io::ErrorKind;
    use std::time::Duration;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};
    use tokio::time::{Instant, sleep, timeout};

    /// Both ends of a connection.
    async fn pair() -> std::io::Result<(Timed, TcpStream)> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let client = TcpStream::connect(listener.local_addr()?).await?;
        Ok((Timed::new(listener.accept().await?.0, None), client))
    }

    /// Seconds, by a clock that runs ahead while everybody waits, until the connection ends, and why.
    async fn end(mut timed: Timed) -> (u64, Option<ErrorKind>) {
        let began = Instant::now();
        let mut byte = [0];
        loop {
            match timed.read(&mut byte).await {
                Ok(0) => return (began.elapsed().as_secs(), None),
                Ok(_) => {}
                Err(error) => return (began.elapsed().as_secs(), Some(error.kind())),
            }
        }
    }

    /// Sends so many bytes, ten seconds apart, and then nothing.
    fn drip(mut client: TcpStream, bytes: usize) {
        tokio::spawn(async move {
            for _ in 0..bytes {
                sleep(Duration::from_secs(10)).await;
                if client.write_all(b"G").await.is_err() {
                    return;
                }
            }
            std::future::pending::<()>().await;
        });
    }

    #[tokio::test(start_paused = true)]
    async fn more_than_so_many_wait_until_one_leaves() -> std::io::Result<()> {
        let mut bounded = Bounded::new(TcpListener::bind("127.0.0.1:0").await?);
        let address = bounded.local_addr()?;
        let (mut clients, mut taken) = (Vec::new(), Vec::new());
        for _ in 0..limits::MAX_CONNECTIONS {
            clients.push(TcpStream::connect(address).await?);
            taken.push(bounded.accept().await.0);
        }
        clients.push(TcpStream::connect(address).await?);
        assert!(timeout(Duration::from_secs(60), bounded.accept()).await.is_err(), "there is no place");
        taken.pop();
        assert!(timeout(Duration::from_secs(60), bounded.accept()).await.is_ok(), "one is free");
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn who_says_nothing_is_gone_when_idle() -> std::io::Result<()> {
        let (timed, _client) = pair().await?;
        assert_eq!(end(timed).await, (limits::IDLE.as_secs(), Some(ErrorKind::TimedOut)));
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_byte_by_byte_ends_too() -> std::io::Result<()> {
        let (timed, client) = pair().await?;
        drip(client, usize::MAX);
        let (seconds, why) = end(timed).await;
        let patience = limits::REQUEST_PATIENCE.as_secs();
        assert!((patience..patience + 15).contains(&seconds), "{seconds}");
        assert_eq!(why, Some(ErrorKind::TimedOut));
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn a_socket_stays_while_bytes_move() -> std::io::Result<()> {
        let (timed, client) = pair().await?;
        timed.line.stay();
        drip(client, 30);
        let (seconds, why) = end(timed).await;
        assert!((300..300 + limits::IDLE.as_secs() + 1).contains(&seconds), "{seconds}");
        assert_eq!(why, Some(ErrorKind::TimedOut));
        Ok(())
    }
}

//! The session as its producer sees it: a thread serves, the caller stays where it is.

use crate::access::{Access, random_token};
use crate::doors::{self, Doors};
use crate::hub::Hub;
use crate::line::Line;
use crate::server::{Rooms, router};
use crate::shared::Shared;
use crate::site::{NO_BROWSER_PART, Site};
use crate::stream::{Draft, Stream};
use crate::timed::Bounded;
use crate::{ClientInfo, Error, Event, limits};
use bytes::Bytes;
use glir_core::Diagnostic;
use glir_spec::wire::Hash;
use glir_spec::{Encoding, Frame, Header};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

/// How a session starts.
#[derive(Clone, Debug)]
pub struct Builder {
    header: Header<'static>,
    address: SocketAddr,
    origins: Vec<String>,
    token: Option<String>,
    #[cfg(feature = "pixels")]
    pixels: Option<crate::Pixels>,
}

impl Builder {
    /// The stream's header: version, profile, features and the size of canvas 0.
    pub fn header(mut self, header: Header<'_>) -> Self {
        self.header = header.into_owned();
        self
    }

    /// Where to listen; port 0 takes any that is free. The loopback interface, which only this machine reaches, if nothing
    /// else is said.
    pub fn bind(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// Lets pages of an origin such as `https://example.org` follow the session too, and takes its host for the server's: for
    /// pages of your own and for proxies.
    pub fn allow_origin(mut self, origin: impl Into<String>) -> Self {
        self.origins.push(origin.into());
        self
    }

    /// A token of your choice instead of a random one, so that an address stays good over a restart: 32 letters and digits or
    /// more.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Draws here and sends pictures, for browsers without WebGL.
    #[cfg(feature = "pixels")]
    pub fn pixels(mut self, pixels: crate::Pixels) -> Self {
        self.pixels = Some(pixels);
        self
    }

    /// Starts to listen.
    ///
    /// # Errors
    /// If the header can't be served, the address can't be had, the token is too short, or no page can have an origin that is allowed.
    pub fn start(self) -> Result<Session, Error> {
        let Doors { runtime, listener, address, access } =
            doors::open(self.address, self.token, self.origins)?;
        let name = random_token().map_err(doors::no_random)?;
        let stream = Stream::new(&self.header, &name, 0)?;
        let shared = Arc::new(Shared::new(Hub::new(name, stream)));
        #[cfg(feature = "pixels")]
        let (gallery, painter) = match self.pixels {
            Some(pixels) => {
                let (gallery, painter) =
                    crate::pixels::start(pixels, shared.clone(), runtime.handle().clone())?;
                (Some(gallery), Some(painter))
            }
            None => (None, None),
        };
        #[cfg(feature = "pixels")]
        let pixels = gallery.is_some();
        #[cfg(not(feature = "pixels"))]
        let pixels = false;
        let rooms = Rooms {
            access: access.clone(),
            shared: shared.clone(),
            site: Arc::new(site(pixels)),
            #[cfg(feature = "pixels")]
            gallery,
        };
        let service = router(rooms).into_make_service_with_connect_info::<Line>();
        let (stop, stopped) = oneshot::channel::<()>();
        let server = axum::serve(Bounded::new(listener), service).with_graceful_shutdown(async {
            let _ = stopped.await;
        });
        runtime.spawn(async move { server.await });
        Ok(Session {
            shared,
            access,
            address,
            runtime: Some(runtime),
            stop: Some(stop),
            #[cfg(feature = "pixels")]
            painter,
        })
    }
}

fn site(pixels: bool) -> Site {
    #[cfg(feature = "pixels")]
    if pixels {
        return Site::Pixels;
    }
    let _ = pixels;
    glir_export::assets().map_or(Site::Bare, Site::Live)
}

/// A live session. Dropping it ends it.
pub struct Session {
    shared: Arc<Shared>,
    access: Arc<Access>,
    address: SocketAddr,
    runtime: Option<Runtime>,
    stop: Option<oneshot::Sender<()>>,
    #[cfg(feature = "pixels")]
    painter: Option<std::thread::JoinHandle<()>>,
}

impl Session {
    /// How a session starts: on the loopback interface, on any free port, with the default header.
    pub fn builder() -> Builder {
        Builder {
            header: Header::default(),
            address: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            origins: Vec::new(),
            token: None,
            #[cfg(feature = "pixels")]
            pixels: None,
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address to open in a browser. It holds the token: who has it may follow the session.
    pub fn url(&self) -> String {
        self.access.url()
    }

    /// The address of the WebSocket, for programs and for pages of your own.
    pub fn socket_url(&self) -> String {
        self.access.url().replacen("http://", "ws://", 1).replacen("/?", "/ws?", 1)
    }

    /// Why the address shows no page, if it does not.
    pub fn missing_page(&self) -> Option<&'static str> {
        glir_export::assets().is_err().then_some(NO_BROWSER_PART)
    }

    /// Sends a frame, or a part of one that goes on in the next: a frame ends by SWAP. It never waits; who paces by its
    /// clients calls [`wait_ready`](Self::wait_ready) before.
    ///
    /// The frame is checked as every interpreter checks it; the diagnostics come back at once. Faulty commands do nothing,
    /// here as there.
    ///
    /// # Errors
    /// If the frame is larger than the language allows. Nothing of it was sent then.
    pub fn send(&self, frame: &Frame) -> Result<Vec<Diagnostic>, Error> {
        self.send_chunk(frame.head(), frame.arena())
    }

    /// Sends a frame, or a part of one, that is encoded already: a head and an arena as in a file.
    ///
    /// # Errors
    /// As for [`send`](Self::send).
    pub fn send_chunk(&self, head: &[u8], arena: &[u8]) -> Result<Vec<Diagnostic>, Error> {
        // It is put together before the lock is taken, so that those who serve clients need not wait for it.
        let draft = Draft::new(&self.shared.pool, head, arena)?;
        let sent = self.shared.lock().send(draft);
        self.shared.tell();
        Ok(sent)
    }

    /// Adds bytes that payloads of later frames name by the hash that is returned. Clients get them once.
    pub fn add_blob(&self, encoding: Encoding, bytes: impl Into<Bytes>) -> Hash {
        self.shared.lock().stream.add_blob(encoding, bytes.into())
    }

    /// Begins another stream: nothing of what was sent before stays.
    ///
    /// # Errors
    /// If the header can't be served.
    pub fn begin(&self, header: &Header<'_>) -> Result<(), Error> {
        self.shared.lock().begin(header)
    }

    /// The number of the frame that is sent next. Numbers go on over [`begin`](Self::begin).
    pub fn frame(&self) -> u64 {
        self.shared.lock().stream.next()
    }

    /// What came back since the last call, in the order of arrival. It never waits. Of replies that nobody fetches the oldest
    /// are dropped; see [`limits::MAX_EVENTS`].
    pub fn replies(&self) -> impl Iterator<Item = Event> {
        std::iter::from_fn(|| self.shared.lock().event())
    }

    /// The next thing that comes back, if one does in time.
    pub fn recv_timeout(&self, time: Duration) -> Option<Event> {
        self.shared.wait(time, Hub::event)
    }

    /// Replies that were dropped because they were not fetched.
    pub fn dropped_replies(&self) -> u64 {
        self.shared.lock().dropped_events()
    }

    /// Waits until a client has had every frame that was sent and can take one more at once: the pace of the fastest. False if
    /// none could in time, or there is none.
    pub fn wait_ready(&self, time: Duration) -> bool {
        self.shared.wait(time, |hub| hub.is_ready().then_some(())).is_some()
    }

    /// The clients that are there, the oldest first.
    pub fn clients(&self) -> Vec<ClientInfo> {
        self.shared.lock().clients()
    }
}

impl Drop for Session {
    /// Tells the clients that the session has ended, and gives them a moment to hear it.
    fn drop(&mut self) {
        self.shared.lock().close();
        self.shared.tell();
        drop(self.stop.take());
        let end = Instant::now() + limits::CLOSING;
        while !self.shared.lock().clients().is_empty() && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(5));
        }
        // The painter's context goes with its thread; a driver that hangs is not waited for.
        #[cfg(feature = "pixels")]
        if let Some(painter) = self.painter.take() {
            while !painter.is_finished() && Instant::now() < end {
                std::thread::sleep(Duration::from_millis(1));
            }
            if painter.is_finished() {
                let _ = painter.join();
            }
        }
        // The last goodbyes are on their way.
        std::thread::sleep(Duration::from_millis(20));
        if let Some(runtime) = self.runtime.take() {
            // A runtime must not end on a thread of another one.
            let ending = std::thread::spawn(move || runtime.shutdown_timeout(limits::CLOSING));
            let _ = ending.join();
        }
    }
}

//! Pictures for browsers without WebGL: the native interpreter follows the session as one more client, on a thread of its own,
//! and viewers get its newest picture whenever it has changed.

mod painter;
mod picture;
mod viewer;

pub(crate) use viewer::run;

use crate::Error;
use crate::shared::Shared;
use bytes::Bytes;
use glir_native::Api;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};

/// How pictures are drawn and sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pixels {
    /// What draws.
    pub api: Api,
    /// How pictures travel.
    pub format: PictureFormat,
}

/// How a picture travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PictureFormat {
    /// Every pixel as it is.
    #[default]
    Png,
    /// Smaller, with losses and without alpha, while pictures follow one another; one that stands still comes as PNG too.
    Jpeg,
}

/// The newest picture, and who looks at it.
pub(crate) struct Gallery {
    newest: watch::Sender<Option<Shown>>,
    /// What is wrong with the drawing, for who looks at it; empty bytes before there was anything to say.
    said: watch::Sender<Bytes>,
    viewers: AtomicUsize,
    /// Wakes the painter: somebody looks.
    arrived: Arc<Notify>,
}

/// A picture, ready to be sent.
#[derive(Clone)]
pub(crate) struct Shown {
    frame: u64,
    message: Bytes,
}

impl Gallery {
    fn has_viewers(&self) -> bool {
        self.viewers.load(Ordering::Relaxed) > 0
    }
}

/// Starts the painter; gives its thread, which ends with the session.
pub(crate) fn start(
    pixels: Pixels,
    shared: Arc<Shared>,
    handle: Handle,
) -> Result<(Arc<Gallery>, JoinHandle<()>), Error> {
    let (id, wake) = shared.lock().join().map_err(|refusal| Error::new(refusal.sentence))?;
    let gallery = Arc::new(Gallery {
        newest: watch::channel(None).0,
        said: watch::channel(Bytes::new()).0,
        viewers: AtomicUsize::new(0),
        arrived: wake.clone(),
    });
    let (ready, started) = mpsc::channel();
    let shown = gallery.clone();
    let thread = std::thread::Builder::new().name("glir-pixels".into());
    let spawned = thread.spawn(move || {
        // The context belongs to this thread: so it is made here.
        let mut painter = painter::Painter::new(pixels, shared, shown, id, wake);
        let opened = painter.open();
        let go_on = opened.is_ok();
        let _ = ready.send(opened);
        if go_on {
            painter.run(&handle);
        }
    });
    let thread = spawned.map_err(|error| Error::new(format!("no thread can be started: {error}")))?;
    started.recv().unwrap_or_else(|_| Err(Error::new("the thread that draws has ended")))?;
    Ok((gallery, thread))
}

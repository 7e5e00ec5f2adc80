//! The thread that draws. It takes frames as any client does, merged if it is slow, so the newest is always the next.

use super::picture::{Picture, said};
use super::{Gallery, PictureFormat, Pixels};
use crate::parcel::Parcel;
use crate::shared::{Seat, Shared};
use crate::{ClientId, Error, limits};
use glir_core::file::{Item, PushReader};
use glir_core::{Blobs, FrameInput, Outcome, Settings, Store};
use glir_native::Headless;
use glir_spec::Header;
use glir_spec::enums::Severity;
use glir_spec::wire::Hash;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::time::timeout;

pub(super) struct Painter {
    pixels: Pixels,
    shared: Arc<Shared>,
    gallery: Arc<Gallery>,
    id: ClientId,
    wake: Arc<Notify>,
    session: Option<Headless>,
    reader: PushReader,
    blobs: BlobMap,
    /// The last frame that was drawn and not looked at.
    unseen: Option<u64>,
    /// The frame whose picture was shown with losses, and not without since.
    lossy: Option<u64>,
    last: Picture,
    trouble: Trouble,
}

#[derive(Default)]
struct BlobMap(HashMap<Hash, Vec<u8>>);

impl Blobs for BlobMap {
    fn blob(&self, hash: &Hash) -> Option<Store<'_>> {
        self.0.get(hash).map(Store::from)
    }
}

impl Painter {
    pub(super) fn new(
        pixels: Pixels,
        shared: Arc<Shared>,
        gallery: Arc<Gallery>,
        id: ClientId,
        wake: Arc<Notify>,
    ) -> Self {
        let trouble = Trouble { gallery: gallery.clone(), told: false };
        Painter {
            pixels,
            shared,
            gallery,
            id,
            wake,
            session: None,
            reader: PushReader::default(),
            blobs: BlobMap::default(),
            unseen: None,
            lossy: None,
            last: Picture::default(),
            trouble,
        }
    }

    /// Makes the context, and follows the session from then on.
    pub(super) fn open(&mut self) -> Result<(), Error> {
        let header = self.shared.lock().stream.header().clone();
        let session = Headless::open(self.pixels.api, &header, Settings::default())
            .map_err(|error| Error::new(format!("no pictures can be drawn here: {error}")))?;
        self.session = Some(session);
        self.shared.lock().follow(self.id, "pictures drawn by the server");
        Ok(())
    }

    /// Draws until the session ends.
    pub(super) fn run(&mut self, handle: &Handle) {
        let _seat = Seat::new(self.shared.clone(), self.id);
        loop {
            let (parcel, closed) = {
                let mut hub = self.shared.lock();
                (hub.parcel(self.id), hub.closed)
            };
            if closed {
                break;
            }
            self.shared.tell();
            match parcel {
                Some(parcel) => {
                    let frame = parcel.frame;
                    self.draw(parcel);
                    if let Some(frame) = frame {
                        self.shared.lock().drawn(self.id, frame);
                        self.unseen = Some(frame);
                    }
                    self.show();
                }
                None => {
                    self.show();
                    if self.lossy.is_none() {
                        handle.block_on(self.wake.notified());
                    } else if handle
                        .block_on(async { timeout(limits::STILL, self.wake.notified()).await })
                        .is_err()
                    {
                        self.perfect();
                    }
                }
            }
        }
    }

    fn draw(&mut self, mut parcel: Parcel) {
        while let Some(part) = parcel.pop() {
            // What can't be a message was never sent.
            let Ok(message) = part.message(&self.shared.pool) else { continue };
            self.reader.feed(&message);
            while let Some(item) = self.reader.poll() {
                match item {
                    Item::Header(header) => {
                        self.blobs.0.clear();
                        begin(&mut self.session, &self.shared, self.id, &header, &mut self.trouble);
                    }
                    Item::Blob { hash, bytes, .. } => {
                        self.blobs.0.insert(hash, bytes.to_vec());
                    }
                    Item::Frame { head, arena, .. } => {
                        let interpreter =
                            self.session.as_mut().and_then(|session| session.interpreter().ok());
                        let Some(interpreter) = interpreter else { continue };
                        if let Some(frame) = parcel.frame {
                            interpreter.set_frame(frame);
                        }
                        let outcome =
                            interpreter.draw(FrameInput { head, arena: arena.into(), blobs: &self.blobs });
                        let diagnostics = interpreter.take_diagnostics();
                        let replies = interpreter.take_replies();
                        let grave = diagnostics.iter().find(|found| found.severity != Severity::Warning);
                        let told = grave.map(|grave| match grave.severity {
                            Severity::Fatal => format!("This drawing can't be shown: {}", grave.message),
                            _ => format!("Part of this drawing is faulty: {}", grave.message),
                        });
                        let faults = diagnostics.iter().map(glir_core::Diagnostic::reply);
                        self.shared.lock().answer(self.id, faults.chain(replies));
                        if outcome == Outcome::Stopped {
                            self.session = None;
                        }
                        if told.is_some() {
                            self.trouble.say(told);
                        }
                    }
                    Item::Meta(_) | Item::Fault(_) => {}
                }
            }
        }
    }

    /// Hands the picture to who looks, if it is another than before.
    fn show(&mut self) {
        let Some(frame) = self.unseen.filter(|_| self.gallery.has_viewers()) else { return };
        self.unseen = None;
        let Some(session) = &mut self.session else { return };
        let Ok((width, height, pixels)) = session.picture() else { return };
        let picture = Picture { width, height, pixels };
        if picture == self.last {
            return;
        }
        if let Some(shown) = picture.message(frame, self.pixels.format) {
            self.gallery.newest.send_replace(Some(shown));
            self.lossy = (self.pixels.format == PictureFormat::Jpeg).then_some(frame);
        }
        self.last = picture;
    }

    /// Hands on the picture that stands still as it is.
    fn perfect(&mut self) {
        let Some(frame) = self.lossy.take() else { return };
        if let Some(shown) = self.last.message(frame, PictureFormat::Png) {
            self.gallery.newest.send_replace(Some(shown));
        }
    }
}

/// Begins a stream on the same context, or says why it can't be drawn.
fn begin(
    session: &mut Option<Headless>,
    shared: &Shared,
    id: ClientId,
    header: &Header<'_>,
    trouble: &mut Trouble,
) {
    trouble.say(None);
    let begun = session.as_mut().map(|session| session.restart(header, Settings::default()));
    if let Some(Err(glir_native::OpenError::Stream(diagnostic))) = begun {
        shared.lock().answer(id, std::iter::once(diagnostic.reply()));
        trouble.say(Some(format!("This drawing can't be shown: {}", diagnostic.message)));
    }
}

/// What those who look were told of the drawing.
struct Trouble {
    gallery: Arc<Gallery>,
    told: bool,
}

impl Trouble {
    /// Tells the first fault of a stream, which others often follow from. None takes it back.
    fn say(&mut self, fault: Option<String>) {
        if self.told == fault.is_some() {
            return;
        }
        self.told = fault.is_some();
        if let Some(message) = said(&fault.unwrap_or_default()) {
            self.gallery.said.send_replace(message);
        }
    }
}

//! Streams side by side: one stream whose picture shows those of several, which take turns by their times.
//!
//! Each stream draws as it did, into a framebuffer of its own that stands for its canvas; behind every frame that is copied
//! into its part of the picture. Ids are given anew, and where the turn passes on, so does the state. Lists are carried out where they
//! run; a canvas of several samples a pixel is one of renderbuffers, which is resolved first.

use crate::commands::{Blobs, Listing, append, blob_of, names, split};
use crate::follow::Follower;
use crate::ids::objects_mut;
use crate::record::{Recorder, Recording};
use crate::trace::{Trace, TraceError};
use glir_core::retain::{Driven, Ran};
use glir_core::text::{Item, parse};
use glir_spec::commands::{Blit, Draw, Framebuffer, State, Swap, Texture};
use glir_spec::enums::{Filter, InputSource, Mode, Plane};
use glir_spec::ids::{FramebufferId, ProgramId, SamplerSlot, TextureId};
use glir_spec::signals::kind_of_controller;
use glir_spec::structs::{BindTarget, Rect, Selection};
use glir_spec::wire::{Hash, Reader, Str};
use glir_spec::{Command, Feature, Frame, Header, Profile, StateChanges, StateField};
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

/// Why streams can't share a picture.
#[derive(Clone, Debug, PartialEq)]
pub enum MergeError {
    /// This one, by its number among those given, can't be read.
    Trace(usize, TraceError),
    /// This one does what can't be told apart in a picture that is shared: a sentence.
    Unfit(usize, String),
    /// No interpreter takes a picture that has room for all of them: a sentence.
    TooLarge(String),
}

impl MergeError {
    /// Which of the streams it is about, if it is about one.
    pub fn stream(&self) -> Option<usize> {
        match self {
            MergeError::Trace(stream, _) | MergeError::Unfit(stream, _) => Some(*stream),
            MergeError::TooLarge(_) => None,
        }
    }
}

impl fmt::Display for MergeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MergeError::Trace(_, error) => error.fmt(f),
            MergeError::Unfit(_, why) | MergeError::TooLarge(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for MergeError {}

/// Microseconds between frames that have no time.
const STEP: u64 = 16_667;

/// A frame that grows beyond so many bytes of payloads goes on in another chunk.
const CHUNK: usize = 16 << 20;

/// Writes streams as one, whose picture has theirs from left to right, and whose frames come when theirs did: at the same moment
/// in one, else one by one. What asks for replies, and what was refused, is left out.
///
/// The outer error is the streams', the inner one the output's.
pub fn side_by_side<W: Write>(
    traces: &[Trace<'_>],
    out: W,
    recording: Recording,
) -> Result<io::Result<W>, MergeError> {
    let mut ids = Ids(0);
    let mut sides = Vec::new();
    for (number, trace) in traces.iter().enumerate() {
        sides.push(Side::new(number, trace, &mut ids)?);
    }
    let header = shared(&mut sides)?;
    let mut picture = match Picture::new(out, &header, recording, &sides, &mut ids) {
        Ok(picture) => picture,
        Err(error) => return Ok(Err(error)),
    };
    while let Some(time) = sides.iter().filter_map(Side::time).min() {
        for side in sides.iter_mut().filter(|side| side.time() == Some(time)) {
            if let Err(error) = picture.take(side, time, &mut ids)? {
                return Ok(Err(error));
            }
        }
        if let Err(error) = picture.end(time) {
            return Ok(Err(error));
        }
    }
    Ok(picture.recorder.finish())
}

/// Ids that nobody has.
struct Ids(u32);

impl Ids {
    fn next(&mut self) -> u32 {
        self.0 += 1;
        self.0
    }
}

/// The header of the stream that has all of them; it places them.
fn shared(sides: &mut [Side<'_, '_>]) -> Result<Header<'static>, MergeError> {
    let mut header = Header { width: 0, height: 0, profile: Profile::Es2, ..Header::default() };
    let mut titles = Vec::new();
    for side in sides.iter() {
        let of = &side.header;
        header.profile = header.profile.max(of.profile);
        header.height = header.height.max(of.height);
        for feature in &of.requires {
            if !header.requires.contains(feature) {
                header.requires.push(*feature);
            }
        }
        titles.push(of.title.to_string());
    }
    // There are no lists in it.
    header.requires.retain(|feature| *feature != Feature::Lists);
    for feature in sides.iter().flat_map(|side| &side.header.uses).filter(|uses| **uses != Feature::Lists) {
        if !header.requires.contains(feature) && !header.uses.contains(feature) {
            header.uses.push(*feature);
        }
    }
    let mut left = 0u64;
    for side in sides {
        side.area = Rect {
            x: i32::try_from(left).unwrap_or(i32::MAX),
            y: i32::try_from(header.height - side.header.height).unwrap_or(i32::MAX),
            width: side.header.width,
            height: side.header.height,
        };
        left += u64::from(side.header.width);
    }
    header.width = u32::try_from(left).unwrap_or(u32::MAX);
    titles.retain(|title| !title.is_empty());
    header.title = Str::from(titles.join(" · "));
    // A picture that is too large is refused as any interpreter would.
    match Follower::new(&header) {
        Ok(_) => Ok(header),
        Err(refused) => Err(MergeError::TooLarge(refused.message)),
    }
}

/// One of the streams.
struct Side<'t, 'a> {
    number: usize,
    trace: &'t Trace<'a>,
    header: Header<'a>,
    blobs: Blobs<'a>,
    /// Says what was refused.
    follower: Follower<'a>,
    /// Its chunks, the last first, each with its frame's time.
    left: Vec<(u64, u64)>,
    /// Its objects' ids in the stream that has all.
    ids: HashMap<u32, u32>,
    /// What stands for its canvas: a framebuffer and its texture.
    surface: (u32, u32),
    /// The framebuffer whose texture that is: another one, if the canvas has several samples a pixel.
    resolved: u32,
    /// Its signals' ids in the stream that has all.
    signals: HashMap<u32, u32>,
    /// Its lists: commands, encoded.
    lists: HashMap<u32, Arc<[u8]>>,
    /// It names a list that draws its picture anew.
    is_redrawn: bool,
    /// What it draws to.
    target: u32,
    state: Vec<StateField>,
    /// Where its picture is.
    area: Rect,
}

impl<'t, 'a> Side<'t, 'a> {
    fn new(number: usize, trace: &'t Trace<'a>, ids: &mut Ids) -> Result<Self, MergeError> {
        let failed = |error| MergeError::Trace(number, error);
        let unfit = |why: &str| MergeError::Unfit(number, why.into());
        let Some(first) = trace.frames().next() else { return Err(unfit("it has no frames")) };
        let header = trace.header(first).map_err(failed)?;
        let base = trace.first_of_stream(first).map_err(failed)?;
        let mut left = Vec::new();
        let mut before = None;
        // Chunks up to a SWAP are one frame, whose time is that of the last of them.
        let mut open = 0;
        for frame in trace.frames() {
            if trace.first_of_stream(frame).map_err(failed)? != base {
                return Err(unfit("it has several streams; `glir trim` makes a file of one of them"));
            }
            let Some(chunk) = trace.frame(frame).map_err(failed)? else { continue };
            left.push((frame, chunk.time_us));
            open += 1;
            if split(&chunk.head).last().is_some_and(crate::commands::is_swap) {
                let after = before.map_or(0, |before: u64| before.saturating_add(STEP));
                let time = Some(chunk.time_us).filter(|time| before.is_none_or(|before| *time > before));
                before = Some(time.unwrap_or(after));
                left.iter_mut().rev().take(open).for_each(|entry| entry.1 = before.unwrap_or(0));
                open = 0;
            }
        }
        let rest = before.map_or(0, |before| before.saturating_add(STEP));
        left.iter_mut().rev().take(open).for_each(|entry| entry.1 = rest);
        left.reverse();
        let mut follower = Follower::new(&header).map_err(|refused| failed(TraceError::Refused(refused)))?;
        let blobs = trace.blobs(first).map_err(failed)?;
        follower.blobs = blobs.clone();
        let surface = (ids.next(), ids.next());
        let resolved = if header.samples > 0 { ids.next() } else { surface.0 };
        Ok(Side {
            number,
            trace,
            blobs,
            follower,
            left,
            ids: HashMap::new(),
            surface,
            resolved,
            signals: HashMap::new(),
            lists: HashMap::new(),
            is_redrawn: false,
            target: surface.0,
            state: StateField::initial(),
            area: Rect { x: 0, y: 0, width: header.width, height: header.height },
            header,
        })
    }

    /// When its next frame comes, in microseconds.
    fn time(&self) -> Option<u64> {
        self.left.last().map(|(_, time)| *time)
    }

    fn unfit(&self, frame: u64, command: usize, why: &str) -> MergeError {
        MergeError::Unfit(self.number, format!("frame {frame}, command {command}: {why}"))
    }

    /// A command as it stands in the shared stream; none if it has no place there.
    fn translated<'c>(
        &mut self,
        mut command: Command<'c>,
        (frame, number): (u64, usize),
        ids: &mut Ids,
    ) -> Result<Option<Command<'c>>, MergeError> {
        match &command {
            // These end a frame, or ask for replies.
            Command::Swap(_) | Command::Read(_) | Command::Query(_) => return Ok(None),
            // What it asserts holds of the stream alone: places and ids are others here.
            Command::Meta(meta) if &*meta.key == "assert" => return Ok(None),
            Command::Current(current) => {
                let same = |given: Option<u32>, own| given.is_none_or(|given| given == own);
                let (width, height) = (self.header.width, self.header.height);
                if current.canvas.0 != 0 || !same(current.width, width) || !same(current.height, height) {
                    return Err(self.unfit(frame, number, "a shared picture has one canvas, of one size"));
                }
                self.target = self.surface.0;
                return Ok(Some(Framebuffer { framebuffer: FramebufferId(self.target) }.into()));
            }
            // Lists are carried out where they run.
            Command::Record(_) | Command::Run(_) => return Ok(None),
            Command::Redraw(redraw) => {
                self.is_redrawn = redraw.list.0 != 0;
                return self.drawn_by_frames(frame, number).map(|()| None);
            }
            Command::Input(input) => {
                use InputSource::{Modifiers, PixelRatio, Time};
                if !matches!(input.source, Time | PixelRatio | Modifiers) {
                    let why = "pointer, wheel and size belong to a canvas of its own";
                    return Err(self.unfit(frame, number, why));
                }
            }
            Command::Signal(signal) if kind_of_controller(signal.op).is_some() => {
                return Err(self.unfit(frame, number, "a controller needs a canvas of its own"));
            }
            Command::Bind(bind) if !matches!(bind.target, BindTarget::Uniform { .. }) => {
                return Err(self.unfit(frame, number, "a list that a signal drives can't share a picture"));
            }
            _ => {}
        }
        let canvas = self.surface.0;
        match &mut command {
            Command::Input(input) => {
                input.id.0 = self.known_signal(input.id.0, ids);
                self.drawn_by_frames(frame, number)?;
            }
            Command::Signal(signal) => {
                signal.id.0 = self.known_signal(signal.id.0, ids);
                for operand in &mut signal.operands {
                    operand.0 = self.known_signal(operand.0, ids);
                }
                self.drawn_by_frames(frame, number)?;
            }
            Command::Forget(forget) => {
                let id = self.known_signal(forget.signal.0, ids);
                self.signals.remove(&forget.signal.0);
                forget.signal.0 = id;
            }
            Command::Bind(bind) => {
                bind.signal.0 = self.known_signal(bind.signal.0, ids);
                if let BindTarget::Uniform { program, .. } = &mut bind.target {
                    program.0 = self.known(program.0, ids);
                }
            }
            Command::Blit(blit) => {
                for place in [&mut blit.source.0, &mut blit.destination.0] {
                    *place = if *place == 0 { canvas } else { self.known(*place, ids) };
                }
            }
            Command::Framebuffer(framebuffer) => {
                let id = framebuffer.framebuffer.0;
                self.target = if id == 0 { canvas } else { self.known(id, ids) };
                framebuffer.framebuffer.0 = self.target;
            }
            command => objects_mut(command, &mut |id| {
                if *id != 0 {
                    *id = *self.ids.entry(*id).or_insert_with(|| ids.next());
                }
            }),
        }
        Ok(Some(command))
    }

    /// Refuses what draws the picture anew when a signal changes, between frames.
    fn drawn_by_frames(&self, frame: u64, number: usize) -> Result<(), MergeError> {
        if self.is_redrawn && !self.signals.is_empty() {
            let why = "REDRAW draws between frames when signals change, which a shared picture can't";
            return Err(self.unfit(frame, number, why));
        }
        Ok(())
    }

    /// A signal's id in the stream that has all; 0 is none.
    fn known_signal(&mut self, id: u32, ids: &mut Ids) -> u32 {
        if id == 0 { 0 } else { *self.signals.entry(id).or_insert_with(|| ids.next()) }
    }

    fn known(&mut self, id: u32, ids: &mut Ids) -> u32 {
        *self.ids.entry(id).or_insert_with(|| ids.next())
    }
}

/// The commands that a RUN has carried out, encoded.
struct Unrolled<'a> {
    lists: &'a HashMap<u32, Arc<[u8]>>,
    commands: Vec<Box<[u8]>>,
}

impl Ran for Unrolled<'_> {
    fn list(&self, id: u32) -> Option<Arc<[u8]>> {
        self.lists.get(&id).cloned()
    }

    // A signal that drives a list is refused.
    fn begins(&mut self, _: u32, driven: Option<&Driven>) -> bool {
        driven.is_none()
    }

    fn command(&mut self, _: &Command<'_>, bytes: &[u8]) {
        self.commands.push(bytes.into());
    }

    fn ends(&mut self) {}
}

/// The stream that has all of them, as it is written.
struct Picture<W: Write> {
    recorder: Recorder<W>,
    frame: Frame,
    written: HashSet<Hash>,
    /// What an interpreter has set by now, and draws to.
    state: Vec<StateField>,
    target: u32,
    /// The program that copies, and its sampler's texture by now.
    program: u32,
}

impl<W: Write> Picture<W> {
    fn new(
        out: W,
        header: &Header<'_>,
        recording: Recording,
        sides: &[Side<'_, '_>],
        ids: &mut Ids,
    ) -> io::Result<Self> {
        let recorder = Recorder::new(out, header, recording)?;
        let (program, buffer) = (ids.next(), ids.next());
        let mut picture = Picture {
            recorder,
            frame: Frame::new(),
            written: HashSet::new(),
            state: StateField::initial(),
            target: 0,
            program,
        };
        picture.say(&format!(
            r#"["CREATE", {buffer}, {{"buffer": "vertex"}}]
["SIZE", {buffer}, 32]
["DATA", {buffer}, 0, {{"f32": [-1, -1, 1, -1, -1, 1, 1, 1]}}]
["CREATE", {program}, "program"]
["SHADERS", {program}, {{
  "vertex": "attribute vec2 a_corner; varying vec2 v_place; void main() {{ v_place = a_corner * 0.5 + 0.5; gl_Position = vec4(a_corner, 0.0, 1.0); }}",
  "fragment": "precision highp float; varying vec2 v_place; uniform sampler2D u_picture; void main() {{ gl_FragColor = texture2D(u_picture, v_place); }}"}},
 {{"attributes": ["vec2 a_corner"], "samplers": ["sampler2D u_picture"]}}]
["ATTRIBUTE", {program}, "a_corner", {{"buffer": {buffer}}}]"#
        ))?;
        for side in sides {
            let ((surface, texture), depth) = (side.surface, ids.next());
            let (width, height) = (side.header.width, side.header.height);
            let (samples, resolved) = (side.header.samples, side.resolved);
            picture.say(&format!(
                r#"["CREATE", {texture}, {{"texture": "2d", "format": "rgba8"}}]
["SIZE", {texture}, {width}, {height}]
["INTERPOLATION", {texture}, "nearest", "nearest"]
["WRAPPING", {texture}, "clamp_to_edge"]
["CREATE", {depth}, {{"renderbuffer": "depth24_stencil8", "samples": {samples}}}]
["SIZE", {depth}, {width}, {height}]
["CREATE", {resolved}, "framebuffer"]
["ATTACH", {resolved}, "color0", {texture}]"#
            ))?;
            if samples > 0 {
                let color = ids.next();
                picture.say(&format!(
                    r#"["CREATE", {color}, {{"renderbuffer": "rgba8", "samples": {samples}}}]
["SIZE", {color}, {width}, {height}]
["CREATE", {surface}, "framebuffer"]
["ATTACH", {surface}, "color0", {color}]"#
                ))?;
            }
            picture.say(&format!(
                r#"["ATTACH", {surface}, "depth_stencil", {depth}]
["FRAMEBUFFER", {surface}]
["CLEAR", ["color", "depth", "stencil"]]"#
            ))?;
            picture.target = surface;
        }
        Ok(picture)
    }

    /// Appends commands in their text form.
    fn say(&mut self, text: &str) -> io::Result<()> {
        let document = parse(&format!("[\"GLIR\"]\n{text}")).map_err(io::Error::other)?;
        for item in document.items {
            if let Item::Frame { frame, .. } = item {
                self.frame.append(&frame);
            }
        }
        Ok(())
    }

    /// Makes state and target what somebody finds when it is his turn.
    fn turn(&mut self, state: &[StateField], target: u32) {
        let changes: Vec<StateField> =
            state.iter().filter(|field| !self.state.contains(field)).cloned().collect();
        if !changes.is_empty() {
            self.frame.push(State { changes: StateChanges(changes) });
            self.state = state.to_vec();
        }
        if self.target != target {
            self.frame.push(Framebuffer { framebuffer: FramebufferId(target) });
            self.target = target;
        }
    }

    /// Takes a stream's next frame, and copies what it has drawn.
    fn take(
        &mut self,
        side: &mut Side<'_, '_>,
        time: u64,
        ids: &mut Ids,
    ) -> Result<io::Result<()>, MergeError> {
        let state = side.state.clone();
        self.turn(&state, side.target);
        while let Some((number, _)) = side.left.pop_if(|(_, when)| *when == time) {
            let chunk = side.trace.frame(number).map_err(|error| MergeError::Trace(side.number, error))?;
            let Some(chunk) = chunk else { continue };
            side.follower.check(&chunk.head, &chunk.arena);
            side.follower.diagnostics.clear();
            let account = side.follower.account().clone();
            let mut recording: Option<Listing> = None;
            for (at, bytes) in (0u32..).zip(split(&chunk.head)) {
                let command = Command::decode(&mut Reader::new(bytes)).ok();
                if let Some(listing) = &mut recording {
                    if listing.take(command.as_ref(), bytes)
                        && let Some(ended) = recording.take()
                    {
                        side.lists.insert(ended.list, ended.commands.into());
                    }
                    continue;
                }
                let is_refused = account.refused.binary_search(&at).is_ok();
                let run = match &command {
                    // Behind a RECORD that is refused at once no list follows; one that can't be kept stays as it was.
                    Some(Command::Record(c)) if c.list.0 != 0 && names(&side.header, Feature::Lists) => {
                        recording = Some(Listing::of(if is_refused { 0 } else { c.list.0 }));
                        continue;
                    }
                    _ if is_refused => continue,
                    Some(Command::Run(run)) => run.list.0,
                    _ => {
                        if let Err(error) = self.one(side, bytes, &chunk.arena, (number, at, time), ids)? {
                            return Ok(Err(error));
                        }
                        continue;
                    }
                };
                let mut unrolled = Unrolled { lists: &side.lists, commands: Vec::new() };
                account.ran(at, run, &mut unrolled);
                for bytes in unrolled.commands {
                    if let Err(error) = self.one(side, &bytes, &[], (number, at, time), ids)? {
                        return Ok(Err(error));
                    }
                }
            }
            side.lists.remove(&0);
        }
        side.state.clone_from(&self.state);
        self.copy(side);
        Ok(Ok(()))
    }

    /// Takes a command of a stream, one that was not refused.
    fn one(
        &mut self,
        side: &mut Side<'_, '_>,
        bytes: &[u8],
        arena: &[u8],
        (number, at, time): (u64, u32, u64),
        ids: &mut Ids,
    ) -> Result<io::Result<()>, MergeError> {
        let Ok(command) = Command::decode(&mut Reader::new(bytes)) else { return Ok(Ok(())) };
        let deleted = match &command {
            Command::Delete(delete) => Some(delete.id.0),
            _ => None,
        };
        if let Err(error) = self.blob(side, bytes) {
            return Ok(Err(error));
        }
        let Some(command) = side.translated(command, (number, at as usize), ids)? else { return Ok(Ok(())) };
        self.put(&command, arena);
        if let Some(gone) = deleted.and_then(|id| side.ids.remove(&id))
            && gone == side.target
        {
            side.target = side.surface.0;
            self.frame.push(Framebuffer { framebuffer: FramebufferId(side.target) });
        }
        self.target = side.target;
        if self.frame.arena().len() > CHUNK || self.frame.head().len() > CHUNK {
            return Ok(self.flush(time));
        }
        Ok(Ok(()))
    }

    /// Writes the blob that a command names, once.
    fn blob(&mut self, side: &Side<'_, '_>, command: &[u8]) -> io::Result<()> {
        if let Some(hash) = blob_of(command)
            && let Some((encoding, bytes)) = side.blobs.get(&hash)
            && self.written.insert(hash)
        {
            self.recorder.blob(*encoding, bytes)?;
        }
        Ok(())
    }

    fn put(&mut self, command: &Command<'_>, arena: &[u8]) {
        if let Command::State(state) = command {
            for field in &state.changes.0 {
                if let Some(known) = self.state.iter_mut().find(|known| known.number() == field.number()) {
                    known.clone_from(field);
                }
            }
        }
        let mut bytes = Vec::new();
        command.encode(&mut bytes);
        append(&mut self.frame, &bytes, arena);
    }

    /// Draws a stream's picture into its part of the canvas.
    fn copy(&mut self, side: &Side<'_, '_>) {
        let mut state = StateField::initial();
        for field in &mut state {
            if let StateField::Viewport(viewport) = field {
                *viewport = Some(side.area.clone());
            }
        }
        self.turn(&state, 0);
        let ((surface, _), resolved) = (side.surface, side.resolved);
        if surface != resolved {
            let all = Rect { x: 0, y: 0, width: side.header.width, height: side.header.height };
            self.frame.push(Blit {
                source: FramebufferId(surface),
                destination: FramebufferId(resolved),
                source_rect: all.clone(),
                destination_rect: all,
                planes: vec![Plane::Color],
                filter: Filter::Nearest,
            });
        }
        let program = ProgramId(self.program);
        self.frame.push(Texture { program, slot: SamplerSlot(0), texture: TextureId(side.surface.1) });
        let selection = Selection::Arrays { first: 0, count: 4 };
        self.frame.push(Draw { program, mode: Mode::TriangleStrip, selection, instances: 1 });
    }

    fn flush(&mut self, time: u64) -> io::Result<()> {
        self.recorder.frame(self.frame.head(), self.frame.arena(), time)?;
        self.frame.clear();
        Ok(())
    }

    /// Ends a frame.
    fn end(&mut self, time: u64) -> io::Result<()> {
        self.frame.push(Swap {});
        self.flush(time)
    }
}

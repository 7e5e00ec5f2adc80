//! The check: commands in, proven operations out. It holds the stream's whole logical state and never touches a GPU.
//!
//! One file a group of commands, as in the table. Every rule stands here and nowhere else, so all interpreters refuse
//! the same commands with the same words.

mod draw;
mod interaction;
mod interface;
mod objects;
mod programs;
mod reach;
mod stream;
mod targets;
mod textures;

pub(crate) use textures::sampling;

use crate::backend::{Handle, Kind, Surface};
use crate::capabilities::{Capabilities, FeatureSet};
use crate::checked::Checked;
use crate::diagnostic::{Check, Quoted, Refusal, refuse};
use crate::lists::Lists;
use crate::objects::{Ids, Ref, Slab};
use crate::resources::{Buffer, Canvas, Common, Framebuffer, Program, Query, Renderbuffer, Texture};
use crate::signals::Signals;
use crate::store::{Contents, Store};
use glir_spec::commands::{
    Attach, Attribute, Bind, Blit, Block, Clear, CommandVisitor, Create, Current, Data, Delete, Dispatch,
    Draw, DrawBuffers, End, Extension, Feedback, Forget, Group, Input, Interpolation, Label, Meta, Mipmaps,
    Read, Record, Redraw, Run, SetShaders, Signal, Size, State, Swap, Uniform, Wrapping,
};
use glir_spec::wire::{Payload, Source};
use glir_spec::{Code, Feature, Header, Profile, limits};
use std::fmt;

/// Blobs by hash, wherever they are kept.
pub trait Blobs {
    /// The bytes of a blob, if the stream has brought it.
    fn blob(&self, hash: &glir_spec::wire::Hash) -> Option<Store<'_>>;
}

/// A stream without blobs.
pub struct NoBlobs;

impl Blobs for NoBlobs {
    fn blob(&self, _: &glir_spec::wire::Hash) -> Option<Store<'_>> {
        None
    }
}

/// A frame as it lies in memory.
#[derive(Clone, Copy)]
pub struct FrameInput<'a> {
    /// The head: a MessagePack array of commands.
    pub head: &'a [u8],
    /// The arena.
    pub arena: Store<'a>,
    /// Blobs that payloads may name.
    pub blobs: &'a dyn Blobs,
}

/// The logical state of a stream.
pub struct Checker {
    pub(crate) capabilities: Capabilities,
    /// The features that the stream may use: its profile's, and those that it names and the context has.
    pub(crate) enabled: FeatureSet,
    pub(crate) profile: Profile,
    /// The most bytes of storage.
    pub(crate) budget: u64,
    pub(crate) used: u64,
    pub(crate) ids: Ids,
    pub(crate) buffers: Slab<Buffer>,
    pub(crate) textures: Slab<Texture>,
    pub(crate) renderbuffers: Slab<Renderbuffer>,
    pub(crate) framebuffers: Slab<Framebuffer>,
    pub(crate) programs: Slab<Program>,
    pub(crate) queries: Slab<Query>,
    pub(crate) canvases: Vec<Canvas>,
    pub(crate) samples: u32,
    /// The current canvas, an index into `canvases`.
    pub(crate) canvas: usize,
    /// The framebuffer in use, none for the canvas.
    pub(crate) framebuffer: Option<Ref>,
    pub(crate) blend: bool,
    pub(crate) groups: usize,
    pub(crate) running: Vec<(glir_spec::enums::QueryKind, Ref)>,
    pub(crate) swapped: bool,
    /// READs of this frame, and the bytes that they bring back.
    pub(crate) reads: (u32, u64),
    /// Counts changes that a draw's full check rests on.
    pub(crate) epoch: u64,
    /// Counts changes of the sizes of buffers.
    pub(crate) buffer_epoch: u64,
    pub(crate) links: u64,
    pub(crate) lists: Lists,
    /// Uniforms that signals have set or let go since the last command: the program and the slot.
    pub(crate) left: Vec<(u32, u32)>,
    pub(crate) signals: Signals,
}

/// The checker at work on one frame: the visitor of its commands.
pub struct Checking<'c, 'a> {
    pub(crate) checker: &'c mut Checker,
    pub(crate) input: FrameInput<'a>,
    /// What has been proven to be carried out. It stands here, not in the results of the check, which then are a word: there are
    /// hundreds of places that pass one on.
    pub(crate) proven: Checked<'a>,
}

impl<'c, 'a> Checking<'c, 'a> {
    pub(crate) fn new(checker: &'c mut Checker, input: FrameInput<'a>) -> Self {
        Checking { checker, input, proven: Checked::Nothing }
    }
}

/// A check's result for an operation.
macro_rules! proven {
    ($checking:ident, $operation:expr) => {{
        $checking.proven = $operation;
        Ok(())
    }};
}
use proven;

impl Checker {
    /// The state at the start of a stream. The header must have passed [`Checker::accepts`].
    pub fn new(header: &Header<'_>, capabilities: Capabilities, budget: u64) -> Self {
        let mut enabled = FeatureSet::of_profile(header.profile);
        for feature in header.requires.iter().chain(&header.uses) {
            if capabilities.features.has(*feature) {
                enabled.insert(*feature);
            }
        }
        Checker {
            capabilities,
            enabled,
            profile: header.profile,
            budget,
            used: targets::canvas_bytes(header.width, header.height, header.samples),
            ids: Ids::default(),
            buffers: Slab::default(),
            textures: Slab::default(),
            renderbuffers: Slab::default(),
            framebuffers: Slab::default(),
            programs: Slab::default(),
            queries: Slab::default(),
            canvases: vec![Canvas { id: 0, width: header.width, height: header.height }],
            samples: header.samples,
            canvas: 0,
            framebuffer: None,
            blend: false,
            groups: 0,
            running: Vec::new(),
            swapped: false,
            reads: (0, 0),
            epoch: 1,
            buffer_epoch: 1,
            links: 0,
            lists: Lists::default(),
            left: Vec::new(),
            signals: Signals::default(),
        }
    }

    /// Whether an interpreter with these capabilities and this budget of bytes can draw a stream with this header.
    pub fn accepts(header: &Header<'_>, capabilities: &Capabilities, budget: u64) -> Check<()> {
        let version = glir_spec::VERSION;
        if header.major != version.0 {
            return refuse!(
                Code::UnsupportedVersion,
                0,
                "the stream is GLIR {}.{}; this interpreter reads {}.x",
                header.major,
                header.minor,
                version.0
            );
        }
        let offered = capabilities.target.profile();
        if header.profile > offered {
            return refuse!(
                Code::UnsupportedStream,
                0,
                "the stream needs the profile {}; this interpreter offers {offered}",
                header.profile
            );
        }
        for feature in &header.requires {
            let included = feature.base().is_some_and(|base| base <= header.profile);
            if !included && !capabilities.features.has(*feature) {
                return refuse!(
                    Code::UnsupportedStream,
                    0,
                    "the stream requires the feature \"{feature}\", which this interpreter has not"
                );
            }
        }
        let sides = 1..=limits::MAX_CANVAS_EXTENT.min(capabilities.limits.max_renderbuffer_size);
        if !sides.contains(&header.width) || !sides.contains(&header.height) {
            return refuse!(
                Code::OutOfRange,
                0,
                "the header's canvas is {}×{}; width and height go from 1 to {} on this interpreter",
                header.width,
                header.height,
                sides.end()
            );
        }
        let bytes = targets::canvas_bytes(header.width, header.height, header.samples);
        if bytes > budget {
            return refuse!(
                Code::BudgetExceeded,
                0,
                "the header's canvas would need {bytes} bytes of the budget of {budget}"
            );
        }
        if header.samples > 0 && !header.has(Feature::Multisample) {
            let message = "the header asks for samples; name the feature \"multisample\" in it";
            return refuse!(Code::FeatureMissing, 0, "{message}");
        }
        if header.samples > capabilities.limits.max_samples {
            return refuse!(
                Code::LimitExceeded,
                0,
                "the header asks for {} samples; this interpreter has at most {}",
                header.samples,
                capabilities.limits.max_samples
            );
        }
        Ok(())
    }

    /// The target of clears and draws.
    pub(crate) fn surface(&self) -> Surface {
        match self.framebuffer {
            Some(at) => Surface::Framebuffer(at.handle),
            None => Surface::Canvas(Handle(self.canvas as u32)),
        }
    }

    /// The framebuffer with a handle, and whether the driver has agreed to it as it is.
    pub(crate) fn framebuffer_at(&self, handle: Handle) -> Option<(Ref, bool)> {
        let (at, framebuffer) = self.framebuffers.at(handle)?;
        Some((at, framebuffer.driver_agreed == Some((framebuffer.version, self.epoch))))
    }

    /// Refuses unless the stream may use a feature.
    pub(crate) fn need(&self, feature: Feature, object: u32, what: &str) -> Check<()> {
        self.need_for(feature, object, format_args!("{what}"))
    }

    /// As [`Checker::need`], what needs it being put together only for the message.
    pub(crate) fn need_for(&self, feature: Feature, object: u32, what: fmt::Arguments<'_>) -> Check<()> {
        if self.enabled.has(feature) {
            return Ok(());
        }
        let why = if self.capabilities.features.has(feature) {
            "; name it in the header's \"requires\" or \"uses\""
        } else {
            ", which this interpreter has not"
        };
        refuse!(Code::FeatureMissing, object, "{what} needs the feature \"{feature}\"{why}")
    }

    /// The object with an id, if it is of a kind.
    #[inline]
    pub(crate) fn find(&mut self, id: u32, kind: Kind) -> Check<Ref> {
        match self.ids.get(id) {
            Some((found, at))
                if found == kind && !self.common(kind, at).is_none_or(|common| common.invalid) =>
            {
                Ok(at)
            }
            _ => self.find_failed(id, kind),
        }
    }

    #[cold]
    fn find_failed(&mut self, id: u32, kind: Kind) -> Check<Ref> {
        if id == 0 {
            return refuse!(Code::ReservedId, 0, "0 names no {}; ids begin at 1", kind.name());
        }
        let Some((found, at)) = self.ids.get(id) else {
            return refuse!(Code::UnknownId, id, "no object has the id {id}; CREATE it first");
        };
        let name = self.name(found, at);
        if found != kind {
            return refuse!(Code::WrongKind, id, "{name} stands where a {} belongs", kind.name());
        }
        match self.common_mut(kind, at) {
            Some(common) if common.reported => Err(Refusal::silent()),
            Some(common) => {
                common.reported = true;
                refuse!(
                    Code::InvalidObject,
                    id,
                    "{name} could not be made, so commands that use it do nothing"
                )
            }
            None => refuse!(Code::UnknownId, id, "no object has the id {id}; CREATE it first"),
        }
    }

    /// What every object has.
    #[inline]
    pub(crate) fn common(&self, kind: Kind, at: Ref) -> Option<&Common> {
        match kind {
            Kind::Buffer => self.buffers.get(at).map(|object| &object.common),
            Kind::Texture => self.textures.get(at).map(|object| &object.common),
            Kind::Renderbuffer => self.renderbuffers.get(at).map(|object| &object.common),
            Kind::Framebuffer => self.framebuffers.get(at).map(|object| &object.common),
            Kind::Program => self.programs.get(at).map(|object| &object.common),
            Kind::Query => self.queries.get(at).map(|object| &object.common),
        }
    }

    pub(crate) fn common_mut(&mut self, kind: Kind, at: Ref) -> Option<&mut Common> {
        match kind {
            Kind::Buffer => self.buffers.get_mut(at).map(|object| &mut object.common),
            Kind::Texture => self.textures.get_mut(at).map(|object| &mut object.common),
            Kind::Renderbuffer => self.renderbuffers.get_mut(at).map(|object| &mut object.common),
            Kind::Framebuffer => self.framebuffers.get_mut(at).map(|object| &mut object.common),
            Kind::Program => self.programs.get_mut(at).map(|object| &mut object.common),
            Kind::Query => self.queries.get_mut(at).map(|object| &mut object.common),
        }
    }

    /// The object's name in messages: kind, id and label.
    #[cold]
    pub(crate) fn name(&self, kind: Kind, at: Ref) -> String {
        match self.common(kind, at) {
            Some(common) if common.label.is_empty() => format!("{} {}", kind.name(), common.id),
            Some(common) => format!("{} {} {}", kind.name(), common.id, Quoted(&common.label)),
            None => format!("a deleted {}", kind.name()),
        }
    }

    /// The label of an object, for diagnostics.
    pub(crate) fn label_of(&self, id: u32) -> String {
        let common = self.ids.get(id).and_then(|(kind, at)| self.common(kind, at));
        common.map(|common| common.label.clone()).unwrap_or_default()
    }

    /// Marks an object as impossible to use.
    pub(crate) fn invalidate(&mut self, kind: Kind, at: Ref) {
        if let Some(common) = self.common_mut(kind, at) {
            common.invalid = true;
        }
    }
}

impl<'a> Checking<'_, 'a> {
    /// The bytes of a payload, wherever they are.
    pub(crate) fn bytes(&self, payload: Payload<'a>, object: u32) -> Check<Contents<'a>> {
        let encoding = payload.encoding();
        let bytes = match payload {
            Payload::Inline { bytes, .. } => Contents::Here(bytes),
            Payload::Arena { offset, length, .. } => {
                let arena = self.input.arena;
                let Some(bytes) = arena.range(offset, length) else {
                    return refuse!(
                        Code::BadPayload,
                        object,
                        "the payload at {offset} of {length} bytes lies outside the arena of {} bytes",
                        arena.len()
                    );
                };
                if !offset.is_multiple_of(limits::ALIGNMENT as u64) {
                    return refuse!(
                        Code::BadPayload,
                        object,
                        "the payload's offset {offset} is not a multiple of {}",
                        limits::ALIGNMENT
                    );
                }
                bytes
            }
            Payload::Blob { hash, length, .. } => match self.input.blobs.blob(&hash) {
                Some(blob) => match blob.range(0, length) {
                    Some(bytes) if blob.len() == length => bytes,
                    _ => {
                        return refuse!(
                            Code::BadPayload,
                            object,
                            "blob {hash} has {} bytes, not {length}",
                            blob.len()
                        );
                    }
                },
                None => {
                    return refuse!(Code::UnknownBlob, object, "the stream has brought no blob {hash}");
                }
            },
        };
        if !bytes.len().is_multiple_of(encoding.size() as u64) {
            return refuse!(
                Code::WrongLength,
                object,
                "{} bytes are no whole number of {encoding} elements",
                bytes.len()
            );
        }
        Ok(bytes)
    }

    /// Refuses a command behind SWAP, and one whose feature the stream may not use.
    #[inline]
    fn admit(&self, needs: Option<Feature>, name: &str) -> Check<()> {
        if self.checker.swapped {
            return stream::after_swap();
        }
        needs.map_or(Ok(()), |feature| self.checker.need(feature, 0, name))
    }

    pub(crate) fn source_length(&self, source: &Source<'_>, object: u32, stage: &str) -> Check<()> {
        if source.len() > limits::MAX_SOURCE_BYTES {
            return refuse!(
                Code::LimitExceeded,
                object,
                "the {stage} has {} bytes; at most {} are allowed",
                source.len(),
                limits::MAX_SOURCE_BYTES
            );
        }
        Ok(())
    }
}

/// Hands each command to the file of its group.
macro_rules! visit {
    ($($method:ident $command:ty;)+) => {
        impl<'a> CommandVisitor<'a> for Checking<'_, 'a> {
            type Output = Check<()>;
            $(
                #[inline]
                fn $method(&mut self, command: $command) -> Self::Output {
                    self.admit(<$command>::NEEDS, <$command>::NAME)?;
                    self.$method(command)
                }
            )+
        }
    };
}

visit! {
    current Current; swap Swap; group Group<'a>; end End; meta Meta<'a>; extension Extension<'a>;
    create Create; delete Delete; size Size; data Data<'a>; label Label<'a>;
    interpolation Interpolation; wrapping Wrapping; mipmaps Mipmaps;
    shaders SetShaders<'a>; attribute Attribute<'a>; uniform Uniform<'a>; texture glir_spec::commands::Texture;
    block Block; feedback Feedback;
    attach Attach; framebuffer glir_spec::commands::Framebuffer; draw_buffers DrawBuffers; blit Blit; read Read;
    state State; clear Clear<'a>; draw Draw; query glir_spec::commands::Query; dispatch Dispatch;
    record Record; run Run; redraw Redraw; input Input; signal Signal<'a>; bind Bind;
    forget Forget;
}

/// True if a source is in desktop GLSL.
pub(crate) fn is_desktop(source: &str) -> bool {
    matches!(programs::dialect(source), programs::Dialect::Desktop(_))
}

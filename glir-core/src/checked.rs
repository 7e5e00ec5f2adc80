//! Proven operations: what the check makes of commands, and all that reaches a backend.

use crate::backend::*;
use crate::objects::Ref;
use crate::store::Contents;
use glir_spec::StateChanges;
use glir_spec::enums::*;
use glir_spec::ids::{ListId, QueryId, RequestId};
use glir_spec::structs::{Descriptor, Interface, Shaders};
use glir_spec::wire::Str;

/// A proven operation. Only the check makes these; every id is resolved, every range lies inside its object.
#[derive(Debug)]
pub enum Checked<'a> {
    /// Nothing is left to do.
    Nothing,
    /// A canvas is current; it is new or has a new size if `resize` says so.
    Current {
        /// The canvas.
        canvas: Handle,
        /// Width and height.
        resize: Option<(u32, u32)>,
    },
    /// The frame ends.
    Swap,
    /// A group begins.
    Group(Str<'a>),
    /// A group ends.
    End,
    /// The commands that follow are kept as a list.
    Record(ListId),
    /// A list is run.
    Run(ListId),
    /// A list draws the picture anew.
    Redraw(ListId),
    /// An object is made.
    Create {
        /// Its reference.
        object: Ref,
        /// What it is.
        descriptor: Descriptor,
    },
    /// An object is deleted.
    Delete {
        /// Its kind.
        kind: Kind,
        /// Where it was.
        handle: Handle,
    },
    /// An object gets storage.
    Allocate {
        /// Its kind.
        kind: Kind,
        /// The object.
        object: Ref,
        /// The storage.
        storage: Storage,
    },
    /// Bytes go into a buffer.
    WriteBuffer {
        /// The buffer.
        buffer: Handle,
        /// Its role.
        role: BufferRole,
        /// First byte.
        offset: u64,
        /// The bytes.
        bytes: Contents<'a>,
    },
    /// Texels go into a texture.
    WriteTexture {
        /// The texture.
        texture: Handle,
        /// Where.
        region: TexelBox,
        /// The texels.
        bytes: Contents<'a>,
    },
    /// An object is named.
    Label {
        /// Its kind.
        kind: Kind,
        /// The object.
        handle: Handle,
        /// Its name.
        text: Str<'a>,
    },
    /// A texture is sampled differently.
    Sampling {
        /// The texture.
        texture: Handle,
        /// How.
        sampling: Sampling,
    },
    /// A texture's levels are filled.
    Mipmaps {
        /// The texture.
        texture: Handle,
    },
    /// A program gets shaders.
    Link {
        /// The program.
        program: Ref,
        /// The sources.
        shaders: Shaders<'a>,
        /// The declared interface.
        interface: Interface<'a>,
    },
    /// An image is attached or detached.
    Attach {
        /// The framebuffer.
        framebuffer: Handle,
        /// The attachment.
        point: AttachmentPoint,
        /// The image.
        image: Option<Attachment>,
    },
    /// Outputs go elsewhere.
    DrawBuffers {
        /// The framebuffer.
        framebuffer: Handle,
        /// Which outputs are drawn.
        enabled: Vec<bool>,
    },
    /// The target changes.
    Target,
    /// Pixels are copied.
    Blit(BlitCall),
    /// Pixels are read.
    ReadPixels {
        /// The request.
        request: RequestId,
        /// What.
        read: PixelRead,
    },
    /// Bytes are read.
    ReadBuffer {
        /// The request.
        request: RequestId,
        /// The buffer.
        buffer: Handle,
        /// First byte.
        offset: u64,
        /// Bytes, possibly 0.
        size: u64,
    },
    /// State fields change.
    State(StateChanges),
    /// Planes of the target are cleared.
    Clear(Vec<Plane>),
    /// One attachment of the target is cleared.
    ClearAttachment {
        /// The attachment.
        attachment: u32,
        /// The value.
        value: ClearValue,
    },
    /// A draw.
    Draw {
        /// The program.
        program: Ref,
        /// The call.
        call: DrawCall,
    },
    /// A query begins or ends.
    Query {
        /// The producer's id.
        id: QueryId,
        /// The query.
        query: Ref,
        /// What it counts.
        kind: QueryKind,
        /// Begin or end.
        action: QueryAction,
    },
    /// A compute program runs.
    Dispatch {
        /// The program.
        program: Ref,
        /// Work groups.
        groups: [u32; 3],
    },
}

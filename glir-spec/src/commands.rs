//! The table of commands. **Start reading here**: a row is a command, and everything else follows from it.
//!
//! To add a command, add a row (with an opcode that was never used) and follow the compiler: the visitor has no default
//! bodies, so each interpreter asks for its handler. Then run `cargo xtask codegen` and add a conformance case.

use crate::enums::*;
use crate::features::Feature;
use crate::ids::*;
use crate::schema::CommandInfo;
use crate::state::StateChanges;
use crate::structs::*;
use crate::wire::{Payload, Str, Value};

/// Hands every row of the command table to the macro `$go`.
macro_rules! for_each_command {
    ($go:ident) => {
        $go! { Command CommandVisitor COMMANDS

        // ---- stream ------------------------------------------------------------------------------------------------

        /// Makes a canvas current: framebuffer 0 means it until the next CURRENT. A canvas exists from its first CURRENT
        /// on; canvas 0 exists, and is current, from the start with the size that the header gives. The framebuffer in use
        /// becomes 0. State and bindings stay as they are.
        "stream" 1 CURRENT Current current {
            /// The canvas.
            canvas: CanvasId,
            /// Width in pixels; null keeps the canvas's own (a new one takes canvas 0's).
            width: Option<u32> = "null",
            /// Height in pixels; null as for the width.
            height: Option<u32> = "null",
        }

        /// Ends a frame: canvases are shown. It is the last command of its frame chunk. Canvases keep their contents.
        "stream" 2 SWAP Swap swap {}

        /// Begins a named group of commands, for inspection and debugging. It changes nothing that is drawn.
        "stream" 3 GROUP Group<'a> group {
            /// The group's name.
            label: Str<'a>,
        }

        /// Ends the innermost group.
        "stream" 4 END End end {}

        /// Notes something about the stream, such as its author. It changes nothing that is drawn.
        "stream" 5 META Meta<'a> meta {
            /// What is noted.
            key: Str<'a>,
            /// The note.
            value: Str<'a>,
        }

        /// A command outside this table. An interpreter that has not declared the name refuses it.
        "stream" 6 EXTENSION Extension<'a> extension {
            /// The extension's name, in the form `vendor.name`.
            name: Str<'a>,
            /// What it needs.
            payload: Payload<'a>,
        }

        // ---- objects -----------------------------------------------------------------------------------------------

        /// Makes an object. Its id must be free and not 0.
        "objects" 16 CREATE Create create {
            /// The new object's id.
            id: ObjectId,
            /// What to make.
            descriptor: Descriptor,
        }

        /// Deletes an object and frees its id. What refers to it (a binding, an attachment) refers to nothing from then on.
        /// Deleting the framebuffer in use makes the canvas the target.
        "objects" 17 DELETE Delete delete {
            /// The object.
            id: ObjectId,
        }

        /// Gives an object new storage, filled with zeros: a buffer by its bytes (`width`), a renderbuffer by width and
        /// height, a texture by width, height and depth (layers). What it held is lost; bindings and attachments stay.
        "objects" 18 SIZE Size size {
            /// The buffer, texture or renderbuffer.
            id: ObjectId,
            /// Bytes of a buffer; width in texels of anything else.
            width: u64,
            /// Height in texels; 1 for a buffer.
            height: u32 = "1",
            /// Depth slices or layers; 1 for anything but 3D and array textures (a cube's faces are not counted).
            depth: u32 = "1",
        }

        /// Writes a part of a buffer's or a texture's storage. Texels are rows from the lowest up, tightly packed, of the
        /// element type of the texture's format or raw.
        "objects" 19 DATA Data<'a> data {
            /// The buffer or texture.
            id: ObjectId,
            /// Where the data goes.
            region: Region,
            /// The data.
            payload: Payload<'a>,
        }

        /// Names an object, for messages and inspection.
        "objects" 20 LABEL Label<'a> label {
            /// The object.
            id: ObjectId,
            /// Its name; empty for none.
            text: Str<'a>,
        }

        // ---- textures ----------------------------------------------------------------------------------------------

        /// Says how a texture is filtered.
        "textures" 32 INTERPOLATION Interpolation interpolation {
            /// The texture.
            texture: TextureId,
            /// When it is made smaller.
            min: MinFilter,
            /// When it is made larger.
            mag: Filter,
            /// The greatest degree of anisotropy; more than 1 needs `anisotropy`.
            anisotropy: f32 = "1",
        }

        /// Says what lies beyond a texture's edges.
        "textures" 33 WRAPPING Wrapping wrapping {
            /// The texture.
            texture: TextureId,
            /// Left and right.
            s: Wrap,
            /// Above and below.
            t: Wrap = "\"clamp_to_edge\"",
            /// Before and behind (3D textures).
            r: Wrap = "\"clamp_to_edge\"",
        }

        /// Fills all levels of a texture from level 0. The format must be a colour format that can be filtered.
        "textures" 34 MIPMAPS Mipmaps mipmaps {
            /// The texture.
            texture: TextureId,
        }

        // ---- programs ----------------------------------------------------------------------------------------------

        /// Gives a program its shaders and declares its interface, and links it. Sources are GLSL ES 1.00 (no `#version`
        /// line, or `100`), 3.00 (`#version 300 es`) or, with their features, later versions. Everything that the linked
        /// program uses must be declared with the same type; what is declared and not used is ignored. Values and bindings
        /// of entries whose name and type stay are kept; new uniforms are 0. If it fails, the program is unusable until
        /// the next SHADERS.
        "programs" 48 SHADERS SetShaders<'a> shaders {
            /// The program.
            program: ProgramId,
            /// The sources.
            shaders: Shaders<'a>,
            /// What the program takes and gives.
            interface: Interface<'a> = "{}",
        }

        /// Sets where an attribute's values come from. It must be set before a draw if the program uses it.
        "programs" 49 ATTRIBUTE Attribute<'a> attribute {
            /// The program.
            program: ProgramId,
            /// The attribute.
            slot: AttributeSlot,
            /// The source.
            source: AttributeSource<'a>,
        }

        /// Sets a uniform, or some elements of a uniform array.
        "programs" 50 UNIFORM Uniform<'a> uniform {
            /// The program.
            program: ProgramId,
            /// The uniform.
            slot: UniformSlot,
            /// One value, or several for an array.
            value: Value<'a>,
            /// The first element that is set.
            first: u32 = "0",
        }

        /// Sets the texture that a sampler reads. It must be set before a draw if the program uses it.
        "programs" 51 TEXTURE Texture texture {
            /// The program.
            program: ProgramId,
            /// The sampler.
            slot: SamplerSlot,
            /// The texture; 0 for none.
            texture: TextureId,
        }

        /// Sets the buffer range that a block reads (or, for a storage block, writes).
        "programs" 52 BLOCK Block block needs UniformBlocks {
            /// The program.
            program: ProgramId,
            /// The block.
            slot: BlockSlot,
            /// The buffer, of role `uniform` or `storage`; 0 for none.
            buffer: BufferId,
            /// First byte, a multiple of 256.
            offset: u64 = "0",
            /// Number of bytes, at least the block's size; 0 means the rest of the buffer.
            size: u64 = "0",
        }

        /// Sets the buffer range that takes a captured varying (slot 0 takes all of them when interleaved). While every
        /// needed slot has one, each DRAW of the program captures from the range's start. Draws that capture take modes
        /// points, lines or triangles, no indices, and one instance or more.
        "programs" 53 FEEDBACK Feedback feedback needs TransformFeedback {
            /// The program.
            program: ProgramId,
            /// The captured varying.
            slot: FeedbackSlot,
            /// The buffer, of role `vertex`; 0 for none.
            buffer: BufferId,
            /// First byte, a multiple of 4.
            offset: u64 = "0",
            /// Number of bytes; 0 means the rest of the buffer.
            size: u64 = "0",
        }

        // ---- targets -----------------------------------------------------------------------------------------------

        /// Attaches a texture level or a renderbuffer to a framebuffer.
        "targets" 64 ATTACH Attach attach {
            /// The framebuffer; not 0.
            framebuffer: FramebufferId,
            /// The attachment.
            point: AttachmentPoint,
            /// The texture or renderbuffer; 0 detaches.
            object: ObjectId,
            /// Mipmap level of a texture.
            level: u32 = "0",
            /// Depth slice, layer or cube face of a texture.
            layer: u32 = "0",
        }

        /// Sets the target of CLEAR and DRAW.
        "targets" 65 FRAMEBUFFER Framebuffer framebuffer {
            /// The framebuffer; 0 is the current canvas.
            framebuffer: FramebufferId,
        }

        /// Says which colour attachments the fragment shader's outputs go to. Entry i is `color`i or null. A framebuffer
        /// starts with `["color0"]`.
        "targets" 66 DRAW_BUFFERS DrawBuffers draw_buffers needs DrawBuffers {
            /// The framebuffer; not 0.
            framebuffer: FramebufferId,
            /// An attachment or null for each output.
            attachments: Vec<Option<AttachmentPoint>>,
        }

        /// Copies a rectangle between framebuffers, scaling if their sizes differ. Multisampled sources are resolved; they
        /// and their destination must have equal rectangles and formats.
        "targets" 67 BLIT Blit blit needs Blit {
            /// Where from; 0 is the current canvas.
            source: FramebufferId,
            /// Where to; 0 is the current canvas.
            destination: FramebufferId,
            /// The rectangle copied.
            source_rect: Rect,
            /// The rectangle written.
            destination_rect: Rect,
            /// What is copied.
            planes: Vec<Plane> = "[\"color\"]",
            /// How colours are scaled; depth and stencil take `nearest` only.
            filter: Filter = "\"nearest\"",
        }

        /// Asks for pixels or bytes; they come back as the reply PIXELS or BYTES, after all commands before this one.
        "targets" 68 READ Read read {
            /// A number of the producer's choice, which the reply carries.
            request: RequestId,
            /// What to read.
            source: ReadSource,
        }

        // ---- state -------------------------------------------------------------------------------------------------

        /// Changes the given fields of the state; the others stay.
        "state" 80 STATE State state {
            /// The new values.
            changes: StateChanges,
        }

        // ---- drawing -----------------------------------------------------------------------------------------------

        /// Fills planes of the target with the clear values of the state, within its scissor and masks.
        "drawing" 96 CLEAR Clear<'a> clear {
            /// The planes.
            planes: Vec<Plane>,
            /// Only this colour attachment; then `planes` must be `["color"]` and `value` given. Needs `draw-buffers`.
            attachment: Option<u32> = "null",
            /// What to write: four numbers, f32, i32 or u32 as the attachment's format asks.
            value: Option<Payload<'a>> = "null",
        }

        /// Draws with a program into the target.
        "drawing" 97 DRAW Draw draw {
            /// The program.
            program: ProgramId,
            /// What the vertices make up.
            mode: Mode,
            /// The vertices.
            selection: Selection,
            /// How many times; other than 1 needs `instancing`.
            instances: u32 = "1",
        }

        /// Begins or ends a query; its result comes back as the reply QUERY_RESULT. One query of a kind may run at a time.
        "drawing" 98 QUERY Query query {
            /// The query.
            query: QueryId,
            /// Begin or end.
            action: QueryAction,
        }

        /// Runs a compute program. What it writes is seen by every later command.
        "drawing" 99 DISPATCH Dispatch dispatch needs Compute {
            /// The program.
            program: ProgramId,
            /// Work groups in x.
            x: u32,
            /// Work groups in y.
            y: u32 = "1",
            /// Work groups in z.
            z: u32 = "1",
        }

        // ---- lists -------------------------------------------------------------------------------------------------

        /// Begins to keep commands as a list, up to the END that belongs to it in the same chunk; they are not carried out
        /// now. A list of that id is replaced. Allowed are GROUP, END, CURRENT, RUN, STATE, CLEAR, DRAW, DISPATCH, BLIT,
        /// FRAMEBUFFER, DRAW_BUFFERS, MIPMAPS, UNIFORM, ATTRIBUTE, TEXTURE, BLOCK and FEEDBACK, with payloads inline. If one
        /// of them can't be kept, the list stays as it was.
        "lists" 104 RECORD Record record needs Lists {
            /// The list.
            list: ListId,
        }

        /// Carries out the commands of a list, as if they stood here. A list that was never recorded is empty.
        "lists" 105 RUN Run run needs Lists {
            /// The list.
            list: ListId,
        }

        /// Names the list that draws the picture anew: it is run, and canvases are shown, whenever a bound signal has changed
        /// between two frames.
        "lists" 106 REDRAW Redraw redraw needs Lists {
            /// The list; 0 for none.
            list: ListId,
        }

        // ---- interaction -------------------------------------------------------------------------------------------

        /// Declares an input: a value that the interpreter keeps up to date. The id must be free.
        "interaction" 112 INPUT Input input needs Signals {
            /// The input's id among signals.
            id: SignalId,
            /// Where it comes from.
            source: InputSource,
            /// The canvas that it belongs to.
            canvas: CanvasId = "0",
        }

        /// Declares a signal: a value computed from inputs and other signals, anew when one of them changes. A controller keeps
        /// a state that a person changes by pointer, wheel and keys; the events that it takes go nowhere else. A `constant`
        /// may be declared again, with as many numbers, to change its value; a controller is declared again to reset it.
        "interaction" 113 SIGNAL Signal<'a> signal needs Signals {
            /// The signal's id.
            id: SignalId,
            /// Its operation.
            op: SignalOp,
            /// Its operands, declared before it.
            operands: Vec<SignalId> = "[]",
            /// Its numbers (f64), if the operation has any.
            constant: Option<Payload<'a>> = "null",
        }

        /// Lets a signal drive a uniform, or a list's viewport, scissor, draw range or visibility: now, and whenever it changes.
        "interaction" 114 BIND Bind bind needs Signals {
            /// The signal, of the type that the target takes; 0 lets the target go.
            signal: SignalId,
            /// What it drives.
            target: BindTarget,
        }

        /// Takes an input or signal out: its id is free, and what was bound to it lets go. Refused while another signal has it among
        /// its operands.
        "interaction" 115 FORGET Forget forget needs Signals {
            /// The signal.
            signal: SignalId,
        }
        }
    };
}

for_each_command!(define_commands);

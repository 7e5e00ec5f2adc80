//! The table of replies: what comes back from an interpreter, on the same footing as commands.

use crate::codes::Code;
use crate::enums::*;
use crate::features::{Feature, Profile};
use crate::ids::*;
use crate::schema::CommandInfo;
use crate::wire::{Payload, Str};

wire_struct! {
    /// A limit of an interpreter.
    Object Limit<'a> {
        /// Its name, such as `max_texture_size`.
        name: Str<'a>,
        /// Its value.
        value: u64,
    }
}

/// Hands every row of the reply table to the macro `$go`.
macro_rules! for_each_reply {
    ($go:ident) => {
        $go! { Reply ReplyVisitor REPLIES

        /// The first reply: who answers, and what it has.
        "session" 1 HELLO Hello<'a> hello {
            /// The greatest major version of the language that it reads.
            major: u32,
            /// The minor version that goes with it.
            minor: u32,
            /// The interpreter and its context, for people.
            interpreter: Str<'a>,
            /// The greatest profile.
            profile: Profile,
            /// The features beyond es2.
            features: Vec<Feature>,
            /// The names of the extensions that it declares.
            extensions: Vec<Str<'a>> = "[]",
            /// Limits and budgets.
            limits: Vec<Limit<'a>> = "[]",
        }

        /// A frame was taken to its SWAP.
        "session" 2 ACK Ack ack {
            /// The frame's number, counted from 0.
            frame: u64,
        }

        /// Something is wrong with a command, which did nothing (or, for a warning, less than was meant).
        "session" 3 DIAGNOSTIC DiagnosticReply<'a> diagnostic {
            /// How grave it is.
            severity: Severity,
            /// What it is about.
            code: Code,
            /// The frame, counted from 0.
            frame: u64,
            /// The command in the frame, counted from 0; null if no command is at fault.
            command: Option<u32>,
            /// The command's name; empty if no command is at fault.
            name: Str<'a>,
            /// The object concerned; 0 for none.
            object: ObjectId,
            /// The object's label; empty for none.
            label: Str<'a>,
            /// One sentence with the particulars.
            message: Str<'a>,
        }

        /// The pixels that a READ asked for: RGBA, rows from the lowest up.
        "results" 16 PIXELS Pixels<'a> pixels {
            /// The READ's number.
            request: RequestId,
            /// Width in pixels.
            width: u32,
            /// Height in pixels.
            height: u32,
            /// Four elements a pixel: u8, f32, i32 or u32.
            payload: Payload<'a>,
        }

        /// The bytes that a READ of a buffer asked for.
        "results" 17 BYTES Bytes<'a> bytes {
            /// The READ's number.
            request: RequestId,
            /// The bytes.
            payload: Payload<'a>,
        }

        /// A READ that failed; a DIAGNOSTIC says why.
        "results" 18 READ_FAILED ReadFailed read_failed {
            /// The READ's number.
            request: RequestId,
        }

        /// The result of a query.
        "results" 19 QUERY_RESULT QueryResult query_result {
            /// The query.
            query: QueryId,
            /// Samples, primitives, nanoseconds, or 0 and 1; null if the context could not tell.
            value: Option<u64>,
        }

        /// A canvas has a new size.
        "input" 32 RESIZE Resize resize {
            /// The canvas.
            canvas: CanvasId,
            /// Width in pixels.
            width: u32,
            /// Height in pixels.
            height: u32,
            /// Device pixels per layout pixel.
            pixel_ratio: f32,
        }

        /// A pointer moved, or a button changed.
        "input" 33 POINTER Pointer pointer {
            /// The canvas.
            canvas: CanvasId,
            /// What happened.
            action: PointerAction,
            /// Pixels from the left edge.
            x: f32,
            /// Pixels from the lower edge.
            y: f32,
            /// The button that changed: 0 left, 1 middle, 2 right; null for none.
            button: Option<u8>,
            /// All pressed buttons: bit 0 left, bit 1 right, bit 2 middle.
            buttons: u32,
            /// Pressed modifiers: bit 0 shift, 1 control, 2 alt, 3 meta.
            modifiers: u32,
            /// Seconds since the stream began.
            time: f64,
        }

        /// A wheel turned.
        "input" 34 WHEEL Wheel wheel {
            /// The canvas.
            canvas: CanvasId,
            /// Pixels from the left edge.
            x: f32,
            /// Pixels from the lower edge.
            y: f32,
            /// Horizontal movement in pixels.
            dx: f32,
            /// Vertical movement in pixels; positive is away from the user.
            dy: f32,
            /// Pressed modifiers, as for POINTER.
            modifiers: u32,
            /// Seconds since the stream began.
            time: f64,
        }

        /// A key went down or up.
        "input" 35 KEY Key<'a> key {
            /// The canvas.
            canvas: CanvasId,
            /// What happened.
            action: KeyAction,
            /// The key's value as in the W3C's UI Events: `a`, `Enter`, `ArrowLeft`.
            key: Str<'a>,
            /// Pressed modifiers, as for POINTER.
            modifiers: u32,
            /// Seconds since the stream began.
            time: f64,
        }

        /// A canvas was closed.
        "input" 36 CLOSE Close close {
            /// The canvas.
            canvas: CanvasId,
        }

        /// The context was lost; objects will be rebuilt when it comes back.
        "session" 4 CONTEXT_LOST ContextLost context_lost {}

        /// The context came back and everything was rebuilt.
        "session" 5 CONTEXT_RESTORED ContextRestored context_restored {}

        /// Who comes back to a live session after its connection was lost says, right after HELLO, where it stopped: it
        /// gets what came since, or everything if the session does not know it.
        "session" 6 RESUME Resume<'a> resume {
            /// The session, as its first metadata named it.
            session: Str<'a>,
            /// The last frame taken to its SWAP.
            frame: u64,
            /// The blobs that it still has: their BLAKE3 hashes in hexadecimal.
            blobs: Vec<Str<'a>> = "[]",
        }
        }
    };
}

for_each_reply!(define_commands);

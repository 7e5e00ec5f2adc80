//! Every bound of a session, in one place, each with its reason. What a stranger sends meets one of these before it meets memory.

use std::time::Duration;

/// Frames on their way to a client without an ACK: one that it draws and one that travels meanwhile. More would only make
/// what it shows older.
pub const MAX_ON_THE_WAY: usize = 2;
/// The window of a client that names none, in bytes; the language's default.
pub const DEFAULT_WINDOW: u64 = 64 << 20;
/// The name of the window among HELLO's limits.
pub const WINDOW: &str = "window_bytes";
/// Connections at once, of any kind. A browser opens a handful for a page.
pub const MAX_CONNECTIONS: usize = 256;
/// Clients of a session. Each may cost its share of a window.
pub const MAX_CLIENTS: usize = 64;
/// The most bytes of a client's message: events, diagnostics.
pub const MAX_MESSAGE: usize = 16 << 20;
/// The most bytes of a message that brings what a READ asked for: 4096×4096 pixels. A READ of more fails at once.
pub const MAX_RESULT: usize = 64 << 20;
/// What stands around a result in its message: headers, padding, other replies.
pub const RESULT_ROOM: usize = 64 << 10;
/// Replies that wait for the producer. Beyond, the oldest are dropped: a producer that does not look wants no old events.
pub const MAX_EVENTS: usize = 1 << 14;
/// Bytes of the replies that wait for the producer.
pub const MAX_EVENT_BYTES: usize = 256 << 20;
/// Frames that are kept for a client because they hold READs, which can't be merged. Beyond, READs fail at once.
pub const MAX_KEPT_FRAMES: usize = 8;
/// READs without an answer.
pub const MAX_READS: usize = 1 << 12;
/// How long a client may take for a READ before the producer hears that it failed: nobody waits for ever.
pub const READ_PATIENCE: Duration = Duration::from_secs(10);
/// A connection on which no byte moves for so long is closed. Pings make bytes move while both ends live.
pub const IDLE: Duration = Duration::from_secs(45);
/// How often an idle client is asked whether it is there.
pub const PING: Duration = Duration::from_secs(15);
/// How long a client may take for its HELLO.
pub const HELLO_PATIENCE: Duration = Duration::from_secs(10);
/// Replies of one client in a second, beside ACKs and what was asked for: many times what hands can do. Who sends more is closed;
/// diagnostics and results of queries beyond it are dropped instead, since they are the stream's doing.
pub const MAX_REPLIES_PER_SECOND: u32 = 4096;
/// How long a connection may live without becoming a client's socket: time for a page on a slow line, and an end for who
/// sends a request byte by byte.
pub const REQUEST_PATIENCE: Duration = Duration::from_secs(60);
/// How long a picture with losses stands before the same one comes without.
pub const STILL: Duration = Duration::from_millis(300);
/// How long a goodbye may take.
pub const CLOSING: Duration = Duration::from_secs(1);
/// Names of blobs that are believed to be at a client that resumes.
pub const MAX_NAMED_BLOBS: usize = 1 << 16;
/// Messages of fewer bytes than these are the allocator's own affair; room for larger ones is used again.
pub const LEAST_POOLED: usize = 32 << 10;
/// Rooms that wait for messages: some dozens of frames are let go together.
pub const MAX_POOLED: usize = 64;
/// Bytes of the room that waits for messages.
pub const MAX_POOLED_BYTES: usize = 16 << 20;
/// Bytes of a client's message that are read at once. The library fills that room with zeros before each read, and most messages
/// are an ACK.
pub const READ_AT_ONCE: usize = 16 << 10;

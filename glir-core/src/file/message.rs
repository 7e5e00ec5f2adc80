//! Single parts of a stream, as a live session sends them: one part a message.
//!
//! What a producer's side sends are the parts of a file, in a file's order; all its messages one after another are a
//! file. What an interpreter's side sends are chunks of replies.

use super::chunk::{BLOCK, ChunkHeader, Kind, block_at, checksum};
use super::contents::{encode_blob, encode_keyframe, encode_meta};
use super::index::Keyframe;
use super::writer::{Writer, chunk_header, invalid};
use glir_spec::wire::{Encoding, Hash, Reader};
use glir_spec::{Frame, Header, Reply, limits};
use std::io;

/// The part that begins a stream.
pub fn header(header: &Header<'_>) -> io::Result<Vec<u8>> {
    Ok(Writer::new(Vec::new(), header)?.into_inner())
}

/// A chunk of any kind.
pub fn chunk(kind: Kind, sequence: u64, time_us: u64, head: &[u8], arena: &[u8]) -> io::Result<Vec<u8>> {
    chunk_in(Vec::with_capacity, kind, sequence, time_us, head, arena).map_err(invalid)
}

/// As [`chunk`], in room that is asked for by its size; what stands in it goes.
///
/// An error is a sentence: there is too much. Errors of the standard library's streams would bring much with them that a page's
/// module has no use for.
pub fn chunk_in(
    room: impl FnOnce(usize) -> Vec<u8>,
    kind: Kind,
    sequence: u64,
    time_us: u64,
    head: &[u8],
    arena: &[u8],
) -> Result<Vec<u8>, String> {
    let header = chunk_header(kind, sequence, time_us, head, arena)?;
    let extent = header.extent();
    let mut bytes = room(extent.padded as usize);
    bytes.clear();
    bytes.extend_from_slice(&header.encode());
    bytes.extend_from_slice(head);
    bytes.resize(extent.arena as usize, 0);
    bytes.extend_from_slice(arena);
    bytes.resize(extent.padded as usize, 0);
    Ok(bytes)
}

/// Gives a chunk another number and time. What does not begin with a chunk's header stays as it is.
pub fn renumber(chunk: &mut [u8], sequence: u64, time_us: u64) {
    if let Some(block) = chunk.first_chunk_mut::<BLOCK>()
        && let Some(header) = ChunkHeader::decode(block)
    {
        *block = ChunkHeader { sequence, time_us, ..header }.encode();
    }
}

/// A chunk of metadata.
pub fn meta(sequence: u64, notes: &[(&str, &str)]) -> io::Result<Vec<u8>> {
    chunk(Kind::META, sequence, 0, &encode_meta(notes).map_err(invalid)?, &[])
}

/// A blob, by whose hash payloads name it.
pub fn blob(sequence: u64, encoding: Encoding, hash: Hash, bytes: &[u8]) -> io::Result<Vec<u8>> {
    chunk(Kind::BLOB, sequence, 0, &encode_blob(encoding, hash), bytes)
}

/// A keyframe, in front of the frame chunk with a number.
pub fn keyframe(sequence: u64, time_us: u64, keyframe: &Keyframe<'_>) -> io::Result<Vec<u8>> {
    chunk(
        Kind::KEYFRAME,
        sequence,
        time_us,
        &encode_keyframe(keyframe.frame, &keyframe.head),
        &keyframe.arena,
    )
}

/// A chunk of replies, put together by [`Frame::push_reply`].
///
/// An error is a sentence: there is too much.
pub fn replies(frame: &Frame) -> Result<Vec<u8>, String> {
    chunk_in(Vec::with_capacity, Kind::REPLIES, 0, 0, frame.head(), frame.arena())
}

/// Reads a message that should be one whole chunk of replies; what is wrong with any other is said in a sentence.
/// The arena's bytes come with the replies whose payloads lie in it.
pub fn decode_replies(message: &[u8]) -> Result<(Vec<Reply<'_>>, &[u8]), String> {
    let header = block_at(message, 0).and_then(ChunkHeader::decode);
    let Some(header) = header else { return Err("the message does not start with a chunk's header".into()) };
    if header.kind != Kind::REPLIES {
        return Err(format!("a chunk of kind {} came where replies belong", header.kind));
    }
    let extent = header.extent();
    if extent.padded != message.len() as u64 {
        return Err(format!("the message has {} bytes; its chunk takes {}", message.len(), extent.padded));
    }
    let head = message.get(BLOCK..BLOCK + header.head_len as usize).unwrap_or(&[]);
    let arena = message.get(extent.arena as usize..extent.contents as usize).unwrap_or(&[]);
    if checksum(head) != header.head_crc || checksum(arena) != header.arena_crc {
        return Err("the message does not match its checksum".into());
    }
    let mut reader = Reader::new(head);
    let count = reader.array().map_err(|error| error.to_string())?;
    if count > limits::MAX_REPLIES {
        return Err(format!("{count} replies are more than the {} allowed", limits::MAX_REPLIES));
    }
    let mut replies = Vec::new();
    for _ in 0..count {
        replies.push(Reply::decode(&mut reader).map_err(|error| error.to_string())?);
    }
    reader.finish().map_err(|error| error.to_string())?;
    Ok((replies, arena))
}

//! Reading a file as its bytes come, from a pipe or a socket.

use super::parse::{Parser, Step};
use super::reader::{Item, Options};

/// Reads bytes that come in pieces. For the same bytes and options it gives the items that [`SliceReader`] gives,
/// wherever the pieces end.
///
/// It keeps what has been fed and not yet read, up to one chunk if every [`PushReader::feed`] is followed by polling to
/// the end; memory follows the bytes that came, not the lengths that they claim.
///
/// ```
/// use glir_core::file::{Item, PushReader};
///
/// let mut reader = PushReader::default();
/// for piece in b"[[\"SWAP\"]]".chunks(3) {
///     reader.feed(piece);
///     assert!(reader.poll().is_none());
/// }
/// reader.finish();
/// let Some(Item::Fault(fault)) = reader.poll() else { panic!() };
/// assert!(fault.is_fatal());
/// assert!(reader.poll().is_none());
/// ```
///
/// [`SliceReader`]: super::SliceReader
#[derive(Clone, Debug)]
pub struct PushReader {
    parser: Parser,
    buffer: Vec<u8>,
    /// Bytes of the buffer that are done with.
    start: usize,
    /// Bytes that the parser needs before it can go on.
    need: u64,
    last: bool,
}

impl Default for PushReader {
    /// The default options, but chunks of 1 GiB at the most.
    fn default() -> Self {
        PushReader::new(Options { max_chunk_bytes: 1 << 30, ..Options::default() })
    }
}

impl PushReader {
    /// Reads with the given options; `max_chunk_bytes` bounds what is kept.
    pub fn new(options: Options) -> Self {
        PushReader { parser: Parser::new(options), buffer: Vec::new(), start: 0, need: 0, last: false }
    }

    /// Takes the next bytes. Those that come after [`PushReader::finish`], or after a fatal fault, are ignored.
    pub fn feed(&mut self, bytes: &[u8]) {
        if self.last || self.parser.is_done() {
            return;
        }
        // Moving the rest down only when most of the buffer is free keeps the cost of each byte constant.
        if self.start > self.buffer.len() / 2 {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// Says that no more bytes will come.
    pub fn finish(&mut self) {
        self.last = true;
    }

    /// The next item, if the bytes that came make one up. It borrows the buffer: use it before the next call.
    pub fn poll(&mut self) -> Option<Item<'_>> {
        loop {
            let rest = self.buffer.get(self.start..)?;
            if !self.last && (rest.len() as u64) < self.need {
                return None;
            }
            self.need = 0;
            match self.parser.step(rest, self.last) {
                Step::Item(item, taken) => {
                    self.start += taken;
                    return Some(item);
                }
                Step::Take(taken) => self.start += taken,
                Step::Need(need) => {
                    self.need = need;
                    if self.last {
                        return None;
                    }
                }
                Step::End => return None,
            }
        }
    }
}

//! Replies from their lines: what an interpreter says, written by hand.

use super::TextError;
use super::defaults::Defaults;
use super::json::{Cursor, Kind, Mistake, Walk, quote};
use super::names::Names;
use super::parse::error;
use super::scan::Position;
use super::to_wire::ToWire;
use glir_spec::Frame;
use glir_spec::replies::REPLIES;
use glir_spec::schema::CommandInfo;

/// Appends the reply of one line to a frame that goes back to a producer; [`reply_line`](super::reply_line) is the way back.
///
/// ```
/// use glir_core::file::message;
/// use glir_core::text::{push_reply, reply_line};
/// use glir_spec::Frame;
///
/// let mut frame = Frame::new();
/// push_reply("[\"ACK\", 7]", &mut frame)?;
/// let message = message::replies(&frame)?;
/// let (replies, arena) = message::decode_replies(&message)?;
/// assert_eq!(reply_line(&replies[0], arena), "[\"ACK\", 7]");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// The line is no reply, and what is wrong with it. Nothing was appended then.
pub fn push_reply(line: &str, frame: &mut Frame) -> Result<(), TextError> {
    let bytes = read(line, frame);
    let bytes = bytes.map_err(|mistake| error(mistake, line, Position { line: 1, column: 1 }))?;
    frame.push_encoded(&bytes);
    Ok(())
}

fn read(line: &str, frame: &mut Frame) -> Result<Vec<u8>, Mistake> {
    let json = &mut Cursor::new(line);
    let mut walk = json.array()?;
    let at = json.position();
    if !json.more(&mut walk)? || json.kind() != Kind::String {
        return Err(Mistake::new(at, "a reply starts with its name, such as [\"ACK\", 7]"));
    }
    let name = json.string()?;
    let Some(info) = REPLIES.iter().find(|info| info.name == name) else {
        return Err(Mistake::new(at, format!("there is no reply {}", quote(&name))));
    };
    let bytes = encoded(json, &mut walk, info, frame)?;
    match json.kind() {
        Kind::Nothing => Ok(bytes),
        _ => Err(Mistake::new(json.position(), "one reply stands in each line")),
    }
}

/// The wire form of the reply whose name has been read. The frame takes its payloads.
pub(super) fn encoded(
    json: &mut Cursor<'_>,
    walk: &mut Walk,
    info: &'static CommandInfo,
    frame: &mut Frame,
) -> Result<Vec<u8>, Mistake> {
    let (names, mut defaults) = (Names::default(), Defaults::default());
    let mut bytes = Vec::new();
    let mut to_wire = ToWire::new(&names, &mut defaults, frame);
    to_wire.command(json, walk, info, &mut bytes).map_err(|mistake| mistake.within(info.name))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::push_reply;
    use glir_spec::Frame;

    #[test]
    fn what_is_no_reply_is_told() {
        let why = |line: &str| push_reply(line, &mut Frame::new()).map_err(|error| error.message);
        assert_eq!(why("[\"ACK\", 7]"), Ok(()));
        for (line, word) in [
            ("7", "a list"),
            ("[7]", "name"),
            ("[\"SWAP\"]", "no reply \"SWAP\""),
            ("[\"ACK\"]", "ACK"),
            ("[\"ACK\", 7] 8", "each line"),
        ] {
            assert!(why(line).is_err_and(|why| why.contains(word)), "{line}: {:?}", why(line));
        }
    }
}

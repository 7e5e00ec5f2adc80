//! READs: a request goes to one client only, so every other client gets its frame without them.

use glir_spec::commands::Read;
use glir_spec::wire::Reader;

/// A head without its READs; none if there are none in it.
pub(crate) fn without_reads(head: &[u8]) -> Option<Vec<u8>> {
    if !commands(head).any(is_read) {
        return None;
    }
    let mut rest = glir_spec::Frame::new();
    commands(head).filter(|command| !is_read(command)).for_each(|command| rest.push_encoded(command));
    Some(rest.head().to_vec())
}

/// The commands of a head as far as it is whole.
fn commands(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut reader = Reader::new(head);
    let count = reader.array().unwrap_or(0);
    (0..count).map_while(move |_| {
        let start = reader.offset();
        reader.skip().ok()?;
        Some(reader.between(start, reader.offset()))
    })
}

fn is_read(command: &[u8]) -> bool {
    let mut reader = Reader::new(command);
    reader.array().and_then(|_| reader.uint()).is_ok_and(|opcode| opcode == u64::from(Read::OPCODE))
}

#[cfg(test)]
mod tests {
    use super::{commands, is_read, without_reads};
    use glir_spec::Frame;
    use glir_spec::commands::{Group, Read, Swap};
    use glir_spec::ids::{FramebufferId, RequestId};
    use glir_spec::structs::ReadSource;

    #[test]
    fn only_reads_go() {
        let source = ReadSource::Pixels {
            framebuffer: FramebufferId(0),
            x: 0,
            y: 0,
            width: None,
            height: None,
            attachment: 0,
        };
        let mut frame = Frame::new();
        frame.push(Group { label: "a".into() });
        assert_eq!(without_reads(frame.head()), None);
        frame.push(Read { request: RequestId(1), source });
        frame.push(Swap {});
        let rest = without_reads(frame.head()).unwrap_or_default();
        assert_eq!((commands(&rest).count(), commands(&rest).any(is_read)), (2, false));
    }
}

//! READs: a request goes to one client only, so every other client gets its frame without them.

use glir_spec::commands::Read;
use glir_spec::wire::{Reader, elements};

/// A head without its READs; none if there are none in it.
pub(crate) fn without_reads(head: &[u8]) -> Option<Vec<u8>> {
    if !elements(head).any(is_read) {
        return None;
    }
    let mut rest = glir_spec::Frame::new();
    elements(head).filter(|command| !is_read(command)).for_each(|command| rest.push_encoded(command));
    Some(rest.head().to_vec())
}

fn is_read(command: &[u8]) -> bool {
    let mut reader = Reader::new(command);
    reader.array().and_then(|_| reader.uint()).is_ok_and(|opcode| opcode == u64::from(Read::OPCODE))
}

#[cfg(test)]
mod tests {
    use super::{is_read, without_reads};
    use glir_spec::Frame;
    use glir_spec::commands::{Group, Read, Swap};
    use glir_spec::ids::{FramebufferId, RequestId};
    use glir_spec::structs::ReadSource;
    use glir_spec::wire::elements;

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
        assert_eq!((elements(&rest).count(), elements(&rest).any(is_read)), (2, false));
    }
}

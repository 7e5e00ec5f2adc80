//! Frames in steps: the places in a frame's commands behind which the picture may be another one.

use glir_spec::commands::{Blit, Clear, Dispatch, Draw, End, Group, Record, Run};
use glir_spec::wire::{Reader, Writer};

/// A place between two commands of a head.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// The commands in front of it.
    pub commands: usize,
    /// The bytes of the head in front of it, those of the array's own length included.
    pub bytes: usize,
}

/// The places behind the commands that draw: CLEAR, DRAW, DISPATCH, BLIT and RUN. What a list is made of is recorded and not carried out,
/// so it has none. A head that is malformed somewhere has those in front of the fault.
pub fn steps(head: &[u8]) -> Vec<Step> {
    let mut reader = Reader::new(head);
    let Ok(count) = reader.array() else { return Vec::new() };
    let (mut found, mut depth) = (Vec::new(), 0u32);
    for number in 0..count {
        let mut command = Reader::new(head.get(reader.offset()..).unwrap_or(&[]));
        let opcode =
            command.array().and_then(|_| command.uint()).ok().and_then(|code| u8::try_from(code).ok());
        if reader.skip().is_err() {
            break;
        }
        match opcode.unwrap_or_default() {
            Record::OPCODE => depth += 1,
            // A list's own groups end within it.
            Group::OPCODE if depth > 0 => depth += 1,
            End::OPCODE => depth = depth.saturating_sub(1),
            Clear::OPCODE | Draw::OPCODE | Dispatch::OPCODE | Blit::OPCODE | Run::OPCODE if depth == 0 => {
                found.push(Step { commands: number + 1, bytes: reader.offset() });
            }
            _ => {}
        }
    }
    found
}

/// The commands between two places of a head, as a head of their own; none behind the second place stands for the head's end.
/// Payloads in the arena stay where they are.
pub fn between(head: &[u8], from: Step, to: Option<Step>) -> Vec<u8> {
    let mut reader = Reader::new(head);
    let count = reader.array().unwrap_or(0);
    let to = to.unwrap_or(Step { commands: count, bytes: head.len() });
    let start = if from.bytes == 0 { reader.offset() } else { from.bytes };
    let mut part = Vec::new();
    Writer::new(&mut part).array(to.commands.saturating_sub(from.commands));
    part.extend_from_slice(head.get(start..to.bytes).unwrap_or(&[]));
    part
}

#[cfg(test)]
mod tests {
    use super::{Step, between, steps};
    use glir_spec::Frame;
    use glir_spec::commands::{Clear, End, Group, Record, Run, Swap};
    use glir_spec::enums::Plane;
    use glir_spec::ids::ListId;
    use glir_spec::wire::{Str, elements};

    fn clear(frame: &mut Frame) {
        frame.push(Clear { planes: vec![Plane::Color], attachment: None, value: None });
    }

    #[test]
    fn a_head_is_cut_behind_what_draws() {
        let mut frame = Frame::new();
        clear(&mut frame);
        frame.push(Group { label: Str::from("a") });
        clear(&mut frame);
        frame.push(End {});
        frame.push(Record { list: ListId(1) });
        frame.push(Group { label: Str::from("b") });
        clear(&mut frame);
        frame.push(End {});
        clear(&mut frame);
        frame.push(End {});
        frame.push(Run { list: ListId(1) });
        frame.push(Swap {});
        let head = frame.head();
        let places = steps(head);
        assert_eq!(places.iter().map(|step| step.commands).collect::<Vec<_>>(), [1, 3, 11]);
        // All parts together are the whole.
        let mut commands: Vec<Vec<u8>> = Vec::new();
        let mut from = Step::default();
        for to in places.into_iter().map(Some).chain([None]) {
            let part = between(head, from, to);
            commands.extend(elements(&part).map(<[u8]>::to_vec));
            from = to.unwrap_or_default();
        }
        assert!(elements(head).map(<[u8]>::to_vec).eq(commands));
    }

    #[test]
    fn a_head_that_breaks_off_has_the_steps_before() {
        let mut frame = Frame::new();
        clear(&mut frame);
        clear(&mut frame);
        let head = frame.head();
        for end in 0..head.len() {
            let places = steps(&head[..end]);
            assert!(places.len() <= 1 && places.iter().all(|step| step.bytes <= end));
        }
        assert_eq!(steps(b"no head"), []);
    }
}

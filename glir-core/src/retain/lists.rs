//! Lists of a stream: what they hold now, and frames without them.
//!
//! A RUN is retained as the commands that it carried out, since the list may hold others when somebody asks. The lists themselves
//! come last in a snapshot: what is run later finds them.

use super::graph::encoded;
use super::ran::{Ran, listed};
use super::tail::Emitter;
use super::{Account, Driven, Fresh};
use crate::lists::ranged;
use glir_spec::Frame;
use glir_spec::commands::{Command, Draw, End, Group, Record, Redraw};
use glir_spec::ids::ListId;
use glir_spec::wire::Reader;
use std::sync::Arc;

#[derive(Clone, Default)]
pub(super) struct Lists {
    lists: Vec<Kept>,
    /// The list of REDRAW, and the frame that named it.
    redraw: Option<(u32, u64)>,
}

#[derive(Clone)]
struct Kept {
    id: u32,
    commands: Arc<[u8]>,
    /// The frame that recorded it.
    frame: u64,
}

/// A chunk with its RUNs unrolled, and what signals set of uniforms.
struct Unrolled {
    out: Frame,
    count: u32,
}

/// A RUN that is unrolled.
struct Unrolling<'a> {
    lists: &'a Lists,
    to: &'a mut Unrolled,
    /// The ranges that draws of the lists that run now take instead of their own.
    ranges: Vec<Option<(u32, u32)>>,
}

impl Lists {
    /// Takes what a chunk says of lists, and gives it without them: its commands and what is to be said of them.
    pub(super) fn take(&mut self, head: &[u8], account: &Account, frame: u64) -> (Frame, Account) {
        let mut reader = Reader::new(head);
        let count = reader.array().unwrap_or(0);
        let mut to = Unrolled { out: Frame::new(), count: 0 };
        let mut fresh = None;
        let mut number = 0;
        let mut set = account.set.iter().peekable();
        while (number as usize) < count {
            while let Some((_, uniform)) = set.next_if(|(before, _)| *before <= number) {
                to.push(uniform);
            }
            if let Some(known) = account.fresh.filter(|known| known.command == number) {
                fresh = Some(Fresh { command: to.count, ..known });
            }
            let start = reader.offset();
            let Some(opcode) = opcode(&mut reader) else { break };
            let taken = account.refused.binary_search(&number).is_err();
            if opcode == Record::OPCODE {
                let record = Command::decode(&mut Reader::new(reader.between(start, reader.offset())));
                let (body, used) = block(&mut reader, count - number as usize - 1);
                if let (true, Ok(Command::Record(record))) = (taken, record) {
                    self.set(record.list.0, body.into(), frame);
                }
                number += 1 + used;
                continue;
            }
            let bytes = reader.between(start, reader.offset());
            match Command::decode(&mut Reader::new(bytes)) {
                _ if !taken => {}
                Ok(Command::Run(run)) => {
                    let mut unrolling = Unrolling { lists: self, to: &mut to, ranges: Vec::new() };
                    account.ran(number, run.list.0, &mut unrolling);
                }
                Ok(Command::Redraw(redraw)) => self.redraw = Some((redraw.list.0, frame)),
                _ => to.push(bytes),
            }
            number += 1;
        }
        let Account { written, copied, draws, .. } = *account;
        let account = Account { fresh, written, copied, draws, ..Account::default() };
        (to.out, account)
    }

    /// Gives out the lists recorded in a frame from `since` on.
    pub(super) fn emit<K>(&self, since: u64, out: &mut Emitter<'_, K>) {
        for list in self.lists.iter().filter(|list| list.frame >= since) {
            let record = encoded!(Record { list: ListId(list.id) });
            let end = encoded!(End {});
            out.together(listed(&record).chain(listed(&list.commands)).chain(listed(&end)));
        }
        if let Some((list, _)) = self.redraw.filter(|(_, frame)| *frame >= since) {
            out.command(&encoded!(Redraw { list: ListId(list) }), None);
        }
    }

    fn set(&mut self, id: u32, commands: Arc<[u8]>, frame: u64) {
        let kept = Kept { id, commands, frame };
        match self.place(id) {
            Ok(at) => {
                if let Some(known) = self.lists.get_mut(at) {
                    *known = kept;
                }
            }
            Err(at) => self.lists.insert(at, kept),
        }
    }

    fn place(&self, id: u32) -> Result<usize, usize> {
        self.lists.binary_search_by_key(&id, |list| list.id)
    }
}

impl Ran for Unrolling<'_> {
    fn list(&self, id: u32) -> Option<Arc<[u8]>> {
        let at = self.lists.place(id).ok()?;
        self.lists.lists.get(at).map(|list| list.commands.clone())
    }

    fn begins(&mut self, _: u32, driven: Option<&Driven>) -> bool {
        if driven.is_some_and(|driven| driven.hidden) {
            return false;
        }
        if let Some(driven) = driven.filter(|driven| !driven.state.is_empty()) {
            self.to.push(&driven.state);
        }
        self.ranges.push(driven.and_then(|driven| driven.range));
        true
    }

    fn command(&mut self, command: &Command<'_>, bytes: &[u8]) {
        let range = self.ranges.last().copied().flatten();
        match command {
            Command::Draw(draw) if range.is_some() => {
                self.to.push(&encoded!(Draw {
                    selection: ranged(draw.selection.clone(), range),
                    ..draw.clone()
                }));
            }
            _ => self.to.push(bytes),
        }
    }

    fn ends(&mut self) {
        self.ranges.pop();
    }
}

impl Unrolled {
    fn push(&mut self, bytes: &[u8]) {
        self.out.push_encoded(bytes);
        self.count += 1;
    }
}

/// Passes over a command; its opcode.
fn opcode(reader: &mut Reader<'_>) -> Option<u8> {
    let start = reader.offset();
    let opcode = reader.array().and_then(|_| reader.uint()).ok();
    reader.seek(start);
    reader.skip().ok()?;
    // What is no opcode is no command of lists.
    Some(opcode.and_then(|opcode| u8::try_from(opcode).ok()).unwrap_or(0))
}

/// Passes over the commands of a list up to its END; their bytes, and how many commands that were, END included.
fn block<'a>(reader: &mut Reader<'a>, left: usize) -> (&'a [u8], u32) {
    let begin = reader.offset();
    let (mut groups, mut used) = (0, 0);
    while (used as usize) < left {
        let start = reader.offset();
        let Some(opcode) = opcode(reader) else { break };
        used += 1;
        match opcode {
            Group::OPCODE => groups += 1,
            End::OPCODE if groups == 0 => return (reader.between(begin, start), used),
            End::OPCODE => groups -= 1,
            _ => {}
        }
    }
    (&[], used)
}

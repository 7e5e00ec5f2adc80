//! Lists of a stream: what they hold now, and frames without them.
//!
//! A RUN is retained as the commands that it carried out, since the list may hold others when somebody asks. The lists themselves
//! come last in a snapshot: what is run later finds them.

use super::graph::encoded;
use super::tail::Emitter;
use super::{Account, Fresh};
use crate::lists::ranged;
use glir_spec::Frame;
use glir_spec::commands::{Command, Draw, End, Group, Record, Redraw};
use glir_spec::ids::ListId;
use glir_spec::wire::Reader;

#[derive(Default)]
pub(super) struct Lists {
    lists: Vec<Kept>,
    /// The list of REDRAW, and the frame that named it.
    redraw: Option<(u32, u64)>,
}

struct Kept {
    id: u32,
    commands: Vec<u8>,
    /// The frame that recorded it.
    frame: u64,
}

/// A chunk with its RUNs unrolled.
struct Unrolled<'a> {
    out: Frame,
    count: u32,
    account: &'a Account,
    /// The RUN that is unrolled, and commands that it has carried out so far.
    run: (u32, u32),
}

impl Lists {
    /// Takes what a chunk says of lists, and gives it without them: its commands and what is to be said of them.
    pub(super) fn take(&mut self, head: &[u8], account: &Account, frame: u64) -> (Frame, Account) {
        let mut reader = Reader::new(head);
        let count = reader.array().unwrap_or(0);
        let mut to = Unrolled { out: Frame::new(), count: 0, account, run: (0, 0) };
        let mut fresh = None;
        let mut number = 0;
        while (number as usize) < count {
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
                    self.set(record.list.0, body.to_vec(), frame);
                }
                number += 1 + used;
                continue;
            }
            let bytes = reader.between(start, reader.offset());
            match Command::decode(&mut Reader::new(bytes)) {
                _ if !taken => {}
                Ok(Command::Run(run)) => {
                    to.run = (number, 0);
                    self.unroll(run.list.0, None, &mut to);
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
            out.together(commands(&record).chain(commands(&list.commands)).chain(commands(&end)));
        }
        if let Some((list, _)) = self.redraw.filter(|(_, frame)| *frame >= since) {
            out.command(&encoded!(Redraw { list: ListId(list) }), None);
        }
    }

    /// The commands of a list, those of the lists that it runs in their places. What did nothing is left out.
    fn unroll(&self, id: u32, run: Option<u32>, to: &mut Unrolled<'_>) {
        let Ok(at) = self.place(id) else { return };
        let Some(list) = self.lists.get(at) else { return };
        let driven = to.account.driven.iter().find(|driven| driven.run == (to.run.0, run));
        let range = driven.and_then(|driven| driven.range);
        if let Some(driven) = driven {
            if driven.hidden {
                return;
            }
            if !driven.state.is_empty() {
                to.push(&driven.state);
            }
        }
        for bytes in commands(&list.commands) {
            let nth = to.run.1;
            if to.account.cut_short.contains(&(to.run.0, nth)) {
                return;
            }
            to.run.1 += 1;
            if to.account.refused_in_lists.contains(&(to.run.0, nth)) {
                continue;
            }
            match Command::decode(&mut Reader::new(bytes)) {
                // It was not deeper when it was carried out.
                Ok(Command::Run(run)) => self.unroll(run.list.0, Some(nth), to),
                Ok(Command::Draw(draw)) if range.is_some() => {
                    to.push(&encoded!(Draw { selection: ranged(draw.selection, range), ..draw }));
                }
                Ok(_) => to.push(bytes),
                Err(_) => {}
            }
        }
    }

    fn set(&mut self, id: u32, commands: Vec<u8>, frame: u64) {
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

impl Unrolled<'_> {
    fn push(&mut self, bytes: &[u8]) {
        self.out.push_encoded(bytes);
        self.count += 1;
    }
}

/// Encoded commands, one after another.
fn commands(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut reader = Reader::new(bytes);
    std::iter::from_fn(move || {
        let start = reader.offset();
        if start >= bytes.len() {
            return None;
        }
        reader.skip().ok()?;
        Some(reader.between(start, reader.offset()))
    })
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

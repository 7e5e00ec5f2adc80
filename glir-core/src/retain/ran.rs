//! What a RUN has carried out, found again by what the interpreter has said of it.

use super::{Account, Driven};
use glir_spec::commands::Command;
use glir_spec::limits;
use glir_spec::wire::Reader;
use std::sync::Arc;

/// Who goes through the commands that a RUN has carried out, those of the lists that it runs in their places.
pub trait Ran {
    /// The commands of a list, encoded, one after another.
    fn list(&self, id: u32) -> Option<Arc<[u8]>>;

    /// A list begins, as signals had it if any drove it. False passes over it; what is hidden did nothing.
    fn begins(&mut self, id: u32, driven: Option<&Driven>) -> bool;

    /// A command that was carried out, or is one of a hidden list; never RUN.
    fn command(&mut self, command: &Command<'_>, bytes: &[u8]);

    /// The list that began last and has not ended ends.
    fn ends(&mut self);
}

impl Account {
    /// Goes through what the RUN of this number in the chunk has carried out of a list. What was refused is left out.
    pub fn ran(&self, number: u32, list: u32, to: &mut impl Ran) {
        Walk { account: self, number, next: 0, depth: 0, acts: true }.list(list, None, to);
    }
}

struct Walk<'a> {
    account: &'a Account,
    /// The RUN of the chunk.
    number: u32,
    /// The number that the next command has among all that the RUN carries out.
    next: u32,
    depth: u32,
    /// No list around it is hidden.
    acts: bool,
}

impl Walk<'_> {
    /// Goes through a list. False if it has ended early, which ends those that run it.
    fn list(&mut self, id: u32, run: Option<u32>, to: &mut impl Ran) -> bool {
        // What signals make of a list holds before it is recorded.
        let commands = to.list(id).unwrap_or_default();
        let all = &self.account.driven;
        let found = all.binary_search_by_key(&(self.number, run), |driven| driven.run);
        let driven = found.ok().and_then(|at| all.get(at)).filter(|_| self.acts);
        let outer = self.acts;
        let acts = outer && driven.is_none_or(|driven| !driven.hidden);
        if self.depth == limits::MAX_RUN_DEPTH {
            // What is hidden is not too deep either.
            return !acts;
        }
        if !to.begins(id, driven) {
            return true;
        }
        self.acts = acts;
        self.depth += 1;
        let mut is_whole = true;
        for bytes in listed(&commands) {
            let nth = (self.number, self.next);
            if self.acts {
                if self.account.cut_short.binary_search(&nth).is_ok() {
                    is_whole = false;
                    break;
                }
                self.next += 1;
                if self.account.refused_in_lists.binary_search(&nth).is_ok() {
                    continue;
                }
            }
            match Command::decode(&mut Reader::new(bytes)) {
                Ok(Command::Run(inner)) => is_whole = self.list(inner.list.0, Some(nth.1), to),
                Ok(command) => to.command(&command, bytes),
                Err(_) => {}
            }
            if !is_whole {
                break;
            }
        }
        self.depth -= 1;
        self.acts = outer;
        to.ends();
        is_whole
    }
}

/// The commands of a list: encoded, one after another.
pub fn listed(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
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

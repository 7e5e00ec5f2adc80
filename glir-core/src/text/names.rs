//! The interfaces that SHADERS declares, followed along the stream, so that slots have names.

use super::words;
use glir_spec::schema::SlotKind;
use glir_spec::structs::Interface;
use glir_spec::{Command, GlslType};
use std::collections::HashMap;

/// The declared interfaces of all programs.
#[derive(Debug, Default)]
pub(super) struct Names {
    programs: HashMap<u32, Program>,
}

#[derive(Debug, Default)]
struct Program {
    lists: [List; 5],
}

#[derive(Debug, Default)]
struct List {
    entries: Vec<Entry>,
    /// The first slot of each name.
    slots: HashMap<String, u32>,
}

/// One entry of an interface.
#[derive(Debug)]
struct Entry {
    name: String,
    declared: Option<Declared>,
}

/// The declared type of a uniform, attribute or varying.
#[derive(Clone, Copy, Debug)]
pub(super) struct Declared {
    pub(super) ty: GlslType,
    /// Length of the array; 1 if it is none.
    pub(super) count: u32,
}

impl Names {
    /// A new stream begins.
    pub(super) fn clear(&mut self) {
        self.programs.clear();
    }

    /// Takes note of SHADERS and DELETE.
    pub(super) fn follow(&mut self, command: &Command<'_>) {
        match command {
            Command::SetShaders(shaders) => {
                self.programs.insert(shaders.program.0, Program::new(&shaders.interface));
            }
            Command::Delete(delete) => drop(self.programs.remove(&delete.id.0)),
            _ => {}
        }
    }

    /// The name of a slot, if it leads back to the slot.
    pub(super) fn name(&self, program: u32, kind: SlotKind, slot: u32) -> Option<&str> {
        let list = self.list(program, kind)?;
        let entry = list.entries.get(usize::try_from(slot).ok()?)?;
        (list.slots.get(&entry.name) == Some(&slot)).then_some(entry.name.as_str())
    }

    /// The declared type of a slot.
    pub(super) fn declared(&self, program: u32, kind: SlotKind, slot: u32) -> Option<Declared> {
        self.list(program, kind)?.entries.get(usize::try_from(slot).ok()?)?.declared
    }

    /// The slot with this name, and the array element if the name ends in one, as `u_lights[2]`. The error says what
    /// is wrong with the name.
    pub(super) fn slot(
        &self,
        program: u32,
        kind: SlotKind,
        name: &str,
    ) -> Result<(u32, Option<u32>), String> {
        let Some(list) = self.list(program, kind) else {
            return Err(format!(
                "the names of program {program} are unknown, since no SHADERS for it stands before this line; write the \
                 slot's number"
            ));
        };
        if let Some(slot) = list.slots.get(name) {
            return Ok((*slot, None));
        }
        if kind == SlotKind::Uniform
            && let Some((base, element)) = element(name)
            && let Some(slot) = list.slots.get(base)
        {
            return Ok((*slot, Some(element)));
        }
        let kind = kind.name();
        Err(if list.entries.is_empty() {
            format!("program {program} declares no {kind}, so {} is none", super::json::quote(name))
        } else {
            let names = list.entries.iter().map(|entry| entry.name.as_str());
            words::none_of(name, &format!("{kind}s of program {program},"), names)
        })
    }

    fn list(&self, program: u32, kind: SlotKind) -> Option<&List> {
        self.programs.get(&program).map(|program| &program.lists[index(kind)])
    }
}

impl Program {
    fn new(interface: &Interface<'_>) -> Self {
        let one = |ty: GlslType| Some(Declared { ty, count: 1 });
        let mut program = Program::default();
        let mut add = |kind, name: &str, declared| program.lists[index(kind)].add(name, declared);
        for attribute in &interface.attributes {
            add(SlotKind::Attribute, &attribute.name, one(attribute.ty));
        }
        for uniform in &interface.uniforms {
            add(SlotKind::Uniform, &uniform.name, Some(Declared { ty: uniform.ty, count: uniform.count }));
        }
        for sampler in &interface.samplers {
            add(SlotKind::Sampler, &sampler.name, None);
        }
        for block in &interface.blocks {
            add(SlotKind::Block, &block.name, None);
        }
        for varying in &interface.feedback {
            add(SlotKind::Feedback, &varying.name, one(varying.ty));
        }
        program
    }
}

impl List {
    fn add(&mut self, name: &str, declared: Option<Declared>) {
        // The decoder bounds the length of a list far below 2³².
        let slot = self.entries.len() as u32;
        self.slots.entry(name.to_owned()).or_insert(slot);
        self.entries.push(Entry { name: name.to_owned(), declared });
    }
}

const fn index(kind: SlotKind) -> usize {
    match kind {
        SlotKind::Attribute => 0,
        SlotKind::Uniform => 1,
        SlotKind::Sampler => 2,
        SlotKind::Block => 3,
        SlotKind::Feedback => 4,
    }
}

/// `name[3]` as name and number.
pub(super) fn element(name: &str) -> Option<(&str, u32)> {
    let (base, number) = name.strip_suffix(']')?.rsplit_once('[')?;
    let plain = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    if plain { Some((base, number.parse().ok()?)) } else { None }
}

//! What one picture rests on, and nothing else.
//!
//! [`Retained`](glir_core::retain::Retained) has let go of what it can while it went forward; a picture that it gives may still have draws that
//! others have covered piece by piece, copies that later ones have covered, and values that nothing reads. Here the commands of a picture are
//! gone through once more, from its end back to its begin: what is still to be seen of each canvas, image and buffer is known there, so each
//! command is asked whether anything of that is its own.

mod live;
mod parts;
mod surface;
mod walk;
mod world;
mod write;

use crate::commands::split;
use glir_spec::Frame;
use glir_spec::commands::Command;
use glir_spec::wire::Reader;
use live::Live;
use walk::{Keep, Walk};
use world::{Before, Serial, World};

/// A picture's commands without those that no pixel of it rests on. The first canvas begins with a size.
pub(crate) fn needed(picture: &Frame, size: (u32, u32)) -> Frame {
    let commands: Vec<&[u8]> = split(picture.head()).collect();
    let Some(plan) = plan(&commands, size) else { return picture.clone() };
    write::written(&commands, picture.arena(), &plan, size)
}

/// What is kept, and what becomes of the objects.
struct Plan {
    /// For each command.
    keep: Vec<Keep>,
    /// The CREATEs that are kept, by serial.
    made: Vec<bool>,
    /// The commands at which objects are deleted, whether something rests on that, and their serials and ids.
    deletions: Vec<(usize, bool, Serial)>,
    ids: Vec<u32>,
    /// Programs of which signals drive uniforms.
    driven: Vec<bool>,
}

fn decoded<'a>(bytes: &'a [u8]) -> Option<Command<'a>> {
    Command::decode(&mut Reader::new(bytes)).ok()
}

impl Plan {
    fn is_deletion(&self, at: usize) -> bool {
        self.deletions.binary_search_by_key(&at, |(at, ..)| *at).is_ok()
    }
}

/// None if there are commands that are never in pictures.
fn plan(commands: &[&[u8]], size: (u32, u32)) -> Option<Plan> {
    let mut world = World::new(size);
    let mut before = Vec::with_capacity(commands.len());
    for bytes in commands {
        let command = decoded(bytes)?;
        if matches!(command, Command::Record(_) | Command::Run(_) | Command::Redraw(_)) {
            return None;
        }
        before.push(world.apply(&command));
    }
    let mut live = Live::of(&world);
    let mut keep = vec![0; commands.len()];
    let mut deletions = Vec::new();
    for (at, bytes) in commands.iter().enumerate().rev() {
        let (command, was) = (decoded(bytes)?, before.pop()?);
        let made = match &command {
            Command::Create(create) => world.serial(create.id.0),
            _ => None,
        };
        if let Before::Deleted(serial, _) = was {
            deletions.push((at, false, serial));
        }
        if let (Command::SetShaders(shaders), Before::Program(old)) = (&command, &was)
            && let Some(serial) = world.serial(shaders.program.0)
            && let (Some(new), Some(kept)) = (world.program(serial), keep.get_mut(at))
        {
            let mut walk = Walk { live: &mut live, world: &world, at };
            *kept = walk.shaders(serial, old, new);
            world.take_back(&command, was);
            continue;
        }
        world.take_back(&command, was);
        let mut walk = Walk { live: &mut live, world: &world, at };
        let kept = walk.command(&command, made);
        if let Some(place) = keep.get_mut(at) {
            *place = kept;
        }
        for late in live.late.drain(..) {
            if let Some(place) = keep.get_mut(late) {
                *place = 1;
            }
        }
    }
    let needed = |serial: Serial| live.objects.get(serial as usize);
    for (_, rests, serial) in &mut deletions {
        *rests = needed(*serial).is_some_and(|needed| needed.deletion);
    }
    deletions.reverse();
    if !live.signals {
        for (kept, bytes) in keep.iter_mut().zip(commands) {
            if matches!(decoded(bytes), Some(Command::Input(_) | Command::Signal(_) | Command::Forget(_))) {
                *kept = 0;
            }
        }
    }
    let objects = || (0..world.count() as Serial).map(|serial| world.object(serial));
    Some(Plan {
        keep,
        made: live.objects.iter().map(|needed| needed.object).collect(),
        deletions,
        ids: objects().map(|object| object.map_or(0, |object| object.id)).collect(),
        driven: objects().map(|object| object.is_some_and(|object| object.driven)).collect(),
    })
}

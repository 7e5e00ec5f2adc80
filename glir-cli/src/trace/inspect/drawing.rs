//! What a page shows behind the commands of a trace that is drawn once: pictures, and what buffers and textures hold.

use super::contents::{Part, Scene, Shape, contents, free};
use super::delta::Table;
use crate::failure::{Failure, say};
use crate::trace::failed;
use crate::trace::stage::Stage;
use glir_core::{Backend, Interpreter, Outcome};
use glir_native::{Api, picture};
use glir_spec::Command;
use glir_spec::wire::Reader;
use glir_trace::{Blobs, FrameChunk, Trace, split};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// What a page says behind so many commands of a frame, where it is something else than before.
pub(super) type Steps = BTreeMap<u32, Map<String, Value>>;

/// Behind so many commands: the objects that there are, and the framebuffer in use.
pub(super) struct Seen {
    pub(super) count: u32,
    pub(super) objects: BTreeMap<u64, Rc<Value>>,
    pub(super) framebuffer: u64,
    /// The state's fields.
    pub(super) fields: Value,
}

/// A trace being drawn, frame by frame.
pub(super) struct Drawing<'t, 'a> {
    name: &'t str,
    trace: &'t Trace<'a>,
    /// None once there is nobody who could draw.
    api: Option<Api>,
    stage: Option<Stage<'a>>,
    stream: Option<u64>,
    pub(super) table: Table,
    /// The picture that is shown, and the contents of each object.
    shown: Option<Option<usize>>,
    held: BTreeMap<u64, Option<usize>>,
    wrong: Option<Failure>,
}

/// Objects of which a command may change the contents.
enum Touched {
    Nothing,
    One(u32),
    /// Those that are drawn or captured to; of those of every framebuffer, even if none is in use.
    Drawn {
        everywhere: bool,
    },
    All,
}

impl<'t, 'a> Drawing<'t, 'a> {
    pub(super) fn new(name: &'t str, trace: &'t Trace<'a>, api: Option<Api>, table: Table) -> Self {
        let (stage, stream, shown, wrong) = (None, None, None, None);
        Drawing { name, trace, api, stage, stream, table, shown, held: BTreeMap::new(), wrong }
    }

    /// Draws a frame, and adds the picture at its end. Frames must come one after another.
    pub(super) fn end(&mut self, chunk: &FrameChunk<'_>, steps: &mut Steps) -> Result<(), Failure> {
        self.begin(chunk.number)?;
        let Some(mut stage) = self.stage.take() else { return Ok(()) };
        if stage.draw(self.name, chunk.into())? == Outcome::Stopped {
            return Ok(());
        }
        let interpreter = stage.session.interpreter().map_err(|error| Failure::about(self.name, error))?;
        self.show(interpreter, split(&chunk.head).count() as u32, steps);
        self.stage = Some(stage);
        self.wrong.take().map_or(Ok(()), Err)
    }

    /// Draws a frame, and adds what there is to see behind each of its commands.
    pub(super) fn commands(
        &mut self,
        chunk: &FrameChunk<'_>,
        seen: &[Seen],
        steps: &mut Steps,
    ) -> Result<(), Failure> {
        let begins = self.begin(chunk.number)?;
        let Some(mut stage) = self.stage.take() else { return Ok(()) };
        if begins {
            let interpreter =
                stage.session.interpreter().map_err(|error| Failure::about(self.name, error))?;
            self.show(interpreter, 0, steps);
            self.read(interpreter, &stage.blobs, seen, (0, &Touched::All), steps);
        }
        let commands: Vec<&[u8]> = split(&chunk.head).collect();
        let mut last = 0;
        let outcome = stage.draw_and_look(self.name, chunk.into(), |interpreter, blobs, count| {
            let refused = interpreter.account().refused.binary_search(&(count - 1)).is_ok();
            // What a list is made of does nothing yet.
            let is_one = std::mem::replace(&mut last, count) + 1 == count;
            let Some(command) = commands.get(count as usize - 1).filter(|_| is_one && !refused) else {
                return;
            };
            let (shows, touched) = touched(command);
            if shows {
                self.show(interpreter, count, steps);
            }
            self.read(interpreter, blobs, seen, (count, &touched), steps);
        })?;
        self.stage = Some(stage).filter(|_| outcome != Outcome::Stopped);
        self.wrong.take().map_or(Ok(()), Err)
    }

    /// Begins the stream of a frame, unless it has been begun; true if so.
    fn begin(&mut self, frame: u64) -> Result<bool, Failure> {
        let stream = self.trace.first_of_stream(frame).map_err(failed(self.name))?;
        let Some(api) = self.api.filter(|_| self.stream != Some(stream)) else { return Ok(false) };
        self.stream = Some(stream);
        self.stage = match Stage::at(self.name, self.trace, api, frame, Some(0)) {
            Ok(stage) => stage,
            Err(Failure::Unusable(why)) => {
                say(format_args!("{why}; the page has no pictures"));
                self.api = None;
                None
            }
            Err(failure) => return Err(failure),
        };
        Ok(true)
    }

    /// Adds the picture, if it has changed.
    fn show<B: Backend>(&mut self, interpreter: &mut Interpreter<B>, count: u32, steps: &mut Steps) {
        let number = match picture(interpreter) {
            _ if self.table.full => None,
            Ok(picture) => self.table.picture(&picture),
            Err(why) => {
                let sentence = format!("the picture can't be read: {why:?}");
                self.wrong.get_or_insert(Failure::about(self.name, sentence));
                None
            }
        };
        if self.shown.replace(number) != Some(number) {
            steps.entry(count).or_default().insert("picture".into(), number.into());
        }
    }

    /// Adds what objects hold, where it has changed.
    fn read<B: Backend>(
        &mut self,
        interpreter: &mut Interpreter<B>,
        blobs: &Blobs<'_>,
        seen: &[Seen],
        (count, touched): (u32, &Touched),
        steps: &mut Steps,
    ) {
        let at = seen.partition_point(|seen| seen.count <= count);
        let Some(seen) = at.checked_sub(1).and_then(|at| seen.get(at)) else { return };
        let named: BTreeSet<u64> = match touched {
            Touched::Nothing => return,
            Touched::One(id) => [u64::from(*id)].into(),
            Touched::Drawn { everywhere } => seen.drawn(*everywhere),
            Touched::All => seen.objects.keys().copied().collect(),
        };
        for (id, object) in seen.objects.iter().filter(|(id, _)| named.contains(id)) {
            if !matches!(object["kind"].as_str(), Some("buffer" | "texture" | "renderbuffer")) {
                continue;
            }
            let free = free(seen.objects.keys().copied());
            let scene = Scene { free, framebuffer: seen.framebuffer, fields: &seen.fields };
            let shape = Shape::of(object);
            let mut parts = Vec::new();
            for part in shape.parts().skip(1) {
                if self.table.full {
                    break;
                }
                let held = contents(interpreter, blobs, object, part, &scene);
                parts.push(json!([part.level, part.layer, self.table.contents(held, Map::new())]));
            }
            let mut more = Map::new();
            if !parts.is_empty() {
                more.insert("levels".into(), shape.levels.into());
                more.insert("layers".into(), shape.layers(0).into());
                more.insert("parts".into(), parts.into());
            }
            let number = if self.table.full {
                None
            } else {
                self.table.contents(contents(interpreter, blobs, object, Part::default(), &scene), more)
            };
            if self.held.insert(*id, number) != Some(number) {
                let step = steps.entry(count).or_default();
                let entry = step.entry("contents").or_insert_with(|| Map::new().into());
                if let Value::Object(entry) = entry {
                    entry.insert(id.to_string(), number.into());
                }
            }
        }
    }
}

impl Seen {
    /// What is attached to framebuffers, and what draws are captured in.
    fn drawn(&self, everywhere: bool) -> BTreeSet<u64> {
        let attached = everywhere || self.framebuffer != 0;
        let parts = self.objects.values().flat_map(|object| {
            let parts = [object.get("feedback"), object.get("attachments").filter(|_| attached)];
            parts.into_iter().flatten().filter_map(Value::as_object).flat_map(Map::values)
        });
        parts.filter_map(|part| part.get(0).and_then(Value::as_u64)).collect()
    }
}

/// Whether a command may change what canvases show, and of which objects it may change the contents.
fn touched(command: &[u8]) -> (bool, Touched) {
    match Command::decode(&mut Reader::new(command)) {
        Ok(Command::Create(create)) => (false, Touched::One(create.id.0)),
        Ok(Command::Size(size)) => (false, Touched::One(size.id.0)),
        Ok(Command::Data(data)) => (false, Touched::One(data.id.0)),
        Ok(Command::Mipmaps(mipmaps)) => (false, Touched::One(mipmaps.texture.0)),
        Ok(Command::Current(_)) => (true, Touched::Nothing),
        Ok(Command::Clear(_) | Command::Draw(_)) => (true, Touched::Drawn { everywhere: false }),
        Ok(Command::Blit(_) | Command::Run(_)) => (true, Touched::Drawn { everywhere: true }),
        Ok(Command::Dispatch(_) | Command::Extension(_)) => (true, Touched::All),
        _ => (false, Touched::Nothing),
    }
}

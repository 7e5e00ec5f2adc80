//! Lists and signals at work: commands kept and run again, and pictures drawn anew between the producer's frames.

use crate::backend::Backend;
use crate::check::{Checking, FrameInput, NoBlobs};
use crate::checked::Checked;
use crate::diagnostic::{Check, Fault, Refusal, refusal, refuse};
use crate::interpreter::{Interpreter, malformed, pass_over};
use crate::lists::may_stand;
use crate::retain::Account;
use crate::signals::Signals;
use crate::store::Store;
use glir_spec::commands::{Command, Current};
use glir_spec::enums::Severity;
use glir_spec::ids::{CanvasId, ListId};
use glir_spec::wire::Reader;
use glir_spec::{Code, Reply, limits};

impl<B: Backend> Interpreter<B> {
    /// Lets something happen to a canvas: pointer, wheel, keys, a new size. True if a signal has taken it; else it is the
    /// producer's to know. What it changes is seen at the next [`tick`](Interpreter::tick).
    pub fn event(&mut self, event: &Reply<'_>) -> bool {
        let taken = self.checker.signals.event(event);
        self.follow_sizes();
        taken
    }

    /// Gives canvases the size at which they are shown, where the stream asks for that.
    fn follow_sizes(&mut self) {
        self.checker.tell_sizes();
        while let Some((canvas, (width, height))) = self.checker.signals.misfit() {
            self.resize(CanvasId(canvas), width, height);
            // One that a canvas can't have changes nothing, and is not tried again.
            self.checker.tell_sizes();
            if self.checker.signals.misfit().is_some_and(|(misfit, _)| misfit == canvas) {
                self.checker.signals.give_size_up(canvas);
            }
        }
    }

    /// Lets time go on to so many seconds since the stream began, and draws the picture anew if a signal has changed it.
    /// True if it did; canvases are shown then.
    pub fn tick(&mut self, seconds: f64) -> bool {
        if self.stopped {
            return false;
        }
        self.checker.signals.advance(seconds);
        if !self.checker.signals.is_empty() {
            self.follow_sizes();
        }
        let changed = self.checker.apply_signals();
        self.checker.left.clear();
        if !changed && !self.checker.lists.due {
            return false;
        }
        self.checker.lists.due = false;
        let list = ListId(self.checker.lists.redraw);
        if list.0 == 0 {
            return false;
        }
        self.checker.lists.ran = 0;
        if let Err(refusal) = self.run_list(list, None) {
            self.report(refusal, Severity::Error, None, "REDRAW");
        }
        self.show();
        true
    }

    /// Lets time go on as [`tick`](Interpreter::tick) does, for who [retains](crate::retain) the stream: the account is that of a chunk of no
    /// commands, in front of which signals have set uniforms, and the list that REDRAW names is left to the caller, if it is to be run.
    pub fn advance(&mut self, seconds: f64) -> Option<ListId> {
        if self.stopped {
            return None;
        }
        self.account = Account { draws: self.account.draws, ..Account::default() };
        self.checker.signals.advance(seconds);
        self.follow_sizes();
        let changed = self.checker.apply_signals();
        for uniform in std::mem::take(&mut self.checker.left) {
            let set = self.checker.uniform(uniform).map(|command| (0, command));
            self.account.set.extend(set);
        }
        let due = std::mem::take(&mut self.checker.lists.due) || changed;
        let list = self.checker.lists.redraw;
        (due && list != 0).then_some(ListId(list))
    }

    /// Takes what was drawn for what signals make of it: behind a keyframe, which holds what the list that REDRAW names has drawn.
    pub fn settle(&mut self) {
        self.checker.apply_signals();
        self.checker.left.clear();
        self.checker.lists.due = false;
    }

    /// Whether something changes with time alone, so that [`tick`](Interpreter::tick) should be called at every frame.
    pub fn is_moving(&self) -> bool {
        self.checker.lists.due || self.checker.signals.is_moving()
    }

    /// The signals of the stream.
    pub fn signals(&self) -> &Signals {
        &self.checker.signals
    }

    /// Takes over what a person did to the signals of another interpreter of the same stream, whose context was lost.
    pub fn take_over(&mut self, signals: Signals) {
        self.checker.signals.take_over(signals);
        self.checker.lists.due |= self.checker.apply_signals();
    }

    /// Takes over what a person did to the signals of another interpreter, whose stream shows the same in another layout: a plot that was
    /// made again for another size, say. Controllers go by their order and kind, since ids may differ; where those are not the same, all
    /// begins anew. What nobody has moved stands where this stream says, and what leads home leads there.
    pub fn carry_over(&mut self, signals: Signals) {
        self.checker.signals.carry_over(signals);
        self.checker.tell_sizes();
        self.checker.lists.due = true;
    }

    /// The signals, from an interpreter that is given up.
    pub fn take_signals(&mut self) -> Signals {
        std::mem::take(&mut self.checker.signals)
    }

    /// Gives a canvas another size; one that it can't have changes nothing.
    fn resize(&mut self, canvas: CanvasId, width: u32, height: u32) {
        let (current, _, _, _) = self.canvas();
        let sized = Current { canvas, width: Some(width), height: Some(height) };
        let mut steps = vec![sized];
        if current != canvas {
            steps.push(Current { canvas: current, width: None, height: None });
        }
        for step in steps {
            let mut checking = Checking::new(&mut self.checker, nothing());
            if Command::from(step).accept(&mut checking).is_ok() {
                // What could not be made is told by the next command that uses it.
                let operation = checking.proven;
                let _ = self.execute(operation);
            }
        }
        self.checker.lists.due = true;
    }

    /// Keeps the commands up to the END of a RECORD. Gives how many there were, and why they are not kept.
    pub(crate) fn record<'a>(
        &mut self,
        list: ListId,
        reader: &mut Reader<'a>,
        left: usize,
        head: &'a [u8],
    ) -> (usize, Option<Refusal>) {
        self.account.uses_lists = true;
        let begin = reader.offset();
        let mut groups = 0;
        let mut faulty = false;
        for used in 1..=left {
            let start = reader.offset();
            let fault = match Command::decode(reader) {
                Ok(Command::End(_)) if groups == 0 => {
                    self.step();
                    if faulty {
                        let kept = "stays as it was: not all of its commands can be kept";
                        return (
                            used,
                            Some(refusal(Code::BadArgument, 0, format_args!("list {list} {kept}"))),
                        );
                    }
                    let commands = head.get(begin..start).unwrap_or_default();
                    return (used, self.checker.lists.record(list.0, commands).err());
                }
                Ok(command) => {
                    match command {
                        Command::Group(_) => groups += 1,
                        Command::End(_) => groups -= 1,
                        _ => {}
                    }
                    let name = command.name();
                    let unfit = |why| Fault::new(Code::BadArgument, 0, format!("{name} {why}"));
                    may_stand(&command).err().map(unfit)
                }
                Err(error) => match pass_over(reader, start, &error) {
                    Ok(fault) => Some(fault),
                    Err(lost) => return (left, Some(lost.into())),
                },
            };
            if let Some(fault) = fault {
                faulty = true;
                self.account.refused.push(self.in_chunk);
                self.report_at(fault.into(), head, start);
            }
            self.step();
            if self.stopped {
                return (left, None);
            }
        }
        let message = format_args!("no END in this chunk ends the list");
        (left, Some(refusal(Code::Unbalanced, 0, message)))
    }

    /// Carries out the commands of a list, for a RUN of the chunk or for the one with this number among what that carries out.
    pub(crate) fn run_list(&mut self, id: ListId, run: Option<u32>) -> Check<()> {
        let Some(list) = self.checker.lists.get(id.0).cloned() else { return Ok(()) };
        self.checker.lists.due &= id.0 != self.checker.lists.redraw;
        if let Some(driven) = list.driven((self.in_chunk, run)) {
            self.account.driven.push(driven);
        }
        if !list.is_visible() {
            return Ok(());
        }
        if self.checker.lists.depth == limits::MAX_RUN_DEPTH {
            return refuse!(Code::LimitExceeded, 0, "lists are run at most {} deep", limits::MAX_RUN_DEPTH);
        }
        self.checker.lists.depth += 1;
        let outer = std::mem::replace(&mut self.checker.lists.range, list.range());
        let state = list.state();
        let mut result = if state.0.is_empty() { Ok(()) } else { self.execute(Checked::State(state)) };
        let mut reader = Reader::new(&list.commands);
        let mut number = 0;
        while reader.offset() < list.commands.len() && result.is_ok() && !self.stopped {
            self.checker.lists.ran += 1;
            let start = reader.offset();
            let nth = self.in_list;
            if self.checker.lists.ran > limits::MAX_LIST_COMMANDS {
                result = refuse!(
                    Code::LimitExceeded,
                    0,
                    "the lists of a frame run at most {} commands",
                    limits::MAX_LIST_COMMANDS
                );
                break;
            }
            self.in_list += 1;
            let mut checking = Checking::new(&mut self.checker, nothing());
            let checked = Command::decode_into(&mut reader, &mut checking);
            let done = match checked {
                Ok(Ok(())) => match checking.proven {
                    Checked::Nothing => Ok(()),
                    // What ends a list early ends those that run it.
                    Checked::Run(inner) => {
                        result = self.run_list(inner, Some(nth));
                        Ok(())
                    }
                    operation => self.execute(operation),
                },
                Ok(Err(refusal)) => Err(refusal),
                // Every command was read when the list was recorded.
                Err(error) => {
                    result = Err(malformed(&error).into());
                    break;
                }
            };
            if let Err(refusal) = done {
                self.account.refused_in_lists.push((self.in_chunk, nth));
                self.report_in_list(refusal, id, number, &list.commands, start);
            }
            number += 1;
        }
        self.checker.lists.range = outer;
        self.checker.lists.depth -= 1;
        result
    }

    #[cold]
    fn report_in_list(&mut self, refusal: Refusal, list: ListId, number: u32, commands: &[u8], start: usize) {
        let Some(mut fault) = refusal.fault() else { return };
        let mut reader = Reader::new(commands);
        reader.seek(start);
        let opcode = reader.array().and_then(|_| reader.uint()).unwrap_or(0);
        fault.message = format!("in list {list}, command {number}: {}", fault.message);
        let name = Command::name_of(opcode).unwrap_or("");
        self.report(fault.into(), Severity::Error, Some(self.command), name);
    }
}

/// Commands of lists have their payloads inline.
fn nothing() -> FrameInput<'static> {
    FrameInput { head: &[], arena: Store::Memory(&[]), blobs: &NoBlobs }
}

//! The interpreter: frames in, calls to a backend and replies out.
//!
//! It decodes each command, lets the check prove it, brings the backend's state to what the command needs (leaving out
//! what is there already) and makes the call. A faulty command makes a diagnostic and nothing else.

use crate::backend::*;
use crate::capabilities::Capabilities;
use crate::check::{Checker, Checking, FrameInput};
use crate::checked::Checked;
use crate::diagnostic::{Check, Diagnostic, Fault, Refusal, decode_fault};
use crate::execute::Pending;
use crate::retain::Account;
use crate::shadow::Shadow;
use glir_spec::commands::Command;
use glir_spec::enums::Severity;
use glir_spec::ids::*;
use glir_spec::replies::{Ack, Hello, Limit, ReadFailed};
use glir_spec::wire::{DecodeError, DecodeErrorKind, Reader, Str};
use glir_spec::{Code, Header, Reply, limits};

/// What an interpreter is told beside the stream.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The most bytes of storage that a stream's objects may take together.
    pub memory_budget: u64,
    /// Stops at the first error instead of going on behind it.
    pub strict: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { memory_budget: limits::DEFAULT_MEMORY_BUDGET, strict: false }
    }
}

/// How a frame ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The chunk held a SWAP: the frame is complete.
    Complete,
    /// The chunk held no SWAP: the frame goes on in the next chunk.
    Partial,
    /// A fatal fault, or an error in strict mode: nothing more is drawn.
    Stopped,
}

/// An interpreter of one stream.
pub struct Interpreter<B> {
    pub(crate) backend: B,
    pub(crate) checker: Checker,
    pub(crate) shadow: Shadow,
    settings: Settings,
    pub(crate) replies: Vec<Reply<'static>>,
    diagnostics: Vec<Diagnostic>,
    /// Diagnostics of this frame that were kept, and those that were not.
    kept: usize,
    dropped: u64,
    pub(crate) pending: Vec<Pending>,
    pub(crate) account: Account,
    /// The planes of the canvas that have been cleared whole since something was drawn to it, and the first command that did.
    pub(crate) clearing: (u8, u32),
    /// Something has been drawn to a rectangle of a canvas.
    pub(crate) in_pixels: bool,
    pub(crate) frame: u64,
    pub(crate) command: u32,
    /// The command's number among those that a RUN has carried out.
    pub(crate) in_list: u32,
    /// The command's number in its chunk; a frame may have several.
    pub(crate) in_chunk: u32,
    commands: u64,
    pub(crate) stopped: bool,
}

impl<B: Backend> Interpreter<B> {
    /// Begins a stream. A header that the backend can't serve gives a diagnostic and the backend back.
    pub fn new(backend: B, header: &Header<'_>, settings: Settings) -> Result<Self, Box<(Diagnostic, B)>> {
        if let Err(refusal) = Checker::accepts(header, backend.capabilities(), settings.memory_budget) {
            let fault = refusal.fault().unwrap_or_else(|| Fault::new(Code::InvalidObject, 0, "no stream"));
            let diagnostic = place(fault, Severity::Fatal, 0, None, "", String::new());
            return Err(Box::new((diagnostic, backend)));
        }
        let checker = Checker::new(header, backend.capabilities().clone(), settings.memory_budget);
        let mut interpreter = Interpreter {
            backend,
            checker,
            shadow: Shadow::new(),
            settings,
            replies: Vec::new(),
            diagnostics: Vec::new(),
            kept: 0,
            dropped: 0,
            pending: Vec::new(),
            account: Account::default(),
            clearing: (0, 0),
            in_pixels: false,
            frame: 0,
            command: 0,
            in_list: 0,
            in_chunk: 0,
            commands: 0,
            stopped: false,
        };
        match interpreter.start(header) {
            Ok(()) => Ok(interpreter),
            Err(failure) => {
                let fault = failure_fault(&failure, 0, "the canvas");
                let diagnostic = place(fault, Severity::Fatal, 0, None, "", String::new());
                Err(Box::new((diagnostic, interpreter.backend)))
            }
        }
    }

    /// The backend.
    pub fn backend(&self) -> &B {
        &self.backend
    }

    /// The backend, to look at what was drawn. What is changed behind the interpreter's back it does not know.
    pub fn backend_mut(&mut self) -> &mut B {
        &mut self.backend
    }

    /// The backend, at the end of the stream; its objects go with it.
    pub fn into_backend(self) -> B {
        self.backend
    }

    /// The first reply of a session: who answers, and what it has.
    pub fn hello(&self) -> Reply<'static> {
        hello(&self.checker.capabilities, self.settings.memory_budget)
    }

    /// Whether the stream has drawn to rectangles of a canvas so far, by a viewport, a scissor or a BLIT. They are in pixels: on a canvas
    /// of another size than the header's they come apart from what follows its size.
    pub fn is_in_pixels(&self) -> bool {
        self.in_pixels
    }

    /// Gives the next frame its number: who joins a live stream late does not begin at 0.
    pub fn set_frame(&mut self, frame: u64) {
        self.frame = frame;
    }

    /// The number of the frame being drawn.
    pub fn frame(&self) -> u64 {
        self.frame
    }

    /// Commands met so far, faulty ones included.
    pub fn commands(&self) -> u64 {
        self.commands
    }

    /// The current canvas and its size in pixels.
    pub fn canvas(&self) -> (CanvasId, Handle, u32, u32) {
        let canvas = self.checker.canvases.get(self.checker.canvas).copied();
        let canvas = canvas.unwrap_or(crate::resources::Canvas { id: 0, width: 1, height: 1 });
        (CanvasId(canvas.id), Handle(self.checker.canvas as u32), canvas.width, canvas.height)
    }

    /// Reads pixels for the interpreter's owner: a picture, say. The rectangle must lie inside its surface.
    pub fn read_canvas(&mut self, read: &PixelRead) -> Result<Vec<u8>, Failure> {
        self.shadow.target = None;
        self.backend.read_pixels(read)
    }

    /// What there is to say of the chunk drawn last, for who [retains](crate::retain) the stream.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Replies since the last call, diagnostics apart.
    pub fn take_replies(&mut self) -> Vec<Reply<'static>> {
        std::mem::take(&mut self.replies)
    }

    /// Diagnostics since the last call.
    pub fn take_diagnostics(&mut self) -> Vec<Diagnostic> {
        std::mem::take(&mut self.diagnostics)
    }

    /// Carries out the commands of one frame chunk.
    pub fn draw(&mut self, input: FrameInput<'_>) -> Outcome {
        self.chunk(input, &mut nobody)
    }

    /// Carries out the commands of one frame chunk. `look` may look on behind each of them, and is told how many there have been; a
    /// RECORD and what it records are done with together. What the [account](Interpreter::account) says is then what it would say if
    /// the chunk ended there.
    pub fn draw_and_look(&mut self, input: FrameInput<'_>, mut look: impl FnMut(&mut Self, u32)) -> Outcome {
        self.chunk(input, &mut |interpreter, commands| {
            interpreter.account.draws = interpreter.shadow.reach.drawn();
            look(interpreter, commands);
        })
    }

    fn chunk(&mut self, input: FrameInput<'_>, look: &mut impl FnMut(&mut Self, u32)) -> Outcome {
        if self.stopped {
            return Outcome::Stopped;
        }
        self.account.refused.clear();
        self.account.refused_in_lists.clear();
        self.account.cut_short.clear();
        self.account.driven.clear();
        self.account.uses_lists = false;
        self.checker.lists.ran = 0;
        let changed = self.checker.apply_signals();
        // What signals do by themselves they do anew for who comes later.
        self.checker.left.clear();
        self.account.set.clear();
        self.checker.lists.due |= changed;
        self.account.fresh = None;
        (self.account.written, self.account.copied) = (0, false);
        self.clearing = (0, 0);
        self.in_chunk = 0;
        let mut reader = Reader::new(input.head);
        if let Err(error) = self.run(&mut reader, input, look) {
            self.report(error.into(), Severity::Error, None, "");
        }
        self.account.draws = self.shadow.reach.drawn();
        if self.stopped {
            return Outcome::Stopped;
        }
        if !self.checker.swapped {
            return Outcome::Partial;
        }
        self.end_frame();
        if self.stopped { Outcome::Stopped } else { Outcome::Complete }
    }

    /// Carries out commands of the interpreter's owner between those of a chunk, such as a READ of what an object holds. Neither the
    /// account of the chunk nor the limits of the frame know of them; objects and state they must leave as they were.
    pub fn aside(&mut self, input: FrameInput<'_>) {
        let account = self.account.clone();
        let (kept, dropped, commands, clearing) = (self.kept, self.dropped, self.commands, self.clearing);
        let place = (self.command, self.in_list, self.in_chunk);
        let reads = std::mem::take(&mut self.checker.reads);
        let swapped = std::mem::take(&mut self.checker.swapped);
        if let Err(error) = self.run(&mut Reader::new(input.head), input, &mut nobody) {
            self.report(error.into(), Severity::Error, None, "");
        }
        (self.checker.reads, self.checker.swapped) = (reads, swapped);
        (self.command, self.in_list, self.in_chunk) = place;
        (self.kept, self.dropped, self.commands, self.clearing) = (kept, dropped, commands, clearing);
        self.account = account;
    }

    /// The loop over the commands of a head. An error is one that leaves the rest of the head unreadable.
    fn run<'a>(
        &mut self,
        reader: &mut Reader<'a>,
        input: FrameInput<'a>,
        look: &mut impl FnMut(&mut Self, u32),
    ) -> Result<(), Fault> {
        if input.head.len() > limits::MAX_HEAD_BYTES {
            let message = format!(
                "the head has {} bytes; at most {} are allowed",
                input.head.len(),
                limits::MAX_HEAD_BYTES
            );
            return Err(Fault::new(Code::LimitExceeded, 0, message));
        }
        let count = reader.array().map_err(|error| malformed(&error))?;
        if count > limits::MAX_COMMANDS {
            let message =
                format!("the head has {count} commands; at most {} are allowed", limits::MAX_COMMANDS);
            return Err(Fault::new(Code::LimitExceeded, 0, message));
        }
        let mut left = count;
        while left > 0 {
            left -= 1;
            let start = reader.offset();
            let mut checking = Checking::new(&mut self.checker, input);
            let checked = Command::decode_into(reader, &mut checking);
            match checked {
                // What is proven stays where it is until it is carried out: it is large, and most commands have nothing.
                Ok(Ok(())) => match checking.proven {
                    Checked::Nothing => {}
                    Checked::Record(list) => {
                        let (first, number) = (self.in_chunk, self.command);
                        self.step();
                        let (used, fault) = self.record(list, reader, left, input.head);
                        left -= used;
                        if let Some(refusal) = fault {
                            // What is unfit for the list stands before it by now.
                            let at = self.account.refused.partition_point(|refused| *refused < first);
                            self.account.refused.insert(at, first);
                            // It is about the RECORD, not about where its list ends.
                            let next = std::mem::replace(&mut self.command, number);
                            self.report_at(refusal, input.head, start);
                            self.command = next;
                        }
                        if self.stopped {
                            return Ok(());
                        }
                        look(self, self.in_chunk);
                        continue;
                    }
                    Checked::Redraw(list) => {
                        self.account.uses_lists = true;
                        self.checker.lists.redraw = list.0;
                    }
                    Checked::Run(list) => {
                        self.in_list = 0;
                        self.account.uses_lists = true;
                        if let Err(refusal) = self.run_list(list, None) {
                            self.account.cut_short.push((self.in_chunk, self.in_list));
                            self.report_at(refusal, input.head, start);
                        }
                    }
                    operation => {
                        if let Err(refusal) = self.execute(operation) {
                            self.report_at(refusal, input.head, start);
                        }
                    }
                },
                Ok(Err(refusal)) => {
                    self.account.refused.push(self.in_chunk);
                    self.report_at(refusal, input.head, start);
                }
                Err(error) => {
                    let passed = pass_over(reader, start, &error);
                    // It may be a READ that the check has not counted.
                    self.checker.reads.0 = self.checker.reads.0.saturating_add(1);
                    self.account.refused.push(self.in_chunk);
                    let lost = passed.is_err();
                    let (Ok(fault) | Err(fault)) = passed;
                    self.report_at(fault.into(), input.head, start);
                    if lost {
                        return Ok(());
                    }
                }
            }
            self.step();
            if self.stopped {
                return Ok(());
            }
            look(self, self.in_chunk);
        }
        reader.finish().map_err(|error| decode_fault(&error))
    }

    /// Goes on to the next command of the chunk.
    pub(crate) fn step(&mut self) {
        if !self.checker.left.is_empty() {
            for uniform in std::mem::take(&mut self.checker.left) {
                let set = self.checker.uniform(uniform).map(|command| (self.in_chunk, command));
                self.account.set.extend(set);
            }
        }
        self.in_chunk += 1;
        self.command = self.command.saturating_add(1);
        self.commands += 1;
    }

    /// What ends a frame: canvases shown, results fetched, the driver asked for errors.
    fn end_frame(&mut self) {
        if self.checker.groups > 0 {
            let message = match self.checker.groups {
                1 => "a GROUP is still open at SWAP".to_owned(),
                open => format!("{open} GROUPs are still open at SWAP"),
            };
            for _ in 0..std::mem::take(&mut self.checker.groups) {
                self.backend.group(None);
            }
            let fault = Fault::new(Code::Unbalanced, 0, message);
            self.report(fault.into(), Severity::Warning, None, "");
        }
        self.fetch_results();
        self.show();
        if let Some(failure) = self.backend.poll_error() {
            let fault = failure_fault(&failure, 0, "the frame");
            let severity = if failure == Failure::ContextLost { Severity::Fatal } else { Severity::Error };
            self.report(fault.into(), severity, None, "");
        }
        if self.dropped > 0 {
            let message = format!("{} more diagnostics of this frame were not kept", self.dropped);
            self.dropped = 0;
            self.diagnostics.push(Diagnostic {
                severity: Severity::Warning,
                code: Code::TooManyDiagnostics,
                frame: self.frame,
                command: None,
                name: "",
                object: 0,
                label: String::new(),
                message,
            });
        }
        self.replies.push(Reply::Ack(Ack { frame: self.frame }));
        self.checker.swapped = false;
        self.checker.reads = (0, 0);
        self.kept = 0;
        self.frame += 1;
        self.command = 0;
    }

    /// Shows all canvases.
    pub(crate) fn show(&mut self) {
        for (handle, canvas) in (0..).map(Handle).zip(&self.checker.canvases) {
            // One without pixels could not be made.
            if canvas.width > 0 {
                self.backend.present(handle);
            }
        }
    }

    #[cold]
    pub(crate) fn report_at(&mut self, refusal: Refusal, head: &[u8], start: usize) {
        let mut reader = Reader::new(head);
        reader.seek(start);
        let opcode = reader.array().and_then(|_| reader.uint()).unwrap_or(0);
        let name = Command::name_of(opcode).unwrap_or("");
        // A READ that does nothing still owes its reply.
        let owes = self.checker.reads.0 <= limits::MAX_READS_PER_FRAME;
        if owes
            && opcode == u64::from(glir_spec::commands::Read::OPCODE)
            && let Ok(request) = reader.uint().map(|request| u32::try_from(request).unwrap_or(0))
        {
            self.replies.push(Reply::ReadFailed(ReadFailed { request: RequestId(request) }));
        }
        self.report(refusal, Severity::Error, Some(self.command), name);
    }

    #[cold]
    pub(crate) fn report(
        &mut self,
        refusal: Refusal,
        severity: Severity,
        command: Option<u32>,
        name: &'static str,
    ) {
        let Some(fault) = refusal.fault() else { return };
        if severity == Severity::Fatal || (severity == Severity::Error && self.settings.strict) {
            self.stopped = true;
        }
        if self.kept >= limits::MAX_DIAGNOSTICS_PER_FRAME {
            self.dropped += 1;
            return;
        }
        self.kept += 1;
        let label = self.checker.label_of(fault.object);
        self.diagnostics.push(place(fault, severity, self.frame, command, name, label));
    }

    /// Adds a diagnostic about the command being carried out that does not stop it.
    pub(crate) fn warn(&mut self, fault: Fault, name: &'static str) {
        self.report(fault.into(), Severity::Warning, Some(self.command), name);
    }
}

/// Who does not look on.
fn nobody<B>(_: &mut Interpreter<B>, _: u32) {}

/// The diagnostic of a fault.
fn place(
    fault: Fault,
    severity: Severity,
    frame: u64,
    command: Option<u32>,
    name: &'static str,
    label: String,
) -> Diagnostic {
    Diagnostic {
        severity,
        code: fault.code,
        frame,
        command,
        name,
        object: fault.object,
        label,
        message: fault.message,
    }
}

/// Passes over a command that can't be decoded; what is wrong with it. An error if the rest of the head is lost with it.
pub(crate) fn pass_over(reader: &mut Reader<'_>, start: usize, error: &DecodeError) -> Result<Fault, Fault> {
    reader.seek(start);
    match reader.skip() {
        Ok(()) => Ok(decode_fault(error)),
        Err(why) if matches!(why.kind, DecodeErrorKind::TooDeep) => Err(malformed(&why)),
        Err(_) => Err(malformed(error)),
    }
}

pub(crate) fn malformed(error: &DecodeError) -> Fault {
    let fault = decode_fault(error);
    let code = if matches!(error.kind, DecodeErrorKind::TooDeep) { fault.code } else { Code::Malformed };
    Fault { code, message: format!("the rest of the head is lost: {}", fault.message), ..fault }
}

/// What an API's refusal is in GLIR's words.
pub(crate) fn failure_fault(failure: &Failure, object: u32, what: &str) -> Fault {
    match failure {
        Failure::OutOfMemory => {
            Fault::new(Code::OutOfMemory, object, format!("no memory is left for {what}"))
        }
        Failure::ContextLost => Fault::new(Code::ContextLost, object, "the context was lost"),
        Failure::Driver(message) => {
            Fault::new(Code::DriverError, object, format!("the driver refused {what}: {message}"))
        }
    }
}

/// A refusal for an API's failure.
pub(crate) fn failed<T>(failure: &Failure, object: u32, what: &str) -> Check<T> {
    Err(failure_fault(failure, object, what).into())
}

/// The HELLO of a context.
pub fn hello(capabilities: &Capabilities, budget: u64) -> Reply<'static> {
    let bounds = &capabilities.limits;
    let limit = |name: &'static str, value: u64| Limit { name: Str::from(name), value };
    Reply::Hello(Hello {
        major: glir_spec::VERSION.0,
        minor: glir_spec::VERSION.1,
        interpreter: Str::from(capabilities.interpreter.clone()),
        profile: capabilities.target.profile(),
        features: capabilities.features.iter().collect(),
        extensions: Vec::new(),
        limits: vec![
            limit("memory_budget", budget),
            limit("max_texture_size", bounds.max_texture_size.into()),
            limit("max_cube_map_texture_size", bounds.max_cube_map_texture_size.into()),
            limit("max_3d_texture_size", bounds.max_3d_texture_size.into()),
            limit("max_array_texture_layers", bounds.max_array_texture_layers.into()),
            limit("max_renderbuffer_size", bounds.max_renderbuffer_size.into()),
            limit("max_vertex_attribs", bounds.max_vertex_attribs.into()),
            limit("max_combined_texture_image_units", bounds.max_combined_texture_image_units.into()),
            limit("max_color_attachments", bounds.max_color_attachments.into()),
            limit("max_samples", bounds.max_samples.into()),
        ],
    })
}

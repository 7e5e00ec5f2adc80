//! Logs of events: what a person did to a picture, to be replayed. Each line is a reply in the text form, or a TICK.
//!
//! A log has the replies RESIZE, POINTER, WHEEL, KEY and CLOSE as they came; `["TICK", seconds]` where a picture was drawn because of them; and
//! `["ACK", frame]` behind what came before that frame of the stream was complete.

use super::json::{Cursor, Kind, Mistake, quote};
use super::parse::{end, error};
use super::scan::Position;
use super::{TextError, numbers, reply, reply_line};
use crate::Interpreter;
use crate::backend::Backend;
use glir_spec::replies::{Key, Pointer, REPLIES, Wheel};
use glir_spec::wire::Reader;
use glir_spec::{Frame, Reply};

/// A line of a log.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// RESIZE, POINTER, WHEEL, KEY, CLOSE, or ACK of a frame.
    Reply(Reply<'static>),
    /// A picture was drawn for what came before, so many seconds after the stream began.
    Tick(f64),
}

impl Entry {
    /// The line, without a line break at its end.
    pub fn line(&self) -> String {
        match self {
            Entry::Reply(reply) => reply_line(reply, &[]).trim_end().to_owned(),
            Entry::Tick(seconds) => {
                let mut line = String::from("[\"TICK\", ");
                numbers::float64(*seconds, &mut line);
                line.push(']');
                line
            }
        }
    }
}

impl Entry {
    /// Seconds since the stream began, if the entry says so.
    pub fn time(&self) -> Option<f64> {
        match self {
            Entry::Tick(time)
            | Entry::Reply(
                Reply::Pointer(Pointer { time, .. })
                | Reply::Wheel(Wheel { time, .. })
                | Reply::Key(Key { time, .. }),
            ) => Some(*time),
            Entry::Reply(_) => None,
        }
    }
}

/// A log of events.
///
/// ```
/// use glir_core::text::EventLog;
///
/// let log = EventLog::parse("[\"WHEEL\", 0, 32, 32, 0, 120, 0, 0.5]\n[\"TICK\", 0.51]\n")?;
/// assert_eq!(log.entries().len(), 2);
/// # Ok::<(), glir_core::text::TextError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EventLog {
    entries: Vec<Entry>,
    /// What has been replayed.
    next: usize,
}

impl EventLog {
    /// Reads a log: one entry a line; empty lines and comments are passed over.
    ///
    /// # Errors
    /// The first line that is none, and what is wrong with it.
    pub fn parse(text: &str) -> Result<EventLog, TextError> {
        let mut entries = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let bare = line.trim_start();
            if bare.is_empty() || bare.starts_with("//") {
                continue;
            }
            let at = Position { line: number + 1, column: 1 };
            entries.push(entry(line).map_err(|mistake| error(mistake, line, at))?);
        }
        Ok(EventLog { entries, next: 0 })
    }

    /// All lines.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Lets happen what the log has before a frame was complete: call it before the frame is drawn. A log without ACKs has nothing.
    /// Gives what no signal has taken, which is the producer's to know.
    pub fn replay_before<B: Backend>(
        &mut self,
        interpreter: &mut Interpreter<B>,
        frame: u64,
    ) -> Vec<Reply<'static>> {
        let left = self.entries.get(self.next..).unwrap_or_default();
        let ack = |entry: &Entry| matches!(entry, Entry::Reply(Reply::Ack(ack)) if ack.frame == frame);
        let Some(at) = left.iter().position(ack) else { return Vec::new() };
        let untaken = left[..at].iter().filter_map(|entry| replay(entry, interpreter)).collect();
        self.next += at + 1;
        untaken
    }

    /// Lets happen what is due so many seconds after the stream began, without waiting for frames.
    pub fn replay_until<B: Backend>(&mut self, interpreter: &mut Interpreter<B>, seconds: f64) {
        while let Some(entry) = self.entries.get(self.next)
            && entry.time().is_none_or(|time| time <= seconds)
        {
            replay(entry, interpreter);
            self.next += 1;
        }
    }

    /// Seconds after the stream began at which the next entry is due; 0 if it has no time of its own.
    pub fn next_time(&self) -> Option<f64> {
        self.entries.get(self.next).map(|entry| entry.time().unwrap_or(0.0))
    }

    /// Lets the rest happen, and draws what it changes. Gives what no signal has taken.
    pub fn replay_rest<B: Backend>(&mut self, interpreter: &mut Interpreter<B>) -> Vec<Reply<'static>> {
        let left = self.entries.get(self.next..).unwrap_or_default();
        let untaken = left.iter().filter_map(|entry| replay(entry, interpreter)).collect();
        self.next = self.entries.len();
        // Time never goes back: this draws what is still due.
        interpreter.tick(0.0);
        untaken
    }
}

/// Lets an entry happen. Gives an event that no signal has taken.
fn replay<B: Backend>(entry: &Entry, interpreter: &mut Interpreter<B>) -> Option<Reply<'static>> {
    match entry {
        Entry::Reply(Reply::Ack(_)) => None,
        Entry::Reply(reply) => (!interpreter.event(reply)).then(|| reply.clone()),
        Entry::Tick(seconds) => {
            interpreter.tick(*seconds);
            None
        }
    }
}

fn owned(reply: Reply<'_>) -> Option<Reply<'static>> {
    Some(match reply {
        Reply::Ack(ack) => Reply::Ack(ack),
        Reply::Resize(resize) => Reply::Resize(resize),
        Reply::Pointer(pointer) => Reply::Pointer(pointer),
        Reply::Wheel(wheel) => Reply::Wheel(wheel),
        Reply::Key(key) => Reply::Key(Key { key: key.key.into_owned(), ..key }),
        Reply::Close(close) => Reply::Close(close),
        _ => return None,
    })
}

const NAMES: [&str; 7] = ["RESIZE", "POINTER", "WHEEL", "KEY", "CLOSE", "ACK", "TICK"];

fn entry(line: &str) -> Result<Entry, Mistake> {
    let json = &mut Cursor::new(line);
    let mut walk = json.array()?;
    let at = json.position();
    if !json.more(&mut walk)? || json.kind() != Kind::String {
        return Err(Mistake::new(at, "a line starts with the name of an event, such as [\"TICK\", 0.5]"));
    }
    let at = json.position();
    let name = json.string()?;
    let entry = if name == "TICK" {
        if !json.more(&mut walk)? {
            return Err(Mistake::new(at, "TICK: the seconds since the stream began are missing"));
        }
        let seconds = numbers::read_float64(json)?;
        end(json, &mut walk, 1)?;
        Entry::Tick(seconds)
    } else {
        let info = REPLIES.iter().find(|info| info.name == name && NAMES.contains(&info.name));
        let Some(info) = info else {
            let message = format!("a log has no {}; it has {}", quote(&name), NAMES.join(", "));
            return Err(Mistake::new(at, message));
        };
        let bytes = reply::encoded(json, &mut walk, info, &mut Frame::new())?;
        let reply = Reply::decode(&mut Reader::new(&bytes));
        let reply = reply.map_err(|error| Mistake::new(at, error.to_string()))?;
        Entry::Reply(owned(reply).ok_or_else(|| Mistake::new(at, "this reply is no event"))?)
    };
    if entry.time().is_some_and(|time| !time.is_finite() || time < 0.0) {
        return Err(Mistake::new(at, "the time of an event is a finite number of seconds, not less than 0"));
    }
    match json.kind() {
        Kind::Nothing => Ok(entry),
        _ => Err(Mistake::new(json.position(), "one event stands in each line")),
    }
}

//! The parser: text in, whole or in pieces, items out.

use super::defaults::Defaults;
use super::json::{Cursor, Kind, Mistake, Walk, quote};
use super::names::Names;
use super::payload::{self, Bytes};
use super::scan::{Found, Position, Scan};
use super::to_wire::ToWire;
use super::{Document, Item, TextError, hash_of, numbers, words};
use glir_spec::commands::{COMMANDS, Swap};
use glir_spec::schema::CommandInfo;
use glir_spec::wire::{Reader, Wire};
use glir_spec::{Command, Frame, Header, VERSION};

/// The names of lines that are no commands.
const LINES: [&str; 6] = ["GLIR", "BLOB", "FILE_META", "TIME", "CHUNK", "?"];

/// Parses a whole text.
///
/// ```
/// let document = glir_core::text::parse("[\"GLIR\", {\"width\": 64}]\n[\"SWAP\"]\n")?;
/// assert_eq!(document.items.len(), 2);
/// assert_eq!(document.to_string(), "[\"GLIR\", {\"width\": 64}]\n[\"SWAP\"]\n");
/// # Ok::<(), glir_core::text::TextError>(())
/// ```
pub fn parse(text: &str) -> Result<Document, TextError> {
    let mut document = Document::default();
    let mut parser = Parser::new();
    parser.push(text, &mut document.items)?;
    parser.finish(&mut document.items)?;
    Ok(document)
}

/// Parses text that comes in pieces, cut anywhere.
///
/// After an error the parser is of no more use.
#[derive(Debug, Default)]
pub struct Parser {
    /// The array that is not yet whole, and where it began.
    pending: String,
    began: Option<Position>,
    scan: Scan,
    stream: Stream,
}

/// What the lines so far have said.
#[derive(Debug, Default)]
struct Stream {
    begun: bool,
    names: Names,
    defaults: Defaults,
    frame: Frame,
    /// The frame holds something, be it no command.
    open: bool,
    time_us: u64,
    /// One command's wire form; kept for its memory.
    scratch: Vec<u8>,
}

impl Parser {
    /// A parser at the start of a text.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next piece of text, and appends what it completes.
    pub fn push(&mut self, text: &str, items: &mut Vec<Item>) -> Result<(), TextError> {
        let text = match text.strip_prefix('\u{feff}') {
            Some(rest) if self.scan.position == Position::START => rest,
            _ => text,
        };
        let mut at = 0;
        loop {
            let from = at;
            match self.scan.next(text, from) {
                Found::Begin(start, position) => {
                    self.began = Some(position);
                    at = start + 1;
                    self.pending.push('[');
                }
                Found::End(end) => {
                    at = end;
                    let began = self.began.take().unwrap_or(Position::START);
                    // Mostly the whole array lies in this piece: then it is read where it lies.
                    let read = if self.pending == "[" && from > 0 {
                        let line = &text[from - 1..end];
                        self.stream.line(line, items).map_err(|mistake| error(mistake, line, began))
                    } else {
                        self.pending.push_str(&text[from..end]);
                        let line = &self.pending;
                        self.stream.line(line, items).map_err(|mistake| error(mistake, line, began))
                    };
                    self.pending.clear();
                    read?;
                }
                Found::Stray(stray) => return Err(self.stray(&text[stray..])),
                Found::Cut(end) => {
                    self.pending.push_str(&text[from..=end]);
                    return Err(self.unfinished());
                }
                Found::Nothing => {
                    if self.scan.is_open() {
                        self.pending.push_str(&text[from..]);
                    }
                    return Ok(());
                }
            }
        }
    }

    /// The text is at its end: appends the last, unfinished frame, if there is one.
    pub fn finish(mut self, items: &mut Vec<Item>) -> Result<(), TextError> {
        if self.scan.is_open() {
            return Err(self.unfinished());
        }
        if self.scan.is_slash() {
            return Err(self.stray("/"));
        }
        if !self.stream.begun {
            let Position { line, column } = self.scan.position;
            return Err(TextError { line, column, message: NO_HEADER.to_owned() });
        }
        self.stream.end_frame(items, false);
        Ok(())
    }

    #[cold]
    fn stray(&self, rest: &str) -> TextError {
        let Position { line, column } = self.scan.position;
        let message = if self.scan.is_slash() {
            "a comment starts with two slashes, //".to_owned()
        } else {
            let rest = quote(rest.lines().next().unwrap_or_default());
            format!("{rest} stands where a command such as [\"SWAP\"] or a comment belongs")
        };
        TextError { line, column, message }
    }

    /// What is wrong with an array that never ends.
    #[cold]
    fn unfinished(&self) -> TextError {
        let began = self.began.unwrap_or(Position::START);
        let end = self.pending.trim_end().len();
        match Cursor::new(&self.pending).skip() {
            Err(mistake) if mistake.at < end => error(mistake, &self.pending, began),
            _ => TextError {
                line: began.line,
                column: began.column,
                message: "the list that starts here is not closed; a bracket is missing".to_owned(),
            },
        }
    }
}

const NO_HEADER: &str = "the text must start with the line [\"GLIR\", {…}], such as [\"GLIR\", {\"width\": 640, \"height\": 480}]";

pub(super) fn error(mistake: Mistake, line: &str, began: Position) -> TextError {
    let Position { line, column } = began.after(line.get(..mistake.at).unwrap_or(line));
    TextError { line, column, message: mistake.message }
}

impl Stream {
    /// Reads one array.
    fn line(&mut self, line: &str, items: &mut Vec<Item>) -> Result<(), Mistake> {
        let json = &mut Cursor::new(line);
        let mut walk = json.array()?;
        let at = json.position();
        if !json.more(&mut walk)? || json.kind() != Kind::String {
            return Err(Mistake::new(at, "a line starts with the name of a command, such as [\"SWAP\"]"));
        }
        let at = json.position();
        let name = json.string()?;
        if !self.begun && name != "GLIR" {
            return Err(Mistake::new(at, NO_HEADER));
        }
        if let Some(info) = COMMANDS.iter().find(|info| info.name == name) {
            return self.command(json, &mut walk, info, items).map_err(|mistake| mistake.within(&name));
        }
        match &*name {
            "GLIR" => self.header(json, &mut walk, items),
            "BLOB" => blob(json, &mut walk, items),
            "FILE_META" => meta(json, &mut walk, items),
            "TIME" => self.time(json, &mut walk),
            "CHUNK" => end(json, &mut walk, 0).map(|()| self.end_frame(items, true)),
            "?" => self.faulty(json, &mut walk),
            _ => {
                let names = COMMANDS.iter().map(|info| info.name).chain(LINES);
                let message = match words::nearest(&name, names) {
                    Some(near) => format!("there is no command {}; did you mean {near:?}?", quote(&name)),
                    None => format!(
                        "there is no command {}; commands are in capitals, such as \"DRAW\"",
                        quote(&name)
                    ),
                };
                return Err(Mistake::new(at, message));
            }
        }
        .map_err(|mistake| mistake.within(&name))
    }

    fn command(
        &mut self,
        json: &mut Cursor<'_>,
        walk: &mut Walk,
        info: &'static CommandInfo,
        items: &mut Vec<Item>,
    ) -> Result<(), Mistake> {
        let at = json.position();
        self.scratch.clear();
        ToWire::new(&self.names, &mut self.defaults, &mut self.frame).command(
            json,
            walk,
            info,
            &mut self.scratch,
        )?;
        // The schema does not say everything: decoding finds what is left, such as a list that is too long.
        let command = Command::decode(&mut Reader::new(&self.scratch));
        let command = command.map_err(|error| Mistake::new(at, error.to_string()))?;
        self.names.follow(&command);
        self.frame.push_encoded(&self.scratch);
        self.open = true;
        if info.opcode == Swap::OPCODE {
            self.end_frame(items, true);
        }
        Ok(())
    }

    fn header(
        &mut self,
        json: &mut Cursor<'_>,
        walk: &mut Walk,
        items: &mut Vec<Item>,
    ) -> Result<(), Mistake> {
        let at = json.position();
        let mut bytes = Vec::new();
        let given = json.more(walk)?;
        let mut defaults = Cursor::new("{}");
        let source = if given { &mut *json } else { &mut defaults };
        ToWire::new(&self.names, &mut self.defaults, &mut self.frame).value(
            source,
            Header::TYPE,
            &mut bytes,
        )?;
        if given {
            end(json, walk, 1)?;
        }
        let header =
            Header::decode(&mut Reader::new(&bytes)).map_err(|error| Mistake::new(at, error.to_string()))?;
        if header.major > VERSION.0 {
            let message =
                format!("the text is GLIR {}; GLIR {} is the latest known here", header.major, VERSION.0);
            return Err(Mistake::new(at, message));
        }
        self.end_frame(items, false);
        self.names.clear();
        self.begun = true;
        items.push(Item::Header(header.into_owned()));
        Ok(())
    }

    fn time(&mut self, json: &mut Cursor<'_>, walk: &mut Walk) -> Result<(), Mistake> {
        let at = json.position();
        if self.open {
            return Err(Mistake::new(at, "the time must stand before the frame's first command"));
        }
        if !json.more(walk)? {
            return Err(Mistake::new(at, "the microseconds since the stream began are missing"));
        }
        self.time_us = numbers::bounded(json, 0, u64::MAX.into())? as u64;
        end(json, walk, 1)
    }

    fn faulty(&mut self, json: &mut Cursor<'_>, walk: &mut Walk) -> Result<(), Mistake> {
        let at = json.position();
        if !json.more(walk)? {
            return Err(Mistake::new(at, "the bytes are missing, as a string of base64"));
        }
        let bytes = payload::read_base64(json)?;
        let mut count = 1;
        if json.more(walk)? {
            count = numbers::bounded(json, 0, u32::MAX.into())? as usize;
            end(json, walk, 2)?;
        }
        if let Ok(command) = Command::decode(&mut Reader::new(&bytes)) {
            self.names.follow(&command);
        }
        self.frame.push_faulty(&bytes, count);
        self.open = true;
        Ok(())
    }

    /// Gives the frame away: in any case, or if there is something in it.
    fn end_frame(&mut self, items: &mut Vec<Item>, always: bool) {
        if always || self.open || self.time_us != 0 {
            let frame = std::mem::take(&mut self.frame);
            items.push(Item::Frame { frame, time_us: self.time_us });
        }
        self.open = false;
        self.time_us = 0;
    }
}

fn blob(json: &mut Cursor<'_>, walk: &mut Walk, items: &mut Vec<Item>) -> Result<(), Mistake> {
    let at = json.position();
    if !json.more(walk)? {
        return Err(Mistake::new(at, "the bytes are missing, such as {\"f32\": [0.5, 1]}"));
    }
    let at = json.position();
    let Bytes::Here { encoding, bytes } = payload::read(json)? else {
        return Err(Mistake::new(at, "a blob's bytes must stand here themselves, as in {\"f32\": [0.5, 1]}"));
    };
    let hash = hash_of(&bytes);
    if json.more(walk)? {
        let at = json.position();
        if payload::read_hash(json)? != hash {
            return Err(Mistake::new(
                at,
                format!("the hash of the bytes is \"{hash}\"; correct it or leave it out"),
            ));
        }
        end(json, walk, 2)?;
    }
    items.push(Item::Blob { encoding, bytes, hash });
    Ok(())
}

fn meta(json: &mut Cursor<'_>, walk: &mut Walk, items: &mut Vec<Item>) -> Result<(), Mistake> {
    let at = json.position();
    if !json.more(walk)? {
        return Err(Mistake::new(at, "the notes are missing, such as {\"author\": \"…\"}"));
    }
    let members = json.members()?;
    let mut notes = Vec::with_capacity(members.len());
    for member in &members {
        let text = json.value_of(member).string().map_err(|mistake| mistake.within(&quote(&member.key)))?;
        notes.push((member.key.to_string(), text.into_owned()));
    }
    end(json, walk, 1)?;
    items.push(Item::Meta(notes));
    Ok(())
}

/// Fails if more stands in the line than `count` values.
pub(super) fn end(json: &mut Cursor<'_>, walk: &mut Walk, count: usize) -> Result<(), Mistake> {
    let at = json.position();
    if json.more(walk)? {
        let values = if count == 1 { "one value stands" } else { "no more values stand" };
        return Err(Mistake::new(at, format!("{values} in this line; take the rest out")));
    }
    Ok(())
}

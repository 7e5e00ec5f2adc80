//! Finds where arrays begin and end in text that comes in pieces.

/// What a piece of text holds next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// An array begins at this byte and place.
    Begin(usize, Position),
    /// The array ends before this byte.
    End(usize),
    /// Something that begins no array stands at this byte.
    Stray(usize),
    /// The line ends inside a string, before this byte.
    Cut(usize),
    /// The piece is at its end.
    Nothing,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mode {
    #[default]
    Plain,
    /// Behind a slash that may begin a comment.
    Slash,
    Comment,
    Text,
    /// Behind a backslash in a string.
    Escape,
}

/// A place in a text, counted from 1. Columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) line: usize,
    pub(super) column: usize,
}

impl Position {
    pub(super) const START: Position = Position { line: 1, column: 1 };

    #[inline]
    pub(super) fn pass(&mut self, byte: u8) {
        if byte == b'\n' {
            *self = Position { line: self.line + 1, column: 1 };
        } else if byte & 0xc0 != 0x80 {
            self.column += 1;
        }
    }

    /// The place after all of `text`.
    pub(super) fn after(mut self, text: &str) -> Position {
        text.bytes().for_each(|byte| self.pass(byte));
        self
    }
}

/// The state between pieces.
#[derive(Clone, Debug)]
pub(super) struct Scan {
    mode: Mode,
    depth: usize,
    /// Of the next byte.
    pub(super) position: Position,
}

impl Default for Scan {
    fn default() -> Self {
        Scan { mode: Mode::Plain, depth: 0, position: Position::START }
    }
}

impl Scan {
    /// True inside an array.
    pub(super) fn is_open(&self) -> bool {
        self.depth > 0
    }

    /// True behind a slash that began no comment.
    pub(super) fn is_slash(&self) -> bool {
        self.mode == Mode::Slash
    }

    /// Looks at `text` from byte `at` on. The next call starts behind the bracket of a [`Found::Begin`] or
    /// [`Found::End`]; behind the other two there is none.
    pub(super) fn next(&mut self, text: &str, at: usize) -> Found {
        for (i, byte) in text.bytes().enumerate().skip(at) {
            let mode = self.mode;
            self.mode = match (mode, byte) {
                (Mode::Text, b'\\') => Mode::Escape,
                (Mode::Text, b'"') => Mode::Plain,
                (Mode::Text | Mode::Escape, b'\n') => return Found::Cut(i),
                (Mode::Text | Mode::Escape, _) => Mode::Text,
                (Mode::Comment, b'\n') => Mode::Plain,
                (Mode::Comment, _) => Mode::Comment,
                (Mode::Slash, b'/') => Mode::Comment,
                (Mode::Plain, b'/') => Mode::Slash,
                (Mode::Slash, _) if self.depth == 0 => {
                    self.mode = Mode::Slash;
                    return Found::Stray(i);
                }
                (Mode::Plain | Mode::Slash, b'[' | b'{') if self.depth > 0 => {
                    self.depth += 1;
                    Mode::Plain
                }
                (Mode::Plain | Mode::Slash, b']' | b'}') if self.depth > 0 => {
                    self.depth -= 1;
                    self.mode = Mode::Plain;
                    if self.depth == 0 {
                        self.position.pass(byte);
                        return Found::End(i + 1);
                    }
                    Mode::Plain
                }
                (Mode::Plain | Mode::Slash, b'"') if self.depth > 0 => Mode::Text,
                (Mode::Plain | Mode::Slash, _) if self.depth > 0 => Mode::Plain,
                (_, b'[') => {
                    let start = self.position;
                    self.depth = 1;
                    self.position.pass(byte);
                    return Found::Begin(i, start);
                }
                (_, b' ' | b'\t' | b'\r' | b'\n') => Mode::Plain,
                _ => return Found::Stray(i),
            };
            self.position.pass(byte);
        }
        Found::Nothing
    }
}

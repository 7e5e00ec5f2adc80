//! A cursor over JSON text. It builds no tree: what a value means is decided by who reads it, and numbers are handed
//! out as they are written, so that none is rounded twice.
//!
//! Two things go beyond JSON: `//` outside a string starts a comment that ends with the line, and a repeated key in an
//! object is a mistake.

use std::borrow::Cow;

/// The deepest nesting that [`Cursor::skip`] passes over; the language itself needs eight.
const MAX_DEPTH: usize = 32;

/// Something wrong in the text: where, counted in bytes, and one sentence.
#[derive(Debug)]
pub(super) struct Mistake {
    pub(super) at: usize,
    pub(super) message: String,
}

impl Mistake {
    #[cold]
    pub(super) fn new(at: usize, message: impl Into<String>) -> Self {
        Mistake { at, message: message.into() }
    }

    /// Puts a name before the message: the argument or field in which it happened.
    #[cold]
    pub(super) fn within(mut self, name: &str) -> Self {
        self.message = format!("{name}: {}", self.message);
        self
    }
}

/// What a value starts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Object,
    Array,
    String,
    Number,
    Bool,
    Null,
    /// No value: the end, or a character that starts none.
    Nothing,
}

impl Kind {
    /// The kind as a sentence's subject.
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Object => "an object",
            Kind::Array => "a list",
            Kind::String => "a string",
            Kind::Number => "a number",
            Kind::Bool => "true or false",
            Kind::Null => "null",
            Kind::Nothing => "nothing readable",
        }
    }
}

/// The state of a walk through an array or object.
#[derive(Debug)]
pub(super) struct Walk {
    started: bool,
}

/// One entry of an object.
#[derive(Debug)]
pub(super) struct Member<'t> {
    pub(super) key: Cow<'t, str>,
    /// Where the key stands.
    pub(super) at: usize,
    /// Where the value starts.
    value: usize,
}

/// A cursor over JSON text.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Cursor { text, at: 0 }
    }

    /// A cursor at the value of a member that [`Cursor::members`] found.
    pub(super) fn value_of(&self, member: &Member<'t>) -> Cursor<'t> {
        Cursor { text: self.text, at: member.value }
    }

    /// Where the next value starts.
    pub(super) fn position(&mut self) -> usize {
        self.space();
        self.at
    }

    /// The kind of the next value.
    pub(super) fn kind(&mut self) -> Kind {
        match self.peek() {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::Array,
            Some(b'"') => Kind::String,
            Some(b'-' | b'0'..=b'9') => Kind::Number,
            Some(b't' | b'f') => Kind::Bool,
            Some(b'n') => Kind::Null,
            _ => Kind::Nothing,
        }
    }

    /// The mistake that something else than `expected` stands here.
    #[cold]
    pub(super) fn unexpected(&mut self, expected: &str) -> Mistake {
        let at = self.position();
        let found = match self.kind() {
            Kind::Nothing => match self.text[at..].chars().next() {
                Some(c) => format!("{c:?}"),
                None => "the end of the text".to_owned(),
            },
            Kind::Number => format!("the number {}", self.clone().word()),
            Kind::Bool | Kind::Null => self.clone().word().to_owned(),
            Kind::String => format!("the string {}", self.clone().quoted()),
            kind => kind.name().to_owned(),
        };
        Mistake::new(at, format!("{found} stands where {expected} belongs"))
    }

    /// Consumes `true` or `false`.
    pub(super) fn boolean(&mut self) -> Result<bool, Mistake> {
        match (self.kind(), self.clone().word()) {
            (Kind::Bool, "true") => self.advance(4, true),
            (Kind::Bool, "false") => self.advance(5, false),
            _ => Err(self.unexpected("true or false")),
        }
    }

    /// Consumes a `null`, if one stands here.
    pub(super) fn null(&mut self) -> bool {
        let found = self.kind() == Kind::Null && self.clone().word() == "null";
        self.at += if found { 4 } else { 0 };
        found
    }

    fn advance<T>(&mut self, bytes: usize, value: T) -> Result<T, Mistake> {
        self.at += bytes;
        Ok(value)
    }

    /// Consumes a number and gives its text, which follows JSON's grammar.
    #[inline]
    pub(super) fn number(&mut self) -> Result<&'t str, Mistake> {
        if self.kind() != Kind::Number {
            return Err(self.unexpected("a number"));
        }
        let bytes = self.text.as_bytes();
        let start = self.at;
        let digits = |from: usize| {
            from + bytes.get(from..).unwrap_or(&[]).iter().take_while(|byte| byte.is_ascii_digit()).count()
        };
        let whole = start + usize::from(bytes[start] == b'-');
        let mut end = digits(whole);
        let mut sound = end > whole && (bytes[whole] != b'0' || end == whole + 1);
        if bytes.get(end) == Some(&b'.') {
            let fraction = end + 1;
            end = digits(fraction);
            sound &= end > fraction;
        }
        if let Some(b'e' | b'E') = bytes.get(end) {
            let exponent = end + 1 + usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            end = digits(exponent);
            sound &= end > exponent;
        }
        sound &= !matches!(bytes.get(end), Some(byte) if byte.is_ascii_alphanumeric() || *byte == b'.');
        if !sound {
            let word = self.clone().word();
            return Err(Mistake::new(start, format!("{word} is not a number as JSON writes it")));
        }
        self.at = end;
        Ok(&self.text[start..end])
    }

    /// Consumes a string.
    pub(super) fn string(&mut self) -> Result<Cow<'t, str>, Mistake> {
        if self.kind() != Kind::String {
            return Err(self.unexpected("a string"));
        }
        let start = self.at + 1;
        let mut owned: Option<String> = None;
        let mut from = start;
        loop {
            let rest = self.text.as_bytes().get(from..).unwrap_or(&[]);
            let Some(plain) = rest.iter().position(|&byte| byte == b'"' || byte == b'\\' || byte < 0x20)
            else {
                return Err(Mistake::new(self.at, "the string that starts here has no closing quote"));
            };
            let stop = from + plain;
            match rest[plain] {
                b'"' => {
                    self.at = stop + 1;
                    let last = &self.text[from..stop];
                    return Ok(match owned {
                        None => Cow::Borrowed(last),
                        Some(text) => Cow::Owned(text + last),
                    });
                }
                b'\\' => {
                    let text = owned.get_or_insert_default();
                    text.push_str(&self.text[from..stop]);
                    let (c, end) = self.escape(stop)?;
                    text.push(c);
                    from = end;
                }
                b'\n' | b'\r' => {
                    return Err(Mistake::new(
                        self.at,
                        "the string that starts here has no closing quote on its line",
                    ));
                }
                _ => {
                    let message =
                        "a control character stands in a string; write it as an escape such as \\u001b";
                    return Err(Mistake::new(stop, message));
                }
            }
        }
    }

    /// The character that the escape at `at` stands for, and where the escape ends.
    fn escape(&self, at: usize) -> Result<(char, usize), Mistake> {
        let plain = match self.text.as_bytes().get(at + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(at),
            _ => {
                return Err(Mistake::new(
                    at,
                    "a backslash in a string starts one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u",
                ));
            }
        };
        Ok((plain, at + 2))
    }

    fn unicode_escape(&self, at: usize) -> Result<(char, usize), Mistake> {
        let unit = |at: usize| {
            let digits = self.text.get(at..at + 6)?.strip_prefix("\\u")?;
            if digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                u16::from_str_radix(digits, 16).ok()
            } else {
                None
            }
        };
        let wrong = || {
            Mistake::new(
                at,
                "\\u takes four hexadecimal digits that name a character, or a surrogate pair of two",
            )
        };
        let first = unit(at).ok_or_else(wrong)?;
        if let Some(c) = char::from_u32(u32::from(first)) {
            return Ok((c, at + 6));
        }
        let second = unit(at + 6).ok_or_else(wrong)?;
        match char::decode_utf16([first, second]).next() {
            Some(Ok(c)) => Ok((c, at + 12)),
            _ => Err(wrong()),
        }
    }

    /// Enters an array.
    pub(super) fn array(&mut self) -> Result<Walk, Mistake> {
        if self.kind() != Kind::Array {
            return Err(self.unexpected("a list"));
        }
        self.at += 1;
        Ok(Walk { started: false })
    }

    /// True if another element follows; false once the array is left.
    #[inline]
    pub(super) fn more(&mut self, walk: &mut Walk) -> Result<bool, Mistake> {
        self.step(walk, b']')
    }

    #[inline]
    fn step(&mut self, walk: &mut Walk, close: u8) -> Result<bool, Mistake> {
        match self.peek() {
            Some(byte) if byte == close => {
                self.at += 1;
                return Ok(false);
            }
            Some(b',') if walk.started => self.at += 1,
            _ if !walk.started => {}
            _ => return Err(self.unexpected(if close == b']' { "a comma or ]" } else { "a comma or }" })),
        }
        if walk.started && self.peek() == Some(close) {
            return Err(Mistake::new(self.at, "a comma stands before the closing bracket; take it out"));
        }
        walk.started = true;
        Ok(true)
    }

    /// Consumes an object and gives its entries, in the order of the text.
    pub(super) fn members(&mut self) -> Result<Vec<Member<'t>>, Mistake> {
        if self.kind() != Kind::Object {
            return Err(self.unexpected("an object"));
        }
        self.at += 1;
        let mut walk = Walk { started: false };
        let mut members: Vec<Member<'t>> = Vec::new();
        while self.step(&mut walk, b'}')? {
            let at = self.position();
            let key = self.key()?;
            let value = self.position();
            self.skip()?;
            members.push(Member { key, at, value });
        }
        let mut order: Vec<&Member<'t>> = members.iter().collect();
        order.sort_by(|a, b| a.key.cmp(&b.key));
        match order.windows(2).find(|pair| pair[0].key == pair[1].key) {
            None => Ok(members),
            Some(pair) => Err(Mistake::new(
                pair[1].at,
                format!("{:?} stands here a second time; keep one", pair[1].key),
            )),
        }
    }

    /// Passes over one value, which must be JSON.
    pub(super) fn skip(&mut self) -> Result<(), Mistake> {
        self.skip_nested(MAX_DEPTH)
    }

    fn skip_nested(&mut self, depth: usize) -> Result<(), Mistake> {
        if depth == 0 {
            return Err(Mistake::new(self.position(), "values are nested too deeply"));
        }
        match self.kind() {
            Kind::Object => {
                self.at += 1;
                let mut walk = Walk { started: false };
                while self.step(&mut walk, b'}')? {
                    self.key()?;
                    self.skip_nested(depth - 1)?;
                }
                Ok(())
            }
            Kind::Array => {
                let mut walk = self.array()?;
                while self.more(&mut walk)? {
                    self.skip_nested(depth - 1)?;
                }
                Ok(())
            }
            Kind::String => self.string().map(drop),
            Kind::Number => self.number().map(drop),
            Kind::Bool => self.boolean().map(drop),
            Kind::Null if self.null() => Ok(()),
            Kind::Null | Kind::Nothing => Err(self.unexpected("a value")),
        }
    }

    /// Consumes a key of an object and its colon.
    fn key(&mut self) -> Result<Cow<'t, str>, Mistake> {
        let key = self.string()?;
        if self.peek() != Some(b':') {
            return Err(self.unexpected("a colon"));
        }
        self.at += 1;
        Ok(key)
    }

    /// The unquoted word that stands here, for messages and to tell names apart.
    fn word(&mut self) -> &'t str {
        let rest = &self.text[self.position()..];
        let end =
            rest.find(|c: char| c.is_whitespace() || matches!(c, ',' | ':' | '[' | ']' | '{' | '}' | '"'));
        &rest[..end.unwrap_or(rest.len())]
    }

    /// The string that stands here as a message shows it, shortened if it is long.
    fn quoted(&mut self) -> String {
        match self.string() {
            Ok(text) => quote(&text),
            Err(_) => "without a closing quote".to_owned(),
        }
    }

    #[inline]
    fn peek(&mut self) -> Option<u8> {
        self.space();
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline]
    fn space(&mut self) {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.at) {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                Some(b'/') if bytes.get(self.at + 1) == Some(&b'/') => {
                    let rest = &bytes[self.at..];
                    self.at += rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
                }
                _ => return,
            }
        }
    }
}

/// A string as messages show it: in quotes, and no longer than a line takes.
pub(super) fn quote(text: &str) -> String {
    const SHOWN: usize = 40;
    match text.char_indices().nth(SHOWN) {
        None => format!("{text:?}"),
        Some((end, _)) => format!("{:?}…", &text[..end]),
    }
}

/// Appends a string in quotes.
pub(super) fn write_string(text: &str, out: &mut String) {
    use std::fmt::Write;
    out.push('"');
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let short = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0..0x20 | 0x7f => "",
            _ => continue,
        };
        out.push_str(&text[from..at]);
        if short.is_empty() {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\u{byte:04x}");
        } else {
            out.push_str(short);
        }
        from = at + 1;
    }
    out.push_str(&text[from..]);
    out.push('"');
}

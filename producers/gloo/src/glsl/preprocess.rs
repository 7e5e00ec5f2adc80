//! The preprocessor: macros without arguments, and conditions, which may be true, false or up to the context.

use super::Dialect;
use super::lex::{Token, is_name, lex, number};
use std::cell::Cell;
use std::collections::HashMap;

/// The most words that are looked at while macros are put in: they can double with each line.
const MOST_STEPS: u32 = 1 << 22;
/// The deepest nesting of macros and of parentheses in a condition.
const DEEPEST: usize = 48;

struct Macro<'s> {
    body: Vec<Token<'s>>,
    /// It takes arguments.
    function: bool,
    doubtful: bool,
}

/// How sure it is that a stretch of the source counts.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Counts {
    No,
    Perhaps,
    Yes,
}

struct Condition {
    outside: Counts,
    /// A branch has been taken for sure.
    taken: bool,
    /// A branch may have been taken.
    perhaps: bool,
    now: Counts,
}

/// A source behind its preprocessor.
pub(super) struct Preprocessed<'s> {
    pub(super) tokens: Vec<Token<'s>>,
    macros: HashMap<&'s str, Macro<'s>>,
}

impl Preprocessed<'_> {
    /// True for a macro that takes arguments.
    pub(super) fn is_function(&self, name: &str) -> bool {
        self.macros.get(name).is_some_and(|found| found.function)
    }
}

/// Carries out the directives of a source. `None` if its macros expand without end.
pub(super) fn preprocess(source: &str, dialect: Dialect) -> Option<Preprocessed<'_>> {
    let version = match dialect.number() {
        300 => "300",
        310 => "310",
        320 => "320",
        330 => "330",
        _ => "100",
    };
    let mut state = State { macros: HashMap::new(), conditions: Vec::new(), steps: Cell::new(MOST_STEPS) };
    state.predefine("__VERSION__", version);
    if let Dialect::Es(_) = dialect {
        state.predefine("GL_ES", "1");
    }
    let words = lex(source);
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(&token) = words.get(at) {
        if token.first && token.text == "#" {
            let line = words.get(at + 1..).unwrap_or(&[]);
            let end = line.iter().position(|token| token.first).unwrap_or(line.len());
            state.directive(line.get(..end).unwrap_or(&[]));
            at += 1 + end;
            continue;
        }
        let counts = state.counts();
        if counts != Counts::No {
            let token = Token { doubtful: counts == Counts::Perhaps, ..token };
            state.expand(token, &mut Vec::new(), &mut out)?;
        }
        at += 1;
    }
    Some(Preprocessed { tokens: out, macros: state.macros })
}

struct State<'s> {
    macros: HashMap<&'s str, Macro<'s>>,
    conditions: Vec<Condition>,
    steps: Cell<u32>,
}

impl<'s> State<'s> {
    /// Takes a step, if there are any left.
    fn step(&self) -> Option<()> {
        self.steps.set(self.steps.get().checked_sub(1)?);
        Some(())
    }

    fn predefine(&mut self, name: &'static str, text: &'static str) {
        let body = vec![Token { text, line: 0, first: false, doubtful: false }];
        self.macros.insert(name, Macro { body, function: false, doubtful: false });
    }

    fn counts(&self) -> Counts {
        self.conditions.last().map_or(Counts::Yes, |condition| condition.now)
    }

    fn directive(&mut self, line: &[Token<'s>]) {
        let Some((name, rest)) = line.split_first() else { return };
        let outside = self.counts();
        match name.text {
            "if" | "ifdef" | "ifndef" => {
                let mut condition = Condition { outside, taken: true, perhaps: false, now: Counts::No };
                if outside != Counts::No {
                    condition.taken = false;
                    let truth = match name.text {
                        "if" => self.truth(rest),
                        _ => {
                            let defined = rest.first().and_then(|token| self.defined(token.text));
                            defined.map(|defined| defined == (name.text == "ifdef"))
                        }
                    };
                    condition.enter(truth);
                }
                self.conditions.push(condition);
            }
            "elif" => {
                let truth = self.truth(rest);
                if let Some(condition) = self.conditions.last_mut() {
                    condition.enter(truth);
                }
            }
            "else" => {
                if let Some(condition) = self.conditions.last_mut() {
                    condition.enter(Some(true));
                }
            }
            "endif" => drop(self.conditions.pop()),
            "define" if outside != Counts::No => {
                let Some((name, body)) = rest.split_first() else { return };
                // A parenthesis belongs to the macro only if it touches its name.
                let touches = |next: &Token<'_>| {
                    next.text == "(" && name.text.as_bytes().as_ptr_range().end == next.text.as_ptr()
                };
                let found = Macro {
                    body: body.to_vec(),
                    function: body.first().is_some_and(touches),
                    doubtful: outside == Counts::Perhaps,
                };
                self.macros.insert(name.text, found);
            }
            "undef" if outside == Counts::Yes => {
                if let Some(name) = rest.first() {
                    self.macros.remove(name.text);
                }
            }
            "undef" if outside == Counts::Perhaps => {
                if let Some(found) = rest.first().and_then(|name| self.macros.get_mut(name.text)) {
                    found.doubtful = true;
                }
            }
            _ => {}
        }
    }

    /// Whether a name is defined; unknown for what only the context can tell.
    fn defined(&self, name: &str) -> Option<bool> {
        match self.macros.get(name) {
            Some(found) => (!found.doubtful).then_some(true),
            None => (!name.starts_with("GL_")).then_some(false),
        }
    }

    fn truth(&self, words: &[Token<'s>]) -> Option<bool> {
        let mut reader = Reader { state: self, words, depth: 0 };
        let value = reader.binary(0);
        value.filter(|_| reader.words.is_empty()).map(|value| value != 0)
    }

    fn expand(&self, token: Token<'s>, within: &mut Vec<&'s str>, out: &mut Vec<Token<'s>>) -> Option<()> {
        self.step()?;
        match self.macros.get(token.text) {
            Some(found) if !found.function && !within.contains(&token.text) => {
                if within.len() >= DEEPEST {
                    return None;
                }
                within.push(token.text);
                for &part in &found.body {
                    let doubtful = token.doubtful || found.doubtful;
                    self.expand(
                        Token { line: token.line, first: false, text: part.text, doubtful },
                        within,
                        out,
                    )?;
                }
                within.pop();
            }
            _ => out.push(token),
        }
        Some(())
    }
}

impl Condition {
    /// Enters the next branch.
    fn enter(&mut self, truth: Option<bool>) {
        self.now = match truth {
            _ if self.taken => Counts::No,
            Some(false) => Counts::No,
            Some(true) => {
                self.taken = true;
                if self.perhaps { Counts::Perhaps } else { self.outside }
            }
            None => {
                self.perhaps = true;
                Counts::Perhaps
            }
        };
        if self.now > self.outside {
            self.now = self.outside;
        }
    }
}

/// Reads the expression of a condition; no value if it is up to the context, or no expression at all.
struct Reader<'r, 's> {
    state: &'r State<'s>,
    words: &'r [Token<'s>],
    depth: usize,
}

/// How tightly an operator binds; 0 for what is none.
fn tightness(operator: &str) -> u8 {
    match operator {
        "||" => 1,
        "&&" => 2,
        "|" => 3,
        "^" => 4,
        "&" => 5,
        "==" | "!=" => 6,
        "<" | ">" | "<=" | ">=" => 7,
        "<<" | ">>" => 8,
        "+" | "-" => 9,
        "*" | "/" | "%" => 10,
        _ => 0,
    }
}

/// What an operator makes of two values, each of which may be unknown.
pub(super) fn apply(operator: &str, a: Option<i64>, b: Option<i64>) -> Option<i64> {
    let truth = |value: bool| Some(i64::from(value));
    match operator {
        "||" if a.is_some_and(|a| a != 0) || b.is_some_and(|b| b != 0) => return Some(1),
        "&&" if a == Some(0) || b == Some(0) => return Some(0),
        _ => {}
    }
    let (a, b) = (a?, b?);
    match operator {
        "||" | "&&" => truth(operator == "&&"),
        "|" => Some(a | b),
        "^" => Some(a ^ b),
        "&" => Some(a & b),
        "==" => truth(a == b),
        "!=" => truth(a != b),
        "<" => truth(a < b),
        ">" => truth(a > b),
        "<=" => truth(a <= b),
        ">=" => truth(a >= b),
        "<<" => u32::try_from(b).ok().and_then(|b| a.checked_shl(b)),
        ">>" => u32::try_from(b).ok().and_then(|b| a.checked_shr(b)),
        "+" => a.checked_add(b),
        "-" => a.checked_sub(b),
        "*" => a.checked_mul(b),
        "/" => a.checked_div(b),
        "%" => a.checked_rem(b),
        _ => None,
    }
}

impl<'s> Reader<'_, 's> {
    fn next(&mut self) -> Option<&'s str> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first.text)
    }

    /// Operators that bind more tightly than `least`, by climbing.
    fn binary(&mut self, least: u8) -> Option<i64> {
        let mut value = self.unary();
        while let Some(operator) = self.words.first().map(|token| token.text) {
            let binds = tightness(operator);
            if binds == 0 || binds <= least {
                break;
            }
            self.next();
            let right = self.binary(binds);
            value = apply(operator, value, right);
        }
        value
    }

    fn unary(&mut self) -> Option<i64> {
        self.depth += 1;
        let possible = self.depth <= DEEPEST && self.state.step().is_some();
        let value = if possible { self.operand() } else { self.give_up() };
        self.depth -= 1;
        value
    }

    /// Leaves the rest unread.
    fn give_up(&mut self) -> Option<i64> {
        self.words = &[];
        None
    }

    fn operand(&mut self) -> Option<i64> {
        match self.next()? {
            "(" => {
                let value = self.binary(0);
                if self.next() == Some(")") { value } else { self.give_up() }
            }
            "!" => self.unary().map(|value| i64::from(value == 0)),
            "-" => self.unary().and_then(i64::checked_neg),
            "+" => self.unary(),
            "~" => self.unary().map(|value| !value),
            "defined" => {
                let mut name = self.next()?;
                if name == "(" {
                    name = self.next()?;
                    self.next();
                }
                self.state.defined(name).map(i64::from)
            }
            text if is_name(text) => match self.state.macros.get(text) {
                Some(found) if found.doubtful || found.function => None,
                Some(found) => {
                    let mut inner = Reader { state: self.state, words: &found.body, depth: self.depth + 1 };
                    if inner.depth > DEEPEST { None } else { inner.binary(0) }
                }
                None => (!text.starts_with("GL_")).then_some(0),
            },
            text => number(text),
        }
    }
}

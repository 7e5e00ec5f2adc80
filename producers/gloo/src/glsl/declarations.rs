//! Declarations at global scope: attributes, uniforms, samplers and blocks.

use super::lex::{is_name, number};
use super::preprocess::{Preprocessed, apply, preprocess};
use super::{BlockLayout, Dialect};
use glir_spec::{GlslType, SamplerType};
use std::collections::{HashMap, HashSet};

/// The deepest nesting of parentheses in the length of an array.
const DEEPEST: usize = 48;

/// Which shader a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Vertex,
    Geometry,
    Fragment,
}

impl Stage {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Stage::Vertex => "vertex shader",
            Stage::Geometry => "geometry shader",
            Stage::Fragment => "fragment shader",
        }
    }
}

/// What a shader declares.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) attributes: Vec<(String, GlslType)>,
    /// With the length of the array.
    pub(crate) uniforms: Vec<(String, GlslType, Option<u32>)>,
    pub(crate) samplers: Vec<(String, SamplerType, Option<u32>)>,
    pub(crate) blocks: Vec<BlockLayout>,
}

/// A sentence, and the line that it speaks of.
type Fault = (u32, String);

/// Reads the declarations of a source, or says in one sentence what it can't read.
pub(crate) fn scan(source: &str, stage: Stage, dialect: Dialect) -> Result<Found, String> {
    let Some(text) = preprocess(source, dialect) else {
        return Err(format!("{}: its macros expand to too many words", stage.text()));
    };
    let mut scanner = Scanner {
        text: &text,
        stage,
        // In GLSL ES 1.00 `in` is a word of parameters only.
        has_in: dialect.number() >= 300,
        at: 0,
        constants: HashMap::new(),
        structures: HashSet::new(),
        std140: false,
        found: Found::default(),
    };
    match scanner.run() {
        Ok(()) => Ok(scanner.found),
        Err((line, sentence)) => Err(format!("{}, line {line}: {sentence}", stage.text())),
    }
}

struct Scanner<'t, 's> {
    text: &'t Preprocessed<'s>,
    stage: Stage,
    has_in: bool,
    at: usize,
    constants: HashMap<&'s str, i64>,
    structures: HashSet<&'s str>,
    /// Uniform blocks are std140 unless they say otherwise.
    std140: bool,
    found: Found,
}

/// What a declaration's qualifiers say of it.
#[derive(Clone, Copy, Default)]
struct Qualifiers {
    constant: bool,
    uniform: bool,
    attribute: bool,
    input: bool,
    storage: bool,
    /// `layout(std140)`, or another layout of blocks.
    std140: Option<bool>,
    row_major: bool,
}

const PLAIN_QUALIFIERS: [&str; 19] = [
    "out",
    "inout",
    "varying",
    "flat",
    "smooth",
    "noperspective",
    "centroid",
    "sample",
    "patch",
    "invariant",
    "precise",
    "highp",
    "mediump",
    "lowp",
    "coherent",
    "volatile",
    "restrict",
    "readonly",
    "writeonly",
];

impl<'s> Scanner<'_, 's> {
    fn peek(&self, ahead: usize) -> &'s str {
        self.text.tokens.get(self.at + ahead).map_or("", |token| token.text)
    }

    fn line(&self) -> u32 {
        let last = self.text.tokens.len().saturating_sub(1);
        self.text.tokens.get(self.at.min(last)).map_or(1, |token| token.line)
    }

    fn fault<T>(&self, sentence: impl Into<String>) -> Result<T, Fault> {
        Err((self.line(), sentence.into()))
    }

    fn take(&mut self, text: &str) -> bool {
        let found = self.peek(0) == text;
        self.at += usize::from(found);
        found
    }

    fn run(&mut self) -> Result<(), Fault> {
        while self.at < self.text.tokens.len() {
            self.statement()?;
        }
        Ok(())
    }

    /// One declaration, function or stray word.
    fn statement(&mut self) -> Result<(), Fault> {
        if self.take(";") {
            return Ok(());
        }
        if self.text.is_function(self.peek(0)) && self.peek(1) == "(" {
            let name = self.peek(0);
            return self.fault(format!(
                "the macro {name} takes arguments, and what it declares can't be read; give the program its interface"
            ));
        }
        let qualifiers = self.qualifiers();
        if qualifiers.storage {
            return self.fault("a storage block is no part of gloo");
        }
        let taken = qualifiers.uniform
            || (self.stage == Stage::Vertex && (qualifiers.attribute || (qualifiers.input && self.has_in)));
        if self.peek(0) == "struct" {
            return self.structure(taken);
        }
        if !taken && !qualifiers.constant {
            self.pass_over();
            return Ok(());
        }
        if taken && self.text.is_function(self.peek(0)) {
            return self.fault(format!(
                "the macro {} takes arguments, and what it declares can't be read; give the program its interface",
                self.peek(0)
            ));
        }
        let (ty, next) = (self.peek(0), self.peek(1));
        if ty == ";" {
            // `layout(std140) uniform;` holds for the blocks that follow.
            if qualifiers.uniform {
                self.std140 = qualifiers.std140.unwrap_or(self.std140);
            }
            return Ok(());
        }
        if qualifiers.uniform && next == "{" {
            return self.block(qualifiers);
        }
        if !is_name(ty) {
            self.pass_over();
            return Ok(());
        }
        self.at += 1;
        self.declarators(ty, qualifiers, taken)
    }

    fn qualifiers(&mut self) -> Qualifiers {
        let mut found = Qualifiers::default();
        loop {
            match self.peek(0) {
                "const" => found.constant = true,
                "uniform" => found.uniform = true,
                "attribute" => found.attribute = true,
                "in" => found.input = true,
                "buffer" => found.storage = true,
                "layout" if self.peek(1) == "(" => {
                    self.at += 2;
                    while !matches!(self.peek(0), ")" | "") {
                        match self.peek(0) {
                            "std140" => found.std140 = Some(true),
                            "shared" | "packed" => found.std140 = Some(false),
                            "row_major" => found.row_major = true,
                            _ => {}
                        }
                        self.at += 1;
                    }
                }
                word if PLAIN_QUALIFIERS.contains(&word) => {}
                _ => return found,
            }
            self.at += 1;
        }
    }

    /// Passes over a declaration or a function.
    fn pass_over(&mut self) {
        let mut depth = 0usize;
        while self.at < self.text.tokens.len() {
            let word = self.peek(0);
            self.at += 1;
            match word {
                "{" => depth += 1,
                "}" => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return;
                    }
                }
                ";" if depth == 0 => return,
                _ => {}
            }
        }
    }

    /// Passes over the part in braces at which the scanner stands.
    fn pass_braces(&mut self) {
        let mut depth = 0usize;
        while self.at < self.text.tokens.len() {
            let word = self.peek(0);
            self.at += 1;
            match word {
                "{" => depth += 1,
                "}" if depth <= 1 => return,
                "}" => depth -= 1,
                _ => {}
            }
        }
    }

    fn structure(&mut self, taken: bool) -> Result<(), Fault> {
        self.at += 1;
        let name = self.peek(0);
        if is_name(name) {
            self.structures.insert(name);
            self.at += 1;
        }
        if self.peek(0) == "{" {
            self.pass_braces();
        }
        if taken {
            let (sort, variable) = (self.sort(), self.peek(0));
            return self.fault(format!(
                "the {sort} `{variable}` is a structure, which gloo does not take apart; give the program its interface, or declare its members one by one"
            ));
        }
        // What is declared along with it is no part of the interface.
        while !matches!(self.peek(0), ";" | "") {
            self.at += 1;
        }
        self.take(";");
        Ok(())
    }

    fn sort(&self) -> &'static str {
        if self.stage == Stage::Vertex { "uniform or attribute" } else { "uniform" }
    }

    /// What follows a type: names, lengths, values.
    fn declarators(&mut self, ty: &'s str, qualifiers: Qualifiers, taken: bool) -> Result<(), Fault> {
        let of_type = self.length()?;
        loop {
            let name = self.peek(0);
            if !is_name(name) {
                self.pass_over();
                return Ok(());
            }
            self.at += 1;
            if self.peek(0) == "(" {
                // A function that returns a constant type.
                self.pass_over();
                return Ok(());
            }
            let count = match (self.length()?, of_type) {
                (Some(_), Some(_)) if taken => return self.fault(format!("`{name}` is an array of arrays")),
                (own, of_type) => own.or(of_type),
            };
            if self.take("=") {
                let value = self.value();
                if let (true, Some(value), "int" | "uint") =
                    (qualifiers.constant && count.is_none(), value, ty)
                {
                    self.constants.insert(name, value);
                }
                let mut depth = 0usize;
                while !matches!((depth, self.peek(0)), (0, "," | ";") | (_, "")) {
                    match self.peek(0) {
                        "(" | "{" | "[" => depth += 1,
                        ")" | "}" | "]" => depth = depth.saturating_sub(1),
                        _ => {}
                    }
                    self.at += 1;
                }
            }
            if taken {
                self.declare(ty, name, count, qualifiers)?;
            }
            if !self.take(",") {
                if !self.take(";") {
                    self.pass_over();
                }
                return Ok(());
            }
        }
    }

    fn declare(
        &mut self,
        ty: &str,
        name: &str,
        count: Option<u32>,
        qualifiers: Qualifiers,
    ) -> Result<(), Fault> {
        let sort = if qualifiers.uniform { "uniform" } else { "attribute" };
        let twice = |old: String, new: String| {
            format!("the {sort} `{name}` is declared as {old} and as {new}; give it one type")
        };
        let shown = |ty: &dyn std::fmt::Display, count: Option<u32>| match count {
            Some(count) => format!("{ty}[{count}]"),
            None => ty.to_string(),
        };
        if let Some(ty) = glsl_type(ty) {
            if qualifiers.uniform {
                match self.found.uniforms.iter().find(|entry| entry.0 == name) {
                    Some(old) if (old.1, old.2) == (ty, count) => {}
                    Some(old) => return self.fault(twice(shown(&old.1, old.2), shown(&ty, count))),
                    None => self.found.uniforms.push((name.to_owned(), ty, count)),
                }
                return Ok(());
            }
            if count.is_some() {
                return self.fault(format!("the attribute `{name}` is an array, which attributes can't be"));
            }
            match self.found.attributes.iter().find(|entry| entry.0 == name) {
                Some(old) if old.1 == ty => {}
                Some(old) => return self.fault(twice(old.1.to_string(), ty.to_string())),
                None => self.found.attributes.push((name.to_owned(), ty)),
            }
            return Ok(());
        }
        if let (Some(ty), true) = (SamplerType::from_text(ty), qualifiers.uniform) {
            match self.found.samplers.iter().find(|entry| entry.0 == name) {
                Some(old) if (old.1, old.2) == (ty, count) => {}
                Some(old) => return self.fault(twice(shown(&old.1, old.2), shown(&ty, count))),
                None => self.found.samplers.push((name.to_owned(), ty, count)),
            }
            return Ok(());
        }
        if self.structures.contains(ty) {
            return self.fault(format!(
                "the {sort} `{name}` is a structure ({ty}), which gloo does not take apart; give the program its interface, or declare its members one by one"
            ));
        }
        self.fault(format!(
            "the {sort} `{name}` has the type {}, which GLIR has not",
            crate::error::shown(ty)
        ))
    }

    fn block(&mut self, qualifiers: Qualifiers) -> Result<(), Fault> {
        let name = self.peek(0);
        if !is_name(name) {
            return self.fault("a block has no name");
        }
        if !qualifiers.std140.unwrap_or(self.std140) {
            return self.fault(format!(
                "the block {name} is not `layout(std140)`, so where its members lie is up to the driver"
            ));
        }
        let row_major = || format!("the block {name} has row_major matrices; gloo takes columns");
        if qualifiers.row_major {
            return self.fault(row_major());
        }
        self.at += 2;
        let mut members = Vec::new();
        while !matches!(self.peek(0), "}" | "") {
            let own = self.qualifiers();
            if own.row_major {
                return self.fault(row_major());
            }
            let word = self.peek(0);
            let Some(ty) = glsl_type(word) else {
                return self.fault(format!(
                    "the block {name} has a member of type {}; gloo lays out numbers, vectors, matrices and arrays of them",
                    crate::error::shown(word)
                ));
            };
            self.at += 1;
            let of_type = self.length()?;
            loop {
                let member = self.peek(0);
                if !is_name(member) {
                    return self.fault(format!("a member of the block {name} has no name"));
                }
                self.at += 1;
                let count = self.length()?.or(of_type);
                members.push((member.to_owned(), ty, count));
                if !self.take(",") {
                    break;
                }
            }
            if !self.take(";") {
                return self.fault(format!("the block {name} can't be read at `{}`", self.peek(0)));
            }
        }
        self.take("}");
        if is_name(self.peek(0)) {
            self.at += 1;
        }
        if self.peek(0) == "[" {
            return self.fault(format!("the block {name} is an array of blocks, which gloo does not take"));
        }
        self.take(";");
        let Some(layout) = BlockLayout::new(name, members).filter(|layout| layout.size > 0) else {
            return self.fault(format!("the block {name} is empty, or larger than any context has"));
        };
        match self.found.blocks.iter().find(|block| block.name == name) {
            Some(old) if *old == layout => {}
            Some(_) => return self.fault(format!("the block {name} is declared twice, and differently")),
            None => self.found.blocks.push(layout),
        }
        Ok(())
    }

    /// The length of an array in brackets, if there is one.
    fn length(&mut self) -> Result<Option<u32>, Fault> {
        if !self.take("[") {
            return Ok(None);
        }
        let start = self.at;
        let value = self.value();
        let words = self.text.tokens.get(start..self.at).unwrap_or(&[]);
        let doubtful = words.iter().any(|token| token.doubtful);
        if !self.take("]") || doubtful {
            return self.fault("the length of an array rests on what only the context knows");
        }
        match value.and_then(|value| u32::try_from(value).ok()).filter(|&length| length > 0) {
            Some(length) => Ok(Some(length)),
            None => self.fault("the length of an array is no number more than 0 that can be known here"),
        }
    }

    /// A constant expression of integers; none if it is another one. It ends at a bracket, comma or semicolon.
    fn value(&mut self) -> Option<i64> {
        self.sum(0)
    }

    fn sum(&mut self, depth: usize) -> Option<i64> {
        let mut value = self.product(depth)?;
        while let operator @ ("+" | "-") = self.peek(0) {
            self.at += 1;
            let right = self.product(depth);
            value = apply(operator, Some(value), right)?;
        }
        Some(value)
    }

    fn product(&mut self, depth: usize) -> Option<i64> {
        let mut value = self.factor(depth)?;
        while let operator @ ("*" | "/" | "%" | "<<" | ">>") = self.peek(0) {
            self.at += 1;
            let right = self.factor(depth);
            value = apply(operator, Some(value), right)?;
        }
        Some(value)
    }

    fn factor(&mut self, depth: usize) -> Option<i64> {
        if depth > DEEPEST {
            return None;
        }
        let word = self.peek(0);
        match word {
            "(" => {
                self.at += 1;
                let value = self.sum(depth + 1)?;
                self.take(")").then_some(value)
            }
            "-" => {
                self.at += 1;
                self.factor(depth + 1)?.checked_neg()
            }
            "int" | "uint" if self.peek(1) == "(" => {
                self.at += 1;
                self.factor(depth + 1)
            }
            _ => {
                let value = number(word).or_else(|| self.constants.get(word).copied())?;
                self.at += 1;
                Some(value)
            }
        }
    }
}

fn glsl_type(text: &str) -> Option<GlslType> {
    let text = match text {
        "mat2x2" => "mat2",
        "mat3x3" => "mat3",
        "mat4x4" => "mat4",
        text => text,
    };
    GlslType::from_text(text)
}

/// Words of the preprocessor, for the tests.
#[cfg(test)]
pub(super) fn words(source: &str) -> Vec<String> {
    let text = preprocess(source, Dialect::Es(300)).map(|text| text.tokens).unwrap_or_default();
    text.iter().map(|token| token.text.to_owned()).collect()
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;

//! Reads what a snippet declares outside of functions.

use super::{Hook, Named, Qualifier};
use crate::error::{ErrorKind, ShaderError};
use crate::scan::{Kind, Token};
use crate::types::{Direction, Signature, Type};
use crate::words;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A function with its body.
#[derive(Debug)]
pub(super) struct Defined {
    pub(super) name: String,
    pub(super) line: u32,
    /// What it takes and gives, or why a program can't use it.
    pub(super) signature: std::result::Result<Signature, String>,
    /// Its parameters' types as written: they tell overloads apart.
    pub(super) parameters: String,
    /// The tokens of its body.
    pub(super) body: Range<usize>,
}

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) functions: Vec<Defined>,
    pub(super) hooks: BTreeMap<String, Hook>,
    pub(super) variables: Vec<Named>,
    pub(super) globals: BTreeSet<String>,
    pub(super) fields: BTreeSet<usize>,
    pub(super) sampler_parameters: BTreeMap<String, Option<Type>>,
    pub(super) extensions: Vec<(String, String)>,
}

/// Goes through a snippet's tokens.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    pub(super) name: &'a str,
    source: &'a str,
    pub(super) tokens: Vec<Token>,
    pub(super) found: Found,
    /// Whether the declaration being read is not emitted where it stands.
    taken: bool,
}

type Result<T> = std::result::Result<T, ShaderError>;

/// A declaration: its tokens that count, by number.
struct Statement {
    /// All of it, up to and with its `;` or `}`.
    all: Range<usize>,
    /// Those before the body.
    head: Vec<usize>,
    /// The block, braces included, if it has one.
    block: Option<Range<usize>>,
    /// Those behind the block.
    tail: Vec<usize>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(name: &'a str, source: &'a str, tokens: Vec<Token>) -> Self {
        Reader { name, source, tokens, found: Found::default(), taken: false }
    }

    pub(super) fn text(&self, token: &Token) -> &'a str {
        &self.source[token.range.clone()]
    }

    fn at(&self, index: usize) -> &'a str {
        self.text(&self.tokens[index])
    }

    fn line(&self, index: usize) -> u32 {
        self.tokens.get(index).or(self.tokens.last()).map_or(0, |token| token.line)
    }

    fn fault<T>(&self, index: usize, message: impl Into<String>) -> Result<T> {
        Err(ShaderError::new(ErrorKind::Syntax, self.name, self.line(index), message))
    }

    /// Reads everything.
    pub(super) fn read(&mut self) -> Result<()> {
        self.directives()?;
        let mut at = 0;
        while let Some(first) = (at..self.tokens.len()).find(|&index| self.tokens[index].counts()) {
            if self.tokens[first].kind == Kind::Hash {
                at = self.directive_end(first);
                continue;
            }
            if self.at(first) == ";" {
                at = first + 1;
                continue;
            }
            let statement = self.statement(first)?;
            at = statement.all.end;
            self.declaration(&statement)?;
            // Not before all of it is read.
            if std::mem::take(&mut self.taken) {
                self.erase(statement.all);
            }
        }
        Ok(())
    }

    /// The end of a directive: its line's, where no backslash continues it.
    fn directive_end(&self, hash: usize) -> usize {
        let mut index = hash + 1;
        while let Some(token) = self.tokens.get(index) {
            let continued = self.source[..token.range.start].ends_with('\\');
            if token.kind == Kind::Space && self.text(token).contains('\n') && !continued {
                return index;
            }
            index += 1;
        }
        index
    }

    /// Directives wherever they stand: names of macros, extensions; what the program's own head says is refused.
    fn directives(&mut self) -> Result<()> {
        for hash in 0..self.tokens.len() {
            if self.tokens[hash].kind != Kind::Hash {
                continue;
            }
            let end = self.directive_end(hash);
            let parts: Vec<usize> = (hash + 1..end).filter(|&index| self.tokens[index].counts()).collect();
            let word = |n: usize| parts.get(n).map(|&index| self.at(index));
            match word(0) {
                Some("define") => {
                    if let Some(name) = word(1) {
                        self.found.globals.insert(name.to_owned());
                    }
                }
                Some("extension") => {
                    let (Some(name), Some(":"), Some(how)) = (word(1), word(2), word(3)) else {
                        return self.fault(hash, "`#extension` wants a name and a behaviour");
                    };
                    self.found.extensions.push((name.to_owned(), how.to_owned()));
                    self.erase(hash..end);
                }
                Some("version") => {
                    return self.fault(hash, "the program writes `#version`; ask for the version there");
                }
                Some("line") => return self.fault(hash, "`#line` would hide where errors come from"),
                _ => {}
            }
        }
        Ok(())
    }

    fn erase(&mut self, range: Range<usize>) {
        for token in &mut self.tokens[range] {
            // Newlines stay, so that lines keep their numbers.
            token.kind = Kind::Erased;
        }
    }

    /// The declaration that starts at a token.
    fn statement(&self, first: usize) -> Result<Statement> {
        let mut statement = Statement { all: first..first, head: Vec::new(), block: None, tail: Vec::new() };
        let (mut depth, mut open) = (0usize, first);
        let mut index = first;
        while let Some(token) = self.tokens.get(index) {
            if token.kind == Kind::Hash {
                index = self.directive_end(index);
                continue;
            }
            let text = if token.counts() { self.text(token) } else { "" };
            match text {
                "{" => {
                    if depth == 0 && statement.block.is_some() {
                        return self.fault(index, "a second block in one declaration");
                    }
                    open = if depth == 0 { index } else { open };
                    depth += 1;
                }
                "}" => {
                    let Some(less) = depth.checked_sub(1) else {
                        return self.fault(index, "`}` without `{`");
                    };
                    depth = less;
                    if depth == 0 {
                        statement.block = Some(open..index + 1);
                        // A function ends with its body; a structure goes on to its `;`.
                        if statement.head.iter().any(|&part| self.at(part) == "(") {
                            statement.all.end = index + 1;
                            return Ok(statement);
                        }
                    }
                }
                ";" if depth == 0 => {
                    statement.all.end = index + 1;
                    return Ok(statement);
                }
                _ if depth == 0 && token.counts() => match statement.block {
                    None => statement.head.push(index),
                    Some(_) => statement.tail.push(index),
                },
                _ => {}
            }
            index += 1;
        }
        self.fault(first, if depth > 0 { "`{` without `}`" } else { "a declaration without its `;`" })
    }

    fn declaration(&mut self, statement: &Statement) -> Result<()> {
        let head = statement.head.clone();
        let mut rest = head.as_slice();
        let mut qualifier = None;
        let (mut flat, mut constant) = (false, false);
        while let Some((&first, more)) = rest.split_first() {
            let named = match self.at(first) {
                "uniform" => Some(Qualifier::Uniform),
                "attribute" => Some(Qualifier::Attribute),
                "varying" => Some(Qualifier::Varying),
                "in" => Some(Qualifier::In),
                "out" => Some(Qualifier::Out),
                "precision" => {
                    return self
                        .fault(first, "the program says the precision: highp, wherever the device has it");
                }
                "layout" => {
                    return self
                        .fault(first, "`layout` is the program's: write gl_FragColor or gl_FragData[n]");
                }
                "flat" => {
                    flat = true;
                    None
                }
                "const" => {
                    constant = true;
                    None
                }
                "smooth" | "centroid" | "invariant" | "highp" | "mediump" | "lowp" => None,
                _ => break,
            };
            qualifier = named.or(qualifier);
            rest = more;
        }
        let Some((&ty, rest)) = rest.split_first() else {
            return self.fault(statement.all.start, "a declaration without a type");
        };
        if self.at(ty) == "struct" {
            return self.structure(statement, rest, qualifier);
        }
        if statement.block.is_some() && qualifier.is_some() {
            return self.fault(ty, "blocks can't stand in snippets");
        }
        let Some((&name, after)) = rest.split_first() else {
            // `invariant gl_Position;` says something of a name and declares none.
            return Ok(());
        };
        if after.first().is_some_and(|&index| self.at(index) == "(") {
            self.function(statement, ty, name, after)
        } else if statement.block.is_some() {
            self.fault(name, "a block that belongs to no function")
        } else {
            self.variables(ty, rest, (qualifier, flat, constant))
        }
    }

    fn structure(
        &mut self,
        statement: &Statement,
        rest: &[usize],
        qualifier: Option<Qualifier>,
    ) -> Result<()> {
        let (Some(block), Some(&name)) = (statement.block.clone(), rest.first()) else {
            return self.fault(statement.all.start, "a structure needs a name and fields");
        };
        if qualifier.is_some() {
            return self.fault(name, "structures of uniforms can't stand in snippets; bind their fields");
        }
        self.found.globals.insert(self.at(name).to_owned());
        let fields: Vec<usize> = block.filter(|&index| self.tokens[index].counts()).collect();
        for pair in fields.windows(2) {
            if self.tokens[pair[0]].kind == Kind::Word && matches!(self.at(pair[1]), ";" | "," | "[") {
                self.found.fields.insert(pair[0]);
            }
        }
        if let Some(&value) = statement.tail.first() {
            self.found.globals.insert(self.at(value).to_owned());
        }
        Ok(())
    }

    /// A function, its prototype, or a hook that is called.
    fn function(&mut self, statement: &Statement, ty: usize, name: usize, after: &[usize]) -> Result<()> {
        if after.last().is_none_or(|&index| self.at(index) != ")") {
            return self.fault(name, "parameters without their `)`");
        }
        let (signature, parameters) = self.signature(ty, &after[1..after.len() - 1]);
        let text = self.at(name);
        if let Some(hook) = text.strip_prefix('$') {
            if statement.block.is_some() {
                return self.fault(name, format!("`{text}` is a hook and takes its body from what fills it"));
            }
            return match signature {
                Ok(signature) => self.hook(name, hook, Hook::Function(signature)),
                Err(message) => self.fault(name, message),
            };
        }
        if self.tokens[name].kind != Kind::Word {
            return self.fault(name, format!("`{text}` is no name of a function"));
        }
        self.found.globals.insert(text.to_owned());
        if let Some(body) = statement.block.clone() {
            let (name, line) = (text.to_owned(), self.line(name));
            self.found.functions.push(Defined { name, line, signature, parameters, body });
        }
        Ok(())
    }

    fn signature(&mut self, ty: usize, inside: &[usize]) -> (std::result::Result<Signature, String>, String) {
        let mut written = String::new();
        let mut problem = None;
        let mut parameters = Vec::new();
        let whole: Vec<&str> = inside.iter().map(|&index| self.at(index)).collect();
        let lists: Vec<&[usize]> = match whole.as_slice() {
            [] | ["void"] => Vec::new(),
            _ => inside.split(|&index| self.at(index) == ",").collect(),
        };
        for list in lists {
            let mut direction = Direction::In;
            let mut parts = list.iter().map(|&index| self.at(index)).peekable();
            while let Some(word) = parts.next_if(|word| {
                matches!(*word, "const" | "in" | "out" | "inout" | "highp" | "mediump" | "lowp")
            }) {
                match word {
                    "out" => direction = Direction::Out,
                    "inout" => direction = Direction::InOut,
                    _ => {}
                }
            }
            let named = parts.next().unwrap_or("");
            let name = parts.next().unwrap_or("");
            written.push_str(named);
            written.push(',');
            match Type::named(named) {
                _ if parts.next().is_some() => problem = Some(format!("its parameter `{name}` is an array")),
                None | Some(Type::Void) => {
                    problem = Some(format!("its parameter type `{named}` is not of GLSL"));
                }
                Some(ty) => {
                    if matches!(ty, Type::Sampler(_)) {
                        let known = self.found.sampler_parameters.entry(name.to_owned()).or_insert(Some(ty));
                        if *known != Some(ty) {
                            *known = None;
                        }
                    }
                    parameters.push((direction, ty));
                }
            }
        }
        let signature = match (Type::named(self.at(ty)), problem) {
            (_, Some(problem)) => Err(problem),
            (None, _) => Err(format!("its result `{}` is no type of GLSL", self.at(ty))),
            (Some(result), None) => Ok(Signature { result, parameters }),
        };
        (signature, written)
    }

    /// Variables: hooks, variables that the source names, constants and other globals.
    fn variables(
        &mut self,
        ty: usize,
        declarators: &[usize],
        (qualifier, flat, constant): (Option<Qualifier>, bool, bool),
    ) -> Result<()> {
        let mut depth = 0i64;
        let mut starts = true;
        let has_hook = declarators.iter().any(|&index| self.tokens[index].kind == Kind::Hook);
        for (place, &index) in declarators.iter().enumerate() {
            let text = self.at(index);
            match text {
                "(" | "[" => depth += 1,
                ")" | "]" => depth -= 1,
                "," if depth == 0 => {
                    starts = true;
                    continue;
                }
                _ => {}
            }
            if !std::mem::take(&mut starts) {
                continue;
            }
            if !matches!(self.tokens[index].kind, Kind::Word | Kind::Hook) {
                return self.fault(index, format!("`{text}` where a name was expected"));
            }
            let hook = text.strip_prefix('$');
            if hook.is_none() && qualifier.is_none() {
                if has_hook {
                    return self.fault(index, "hooks are declared apart from other names");
                }
                self.found.globals.insert(text.to_owned());
                continue;
            }
            let count = self.array(&declarators[place + 1..], index)?;
            let Some(known) = Type::named(self.at(ty)).filter(|ty| *ty != Type::Void) else {
                return self.fault(ty, format!("`{}` is no type that a variable may have here", self.at(ty)));
            };
            if matches!(known, Type::Sampler(_)) && count > 1 {
                return self.fault(index, "arrays of samplers can't stand in snippets; declare each");
            }
            match (hook, qualifier) {
                (Some(_), _) if constant => return self.fault(index, "a hook is no const"),
                (Some(hook), kind) => {
                    self.hook(index, hook, Hook::Value { kind, ty: known, count })?;
                }
                (None, Some(qualifier)) => {
                    if words::reserved(text) {
                        return self.fault(index, format!("`{text}` can't be a variable's name"));
                    }
                    let (name, line) = (text.to_owned(), self.line(index));
                    self.found.variables.push(Named { name, qualifier, flat, ty: known, count, line });
                    self.taken = true;
                }
                (None, None) => {}
            }
        }
        Ok(())
    }

    /// The length of the array that a declarator names, 1 for none.
    fn array(&self, after: &[usize], name: usize) -> Result<u32> {
        let texts: Vec<&str> = after.iter().take(3).map(|&index| self.at(index)).collect();
        match texts.as_slice() {
            [] | [",", ..] => Ok(1),
            ["[", length, "]"] => match length.parse() {
                Ok(length) if (1..=glir_spec::limits::MAX_UNIFORM_COUNT).contains(&length) => Ok(length),
                _ => self.fault(name, format!("`{length}` is no length that can be told from the source")),
            },
            _ => self.fault(name, "such a variable takes its value from outside"),
        }
    }

    fn hook(&mut self, index: usize, name: &str, hook: Hook) -> Result<()> {
        match self.found.hooks.insert(name.to_owned(), hook.clone()) {
            Some(before) if before != hook => {
                let message = format!("`${name}` is declared twice, and not alike");
                Err(ShaderError::new(ErrorKind::Conflict, self.name, self.line(index), message))
            }
            _ => {
                self.taken = true;
                Ok(())
            }
        }
    }
}

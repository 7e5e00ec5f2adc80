//! A snippet: a piece of GLSL read once, its hooks, names and functions known.
//!
//! Only what stands outside of functions is understood, and of functions their words; the grammar inside is the compiler's.

use crate::error::{ErrorKind, ShaderError};
use crate::scan::{Kind, Token, scan};
use crate::types::{Signature, Type};
use crate::value::{Declared, VariableKind};
use crate::words;
use std::collections::{BTreeMap, BTreeSet};

mod calls;
mod declare;

/// The greatest length of a snippet, as of a whole shader.
pub(crate) const MAX_SOURCE: usize = glir_spec::limits::MAX_SOURCE_BYTES;

/// A place that something of fitting type must fill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Hook {
    /// A value, perhaps of a certain kind of variable, perhaps an array.
    Value { kind: Option<Qualifier>, ty: Type, count: u32 },
    /// A function.
    Function(Signature),
}

/// How a declaration says where a variable comes from. `in` and `out` mean one thing or another by stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Qualifier {
    Uniform,
    Attribute,
    Varying,
    In,
    Out,
}

/// A variable that the source itself declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) qualifier: Qualifier,
    pub(crate) flat: bool,
    pub(crate) ty: Type,
    pub(crate) count: u32,
    pub(crate) line: u32,
}

impl Named {
    /// What it is in a stage; none for an output of the fragment shader.
    pub(crate) fn declared(&self, vertex: bool) -> Option<Declared> {
        let varying = if self.flat { VariableKind::Flat } else { VariableKind::Varying };
        let kind = match (self.qualifier, vertex) {
            (Qualifier::Uniform, _) => VariableKind::Uniform,
            (Qualifier::Attribute, _) | (Qualifier::In, true) => VariableKind::Attribute,
            (Qualifier::Varying, _) | (Qualifier::In, false) | (Qualifier::Out, true) => varying,
            (Qualifier::Out, false) => return None,
        };
        Some(Declared { kind, ty: self.ty, count: self.count })
    }
}

/// A piece of GLSL, read.
#[derive(Debug)]
pub(crate) struct Snippet {
    pub(crate) name: String,
    pub(crate) source: String,
    pub(crate) tokens: Vec<Token>,
    /// The function that it gives: its last one.
    pub(crate) function: String,
    pub(crate) signature: Signature,
    pub(crate) hooks: BTreeMap<String, Hook>,
    pub(crate) variables: Vec<Named>,
    /// Names that must be unique in a program, and names that no program may have.
    pub(crate) globals: BTreeSet<String>,
    /// Names of fields: tokens, by their number, that are never renamed.
    pub(crate) fields: BTreeSet<usize>,
    /// Samplers among parameters; none where functions disagree.
    pub(crate) sampler_parameters: BTreeMap<String, Option<Type>>,
    /// Extensions asked for, with what is asked.
    pub(crate) extensions: Vec<(String, String)>,
}

impl Snippet {
    pub(crate) fn read(name: &str, source: &str) -> Result<Snippet, ShaderError> {
        let fault = |line, message: String| ShaderError::new(ErrorKind::Syntax, name, line, message);
        if source.len() > MAX_SOURCE {
            let message = format!("{} bytes; a shader has at most {MAX_SOURCE}", source.len());
            return Err(ShaderError::new(ErrorKind::TooLarge, name, 0, message));
        }
        let tokens = scan(source).map_err(|(line, message)| fault(line, message))?;
        let mut reader = declare::Reader::new(name, source, tokens);
        reader.read()?;
        calls::refuse_recursion(&reader)?;
        let declare::Reader { tokens, mut found, .. } = reader;
        let Some(last) = found.functions.last() else {
            return Err(fault(0, "there is no function in it".into()));
        };
        let signature = last.signature.clone().map_err(|message| {
            fault(last.line, format!("`{}` is the function that the snippet gives: {message}", last.name))
        })?;
        let function = last.name.clone();
        for token in tokens.iter().filter(|token| token.kind == Kind::Word) {
            let word = &source[token.range.clone()];
            if words::awkward(word) {
                found.globals.insert(word.to_owned());
            }
        }
        for token in tokens.iter().filter(|token| token.kind == Kind::Hook) {
            let hook = &source[token.range.start + 1..token.range.end];
            if !found.hooks.contains_key(hook) {
                let message = format!(
                    "`${hook}` is not declared; say what it is, outside of functions: `float ${hook};` or \
                     `vec4 ${hook}(vec4 p);`"
                );
                return Err(ShaderError::new(ErrorKind::UnknownHook, name, token.line, message));
            }
        }
        Ok(Snippet {
            name: name.to_owned(),
            source: source.to_owned(),
            tokens,
            function,
            signature,
            hooks: found.hooks,
            variables: found.variables,
            globals: found.globals,
            fields: found.fields,
            sampler_parameters: found.sampler_parameters,
            extensions: found.extensions,
        })
    }

    /// A token's text.
    pub(crate) fn text(&self, token: &Token) -> &str {
        &self.source[token.range.clone()]
    }

    /// An error of this snippet.
    pub(crate) fn fault(&self, kind: ErrorKind, line: u32, message: impl Into<String>) -> ShaderError {
        ShaderError::new(kind, &self.name, line, message)
    }

    /// The words that might be names.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        self.tokens.iter().filter(|token| token.kind == Kind::Word).map(|token| self.text(token))
    }
}

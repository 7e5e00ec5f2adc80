//! Writes one shader of a program.

use super::dialect::Place;
use super::names::Names;
use super::{Parts, Variables, Version};
use crate::error::{ErrorKind, ShaderError};
use crate::function::Function;
use crate::lines::{Origin, Stage};
use crate::scan::Kind;
use crate::snippet::Snippet;
use crate::types::Type;
use crate::value::{Binding, VariableKind};
use crate::words;
use glir_spec::{Feature, SamplerType, limits};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::sync::Arc;

/// What a shader is made of, before its head is known.
#[derive(Debug, Default)]
pub(super) struct Source {
    lines: Vec<(String, Origin)>,
    length: usize,
    extensions: BTreeMap<String, String>,
    features: BTreeSet<Feature>,
    samplers: BTreeSet<SamplerType>,
    /// Whether it writes gl_FragColor, and how many of gl_FragData.
    pub(super) color: bool,
    pub(super) data: u32,
    outputs: Vec<String>,
}

/// Writes functions after those that they call.
pub(super) struct Writer<'a> {
    pub(super) version: Version,
    pub(super) stage: Stage,
    parts: &'a Parts,
    pub(super) naming: &'a mut Names,
    variables: &'a mut Variables,
    pub(super) source: Source,
    /// Names of functions and texts of calls, by identity.
    functions: HashMap<usize, String>,
    calls: HashMap<usize, String>,
    /// Names of functions by all that makes them: those alike are written once.
    written: HashMap<String, String>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(
        version: Version,
        stage: Stage,
        parts: &'a Parts,
        naming: &'a mut Names,
        variables: &'a mut Variables,
    ) -> Self {
        Writer {
            version,
            stage,
            parts,
            naming,
            variables,
            source: Source::default(),
            functions: HashMap::new(),
            calls: HashMap::new(),
            written: HashMap::new(),
        }
    }

    pub(super) fn write(mut self, main: &Function) -> Result<Source, ShaderError> {
        self.function(main, true)?;
        if self.source.color && self.source.data > 0 {
            let message = "gl_FragColor and gl_FragData in one shader; write one of them";
            return Err(main.snippet().fault(ErrorKind::Conflict, 0, message));
        }
        if self.version == Version::Es300 {
            if self.source.color {
                self.source.outputs.push(self.naming.output("fragColor"));
            }
            if self.source.data > 0 {
                let name = self.naming.output("fragData");
                self.source.outputs.push(format!("{name}[{}]", self.source.data));
            }
        }
        Ok(self.source)
    }

    /// Notes that version 1.00 needs an extension.
    pub(super) fn ask(&mut self, extension: &str, feature: Feature) {
        self.source.features.insert(feature);
        if self.version == Version::Es100 {
            self.source.extensions.entry(extension.to_owned()).or_insert_with(|| "require".to_owned());
        }
    }

    /// Writes a function, if none like it has been; its name.
    fn function(&mut self, function: &Function, main: bool) -> Result<String, ShaderError> {
        if let Some(name) = self.functions.get(&function.identity()).filter(|_| !main) {
            return Ok(name.clone());
        }
        let snippet = function.snippet();
        let number = self.parts.number(snippet);
        let mut key = number.to_string();
        let mut filled = BTreeMap::new();
        for (hook, binding) in function.bindings() {
            let text = self.binding(binding)?;
            let _ = write!(key, "|{hook}={text}");
            filled.insert(hook.as_str(), text);
        }
        if main {
            key.push_str("|main");
        }
        if let Some(name) = self.written.get(&key) {
            self.functions.insert(function.identity(), name.clone());
            return Ok(name.clone());
        }
        let names = self.naming.instance(&key, snippet, number, main);
        let name = names.get(&snippet.function).unwrap_or(&snippet.function).clone();
        self.body(snippet, &filled, &names)?;
        self.written.insert(key, name.clone());
        self.functions.insert(function.identity(), name.clone());
        Ok(name)
    }

    /// What stands where a hook stood.
    fn binding(&mut self, binding: &Binding) -> Result<String, ShaderError> {
        Ok(match binding {
            Binding::Function(function) => self.function(function, false)?,
            Binding::Constant(constant) => constant.text().unwrap_or_default(),
            Binding::Variable(variable) => {
                let name = self.naming.variable(variable);
                self.variables.add(name.clone(), variable.declared().clone(), self.stage);
                name
            }
            Binding::Call(call) => {
                if let Some(text) = self.calls.get(&call.identity()) {
                    return Ok(text.clone());
                }
                let mut text = self.function(call.function(), false)?;
                text.push('(');
                for (index, argument) in call.arguments().iter().enumerate() {
                    if index > 0 {
                        text.push_str(", ");
                    }
                    text.push_str(&self.binding(argument)?);
                    self.hold(text.len(), call.function().snippet())?;
                }
                text.push(')');
                self.calls.insert(call.identity(), text.clone());
                text
            }
        })
    }

    /// Refuses what comes to be longer than a shader may be, before it takes the memory.
    fn hold(&self, more: usize, snippet: &Snippet) -> Result<(), ShaderError> {
        if self.source.length + more <= limits::MAX_SOURCE_BYTES {
            return Ok(());
        }
        let message =
            format!("the {} comes to more than {} bytes", self.stage.text(), limits::MAX_SOURCE_BYTES);
        Err(snippet.fault(ErrorKind::TooLarge, 0, message))
    }

    /// Writes a snippet, its hooks filled and its names replaced.
    fn body(
        &mut self,
        snippet: &Snippet,
        filled: &BTreeMap<&str, String>,
        names: &BTreeMap<String, String>,
    ) -> Result<(), ShaderError> {
        let origin: Arc<str> = snippet.name.as_str().into();
        for (extension, how) in &snippet.extensions {
            if self.version == Version::Es100 || !words::part_of_300(extension) {
                let asked = self.source.extensions.entry(extension.clone()).or_insert_with(|| how.clone());
                if how == "require" {
                    asked.clone_from(how);
                }
            }
        }
        for named in &snippet.variables {
            if let Type::Sampler(ty) = named.ty {
                self.source.samplers.insert(ty);
            }
        }
        let mut line = Line::default();
        let mut directive = false;
        for (index, token) in snippet.tokens.iter().enumerate() {
            let text = snippet.text(token);
            let place = Place { snippet, index };
            let replaced = match token.kind {
                Kind::Word if place.is_field() => text.to_owned(),
                Kind::Word => match names.get(text) {
                    Some(name) => name.clone(),
                    None => {
                        if let Some(Type::Sampler(ty)) = Type::named(text) {
                            self.source.samplers.insert(ty);
                        }
                        self.word(text, &place)?
                    }
                },
                Kind::Hook => filled.get(&text[1..]).cloned().unwrap_or_default(),
                Kind::Number => {
                    self.sign(text, &place)?;
                    text.to_owned()
                }
                Kind::Hash => {
                    directive = true;
                    text.to_owned()
                }
                // A continued line becomes one: GLSL ES 1.00 knows no continuation.
                Kind::Sign if text == "\\" && directive => continue,
                Kind::Sign => {
                    if !directive {
                        self.sign(text, &place)?;
                    }
                    text.to_owned()
                }
                Kind::Space | Kind::Comment | Kind::Erased => {
                    let continued = snippet.source[..token.range.start].ends_with('\\');
                    if text.contains('\n') && !(directive && (continued || token.kind == Kind::Comment)) {
                        directive = false;
                        self.push(&mut line, &origin, snippet)?;
                        text.rsplit('\n')
                            .next()
                            .filter(|_| token.kind == Kind::Space)
                            .unwrap_or("")
                            .to_owned()
                    } else if token.kind == Kind::Space && !continued {
                        text.to_owned()
                    } else if token.kind == Kind::Erased {
                        continue;
                    } else {
                        " ".to_owned()
                    }
                }
            };
            line.add(&replaced, token.line);
            self.hold(line.text.len(), snippet)?;
        }
        self.push(&mut line, &origin, snippet)
    }

    /// Ends a line; one that is blank is left out.
    fn push(&mut self, line: &mut Line, origin: &Arc<str>, snippet: &Snippet) -> Result<(), ShaderError> {
        let line = std::mem::take(line);
        let text = line.text.trim_end();
        if !text.is_empty() {
            self.hold(text.len() + 1, snippet)?;
            self.source.length += text.len() + 1;
            self.source.lines.push((text.to_owned(), Origin { snippet: origin.clone(), line: line.number }));
        }
        Ok(())
    }
}

/// A line in the making.
#[derive(Default)]
struct Line {
    text: String,
    /// The source's line where its first mark stands.
    number: u32,
}

impl Line {
    fn add(&mut self, text: &str, number: u32) {
        if self.text.trim_start().is_empty() && !text.trim_start().is_empty() {
            self.number = number;
        }
        self.text.push_str(text);
    }
}

impl Source {
    pub(super) fn features(&self) -> impl Iterator<Item = Feature> {
        self.features.iter().copied()
    }

    /// The whole shader, and where each of its lines comes from.
    pub(super) fn finish(
        &self,
        version: Version,
        stage: Stage,
        variables: &Variables,
    ) -> (String, Vec<Option<Origin>>) {
        let mut head = String::new();
        if version == Version::Es300 {
            head.push_str("#version 300 es\n");
        }
        for (extension, how) in &self.extensions {
            let _ = writeln!(head, "#extension {extension} : {how}");
        }
        self.precision(&mut head, version, stage, variables);
        for used in variables.list.iter().filter(|used| used.stages[stage as usize]) {
            let declared = &used.declared;
            let flat = if declared.kind == VariableKind::Flat { "flat " } else { "" };
            let word = match (declared.kind, version, stage) {
                (VariableKind::Uniform, ..) => "uniform",
                (VariableKind::Attribute, Version::Es100, _) => "attribute",
                (VariableKind::Attribute, Version::Es300, _) => "in",
                (_, Version::Es100, _) => "varying",
                (_, Version::Es300, Stage::Vertex) => "out",
                (_, Version::Es300, Stage::Fragment) => "in",
            };
            let array = if declared.count > 1 { format!("[{}]", declared.count) } else { String::new() };
            let _ = writeln!(head, "{flat}{word} {} {}{array};", declared.ty, used.name);
        }
        for output in &self.outputs {
            let _ = writeln!(head, "layout(location = 0) out vec4 {output};");
        }
        let mut origins = vec![None; head.lines().count()];
        for (line, origin) in &self.lines {
            head.push_str(line);
            head.push('\n');
            origins.push(Some(origin.clone()));
        }
        (head, origins)
    }

    /// Highp for all that has another precision, or none, unless told. Devices of ES 2.0 may lack it in fragment shaders.
    fn precision(&self, head: &mut String, version: Version, stage: Stage, variables: &Variables) {
        let mut samplers = self.samplers.clone();
        for used in variables.list.iter().filter(|used| used.stages[stage as usize]) {
            if let Type::Sampler(ty) = used.declared.ty {
                samplers.insert(ty);
            }
        }
        let mut lines = String::new();
        if stage == Stage::Fragment {
            lines.push_str("precision highp float;\nprecision highp int;\n");
        }
        for sampler in samplers {
            let _ = writeln!(lines, "precision highp {};", sampler.text());
        }
        if version == Version::Es100 && stage == Stage::Fragment {
            let _ = write!(
                head,
                "#ifdef GL_FRAGMENT_PRECISION_HIGH\n{lines}#else\nprecision mediump float;\n#endif\n"
            );
        } else {
            head.push_str(&lines);
        }
    }
}

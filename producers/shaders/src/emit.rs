//! From a composition to sources and interface.

use crate::error::{ErrorKind, ShaderError};
use crate::function::Function;
use crate::lines::{Origin, Stage, explain};
use crate::snippet::Snippet;
use crate::types::Type;
use crate::value::{Binding, Declared, Variable, VariableKind};
use glir_spec::commands::SetShaders;
use glir_spec::enums::FeedbackMode;
use glir_spec::ids::{AttributeSlot, ProgramId, SamplerSlot, UniformSlot};
use glir_spec::structs::{AttributeDecl, Interface, SamplerDecl, Shaders, UniformDecl};
use glir_spec::{Feature, limits};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

mod dialect;
mod names;
mod stage;

/// A version of GLSL ES.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Version {
    /// 1.00: profile es2, WebGL 1, and everything later.
    Es100,
    /// 3.00: profile es3, WebGL 2.
    Es300,
}

impl Version {
    fn text(self) -> &'static str {
        match self {
            Version::Es100 => "GLSL ES 1.00",
            Version::Es300 => "GLSL ES 3.00",
        }
    }
}

/// A composition: the `void main()` of either shader, with all that fills their hooks.
#[derive(Clone, Debug)]
pub struct Program {
    /// The vertex shader's.
    pub vertex: Function,
    /// The fragment shader's.
    pub fragment: Function,
}

/// A program's sources, and what it takes.
#[derive(Clone, Debug)]
pub struct Emitted {
    /// The version of the sources.
    pub version: Version,
    /// The vertex shader.
    pub vertex: String,
    /// The fragment shader.
    pub fragment: String,
    /// Attributes, uniforms and samplers, in the order of their slots.
    pub interface: Interface<'static>,
    /// The varyings, which need no slots: `vec4 v_color`.
    pub varyings: Vec<(String, Type)>,
    /// What the stream's header must name, unless its profile includes it. In the order of the table.
    pub features: Vec<Feature>,
    names: HashMap<usize, (Variable, String)>,
    origins: [Vec<Option<Origin>>; 2],
}

/// A variable of a program: the one bound, or the name that a source declares.
#[derive(Clone, Copy, Debug)]
pub enum Key<'a> {
    /// One that was bound.
    Variable(&'a Variable),
    /// A name in the program.
    Name(&'a str),
}

impl<'a> From<&'a Variable> for Key<'a> {
    fn from(variable: &'a Variable) -> Self {
        Key::Variable(variable)
    }
}

impl<'a> From<&'a str> for Key<'a> {
    fn from(name: &'a str) -> Self {
        Key::Name(name)
    }
}

impl Emitted {
    /// A bound variable's name in the program; none if it is not part of it.
    pub fn name<'a>(&'a self, key: impl Into<Key<'a>>) -> Option<&'a str> {
        match key.into() {
            Key::Variable(variable) => self.names.get(&variable.identity()).map(|(_, name)| name.as_str()),
            Key::Name(name) => Some(name),
        }
    }

    /// The slot of an attribute.
    pub fn attribute<'a>(&'a self, key: impl Into<Key<'a>>) -> Option<AttributeSlot> {
        let name = self.name(key)?;
        let found = self.interface.attributes.iter().position(|entry| &*entry.name == name);
        found.map(|slot| AttributeSlot(slot as u32))
    }

    /// The slot of a uniform.
    pub fn uniform<'a>(&'a self, key: impl Into<Key<'a>>) -> Option<UniformSlot> {
        let name = self.name(key)?;
        let found = self.interface.uniforms.iter().position(|entry| &*entry.name == name);
        found.map(|slot| UniformSlot(slot as u32))
    }

    /// The slot of a sampler.
    pub fn sampler<'a>(&'a self, key: impl Into<Key<'a>>) -> Option<SamplerSlot> {
        let name = self.name(key)?;
        let found = self.interface.samplers.iter().position(|entry| &*entry.name == name);
        found.map(|slot| SamplerSlot(slot as u32))
    }

    /// The snippet and line that a line of a shader comes from, counted from 1; none for what the emission itself wrote.
    pub fn origin(&self, stage: Stage, line: u32) -> Option<Origin> {
        let origins = &self.origins[stage as usize];
        origins.get((line as usize).checked_sub(1)?)?.clone()
    }

    /// An interpreter's message with its lines of shaders told as snippets and their lines.
    ///
    /// ```
    /// # use glir_shaders::{Function, Program, Version};
    /// let vertex = Function::new("corner", "void main() { gl_Position = vec4(0.0); }")?;
    /// let fragment = Function::new("fill", "\nvoid main() {\n  gl_FragColor = vec4(nothing);\n}")?;
    /// let emitted = Program { vertex, fragment }.emit(Version::Es300)?;
    /// let line = 1 + emitted.fragment.lines().position(|line| line.contains("nothing")).unwrap();
    /// let said = format!("program 3: fragment shader line {line}: `nothing' undeclared");
    /// assert_eq!(emitted.explain(&said), "program 3: fragment shader, `fill` line 3: `nothing' undeclared");
    /// # Ok::<(), glir_shaders::ShaderError>(())
    /// ```
    pub fn explain(&self, message: &str) -> String {
        explain(message, |stage, line| self.origin(stage, line))
    }

    /// The command that gives a program these shaders.
    pub fn set(&self, program: ProgramId) -> SetShaders<'static> {
        let shaders = Shaders::Render {
            vertex: self.vertex.clone().into(),
            fragment: self.fragment.clone().into(),
            geometry: None,
        };
        SetShaders { program, shaders, interface: self.interface.clone() }
    }
}

impl Program {
    /// Writes the program. The same composition always gives the same text, so that programs can be shared by their sources.
    ///
    /// # Errors
    ///
    /// Hooks that are not filled, all of them in one error; an attribute in the fragment shader; a varying that the vertex shader has
    /// not; names that sources declare and disagree about; what the version has not; sources over
    /// [`limits::MAX_SOURCE_BYTES`].
    pub fn emit(&self, version: Version) -> Result<Emitted, ShaderError> {
        let mut parts = Parts::default();
        for (stage, function) in [(Stage::Vertex, &self.vertex), (Stage::Fragment, &self.fragment)] {
            if function.snippet().function != "main" || function.signature().to_string() != "void ()" {
                let message = format!(
                    "the {} wants `void main()`, and it gives {}",
                    stage.text(),
                    function.signature()
                );
                return Err(function.snippet().fault(ErrorKind::Mismatch, 0, message));
            }
            parts.function(stage, function)?;
        }
        parts.refuse_open()?;
        let mut naming = names::Names::new(&parts.snippets);
        let mut variables = Variables::default();
        for named in &parts.named {
            naming.take(&named.0);
            variables.add(named.0.clone(), named.1.clone(), named.2);
        }
        let mut sources = Vec::new();
        let mut features = BTreeSet::new();
        for (stage, function) in [(Stage::Vertex, &self.vertex), (Stage::Fragment, &self.fragment)] {
            let writer = stage::Writer::new(version, stage, &parts, &mut naming, &mut variables);
            sources.push(writer.write(function)?);
        }
        variables.hold(version)?;
        let mut texts = Vec::new();
        let mut origins = Vec::new();
        for (stage, source) in [Stage::Vertex, Stage::Fragment].into_iter().zip(&sources) {
            let (text, lines) = source.finish(version, stage, &variables);
            if text.len() > limits::MAX_SOURCE_BYTES {
                let message = format!("the {} has {} bytes", stage.text(), text.len());
                return Err(ShaderError::new(ErrorKind::TooLarge, "", 0, message));
            }
            features.extend(source.features());
            texts.push(text);
            origins.push(lines);
        }
        if version == Version::Es300 {
            features = BTreeSet::from([Feature::Glsl300]);
        }
        let [Some(fragment), Some(vertex)] = [texts.pop(), texts.pop()] else {
            return Err(ShaderError::new(ErrorKind::Stage, "", 0, "a program has two shaders"));
        };
        let fragment_lines = origins.pop().unwrap_or_default();
        let vertex_lines = origins.pop().unwrap_or_default();
        Ok(Emitted {
            version,
            vertex,
            fragment,
            interface: variables.interface(),
            varyings: variables.varyings(),
            features: features.into_iter().collect(),
            names: naming.variables(),
            origins: [vertex_lines, fragment_lines],
        })
    }
}

/// What a composition is made of, each thing once and in the order of its first use.
#[derive(Debug, Default)]
struct Parts {
    snippets: Vec<Arc<Snippet>>,
    /// Snippets' numbers by source, and by the place where they lie: copies of a snippet share one.
    by_source: HashMap<(String, String), usize>,
    by_place: HashMap<usize, usize>,
    visited: BTreeSet<(u8, usize)>,
    open: Vec<String>,
    named: Vec<(String, Declared, Stage)>,
    first_to_name: BTreeMap<String, (Declared, String)>,
}

impl Parts {
    fn function(&mut self, stage: Stage, function: &Function) -> Result<(), ShaderError> {
        if !self.visited.insert((stage as u8, function.identity())) {
            return Ok(());
        }
        let snippet = function.snippet();
        let place = Arc::as_ptr(snippet) as usize;
        if !self.by_place.contains_key(&place) {
            let key = (snippet.name.clone(), snippet.source.clone());
            let next = self.snippets.len();
            let number = *self.by_source.entry(key).or_insert(next);
            if number == next {
                self.snippets.push(snippet.clone());
            }
            self.by_place.insert(place, number);
        }
        for hook in function.open_hooks() {
            let text = format!("`${hook}` of `{}`", snippet.name);
            if !self.open.contains(&text) {
                self.open.push(text);
            }
        }
        for named in &snippet.variables {
            let Some(declared) = named.declared(stage == Stage::Vertex) else {
                let message = format!("`{}` is an output; write gl_FragColor or gl_FragData[n]", named.name);
                return Err(snippet.fault(ErrorKind::Stage, named.line, message));
            };
            match self.first_to_name.get(&named.name) {
                Some((first, by)) if *first != declared => {
                    let message =
                        format!("`{}` is declared as {declared} here and as {first} in `{by}`", named.name);
                    return Err(snippet.fault(ErrorKind::Conflict, named.line, message));
                }
                Some(_) => {}
                None => {
                    self.first_to_name.insert(named.name.clone(), (declared.clone(), snippet.name.clone()));
                }
            }
            self.named.push((named.name.clone(), declared, stage));
        }
        for binding in function.bindings().values() {
            self.binding(stage, binding)?;
        }
        Ok(())
    }

    fn binding(&mut self, stage: Stage, binding: &Binding) -> Result<(), ShaderError> {
        match binding {
            Binding::Function(function) => self.function(stage, function),
            Binding::Call(call) => {
                if !self.visited.insert((2 + stage as u8, call.identity())) {
                    return Ok(());
                }
                self.function(stage, call.function())?;
                call.arguments().iter().try_for_each(|argument| self.binding(stage, argument))
            }
            Binding::Variable(_) | Binding::Constant(_) => Ok(()),
        }
    }

    fn refuse_open(&self) -> Result<(), ShaderError> {
        if self.open.is_empty() {
            return Ok(());
        }
        let what = if self.open.len() == 1 { "a hook is" } else { "hooks are" };
        Err(ShaderError::new(
            ErrorKind::Unfilled,
            "",
            0,
            format!("{what} not filled: {}", self.open.join(", ")),
        ))
    }

    /// A snippet's number; all of a composition's have one.
    fn number(&self, snippet: &Arc<Snippet>) -> usize {
        self.by_place.get(&(Arc::as_ptr(snippet) as usize)).copied().unwrap_or(usize::MAX)
    }
}

/// The variables of a program, in the order of their first use.
#[derive(Debug, Default)]
struct Variables {
    list: Vec<Used>,
    by_name: HashMap<String, usize>,
}

#[derive(Debug)]
struct Used {
    name: String,
    declared: Declared,
    stages: [bool; 2],
}

impl Variables {
    fn add(&mut self, name: String, declared: Declared, stage: Stage) {
        let next = self.list.len();
        let number = *self.by_name.entry(name.clone()).or_insert(next);
        if number == next {
            self.list.push(Used { name, declared, stages: [false; 2] });
        }
        self.list[number].stages[stage as usize] = true;
    }

    /// Refuses what the stages or the version can't have.
    fn hold(&self, version: Version) -> Result<(), ShaderError> {
        let refuse = |kind, message: String| Err(ShaderError::new(kind, "", 0, message));
        if self.list.len() > limits::MAX_INTERFACE_ENTRIES {
            return refuse(ErrorKind::TooLarge, format!("{} variables in one program", self.list.len()));
        }
        for Used { name, declared, stages } in &self.list {
            let varying = matches!(declared.kind, VariableKind::Varying | VariableKind::Flat);
            let what = format!("`{name}`, {declared},");
            match declared.kind {
                VariableKind::Attribute if stages[1] => {
                    let message = format!("{what} is used by the fragment shader; hand it over in a varying");
                    return refuse(ErrorKind::Stage, message);
                }
                _ if varying && stages[1] && !stages[0] => {
                    let message =
                        format!("{what} is read by the fragment shader, and the vertex shader has it not");
                    return refuse(ErrorKind::Stage, message);
                }
                _ => {}
            }
            match declared.ty {
                Type::Void => return refuse(ErrorKind::Mismatch, format!("{what} has no type")),
                Type::Sampler(_) if declared.kind != VariableKind::Uniform || declared.count > 1 => {
                    return refuse(ErrorKind::Mismatch, format!("{what} must be a uniform and no array"));
                }
                Type::Value(ty) if declared.kind != VariableKind::Uniform => {
                    let integer = ty.encoding() != glir_spec::Encoding::F32;
                    if ty.is_bool() || declared.count > 1 && declared.kind == VariableKind::Attribute {
                        return refuse(ErrorKind::Mismatch, format!("{what} can't be one"));
                    }
                    if integer && declared.kind == VariableKind::Varying {
                        return refuse(
                            ErrorKind::Mismatch,
                            format!("{what} is of integers, so it must be flat"),
                        );
                    }
                    if version == Version::Es100 && (integer || declared.kind == VariableKind::Flat) {
                        return refuse(
                            ErrorKind::Version,
                            format!("{what} is not to be had in {}", version.text()),
                        );
                    }
                }
                _ => {}
            }
            let needs = match declared.ty {
                Type::Value(ty) => ty.needs(),
                Type::Sampler(ty) => ty.needs(),
                Type::Void => None,
            };
            if version == Version::Es100 && needs.is_some() {
                return refuse(ErrorKind::Version, format!("{what} is not to be had in {}", version.text()));
            }
        }
        Ok(())
    }

    fn interface(&self) -> Interface<'static> {
        let mut interface = Interface {
            attributes: Vec::new(),
            uniforms: Vec::new(),
            samplers: Vec::new(),
            blocks: Vec::new(),
            feedback: Vec::new(),
            feedback_mode: FeedbackMode::Interleaved,
        };
        for Used { name, declared, .. } in &self.list {
            let name = name.clone().into();
            match (declared.kind, declared.ty) {
                (VariableKind::Attribute, Type::Value(ty)) => {
                    interface.attributes.push(AttributeDecl { name, ty });
                }
                (VariableKind::Uniform, Type::Value(ty)) => {
                    interface.uniforms.push(UniformDecl { name, ty, count: declared.count });
                }
                (VariableKind::Uniform, Type::Sampler(ty)) => {
                    interface.samplers.push(SamplerDecl { name, ty });
                }
                _ => {}
            }
        }
        interface
    }

    fn varyings(&self) -> Vec<(String, Type)> {
        let varying = |used: &&Used| matches!(used.declared.kind, VariableKind::Varying | VariableKind::Flat);
        self.list.iter().filter(varying).map(|used| (used.name.clone(), used.declared.ty)).collect()
    }
}

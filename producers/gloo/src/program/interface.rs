//! A program's interface: read from its shaders or given, and held against the rules of the language.

use crate::error::{Error, Result, refuse, shown};
use crate::glsl::{self, BlockLayout, Dialect, Found, Stage};
use crate::grants::Grants;
use glir_spec::enums::FeedbackMode;
use glir_spec::structs::{AttributeDecl, BlockDecl, Interface, SamplerDecl, UniformDecl};
use glir_spec::{Code, Encoding, Feature, limits};
use std::collections::HashSet;

/// The sources of a program.
#[derive(Clone, Copy)]
pub(crate) struct Texts<'s> {
    pub(crate) vertex: &'s str,
    pub(crate) geometry: Option<&'s str>,
    pub(crate) fragment: &'s str,
}

/// Shaders that have been looked at.
#[derive(Clone, Debug)]
pub(crate) struct Sources {
    pub(crate) vertex: String,
    pub(crate) geometry: Option<String>,
    pub(crate) fragment: String,
    pub(crate) interface: Interface<'static>,
    /// The layouts of its blocks, where they are known.
    pub(crate) blocks: Vec<BlockLayout>,
    /// The features that the sources and the interface need, each with what needs it.
    pub(crate) needs: Vec<(Feature, String)>,
}

impl Sources {
    /// Looks at shaders; without an interface it is read from them.
    pub(crate) fn new(texts: Texts<'_>, interface: Option<Interface<'_>>) -> Result<Self> {
        let Texts { vertex, geometry, fragment } = texts;
        let mut needs = Vec::new();
        let mut stages = vec![(vertex, Stage::Vertex)];
        if let Some(geometry) = geometry {
            needs.push((Feature::GeometryShader, "a geometry shader".to_owned()));
            stages.push((geometry, Stage::Geometry));
        }
        stages.push((fragment, Stage::Fragment));
        let mut common = None;
        for (source, stage) in &stages {
            let found = dialect(source, *stage, &mut needs)?;
            if *common.get_or_insert(found) != found {
                let all =
                    if geometry.is_some() { "the shaders" } else { "the vertex and the fragment shader" };
                return refuse(Code::ShaderError, format!("{all} have different #version lines"));
            }
        }
        let dialect = common.unwrap_or(Dialect::Es(100));
        let (interface, blocks) = match interface {
            Some(interface) => (owned(&interface), Vec::new()),
            None => {
                let mut found = Found::default();
                for (source, stage) in stages {
                    let more = glsl::scan(source, stage, dialect)
                        .map_err(|sentence| Error::new(Code::ShaderError, sentence))?;
                    join(&mut found, more)?;
                }
                declared(found)?
            }
        };
        may_declare(&interface, &mut needs)?;
        let geometry = geometry.map(str::to_owned);
        Ok(Sources {
            vertex: vertex.to_owned(),
            geometry,
            fragment: fragment.to_owned(),
            interface,
            blocks,
            needs,
        })
    }

    /// Asks for what the program needs.
    pub(crate) fn may_exist(&self, grants: &mut Grants) -> Result<()> {
        self.needs.iter().try_for_each(|(feature, what)| grants.need(*feature, what))
    }
}

fn dialect(source: &str, stage: Stage, needs: &mut Vec<(Feature, String)>) -> Result<Dialect> {
    let stage = stage.text();
    if source.len() > limits::MAX_SOURCE_BYTES {
        let most = limits::MAX_SOURCE_BYTES;
        return refuse(
            Code::LimitExceeded,
            format!("the {stage} has {} bytes; at most {most} are allowed", source.len()),
        );
    }
    if source.contains('\0') {
        return refuse(Code::ShaderError, format!("the {stage} contains a NUL character"));
    }
    let dialect = Dialect::of(source);
    match dialect.needs() {
        Ok(feature) => needs.extend(feature.map(|feature| (feature, format!("the {stage}'s #version")))),
        Err(()) => {
            return refuse(
                Code::ShaderError,
                format!(
                    "the {stage}'s #version is none of GLIR's: 100, 300 es, 310 es (compute), 320 es (geometry-shader), 330 (desktop-glsl)"
                ),
            );
        }
    }
    if dialect == Dialect::Es(100) {
        let asked = glsl::extensions(source);
        needs.extend(asked.map(|(name, feature)| (feature, format!("the {stage}'s #extension {name}"))));
    }
    Ok(dialect)
}

/// Adds what one more shader of a program declares.
fn join(found: &mut Found, more: Found) -> Result<()> {
    let array = |count: Option<u32>| count.map_or(String::new(), |count| format!("[{count}]"));
    let differs = |name: &str, here: String, there: String| {
        refuse(
            Code::TypeMismatch,
            format!("the uniform `{name}` is {here} in one shader and {there} in another"),
        )
    };
    for entry in more.uniforms {
        match found.uniforms.iter().find(|old| old.0 == entry.0) {
            Some(old) if *old == entry => {}
            Some(old) => {
                return differs(
                    &entry.0,
                    format!("{}{}", old.1, array(old.2)),
                    format!("{}{}", entry.1, array(entry.2)),
                );
            }
            None => found.uniforms.push(entry),
        }
    }
    for entry in more.samplers {
        match found.samplers.iter().find(|old| old.0 == entry.0) {
            Some(old) if *old == entry => {}
            Some(old) => {
                return differs(
                    &entry.0,
                    format!("{}{}", old.1, array(old.2)),
                    format!("{}{}", entry.1, array(entry.2)),
                );
            }
            None => found.samplers.push(entry),
        }
    }
    for block in more.blocks {
        match found.blocks.iter().find(|old| old.name == block.name) {
            Some(old) if *old == block => {}
            Some(_) => {
                return refuse(
                    Code::TypeMismatch,
                    format!("the block {} is declared differently in two shaders", block.name),
                );
            }
            None => found.blocks.push(block),
        }
    }
    found.attributes.extend(more.attributes);
    Ok(())
}

/// The interface of a program of which all shaders are joined.
fn declared(found: Found) -> Result<(Interface<'static>, Vec<BlockLayout>)> {
    let mut samplers = Vec::new();
    for (name, ty, count) in found.samplers {
        match count {
            None => samplers.push(SamplerDecl { name: name.into(), ty }),
            Some(count) if count as usize <= limits::MAX_INTERFACE_ENTRIES => {
                samplers.extend(
                    (0..count).map(|index| SamplerDecl { name: format!("{name}[{index}]").into(), ty }),
                );
            }
            Some(count) => {
                return refuse(
                    Code::LimitExceeded,
                    format!("the sampler `{name}` has {count} elements, which are too many"),
                );
            }
        }
    }
    let interface = Interface {
        attributes: found
            .attributes
            .into_iter()
            .map(|(name, ty)| AttributeDecl { name: name.into(), ty })
            .collect(),
        uniforms: found
            .uniforms
            .into_iter()
            .map(|(name, ty, count)| UniformDecl { name: name.into(), ty, count: count.unwrap_or(1) })
            .collect(),
        samplers,
        blocks: found
            .blocks
            .iter()
            .map(|block| BlockDecl { name: block.name.clone().into(), size: block.size, storage: false })
            .collect(),
        feedback: Vec::new(),
        feedback_mode: FeedbackMode::Interleaved,
    };
    Ok((interface, found.blocks))
}

/// Refuses an interface that no interpreter takes.
fn may_declare(interface: &Interface<'_>, needs: &mut Vec<(Feature, String)>) -> Result<()> {
    let mut locations = 0;
    for attribute in &interface.attributes {
        if attribute.ty.is_bool() {
            let message = format!(
                "the attribute `{}` is {}; attributes can't be booleans",
                shown(&attribute.name),
                attribute.ty
            );
            return refuse(Code::BadArgument, message);
        }
        if attribute.ty.encoding() != Encoding::F32 || attribute.ty.needs().is_some() {
            let what = format!("the attribute `{}` of type {}", shown(&attribute.name), attribute.ty);
            needs.push((Feature::Glsl300, what));
        }
        locations += attribute.ty.shape().0;
    }
    let most = limits::MAX_ATTRIBUTE_LOCATIONS;
    if locations > most {
        return refuse(
            Code::LimitExceeded,
            format!(
                "the attributes take {locations} locations (a matrix takes one a column); there are {most}"
            ),
        );
    }
    let mut bytes = 0;
    for uniform in &interface.uniforms {
        if let Some(feature) = uniform.ty.needs() {
            needs.push((feature, format!("the uniform `{}` of type {}", shown(&uniform.name), uniform.ty)));
        }
        if !(1..=limits::MAX_UNIFORM_COUNT).contains(&uniform.count) {
            let most = limits::MAX_UNIFORM_COUNT;
            return refuse(
                Code::OutOfRange,
                format!(
                    "the uniform `{}` has {} elements; 1 to {most} are allowed",
                    shown(&uniform.name),
                    uniform.count
                ),
            );
        }
        bytes += u64::from(uniform.count) * u64::from(uniform.ty.size());
    }
    if bytes > limits::MAX_UNIFORM_BYTES {
        let most = limits::MAX_UNIFORM_BYTES;
        return refuse(
            Code::LimitExceeded,
            format!("the uniforms take {bytes} bytes; at most {most} are allowed"),
        );
    }
    for sampler in &interface.samplers {
        if let Some(feature) = sampler.ty.needs() {
            needs.push((feature, format!("the sampler `{}` of type {}", shown(&sampler.name), sampler.ty)));
        }
    }
    for block in &interface.blocks {
        if block.storage || block.size == 0 {
            return refuse(
                Code::BadArgument,
                format!(
                    "the block {} is a storage block or empty, which gloo does not take",
                    shown(&block.name)
                ),
            );
        }
        needs.push((Feature::UniformBlocks, format!("the block {}", shown(&block.name))));
    }
    if !interface.feedback.is_empty() {
        return refuse(Code::BadArgument, "captured varyings are no part of gloo");
    }
    let uniforms = interface.uniforms.iter().map(|entry| &*entry.name);
    names("attribute", interface.attributes.iter().map(|entry| &*entry.name))?;
    names("uniform or sampler", uniforms.chain(interface.samplers.iter().map(|entry| &*entry.name)))?;
    names("block", interface.blocks.iter().map(|entry| &*entry.name))
}

/// Refuses names that are no GLSL identifiers (with members and elements), stand twice, or are too many.
fn names<'n>(what: &str, names: impl Iterator<Item = &'n str>) -> Result<()> {
    let mut seen = HashSet::new();
    for name in names {
        let head = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
        let rest = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.[]".contains(&byte));
        if !head || !rest || name.len() > limits::MAX_NAME_BYTES {
            return refuse(Code::BadArgument, format!("`{}` is no name for a {what}", shown(name)));
        }
        if !seen.insert(name) {
            return refuse(Code::BadArgument, format!("the {what} `{}` is declared twice", shown(name)));
        }
    }
    let most = limits::MAX_INTERFACE_ENTRIES;
    if seen.len() > most {
        return refuse(
            Code::LimitExceeded,
            format!("the program has {} names for a {what}; at most {most} are allowed", seen.len()),
        );
    }
    Ok(())
}

/// A copy of an interface that borrows nothing.
fn owned(interface: &Interface<'_>) -> Interface<'static> {
    let text = |text: &str| text.to_owned().into();
    Interface {
        attributes: interface
            .attributes
            .iter()
            .map(|e| AttributeDecl { name: text(&e.name), ty: e.ty })
            .collect(),
        uniforms: interface
            .uniforms
            .iter()
            .map(|e| UniformDecl { name: text(&e.name), ty: e.ty, count: e.count })
            .collect(),
        samplers: interface.samplers.iter().map(|e| SamplerDecl { name: text(&e.name), ty: e.ty }).collect(),
        blocks: interface
            .blocks
            .iter()
            .map(|e| BlockDecl { name: text(&e.name), size: e.size, storage: e.storage })
            .collect(),
        feedback: interface
            .feedback
            .iter()
            .map(|e| glir_spec::structs::FeedbackDecl { name: text(&e.name), ty: e.ty })
            .collect(),
        feedback_mode: interface.feedback_mode,
    }
}

//! What is set for a program: wanted, and told to the stream.

use crate::buffer::View;
use crate::buffer::object::BufferObject;
use crate::error::{Error, Result, refuse, shown};
use crate::object::{Handle, Label};
use crate::signal::Signal;
use crate::texture::object::TextureObject;
use crate::value::{Bytes, Given, Numbers, Sort, Value};
use crate::vertex::ValueFormat;
use glir_spec::enums::{BufferRole, ComponentType};
use glir_spec::formats::FormatClass;
use glir_spec::signals::kinds_for;
use glir_spec::structs::Interface;
use glir_spec::{Code, Encoding, GlslType, SamplerType};
use std::collections::HashMap;
use std::sync::Arc;

/// The entries of a program's interface, by slot.
#[derive(Debug)]
pub(super) struct Slots {
    pub(super) attributes: Vec<AttributeSlot>,
    pub(super) uniforms: Vec<UniformSlot>,
    pub(super) samplers: Vec<SamplerSlot>,
    pub(super) blocks: Vec<BlockSlot>,
    names: HashMap<String, Place>,
}

/// Where a name stands.
#[derive(Clone, Copy, Debug)]
enum Place {
    Attribute(usize),
    Uniform(usize),
    Sampler(usize),
    Block(usize),
}

#[derive(Debug)]
pub(super) struct AttributeSlot {
    pub(super) name: String,
    pub(super) ty: GlslType,
    pub(super) wanted: Option<Source>,
    pub(super) told: Option<Told>,
    pub(super) listed: Listed,
}

/// What lists say of a setting. A setting that differs from draw to draw of a list stands in the list, and then in all others that use
/// it; outside of lists it is told at each draw, since lists may have changed it.
#[derive(Clone, Debug, Default)]
pub(super) struct Listed {
    /// It stands in lists.
    pub(super) varies: bool,
    /// The command by which it was told, where a list may have to repeat it.
    pub(super) command: Vec<u8>,
}

/// Where an attribute's values come from.
#[derive(Clone, Debug)]
pub(super) enum Source {
    View(View),
    /// A buffer that was made for the attribute.
    Own(View),
    Constant(Bytes),
}

impl Source {
    pub(super) fn view(&self) -> Option<&View> {
        match self {
            Source::View(view) | Source::Own(view) => Some(view),
            Source::Constant(_) => None,
        }
    }
}

/// A source as the stream was told. Buffers are named by their serials, since ids are used again.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Told {
    View {
        buffer: u64,
        ty: ComponentType,
        components: u8,
        offset: u64,
        stride: u64,
        normalized: bool,
        divisor: u32,
    },
    Constant(Vec<u8>),
}

impl From<&Source> for Told {
    fn from(source: &Source) -> Self {
        match source {
            Source::View(view) | Source::Own(view) => Told::View {
                buffer: view.object.handle.serial,
                ty: view.format.component,
                components: view.format.components,
                offset: view.offset,
                stride: view.stride,
                normalized: view.format.normalized,
                divisor: view.divisor,
            },
            Source::Constant(bytes) => Told::Constant(bytes.to_vec()),
        }
    }
}

#[derive(Debug)]
pub(super) struct UniformSlot {
    name: String,
    pub(super) ty: GlslType,
    count: u32,
    pub(super) value: Vec<u8>,
    pub(super) told: Vec<u8>,
    /// The value was set since it was compared with what was told.
    pub(super) set: bool,
    /// What was told is not what the stream has: a signal has driven it.
    pub(super) unknown: bool,
    pub(super) listed: Listed,
    /// The signal that drives it, and the one that the stream was told; 0 for none.
    pub(super) bound: Option<Signal>,
    pub(super) bound_told: u32,
}

#[derive(Debug)]
pub(super) struct SamplerSlot {
    pub(super) name: String,
    ty: SamplerType,
    pub(super) wanted: Option<Arc<TextureObject>>,
    pub(super) told: Option<u64>,
    pub(super) listed: Listed,
}

#[derive(Debug)]
pub(super) struct BlockSlot {
    pub(super) name: String,
    pub(super) size: u32,
    pub(super) wanted: Option<Arc<BufferObject>>,
    pub(super) told: Option<u64>,
    pub(super) listed: Listed,
}

/// `name[3]` as `name` and 3; other names as they are.
pub(crate) fn split_element(name: &str) -> (&str, Option<u32>) {
    let element = name.strip_suffix(']').and_then(|rest| rest.rsplit_once('['));
    match element.and_then(|(base, index)| Some((base, index.parse().ok()?))) {
        Some((base, index)) => (base, Some(index)),
        None => (name, None),
    }
}

/// Whether numbers fit a declared type and array length, from an element on. Gives the first element that they set, or the
/// declared type for a sentence.
///
/// The declaration decides how numbers are read: three vectors are a matrix or an array of vectors, four floats a vector or
/// an array of floats. (`&[…]` and `[…]` must not differ, since Rust's linters change one into the other.)
pub(crate) fn fits(
    numbers: &Numbers,
    ty: GlslType,
    declared: Option<u32>,
    element: Option<u32>,
) -> std::result::Result<u32, (Code, String)> {
    let all = || declared.map_or(ty.to_string(), |count| format!("{ty}[{count}]"));
    let whole = || if element.is_none() { all() } else { ty.to_string() };
    let first = element.unwrap_or(0);
    let Some(room) = declared.unwrap_or(1).checked_sub(first).filter(|&room| room > 0) else {
        return Err((Code::OutOfRange, all()));
    };
    let mismatch = || (Code::TypeMismatch, whole());
    let given = numbers.sort.glsl().ok_or_else(mismatch)?;
    if given.encoding() != ty.encoding() || given.is_bool() != ty.is_bool() {
        return Err(mismatch());
    }
    let (columns, rows) = ty.shape();
    let (given_columns, given_rows) = given.shape();
    let single = numbers.count.is_none();
    let count = numbers.count.unwrap_or(1);
    let elements = if given == ty {
        // A single value sets a single one: of an array it asks for an index.
        if single && declared.is_some() && element.is_none() {
            return Err(mismatch());
        }
        Some(count)
    } else if given_rows == rows && (given_columns == 1 || columns == 1) {
        // Columns: of a matrix that was given, or for a matrix that is declared.
        whole_parts(count.saturating_mul(given_columns as usize), columns as usize)
    } else if given_columns == 1 && given_rows == 1 {
        whole_parts(count, ty.components() as usize)
    } else if single && given_columns == 1 && (columns, rows) == (1, 1) {
        Some(given_rows as usize)
    } else {
        return Err(mismatch());
    };
    match elements {
        Some(elements) if elements > 0 && elements <= room as usize => Ok(first),
        _ if single => Err(mismatch()),
        _ => Err((Code::WrongLength, whole())),
    }
}

/// How many times a number of parts makes a whole.
fn whole_parts(parts: usize, whole: usize) -> Option<usize> {
    parts.is_multiple_of(whole).then(|| parts / whole)
}

/// A single value as an array of the declared type: the columns of a matrix, or the components of a vector.
fn as_array(sort: Sort, ty: GlslType) -> Option<(ValueFormat, usize)> {
    let Sort::Value(format) = sort else { return None };
    let column = ValueFormat { columns: 1, ..format };
    let component = ValueFormat { components: 1, ..column };
    if format.columns > 1 && column.glsl() == Some(ty) {
        Some((column, usize::from(format.columns)))
    } else if format.columns == 1 && format.components > 1 && component.glsl() == Some(ty) {
        Some((component, usize::from(format.components)))
    } else {
        None
    }
}

impl Slots {
    pub(super) fn new(interface: &Interface<'_>) -> Self {
        let mut names = HashMap::new();
        let blocks = interface.blocks.iter().enumerate();
        names.extend(blocks.map(|(index, entry)| (entry.name.to_string(), Place::Block(index))));
        let attributes = interface.attributes.iter().enumerate();
        names.extend(attributes.map(|(index, entry)| (entry.name.to_string(), Place::Attribute(index))));
        let samplers = interface.samplers.iter().enumerate();
        names.extend(samplers.map(|(index, entry)| (entry.name.to_string(), Place::Sampler(index))));
        let uniforms = interface.uniforms.iter().enumerate();
        names.extend(uniforms.map(|(index, entry)| (entry.name.to_string(), Place::Uniform(index))));
        Slots {
            attributes: interface
                .attributes
                .iter()
                .map(|entry| AttributeSlot {
                    name: entry.name.to_string(),
                    ty: entry.ty,
                    wanted: None,
                    told: None,
                    listed: Listed::default(),
                })
                .collect(),
            uniforms: interface
                .uniforms
                .iter()
                .map(|entry| {
                    let zeros = vec![0; entry.ty.size() as usize * entry.count as usize];
                    UniformSlot {
                        name: entry.name.to_string(),
                        ty: entry.ty,
                        count: entry.count,
                        value: zeros.clone(),
                        told: zeros,
                        set: false,
                        unknown: false,
                        listed: Listed::default(),
                        bound: None,
                        bound_told: 0,
                    }
                })
                .collect(),
            samplers: interface
                .samplers
                .iter()
                .map(|entry| SamplerSlot {
                    name: entry.name.to_string(),
                    ty: entry.ty,
                    wanted: None,
                    told: None,
                    listed: Listed::default(),
                })
                .collect(),
            blocks: interface
                .blocks
                .iter()
                .map(|entry| BlockSlot {
                    name: entry.name.to_string(),
                    size: entry.size,
                    wanted: None,
                    told: None,
                    listed: Listed::default(),
                })
                .collect(),
            names,
        }
    }

    /// Takes over what was wanted for entries whose name and type stay.
    pub(super) fn keep(&mut self, old: &Slots) {
        for slot in &mut self.attributes {
            let same = old.attributes.iter().find(|old| old.name == slot.name && old.ty == slot.ty);
            slot.wanted = same.and_then(|old| old.wanted.clone());
        }
        for slot in &mut self.uniforms {
            if let Some(old) = old.uniforms.iter().find(|old| old.is_like(slot)) {
                slot.value.clone_from(&old.value);
                slot.bound.clone_from(&old.bound);
                slot.set = true;
            }
        }
        for slot in &mut self.samplers {
            let same = old.samplers.iter().find(|old| old.name == slot.name && old.ty == slot.ty);
            slot.wanted = same.and_then(|old| old.wanted.clone());
        }
        for slot in &mut self.blocks {
            let same = old.blocks.iter().find(|old| old.name == slot.name && old.size == slot.size);
            slot.wanted = same.and_then(|old| old.wanted.clone());
        }
    }

    /// Notes what the stream keeps of what it was told for other shaders: the entries whose name and type stay.
    pub(super) fn inherit(&mut self, old: &Slots) {
        for slot in &mut self.attributes {
            let same = old.attributes.iter().find(|old| old.name == slot.name && old.ty == slot.ty);
            slot.told = same.and_then(|old| old.told.clone());
            slot.listed = same.map(|old| old.listed.clone()).unwrap_or_default();
        }
        for slot in &mut self.uniforms {
            if let Some(old) = old.uniforms.iter().find(|old| old.is_like(slot)) {
                slot.told.clone_from(&old.told);
                slot.listed.clone_from(&old.listed);
                slot.unknown = old.unknown || old.bound_told != 0;
                slot.set = true;
            }
        }
        for slot in &mut self.samplers {
            let same = old.samplers.iter().find(|old| old.name == slot.name && old.ty == slot.ty);
            slot.told = same.and_then(|old| old.told);
            slot.listed = same.map(|old| old.listed.clone()).unwrap_or_default();
        }
        for slot in &mut self.blocks {
            let same = old.blocks.iter().find(|old| old.name == slot.name && old.size == slot.size);
            slot.told = same.and_then(|old| old.told);
            slot.listed = same.map(|old| old.listed.clone()).unwrap_or_default();
        }
    }

    pub(super) fn has_attribute(&self, name: &str) -> bool {
        matches!(self.names.get(name), Some(Place::Attribute(_)))
    }

    pub(super) fn attribute_names(&self) -> Vec<&str> {
        self.attributes.iter().map(|slot| &*slot.name).collect()
    }

    /// All names, in the order of the interface.
    fn all_names(&self) -> Vec<&str> {
        let attributes = self.attributes.iter().map(|slot| &*slot.name);
        let uniforms = self.uniforms.iter().map(|slot| &*slot.name);
        let samplers = self.samplers.iter().map(|slot| &*slot.name);
        let blocks = self.blocks.iter().map(|slot| &*slot.name);
        attributes.chain(uniforms).chain(samplers).chain(blocks).collect()
    }

    /// The uniform of a name; without an element.
    pub(super) fn uniform(&mut self, handle: &Handle, label: &Label, name: &str) -> Result<&mut UniformSlot> {
        let place = self.names.get(name).copied();
        if let Some(Place::Uniform(index)) = place
            && index < self.uniforms.len()
        {
            return Ok(&mut self.uniforms[index]);
        }
        let names: Vec<&str> = self.uniforms.iter().map(|slot| &*slot.name).collect();
        refuse(
            Code::UnknownSlot,
            format!(
                "program {}{} has no uniform `{}`; it has {}",
                handle.id,
                label.quoted(),
                shown(name),
                crate::names::list(&names)
            ),
        )
    }

    pub(super) fn set(&mut self, handle: &Handle, label: &Label, name: &str, value: Value) -> Result<()> {
        let (place, element) = match self.names.get(name) {
            Some(&place) => (Some(place), None),
            None => match split_element(name) {
                (base, Some(element)) => match self.names.get(base) {
                    Some(&place @ Place::Uniform(_)) => (Some(place), Some(element)),
                    _ => (None, None),
                },
                _ => (None, None),
            },
        };
        match place {
            Some(Place::Attribute(index)) => match self.attributes.get_mut(index) {
                Some(slot) => slot.set(handle, value),
                None => Ok(()),
            },
            Some(Place::Uniform(index)) => match self.uniforms.get_mut(index) {
                Some(slot) => slot.set(name, element, &value),
                None => Ok(()),
            },
            Some(Place::Sampler(index)) => match self.samplers.get_mut(index) {
                Some(slot) => slot.set(handle, value),
                None => Ok(()),
            },
            Some(Place::Block(index)) => match self.blocks.get_mut(index) {
                Some(slot) => slot.set(handle, value),
                None => Ok(()),
            },
            None => refuse(
                Code::UnknownSlot,
                format!(
                    "program {}{} has no `{}`; it has {}",
                    handle.id,
                    label.quoted(),
                    shown(name),
                    crate::names::list(&self.all_names())
                ),
            ),
        }
    }
}

impl UniformSlot {
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Refuses a signal of another type.
    pub(super) fn may_follow(&self, signal: &Signal) -> Result<()> {
        if kinds_for(self.ty).is_some_and(|kinds| kinds.contains(&signal.kind())) {
            return Ok(());
        }
        let (name, ty, id, kind) = (shown(&self.name), self.ty, signal.id(), signal.kind());
        refuse(Code::TypeMismatch, format!("uniform `{name}` is {ty}; signal {id} is {kind}"))
    }

    fn is_like(&self, other: &UniformSlot) -> bool {
        self.name == other.name && self.ty == other.ty && self.count == other.count
    }

    fn set(&mut self, name: &str, element: Option<u32>, value: &Value) -> Result<()> {
        let declared = (self.count > 1).then_some(self.count);
        let numbers = match &value.0 {
            Given::Numbers(numbers) => numbers,
            _ => {
                let ty = declared.map_or(self.ty.to_string(), |count| format!("{}[{count}]", self.ty));
                return refuse(
                    Code::TypeMismatch,
                    format!("uniform `{}` is {ty}; {value} was given", shown(name)),
                );
            }
        };
        let first = fits(numbers, self.ty, declared, element).map_err(|(code, ty)| {
            Error::new(code, format!("uniform `{}` is {ty}; {}", shown(name), value.given_for(self.ty)))
        })?;
        if self.bound.take().is_some() {
            self.set = true;
        }
        let start = first as usize * self.ty.size() as usize;
        if let Some(place) = self.value.get_mut(start..start + numbers.bytes.len())
            && *place != *numbers.bytes
        {
            place.copy_from_slice(&numbers.bytes);
            self.set = true;
        }
        Ok(())
    }
}

impl AttributeSlot {
    fn set(&mut self, handle: &Handle, value: Value) -> Result<()> {
        let what =
            || format!("attribute `{}` is {}; {}", shown(&self.name), self.ty, value.given_for(self.ty));
        let wanted = match &value.0 {
            Given::Numbers(Numbers { sort, count: None, bytes }) if sort.glsl() == Some(self.ty) => {
                Source::Constant(bytes.clone())
            }
            Given::Numbers(Numbers { sort, count, bytes }) => {
                let array = match (count, *sort) {
                    (Some(_), Sort::Value(format)) => Some((format, bytes.len())),
                    (None, sort) => {
                        as_array(sort, self.ty).map(|(format, count)| (format, count * format.size()))
                    }
                    _ => None,
                };
                let Some((format, bytes)) =
                    array.and_then(|(format, length)| Some((format, bytes.get(..length)?)))
                else {
                    return refuse(Code::TypeMismatch, what());
                };
                if let Some(Source::Own(view)) = &self.wanted
                    && view.format == format
                {
                    return view.object.replace(bytes.to_vec());
                }
                if bytes.len() as u64 > glir_spec::limits::MAX_BUFFER_BYTES {
                    return refuse(
                        Code::OutOfRange,
                        format!("{} bytes are more than a buffer may have", bytes.len()),
                    );
                }
                let unit = (crate::vertex::encoding_of(format.component), format.size());
                let object =
                    BufferObject::new(&handle.context, BufferRole::Vertex, unit, bytes.to_vec(), false)?;
                let stride = format.size() as u64;
                let view = View { object, format, offset: 0, stride, divisor: 0 };
                self.may_read(&view, &what)?;
                Source::Own(view)
            }
            Given::View(view) => {
                handle.context.owns(&view.object.handle.context, &view.object)?;
                self.may_read(view, &what)?;
                Source::View(view.clone())
            }
            _ => return refuse(Code::TypeMismatch, what()),
        };
        self.wanted = Some(wanted);
        Ok(())
    }

    /// Refuses a view from which the declared type can't be read.
    fn may_read(&self, view: &View, what: &dyn Fn() -> String) -> Result<()> {
        let format = view.format;
        let (columns, rows) = self.ty.shape();
        let component = format.component;
        let signed = matches!(component, ComponentType::I8 | ComponentType::I16 | ComponentType::I32);
        let converts = match self.ty.encoding() {
            Encoding::I32 => signed && !format.normalized,
            Encoding::U32 => !component.is_float() && !signed && !format.normalized,
            _ => true,
        };
        // Missing components read 0, 0, 0, 1; of a matrix none may be missing.
        let shaped = u32::from(format.columns) == columns
            && if columns == 1 {
                u32::from(format.components) <= rows
            } else {
                u32::from(format.components) == rows
            };
        if !converts || !shaped {
            return refuse(Code::TypeMismatch, what());
        }
        view.may_be_read()
    }
}

impl SamplerSlot {
    fn set(&mut self, handle: &Handle, value: Value) -> Result<()> {
        let Given::Texture(texture) = &value.0 else {
            return refuse(
                Code::TypeMismatch,
                format!("sampler `{}` is {}; {value} was given", shown(&self.name), self.ty),
            );
        };
        handle.context.owns(&texture.handle.context, texture)?;
        let class = match texture.options.format.info().class {
            FormatClass::Int => FormatClass::Int,
            FormatClass::Uint => FormatClass::Uint,
            _ => FormatClass::Float,
        };
        let compared = texture.options.compare.is_some();
        if texture.target != self.ty.target() || class != self.ty.class() || compared != self.ty.is_shadow() {
            let compare = if compared { ", made with compare," } else { "" };
            return refuse(
                Code::TypeMismatch,
                format!("sampler `{}` is {}; {value}{compare} was given", shown(&self.name), self.ty),
            );
        }
        self.wanted = Some(Arc::clone(texture));
        Ok(())
    }
}

impl BlockSlot {
    fn set(&mut self, handle: &Handle, value: Value) -> Result<()> {
        let Given::Block(buffer) = &value.0 else {
            return refuse(
                Code::TypeMismatch,
                format!("`{}` is a uniform block; {value} was given", shown(&self.name)),
            );
        };
        handle.context.owns(&buffer.handle.context, buffer)?;
        let has = buffer.byte_len();
        if has < self.size as usize {
            return refuse(
                Code::RegionOutside,
                format!("the block `{}` takes {} bytes; {value} has {has}", shown(&self.name), self.size),
            );
        }
        self.wanted = Some(Arc::clone(buffer));
        Ok(())
    }
}

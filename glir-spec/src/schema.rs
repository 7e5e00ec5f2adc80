//! The table as data: what each type, field, command and reply is called, means and takes.
//!
//! The text form, the JSON schema, the TypeScript emitter and the language reference are all driven by these values,
//! so they cannot disagree with the Rust types, which come from the same rows.

use crate::features::Feature;

/// A type of the language.
#[derive(Clone, Copy, Debug)]
pub enum Type {
    /// True or false.
    Bool,
    /// Unsigned integer of 8, 32 or 64 bits.
    Uint(u32),
    /// Signed 32-bit integer.
    Int,
    /// Float of 32 or 64 bits.
    Float(u32),
    /// UTF-8 string.
    Str,
    /// Shader source: a string whose text form may be a list of lines.
    Source,
    /// BLAKE3 hash of 32 bytes.
    Hash,
    /// Bytes with an element type, inline, in the arena or a blob.
    Payload,
    /// A payload whose element type follows from the slot's declaration.
    Value,
    /// The id of an object of this kind.
    Id(IdKind),
    /// A place in a program's declared interface.
    Slot(SlotKind),
    /// One of a list of named values.
    Enum(&'static EnumInfo),
    /// A fixed list of named fields.
    Struct(&'static StructInfo),
    /// One of several structures.
    Union(&'static UnionInfo),
    /// A value, or nil.
    Option(&'static Type),
    /// Any number of values.
    List(&'static Type),
    /// Exactly this many values.
    Array(&'static Type, usize),
    /// A partial set of state fields: field number to value.
    State,
}

/// Kinds of ids. Objects share one space of ids; lists, requests and signals have their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdKind {
    /// Any object.
    Object,
    /// A buffer.
    Buffer,
    /// A texture.
    Texture,
    /// A renderbuffer.
    Renderbuffer,
    /// A framebuffer; 0 is the current canvas.
    Framebuffer,
    /// A program.
    Program,
    /// A query.
    Query,
    /// A canvas.
    Canvas,
    /// A list of commands.
    List,
    /// An input or signal.
    Signal,
    /// A READ, answered by a reply of the same number.
    Request,
}

impl IdKind {
    /// The kind's name in messages and in the reference.
    pub const fn name(self) -> &'static str {
        match self {
            IdKind::Object => "object",
            IdKind::Buffer => "buffer",
            IdKind::Texture => "texture",
            IdKind::Renderbuffer => "renderbuffer",
            IdKind::Framebuffer => "framebuffer",
            IdKind::Program => "program",
            IdKind::Query => "query",
            IdKind::Canvas => "canvas",
            IdKind::List => "list",
            IdKind::Signal => "signal",
            IdKind::Request => "request",
        }
    }
}

/// Kinds of slots: the lists of a program's interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotKind {
    /// An entry of `attributes`.
    Attribute,
    /// An entry of `uniforms`.
    Uniform,
    /// An entry of `samplers`.
    Sampler,
    /// An entry of `blocks`.
    Block,
    /// An entry of `feedback`.
    Feedback,
}

impl SlotKind {
    /// The kind's name in messages and in the reference.
    pub const fn name(self) -> &'static str {
        match self {
            SlotKind::Attribute => "attribute",
            SlotKind::Uniform => "uniform",
            SlotKind::Sampler => "sampler",
            SlotKind::Block => "block",
            SlotKind::Feedback => "feedback varying",
        }
    }
}

/// An enumeration.
#[derive(Debug)]
pub struct EnumInfo {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub doc: &'static str,
    /// Its values.
    pub values: &'static [ValueInfo],
}

/// One value of an enumeration.
#[derive(Debug)]
pub struct ValueInfo {
    /// Its number on the wire.
    pub number: u8,
    /// Its name in the text form.
    pub text: &'static str,
    /// What it means.
    pub doc: &'static str,
}

/// How a structure looks in the text form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// A JSON object.
    Object,
    /// A JSON array.
    Tuple,
    /// A GLSL declaration such as `"vec4 u_color[3]"`.
    Declaration,
}

/// A structure.
#[derive(Debug)]
pub struct StructInfo {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub doc: &'static str,
    /// How it looks in the text form.
    pub style: Style,
    /// Its fields, in wire order.
    pub fields: &'static [FieldInfo],
}

/// One field of a structure, variant, command or reply.
#[derive(Debug)]
pub struct FieldInfo {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub ty: &'static Type,
    /// What it means: unit, range, default.
    pub doc: &'static str,
    /// The value that the text form may leave out, as JSON.
    pub default: Option<&'static str>,
}

/// A union: one of several variants, each with a number.
#[derive(Debug)]
pub struct UnionInfo {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub doc: &'static str,
    /// Its variants.
    pub variants: &'static [VariantInfo],
}

/// One variant of a union, or one command or reply.
#[derive(Debug)]
pub struct VariantInfo {
    /// Its number: the first element on the wire.
    pub number: u8,
    /// Its name. In the text form a variant without fields is this string; a variant with fields is an object that
    /// has the variant's first field; a variant marked `bare` is the value of its only field.
    pub text: &'static str,
    /// What it means.
    pub doc: &'static str,
    /// Its fields, in wire order.
    pub fields: &'static [FieldInfo],
    /// The text form is the only field's value itself.
    pub bare: bool,
}

/// One command or reply.
#[derive(Debug)]
pub struct CommandInfo {
    /// Its opcode.
    pub opcode: u8,
    /// Its name, in capitals.
    pub name: &'static str,
    /// The group that it belongs to in the reference.
    pub group: &'static str,
    /// What it does.
    pub doc: &'static str,
    /// The feature without which it is refused, if it needs one whatever its arguments.
    pub needs: Option<Feature>,
    /// Its arguments, in wire order.
    pub fields: &'static [FieldInfo],
}

/// One state field.
#[derive(Debug)]
pub struct StateInfo {
    /// Its number on the wire.
    pub number: u8,
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub ty: &'static Type,
    /// Its value at the start of a stream, as JSON.
    pub initial: &'static str,
    /// What it does.
    pub doc: &'static str,
    /// The feature without which it may not be set, if it needs one.
    pub needs: Option<Feature>,
}

//! Types: how a field's type is written in an argument table, and the tables of structures, unions and enumerations.

use std::fmt::Write as _;

use glir_spec::schema::{EnumInfo, FieldInfo, IdKind, StructInfo, Style, Type, VariantInfo};
use glir_spec::{GlslType, Header, SamplerType};

use super::table;
use crate::codegen::table::{Types, field_name, words};

/// Enumerations that have a page or a section of their own.
const ELSEWHERE: &[(&str, &str)] = &[
    ("Format", "formats.md#the-table"),
    ("Feature", "features.md#the-table"),
    ("Code", "diagnostics.md#codes"),
    ("GlslType", "types.md#glsl-types"),
    ("SamplerType", "types.md#sampler-types"),
];

/// A type as a Markdown link to where it is explained.
pub(super) fn link(ty: &Type) -> String {
    match ty {
        Type::Bool => "[boolean](types.md#scalars)".into(),
        Type::Uint(bits) => format!("[u{bits}](types.md#scalars)"),
        Type::Int => "[i32](types.md#scalars)".into(),
        Type::Float(bits) => format!("[f{bits}](types.md#scalars)"),
        Type::Str => "[string](types.md#scalars)".into(),
        Type::Source => "[source](types.md#shader-sources)".into(),
        Type::Hash => "[hash](types.md#payloads)".into(),
        Type::Payload => "[payload](types.md#payloads)".into(),
        Type::Value => "[value](types.md#values)".into(),
        Type::Id(IdKind::Object) => "[id](types.md#ids)".into(),
        Type::Id(kind) => format!("[{} id](types.md#ids)", kind.name()),
        Type::Slot(kind) => format!("[{} slot](types.md#slots)", kind.name()),
        Type::Enum(info) => named(info.name),
        Type::Struct(info) => named(info.name),
        Type::Union(info) => named(info.name),
        Type::Option(inner) => format!("{} or null", link(inner)),
        Type::List(inner) => format!("list of {}", link(inner)),
        Type::Array(inner, count) => format!("{count} × {}", link(inner)),
        Type::State => "[state fields](state.md#fields)".into(),
    }
}

fn named(name: &str) -> String {
    let target = ELSEWHERE.iter().find(|(known, _)| *known == name).map(|(_, target)| (*target).to_owned());
    format!("[{name}]({})", target.unwrap_or_else(|| format!("types.md#{}", name.to_lowercase())))
}

/// The fields of a command, structure or variant.
pub(super) fn fields(fields: &[FieldInfo]) -> String {
    let rows = fields.iter().map(|field| {
        let default = field.default.map_or_else(String::new, |default| format!("`{default}`"));
        vec![format!("`{}`", field_name(field)), link(field.ty), default, words(field.doc)]
    });
    table(&["name", "type", "default", "meaning"], rows)
}

/// The header's fields.
pub(super) fn header() -> String {
    fields(Header::INFO.fields)
}

/// Every structure but the header.
pub(super) fn structures() -> String {
    let mut text = String::new();
    for info in sorted(Types::of_the_language().structs, |info| info.name) {
        if info.name != Header::INFO.name {
            let _ = write!(
                text,
                "### {}\n\n{}\n\n{}\n\n{}\n",
                info.name,
                words(info.doc),
                form(info),
                fields(info.fields)
            );
        }
    }
    text
}

/// How a structure looks in the text form.
fn form(info: &StructInfo) -> String {
    match info.style {
        Style::Object => "An object; fields at their default may be left out.".into(),
        Style::Tuple => {
            let names: Vec<_> = info.fields.iter().map(field_name).collect();
            format!("An array of all its fields: `[{}]`.", names.join(", "))
        }
        Style::Declaration => "A string: a GLSL declaration.".into(),
    }
}

/// Every union.
pub(super) fn unions() -> String {
    let mut text = String::new();
    for info in sorted(Types::of_the_language().unions, |info| info.name) {
        let _ = write!(text, "### {}\n\n{}\n\n", info.name, words(info.doc));
        for variant in info.variants {
            let _ = write!(
                text,
                "**{}** (number {}): {} {}\n\n",
                variant.text,
                variant.number,
                words(variant.doc),
                shape(variant)
            );
            if !variant.fields.is_empty() {
                let _ = writeln!(text, "{}", fields(variant.fields));
            }
        }
    }
    text
}

/// How a variant looks in the text form.
fn shape(variant: &VariantInfo) -> String {
    match variant.fields {
        [] => format!("Written `\"{}\"`.", variant.text),
        [only] if variant.bare => format!("Written as the value of `{}` alone.", field_name(only)),
        [first, ..] if first.default.is_some() => "Written as an object.".into(),
        [first, ..] => format!("Written as an object that has `{}`.", field_name(first)),
    }
}

/// Every enumeration that has no place of its own.
pub(super) fn enumerations() -> String {
    let mut text = String::new();
    for info in sorted(Types::of_the_language().enums, |info| info.name) {
        if !ELSEWHERE.iter().any(|(name, _)| *name == info.name) {
            let _ = write!(text, "### {}\n\n{}\n\n{}\n", info.name, words(info.doc), values(info));
        }
    }
    text
}

fn values(info: &EnumInfo) -> String {
    let rows = info
        .values
        .iter()
        .map(|value| vec![format!("`\"{}\"`", value.text), value.number.to_string(), words(value.doc)]);
    table(&["name", "number", "meaning"], rows)
}

/// The types of uniforms, attributes and captured varyings.
pub(super) fn glsl_types() -> String {
    let rows = GlslType::ALL.iter().map(|ty| {
        let (columns, rows) = ty.shape();
        let needs = ty.needs().map_or_else(String::new, |feature| format!("`{feature}`"));
        vec![
            format!("`{ty}`"),
            (*ty as u8).to_string(),
            columns.to_string(),
            rows.to_string(),
            format!("{} × `{}`", ty.components(), ty.encoding()),
            ty.size().to_string(),
            needs,
        ]
    });
    table(&["type", "number", "columns", "rows", "value", "bytes", "needs"], rows)
}

/// The types of samplers.
pub(super) fn sampler_types() -> String {
    let rows = SamplerType::ALL.iter().map(|ty| {
        let reads = match (ty.is_shadow(), ty.class()) {
            (true, _) => "the result of a depth comparison",
            (false, glir_spec::formats::FormatClass::Int) => "signed integers",
            (false, glir_spec::formats::FormatClass::Uint) => "unsigned integers",
            (false, _) => "floats",
        };
        let needs = ty.needs().map_or_else(String::new, |feature| format!("`{feature}`"));
        vec![
            format!("`{ty}`"),
            (*ty as u8).to_string(),
            format!("`\"{}\"`", ty.target()),
            reads.into(),
            needs,
        ]
    });
    table(&["type", "number", "samples", "reads", "needs"], rows)
}

/// The list in order of names, so that a page can be searched by eye.
fn sorted<T>(mut list: Vec<T>, name: impl Fn(&T) -> &'static str) -> Vec<T> {
    list.sort_by_key(|item| name(item));
    list
}

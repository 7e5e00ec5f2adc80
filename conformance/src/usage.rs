//! What of the language's table a stream uses: commands, values of enumerations, fields of the state, and so on.
//!
//! Such uses cover the table's rows by themselves, so that no author has to list them. Their ids are made of the table's
//! names, which never change: `S-DRAW.mode`, `S-Mode.triangles`, `S-Format.rgba8`, `S-State.blend`, `S-Code.unknown-id`.

use crate::case::Case;
use crate::decoded;
use crate::judge::Goldens;
use crate::kind::{Kind, session};
use crate::replies;
use crate::stream;
use crate::value::Value;
use glir_core::file::{Item, SliceReader};
use glir_spec::commands::COMMANDS;
use glir_spec::replies::REPLIES;
use glir_spec::schema::{EnumInfo, FieldInfo, Type, UnionInfo};
use glir_spec::state::STATE_FIELDS;
use glir_spec::wire::Wire as _;
use glir_spec::{Encoding, Header, Target};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Every id that the table gives, with what the row says.
pub fn table() -> BTreeMap<String, String> {
    let mut rows = BTreeMap::new();
    let mut seen = HashSet::new();
    for (infos, kind) in [(COMMANDS, ""), (REPLIES, "Reply.")] {
        for info in infos {
            for field in info.fields {
                rows.insert(format!("S-{kind}{}.{}", info.name, field.name), plain(field.doc));
                visit(field.ty, &mut rows, &mut seen);
            }
            if !kind.is_empty() {
                rows.insert(format!("S-{kind}{}", info.name), plain(info.doc));
            }
        }
    }
    for field in STATE_FIELDS {
        rows.insert(format!("S-State.{}", field.name), plain(field.doc));
        visit(field.ty, &mut rows, &mut seen);
    }
    visit(&Type::Struct(&Header::INFO), &mut rows, &mut seen);
    for info in [&Encoding::INFO, &glir_spec::Code::INFO] {
        values(info, &mut rows);
    }
    rows
}

fn plain(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn values(info: &EnumInfo, rows: &mut BTreeMap<String, String>) {
    for value in info.values {
        rows.insert(format!("S-{}.{}", info.name, value.text), plain(value.doc));
    }
}

fn fields(
    name: &str,
    fields: &'static [FieldInfo],
    rows: &mut BTreeMap<String, String>,
    seen: &mut HashSet<&'static str>,
) {
    for field in fields {
        rows.insert(format!("S-{name}.{}", field.name), plain(field.doc));
        visit(field.ty, rows, seen);
    }
}

fn visit(ty: &'static Type, rows: &mut BTreeMap<String, String>, seen: &mut HashSet<&'static str>) {
    match ty {
        Type::Enum(info) if seen.insert(info.name) => values(info, rows),
        Type::Struct(info) if seen.insert(info.name) => fields(info.name, info.fields, rows, seen),
        Type::Union(info) if seen.insert(info.name) => {
            for variant in info.variants {
                let name = variant_name(info, variant.text);
                rows.insert(format!("S-{name}"), plain(variant.doc));
                fields(&name, variant.fields, rows, seen);
            }
        }
        Type::Option(inner) | Type::List(inner) | Type::Array(inner, _) => visit(inner, rows, seen),
        _ => {}
    }
}

fn variant_name(info: &UnionInfo, variant: &str) -> String {
    format!("{}.{variant}", info.name)
}

/// What a case uses, by the commands that were carried out; and the codes and replies that came of it.
pub fn used(case: &Case, goldens: &Goldens) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    match case.kind {
        Kind::Stream => {}
        // A text is read, and nothing is carried out.
        Kind::Text => return found,
        Kind::Session => {
            for (name, values) in session::replies(&case.script) {
                spoken(name, &values, &mut found);
            }
            return found;
        }
    }
    let lines = goldens.replies.as_deref().unwrap_or_default();
    let refused: HashSet<(u64, u64)> = replies::places(lines).into_iter().collect();
    for code in replies::codes(lines) {
        found.insert(format!("S-Code.{code}"));
    }
    for line in goldens.decoding.as_deref().unwrap_or_default().lines() {
        if let Some((_, code)) = line.split_once("! ") {
            found.insert(format!("S-Code.{}", code.split(' ').next().unwrap_or_default()));
        }
    }
    for line in lines {
        reply(line, &mut found);
    }
    let (mut frame, mut first) = (0, 0);
    // Commands that come again use nothing more.
    let once = case.repeated.then(|| stream::bytes(&case.document).unwrap_or_default());
    for item in SliceReader::new(once.as_ref().unwrap_or(&case.bytes)) {
        match item {
            Item::Header(header) => {
                (frame, first) = (0, 0);
                let mut bytes = Vec::new();
                header.encode(&mut glir_spec::wire::Writer::new(&mut bytes));
                if let Ok(value) = Value::read(&bytes) {
                    walk(&value, &Type::Struct(&Header::INFO), None, &mut found);
                }
            }
            Item::Frame { head, .. } => {
                let (mut count, mut ended) = (0, false);
                decoded::each(head, |index, command| {
                    let (Some(index), Ok(command)) = (index, command) else { return };
                    count = index as u64 + 1;
                    ended |= command.name() == "SWAP";
                    if refused.contains(&(frame, first + index as u64)) {
                        return;
                    }
                    let info = COMMANDS.iter().find(|info| info.opcode == command.opcode());
                    if let Some(info) = info {
                        found.insert(format!("S-{}", info.name));
                        arguments(info.name, info.fields, decoded::arguments(&command).array(), &mut found);
                    }
                });
                (frame, first) = if ended { (frame + 1, 0) } else { (frame, first + count) };
            }
            _ => {}
        }
    }
    found
}

fn reply(line: &str, found: &mut BTreeSet<String>) {
    let Ok(values) = serde_json::from_str::<Vec<serde_json::Value>>(line) else { return };
    let name = values.first().and_then(serde_json::Value::as_str).unwrap_or_default();
    let Some(info) = REPLIES.iter().find(|info| info.name == name) else { return };
    found.insert(format!("S-Reply.{name}"));
    for (field, value) in info.fields.iter().zip(&values[1..]) {
        found.insert(format!("S-Reply.{name}.{}", field.name));
        if let (Type::Enum(info), Some(text)) = (field.ty, value.as_str()) {
            found.insert(format!("S-{}.{text}", info.name));
        }
    }
}

/// A reply of a session, said or expected: fields that are compared or not at their defaults.
fn spoken(name: &str, values: &[serde_json::Value], found: &mut BTreeSet<String>) {
    let Some(info) = REPLIES.iter().find(|info| info.name == name) else { return };
    found.insert(format!("S-Reply.{name}"));
    for (field, value) in info.fields.iter().zip(values) {
        let usual = field.default.and_then(|default| serde_json::from_str(default).ok());
        if *value == "*" || usual.as_ref() == Some(value) {
            continue;
        }
        found.insert(format!("S-Reply.{name}.{}", field.name));
        named(value, field.ty, found);
    }
}

/// Values of enumerations and fields of structures in a value of the text form.
fn named(value: &serde_json::Value, ty: &'static Type, found: &mut BTreeSet<String>) {
    match (ty, value) {
        (Type::Enum(info), serde_json::Value::String(text)) => {
            let known = info.values.iter().find(|known| known.text == text);
            found.extend(known.map(|known| format!("S-{}.{}", info.name, known.text)));
        }
        (Type::List(inner) | Type::Array(inner, _), serde_json::Value::Array(values)) => {
            values.iter().for_each(|value| named(value, inner, found));
        }
        (Type::Option(inner), value) => named(value, inner, found),
        (Type::Struct(info), serde_json::Value::Object(fields)) => {
            for field in info.fields.iter().filter(|field| fields.get(field.name).is_some_and(|it| it != "*"))
            {
                found.insert(format!("S-{}.{}", info.name, field.name));
            }
        }
        _ => {}
    }
}

fn arguments(name: &str, fields: &'static [FieldInfo], values: &[Value], found: &mut BTreeSet<String>) {
    for (field, value) in fields.iter().zip(values) {
        walk(value, field.ty, Some((name, field)), found);
    }
}

/// Whether a value is the one that may be left out: then nothing was said.
fn is_default(value: &Value, field: &FieldInfo) -> bool {
    match (field.default, value) {
        (None, _) => false,
        (Some("null"), Value::Nil)
        | (Some("false"), Value::Bool(false))
        | (Some("true"), Value::Bool(true)) => true,
        // A structure at its default is a list of empty lists; a list of anything else says something.
        (Some("[]" | "{}"), Value::Array(values)) => {
            values.iter().all(|value| matches!(value, Value::Array(inner) if inner.is_empty()))
        }
        (Some("\"\""), Value::Str(text)) => text.is_empty(),
        (Some(default), Value::Uint(value)) => default.parse() == Ok(*value),
        (Some(default), Value::F32(value)) => default.parse() == Ok(*value),
        (Some(default), Value::F64(value)) => default.parse() == Ok(*value),
        _ => false,
    }
}

fn walk(value: &Value, ty: &'static Type, at: Option<(&str, &FieldInfo)>, found: &mut BTreeSet<String>) {
    if let Some((name, field)) = at
        && !is_default(value, field)
    {
        found.insert(format!("S-{name}.{}", field.name));
    }
    match ty {
        Type::Enum(info) => {
            let named = info.values.iter().find(|known| Some(u64::from(known.number)) == value.uint());
            found.extend(named.map(|known| format!("S-{}.{}", info.name, known.text)));
        }
        Type::Struct(info) => arguments(info.name, info.fields, value.array(), found),
        Type::Union(info) => {
            let Some((number, values)) = value.array().split_first() else { return };
            let variant = info.variants.iter().find(|known| Some(u64::from(known.number)) == number.uint());
            if let Some(variant) = variant {
                let name = variant_name(info, variant.text);
                found.insert(format!("S-{name}"));
                arguments(&name, variant.fields, values, found);
            }
        }
        Type::Option(inner) if *value != Value::Nil => walk(value, inner, None, found),
        Type::List(inner) | Type::Array(inner, _) => {
            value.array().iter().for_each(|value| walk(value, inner, None, found));
        }
        Type::Payload | Type::Value => {
            let encoding = value.array().first().and_then(Value::uint).and_then(Encoding::from_number);
            found.extend(encoding.map(|encoding| format!("S-Encoding.{encoding}")));
        }
        Type::State => {
            let Value::Map(entries) = value else { return };
            for (number, value) in entries {
                let known = STATE_FIELDS.iter().find(|field| Some(u64::from(field.number)) == number.uint());
                if let Some(field) = known {
                    found.insert(format!("S-State.{}", field.name));
                    walk(value, field.ty, None, found);
                }
            }
        }
        _ => {}
    }
}

/// The kinds of context, which the suite's matrix covers.
pub const TARGETS: &[Target] = Target::ALL;

#[cfg(test)]
mod tests {
    use super::{table, used};
    use crate::case::Case;
    use crate::judge::Goldens;

    #[test]
    fn the_table_has_all_rows() {
        let rows = table();
        for id in [
            "S-DRAW.mode",
            "S-Mode.triangles",
            "S-Format.rgba8",
            "S-State.blend",
            "S-Code.unknown-id",
            "S-Feature.lists",
            "S-Header.width",
            "S-Descriptor.texture",
            "S-BlendFunc.src_rgb",
            "S-Reply.PIXELS",
            "S-GlslType.mat4",
        ] {
            assert!(rows.contains_key(id), "{id}");
        }
    }

    #[test]
    fn what_a_stream_does_is_found_and_what_is_refused_is_not() {
        let text = "// A case.\n// id: a/b\n[\"GLIR\", {\"width\": 8}]\n[\"CREATE\", 1, {\"buffer\": \"index\"}]\n\
                    [\"STATE\", {\"cull_face\": \"front\"}]\n[\"CREATE\", 1, {\"query\": \"any_samples_passed\"}]\n[\"SWAP\"]\n";
        let case = Case::parse("a/b", text, None).unwrap();
        let refused = r#"["DIAGNOSTIC", "error", "id-in-use", 0, 2, "CREATE", 1, "", "…"]"#;
        let goldens = Goldens { replies: Some(vec![refused.to_owned()]), ..Goldens::default() };
        let found = used(&case, &goldens);
        for id in [
            "S-CREATE",
            "S-Descriptor.buffer",
            "S-BufferRole.index",
            "S-State.cull_face",
            "S-Header.width",
            "S-Code.id-in-use",
        ] {
            assert!(found.contains(id), "{id} is not in {found:?}");
        }
        assert!(!found.contains("S-Descriptor.query"));
        assert!(!found.contains("S-Header.height"));
    }
}

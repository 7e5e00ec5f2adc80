//! The suite as data: what a third party needs to prove its own interpreter, with no parser of ours.
//!
//! | file | what it is |
//! | --- | --- |
//! | `manifest.json` | the version, and every case with its directives and its files |
//! | `manifest.schema.json` | what a manifest looks like, as JSON schema |
//! | `language.json` | the language's table: commands, replies, types, numbers |
//! | `streams/ID.glir` | the bytes of a case |
//! | `goldens/ID.commands`, `.log`, `.replies`, `.png` | what must come of it |
//! | `events/ID.jsonl` | what people do while it runs |

use crate::calls;
use crate::case::Layer;
use crate::coverage::is_negative;
use crate::suite::{Entry, Suite};
use glir_spec::commands::COMMANDS;
use glir_spec::replies::REPLIES;
use glir_spec::schema::{CommandInfo, FieldInfo, Type};
use glir_spec::state::STATE_FIELDS;
use glir_spec::{Header, VERSION, limits};
use serde_json::{Map, Value, json};
use std::fs;
use std::path::Path;

/// The version of the package's layout.
pub const LAYOUT: u32 = 1;

const SCHEMA: &str = include_str!("manifest.schema.json");
const PROTOCOL: &str = include_str!("../PROTOCOL.md");

/// Writes the package into a folder. Gives the number of files.
///
/// # Errors
/// One sentence.
pub fn write(suite: &Suite, folder: &Path) -> Result<usize, String> {
    let mut count = 0;
    let mut put = |name: &str, bytes: &[u8]| -> Result<(), String> {
        let path = folder.join(name);
        let parent = path.parent().unwrap_or(folder);
        let done = fs::create_dir_all(parent).and_then(|()| fs::write(&path, bytes));
        count += 1;
        done.map_err(|error| format!("{}: {error}", path.display()))
    };
    for entry in &suite.entries {
        let id = &entry.case.id;
        put(&format!("streams/{id}.glir"), &entry.case.bytes)?;
        let goldens = &entry.goldens;
        let replies = goldens.replies.as_ref();
        let replies = replies.map(|lines| lines.iter().map(|line| format!("{line}\n")).collect::<String>());
        let texts = [
            ("commands", goldens.decoding.clone()),
            ("log", goldens.calls.as_deref().map(calls::normalised)),
            ("replies", replies),
        ];
        for (kind, text) in texts {
            if let Some(text) = text {
                put(&format!("goldens/{id}.{kind}"), text.as_bytes())?;
            }
        }
        if let Some(picture) = &goldens.picture {
            put(&format!("goldens/{id}.png"), &crate::picture::encode(picture)?)?;
        }
        if let Some(events) = &entry.case.events {
            put(&format!("events/{id}.jsonl"), events.as_bytes())?;
        }
    }
    put("manifest.json", pretty(&manifest(suite)).as_bytes())?;
    put("manifest.schema.json", SCHEMA.as_bytes())?;
    put("language.json", pretty(&language()).as_bytes())?;
    put("PROTOCOL.md", PROTOCOL.as_bytes())?;
    Ok(count)
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

/// The list of all cases.
pub fn manifest(suite: &Suite) -> Value {
    let (major, minor) = VERSION;
    json!({
        "layout": LAYOUT,
        "version": env!("CARGO_PKG_VERSION"),
        "language": format!("{major}.{minor}"),
        "cases": suite.entries.iter().map(case).collect::<Vec<_>>(),
    })
}

fn case(entry: &Entry) -> Value {
    let case = &entry.case;
    let id = &case.id;
    let mut shown = Map::new();
    let mut put = |key: &str, value: Value| drop(shown.insert(key.to_owned(), value));
    put("id", json!(id));
    put("title", json!(case.title));
    put("grade", json!(case.grade.text()));
    put("negative", json!(is_negative(entry)));
    put("covers", json!(case.covers));
    put("profile", json!(case.profile.text()));
    put("features", case.features.iter().map(|feature| feature.text()).collect());
    put("targets", case.targets.iter().map(|target| target.text()).collect());
    put("stands_for", json!(case.target().text()));
    put("size", json!([case.size.0, case.size.1]));
    put("strict", json!(case.strict));
    put("draws", json!(case.draws));
    put("memory_budget", json!(case.budget));
    put("sentences_vary", json!(case.sentences_vary));
    put("values_vary", json!(case.values_vary));
    let tolerances = case.tolerances.iter().map(|tolerance| {
        json!({ "rule": tolerance.rule.to_string(), "testees": tolerance.testees, "reason": tolerance.reason })
    });
    put("tolerances", tolerances.collect());
    put("stream", json!(format!("streams/{id}.glir")));
    put("events", json!(case.events.as_ref().map(|_| format!("events/{id}.jsonl"))));
    let goldens = &entry.goldens;
    let files = [
        (Layer::Decoding, "commands", goldens.decoding.is_some()),
        (Layer::Calls, "log", goldens.calls.is_some()),
        (Layer::Replies, "replies", goldens.replies.is_some()),
        (Layer::Pixels, "png", goldens.picture.is_some()),
    ];
    let files = files.into_iter().filter(|(layer, _, there)| *there && case.has(*layer));
    let named =
        files.map(|(layer, kind, _)| (layer.text().to_owned(), json!(format!("goldens/{id}.{kind}"))));
    put("goldens", Value::Object(named.collect()));
    Value::Object(shown)
}

/// The language's table, as a program in any language can read it.
pub fn language() -> Value {
    let mut types = Map::new();
    let commands = COMMANDS.iter().map(|info| command(info, &mut types)).collect::<Vec<_>>();
    let replies = REPLIES.iter().map(|info| command(info, &mut types)).collect::<Vec<_>>();
    let state = STATE_FIELDS.iter().map(
        |field| json!({ "number": field.number, "name": field.name, "type": shape(field.ty, &mut types) }),
    );
    let state = state.collect::<Vec<_>>();
    let header = shape(&Type::Struct(&Header::INFO), &mut types);
    // No field is of this type, but payloads begin with it.
    shape(&Type::Enum(&glir_spec::Encoding::INFO), &mut types);
    json!({
        "version": [VERSION.0, VERSION.1],
        "header": header,
        "commands": commands,
        "replies": replies,
        "state": state,
        "types": types,
        "limits": {
            "max_depth": limits::MAX_DEPTH,
            "max_list": limits::MAX_INTERFACE_ENTRIES,
            "max_inline_bytes": limits::MAX_INLINE_BYTES,
            "max_commands": limits::MAX_COMMANDS,
            "max_head_bytes": limits::MAX_HEAD_BYTES,
            "max_arena_bytes": limits::MAX_ARENA_BYTES,
            "max_meta_entries": limits::MAX_META_ENTRIES,
        },
    })
}

fn command(info: &CommandInfo, types: &mut Map<String, Value>) -> Value {
    json!({ "opcode": info.opcode, "name": info.name, "fields": fields(info.fields, types) })
}

fn fields(fields: &'static [FieldInfo], types: &mut Map<String, Value>) -> Value {
    fields.iter().map(|field| json!([field.name, shape(field.ty, types)])).collect()
}

/// A type: a name, or `["option", T]`, `["list", T]`, `["array", T, n]`. Names of structures, unions and enumerations are those
/// of `types`.
fn shape(ty: &'static Type, types: &mut Map<String, Value>) -> Value {
    match ty {
        Type::Bool => json!("bool"),
        Type::Uint(bits) => json!(format!("u{bits}")),
        Type::Int => json!("i32"),
        Type::Float(bits) => json!(format!("f{bits}")),
        Type::Str | Type::Source => json!("str"),
        Type::Hash => json!("hash"),
        Type::Payload | Type::Value => json!("payload"),
        Type::Id(_) | Type::Slot(_) => json!("u32"),
        Type::State => json!("state"),
        Type::Option(inner) => json!(["option", shape(inner, types)]),
        Type::List(inner) => json!(["list", shape(inner, types)]),
        Type::Array(inner, count) => json!(["array", shape(inner, types), count]),
        Type::Enum(info) => {
            if !types.contains_key(info.name) {
                let values =
                    info.values.iter().map(|value| json!([value.number, value.text])).collect::<Vec<_>>();
                types.insert(info.name.into(), json!({ "enum": values }));
            }
            json!(info.name)
        }
        Type::Struct(info) => {
            if !types.contains_key(info.name) {
                types.insert(info.name.into(), Value::Null);
                let fields = fields(info.fields, types);
                types.insert(info.name.into(), json!({ "struct": fields }));
            }
            json!(info.name)
        }
        Type::Union(info) => {
            if !types.contains_key(info.name) {
                types.insert(info.name.into(), Value::Null);
                let variants = info.variants.iter();
                let variants = variants.map(|known| json!([known.number, fields(known.fields, types)]));
                let variants = variants.collect::<Vec<_>>();
                types.insert(info.name.into(), json!({ "union": variants }));
            }
            json!(info.name)
        }
    }
}

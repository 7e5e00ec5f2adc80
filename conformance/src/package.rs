//! The suite as data: what a third party needs to prove its own interpreter, with no parser of ours.
//!
//! | file | what it is |
//! | --- | --- |
//! | `manifest.json` | the version, and every case with its directives and its files |
//! | `manifest.schema.json` | what a manifest looks like, as JSON schema |
//! | `language.json` | the language's table: commands, replies, types, numbers |
//! | `streams/ID.glir`, `.glir.gz` | the bytes of a case; long ones are packed |
//! | `texts/ID.glirt` | of a case of kind text: what is to be read |
//! | `scripts/ID.jsonl` | of a case of kind session: what is said and must come, with the bytes of what is said |
//! | `goldens/ID.commands`, `.log`, `.replies`, `.png`, `.index`, `.text`, `.mistake` | what must come of it |
//! | `events/ID.jsonl` | what people do while it runs |
//! | `reference/` | the pages of the language reference, and their examples |
//! | `README.md`, `PROTOCOL.md`, `examples/testee.py` | how to use it, and who does |

use crate::calls;
use crate::case::{Case, Layer};
use crate::coverage::is_negative;
use crate::fold;
use crate::kind::{Kind, session};
use crate::packing::Packing;
use crate::suite::{Entry, Suite};
use crate::usage;
use flate2::Compression;
use flate2::write::GzEncoder;
use glir_spec::commands::COMMANDS;
use glir_spec::replies::REPLIES;
use glir_spec::schema::{CommandInfo, FieldInfo, Type};
use glir_spec::state::STATE_FIELDS;
use glir_spec::{Header, VERSION, limits};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

/// The version of the package's layout.
pub const LAYOUT: u32 = 3;

const SCHEMA: &str = include_str!("manifest.schema.json");

/// What a package has in its folder, and nothing else.
const PARTS: [&str; 12] = [
    "manifest.json",
    "manifest.schema.json",
    "language.json",
    "streams",
    "texts",
    "scripts",
    "goldens",
    "events",
    "reference",
    "README.md",
    "PROTOCOL.md",
    "examples",
];

/// Texts that go along: where each stands, from the suite's own folder, and its name in the package.
const TEXTS: [(&str, &str); 3] = [
    ("PACKAGE.md", "README.md"),
    ("PROTOCOL.md", "PROTOCOL.md"),
    ("examples/testee.py", "examples/testee.py"),
];

/// Writes the package into a folder, in the place of an older one. Gives the number of files. `home` is the suite's own folder;
/// the reference's pages stand beside it, in `../docs/reference`.
///
/// # Errors
/// One sentence: a folder that holds something else, or a file that can't be read or written.
pub fn write(suite: &Suite, home: &Path, folder: &Path) -> Result<usize, String> {
    clear(folder)?;
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
        let bytes = &entry.case.bytes;
        if is_long(&entry.case) {
            put(&format!("streams/{id}.glir.gz"), &gzip(bytes).map_err(|error| error.to_string())?)?;
        } else if !bytes.is_empty() {
            put(&format!("streams/{id}.glir"), bytes)?;
        }
        if entry.case.kind == Kind::Text {
            put(&format!("texts/{id}.glirt"), &entry.case.source)?;
        }
        if entry.case.kind == Kind::Session {
            let lines = entry.case.script.lines.iter().map(|line| format!("{}\n", line.json()));
            put(&format!("scripts/{id}.jsonl"), lines.collect::<String>().as_bytes())?;
        }
        let goldens = &entry.goldens;
        let replies = goldens.replies.as_ref();
        let replies =
            replies.map(|lines| fold::fold(lines).iter().map(|line| format!("{line}\n")).collect::<String>());
        let texts = [
            ("commands", goldens.decoding.clone()),
            ("log", goldens.calls.as_deref().map(calls::normalised)),
            ("replies", replies),
            ("index", goldens.index.clone()),
            ("text", goldens.text.clone()),
            ("mistake", goldens.mistake.as_ref().map(|mistake| format!("{mistake}\n"))),
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
    for (from, name) in TEXTS {
        let text = read(&home.join(from))?;
        put(name, text.replace("](../docs/reference/", "](reference/").as_bytes())?;
    }
    let reference = home.join("../docs/reference");
    for folder in ["", "examples"] {
        for name in files_of(&reference.join(folder))? {
            let text = read(&reference.join(folder).join(&name))?;
            let text = text.replace("](../../conformance/README.md", "](../README.md");
            put(
                &format!("reference/{folder}{}{name}", if folder.is_empty() { "" } else { "/" }),
                text.as_bytes(),
            )?;
        }
    }
    Ok(count)
}

/// Whether a stream travels packed: it was made by repetition.
fn is_long(case: &Case) -> bool {
    case.bytes.len() > LONG
}

/// The most bytes of a stream that is not packed.
const LONG: usize = 1 << 18;

fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(bytes)?;
    packed.finish()
}

/// Takes an older package away. A folder that holds anything else is left alone.
fn clear(folder: &Path) -> Result<(), String> {
    let shown = folder.display();
    if !folder.exists() {
        return Ok(());
    }
    let entries = fs::read_dir(folder).map_err(|error| format!("{shown}: {error}"))?;
    let names: Vec<_> = entries.flatten().map(|entry| entry.file_name()).collect();
    if names.is_empty() {
        return Ok(());
    }
    let manifest = fs::read(folder.join("manifest.json")).ok();
    let manifest = manifest.and_then(|text| serde_json::from_slice::<Value>(&text).ok());
    let is_package = manifest.is_some_and(|known| known["layout"].is_u64() && known["cases"].is_array());
    let foreign = names.iter().find(|name| !PARTS.iter().any(|part| *name == part));
    if let (true, None) = (is_package, foreign) {
        for name in names {
            let path = folder.join(name);
            let gone = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            gone.map_err(|error| format!("{}: {error}", path.display()))?;
        }
        return Ok(());
    }
    let why =
        foreign.map_or("no package's manifest".to_owned(), |name| format!("{} too", name.to_string_lossy()));
    Err(format!("{shown} holds {why}; a package is written into an empty folder, or over an older package"))
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// The names of the files in a folder, in order.
fn files_of(folder: &Path) -> Result<Vec<String>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let files = entries.flatten().filter(|entry| entry.path().is_file());
    let mut names: Vec<_> = files.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    Ok(names)
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

/// The list of all cases.
pub fn manifest(suite: &Suite) -> Value {
    let (major, minor) = VERSION;
    let rows = usage::table();
    json!({
        "layout": LAYOUT,
        "version": env!("CARGO_PKG_VERSION"),
        "language": format!("{major}.{minor}"),
        "cases": suite.entries.iter().map(|entry| case(entry, &rows)).collect::<Vec<_>>(),
    })
}

fn case(entry: &Entry, rows: &BTreeMap<String, String>) -> Value {
    let case = &entry.case;
    // Rows of the table that its stream uses are covered as well as the sentences that its head names.
    let mut covers = case.covers.clone();
    let used = usage::used(case, &entry.goldens);
    covers.extend(used.into_iter().filter(|id| rows.contains_key(id) && !case.covers.contains(id)));
    let id = &case.id;
    let mut shown = Map::new();
    let mut put = |key: &str, value: Value| drop(shown.insert(key.to_owned(), value));
    put("id", json!(id));
    put("kind", json!(case.kind.text()));
    put("title", json!(case.title));
    put("grade", json!(case.grade.text()));
    put("negative", json!(is_negative(entry)));
    put("covers", json!(covers));
    put("profile", json!(case.profile.text()));
    put("features", case.features.iter().map(|feature| feature.text()).collect());
    put("targets", case.targets.iter().map(|target| target.text()).collect());
    put("stands_for", json!(case.target().text()));
    put("size", json!([case.size.0, case.size.1]));
    put("strict", json!(case.strict));
    put("driver", case.driver.iter().map(ToString::to_string).collect());
    put("packing", json!(case.packing.map(Packing::text)));
    put("from", json!(case.from));
    put("draws", json!(case.draws));
    put("memory_budget", json!(case.budget));
    put("sentences_vary", json!(case.sentences_vary));
    put("values_vary", json!(case.values_vary));
    put("numbers_vary", json!(case.numbers_vary));
    put("says", json!(case.says));
    let tolerances = case.tolerances.iter().map(|tolerance| {
        json!({ "rule": tolerance.rule.to_string(), "testees": tolerance.testees, "reason": tolerance.reason })
    });
    put("tolerances", tolerances.collect());
    put(
        "stream",
        json!(
            (!case.bytes.is_empty())
                .then(|| format!("streams/{id}.glir{}", if is_long(case) { ".gz" } else { "" }))
        ),
    );
    put("text", json!((case.kind == Kind::Text).then(|| format!("texts/{id}.glirt"))));
    let session = case.kind == Kind::Session;
    put("role", json!(session.then(|| session::layer(session::role(case)).text())));
    put("script", json!(session.then(|| format!("scripts/{id}.jsonl"))));
    put("events", json!(case.events.as_ref().map(|_| format!("events/{id}.jsonl"))));
    let goldens = &entry.goldens;
    // What a text means is a log of decoding too, though only who speaks the text form is judged by it.
    let files = [
        (
            "decoding",
            "commands",
            goldens.decoding.is_some() && (case.has(Layer::Decoding) || case.has(Layer::Text)),
        ),
        ("calls", "log", goldens.calls.is_some() && case.has(Layer::Calls)),
        ("replies", "replies", goldens.replies.is_some() && case.has(Layer::Replies)),
        ("pixels", "png", goldens.picture.is_some() && case.has(Layer::Pixels)),
        ("index", "index", goldens.index.is_some()),
        ("text", "text", goldens.text.is_some()),
        ("mistake", "mistake", goldens.mistake.is_some()),
    ];
    let files = files.into_iter().filter(|(_, _, there)| *there);
    let named = files.map(|(name, kind, _)| (name.to_owned(), json!(format!("goldens/{id}.{kind}"))));
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

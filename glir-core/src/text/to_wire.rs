//! From JSON text to the wire form, guided by the schema.
//!
//! Each function reads one value of the text and appends its MessagePack form. Nothing here knows a command: a row of
//! the table is all it takes.

use super::declaration::Declaration;
use super::defaults::Defaults;
use super::json::{Cursor, Kind, Member, Mistake, quote};
use super::names::{Declared, Names};
use super::payload::{self, Bytes};
use super::{mistakes, numbers, words};
use glir_spec::schema::{
    CommandInfo, EnumInfo, FieldInfo, IdKind, SlotKind, StructInfo, Style, Type, UnionInfo, VariantInfo,
};
use glir_spec::state::STATE_FIELDS;
use glir_spec::wire::{Encoding, Payload, Wire, Writer};
use glir_spec::{Frame, limits};
use std::borrow::Cow;

/// The name of a field in the text form. `type` is a keyword of Rust, so the field is called `ty` there.
pub(super) fn label(field: &FieldInfo) -> &'static str {
    if field.name == "ty" { "type" } else { field.name }
}

/// Where a slot was named: what later arguments of the same command mean depends on it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) kind: SlotKind,
    pub(super) slot: u32,
}

/// Reads one command's values.
pub(super) struct ToWire<'p> {
    names: &'p Names,
    defaults: &'p mut Defaults,
    /// Takes the payloads.
    frame: &'p mut Frame,
    /// The last program that an argument named.
    program: Option<u32>,
    place: Option<Place>,
    /// The array element that stood in a slot's name, until the argument `first` takes it.
    element: Option<u32>,
}

impl<'p> ToWire<'p> {
    pub(super) fn new(names: &'p Names, defaults: &'p mut Defaults, frame: &'p mut Frame) -> Self {
        ToWire { names, defaults, frame, program: None, place: None, element: None }
    }

    /// Reads the rest of a command's line, behind its name.
    pub(super) fn command(
        &mut self,
        json: &mut Cursor<'_>,
        walk: &mut super::json::Walk,
        info: &'static CommandInfo,
        out: &mut Vec<u8>,
    ) -> Result<(), Mistake> {
        let start = json.position();
        let w = &mut Writer::new(out);
        w.array(1 + info.fields.len());
        w.uint(u64::from(info.opcode));
        let mut open = true;
        for (given, field) in info.fields.iter().enumerate() {
            open = open && json.more(walk)?;
            if !open {
                if !self.default(field, out)? {
                    return Err(mistakes::arity(info, given, start));
                }
                continue;
            }
            if field.name == "first" && self.element.is_some() {
                let message = "the element stands in the uniform's name already; take one of the two out";
                return Err(Mistake::new(json.position(), message).within(field.name));
            }
            self.value(json, field.ty, out).map_err(|mistake| mistake.within(label(field)))?;
        }
        if open && json.more(walk)? {
            let mut given = info.fields.len();
            let at = json.position();
            loop {
                json.skip()?;
                given += 1;
                if !json.more(walk)? {
                    return Err(mistakes::arity(info, given, at));
                }
            }
        }
        match self.element {
            None => Ok(()),
            Some(_) => Err(Mistake::new(
                start,
                "a single element of a uniform array can't be named here; name the uniform",
            )),
        }
    }

    /// Appends a field's default; false if it has none.
    fn default(&mut self, field: &'static FieldInfo, out: &mut Vec<u8>) -> Result<bool, Mistake> {
        if field.name == "first"
            && let Some(element) = self.element.take()
        {
            Writer::new(out).uint(u64::from(element));
            return Ok(true);
        }
        match self.defaults.of(field)? {
            Some(bytes) => out.extend_from_slice(bytes),
            None => return Ok(false),
        }
        Ok(true)
    }

    /// Reads one value.
    pub(super) fn value(
        &mut self,
        json: &mut Cursor<'_>,
        ty: &'static Type,
        out: &mut Vec<u8>,
    ) -> Result<(), Mistake> {
        match ty {
            Type::Bool => Writer::new(out).bool(json.boolean()?),
            Type::Uint(bits) => self.uint(json, *bits, out)?,
            Type::Int => {
                let value = numbers::bounded(json, i32::MIN.into(), i32::MAX.into())?;
                Writer::new(out).int(value as i64);
            }
            Type::Float(32) => Writer::new(out).float32(numbers::read_float32(json)?),
            Type::Float(_) => Writer::new(out).float(numbers::read_float64(json)?),
            Type::Str => Writer::new(out).str(&json.string()?),
            Type::Source => Writer::new(out).str(&source(json)?),
            Type::Hash => Writer::new(out).bin(&payload::read_hash(json)?.0),
            Type::Payload => self.payload(json, out)?,
            Type::Value => self.slot_value(json, out)?,
            Type::Id(kind) => {
                let id = numbers::bounded(json, 0, u32::MAX.into())? as u32;
                if *kind == IdKind::Program {
                    self.program = Some(id);
                }
                Writer::new(out).uint(u64::from(id));
            }
            Type::Slot(kind) => self.slot(json, *kind, out)?,
            Type::Enum(info) => Writer::new(out).uint(u64::from(named(json, info)?)),
            Type::Struct(info) => self.structure(json, info, out)?,
            Type::Union(info) => self.union(json, info, out)?,
            Type::Option(_) if json.null() => Writer::new(out).nil(),
            Type::Option(ty) => self.value(json, ty, out)?,
            Type::List(ty) => {
                let at = json.position();
                let (count, values) = self.list(json, ty)?;
                if count > limits::MAX_INTERFACE_ENTRIES {
                    let limit = limits::MAX_INTERFACE_ENTRIES;
                    return Err(Mistake::new(
                        at,
                        format!("a list has at most {limit} entries, this one has {count}"),
                    ));
                }
                Writer::new(out).array(count);
                out.extend_from_slice(&values);
            }
            Type::Array(ty, length) => {
                let at = json.position();
                let (count, values) = self.list(json, ty)?;
                if count != *length {
                    return Err(Mistake::new(
                        at,
                        format!(
                            "{length} values belong in this list, {} there",
                            words::count(count, "stands", "stand")
                        ),
                    ));
                }
                Writer::new(out).array(count);
                out.extend_from_slice(&values);
            }
            Type::State => self.state(json, out)?,
        }
        Ok(())
    }

    fn uint(&mut self, json: &mut Cursor<'_>, bits: u32, out: &mut Vec<u8>) -> Result<(), Mistake> {
        let most = if bits >= 64 { u64::MAX.into() } else { (1i128 << bits) - 1 };
        let value = numbers::bounded(json, 0, most)?;
        Writer::new(out).uint(value as u64);
        Ok(())
    }

    fn list(&mut self, json: &mut Cursor<'_>, ty: &'static Type) -> Result<(usize, Vec<u8>), Mistake> {
        let mut walk = json.array()?;
        let (mut count, mut values) = (0, Vec::new());
        while json.more(&mut walk)? {
            self.value(json, ty, &mut values)?;
            count += 1;
        }
        Ok((count, values))
    }

    // ---- structures and unions ---------------------------------------------------------------------------------

    fn structure(
        &mut self,
        json: &mut Cursor<'_>,
        info: &'static StructInfo,
        out: &mut Vec<u8>,
    ) -> Result<(), Mistake> {
        match info.style {
            Style::Declaration if json.kind() == Kind::String => declaration(json, info, out),
            Style::Object | Style::Declaration => {
                let members = json.members()?;
                Writer::new(out).array(info.fields.len());
                self.fields(json, &members, info.fields, out)
            }
            Style::Tuple => {
                let at = json.position();
                let wrong = |found: usize| {
                    let names = words::list(info.fields.iter().map(label));
                    Mistake::new(
                        at,
                        format!(
                            "the list is [{names}], {} values; {} there",
                            info.fields.len(),
                            words::count(found, "stands", "stand")
                        ),
                    )
                };
                let mut walk = json.array()?;
                Writer::new(out).array(info.fields.len());
                for (found, field) in info.fields.iter().enumerate() {
                    if !json.more(&mut walk)? {
                        return Err(wrong(found));
                    }
                    self.value(json, field.ty, out).map_err(|mistake| mistake.within(label(field)))?;
                }
                let mut found = info.fields.len();
                while json.more(&mut walk)? {
                    json.skip()?;
                    found += 1;
                }
                if found == info.fields.len() { Ok(()) } else { Err(wrong(found)) }
            }
        }
    }

    /// Appends the fields in wire order, whatever their order in the text.
    fn fields(
        &mut self,
        json: &mut Cursor<'_>,
        members: &[Member<'_>],
        fields: &'static [FieldInfo],
        out: &mut Vec<u8>,
    ) -> Result<(), Mistake> {
        if let Some(stray) =
            members.iter().find(|member| !fields.iter().any(|field| label(field) == member.key))
        {
            return Err(mistakes::unknown_field(stray, fields.iter().map(label)));
        }
        for field in fields {
            match members.iter().find(|member| member.key == label(field)) {
                Some(member) => {
                    self.value(&mut json.value_of(member), field.ty, out)
                        .map_err(|mistake| mistake.within(label(field)))?;
                }
                None => {
                    if !self.default(field, out)? {
                        let at = json.position();
                        return Err(Mistake::new(at, format!("the field {:?} is missing", label(field))));
                    }
                }
            }
        }
        Ok(())
    }

    fn union(
        &mut self,
        json: &mut Cursor<'_>,
        info: &'static UnionInfo,
        out: &mut Vec<u8>,
    ) -> Result<(), Mistake> {
        match json.kind() {
            Kind::Object => {
                let at = json.position();
                let members = json.members()?;
                let variant = info.variants.iter().filter(|variant| !variant.bare).find(|variant| {
                    variant.fields.first().is_some_and(|first| {
                        first.default.is_some() || members.iter().any(|member| member.key == label(first))
                    })
                });
                let Some(variant) = variant else { return Err(mistakes::no_variant(at, &members, info)) };
                Writer::new(out).array(1 + variant.fields.len());
                Writer::new(out).uint(u64::from(variant.number));
                self.fields(json, &members, variant.fields, out)
            }
            Kind::String if info.variants.iter().any(is_plain) => {
                let at = json.position();
                let text = json.string()?;
                match info.variants.iter().find(|variant| is_plain(variant) && variant.text == text) {
                    Some(variant) => {
                        Writer::new(out).array(1);
                        Writer::new(out).uint(u64::from(variant.number));
                        Ok(())
                    }
                    None => Err(mistakes::not_plain(at, &text, info)),
                }
            }
            _ => match info
                .variants
                .iter()
                .find_map(|variant| bare_field(variant).map(|field| (variant, field)))
            {
                Some((variant, field)) => {
                    Writer::new(out).array(2);
                    Writer::new(out).uint(u64::from(variant.number));
                    self.value(json, field.ty, out).map_err(|mistake| mistake.within(label(field)))
                }
                None => Err(json.unexpected("an object")),
            },
        }
    }

    fn state(&mut self, json: &mut Cursor<'_>, out: &mut Vec<u8>) -> Result<(), Mistake> {
        let members = json.members()?;
        let names = || STATE_FIELDS.iter().map(|field| field.name);
        if let Some(stray) = members.iter().find(|member| names().all(|name| name != member.key)) {
            return Err(mistakes::unknown_field(stray, names()));
        }
        Writer::new(out).map(members.len());
        for field in STATE_FIELDS {
            let Some(member) = members.iter().find(|member| member.key == field.name) else { continue };
            Writer::new(out).uint(u64::from(field.number));
            self.value(&mut json.value_of(member), field.ty, out)
                .map_err(|mistake| mistake.within(field.name))?;
        }
        Ok(())
    }

    // ---- slots and payloads ------------------------------------------------------------------------------------

    fn slot(&mut self, json: &mut Cursor<'_>, kind: SlotKind, out: &mut Vec<u8>) -> Result<(), Mistake> {
        let at = json.position();
        let slot = if json.kind() == Kind::String {
            let name = json.string()?;
            let Some(program) = self.program else {
                return Err(Mistake::new(at, "no program is known here; write the slot's number"));
            };
            let (slot, element) =
                self.names.slot(program, kind, &name).map_err(|message| Mistake::new(at, message))?;
            self.element = element;
            slot
        } else {
            numbers::bounded(json, 0, u32::MAX.into())? as u32
        };
        self.place = Some(Place { kind, slot });
        Writer::new(out).uint(u64::from(slot));
        Ok(())
    }

    /// A value whose element type follows from the slot, or an explicit payload.
    fn slot_value(&mut self, json: &mut Cursor<'_>, out: &mut Vec<u8>) -> Result<(), Mistake> {
        if json.kind() == Kind::Object {
            return self.payload(json, out);
        }
        let declared = self.declared().ok_or_else(|| {
            let message =
                "the declared type is not known here; write the value with its type, as in {\"f32\": [1, 0]}";
            Mistake::new(json.position(), message)
        })?;
        let (encoding, bools) = (declared.ty.encoding(), declared.ty.is_bool());
        let mut bytes = Vec::new();
        if json.kind() == Kind::Array {
            numbers::read_list(json, encoding, bools, &mut bytes)?;
        } else {
            numbers::read_one(json, encoding, bools, &mut bytes)?;
        }
        self.place_payload(encoding, &bytes, out);
        Ok(())
    }

    fn declared(&self) -> Option<Declared> {
        let place = self.place?;
        self.names.declared(self.program?, place.kind, place.slot)
    }

    fn payload(&mut self, json: &mut Cursor<'_>, out: &mut Vec<u8>) -> Result<(), Mistake> {
        match payload::read(json)? {
            Bytes::Here { encoding, bytes } => self.place_payload(encoding, &bytes, out),
            Bytes::Blob { encoding, hash, length } => {
                Payload::Blob { encoding, hash, length }.encode(&mut Writer::new(out));
            }
            Bytes::Arena { encoding, offset, length } => {
                Payload::Arena { encoding, offset, length }.encode(&mut Writer::new(out));
            }
        }
        Ok(())
    }

    fn place_payload(&mut self, encoding: Encoding, bytes: &[u8], out: &mut Vec<u8>) {
        self.frame.payload(encoding, bytes).encode(&mut Writer::new(out));
    }
}

/// Reads a shader's source: a string, or a list of lines.
fn source<'t>(json: &mut Cursor<'t>) -> Result<Cow<'t, str>, Mistake> {
    match json.kind() {
        Kind::String => json.string(),
        Kind::Array => {
            let mut walk = json.array()?;
            let mut text = String::new();
            let mut first = true;
            while json.more(&mut walk)? {
                if !first {
                    text.push('\n');
                }
                text.push_str(&json.string()?);
                first = false;
            }
            Ok(Cow::Owned(text))
        }
        _ => Err(json.unexpected("a string or a list of lines")),
    }
}

/// Reads the name of one of an enumeration's values.
pub(super) fn named(json: &mut Cursor<'_>, info: &EnumInfo) -> Result<u8, Mistake> {
    let at = json.position();
    let names = || info.values.iter().map(|value| value.text);
    if json.kind() != Kind::String {
        let expected = format!("a name such as {:?}", names().next().unwrap_or_default());
        return Err(json.unexpected(&expected));
    }
    let text = json.string()?;
    match info.values.iter().find(|value| value.text == text) {
        Some(value) => Ok(value.number),
        None => Err(Mistake::new(at, words::none_of(&text, "names", names()))),
    }
}

/// Reads `"vec4 u_color[3]"`.
fn declaration(json: &mut Cursor<'_>, info: &'static StructInfo, out: &mut Vec<u8>) -> Result<(), Mistake> {
    let at = json.position();
    let text = json.string()?;
    let (counted, ty) = match info.fields {
        [_, ty] => (false, ty.ty),
        [_, ty, _] => (true, ty.ty),
        _ => return Err(Mistake::new(at, format!("{} is written as an object", info.name))),
    };
    let (Some(declaration), Type::Enum(types)) = (Declaration::parse(&text, counted), ty) else {
        let form = if counted {
            "a type and a name, such as \"vec4 u_color\" or \"vec4 u_color[3]\""
        } else {
            "a type and a name, such as \"vec4 a_color\""
        };
        return Err(Mistake::new(at, format!("{} is not a declaration: {form}", quote(&text))));
    };
    let Some(ty) = types.values.iter().find(|value| value.text == declaration.ty) else {
        return Err(Mistake::new(
            at,
            words::none_of(declaration.ty, "types", types.values.iter().map(|value| value.text)),
        ));
    };
    let w = &mut Writer::new(out);
    w.array(info.fields.len());
    w.str(declaration.name);
    w.uint(u64::from(ty.number));
    if counted {
        w.uint(u64::from(declaration.count));
    }
    Ok(())
}

fn is_plain(variant: &VariantInfo) -> bool {
    variant.fields.is_empty()
}

fn bare_field(variant: &'static VariantInfo) -> Option<&'static FieldInfo> {
    if variant.bare { variant.fields.first() } else { None }
}

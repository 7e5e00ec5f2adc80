//! From the wire form to JSON text, guided by the schema: the mirror of `to_wire.rs`.
//!
//! What is read here has been decoded and encoded again, so every value is in its shortest form and comparing bytes
//! with those of a default is comparing values.

use super::declaration::Declaration;
use super::defaults::Defaults;
use super::json::write_string;
use super::names::{Declared, Names};
use super::to_wire::{Place, label};
use super::{numbers, payload};
use glir_spec::schema::{
    CommandInfo, EnumInfo, FieldInfo, IdKind, SlotKind, StructInfo, Style, Type, UnionInfo,
};
use glir_spec::state::STATE_FIELDS;
use glir_spec::wire::{DecodeError, Encoding, Reader};

/// The bytes are not what the schema says. The text written so far is to be thrown away.
#[derive(Debug)]
pub(super) struct Unprintable;

impl From<DecodeError> for Unprintable {
    fn from(_: DecodeError) -> Self {
        Unprintable
    }
}

type Written = Result<(), Unprintable>;

/// Writes one command's values.
pub(super) struct ToText<'p> {
    names: &'p Names,
    defaults: &'p mut Defaults,
    arena: &'p [u8],
    elide: Option<usize>,
    program: Option<u32>,
    place: Option<Place>,
}

impl<'p> ToText<'p> {
    pub(super) fn new(
        names: &'p Names,
        defaults: &'p mut Defaults,
        arena: &'p [u8],
        elide: Option<usize>,
    ) -> Self {
        ToText { names, defaults, arena, elide, program: None, place: None }
    }

    /// Writes a command or reply of the given table.
    pub(super) fn command(
        &mut self,
        r: &mut Reader<'_>,
        table: &'static [CommandInfo],
        out: &mut String,
    ) -> Written {
        r.array()?;
        let opcode = r.uint()?;
        let info = table.iter().find(|info| u64::from(info.opcode) == opcode).ok_or(Unprintable)?;
        let start = r.offset();
        let mut given = 0;
        for (i, field) in info.fields.iter().enumerate() {
            if !self.skip_default(r, field)? {
                r.skip()?;
                given = i + 1;
            }
        }
        r.seek(start);
        out.push('[');
        write_string(info.name, out);
        for field in info.fields.iter().take(given) {
            out.push_str(", ");
            self.value(r, field.ty, out)?;
        }
        out.push(']');
        Ok(())
    }

    /// Passes over a field's value if it is the default.
    fn skip_default(&mut self, r: &mut Reader<'_>, field: &'static FieldInfo) -> Result<bool, Unprintable> {
        let Some(default) = self.defaults.of(field).map_err(|_| Unprintable)? else { return Ok(false) };
        let start = r.offset();
        r.skip()?;
        if r.between(start, r.offset()) == default {
            return Ok(true);
        }
        r.seek(start);
        Ok(false)
    }

    /// Writes one value.
    pub(super) fn value(&mut self, r: &mut Reader<'_>, ty: &'static Type, out: &mut String) -> Written {
        match ty {
            Type::Bool => out.push_str(if r.bool()? { "true" } else { "false" }),
            Type::Uint(_) => numbers::integer(r.uint()?, out),
            Type::Int => numbers::integer(r.int()?, out),
            Type::Float(32) => numbers::float32(r.float32()?, out),
            Type::Float(_) => numbers::float64(r.float()?, out),
            Type::Str => write_string(r.str()?, out),
            Type::Source => source(r.str()?, out),
            Type::Hash => payload::write_hash(r.bin()?, out),
            Type::Payload => self.payload(r, None, out)?,
            Type::Value => {
                let declared = self.declared();
                self.payload(r, declared, out)?;
            }
            Type::Id(kind) => {
                let id = r.uint()?;
                if *kind == IdKind::Program {
                    self.program = u32::try_from(id).ok();
                }
                numbers::integer(id, out);
            }
            Type::Slot(kind) => self.slot(r, *kind, out)?,
            Type::Enum(info) => write_string(named(r, info)?, out),
            Type::Struct(info) => self.structure(r, info, out)?,
            Type::Union(info) => self.union(r, info, out)?,
            Type::Option(_) if r.nil()? => out.push_str("null"),
            Type::Option(ty) => self.value(r, ty, out)?,
            Type::List(ty) | Type::Array(ty, _) => {
                out.push('[');
                for i in 0..r.array()? {
                    out.push_str(if i == 0 { "" } else { ", " });
                    self.value(r, ty, out)?;
                }
                out.push(']');
            }
            Type::State => self.state(r, out)?,
        }
        Ok(())
    }

    // ---- structures and unions ---------------------------------------------------------------------------------

    fn structure(&mut self, r: &mut Reader<'_>, info: &'static StructInfo, out: &mut String) -> Written {
        let start = r.offset();
        if info.style == Style::Declaration
            && let Some(text) = declaration(r, info)?
        {
            write_string(&text, out);
            return Ok(());
        }
        r.seek(start);
        r.array()?;
        match info.style {
            Style::Object | Style::Declaration => self.fields(r, info.fields, out),
            Style::Tuple => {
                out.push('[');
                for (i, field) in info.fields.iter().enumerate() {
                    out.push_str(if i == 0 { "" } else { ", " });
                    self.value(r, field.ty, out)?;
                }
                out.push(']');
                Ok(())
            }
        }
    }

    /// Writes an object, leaving out the fields that have their defaults.
    fn fields(&mut self, r: &mut Reader<'_>, fields: &'static [FieldInfo], out: &mut String) -> Written {
        let mut separator = "";
        out.push('{');
        for field in fields {
            if self.skip_default(r, field)? {
                continue;
            }
            out.push_str(separator);
            separator = ", ";
            write_string(label(field), out);
            out.push_str(": ");
            self.value(r, field.ty, out)?;
        }
        out.push('}');
        Ok(())
    }

    fn union(&mut self, r: &mut Reader<'_>, info: &'static UnionInfo, out: &mut String) -> Written {
        r.array()?;
        let number = r.uint()?;
        let variant =
            info.variants.iter().find(|variant| u64::from(variant.number) == number).ok_or(Unprintable)?;
        match variant.fields {
            [] => write_string(variant.text, out),
            [field] if variant.bare => self.value(r, field.ty, out)?,
            fields => self.fields(r, fields, out)?,
        }
        Ok(())
    }

    fn state(&mut self, r: &mut Reader<'_>, out: &mut String) -> Written {
        out.push('{');
        for i in 0..r.map()? {
            let number = r.uint()?;
            let field =
                STATE_FIELDS.iter().find(|field| u64::from(field.number) == number).ok_or(Unprintable)?;
            out.push_str(if i == 0 { "" } else { ", " });
            write_string(field.name, out);
            out.push_str(": ");
            self.value(r, field.ty, out)?;
        }
        out.push('}');
        Ok(())
    }

    // ---- slots and payloads ------------------------------------------------------------------------------------

    fn slot(&mut self, r: &mut Reader<'_>, kind: SlotKind, out: &mut String) -> Written {
        let slot = u32::try_from(r.uint()?).map_err(|_| Unprintable)?;
        self.place = Some(Place { kind, slot });
        match self.program.and_then(|program| self.names.name(program, kind, slot)) {
            Some(name) => write_string(name, out),
            None => numbers::integer(slot, out),
        }
        Ok(())
    }

    fn declared(&self) -> Option<Declared> {
        let place = self.place?;
        self.names.declared(self.program?, place.kind, place.slot)
    }

    /// Writes a payload, without its element type where that follows from the slot.
    fn payload(&mut self, r: &mut Reader<'_>, declared: Option<Declared>, out: &mut String) -> Written {
        let inline = r.array()? == 2;
        let encoding = Encoding::from_number(r.uint()?).ok_or(Unprintable)?;
        let bytes = if inline {
            r.bin()?
        } else if r.is_bin() {
            let hash = r.bin()?;
            out.push_str("{\"blob\": ");
            payload::write_hash(hash, out);
            payload::close_reference(encoding, r.uint()?, out);
            return Ok(());
        } else {
            let (offset, length) = (r.uint()?, r.uint()?);
            match payload::reach(self.arena, offset, length) {
                Some(bytes) => bytes,
                None => {
                    out.push_str("{\"arena\": ");
                    numbers::integer(offset, out);
                    payload::close_reference(encoding, length, out);
                    return Ok(());
                }
            }
        };
        match declared {
            Some(declared) if declared.ty.encoding() == encoding && bytes.len().is_multiple_of(4) => {
                self.plain(bytes, declared, out);
            }
            _ => payload::write(encoding, bytes, self.elide, out),
        }
        Ok(())
    }

    /// Writes a value whose element type is declared: a number alone for a scalar, else a flat list.
    fn plain(&mut self, bytes: &[u8], declared: Declared, out: &mut String) {
        let encoding = declared.ty.encoding();
        if let Some(note) = payload::elision(encoding, bytes, self.elide) {
            write_string(&note, out);
            return;
        }
        let start = out.len();
        numbers::write_list(bytes, encoding, declared.ty.is_bool() && numbers::are_bools(bytes), out);
        if declared.count == 1 && declared.ty.components() == 1 && bytes.len() == 4 {
            // The list has one element: take the brackets off.
            out.pop();
            out.remove(start);
        }
    }
}

fn source(text: &str, out: &mut String) {
    if !text.contains('\n') {
        write_string(text, out);
        return;
    }
    let mut separator = "";
    out.push('[');
    for line in text.split('\n') {
        out.push_str(separator);
        write_string(line, out);
        separator = ", ";
    }
    out.push(']');
}

fn named(r: &mut Reader<'_>, info: &EnumInfo) -> Result<&'static str, Unprintable> {
    let number = r.uint()?;
    info.values
        .iter()
        .find(|value| u64::from(value.number) == number)
        .map(|value| value.text)
        .ok_or(Unprintable)
}

/// The declaration that stands here; none if its name is so strange that it must be written as an object.
fn declaration(r: &mut Reader<'_>, info: &StructInfo) -> Result<Option<String>, Unprintable> {
    r.array()?;
    let name = r.str()?;
    let Some(Type::Enum(types)) = info.fields.get(1).map(|field| field.ty) else { return Err(Unprintable) };
    let ty = named(r, types)?;
    let counted = info.fields.len() == 3;
    let count = if counted { u32::try_from(r.uint()?).map_err(|_| Unprintable)? } else { 1 };
    Ok(Declaration { ty, name, count }.text(counted))
}

//! Random commands, made by walking the schema: a new row of the table is covered without a line here.
//!
//! Randomness comes as a list of bytes, so that proptest can shrink it; where it ends, everything is 0.

use glir_spec::Frame;
use glir_spec::schema::{CommandInfo, IdKind, SlotKind, Type};
use glir_spec::state::STATE_FIELDS;
use glir_spec::wire::{Encoding, Hash, Payload, Wire, Writer};

/// Bytes to draw choices from.
pub(crate) struct Entropy<'e>(pub(crate) &'e [u8]);

impl Entropy<'_> {
    fn byte(&mut self) -> u8 {
        match self.0.split_first() {
            Some((first, rest)) => {
                self.0 = rest;
                *first
            }
            None => 0,
        }
    }

    /// A number below `most`, which must not be 0.
    pub(crate) fn below(&mut self, most: usize) -> usize {
        (usize::from(self.byte()) << 8 | usize::from(self.byte())) % most
    }

    fn number(&mut self) -> u64 {
        // Small numbers mostly, but every width.
        let width = self.below(16).saturating_sub(7);
        (0..width).fold(u64::from(self.byte() % 4), |number, _| number << 8 | u64::from(self.byte()))
    }

    fn bits(&mut self) -> u64 {
        (0..8).fold(0, |bits, _| bits << 8 | u64::from(self.byte()))
    }

    fn float(&mut self) -> f64 {
        match self.below(5) {
            0 => f64::from(self.byte()),
            1 => f64::from(f32::from_bits(self.bits() as u32)),
            2 => f64::from(self.byte()) / 10.0,
            3 => -0.0,
            _ => f64::from_bits(self.bits()),
        }
    }

    fn text(&mut self) -> String {
        const NAMES: [&str; 12] = [
            "u_a",
            "a_b",
            "v_c",
            "",
            "u_a[3]",
            "u_lights[2].position",
            "vec4 x",
            "\n\"\\\u{1}",
            "日本",
            "a\nb",
            "a b ",
            "x;",
        ];
        let count = 1 + self.below(2);
        (0..count).map(|_| NAMES[self.below(NAMES.len())]).collect()
    }
}

/// Appends a random command or reply of a table, and puts its longer payloads into the frame's arena.
pub(crate) fn command(
    e: &mut Entropy<'_>,
    table: &'static [CommandInfo],
    frame: &mut Frame,
    out: &mut Vec<u8>,
) {
    let info = &table[e.below(table.len())];
    Writer::new(out).array(1 + info.fields.len());
    Writer::new(out).uint(u64::from(info.opcode));
    for field in info.fields {
        value(e, field.ty, frame, out);
    }
}

/// Appends a random value of a type.
pub(crate) fn value(e: &mut Entropy<'_>, ty: &'static Type, frame: &mut Frame, out: &mut Vec<u8>) {
    match ty {
        Type::Bool => Writer::new(out).bool(e.below(2) == 1),
        Type::Uint(64) => Writer::new(out).uint(e.number()),
        Type::Uint(8) => Writer::new(out).uint(e.number() & 0xff),
        Type::Uint(_) => Writer::new(out).uint(e.number() & 0xffff_ffff),
        Type::Int => Writer::new(out).int(i64::from(e.number() as i32)),
        Type::Float(32) => {
            let value = e.float();
            Writer::new(out).float32(if value.is_nan() { f32::from_bits(0x7fc0_0001) } else { value as f32 });
        }
        Type::Float(_) => Writer::new(out).float(e.float()),
        Type::Str | Type::Source => Writer::new(out).str(&e.text()),
        Type::Hash => Writer::new(out).bin(&[e.byte(); 32]),
        Type::Payload | Type::Value => payload(e, frame).encode(&mut Writer::new(out)),
        Type::Id(IdKind::Program) => Writer::new(out).uint(e.below(2) as u64),
        Type::Id(_) => Writer::new(out).uint(e.number() & 0xffff_ffff),
        Type::Slot(SlotKind::Uniform) => Writer::new(out).uint(e.below(5) as u64),
        Type::Slot(_) => Writer::new(out).uint(e.below(3) as u64),
        Type::Enum(info) => Writer::new(out).uint(u64::from(info.values[e.below(info.values.len())].number)),
        Type::Struct(info) => {
            Writer::new(out).array(info.fields.len());
            for field in info.fields {
                value(e, field.ty, frame, out);
            }
        }
        Type::Union(info) => {
            let variant = &info.variants[e.below(info.variants.len())];
            Writer::new(out).array(1 + variant.fields.len());
            Writer::new(out).uint(u64::from(variant.number));
            for field in variant.fields {
                value(e, field.ty, frame, out);
            }
        }
        Type::Option(_) if e.below(2) == 0 => Writer::new(out).nil(),
        Type::Option(ty) => value(e, ty, frame, out),
        Type::List(ty) => {
            let count = e.below(4);
            Writer::new(out).array(count);
            (0..count).for_each(|_| value(e, ty, frame, out));
        }
        Type::Array(ty, count) => {
            Writer::new(out).array(*count);
            (0..*count).for_each(|_| value(e, ty, frame, out));
        }
        Type::State => {
            let fields: Vec<_> = STATE_FIELDS.iter().filter(|_| e.below(8) == 1).collect();
            Writer::new(out).map(fields.len());
            for field in fields {
                Writer::new(out).uint(u64::from(field.number));
                value(e, field.ty, frame, out);
            }
        }
    }
}

fn payload(e: &mut Entropy<'_>, frame: &mut Frame) -> Payload<'static> {
    let encoding = Encoding::ALL[e.below(Encoding::ALL.len())];
    match e.below(6) {
        0 => Payload::Blob { encoding, hash: Hash([e.byte(); 32]), length: e.number() },
        // An offset at which no payload can lie.
        1 => Payload::Arena { encoding, offset: e.number() | 1, length: e.number() },
        2 => {
            let seed = e.bits().to_le_bytes();
            let bytes: Vec<u8> = (0..65 + e.below(64)).map(|i| seed[i % 8].wrapping_add(i as u8)).collect();
            frame.payload(encoding, &bytes).into_owned()
        }
        // What a uniform takes.
        3 => {
            let (encoding, one) =
                [(Encoding::F32, 1f32.to_bits()), (Encoding::I32, 1), (Encoding::U32, 2)][e.below(3)];
            frame.payload(encoding, &one.to_le_bytes().repeat(e.below(5))).into_owned()
        }
        _ => {
            let length = e.below(65);
            let bytes: Vec<u8> = (0..length).map(|_| e.byte()).collect();
            frame.payload(encoding, &bytes).into_owned()
        }
    }
}

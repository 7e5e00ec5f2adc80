//! The table of state fields: what STATE may set, and what every stream starts with.

use crate::enums::*;
use crate::features::Feature;
use crate::limits;
use crate::schema::{StateInfo, Type};
use crate::structs::*;
use crate::wire::{Field, Reader, Row, Shape, Wire, Writer};

macro_rules! state_fields {
    ($( $(#[doc = $doc:literal])+ $number:literal $variant:ident $name:ident : $ty:ty = $initial:literal $(needs $needs:ident)?, )+) => {
        /// One state field with its value.
        #[derive(Clone, Debug, PartialEq)]
        pub enum StateField { $( $(#[doc = $doc])+ $variant($ty), )+ }

        /// The table of state fields as data, in wire order.
        pub const STATE_FIELDS: &[StateInfo] = &[$( StateInfo {
            number: $number,
            name: stringify!($name),
            ty: <$ty as Wire<'static>>::TYPE,
            initial: $initial,
            doc: concat!($($doc, "\n"),+),
            needs: state_fields!(@needs $($needs)?),
        } ),+];

        impl StateField {
            /// The field's number on the wire.
            pub const fn number(&self) -> u8 {
                match self { $( StateField::$variant(_) => $number, )+ }
            }
            /// The field's name.
            pub const fn name(&self) -> &'static str {
                match self { $( StateField::$variant(_) => stringify!($name), )+ }
            }
            /// The feature without which the field may not be set.
            pub const fn needs(&self) -> Option<Feature> {
                match self { $( StateField::$variant(_) => state_fields!(@needs $($needs)?), )+ }
            }
            fn encode_value(&self, w: &mut Writer<'_>) {
                match self { $( StateField::$variant(value) => value.encode(w), )+ }
            }
            #[inline]
            fn take_value(number: u64, r: &mut Reader<'_>) -> Option<Self> {
                Some(match number {
                    $( $number => StateField::$variant(Wire::take(r)), )+
                    _ => return None,
                })
            }
        }

        impl StateChanges {
            pub(crate) const ROWS: &'static [Row] = &[$( Row {
                number: $number,
                name: stringify!($name),
                fields: &[Field(stringify!($name), <$ty as Wire<'static>>::SHAPE)],
            } ),+];
        }

        impl serde::Serialize for StateChanges {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap;
                let mut map = s.serialize_map(Some(self.0.len()))?;
                for field in &self.0 {
                    match field { $( StateField::$variant(value) => map.serialize_entry(&($number as u8), value)?, )+ }
                }
                map.end()
            }
        }

        impl<'de> serde::de::Visitor<'de> for StateVisitor {
            type Value = StateChanges;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a map of state fields")
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<StateChanges, A::Error> {
                use serde::de::Error;
                let mut fields: Vec<StateField> = Vec::new();
                while let Some(number) = map.next_key::<u64>()? {
                    if fields.last().is_some_and(|last| u64::from(last.number()) >= number) {
                        return Err(A::Error::custom("state fields must stand in ascending order, each once"));
                    }
                    fields.push(match number {
                        $( $number => StateField::$variant(map.next_value_seed(crate::wire::Seed::new())?), )+
                        _ => return Err(A::Error::custom(format_args!("{number} is not a state field"))),
                    });
                }
                Ok(StateChanges(fields))
            }
        }
    };
    (@needs) => { None };
    (@needs $needs:ident) => { Some(Feature::$needs) };
}

impl StateField {
    /// The state that every stream starts with: a value for each row of the table, in its order.
    pub fn initial() -> Vec<StateField> {
        let keep =
            || StencilOps { fail: StencilOp::Keep, depth_fail: StencilOp::Keep, pass: StencilOp::Keep };
        let replace = BlendFunc {
            src_rgb: BlendFactor::One,
            dst_rgb: BlendFactor::Zero,
            src_alpha: BlendFactor::One,
            dst_alpha: BlendFactor::Zero,
        };
        vec![
            StateField::Viewport(None),
            StateField::DepthRange([0.0, 1.0]),
            StateField::Scissor(None),
            StateField::Blend(false),
            StateField::BlendFunc(replace),
            StateField::BlendEquation(BlendEquations { rgb: BlendEquation::Add, alpha: BlendEquation::Add }),
            StateField::BlendColor([0.0; 4]),
            StateField::DepthTest(false),
            StateField::DepthFunc(CompareFunc::Less),
            StateField::DepthMask(true),
            StateField::StencilTest(false),
            StateField::StencilFuncFront(CompareFunc::Always),
            StateField::StencilFuncBack(CompareFunc::Always),
            StateField::StencilReference(0),
            StateField::StencilReadMask(255),
            StateField::StencilWriteMask(255),
            StateField::StencilOpFront(keep()),
            StateField::StencilOpBack(keep()),
            StateField::CullFace(None),
            StateField::FrontFace(Winding::Ccw),
            StateField::PolygonOffset(None),
            StateField::LineWidth(1.0),
            StateField::ColorMask([true; 4]),
            StateField::SampleAlphaToCoverage(false),
            StateField::SampleCoverage(None),
            StateField::Dither(false),
            StateField::RasterizerDiscard(false),
            StateField::ClearColor([0.0; 4]),
            StateField::ClearDepth(1.0),
            StateField::ClearStencil(0),
        ]
    }
}

struct StateVisitor;

impl<'de> serde::Deserialize<'de> for StateChanges {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_map(StateVisitor)
    }
}

derived_by_serde! { StateChanges }

/// A partial set of state fields, in ascending order of their numbers, each at most once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StateChanges(pub Vec<StateField>);

impl StateChanges {
    /// Puts the fields in order; of several values for one field the last one stays.
    pub fn new(fields: impl IntoIterator<Item = StateField>) -> Self {
        let mut fields: Vec<StateField> = fields.into_iter().collect();
        fields.reverse();
        fields.sort_by_key(StateField::number);
        fields.dedup_by_key(|field| field.number());
        StateChanges(fields)
    }
}

impl<'a> Wire<'a> for StateChanges {
    const TYPE: &'static Type = &Type::State;
    fn encode(&self, w: &mut Writer<'_>) {
        w.map(self.0.len());
        for field in &self.0 {
            w.uint(u64::from(field.number()));
            field.encode_value(w);
        }
    }
    const SHAPE: &'static Shape = &Shape::State;
    fn take(r: &mut Reader<'a>) -> Self {
        let length = r.map();
        let length = r.settle(length);
        let mut fields: Vec<StateField> = Vec::new();
        let mut last = None;
        for _ in 0..length {
            let number = r.take_uint();
            let field = StateField::take_value(number, r).filter(|_| last.is_none_or(|last| last < number));
            last = Some(number);
            match field {
                Some(field) => fields.push(field),
                None => {
                    r.fail();
                    break;
                }
            }
        }
        StateChanges(fields)
    }
}

const _: () = assert!(STATE_FIELDS.len() < limits::MAX_INTERFACE_ENTRIES);

state_fields! {
    /// Where drawing lands, in pixels of the target; null means all of the target, whatever its size.
    1 Viewport viewport: Option<Rect> = "null",
    /// The depths that near and far map to, 0 to 1; near must not exceed far.
    2 DepthRange depth_range: [f32; 2] = "[0,1]",
    /// The only pixels that drawing, CLEAR and BLIT may change; null means all.
    3 Scissor scissor: Option<Rect> = "null",
    /// Mixes drawn colours with those of the target.
    10 Blend blend: bool = "false",
    /// The factors of the mix.
    11 BlendFunc blend_func: BlendFunc = "[\"one\",\"zero\",\"one\",\"zero\"]",
    /// The operators of the mix.
    12 BlendEquation blend_equation: BlendEquations = "[\"func_add\",\"func_add\"]",
    /// The colour of the constant factors.
    13 BlendColor blend_color: [f32; 4] = "[0,0,0,0]",
    /// Compares each fragment's depth with the target's.
    20 DepthTest depth_test: bool = "false",
    /// The comparison that passes.
    21 DepthFunc depth_func: CompareFunc = "\"less\"",
    /// Writes depths.
    22 DepthMask depth_mask: bool = "true",
    /// Compares each fragment's stencil value.
    30 StencilTest stencil_test: bool = "false",
    /// The comparison of front-facing polygons, and of points and lines.
    31 StencilFuncFront stencil_func_front: CompareFunc = "\"always\"",
    /// The comparison of back-facing polygons.
    32 StencilFuncBack stencil_func_back: CompareFunc = "\"always\"",
    /// The value compared, the same for both sides as WebGL asks.
    33 StencilReference stencil_reference: u8 = "0",
    /// The bits compared.
    34 StencilReadMask stencil_read_mask: u8 = "255",
    /// The bits written.
    35 StencilWriteMask stencil_write_mask: u8 = "255",
    /// What happens to values under front-facing polygons, points and lines.
    36 StencilOpFront stencil_op_front: StencilOps = "[\"keep\",\"keep\",\"keep\"]",
    /// What happens to values under back-facing polygons.
    37 StencilOpBack stencil_op_back: StencilOps = "[\"keep\",\"keep\",\"keep\"]",
    /// The side of polygons that is not drawn; null draws both.
    40 CullFace cull_face: Option<Face> = "null",
    /// The winding that faces front.
    41 FrontFace front_face: Winding = "\"ccw\"",
    /// Shifts the depths of polygons; null shifts none.
    42 PolygonOffset polygon_offset: Option<PolygonOffset> = "null",
    /// The width of lines in pixels, more than 0. A context's own greatest width bounds it, and that may be 1.
    43 LineWidth line_width: f32 = "1",
    /// Which of red, green, blue and alpha are written.
    50 ColorMask color_mask: [bool; 4] = "[true,true,true,true]",
    /// Turns a fragment's alpha into the share of samples that it covers.
    51 SampleAlphaToCoverage sample_alpha_to_coverage: bool = "false",
    /// The share of samples that a draw covers; null means all.
    52 SampleCoverage sample_coverage: Option<SampleCoverage> = "null",
    /// Dithers colours. Off at first (GL starts with it on), so that pictures are alike everywhere.
    53 Dither dither: bool = "false",
    /// Draws no fragments: for transform feedback alone.
    54 RasterizerDiscard rasterizer_discard: bool = "false" needs TransformFeedback,
    /// What CLEAR writes to colour attachments: red, green, blue, alpha.
    60 ClearColor clear_color: [f32; 4] = "[0,0,0,0]",
    /// What CLEAR writes to the depth plane, 0 to 1.
    61 ClearDepth clear_depth: f32 = "1",
    /// What CLEAR writes to the stencil plane.
    62 ClearStencil clear_stencil: u8 = "0",
}

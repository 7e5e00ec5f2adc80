//! The macros that turn rows into Rust types, both codecs and schema values.
//!
//! Rows that borrow name the lifetime `'a`, and the macros rely on that name.

/// Has the derived codec read a type by its `Deserialize`.
macro_rules! derived_by_serde {
    ($name:ident $(<$lt:lifetime>)?) => {
        impl<'de $(: $lt, $lt)?> $crate::wire::Derived<'de> for $name $(<$lt>)? {
            fn derived<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                serde::Deserialize::deserialize(d)
            }
        }
    };
}

/// An enumeration: a number and a name for each value. With `= NAME` behind every value it also gets `gl()` and `gl_name()`.
macro_rules! wire_enum {
    ($(#[doc = $doc:literal])+ $name:ident {
        $( $(#[doc = $vdoc:literal])* $number:literal $variant:ident $text:literal = $gl:ident, )+
    }) => {
        wire_enum! { @core [$($doc)+] $name { $( [concat!("`GL_", stringify!($gl), "`" $(, " —", $vdoc)*)] $number $variant $text, )+ } }
        impl $name {
            /// The value's number in GL, from the Khronos registry.
            #[inline]
            pub const fn gl(self) -> u32 {
                match self { $( $name::$variant => $crate::generated::gl::$gl, )+ }
            }
            /// The value's name in GL, such as `GL_POINTS`.
            pub const fn gl_name(self) -> &'static str {
                match self { $( $name::$variant => concat!("GL_", stringify!($gl)), )+ }
            }
        }
    };
    ($(#[doc = $doc:literal])+ $name:ident {
        $( $(#[doc = $vdoc:literal])+ $number:literal $variant:ident $text:literal, )+
    }) => {
        wire_enum! { @core [$($doc)+] $name { $( [concat!($($vdoc),+)] $number $variant $text, )+ } }
    };
    (@core [$($doc:literal)+] $name:ident { $( [$vdoc:expr] $number:literal $variant:ident $text:literal, )+ }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum $name { $( #[doc = $vdoc] $variant = $number, )+ }

        impl $name {
            /// Every value, in wire order.
            pub const ALL: &'static [$name] = &[$( $name::$variant ),+];
            /// The enumeration as data.
            pub const INFO: $crate::schema::EnumInfo = $crate::schema::EnumInfo {
                name: stringify!($name),
                doc: concat!($($doc, "\n"),+),
                values: &[$( $crate::schema::ValueInfo { number: $number, text: $text, doc: $vdoc } ),+],
            };
            /// The value's name in the text form.
            pub const fn text(self) -> &'static str {
                match self { $( $name::$variant => $text, )+ }
            }
            /// The value with this number.
            #[inline]
            pub const fn from_number(number: u64) -> Option<Self> {
                match number { $( $number => Some($name::$variant), )+ _ => None }
            }
            /// The value with this name in the text form.
            pub fn from_text(text: &str) -> Option<Self> {
                match text { $( $text => Some($name::$variant), )+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.text())
            }
        }

        impl<'a> $crate::wire::Wire<'a> for $name {
            const TYPE: &'static $crate::schema::Type = &$crate::schema::Type::Enum(&$name::INFO);
            #[inline]
            fn encode(&self, w: &mut $crate::wire::Writer<'_>) { w.uint(*self as u64) }
            const SHAPE: &'static $crate::wire::Shape =
                &$crate::wire::Shape::Enum(stringify!($name), |value| $name::from_number(value).is_some());
            #[inline]
            fn take(r: &mut $crate::wire::Reader<'a>) -> Self {
                $name::from_number(r.take_uint()).unwrap_or_else(|| {
                    r.fail();
                    $name::ALL[0]
                })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> { s.serialize_u8(*self as u8) }
        }
        derived_by_serde! { $name }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let number = u64::deserialize(d)?;
                $name::from_number(number)
                    .ok_or_else(|| serde::de::Error::custom(format_args!("{number} is not a value of {}", stringify!($name))))
            }
        }
    };
}

/// A newtype over `u32`: an id or a slot.
macro_rules! wire_number {
    ($( $(#[doc = $doc:literal])+ $name:ident = $ty:expr; )+) => { $(
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u32);

        impl<'a> $crate::wire::Wire<'a> for $name {
            const TYPE: &'static $crate::schema::Type = &$ty;
            #[inline]
            fn encode(&self, w: &mut $crate::wire::Writer<'_>) { w.uint(u64::from(self.0)) }
            const SHAPE: &'static $crate::wire::Shape = <u32 as $crate::wire::Wire<'a>>::SHAPE;
            #[inline]
            fn take(r: &mut $crate::wire::Reader<'a>) -> Self {
                $name(<u32 as $crate::wire::Wire<'a>>::take(r))
            }
        }
        derived_by_serde! { $name }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
        }
        impl From<u32> for $name { fn from(number: u32) -> Self { $name(number) } }
    )+ };
}

/// The `FieldInfo` list of a structure, variant, command or reply.
macro_rules! field_infos {
    ($( [$($fdoc:literal)+] $field:ident : $ty:ty $(, = $default:literal)? ; )*) => {
        &[$( $crate::schema::FieldInfo {
            name: stringify!($field),
            ty: <$ty as $crate::wire::Wire<'a>>::TYPE,
            doc: concat!($($fdoc, "\n"),+),
            default: field_infos!(@default $($default)?),
        } ),*]
    };
    (@default) => { None };
    (@default $default:literal) => { Some($default) };
}

/// The [`Field`](crate::wire::Field) list of a structure, variant, command or reply.
macro_rules! field_shapes {
    ($( $field:ident : $ty:ty; )*) => {
        &[$( $crate::wire::Field(stringify!($field), <$ty as $crate::wire::Wire<'a>>::SHAPE) ),*]
    };
}

/// Counts its arguments.
macro_rules! count {
    () => { 0usize };
    ($head:ident $($tail:ident)*) => { 1usize + count!($($tail)*) };
}

/// A structure: an array of its fields on the wire.
macro_rules! wire_struct {
    ($(#[doc = $doc:literal])+ $style:ident $name:ident $(<$lt:lifetime>)? {
        $( $(#[doc = $fdoc:literal])+ $field:ident : $ty:ty $(= $default:literal)?, )*
    }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name $(<$lt>)? { $( $(#[doc = $fdoc])+ pub $field: $ty, )* }

        impl<'a> $name $(<$lt>)? {
            /// The structure as data.
            pub const INFO: $crate::schema::StructInfo = $crate::schema::StructInfo {
                name: stringify!($name),
                doc: concat!($($doc, "\n"),+),
                style: $crate::schema::Style::$style,
                fields: field_infos!($( [$($fdoc)+] $field : $ty $(, = $default)?; )*),
            };
        }

        impl<'a> $crate::wire::Wire<'a> for $name $(<$lt>)? {
            const TYPE: &'static $crate::schema::Type = &$crate::schema::Type::Struct(&$name::INFO);
            fn encode(&self, w: &mut $crate::wire::Writer<'_>) {
                w.array(count!($($field)*));
                $( self.$field.encode(w); )*
            }
            const SHAPE: &'static $crate::wire::Shape =
                &$crate::wire::Shape::Struct(stringify!($name), field_shapes!($( $field: $ty; )*));
            #[inline]
            fn take(r: &mut $crate::wire::Reader<'a>) -> Self {
                r.array_of(count!($($field)*));
                $name { $( $field: $crate::wire::Wire::take(r), )* }
            }
        }

        impl $(<$lt>)? serde::Serialize for $name $(<$lt>)? {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeTuple;
                let mut tuple = s.serialize_tuple(count!($($field)*))?;
                $( tuple.serialize_element(&self.$field)?; )*
                tuple.end()
            }
        }
        impl<'de $(: $lt, $lt)?> $crate::wire::FromSeq<'de> for $name $(<$lt>)? {
            const NAME: &'static str = stringify!($name);
            fn from_seq<A: serde::de::SeqAccess<'de>>(seq: &mut A) -> Result<Self, A::Error> {
                Ok($name { $( $field: $crate::wire::element(seq, stringify!($field))?, )* })
            }
        }
        derived_by_serde! { $name $(<$lt>)? }
        impl<'de $(: $lt, $lt)?> serde::Deserialize<'de> for $name $(<$lt>)? {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                d.deserialize_any($crate::wire::SeqVisitor::<Self>::new())
            }
        }
    };
}

/// A union: an array of the variant's number and its fields on the wire.
macro_rules! wire_union {
    ($(#[doc = $doc:literal])+ $name:ident $(<$lt:lifetime>)? {
        $( $(#[doc = $vdoc:literal])+ $number:literal $variant:ident $text:literal $($bare:ident)? {
            $( $(#[doc = $fdoc:literal])+ $field:ident : $ty:ty $(= $default:literal)?, )*
        } )+
    }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq)]
        pub enum $name $(<$lt>)? {
            $( $(#[doc = $vdoc])+ $variant { $( $(#[doc = $fdoc])+ $field: $ty, )* }, )+
        }

        impl<'a> $name $(<$lt>)? {
            /// The union as data.
            pub const INFO: $crate::schema::UnionInfo = $crate::schema::UnionInfo {
                name: stringify!($name),
                doc: concat!($($doc, "\n"),+),
                variants: &[$( $crate::schema::VariantInfo {
                    number: $number,
                    text: $text,
                    doc: concat!($($vdoc, "\n"),+),
                    fields: field_infos!($( [$($fdoc)+] $field : $ty $(, = $default)?; )*),
                    bare: wire_union!(@bare $($bare)?),
                } ),+],
            };
        }

        impl<'a> $crate::wire::Wire<'a> for $name $(<$lt>)? {
            const TYPE: &'static $crate::schema::Type = &$crate::schema::Type::Union(&$name::INFO);
            fn encode(&self, w: &mut $crate::wire::Writer<'_>) {
                match self { $( $name::$variant { $($field),* } => {
                    w.array(1 + count!($($field)*));
                    w.uint($number);
                    $( $field.encode(w); )*
                } )+ }
            }
            const SHAPE: &'static $crate::wire::Shape = &$crate::wire::Shape::Union(stringify!($name), &[$( $crate::wire::Row {
                number: $number,
                name: concat!(stringify!($name), " ", $text),
                fields: field_shapes!($( $field: $ty; )*),
            } ),+]);
            #[inline]
            fn take(r: &mut $crate::wire::Reader<'a>) -> Self {
                let found = r.take_length();
                match r.take_uint() {
                    $( $number if found == 1 + count!($($field)*) => {
                        $name::$variant { $( $field: $crate::wire::Wire::take(r), )* }
                    } )+
                    _ => {
                        r.fail();
                        wire_union!(@first r $name $( $variant { $($field)* } )+)
                    }
                }
            }
        }

        impl $(<$lt>)? serde::Serialize for $name $(<$lt>)? {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeTuple;
                match self { $( $name::$variant { $($field),* } => {
                    let mut tuple = s.serialize_tuple(1 + count!($($field)*))?;
                    tuple.serialize_element(&($number as u8))?;
                    $( tuple.serialize_element($field)?; )*
                    tuple.end()
                } )+ }
            }
        }
        impl<'de $(: $lt, $lt)?> $crate::wire::FromSeq<'de> for $name $(<$lt>)? {
            const NAME: &'static str = stringify!($name);
            fn from_seq<A: serde::de::SeqAccess<'de>>(seq: &mut A) -> Result<Self, A::Error> {
                match $crate::wire::element::<_, u64>(seq, "number")? {
                    $( $number => Ok($name::$variant { $( $field: $crate::wire::element(seq, stringify!($field))?, )* }), )+
                    number => Err(serde::de::Error::custom(format_args!("{number} is not a value of {}", stringify!($name)))),
                }
            }
        }
        derived_by_serde! { $name $(<$lt>)? }
        impl<'de $(: $lt, $lt)?> serde::Deserialize<'de> for $name $(<$lt>)? {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                d.deserialize_any($crate::wire::SeqVisitor::<Self>::new())
            }
        }
    };
    (@first $r:ident $name:ident $variant:ident { $($field:ident)* } $($rest:tt)*) => {
        $name::$variant { $( $field: $crate::wire::Wire::take($r), )* }
    };
    (@bare) => { false };
    (@bare bare) => { true };
}

/// Expands the rows into structs, the enum, the visitor, both codecs and the schema.
macro_rules! define_commands {
    ($enum:ident $visitor:ident $table:ident $(
        $(#[doc = $doc:literal])+ $group:literal $opcode:literal $name:ident $struct:ident $(<$lt:lifetime>)? $method:ident $(needs $needs:ident)? {
            $( $(#[doc = $fdoc:literal])+ $field:ident : $ty:ty $(= $default:literal)?, )*
        }
    )+) => {
        $(
            $(#[doc = $doc])+
            #[derive(Clone, Debug, PartialEq)]
            pub struct $struct $(<$lt>)? { $( $(#[doc = $fdoc])+ pub $field: $ty, )* }

            impl<'a> From<$struct $(<$lt>)?> for $enum<'a> {
                fn from(command: $struct $(<$lt>)?) -> Self { $enum::$struct(command) }
            }

            impl $(<$lt>)? $struct $(<$lt>)? {
                /// The opcode on the wire.
                pub const OPCODE: u8 = $opcode;
                /// The name in the text form.
                pub const NAME: &'static str = stringify!($name);
                /// The feature without which it is refused, whatever its arguments.
                pub const NEEDS: Option<Feature> = define_commands!(@needs $($needs)?);
            }

            impl<'a> $struct $(<$lt>)? {
                #[inline]
                #[allow(unused_variables)]
                fn take_fields(r: &mut $crate::wire::Reader<'a>) -> Self {
                    $struct { $( $field: $crate::wire::Wire::take(r), )* }
                }
                /// Appends the wire form: an array of the opcode and the arguments.
                pub fn encode(&self, out: &mut Vec<u8>) {
                    let w = &mut $crate::wire::Writer::new(out);
                    w.array(1 + count!($($field)*));
                    w.uint($opcode);
                    $( $crate::wire::Wire::encode(&self.$field, w); )*
                }
            }
        )+

        #[doc = concat!("Any row of the table [`", stringify!($table), "`], with its arguments.")]
        #[derive(Clone, Debug, PartialEq)]
        pub enum $enum<'a> { $( $(#[doc = $doc])+ $struct($struct $(<$lt>)?), )+ }

        /// The table as data.
        pub const $table: &[CommandInfo] = $enum::TABLE;

        impl<'a> $enum<'a> {
            const ROWS: &'static [$crate::wire::Row] = &[$( $crate::wire::Row {
                number: $opcode,
                name: stringify!($name),
                fields: field_shapes!($( $field: $ty; )*),
            } ),+];
            const TABLE: &'static [CommandInfo] = &[$( CommandInfo {
                opcode: $opcode,
                name: stringify!($name),
                group: $group,
                doc: concat!($($doc, "\n"),+),
                needs: define_commands!(@needs $($needs)?),
                fields: field_infos!($( [$($fdoc)+] $field : $ty $(, = $default)?; )*),
            } ),+];
        }

        /// A handler for every row. There are no default bodies: a new row stops the build of everything that has
        /// not yet decided what to do with it.
        pub trait $visitor<'a> {
            /// What a handler gives back.
            type Output;
            $( $(#[doc = $doc])+ fn $method(&mut self, command: $struct $(<$lt>)?) -> Self::Output; )+
        }

        impl<'a> $enum<'a> {
            /// The opcode on the wire.
            pub const fn opcode(&self) -> u8 {
                match self { $( $enum::$struct(_) => $opcode, )+ }
            }
            /// The name in the text form.
            pub const fn name(&self) -> &'static str {
                match self { $( $enum::$struct(_) => stringify!($name), )+ }
            }
            /// The name of the row with this opcode.
            pub fn name_of(opcode: u64) -> Option<&'static str> {
                match opcode { $( $opcode => Some(stringify!($name)), )+ _ => None }
            }
            /// Hands the row to its handler.
            pub fn accept<V: $visitor<'a>>(self, visitor: &mut V) -> V::Output {
                match self { $( $enum::$struct(command) => visitor.$method(command), )+ }
            }
            /// Appends the wire form: an array of the opcode and the arguments.
            pub fn encode(&self, out: &mut Vec<u8>) {
                match self { $( $enum::$struct(row) => row.encode(out), )+ }
            }
            /// Reads one wire form.
            #[inline(never)]
            pub fn decode(r: &mut $crate::wire::Reader<'a>) -> Result<Self, $crate::wire::DecodeError> {
                let start = r.offset();
                let found = r.take_length();
                let row = match r.take_uint() {
                    $( $opcode if found == 1 + count!($($field)*) => $enum::$struct($struct::take_fields(r)), )+
                    _ => return Err($crate::wire::explain_row(r, start, stringify!($enum), Self::ROWS)),
                };
                if r.is_faulty() {
                    return Err($crate::wire::explain_row(r, start, stringify!($enum), Self::ROWS));
                }
                Ok(row)
            }
            /// Reads one wire form and hands it to its handler without making the enum.
            ///
            /// After an error the reader stands somewhere inside the faulty value. With the feature `compact` it is made
            /// all the same, so that all handlers share one decoder.
            #[inline]
            pub fn decode_into<V: $visitor<'a>>(
                r: &mut $crate::wire::Reader<'a>,
                visitor: &mut V,
            ) -> Result<V::Output, $crate::wire::DecodeError> {
                if cfg!(feature = "compact") {
                    return Self::decode(r).map(|row| row.accept(visitor));
                }
                let start = r.offset();
                let found = r.take_length();
                match r.take_uint() {
                    $( $opcode if found == 1 + count!($($field)*) => {
                        let command = $struct::take_fields(r);
                        if !r.is_faulty() {
                            return Ok(visitor.$method(command));
                        }
                    } )+
                    _ => {}
                }
                Err($crate::wire::explain_row(r, start, stringify!($enum), Self::ROWS))
            }
        }

        impl serde::Serialize for $enum<'_> {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeTuple;
                match self { $( $enum::$struct($struct { $($field),* }) => {
                    let mut tuple = s.serialize_tuple(1 + count!($($field)*))?;
                    tuple.serialize_element(&($opcode as u8))?;
                    $( tuple.serialize_element($field)?; )*
                    tuple.end()
                } )+ }
            }
        }

        impl<'de: 'a, 'a> $crate::wire::FromSeq<'de> for $enum<'a> {
            const NAME: &'static str = stringify!($enum);
            fn from_seq<A: serde::de::SeqAccess<'de>>(seq: &mut A) -> Result<Self, A::Error> {
                match $crate::wire::element::<_, u64>(seq, "opcode")? {
                    $( $opcode => Ok($enum::$struct($struct { $( $field: $crate::wire::element(seq, stringify!($field))?, )* })), )+
                    opcode => Err(serde::de::Error::custom(format_args!("no {} has the opcode {opcode}", stringify!($enum)))),
                }
            }
        }

        impl<'de: 'a, 'a> serde::Deserialize<'de> for $enum<'a> {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                d.deserialize_any($crate::wire::SeqVisitor::<Self>::new())
            }
        }
    };
    (@needs) => { None };
    (@needs $needs:ident) => { Some(Feature::$needs) };
}

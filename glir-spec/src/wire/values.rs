//! Scalars, strings and containers on the wire.

use super::{Derived, Reader, Seed, Shape, Wire, Writer};
use crate::limits;
use crate::schema::Type;
use serde::de::Visitor;
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

macro_rules! scalar {
    ($ty:ident, $schema:expr, $shape:expr, |$w:ident, $value:ident| $encode:expr, |$r:ident| $take:expr) => {
        derived_by_serde! { $ty }
        impl<'a> Wire<'a> for $ty {
            const TYPE: &'static Type = &$schema;
            const SHAPE: &'static Shape = &$shape;
            #[inline]
            fn encode(&self, $w: &mut Writer<'_>) {
                let $value = *self;
                $encode
            }
            #[inline]
            fn take($r: &mut Reader<'a>) -> Self {
                $take
            }
        }
    };
}

scalar!(bool, Type::Bool, Shape::Bool, |w, value| w.bool(value), |r| {
    let read = r.bool();
    r.settle(read)
});
scalar!(f32, Type::Float(32), Shape::Float, |w, value| w.float32(value), |r| {
    let read = r.float32();
    r.settle(read)
});
scalar!(f64, Type::Float(64), Shape::Float, |w, value| w.float(value), |r| {
    let read = r.float();
    r.settle(read)
});
scalar!(u64, Type::Uint(64), Shape::Uint(64), |w, value| w.uint(value), |r| r.take_uint());
scalar!(u32, Type::Uint(32), Shape::Uint(32), |w, value| w.uint(u64::from(value)), |r| {
    r.take_up_to(u64::from(u32::MAX)) as u32
});
scalar!(u8, Type::Uint(8), Shape::Uint(8), |w, value| w.uint(u64::from(value)), |r| {
    r.take_up_to(u64::from(u8::MAX)) as u8
});
scalar!(i32, Type::Int, Shape::Int, |w, value| w.int(i64::from(value)), |r| {
    let read = r.int();
    i32::try_from(r.settle(read)).unwrap_or_else(|_| {
        r.fail();
        0
    })
});

impl<'a, T: Wire<'a>> Wire<'a> for Option<T> {
    const TYPE: &'static Type = &Type::Option(T::TYPE);
    fn encode(&self, w: &mut Writer<'_>) {
        match self {
            Some(value) => value.encode(w),
            None => w.nil(),
        }
    }
    const SHAPE: &'static Shape = &Shape::Option(T::SHAPE);
    fn take(r: &mut Reader<'a>) -> Self {
        if r.nil().unwrap_or(false) { None } else { Some(T::take(r)) }
    }
}

impl<'a, T: Wire<'a>> Wire<'a> for Vec<T> {
    const TYPE: &'static Type = &Type::List(T::TYPE);
    fn encode(&self, w: &mut Writer<'_>) {
        w.array(self.len());
        for value in self {
            value.encode(w);
        }
    }
    const SHAPE: &'static Shape = &Shape::List(T::SHAPE);
    fn take(r: &mut Reader<'a>) -> Self {
        let length = r.take_list();
        let mut values = Vec::with_capacity(length);
        for _ in 0..length {
            values.push(T::take(r));
        }
        values
    }
}

impl<'a, T: Wire<'a>, const N: usize> Wire<'a> for [T; N] {
    const TYPE: &'static Type = &Type::Array(T::TYPE, N);
    fn encode(&self, w: &mut Writer<'_>) {
        w.array(N);
        for value in self {
            value.encode(w);
        }
    }
    const SHAPE: &'static Shape = &Shape::Array(T::SHAPE, N);
    #[inline]
    fn take(r: &mut Reader<'a>) -> Self {
        r.array_of(N);
        std::array::from_fn(|_| T::take(r))
    }
}

impl<'de, T: Derived<'de>> Derived<'de> for Option<T> {
    fn derived<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct OptionVisitor<T>(PhantomData<T>);
        impl<'de, T: Derived<'de>> Visitor<'de> for OptionVisitor<T> {
            type Value = Option<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value or nil")
            }
            fn visit_none<E: serde::de::Error>(self) -> Result<Option<T>, E> {
                Ok(None)
            }
            fn visit_unit<E: serde::de::Error>(self) -> Result<Option<T>, E> {
                Ok(None)
            }
            fn visit_some<D: serde::Deserializer<'de>>(self, d: D) -> Result<Option<T>, D::Error> {
                T::derived(d).map(Some)
            }
        }
        d.deserialize_option(OptionVisitor(PhantomData))
    }
}

/// Reads a sequence of at most `most` values.
struct ListVisitor<T> {
    most: usize,
    of: PhantomData<T>,
}

impl<'de, T: Derived<'de>> Visitor<'de> for ListVisitor<T> {
    type Value = Vec<T>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an array of at most {} values", self.most)
    }
    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<T>, A::Error> {
        let mut values = Vec::with_capacity(seq.size_hint().unwrap_or(0).min(self.most));
        while let Some(value) = seq.next_element_seed(Seed::new())? {
            if values.len() == self.most {
                return Err(serde::de::Error::custom(format_args!(
                    "more entries than the {} allowed",
                    self.most
                )));
            }
            values.push(value);
        }
        Ok(values)
    }
}

impl<'de, T: Derived<'de>> Derived<'de> for Vec<T> {
    fn derived<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(ListVisitor { most: limits::MAX_INTERFACE_ENTRIES, of: PhantomData })
    }
}

impl<'de, T: Derived<'de>, const N: usize> Derived<'de> for [T; N] {
    fn derived<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let values = d.deserialize_any(ListVisitor { most: N, of: PhantomData })?;
        let wrong =
            |values: Vec<T>| serde::de::Error::custom(format_args!("{} values instead of {N}", values.len()));
        values.try_into().map_err(wrong)
    }
}

macro_rules! string_type {
    ($(#[$doc:meta])+ $name:ident, $schema:expr) => {
        $(#[$doc])+
        #[derive(Clone, PartialEq, Eq, Hash, Default)]
        pub struct $name<'a>(pub Cow<'a, str>);

        impl $name<'_> {
            /// A copy that borrows nothing.
            pub fn into_owned(self) -> $name<'static> {
                $name(Cow::Owned(self.0.into_owned()))
            }
        }
        impl std::ops::Deref for $name<'_> {
            type Target = str;
            fn deref(&self) -> &str {
                &self.0
            }
        }
        impl<'a> From<&'a str> for $name<'a> {
            fn from(text: &'a str) -> Self {
                $name(Cow::Borrowed(text))
            }
        }
        impl From<String> for $name<'_> {
            fn from(text: String) -> Self {
                $name(Cow::Owned(text))
            }
        }
        impl fmt::Debug for $name<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&*self.0, f)
            }
        }
        impl fmt::Display for $name<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl<'a> Wire<'a> for $name<'a> {
            const TYPE: &'static Type = &$schema;
            fn encode(&self, w: &mut Writer<'_>) {
                w.str(&self.0);
            }
            const SHAPE: &'static Shape = &Shape::Str;
            fn take(r: &mut Reader<'a>) -> Self {
                let read = r.str();
                $name(Cow::Borrowed(r.settle(read)))
            }
        }
        derived_by_serde! { $name<'a> }
        impl serde::Serialize for $name<'_> {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(&self.0)
            }
        }
        impl<'de: 'a, 'a> serde::Deserialize<'de> for $name<'a> {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                d.deserialize_str(StrVisitor).map($name)
            }
        }
    };
}

string_type!(
    /// A UTF-8 string, borrowed where it can be.
    Str, Type::Str
);
string_type!(
    /// The source text of a shader, borrowed where it can be.
    Source, Type::Source
);

/// Takes strings only: serde's own `&str` would also take byte strings, which the borrowing decoder refuses.
struct StrVisitor;

impl<'de> Visitor<'de> for StrVisitor {
    type Value = Cow<'de, str>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }
    fn visit_borrowed_str<E: serde::de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }
    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
    fn visit_borrowed_bytes<E: serde::de::Error>(self, _: &'de [u8]) -> Result<Self::Value, E> {
        Err(E::custom("a byte string stands where a string belongs"))
    }
    fn visit_string<E: serde::de::Error>(self, text: String) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text))
    }
    fn visit_bytes<E: serde::de::Error>(self, _: &[u8]) -> Result<Self::Value, E> {
        Err(E::custom("a byte string stands where a string belongs"))
    }
}

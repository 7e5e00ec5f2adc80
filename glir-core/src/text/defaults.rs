//! The defaults of the schema in their wire form.

use super::json::{Cursor, Mistake};
use super::names::Names;
use super::to_wire::ToWire;
use glir_spec::Frame;
use glir_spec::schema::FieldInfo;
use std::collections::HashMap;

/// The defaults that were asked for so far.
#[derive(Debug, Default)]
pub(super) struct Defaults {
    /// By the address of the field's row, which is `'static`: the table may stand at two addresses, which costs a
    /// second entry and no more.
    known: HashMap<usize, Vec<u8>>,
}

impl Defaults {
    /// The wire form of a field's default, or none if it has none.
    pub(super) fn of(&mut self, field: &'static FieldInfo) -> Result<Option<&[u8]>, Mistake> {
        let Some(json) = field.default else { return Ok(None) };
        let key = std::ptr::from_ref(field) as usize;
        if !self.known.contains_key(&key) {
            let mut bytes = Vec::new();
            ToWire::new(&Names::default(), self, &mut Frame::new()).value(
                &mut Cursor::new(json),
                field.ty,
                &mut bytes,
            )?;
            self.known.insert(key, bytes);
        }
        Ok(self.known.get(&key).map(Vec::as_slice))
    }
}

//! Declarations such as `vec4 u_color[3]`: the text form of an interface's entries.

use super::names;

/// A type, a name and the length of the array, 1 if it is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Declaration<'t> {
    pub(super) ty: &'t str,
    pub(super) name: &'t str,
    pub(super) count: u32,
}

impl<'t> Declaration<'t> {
    /// Takes a declaration apart. Where entries have no count of their own (`counted` is false), a trailing `[3]`
    /// belongs to the name.
    pub(super) fn parse(text: &'t str, counted: bool) -> Option<Self> {
        let (ty, rest) = text.trim().split_once(char::is_whitespace)?;
        let rest = rest.trim_start();
        let (name, count) = if counted { names::element(rest).unwrap_or((rest, 1)) } else { (rest, 1) };
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'[' | b']');
        (!name.is_empty() && name.bytes().all(plain)).then_some(Declaration { ty, name, count })
    }

    /// The text that [`Declaration::parse`] takes apart into the same; none for a name so strange that there is none.
    pub(super) fn text(&self, counted: bool) -> Option<String> {
        let text = match self.count {
            1 => format!("{} {}", self.ty, self.name),
            count => format!("{} {}[{count}]", self.ty, self.name),
        };
        (Declaration::parse(&text, counted) == Some(*self)).then_some(text)
    }
}

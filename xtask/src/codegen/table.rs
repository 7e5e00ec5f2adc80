//! What the generators share: the language's table walked once, its docs as single lines, its names as the text form
//! spells them.

use glir_spec::schema::{EnumInfo, FieldInfo, StructInfo, Type, UnionInfo};
use glir_spec::{Encoding, Header, Target, commands, replies, state};

/// Every enumeration, structure and union of the language, in the order in which the table first speaks of them.
#[derive(Default)]
pub(crate) struct Types {
    pub(crate) enums: Vec<&'static EnumInfo>,
    pub(crate) structs: Vec<&'static StructInfo>,
    pub(crate) unions: Vec<&'static UnionInfo>,
}

impl Types {
    /// Walks commands, state fields, header and replies.
    pub(crate) fn of_the_language() -> Self {
        let mut types = Self::default();
        for command in commands::COMMANDS {
            types.fields(command.fields);
        }
        for field in state::STATE_FIELDS {
            types.visit(field.ty);
        }
        types.visit(&Type::Struct(&Header::INFO));
        for reply in replies::REPLIES {
            types.fields(reply.fields);
        }
        // No field is of these types, but payloads and targets are named by them.
        types.visit(&Type::Enum(&Encoding::INFO));
        types.visit(&Type::Enum(&Target::INFO));
        types
    }

    /// The types that some types are made of, themselves included.
    pub(crate) fn reachable(from: impl Iterator<Item = &'static Type>) -> Self {
        let mut types = Self::default();
        from.for_each(|ty| types.visit(ty));
        types
    }

    fn fields(&mut self, fields: &'static [FieldInfo]) {
        for field in fields {
            self.visit(field.ty);
        }
    }

    fn visit(&mut self, ty: &'static Type) {
        match ty {
            Type::Enum(info) if !self.enums.iter().any(|known| known.name == info.name) => {
                self.enums.push(info);
            }
            Type::Struct(info) if !self.structs.iter().any(|known| known.name == info.name) => {
                self.structs.push(info);
                self.fields(info.fields);
            }
            Type::Union(info) if !self.unions.iter().any(|known| known.name == info.name) => {
                self.unions.push(info);
                info.variants.iter().for_each(|variant| self.fields(variant.fields));
            }
            Type::Option(inner) | Type::List(inner) | Type::Array(inner, _) => self.visit(inner),
            _ => {}
        }
    }
}

/// A doc comment as one line.
pub(crate) fn words(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A field's name in the text form: `type` can't be a field of a Rust structure, so the table says `ty`.
pub(crate) fn field_name(field: &FieldInfo) -> &'static str {
    if field.name == "ty" { "type" } else { field.name }
}

/// How many fields must be given when trailing defaults are left out.
pub(crate) fn required(fields: &[FieldInfo]) -> usize {
    fields.iter().rposition(|field| field.default.is_none()).map_or(0, |last| last + 1)
}

#[cfg(test)]
mod tests {
    use super::{Types, required, words};
    use glir_spec::commands::COMMANDS;

    #[test]
    fn docs_become_one_line() {
        assert_eq!(words(" Makes it.\n Then\n uses it.\n"), "Makes it. Then uses it.");
    }

    #[test]
    fn nested_types_are_found() {
        let types = Types::of_the_language();
        assert!(types.structs.iter().any(|info| info.name == "AttributeDecl"));
        assert!(types.enums.iter().any(|info| info.name == "SamplerType"));
        assert!(types.unions.iter().any(|info| info.name == "ReadSource"));
    }

    #[test]
    fn only_trailing_defaults_may_go() {
        let count = |name| COMMANDS.iter().find(|info| info.name == name).map(|info| required(info.fields));
        assert_eq!(count("SIZE"), Some(2));
        assert_eq!(count("SWAP"), Some(0));
        assert_eq!(count("BLIT"), Some(4));
    }
}

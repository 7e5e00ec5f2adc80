//! The sentences about text that does not follow the schema.

use super::json::{Member, Mistake};
use super::to_wire::label;
use super::words;
use glir_spec::schema::{CommandInfo, UnionInfo};

#[cold]
pub(super) fn unknown_field<'n>(stray: &Member<'_>, names: impl Iterator<Item = &'n str> + Clone) -> Mistake {
    Mistake::new(stray.at, words::none_of(&stray.key, "fields", names))
}

#[cold]
pub(super) fn no_variant(at: usize, members: &[Member<'_>], info: &UnionInfo) -> Mistake {
    let firsts = || info.variants.iter().filter_map(|variant| variant.fields.first()).map(label);
    let near = members.iter().find_map(|member| words::nearest(&member.key, firsts()));
    let hint = near.map(|near| format!("; did you mean {near:?}?")).unwrap_or_default();
    Mistake::new(
        at,
        format!("one of the fields {} must be there to say what the object is{hint}", words::list(firsts())),
    )
}

#[cold]
pub(super) fn not_plain(at: usize, text: &str, info: &UnionInfo) -> Mistake {
    if let Some(variant) = info.variants.iter().find(|variant| variant.text == text)
        && let Some(first) = variant.fields.first()
    {
        return Mistake::new(at, format!("{text:?} has fields; write it as {{{:?}: …}}", label(first)));
    }
    let plain = info.variants.iter().filter(|variant| variant.fields.is_empty()).map(|variant| variant.text);
    Mistake::new(at, words::none_of(text, "names", plain))
}

#[cold]
pub(super) fn arity(info: &CommandInfo, given: usize, at: usize) -> Mistake {
    if info.fields.is_empty() {
        return Mistake::new(
            at,
            format!("the command takes no arguments; {}", words::count(given, "is given", "are given")),
        );
    }
    let names = info.fields.iter().map(|field| match field.default {
        Some(default) => format!("{} (default {default})", label(field)),
        None => label(field).to_owned(),
    });
    let names: Vec<String> = names.collect();
    Mistake::new(
        at,
        format!("the arguments are {}; {}", names.join(", "), words::count(given, "is given", "are given")),
    )
}

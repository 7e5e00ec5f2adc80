//! Which of a snippet's functions call which: GLSL has no recursion.

use super::declare::Reader;
use crate::error::{ErrorKind, ShaderError};
use crate::scan::Kind;
use std::collections::{BTreeMap, BTreeSet};

/// Refuses functions that call themselves, at once or through others. Overloads are left to the compiler, since only it
/// knows which of them a call means.
pub(super) fn refuse_recursion(reader: &Reader<'_>) -> Result<(), ShaderError> {
    let mut lines: BTreeMap<&str, u32> = BTreeMap::new();
    let mut overloaded = BTreeSet::new();
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for function in &reader.found.functions {
        lines.entry(&function.name).or_insert(function.line);
        let parameters = seen.entry(&function.name).or_insert(&function.parameters);
        if *parameters != function.parameters {
            overloaded.insert(function.name.as_str());
        }
    }
    let mut calls: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for function in &reader.found.functions {
        let body: Vec<_> =
            reader.tokens[function.body.clone()].iter().filter(|token| token.counts()).collect();
        for pair in body.windows(2) {
            let word = reader.text(pair[0]);
            if pair[0].kind == Kind::Word
                && reader.text(pair[1]) == "("
                && !overloaded.contains(word)
                && let Some((callee, _)) = lines.get_key_value(word)
            {
                calls.entry(&function.name).or_default().insert(callee);
            }
        }
    }
    // Functions that call none but those taken away already are taken away; what stays calls itself.
    loop {
        let open: BTreeSet<&str> = calls.keys().copied().collect();
        let before = calls.len();
        calls.retain(|_, callees| callees.iter().any(|callee| open.contains(callee)));
        if calls.len() == before {
            break;
        }
    }
    // Some that stay only lead to a circle; walking along comes into it.
    let Some(mut at) = calls.keys().next().copied() else { return Ok(()) };
    let mut way = vec![at];
    loop {
        let next =
            calls.get(at).and_then(|callees| callees.iter().find(|callee| calls.contains_key(*callee)));
        let Some(&next) = next else { return Ok(()) };
        if let Some(start) = way.iter().position(|&name| name == next) {
            way.drain(..start);
            way.push(next);
            let way: Vec<String> = way.iter().map(|name| format!("`{name}`")).collect();
            let message = format!("GLSL has no recursion: {}", way.join(" calls "));
            return Err(ShaderError::new(ErrorKind::Recursion, reader.name, lines[next], message));
        }
        way.push(next);
        at = next;
    }
}

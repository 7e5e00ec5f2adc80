//! Unique names: for variables, and for what snippets define.

use crate::snippet::Snippet;
use crate::value::Variable;
use crate::words;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// The longest name that a variable's wish makes; WebGL 1 takes 256 letters.
const LONGEST: usize = 64;

/// The names of a program.
#[derive(Debug)]
pub(super) struct Names {
    taken: BTreeSet<String>,
    /// The snippet that has a word, if it is just one: what another has might be a local variable there, and would hide.
    words: HashMap<String, Option<usize>>,
    /// By identity; the variables are kept, so that no other comes to have one's identity.
    variables: HashMap<usize, (Variable, String)>,
    /// What snippets define, by all that makes the function: the same in both shaders.
    instances: HashMap<String, BTreeMap<String, String>>,
    outputs: BTreeMap<&'static str, String>,
    /// The next number to try behind a name, so that many of one name stay quick.
    next: HashMap<String, u32>,
}

impl Names {
    pub(super) fn new(snippets: &[Arc<Snippet>]) -> Self {
        let mut words: HashMap<String, Option<usize>> = HashMap::new();
        for (number, snippet) in snippets.iter().enumerate() {
            for word in snippet.words() {
                match words.get_mut(word) {
                    Some(owner) if *owner != Some(number) => *owner = None,
                    Some(_) => {}
                    None => {
                        words.insert(word.to_owned(), Some(number));
                    }
                }
            }
        }
        Names {
            taken: BTreeSet::new(),
            words,
            variables: HashMap::new(),
            instances: HashMap::new(),
            outputs: BTreeMap::new(),
            next: HashMap::new(),
        }
    }

    /// Takes a name as it is.
    pub(super) fn take(&mut self, name: &str) {
        self.taken.insert(name.to_owned());
    }

    /// A name like the wish that nothing else in the program has, but for the words of one snippet.
    pub(super) fn choose(&mut self, wish: &str, owner: Option<usize>) -> String {
        let own = |names: &Self| match names.words.get(wish) {
            None => true,
            Some(found) => found.is_some() && *found == owner,
        };
        if !words::reserved(wish) && !self.taken.contains(wish) && own(self) {
            self.take(wish);
            return wish.to_owned();
        }
        let base = wish.trim_end_matches('_');
        let base = if base.is_empty() { "x" } else { base };
        let mut number = self.next.get(base).copied().unwrap_or(1);
        let name = loop {
            let name = format!("{base}_{number}");
            number += 1;
            if !words::reserved(&name) && !self.taken.contains(&name) && !self.words.contains_key(&name) {
                break name;
            }
        };
        self.next.insert(base.to_owned(), number);
        self.take(&name);
        name
    }

    /// A variable's name.
    pub(super) fn variable(&mut self, variable: &Variable) -> String {
        if let Some((_, name)) = self.variables.get(&variable.identity()) {
            return name.clone();
        }
        let name = self.choose(&clean(variable.name()), None);
        self.variables.insert(variable.identity(), (variable.clone(), name.clone()));
        name
    }

    /// The names of what a snippet defines, for one way of filling its hooks.
    pub(super) fn instance(
        &mut self,
        key: &str,
        snippet: &Snippet,
        number: usize,
        main: bool,
    ) -> BTreeMap<String, String> {
        if let Some(names) = self.instances.get(key) {
            return names.clone();
        }
        let mut names = BTreeMap::new();
        for global in &snippet.globals {
            let kept = main && global == "main";
            let name = if kept { global.clone() } else { self.choose(global, Some(number)) };
            names.insert(global.clone(), name);
        }
        self.instances.insert(key.to_owned(), names.clone());
        names
    }

    /// The name of an output of the fragment shader, which version 1.00 has built in.
    pub(super) fn output(&mut self, wish: &'static str) -> String {
        if let Some(name) = self.outputs.get(wish) {
            return name.clone();
        }
        let name = self.choose(wish, None);
        self.outputs.insert(wish, name.clone());
        name
    }

    pub(super) fn variables(self) -> HashMap<usize, (Variable, String)> {
        self.variables
    }
}

/// A name of GLSL from anything.
fn clean(wish: &str) -> String {
    let mut name = String::new();
    for c in wish.chars() {
        let c = if c.is_ascii_alphanumeric() { c } else { '_' };
        if name.len() == LONGEST {
            break;
        }
        if !(c == '_' && name.ends_with('_')) {
            name.push(c);
        }
    }
    if !name.starts_with(|c: char| c.is_ascii_alphabetic())
        || name.starts_with("gl_")
        || name.starts_with("webgl_")
    {
        name.insert(0, 'v');
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_wish_becomes_a_name() {
        for (wish, name) in [
            ("a_position", "a_position"),
            ("", "v"),
            ("_", "v_"),
            ("2nd", "v2nd"),
            ("a__b c", "a_b_c"),
            ("gl_Position", "vgl_Position"),
            ("Größe", "Gr_e"),
        ] {
            assert_eq!(clean(wish), name, "{wish}");
            assert!(!words::reserved(name));
        }
    }

    #[test]
    fn wishes_that_end_alike_stay_apart() {
        let mut names = Names::new(&[]);
        let chosen: Vec<_> =
            ["sample", "x_", "x", "x_", "x", "main"].map(|wish| names.choose(wish, None)).into();
        assert_eq!(chosen, ["sample_1", "x_", "x", "x_1", "x_2", "main_1"]);
    }
}

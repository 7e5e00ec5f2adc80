//! Lists of names for messages, and the name that was probably meant.

/// More names than this are not listed.
const LISTED: usize = 16;

/// `a, b, c`, in quotes or not.
pub(super) fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().collect::<Vec<_>>().join(", ")
}

/// What to say of a name that is none of `names`: which there are, and which was probably meant.
pub(super) fn choices<'a>(wrong: &str, names: impl Iterator<Item = &'a str> + Clone) -> String {
    let near = nearest(wrong, names.clone());
    let count = names.clone().count();
    match near {
        Some(near) if count > LISTED => format!("one of the {count} that there are; did you mean {near:?}?"),
        None if count > LISTED => {
            format!("one of the {count} that there are, such as {}", list(names.take(LISTED)))
        }
        Some(near) => format!("one of {}; did you mean {near:?}?", list(names)),
        None => format!("one of {}", list(names)),
    }
}

/// The name nearest to `wrong`, if one is near enough to have been meant.
pub(super) fn nearest<'a>(wrong: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // Hostile names may be long; nothing that long is near a name of the language.
    if wrong.len() > 64 {
        return None;
    }
    let wrong = wrong.to_lowercase().replace('-', "_");
    let (distance, near) = names
        .map(|name| (distance(&wrong, &name.to_lowercase().replace('-', "_")), name))
        .min_by_key(|(distance, _)| *distance)?;
    (distance <= 1 + wrong.chars().count() / 4).then_some(near)
}

/// The least number of letters to insert, take out or change.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

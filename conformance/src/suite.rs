//! The folder of cases: reading it, and writing goldens anew.

use crate::case::{Case, Layer, Tolerance};
use crate::fold;
use crate::judge::Goldens;
use crate::kind::text::Mistake;
use crate::kind::{self, Kind};
use crate::{calls, directives};
use crate::{picture, replies};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A case with its goldens and its place.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The case.
    pub case: Case,
    /// What must come of it.
    pub goldens: Goldens,
    /// Its file, whose neighbours the goldens are.
    pub path: PathBuf,
}

/// All cases, by their ids.
#[derive(Clone, Debug, Default)]
pub struct Suite {
    /// The cases.
    pub entries: Vec<Entry>,
}

impl Suite {
    /// Reads a folder of chapters.
    ///
    /// # Errors
    /// A sentence for each case that can't be read, whose goldens are not what its head promises, or that has none; and for
    /// each file that belongs to no case.
    pub fn read(folder: &Path) -> Result<Suite, Vec<String>> {
        let (suite, mut wrong) = Suite::read_unjudged(folder);
        for entry in &suite.entries {
            wrong.extend(check(entry).into_iter().map(|why| format!("{}: {why}", entry.case.id)));
        }
        if wrong.is_empty() { Ok(suite) } else { Err(wrong) }
    }

    /// Reads a folder of chapters without asking whether goldens are there or right: what they are made from.
    pub fn read_unjudged(folder: &Path) -> (Suite, Vec<String>) {
        let mut paths = Vec::new();
        let mut wrong = Vec::new();
        if let Err(error) = files(folder, &mut paths) {
            wrong.push(format!("{}: {error}", folder.display()));
        }
        paths.sort();
        let mut suite = Suite::default();
        let common = folder.with_file_name("lists").join("tolerances.txt");
        let common = match fs::read_to_string(&common).map(|text| tolerances(&text)) {
            Ok(Ok(common)) => common,
            Ok(Err(why)) => {
                wrong.push(format!("{}: {why}", common.display()));
                Vec::new()
            }
            Err(_) => Vec::new(),
        };
        for path in &paths {
            let kind = path.extension().and_then(|kind| kind.to_str()).unwrap_or_default();
            if kind == "glirt" {
                match entry(folder, path) {
                    Ok(mut entry) => {
                        // The case's own come first.
                        entry.case.tolerances.extend(common.iter().cloned());
                        suite.entries.push(entry);
                    }
                    Err(why) => wrong.push(format!("{}: {why}", path.display())),
                }
            } else if !path.with_extension("glirt").is_file() {
                wrong.push(format!("{}: there is no case beside it", path.display()));
            }
        }
        (suite, wrong)
    }
}

/// Tolerances for all cases, as in a case's directive, one a line.
fn tolerances(text: &str) -> Result<Vec<Tolerance>, String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(directives::tolerance).collect()
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { files(&path, found)? } else { found.push(path) }
    }
    Ok(())
}

fn entry(folder: &Path, path: &Path) -> Result<Entry, String> {
    let place = path.strip_prefix(folder).unwrap_or(path).with_extension("");
    let names: Vec<_> = place.iter().filter_map(|name| name.to_str()).collect();
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    let read = |kind: &str| fs::read_to_string(path.with_extension(kind)).ok();
    let case = Case::parse(&names.join("/"), &text, read("events"))?;
    let mistake =
        read("mistake").map(|text| Mistake::parse(&text).ok_or("its .mistake is none")).transpose()?;
    let picture = match fs::read(path.with_extension("png")) {
        Ok(bytes) => Some(picture::decode(&bytes)?),
        Err(_) => None,
    };
    let lines = |text: String| fold::unfold(text.lines().map(str::to_owned).collect());
    let goldens = Goldens {
        decoding: read("commands"),
        calls: read("log"),
        replies: read("replies").map(lines).transpose().map_err(|why| format!("its replies: {why}"))?,
        picture,
        index: read("index"),
        text: read("text"),
        mistake,
    };
    Ok(Entry { case, goldens, path: path.to_owned() })
}

/// What the head of a case promises and its goldens do not keep.
pub fn check(entry: &Entry) -> Vec<String> {
    let Entry { case, goldens, .. } = entry;
    match case.kind {
        Kind::Stream => {}
        Kind::Text => return kind::text::check(case, goldens),
        // What must come stands in its script.
        Kind::Session => return Vec::new(),
    }
    let mut wrong = Vec::new();
    if goldens.decoding.is_none() && goldens.replies.is_none() {
        return vec!["it has no goldens; BLESS=1 makes them".into()];
    }
    let decoding = goldens.decoding.as_deref().unwrap_or_default();
    let found = faults(goldens.replies.as_deref().unwrap_or_default(), decoding);
    if found != case.faults {
        let shown = |codes: &[String]| if codes.is_empty() { "none".to_owned() } else { codes.join(", ") };
        wrong.push(format!("it promises the faults {}; there are {}", shown(&case.faults), shown(&found)));
    }
    if let Some(missing) = replies::unsaid(&case.says, goldens.replies.as_deref().unwrap_or_default()) {
        wrong.push(format!("it promises that a message names {missing:?}; none does"));
    }
    for claim in &case.claims {
        let Some(picture) = &goldens.picture else {
            wrong.push("it promises a pixel and has no picture".into());
            break;
        };
        let y = picture.height.checked_sub(claim.y + 1);
        let found = y.and_then(|y| picture.pixel(claim.x, y));
        if found != Some(claim.color) {
            let (x, y) = (claim.x, claim.y);
            wrong.push(format!("it promises the pixel {x},{y} to be {:?}; it is {found:?}", claim.color));
        }
    }
    let blank = |picture: &crate::image::Picture| picture.rgba.iter().all(|byte| *byte == 0);
    if goldens.picture.as_ref().is_some_and(|picture| picture.is_plain() && !blank(picture))
        && case.claims.is_empty()
    {
        wrong.push("its picture has one colour; a `pixel:` line must say that this is meant".into());
    }
    // A stream that is refused has no log of calls' end and no picture; all others have everything.
    let there = [
        (Layer::Decoding, goldens.decoding.is_some(), ".commands"),
        (Layer::Index, goldens.index.is_some(), ".index"),
        (Layer::Calls, goldens.calls.is_some(), ".log"),
        (Layer::Replies, goldens.replies.is_some(), ".replies"),
        (Layer::Pixels, goldens.picture.is_some() || !case.faults.is_empty(), ".png"),
    ];
    for (layer, is_there, kind) in there {
        if case.has(layer) && !is_there {
            wrong.push(format!("its golden {kind} is not there; BLESS=1 makes it"));
        }
    }
    wrong
}

/// The codes that a case causes: those of its diagnostics, then those of faults of the file.
pub fn faults(replies: &[String], decoding: &str) -> Vec<String> {
    let of_file = decoding.lines().filter_map(|line| {
        let (code, offset) = line.strip_prefix("! ")?.split_once(' ')?;
        offset.parse::<u64>().ok().map(|_| code.to_owned())
    });
    replies::codes(replies).into_iter().chain(of_file).collect()
}

/// Writes goldens beside a case, and takes away those that there are no longer. Gives whether anything changed.
///
/// # Errors
/// Those of the file system; a picture that is none.
pub fn write(path: &Path, goldens: &Goldens) -> Result<bool, String> {
    let picture = goldens.picture.as_ref().map(picture::encode).transpose()?;
    let lines =
        |lines: &Vec<String>| fold::fold(lines).iter().map(|line| format!("{line}\n")).collect::<String>();
    let texts = [
        ("commands", goldens.decoding.clone()),
        ("log", goldens.calls.as_deref().map(calls::normalised)),
        ("replies", goldens.replies.as_ref().map(lines)),
        ("index", goldens.index.clone()),
        ("text", goldens.text.clone()),
        ("mistake", goldens.mistake.as_ref().map(|mistake| format!("{mistake}\n"))),
    ];
    let mut changed = put(&path.with_extension("png"), picture)?;
    for (kind, text) in texts {
        changed |= put(&path.with_extension(kind), text.map(String::into_bytes))?;
    }
    Ok(changed)
}

fn put(path: &Path, bytes: Option<Vec<u8>>) -> Result<bool, String> {
    let present = fs::read(path).ok();
    if present == bytes {
        return Ok(false);
    }
    let done = match bytes {
        Some(bytes) => fs::write(path, bytes),
        None => fs::remove_file(path),
    };
    done.map(|()| true).map_err(|error| format!("{}: {error}", path.display()))
}

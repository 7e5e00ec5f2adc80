//! XYZ: the number of atoms, a comment, then a line for each atom; frames follow one another. Source: the manual of XMol
//! (Minnesota Supercomputer Center, 1993).

use super::{Atom, Element, Molecule, Options};
use crate::error::{ErrorKind, Place, excerpt};
use crate::limits::MAX_TITLE;
use crate::text::{Lines, fault, wanted, whole, words};
use crate::{Error, Format};

pub(super) fn read(bytes: &[u8], options: &Options) -> Result<Molecule, Error> {
    let mut lines = Lines::new(bytes);
    let (mut frames, mut found) = (0_usize, None);
    while let Some((at, line)) = lines.next() {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let count = whole(line.trim_ascii()).and_then(|count| usize::try_from(count).ok());
        let Some(count) = count else {
            // What follows the first frame may be anything: many programs write forces there.
            if found.is_some() {
                break;
            }
            let message = format!("{:?} stands where the number of atoms should", excerpt(line));
            return Err(fault(Format::Xyz, at, message));
        };
        let comment = lines.next().map(|(_, comment)| comment.trim_ascii()).unwrap_or_default();
        let is_wanted = found.is_none()
            && match (&options.named, options.frame) {
                (Some(name), _) => String::from_utf8_lossy(comment).contains(name.as_str()),
                (None, frame) => frame.unwrap_or(0) == frames,
            };
        frames += 1;
        if is_wanted {
            found = Some(frame(&mut lines, count, comment)?);
        } else {
            for _ in 0..count {
                if lines.next().is_none() {
                    break;
                }
            }
        }
    }
    let mut molecule = found.ok_or_else(|| {
        let asked = match (&options.named, options.frame) {
            (Some(name), _) => format!("whose comment contains {:?}", excerpt(name.as_bytes())),
            (None, frame) => frame.unwrap_or(0).to_string(),
        };
        let message = format!("there is no frame {asked}; the file has {frames}, counted from 0");
        Error::whole(Format::Xyz, ErrorKind::Options, message)
    })?;
    if frames > 1 {
        molecule.notes.push(format!("one of {frames} frames is shown"));
    }
    if molecule.atoms.is_empty() {
        return Err(Error::whole(Format::Xyz, ErrorKind::Empty, "the frame has no atoms"));
    }
    Ok(molecule)
}

fn frame(lines: &mut Lines<'_>, count: usize, comment: &[u8]) -> Result<Molecule, Error> {
    let mut molecule = Molecule::default();
    if !comment.is_empty() {
        molecule.title = Some(String::from_utf8_lossy(comment).chars().take(MAX_TITLE).collect());
    }
    for read in 0..count {
        let Some((at, line)) = lines.next() else {
            let place = Place::Line { line: lines.number(), column: None, name: None };
            let message = format!("{count} atoms are promised, {read} are there");
            return Err(Error::new(Format::Xyz, place, ErrorKind::Truncated, message));
        };
        let mut words = words(line);
        let Some(label) = words.next() else {
            return Err(fault(
                Format::Xyz,
                at,
                format!("{count} atoms are promised; the line is empty after {read}"),
            ));
        };
        let mut position = [0.0; 3];
        for (to, what) in position.iter_mut().zip(["x", "y", "z"]) {
            *to = wanted(Format::Xyz, at, &mut words, what)?;
        }
        molecule.atoms.push(Atom {
            position,
            element: element(label),
            name: [b' '; 4],
            residue: [b' '; 3],
            residue_number: 0,
            chain: b' ',
            hetero: false,
            temperature: 0.0,
        });
    }
    Ok(molecule)
}

/// `C`, `CA1` no less than `6`: a symbol, perhaps with a number behind it, or an atomic number.
fn element(label: &[u8]) -> Element {
    if let Some(number) = whole(label) {
        return u8::try_from(number).ok().and_then(Element::from_number).unwrap_or(Element::UNKNOWN);
    }
    let letters = label.iter().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(label.len());
    let symbol = &label[..letters];
    Element::from_symbol(symbol)
        .or_else(|| Element::from_symbol(symbol.get(..1)?))
        .unwrap_or(Element::UNKNOWN)
}

//! PDB: records of 80 columns. Source: Protein Data Bank Contents Guide, version 3.30 (2012).

use std::collections::HashMap;

use super::{Atom, Element, Molecule, Options};
use crate::error::{ErrorKind, excerpt};
use crate::limits::MAX_TITLE;
use crate::text::{self, Lines, fault, whole};
use crate::{Error, Format};

/// Columns of a record, counted from 1 as the guide does; what a short line lacks is blank.
fn columns(line: &[u8], first: usize, last: usize) -> &[u8] {
    line.get(first - 1..last.min(line.len())).unwrap_or_default()
}

/// An atom's place in the chain, to tell alternate locations of one atom from another.
type Site = (u8, i32, u8, [u8; 3], [u8; 4]);

pub(super) fn read(bytes: &[u8], options: &Options) -> Result<Molecule, Error> {
    if options.named.is_some() {
        let message = "models have numbers, not names";
        return Err(Error::whole(Format::Pdb, ErrorKind::Options, message));
    }
    let mut molecule = Molecule::default();
    let (mut models, mut alternates) = (0_usize, 0_usize);
    // Within a model that is not asked for.
    let mut passing = options.frame.unwrap_or(0) > 0;
    let mut first_locations: HashMap<Site, u8> = HashMap::new();
    let mut serials: HashMap<i64, u32> = HashMap::new();
    let mut bonded: Vec<[i64; 2]> = Vec::new();
    for (at, line) in Lines::new(bytes) {
        let record = columns(line, 1, 6).trim_ascii_end();
        match record {
            b"TITLE" => {
                let part = String::from_utf8_lossy(columns(line, 11, 80).trim_ascii()).into_owned();
                let title = molecule.title.get_or_insert_default();
                if title.len() < MAX_TITLE {
                    if !title.is_empty() {
                        title.push(' ');
                    }
                    title.extend(part.chars().take(MAX_TITLE));
                }
            }
            b"MODEL" => {
                passing = models != options.frame.unwrap_or(0);
                models += 1;
            }
            b"ENDMDL" => passing = true,
            b"ATOM" | b"HETATM" if !passing => {
                let atom = atom(line, at)?;
                let location = columns(line, 17, 17).first().copied().unwrap_or(b' ');
                if location != b' ' {
                    let insertion = columns(line, 27, 27).first().copied().unwrap_or(b' ');
                    let site = (atom.chain, atom.residue_number, insertion, atom.residue, atom.name);
                    if *first_locations.entry(site).or_insert(location) != location {
                        alternates += 1;
                        continue;
                    }
                }
                if let Some(serial) = whole(columns(line, 7, 11).trim_ascii()) {
                    serials.insert(serial, molecule.atoms.len() as u32);
                }
                molecule.atoms.push(atom);
            }
            b"CONECT" => {
                let mut ends = [(7, 11), (12, 16), (17, 21), (22, 26), (27, 31)]
                    .into_iter()
                    .filter_map(|(first, last)| whole(columns(line, first, last).trim_ascii()));
                if let Some(from) = ends.next() {
                    bonded.extend(ends.map(|to| [from, to]));
                }
            }
            _ => {}
        }
    }
    if molecule.atoms.is_empty() {
        return Err(match options.frame {
            Some(frame) if models > 0 => Error::whole(
                Format::Pdb,
                ErrorKind::Options,
                format!("there is no model {frame}; the file has {models}, counted from 0"),
            ),
            _ => Error::whole(Format::Pdb, ErrorKind::Empty, "the file has no atoms"),
        });
    }
    let index = |serial: &i64| serials.get(serial).copied();
    molecule.bonds = bonded
        .iter()
        .filter_map(|[from, to]| Some([index(from)?, index(to)?]))
        .filter(|[from, to]| from != to)
        .map(|[from, to]| [from.min(to), from.max(to)])
        .collect();
    molecule.bonds.sort_unstable();
    molecule.bonds.dedup();
    if models > 1 {
        molecule.notes.push(format!("model {} of {models} is shown", options.frame.unwrap_or(0)));
    }
    if alternates > 0 {
        molecule.notes.push(format!("{alternates} alternate locations of atoms are left out"));
    }
    Ok(molecule)
}

fn atom(line: &[u8], at: u64) -> Result<Atom, Error> {
    let mut position = [0.0; 3];
    for (to, (first, axis)) in position.iter_mut().zip([(31, 'x'), (39, 'y'), (47, 'z')]) {
        let text = columns(line, first, first + 7).trim_ascii();
        *to = text::number(text).ok_or_else(|| {
            fault(
                Format::Pdb,
                at,
                format!("{:?} in columns {first} to {} is no {axis}", excerpt(text), first + 7),
            )
        })?;
    }
    let name = padded(columns(line, 13, 16));
    let element =
        Element::from_symbol(columns(line, 77, 78)).or_else(|| element_of(name)).unwrap_or(Element::UNKNOWN);
    Ok(Atom {
        position,
        element,
        name: padded(name.trim_ascii()),
        residue: padded(columns(line, 18, 20)),
        residue_number: whole(columns(line, 23, 26).trim_ascii())
            .and_then(|number| i32::try_from(number).ok())
            .unwrap_or(0),
        chain: columns(line, 22, 22).first().copied().unwrap_or(b' '),
        hetero: line.starts_with(b"HETATM"),
        temperature: text::number(columns(line, 61, 66).trim_ascii()).unwrap_or(0.0) as f32,
    })
}

/// Files before 1996 have no column of elements: an element of two letters starts a name in column 13, of one in 14.
fn element_of(name: [u8; 4]) -> Option<Element> {
    let [first, second, ..] = name;
    if first.is_ascii_alphabetic() {
        // Four letters that start with H are hydrogens whose names need all four columns: HG11 is no mercury.
        let hydrogen = first == b'H' && name.iter().all(|letter| *letter != b' ');
        let two = (!hydrogen).then(|| Element::from_symbol(&[first, second])).flatten();
        return two.or_else(|| Element::from_symbol(&[first]));
    }
    Element::from_symbol(&[second])
}

fn padded<const N: usize>(text: &[u8]) -> [u8; N] {
    let mut field = [b' '; N];
    for (to, from) in field.iter_mut().zip(text) {
        *to = if from.is_ascii_graphic() { *from } else { b' ' };
    }
    field
}

#[cfg(test)]
mod tests {
    use super::{Element, element_of};

    #[test]
    fn names_tell_elements() {
        let cases: [(&[u8; 4], &str); 6] = [
            (b" CA ", "C"),
            (b"CA  ", "Ca"),
            (b"HG11", "H"),
            (b"1HB ", "H"),
            (b"FE  ", "Fe"),
            (b" OXT", "O"),
        ];
        for (name, symbol) in cases {
            assert_eq!(element_of(*name).map(Element::symbol), Some(symbol), "{name:?}");
        }
        assert_eq!(element_of(*b"    "), None);
    }
}

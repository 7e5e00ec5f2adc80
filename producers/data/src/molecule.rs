//! Atoms and where they are: PDB and XYZ.
//!
//! | format | read |
//! | --- | --- |
//! | PDB | `ATOM` and `HETATM` by their fixed columns, `CONECT`, `TITLE`; of several `MODEL`s one; of alternate locations the first |
//! | XYZ | element (symbol or number) and place a line; of several frames one |
//!
//! ```
//! use glir_data::molecule::{Options, read};
//!
//! let bytes = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/structures/1crn/1crn.pdb"))?;
//! let crambin = read(&bytes, "1crn.pdb", &Options::default())?;
//! assert_eq!(crambin.atoms.len(), 327);
//! let sulphur = crambin.atoms.iter().filter(|atom| atom.element.symbol() == "S").count();
//! assert_eq!(sulphur, 6);
//! assert_eq!(crambin.atoms[0].element.radius(), 1.55); // nitrogen, in ångström
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod element;
mod pdb;
mod xyz;

use crate::error::{ErrorKind, Place};
use crate::text::{Lines, number, whole, words};
use crate::{Error, Format};
pub use element::Element;

/// One atom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Atom {
    /// Where it is, in ångström.
    pub position: [f64; 3],
    /// What it is.
    pub element: Element,
    /// Its name within its residue, such as `CA`, padded with blanks; blanks in XYZ.
    pub name: [u8; 4],
    /// The residue's name, such as `ALA`; blanks in XYZ.
    pub residue: [u8; 3],
    /// The residue's number.
    pub residue_number: i32,
    /// The chain's letter; a blank in XYZ.
    pub chain: u8,
    /// Whether it is part of no standard residue: water, ions, ligands (`HETATM`).
    pub hetero: bool,
    /// The temperature factor, in square ångström; 0 where there is none.
    pub temperature: f32,
}

/// Atoms, and which are said to be bonded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Molecule {
    /// What the file calls it.
    pub title: Option<String>,
    /// The atoms, in the file's order.
    pub atoms: Vec<Atom>,
    /// Pairs of atoms that the file says are bonded (`CONECT`), each once, the lower index first. Files leave out what
    /// follows from the residues.
    pub bonds: Vec<[u32; 2]>,
    /// What was passed over, in sentences for the user.
    pub notes: Vec<String>,
}

/// What to read of a file with several molecules.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// Which frame of an XYZ file, counted from 0, or which `MODEL` of a PDB file; by default the first.
    pub frame: Option<usize>,
    /// The frame of an XYZ file whose comment contains this text.
    pub named: Option<String>,
}

/// Reads a molecule out of a file's bytes. Content decides the format, then the name's extension.
///
/// Memory is at most about ten times the file's size.
///
/// # Errors
/// One [`Error`] that names the format and the line. No input makes it panic.
pub fn read(bytes: &[u8], name: &str, options: &Options) -> Result<Molecule, Error> {
    let error =
        |kind, message: &str| Err(Error { format: None, place: Place::File, kind, message: message.into() });
    if bytes.is_empty() {
        return error(ErrorKind::Empty, "the file is empty");
    }
    let mut molecule = match format(bytes, name) {
        Some(Format::Pdb) => pdb::read(bytes, options)?,
        Some(Format::Xyz) => xyz::read(bytes, options)?,
        _ => return error(ErrorKind::Unrecognised, "this is no molecule in PDB or XYZ"),
    };
    let unknown = molecule.atoms.iter().filter(|atom| atom.element == Element::UNKNOWN).count();
    if unknown > 0 {
        let (count, radius) = (molecule.atoms.len(), Element::UNKNOWN.radius());
        let are = if unknown == 1 { "is" } else { "are" };
        molecule.notes.push(format!(
            "{unknown} of {count} atoms {are} of no known element: pink, with a radius of {radius} Å"
        ));
    }
    Ok(molecule)
}

/// The format of a molecule, from its first lines and its name.
pub(crate) fn format(bytes: &[u8], name: &str) -> Option<Format> {
    let records = ["HEADER", "ATOM  ", "HETATM", "MODEL ", "CRYST1", "TITLE ", "COMPND", "REMARK"];
    let is_record = |line: &[u8]| records.iter().any(|record| line.starts_with(record.as_bytes()));
    if Lines::new(bytes).take(100).any(|(_, line)| is_record(line)) {
        return Some(Format::Pdb);
    }
    let mut lines = Lines::new(bytes).map(|(_, line)| line);
    let counted = lines.next().is_some_and(|line| whole(line.trim_ascii()).is_some());
    let atom = lines.nth(1).is_some_and(|line| words(line).skip(1).take(3).filter_map(number).count() == 3);
    if counted && atom {
        return Some(Format::Xyz);
    }
    match name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).as_deref() {
        Some("pdb" | "ent") => Some(Format::Pdb),
        Some("xyz") => Some(Format::Xyz),
        _ => None,
    }
}

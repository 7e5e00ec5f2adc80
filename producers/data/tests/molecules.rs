//! Molecules: crambin from the Protein Data Bank, and files made by hand.
#![allow(clippy::unwrap_used, clippy::panic)] // a helper that fails is a test that fails

use glir_data::molecule::{Element, Options, read};

fn refusal(text: &str, name: &str) -> String {
    read(text.as_bytes(), name, &Options::default()).unwrap_err().to_string()
}

fn frame(frame: usize) -> Options {
    Options { frame: Some(frame), named: None }
}

#[test]
fn crambin_is_what_its_readme_says() {
    let bytes = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/structures/1crn/1crn.pdb")).unwrap();
    let crambin = read(&bytes, "1crn.pdb", &Options::default()).unwrap();
    assert_eq!(crambin.atoms.len(), 327);
    // The formula of its heavy atoms: 46 residues with 202 carbons, 55 nitrogens, 64 oxygens, 6 sulphurs.
    let count = |symbol: &[u8]| {
        let element = Element::from_symbol(symbol).unwrap();
        crambin.atoms.iter().filter(|atom| atom.element == element).count()
    };
    assert_eq!([count(b"C"), count(b"N"), count(b"O"), count(b"S")], [202, 55, 64, 6]);
    assert_eq!(crambin.atoms.iter().map(|atom| atom.residue_number).max(), Some(46));
    assert_eq!(crambin.atoms[1].position, [16.967, 12.784, 4.338]);
    assert_eq!(
        (&crambin.atoms[1].name, &crambin.atoms[1].residue, crambin.atoms[1].chain),
        (b"CA  ", b"THR", b'A')
    );
    // Three disulphide bridges, each of two sulphurs 2 Å apart.
    assert_eq!(crambin.bonds.len(), 3);
    for [a, b] in &crambin.bonds {
        let (a, b) = (crambin.atoms[*a as usize], crambin.atoms[*b as usize]);
        let distance = (0..3).map(|axis| (a.position[axis] - b.position[axis]).powi(2)).sum::<f64>().sqrt();
        assert!(a.element.symbol() == "S" && (distance - 2.04).abs() < 0.06, "{distance}");
    }
    assert!(crambin.title.unwrap().starts_with("WATER STRUCTURE OF A HYDROPHOBIC PROTEIN"));
}

const TWO_MODELS: &str = "\
MODEL        1
ATOM      1  CA AGLY A   1      11.000  12.000  13.000  0.60 10.00           C
ATOM      2  CA BGLY A   1      21.000  12.000  13.000  0.40 10.00           C
HETATM    3 CA    CA A   2       1.000   2.000   3.000  1.00 12.50
ENDMDL
MODEL        2
ATOM      1  CA  GLY A   1      31.000  12.000  13.000
ENDMDL
CONECT    1    3
CONECT    3    1    9
";

#[test]
fn pdb_models_alternates_and_old_files() {
    let first = read(TWO_MODELS.as_bytes(), "", &Options::default()).unwrap();
    assert_eq!(first.atoms.len(), 2);
    assert_eq!((first.atoms[0].position[0], first.atoms[0].element.symbol()), (11.0, "C"));
    assert_eq!(
        (first.atoms[1].element.symbol(), first.atoms[1].hetero, first.atoms[1].temperature),
        ("Ca", true, 12.5)
    );
    assert_eq!(first.bonds, [[0, 1]]);
    assert_eq!(first.notes, ["model 0 of 2 is shown", "1 alternate locations of atoms are left out"]);
    let second = read(TWO_MODELS.as_bytes(), "", &frame(1)).unwrap();
    assert_eq!((second.atoms.len(), second.atoms[0].position[0]), (1, 31.0));
    let third = read(TWO_MODELS.as_bytes(), "", &frame(2)).unwrap_err();
    assert_eq!(third.to_string(), "PDB: there is no model 2; the file has 2, counted from 0");
}

#[test]
fn pdb_refusals() {
    assert_eq!(
        refusal("HEADER\nATOM      1  CA  GLY A   1      11.000  12.x00  13.000\n", ""),
        "PDB, line 2: \"12.x00\" in columns 39 to 46 is no y"
    );
    assert_eq!(refusal("ATOM  \n", ""), "PDB, line 1: \"\" in columns 31 to 38 is no x");
    assert_eq!(refusal("HEADER\nEND\n", ""), "PDB: the file has no atoms");
    assert_eq!(refusal("hello\n", "a.pdb"), "PDB: the file has no atoms");
    assert_eq!(refusal("hello\n", "a"), "this is no molecule in PDB or XYZ");
}

const FRAMES: &str =
    "2\nstep 0\nO 0 0 0\nH1 0.96 0 0\n\n3\nstep 10\n8 0 0 0 0.1 0.2 0.3\n1 1 0 0\nXx 0 1 0\n";

#[test]
fn xyz_frames_by_number_and_name() {
    let first = read(FRAMES.as_bytes(), "", &Options::default()).unwrap();
    assert_eq!((first.atoms.len(), first.title.as_deref()), (2, Some("step 0")));
    assert_eq!(first.atoms[1].element.symbol(), "H");
    let named = Options { frame: None, named: Some("step 10".into()) };
    for options in [frame(1), named] {
        let second = read(FRAMES.as_bytes(), "", &options).unwrap();
        let symbols: Vec<_> = second.atoms.iter().map(|atom| atom.element.symbol()).collect();
        assert_eq!(symbols, ["O", "H", "X"]);
        let odd = "1 of 3 atoms is of no known element: pink, with a radius of 2 Å";
        assert_eq!(second.notes, ["one of 2 frames is shown", odd]);
    }
    let third = read(FRAMES.as_bytes(), "", &frame(2)).unwrap_err();
    assert_eq!(third.to_string(), "XYZ: there is no frame 2; the file has 2, counted from 0");
}

#[test]
fn xyz_refusals() {
    assert_eq!(refusal("2\n\nO 0 0 0\n", "a.xyz"), "XYZ, line 3: 2 atoms are promised, 1 are there");
    assert_eq!(refusal("1\n\nO 0 0\n", "a.xyz"), "XYZ, line 3: the line ends where z should stand");
    assert_eq!(refusal("x\n", "a.xyz"), "XYZ, line 1: \"x\" stands where the number of atoms should");
    assert_eq!(refusal("-1\n", "a.xyz"), "XYZ, line 1: \"-1\" stands where the number of atoms should");
    assert_eq!(
        refusal("9999999999999\n\n", "a.xyz"),
        "XYZ, line 2: 9999999999999 atoms are promised, 0 are there"
    );
    assert_eq!(refusal("0\n\n", "a.xyz"), "XYZ: the frame has no atoms");
}

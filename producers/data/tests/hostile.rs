//! Strangers' files: whatever the bytes, a recording or an error comes back, and the recording can be used.
#![allow(clippy::unwrap_used, clippy::panic)] // a helper that fails is a test that fails

use glir_data::{Dtype, Element, Endian, Format, Options, RawOptions, read};
use proptest::collection::vec;
use proptest::prelude::*;

/// Reads, and if that works uses all there is to use.
fn exercise(bytes: &[u8], options: &Options) {
    match read(bytes, "file.bin", options) {
        Err(error) => {
            let sentence = error.to_string();
            assert!(!sentence.is_empty() && !sentence.contains('\n') && sentence.len() < 400, "{sentence:?}");
        }
        Ok(recording) => {
            assert!(!recording.channels.is_empty() && !recording.is_empty());
            let most = 64 * bytes.len().max(64);
            for channel in recording.channels.iter().take(64) {
                assert!(!channel.is_empty() && channel.len() <= most);
                channel.extent();
                channel.minmax(1..channel.len(), 10);
                channel.time_extent();
                let edges = channel.timing.edges(0.0..1.0, 10, channel.len());
                channel.minmax_between(&edges);
                channel.read(channel.len() - 1, &mut [0.0; 4]);
            }
            recording.into_owned();
        }
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let mut npy =
        b"\x93NUMPY\x01\x00\x3a\x00{'descr': '<i2', 'fortran_order': False, 'shape': (3, 8)} \n".to_vec();
    npy.extend([7; 48]);
    let mut wav =
        b"RIFF\x44\0\0\0WAVEfmt \x10\0\0\0\x01\0\x02\0\x40\x1f\0\0\0\x7d\0\0\x04\0\x10\0data\x20\0\0\0"
            .to_vec();
    wav.extend([9; 32]);
    let csv = b"time,a,b\n0.0,1,2.5\n0.1,,\"3\"\n0.2,4,NaN\n0.3,5,6\n".to_vec();
    let dates = b"date;x\n2016-11-24 13:58:58.081;1,5\n2016-11-24 13:58:59;2\n".to_vec();
    let blanks = b"# logger\n 1 2\n 3  4.5\n5 6\n".to_vec();
    let folder = format!("{}/recordings/mit-bih-208", env!("CARGO_MANIFEST_DIR"));
    let edf = std::fs::read(format!("{folder}/ecg.edf")).unwrap()[..512 + 1440].to_vec();
    vec![npy, wav, csv, dates, blanks, edf, small_npz()]
}

/// One deflated member, small enough to mutate thousands of times: a stored deflate block holds the array.
fn small_npz() -> Vec<u8> {
    let mut array =
        b"\x93NUMPY\x01\x00\x38\x00{'descr': '|u1', 'fortran_order': False, 'shape': (4,)} \n".to_vec();
    array.extend([1, 2, 3, 4]);
    let length = array.len() as u16;
    let mut packed = vec![1];
    packed.extend(length.to_le_bytes());
    packed.extend((!length).to_le_bytes());
    packed.extend(&array);
    let mut common = vec![20, 0, 0, 0, 8, 0, 0, 0, 0, 0];
    common.extend(crc32fast_by_hand(&array).to_le_bytes());
    common.extend((packed.len() as u32).to_le_bytes());
    common.extend(u32::from(length).to_le_bytes());
    common.extend([5, 0, 0, 0]);
    let mut bytes = b"PK\x03\x04".to_vec();
    bytes.extend(&common);
    bytes.extend(b"a.npy");
    bytes.extend(&packed);
    let start = bytes.len() as u32;
    bytes.extend(b"PK\x01\x02\x14\x00");
    bytes.extend(&common);
    bytes.extend([0; 14]);
    bytes.extend(b"a.npy");
    let size = bytes.len() as u32 - start;
    bytes.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    bytes.extend(size.to_le_bytes());
    bytes.extend(start.to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

fn crc32fast_by_hand(data: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in data {
        crc =
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| crc >> 1 ^ (0xedb8_8320 & (crc & 1).wrapping_neg()));
    }
    !crc
}

#[test]
fn the_seeds_are_good_files() {
    for seed in seeds() {
        let recording = read(&seed, "file", &Options::default());
        assert!(recording.is_ok(), "{:?}", recording.err().map(|error| error.to_string()));
    }
}

#[test]
fn every_truncation_is_answered() {
    for seed in seeds() {
        for length in 0..seed.len() {
            exercise(&seed[..length], &Options::default());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn mutations_are_answered(
        seed in 0..7_usize, hits in vec((any::<prop::sample::Index>(), any::<u8>()), 1..6), cut in any::<prop::sample::Index>(),
        shorten in any::<bool>(),
    ) {
        let mut bytes = seeds().swap_remove(seed);
        for (at, value) in hits {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if shorten {
            bytes.truncate(cut.index(bytes.len()));
        }
        exercise(&bytes, &Options::default());
    }

    /// Digits, signs and delimiters put anywhere in a text header do more harm than random bytes.
    #[test]
    fn text_mutations_are_answered(
        seed in 0..7_usize, at in any::<prop::sample::Index>(), text in "[-0-9,;.:'()\\[\\]{}\n\" TZe+]{1,12}",
    ) {
        let mut bytes = seeds().swap_remove(seed);
        let at = at.index(bytes.len());
        for (to, from) in bytes[at..].iter_mut().zip(text.bytes()) {
            *to = from;
        }
        exercise(&bytes, &Options::default());
    }

    #[test]
    fn noise_is_answered_by_every_reader(bytes in vec(any::<u8>(), 0..600), format in 0..6_usize) {
        let format = [Format::Csv, Format::Npy, Format::Npz, Format::Raw, Format::Wav, Format::Edf][format];
        exercise(&bytes, &Options { format: Some(format), ..Options::default() });
    }

    #[test]
    fn any_text_is_answered(text in "[-0-9,;.: \t\n\r\"#%aeNT/]{0,300}") {
        exercise(text.as_bytes(), &Options { format: Some(Format::Csv), ..Options::default() });
    }

    #[test]
    fn any_raw_options_are_answered(
        bytes in vec(any::<u8>(), 0..300), channels in prop_oneof![0..70_usize, Just(usize::MAX)],
        offset_bytes in prop_oneof![0..400_usize, Just(usize::MAX)],
    ) {
        let dtype = Dtype { element: Element::F64, endian: Endian::Big };
        let raw = Some(RawOptions { dtype, channels, offset_bytes });
        exercise(&bytes, &Options { raw, ..Options::default() });
    }
}

/// Meshes, molecules and pictures whose bytes are worth damaging.
fn others() -> Vec<Vec<u8>> {
    let ply = "ply\nformat ascii 1.0\nelement vertex 4\nproperty float x\nproperty float y\nproperty float z\nelement face 1\n\
               property list uchar int vertex_indices\nend_header\n0 0 0\n1 0 0\n1 1 0\n0 1 0\n4 0 1 2 3\n";
    let mut binary_ply = ply.replace("ascii", "binary_big_endian").into_bytes();
    binary_ply.truncate(binary_ply.len() - 34);
    binary_ply.extend([0; 48]);
    binary_ply.extend([3, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2]);
    let mut stl = vec![b' '; 80];
    stl.extend([2, 0, 0, 0]);
    stl.extend([60; 100]);
    let mut png = Vec::new();
    let mut encoder = png::Encoder::new(&mut png, 9, 5);
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header().unwrap().write_image_data(&[77; 135]).unwrap();
    let mut jpeg = Vec::new();
    let picture: Vec<u8> = (0..16 * 24 * 3).map(|value| (value * 7 % 251) as u8).collect();
    let mut encoder = jpeg_encoder::Encoder::new(&mut jpeg, 70);
    encoder.set_progressive(true);
    encoder.encode(&picture, 16, 24, jpeg_encoder::ColorType::Rgb).unwrap();
    let pdb = "TITLE     X\nATOM      1  CA AGLY A   1      11.000  12.000  13.000  0.60 10.00           C\nCONECT    1    1\n";
    vec![
        b"v 0 0 0\nv 2 -1 0\nv 1 0 0 1 0 0\nv 2 1 0\nvt 0 1\nvn 0 0 1\nf 1/1/1 2/1/1 3/1/1 -1/-1/-1\nf 1 2 3 4\n".to_vec(),
        b"solid a\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\nvertex 0 1 0\nendloop\nendfacet\nendsolid\n".to_vec(),
        stl,
        ply.as_bytes().to_vec(),
        binary_ply,
        pdb.as_bytes().to_vec(),
        b"2\nwater\nO 0 0 0\nH 1 0 0\n1\n\nC 0 0 0\n".to_vec(),
        png,
        jpeg,
    ]
}

const NAMES: [&str; 9] = ["a.obj", "a.stl", "a.stl", "a.ply", "a.ply", "a.pdb", "a.xyz", "a.png", "a.jpg"];

/// Reads as all there is; `true` if anything came of it.
fn exercise_others(bytes: &[u8], name: &str) -> bool {
    let sentence = |error: glir_data::Error| {
        let sentence = error.to_string();
        assert!(!sentence.is_empty() && !sentence.contains('\n') && sentence.len() < 400, "{sentence:?}");
    };
    let mesh = glir_data::mesh::read(bytes, name).map_err(sentence);
    if let Ok(mesh) = &mesh {
        let count = mesh.positions.len();
        assert!(mesh.triangles.iter().flatten().all(|index| (*index as usize) < count));
        assert!(count <= bytes.len() && mesh.triangles.len() <= bytes.len());
        assert!(mesh.normals.as_ref().is_none_or(|normals| normals.len() == count));
        assert!(mesh.texcoords.as_ref().is_none_or(|texcoords| texcoords.len() == count));
        assert!(mesh.colors.as_ref().is_none_or(|colors| colors.len() == count));
        assert!(mesh.face_colors.as_ref().is_none_or(|colors| colors.len() == mesh.triangles.len()));
    }
    let options = glir_data::molecule::Options::default();
    let molecule = glir_data::molecule::read(bytes, name, &options).map_err(sentence);
    if let Ok(molecule) = &molecule {
        assert!(!molecule.atoms.is_empty() && molecule.atoms.len() <= bytes.len());
        assert!(molecule.bonds.iter().flatten().all(|atom| (*atom as usize) < molecule.atoms.len()));
    }
    let picture = glir_data::picture::read(bytes).map_err(sentence);
    if let Ok(picture) = &picture {
        let pixels = picture.width as usize * picture.height as usize;
        assert_eq!((picture.to_rgba8().len(), picture.to_grey().len()), (4 * pixels, pixels));
    }
    let table = glir_data::table::read(bytes, name, &Options::default()).map_err(sentence);
    let array = glir_data::array::read(bytes, name, &Options::default()).map_err(sentence);
    if let Ok(array) = &array {
        assert_eq!(array.to_f32().len(), array.shape.iter().product::<usize>());
    }
    mesh.is_ok() || molecule.is_ok() || picture.is_ok() || table.is_ok() || array.is_ok()
}

#[test]
fn the_other_seeds_are_good_files_and_every_truncation_is_answered() {
    for (seed, name) in others().into_iter().zip(NAMES) {
        assert!(exercise_others(&seed, name), "{name}");
        for length in 0..seed.len() {
            exercise_others(&seed[..length], name);
        }
    }
    for seed in seeds() {
        exercise_others(&seed, "a");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn other_mutations_are_answered(
        seed in 0..9_usize, hits in vec((any::<prop::sample::Index>(), any::<u8>()), 1..6), at in any::<prop::sample::Index>(),
        text in "[-0-9 .e/\n]{0,8}",
    ) {
        let mut bytes = others().swap_remove(seed);
        for (at, value) in hits {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        let at = at.index(bytes.len());
        for (to, from) in bytes[at..].iter_mut().zip(text.bytes()) {
            *to = from;
        }
        exercise_others(&bytes, NAMES[seed]);
    }

    #[test]
    fn any_words_are_answered(text in "([vf]|vt|vn|ply|format|ascii|element|vertex|face|property|list|int|end_header|solid|facet|ATOM  |CONECT|[-0-9./ \n]){0,60}", name in 0..7_usize) {
        exercise_others(text.as_bytes(), NAMES[name]);
    }
}

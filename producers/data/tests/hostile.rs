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

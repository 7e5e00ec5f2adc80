//! Files of other versions and other formats, and parts that this version does not know.

use crate::sample::{Shown, chunk, chunk_header, encoded, faults, file_header, part, read};
use glir_core::file::FaultKind;
use glir_spec::{Feature, Header, Profile};

fn only_sentence(bytes: &[u8]) -> String {
    match &read(bytes)[..] {
        [Shown::Fault(fault)] => {
            assert!(fault.is_fatal());
            fault.to_string()
        }
        shown => panic!("{shown:?}"),
    }
}

#[test]
fn what_is_no_glir_file_is_told_apart() {
    assert_eq!(only_sentence(b""), "the file is empty");
    assert_eq!(only_sentence(b"\x89PNG\r\n\x1a\n and so on"), "this is not a GLIR file");
    assert_eq!(only_sentence(&[0; 1000]), "this is not a GLIR file");
    let cut = "the file ends inside its header, so nothing of it can be read";
    let whole = file_header(1, 0, &encoded(&Header::default()));
    assert_eq!([only_sentence(&whole[..20]), only_sentence(&whole[..70])], [cut, cut]);
    let text = "this is not a GLIR file but looks like GLIR text; `glir build` makes a file of it";
    assert_eq!(only_sentence(b"\n  [\"SWAP\"]"), text);
    assert_eq!(only_sentence("\u{feff}// a comment".as_bytes()), text);
}

#[test]
fn another_major_version_is_refused_by_name() {
    let two = file_header(2, 3, b"whatever it holds");
    assert_eq!(only_sentence(&two), "this file is GLIR 2.3; this program reads up to 1.x");
    assert_eq!(
        only_sentence(&file_header(0, 9, &[])),
        "this file is GLIR 0.9; this program reads from 1.0 on"
    );
}

#[test]
fn a_newer_minor_version_is_read_as_far_as_it_is_known() {
    let header = Header {
        minor: 7,
        profile: Profile::Es3,
        uses: vec![Feature::ALL[0]],
        title: "newer".into(),
        ..Header::default()
    };
    // An unknown feature among those used, and two fields more.
    let mut head = encoded(&header);
    let uses = head.iter().skip(4).position(|&byte| byte == 0x91).unwrap() + 4;
    head[uses] = 0x92;
    head.insert(uses + 2, 0x7f);
    head[0] += 2;
    head.extend_from_slice(&[0xc0, 0x92, 1, 2]);
    let mut bytes = file_header(1, 7, &head);
    bytes.extend(chunk(*b"FRAM", 0, &[0x90], &[]));
    let shown = read(&bytes);
    assert_eq!(shown[0], Shown::Header(header));
    assert_eq!(shown.len(), 2);
}

#[test]
fn a_header_that_makes_no_sense_is_a_fault() {
    let cases: [(&[u8], &str); 3] = [
        (&[0xc0], "the header can't be read: nil stands where an array belongs (byte 0)"),
        (&[0x91, 1], "the header can't be read: Header has 1 arguments; it takes 10 (byte 0)"),
        (&encoded(&Header { minor: 1, ..Header::default() }), "it says 1.1 where the file says 1.0"),
    ];
    for (head, sentence) in cases {
        let mut bytes = file_header(1, 0, head);
        bytes.extend(chunk(*b"FRAM", 0, &[0x90], &[]));
        let shown = read(&bytes);
        assert!(
            matches!(&shown[..], [Shown::Fault(fault), Shown::Frame(..)] if fault.to_string().ends_with(sentence)),
            "{shown:?}"
        );
    }
}

#[test]
fn unknown_parts_are_left_out() {
    let mut flagged = chunk_header(*b"FRAM", 0, &[0x90], &[]);
    flagged.flags = 4;
    let mut bytes = file_header(1, 0, &encoded(&Header::default()));
    bytes.extend(chunk(*b"note", 0, b"for somebody else", &[1; 100]));
    bytes.extend(chunk(*b"KEYF", 0, &[], &[2; 100]));
    bytes.extend(part(&flagged.encode(), &[0x90], &[]));
    bytes.extend(chunk(*b"META", 0, &[0xc0], &[]));
    bytes.extend(chunk(*b"BLOB", 0, &[0x92, 99, 0xc4, 0], &[]));
    bytes.extend(chunk(*b"FRAM", 0, &[0x90], &[]));
    let shown = read(&bytes);
    let sentences: Vec<_> = faults(&shown).into_iter().map(|(_, kind)| kind.to_string()).collect();
    let expected = [
        "the chunk kind KEYF is unknown; the chunk is left out",
        "this FRAM chunk has the unknown flags 0x4; the chunk is left out",
        "this META chunk is left out: nil stands where a map belongs (byte 0)",
        "this BLOB chunk is left out: 99 is not a value of Encoding (byte 1)",
    ];
    assert_eq!(sentences, expected);
    assert!(matches!(shown.last(), Some(Shown::Frame(0, ..))));
}

#[test]
fn a_damaged_magic_number_is_not_another_format() {
    let mut bytes = file_header(1, 0, &encoded(&Header::default()));
    bytes.extend(chunk(*b"FRAM", 0, &[0x90], &[]));
    bytes[3] ^= 0xff;
    let shown = read(&bytes);
    assert_eq!(faults(&shown), [(0, FaultKind::DamagedHeader)]);
    assert!(matches!(shown[1], Shown::Frame(0, ..)));
}

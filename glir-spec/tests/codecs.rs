//! The two codecs are one: what the derived codec writes and takes, the borrowing decoder takes and `encode` writes.

// In a test, a panic is the report.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use glir_spec::commands::COMMANDS;
use glir_spec::replies::REPLIES;
use glir_spec::wire::{self, DecodeError, DecodeErrorKind as Kind, Reader, Writer};
use glir_spec::{Command, Frame, Header, Reply, limits};
use proptest::prelude::*;
use random::Entropy;
use std::collections::HashSet;

#[path = "support/random.rs"]
mod random;

/// Decodes all of `bytes` with the borrowing decoder.
fn borrowed(bytes: &[u8]) -> Result<Command<'_>, DecodeError> {
    let mut reader = Reader::new(bytes);
    let command = Command::decode(&mut reader)?;
    reader.finish().map(|()| command)
}

fn encoded(command: &Command<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    command.encode(&mut bytes);
    bytes
}

/// Both decoders must say the same of `bytes`. Values are compared by their bytes, since NaN differs from itself.
fn agree(bytes: &[u8]) -> Result<bool, TestCaseError> {
    let (borrowed, derived) = (borrowed(bytes), wire::from_slice::<Command<'_>>(bytes));
    match (&borrowed, &derived) {
        (Ok(one), Ok(other)) => {
            prop_assert_eq!(encoded(one), encoded(other));
            Ok(true)
        }
        (Err(_), Err(_)) => Ok(false),
        _ => {
            let error = format!("borrowing: {borrowed:?}\nderived: {derived:?}\nbytes: {bytes:02x?}");
            Err(TestCaseError::fail(error))
        }
    }
}

fn random_command(entropy: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    random::command(&mut Entropy(entropy), COMMANDS, &mut Frame::new(), &mut bytes);
    bytes
}

fn entropy() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..400)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn commands_keep_their_bytes(entropy in entropy()) {
        let bytes = random_command(&entropy);
        let command = borrowed(&bytes).map_err(|error| TestCaseError::fail(format!("{error}: {bytes:02x?}")))?;
        prop_assert_eq!(&encoded(&command), &bytes);
        prop_assert_eq!(&rmp_serde::to_vec(&command).unwrap(), &bytes);
        prop_assert!(agree(&bytes)?);
    }

    #[test]
    fn replies_keep_their_bytes(entropy in entropy()) {
        let mut bytes = Vec::new();
        random::command(&mut Entropy(&entropy), REPLIES, &mut Frame::new(), &mut bytes);
        let reply = Reply::decode(&mut Reader::new(&bytes)).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let mut again = Vec::new();
        reply.encode(&mut again);
        prop_assert_eq!(&again, &bytes);
        prop_assert_eq!(&rmp_serde::to_vec(&reply).unwrap(), &bytes);
        let derived: Reply<'_> = wire::from_slice(&bytes).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(&rmp_serde::to_vec(&derived).unwrap(), &bytes);
    }

    #[test]
    fn headers_keep_their_bytes(entropy in entropy()) {
        use glir_spec::wire::Wire;
        let mut bytes = Vec::new();
        random::value(&mut Entropy(&entropy), Header::TYPE, &mut Frame::new(), &mut bytes);
        let header = Header::decode(&mut Reader::new(&bytes)).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(&rmp_serde::to_vec(&header).unwrap(), &bytes);
        prop_assert_eq!(&wire::from_slice::<Header<'_>>(&bytes).unwrap(), &header);
    }

    #[test]
    fn damage_is_judged_alike(
        entropy in entropy(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), 0u8..5, any::<u8>()), 1..4),
    ) {
        let mut bytes = random_command(&entropy);
        for (index, kind, byte) in damage {
            if bytes.is_empty() {
                break;
            }
            let at = index.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => bytes[at] ^= 1 << (byte % 8),
                2 => bytes.insert(at, byte),
                3 => drop(bytes.remove(at)),
                _ => bytes.truncate(at),
            }
        }
        agree(&bytes)?;
    }

    #[test]
    fn noise_is_judged_alike(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        agree(&bytes)?;
    }

    #[test]
    fn no_prefix_is_a_command(entropy in entropy()) {
        let bytes = random_command(&entropy);
        for end in 0..bytes.len() {
            prop_assert!(!agree(&bytes[..end])?);
        }
    }
}

/// MessagePack has several forms for one integer; both decoders take all of them.
#[test]
fn longer_integers_are_taken() {
    for program in [
        &[0x07][..],
        &[0xcc, 7],
        &[0xcd, 0, 7],
        &[0xce, 0, 0, 0, 7],
        &[0xcf, 0, 0, 0, 0, 0, 0, 0, 7],
        &[0xd0, 7],
        &[0xd1, 0, 7],
        &[0xd2, 0, 0, 0, 7],
        &[0xd3, 0, 0, 0, 0, 0, 0, 0, 7],
    ] {
        let bytes = [&[0x92, 17], program].concat();
        assert!(agree(&bytes).unwrap(), "{bytes:02x?}");
        assert_eq!(encoded(&borrowed(&bytes).unwrap()), [0x92, 17, 7]);
    }
    // The opcode too, and the length of the array.
    assert!(agree(&[0xdd, 0, 0, 0, 2, 0xcd, 0, 17, 7]).unwrap());
}

/// A float may be written as any number.
#[test]
fn numbers_stand_for_floats() {
    for width in [&[0x03][..], &[0xca, 0x40, 0x40, 0, 0], &[0xcb, 0x40, 8, 0, 0, 0, 0, 0, 0], &[0xd0, 3]] {
        // STATE line_width
        let bytes = [&[0x92, 80, 0x81, 43], width].concat();
        assert!(agree(&bytes).unwrap(), "{bytes:02x?}");
        assert_eq!(encoded(&borrowed(&bytes).unwrap()), [0x92, 80, 0x81, 43, 0xca, 0x40, 0x40, 0, 0]);
    }
}

/// What rmp-serde by itself takes for something else.
#[test]
fn likenesses_are_refused() {
    let cases: [(&str, &[u8]); 7] = [
        ("a byte string for a command", &[0xc4, 2, 17, 7]),
        ("a byte string for a rectangle", &[0x92, 80, 0x81, 1, 0xc4, 4, 1, 2, 3, 4]),
        ("a byte string for a list", &[0x94, 96, 0xc4, 1, 1, 0xc0, 0xc0]),
        ("a byte string for two floats", &[0x92, 80, 0x81, 2, 0xc4, 2, 0, 1]),
        ("a byte string for a string", &[0x92, 3, 0xc4, 1, b'a']),
        ("a string that is not UTF-8 for bytes", &[0x93, 6, 0xa0, 0x92, 0, 0xa1, 0xff]),
        ("an array of numbers for bytes", &[0x93, 6, 0xa0, 0x92, 0, 0x91, 1]),
    ];
    for (what, bytes) in cases {
        assert!(!agree(bytes).unwrap(), "{what}");
    }
}

/// Every kind of fault has its own error, and both decoders refuse it.
#[test]
fn faults_have_their_kinds() {
    let long_list = {
        let mut bytes = vec![0x93, 66, 1];
        Writer::new(&mut bytes).array(limits::MAX_INTERFACE_ENTRIES + 1);
        bytes.resize(bytes.len() + limits::MAX_INTERFACE_ENTRIES + 1, 0xc0);
        bytes
    };
    let long_payload = {
        let mut bytes = vec![0x93, 6, 0xa0, 0x92, 0];
        Writer::new(&mut bytes).bin(&[0; limits::MAX_INLINE_BYTES + 1]);
        bytes
    };
    let cases: [(&[u8], &str); 22] = [
        (&[], "the bytes end inside a value (byte 0)"),
        (&[0x92, 17], "the bytes end inside a value (byte 2)"),
        (&[0x92, 3, 0xa5, b'a'], "label: the bytes end inside a value (byte 4)"),
        (&[0x91, 2, 0], "1 bytes follow the last value (byte 2)"),
        (&[0x92, 17, 0xa1, b'x'], "id: a string stands where an unsigned integer belongs (byte 2)"),
        (&[0x92, 3, 5], "label: an unsigned integer stands where a string belongs (byte 2)"),
        (&[0x81, 17, 1], "a map stands where an array belongs (byte 0)"),
        (&[0x92, 17, 0xff], "id: -1 is not an unsigned integer (byte 2)"),
        (
            &[0x92, 17, 0xcf, 0, 0, 0, 1, 0, 0, 0, 0],
            "id: 4294967296 is not an unsigned 32-bit integer (byte 2)",
        ),
        (
            &[0x92, 80, 0x81, 33, 0xcd, 1, 0],
            "stencil_reference: 256 is not an unsigned 8-bit integer (byte 4)",
        ),
        (&[0x92, 3, 0xa1, 0xff], "label: the string is not UTF-8 (byte 2)"),
        (&long_list, "attachments: 1025 entries are more than the 1024 allowed (byte 3)"),
        (&long_payload, "payload: 65 entries are more than the 64 allowed (byte 5)"),
        (&[0x91, 0xc8], "an extension value stands where an unsigned integer belongs (byte 1)"),
        (&[0x91, 0xcc, 200], "no command has the opcode 200 (byte 0)"),
        (&[0x93, 98, 1, 9], "action: 9 is not a value of QueryAction (byte 3)"),
        (&[0x92, 80, 0x81, 99, 0], "changes: 99 is not a value of State (byte 3)"),
        (&[0x90], "Command has 0 arguments; it takes 1 (byte 0)"),
        (&[0x91, 17], "DELETE has 0 arguments; it takes 1 (byte 0)"),
        (&[0x93, 17, 1, 1], "DELETE has 2 arguments; it takes only 1 (byte 0)"),
        (
            &[0x92, 80, 0x82, 10, 0xc2, 10, 0xc3],
            "changes: state fields must stand in ascending order, each once (byte 5)",
        ),
        (
            &[0x92, 80, 0x82, 20, 0xc2, 10, 0xc3],
            "changes: state fields must stand in ascending order, each once (byte 5)",
        ),
    ];
    let mut seen = HashSet::new();
    for (bytes, message) in cases {
        let error = borrowed(bytes).unwrap_err();
        assert_eq!(error.to_string(), message, "{bytes:02x?}");
        assert!(!agree(bytes).unwrap(), "{message}");
        seen.insert(std::mem::discriminant(&error.kind));
    }

    let deep = [0x91; limits::MAX_DEPTH + 1];
    let error = Reader::new(&[&deep[..], &[0]].concat()).skip().unwrap_err();
    assert_eq!(error.kind, Kind::TooDeep);
    seen.insert(std::mem::discriminant(&error.kind));

    assert_eq!(seen.len(), 12, "a kind of fault has no case here");
}

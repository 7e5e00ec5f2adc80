//! A file of version 1.0 that every later version must read: it is never written anew.

use crate::sample::{Shown, read};
use glir_core::file::Index;
use glir_core::file::chunk::Kind;
use glir_spec::commands::{Command, Create, Data, Group, Size};
use glir_spec::enums::{BufferRole, BufferUsage};
use glir_spec::ids::ObjectId;
use glir_spec::structs::{Descriptor, Region};
use glir_spec::wire::{Encoding, Payload, Reader};
use glir_spec::{Feature, Header, Profile};

const GOLDEN: &[u8] = include_bytes!("../data/v1.glir");

#[test]
fn a_file_of_version_1_is_read() {
    let shown = read(GOLDEN);
    let header = Header {
        profile: Profile::Es3,
        requires: vec![Feature::UintIndices],
        width: 320,
        height: 240,
        title: "golden".into(),
        generator: "glir-core 0.1.0".into(),
        ..Header::default()
    };
    assert_eq!(shown[0], Shown::Header(header));
    let Shown::Blob(hash, Encoding::U16, blob) = &shown[1] else { panic!("{:?}", shown[1]) };
    assert_eq!(blob[..], (0..200).collect::<Vec<u8>>());
    assert_eq!(hash.0, *blake3::hash(blob).as_bytes());
    assert_eq!(shown[2], Shown::Meta(vec![("author".into(), "GLIR".into())]));

    let Shown::Frame(0, 40_000, head, arena) = &shown[3] else { panic!("{:?}", shown[3]) };
    let mut commands = Reader::new(head);
    let count = commands.array().unwrap();
    let commands: Vec<_> = (0..count).map(|_| Command::decode(&mut commands).unwrap()).collect();
    let buffer = Descriptor::Buffer { buffer: BufferRole::Vertex, usage: BufferUsage::Static };
    let data = |offset, payload| Data { id: ObjectId(1), region: Region::Bytes { offset }, payload };
    let expected: [Command<'_>; 6] = [
        Create { id: ObjectId(1), descriptor: buffer }.into(),
        Size { id: ObjectId(1), width: 1000, height: 1, depth: 1 }.into(),
        data(0, Payload::Arena { encoding: Encoding::F32, offset: 0, length: 160 }).into(),
        data(160, Payload::Blob { encoding: Encoding::U16, hash: *hash, length: 200 }).into(),
        Group { label: "done".into() }.into(),
        glir_spec::commands::Swap {}.into(),
    ];
    assert_eq!(commands, expected);
    let floats: Vec<_> =
        arena.chunks_exact(4).map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap())).collect();
    assert_eq!(floats, (0..40).map(|number| number as f32 / 4.0).collect::<Vec<_>>());

    assert_eq!(shown[4], Shown::Frame(1, 80_000, vec![0x91, 0x91, 2], Vec::new()));
    assert_eq!(shown.len(), 5);
}

#[test]
fn the_index_of_a_file_of_version_1_is_found() {
    let index = Index::find(GOLDEN).unwrap();
    let kinds: Vec<_> = index.entries.iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds, [Kind::BLOB, Kind::META, Kind::FRAME, Kind::FRAME]);
    assert_eq!(index, Index::scan(GOLDEN));
}

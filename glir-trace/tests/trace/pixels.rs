//! Parts of traces show what the whole shows, to the pixel.

use crate::sample::{header, recorded, scene};
use glir_core::{FrameInput, Settings, Store};
use glir_native::{Api, Headless};
use glir_trace::{Recording, Trace, slice, split, trim};

pub(crate) type Picture = (u32, u32, Vec<u8>);

fn open() -> Option<Headless> {
    match Headless::open(Api::Gles3, &header(), Settings::default()) {
        Ok(session) => Some(session),
        Err(error) => {
            assert!(std::env::var_os("GLIR_REQUIRE_GL").is_none(), "{error}");
            eprintln!("skipped: {error}");
            None
        }
    }
}

/// The pictures at the ends of a file's frames.
pub(crate) fn pictures(bytes: &[u8]) -> Option<Vec<Picture>> {
    let trace = Trace::open(bytes).unwrap();
    let blobs = trace.blobs(0).unwrap();
    let mut session = open()?;
    let pictures = trace.frames().map(|number| {
        let chunk = trace.frame(number).unwrap().unwrap();
        let input = FrameInput { head: &chunk.head, arena: Store::Memory(&chunk.arena), blobs: &blobs };
        session.interpreter().unwrap().draw(input);
        session.picture().unwrap()
    });
    Some(pictures.collect())
}

#[test]
fn trimmed_and_sliced_traces_show_the_same() {
    for seed in 0..12 {
        let frames = scene(seed, 24);
        let bytes =
            recorded(&frames, Recording { keyframe_percent: 50, blob_bytes: 200, ..Recording::default() });
        let Some(whole) = pictures(&bytes) else { return };
        let trace = Trace::open(&bytes).unwrap();
        let part = trim(&trace, 9..=14, Vec::new()).unwrap().unwrap();
        let shown = pictures(&part).unwrap();
        // The first chunk is what was before, and no frame of its own.
        assert_eq!(shown[1..], whole[9..=14], "seed {seed}");
        for frame in [0, 5, 13, 23] {
            let part = slice(&trace, frame, Vec::new()).unwrap().unwrap();
            let shown = pictures(&part).unwrap();
            assert_eq!(shown.len(), 1);
            assert_eq!(shown[0], whole[frame as usize], "seed {seed}, frame {frame}");
            let sliced = Trace::open(&part).unwrap().frame(0).unwrap().unwrap();
            let kept = split(&sliced.head).count();
            let all: usize = frames.iter().map(glir_spec::Frame::len).sum();
            assert!(kept < all, "seed {seed}, frame {frame}: {kept} of {all}");
        }
    }
}

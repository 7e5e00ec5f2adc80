//! Every way of shaders to the driver: as they are, with ES compatibility, rewritten. All give the same pixels, for the
//! samples compute in highp: what is dropped with precision could otherwise be seen in the last bit.
//!
//! A sample is a pair of sources in `sources/` and an entry in [`samples`]; what the rewriter makes of it stands in
//! `rewritten/` (`BLESS=1` writes it anew).

mod samples;
mod stage;

use glir_native::shader::{Dialect, Stage, prepare};
use glir_native::{Api, HeadlessContext};
use glir_spec::{Feature, Profile};
use samples::Sample;
use std::path::Path;

/// How each context is asked for: API, version if it matters, way.
/// A name, an API, the version to insist on, and the way.
type Case = (&'static str, Api, Option<(u8, u8)>, Way);

const WAYS: [Case; 5] = [
    ("OpenGL, ES compatibility", Api::Gl, None, Way::OfContext),
    ("OpenGL, rewritten", Api::Gl, None, Way::Rewrite),
    ("OpenGL 3.3, rewritten", Api::Gl, Some((3, 3)), Way::Rewrite),
    ("OpenGL ES 3", Api::Gles3, None, Way::OfContext),
    ("OpenGL ES 2", Api::Gles2, None, Way::OfContext),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    OfContext,
    Rewrite,
}

/// A context, or none with a printed line where there is no EGL.
fn context(api: Api, version: Option<(u8, u8)>) -> Option<HeadlessContext> {
    let made = match version {
        Some((major, minor)) => HeadlessContext::with_version(api, major, minor),
        None => HeadlessContext::new(api),
    };
    match made {
        Ok(context) => Some(context),
        Err(error) => {
            assert!(std::env::var_os("GLIR_REQUIRE_GL").is_none(), "{error}");
            eprintln!("skipped, drawing on {api}: {error}");
            None
        }
    }
}

fn pixels(
    sample: &Sample,
    api: Api,
    version: Option<(u8, u8)>,
    way: Way,
) -> Option<Result<Vec<Vec<u8>>, String>> {
    let context = context(api, version)?;
    let dialect = match way {
        Way::OfContext => Dialect::of(context.info()),
        Way::Rewrite => Dialect::Rewrite,
    };
    Some(stage::draw(sample, context, dialect))
}

/// OpenGL ES 2 has no profile es3. Mesa has GL_EXT_shader_texture_lod for no OpenGL ES before its version 23.
fn applies(sample: &Sample, api: Api) -> bool {
    match api {
        Api::Gl => true,
        Api::Gles2 => sample.profile == Profile::Es2 && !sample.needs.contains(&Feature::ShaderTextureLod),
        Api::Gles3 => !sample.needs.contains(&Feature::ShaderTextureLod),
    }
}

#[test]
fn every_way_gives_the_same_pixels() {
    let mut faults = Vec::new();
    for sample in samples::ALL {
        let mut first: Option<(&str, Vec<Vec<u8>>)> = None;
        for (name, api, version, way) in WAYS.into_iter().filter(|&(_, api, ..)| applies(sample, api)) {
            let drawn = match pixels(sample, api, version, way) {
                None => return,
                Some(Ok(drawn)) => drawn,
                Some(Err(fault)) => {
                    faults.push(format!("{}, {name}: {fault}", sample.name));
                    continue;
                }
            };
            for (attachment, pixels) in drawn.iter().enumerate() {
                let background = pixels.chunks_exact(4).filter(|pixel| *pixel == &pixels[..4]).count();
                let all = (stage::WIDTH * stage::HEIGHT) as usize;
                if background * 10 > all * 9 {
                    faults.push(format!("{}, {name}: attachment {attachment} is empty", sample.name));
                }
            }
            match &first {
                None => first = Some((name, drawn)),
                Some((other, expected)) => {
                    let differ = |(a, b): (&Vec<u8>, &Vec<u8>)| {
                        a.chunks_exact(4).zip(b.chunks_exact(4)).filter(|(a, b)| a != b).count()
                    };
                    let count: usize = expected.iter().zip(&drawn).map(differ).sum();
                    if count > 0 {
                        faults.push(format!(
                            "{}: {count} pixels differ between {other} and {name}",
                            sample.name
                        ));
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn rewriting_gives_what_is_written_down() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dialects/rewritten");
    let bless = std::env::var_os("BLESS").is_some();
    let mut faults = Vec::new();
    for sample in samples::ALL {
        for (stage, source, ending) in
            [(Stage::Vertex, sample.vertex, "vert"), (Stage::Fragment, sample.fragment, "frag")]
        {
            let rewritten = prepare(Dialect::Rewrite, stage, source).unwrap();
            let file = folder.join(format!("{}.{ending}", sample.name));
            if bless {
                std::fs::create_dir_all(&folder).unwrap();
                std::fs::write(&file, &rewritten.source).unwrap();
            } else if std::fs::read_to_string(&file).unwrap_or_default() != rewritten.source {
                faults.push(format!(
                    "{} is not what the rewriter gives now:\n{}",
                    file.display(),
                    rewritten.source
                ));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

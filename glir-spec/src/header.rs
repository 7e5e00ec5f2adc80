//! The header of a stream: version, profile, features and the first canvas.

use crate::features::{Feature, Profile};
use crate::wire::Str;

/// The version of the language that this crate speaks.
pub const VERSION: (u32, u32) = (1, 0);

wire_struct! {
    /// What stands before the first command of a stream.
    Object Header<'a> {
        /// Major version: a reader refuses a greater one than its own.
        major: u32 = "1",
        /// Minor version: a greater one than the reader's own may use commands that the reader reports and skips.
        minor: u32 = "0",
        /// The base profile.
        profile: Profile = "\"es2\"",
        /// Features without which the stream can't be drawn.
        requires: Vec<Feature> = "[]",
        /// Features that the stream uses where they are there.
        uses: Vec<Feature> = "[]",
        /// Width of canvas 0 in pixels.
        width: u32 = "800",
        /// Height of canvas 0 in pixels.
        height: u32 = "600",
        /// Samples a pixel of canvases; 0 for no multisampling. More needs the feature `multisample`.
        samples: u32 = "0",
        /// What the stream shows, for people.
        title: Str<'a> = "\"\"",
        /// The program that made it.
        generator: Str<'a> = "\"\"",
    }
}

impl Default for Header<'_> {
    fn default() -> Self {
        Header {
            major: VERSION.0,
            minor: VERSION.1,
            profile: Profile::Es2,
            requires: Vec::new(),
            uses: Vec::new(),
            width: 800,
            height: 600,
            samples: 0,
            title: Str::default(),
            generator: Str::default(),
        }
    }
}

impl Header<'_> {
    /// A copy that borrows nothing.
    pub fn into_owned(self) -> Header<'static> {
        Header { title: self.title.into_owned(), generator: self.generator.into_owned(), ..self }
    }

    /// True if the stream names the feature, or its profile includes it.
    pub fn has(&self, feature: Feature) -> bool {
        feature.base().is_some_and(|base| base <= self.profile)
            || self.requires.contains(&feature)
            || self.uses.contains(&feature)
    }
}

//! Profile and features: collected as they are used, or held against a header that has been sent.

use crate::error::{Result, refuse};
use glir_spec::{Code, Feature, Header, Profile};
use std::fmt::Display;

/// What a stream may use. A copy of it is asked during a call and kept if the call succeeds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grants {
    pub(crate) profile: Profile,
    /// A bit for each feature that the header names.
    bits: u64,
    /// The header is known to others and can't change.
    pub(crate) fixed: bool,
}

const fn bit(feature: Feature) -> u64 {
    1 << (feature as u8 % 64)
}

impl Grants {
    /// What a header allows.
    pub(crate) fn of(header: &Header<'_>, fixed: bool) -> Self {
        let bits = header.requires.iter().chain(&header.uses).fold(0, |bits, feature| bits | bit(*feature));
        Grants { profile: header.profile, bits, fixed }
    }

    /// True if the stream may use the feature as it is.
    pub(crate) fn has(&self, feature: Feature) -> bool {
        self.bits & bit(feature) != 0 || feature.info().base.is_some_and(|base| base <= self.profile)
    }

    /// Notes that the header names a feature.
    pub(crate) fn allow(&mut self, feature: Feature) {
        self.bits |= bit(feature);
    }

    /// Asks for a feature. A header that may still change comes to name it, or takes the profile es3 where no
    /// context of profile es2 has it.
    pub(crate) fn need(&mut self, feature: Feature, what: impl Display) -> Result<()> {
        if self.has(feature) {
            return Ok(());
        }
        if self.fixed {
            return refuse(
                Code::FeatureMissing,
                format!("{what} needs the feature \"{feature}\", which the stream's header does not name"),
            );
        }
        let info = feature.info();
        if info.base.is_some() && info.gles2 == "-" && info.webgl1 == "-" {
            self.profile = Profile::Es3;
        } else {
            self.bits |= bit(feature);
        }
        Ok(())
    }

    /// Asks for the profile es3.
    pub(crate) fn es3(&mut self, what: impl Display) -> Result<()> {
        if self.profile >= Profile::Es3 {
            return Ok(());
        }
        if self.fixed {
            return refuse(
                Code::FeatureMissing,
                format!("{what} needs the profile es3, and the stream's header says es2"),
            );
        }
        self.profile = Profile::Es3;
        Ok(())
    }

    /// The features that a header lists: those that have been asked for and are no part of its profile, besides those
    /// that it lists already.
    pub(crate) fn write(&self, header: &mut Header<'_>) {
        header.profile = self.profile;
        for &feature in Feature::ALL {
            if self.bits & bit(feature) != 0 && !header.has(feature) {
                header.requires.push(feature);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Grants;
    use glir_spec::{Feature, Header, Profile};

    #[test]
    fn a_stream_asks_for_no_more_than_it_uses() {
        let mut grants = Grants::of(&Header::default(), false);
        grants.need(Feature::Instancing, "x").unwrap();
        let mut header = Header::default();
        grants.write(&mut header);
        assert_eq!((header.profile, &header.requires[..]), (Profile::Es2, &[Feature::Instancing][..]));
        // No WebGL 1 has 3D textures, so the profile rises, and then includes instancing.
        grants.need(Feature::Texture3d, "x").unwrap();
        let mut header = Header::default();
        grants.write(&mut header);
        assert_eq!((header.profile, header.requires.len()), (Profile::Es3, 0));
        assert!(Feature::ALL.iter().all(|&feature| (feature as u8) < 64));
    }

    #[test]
    fn a_fixed_header_refuses() {
        let mut grants = Grants::of(&Header::default(), true);
        let error = grants.need(Feature::UintIndices, "an index of type u32").unwrap_err();
        assert_eq!(
            error.to_string(),
            "an index of type u32 needs the feature \"uint-indices\", which the stream's header does not name"
        );
        assert!(grants.es3("a thing").unwrap_err().to_string().starts_with("a thing needs the profile es3"));
        assert!(!grants.has(Feature::UintIndices));
    }
}

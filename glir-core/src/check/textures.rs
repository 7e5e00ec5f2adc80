//! Commands on textures: INTERPOLATION, WRAPPING, MIPMAPS; and whether a texture can be sampled.

use super::{Checker, Checking, proven};
use crate::backend::{Kind, Sampling};
use crate::checked::Checked;
use crate::diagnostic::{Check, Decimal, refuse};
use crate::objects::Ref;
use crate::resources::Texture;
use glir_spec::commands::{Interpolation, Mipmaps, Wrapping};
use glir_spec::enums::{Filter, TextureTarget, Wrap};
use glir_spec::formats::{FormatClass, Support};
use glir_spec::{Code, Feature, Profile};

impl<'a> Checking<'_, 'a> {
    pub(super) fn interpolation(&mut self, command: Interpolation) -> Check<()> {
        let checker = &mut *self.checker;
        let id = command.texture.0;
        let at = checker.find(id, Kind::Texture)?;
        let Some(texture) = checker.textures.get(at) else { return Ok(()) };
        if command.min.is_linear() || command.mag == Filter::Linear {
            checker.may_filter(id, at, texture)?;
        }
        if !(command.anisotropy >= 1.0 && command.anisotropy.is_finite()) {
            return refuse!(
                Code::OutOfRange,
                id,
                "the anisotropy {} is not 1 or more",
                Decimal(command.anisotropy)
            );
        }
        if command.anisotropy > 1.0 {
            checker.need(Feature::Anisotropy, id, "anisotropic filtering")?;
        }
        let greatest = checker.capabilities.limits.max_texture_max_anisotropy.max(1.0);
        checker.epoch += 1;
        let Some(texture) = checker.textures.get_mut(at) else { return Ok(()) };
        (texture.min, texture.mag, texture.anisotropy) =
            (command.min, command.mag, command.anisotropy.min(greatest));
        proven!(self, Checked::Sampling { texture: at.handle, sampling: sampling(texture) })
    }

    pub(super) fn wrapping(&mut self, command: Wrapping) -> Check<()> {
        let checker = &mut *self.checker;
        let at = checker.find(command.texture.0, Kind::Texture)?;
        checker.epoch += 1;
        let Some(texture) = checker.textures.get_mut(at) else { return Ok(()) };
        texture.wrap = [command.s, command.t, command.r];
        proven!(self, Checked::Sampling { texture: at.handle, sampling: sampling(texture) })
    }

    pub(super) fn mipmaps(&mut self, command: Mipmaps) -> Check<()> {
        let checker = &mut *self.checker;
        let id = command.texture.0;
        let at = checker.find(id, Kind::Texture)?;
        let name = || checker.name(Kind::Texture, at);
        let Some(texture) = checker.textures.get(at) else { return Ok(()) };
        let Some(extent) = texture.extent else {
            return refuse!(Code::NoStorage, id, "{} has no storage; SIZE comes before MIPMAPS", name());
        };
        let info = texture.format.info();
        let renderable = match info.render {
            // The formats of ES 2.0 may always be filled.
            _ if info.needs.is_none() => true,
            Support::Base => true,
            Support::Needs(feature) => checker.enabled.has(feature),
            Support::Never => false,
        };
        if info.class != FormatClass::Float || !renderable {
            return refuse!(
                Code::BadFormat,
                id,
                "{} is {}, whose mipmaps GL can't fill; write each level by DATA",
                name(),
                texture.format
            );
        }
        checker.may_filter(id, at, texture)?;
        if texture.levels == 1 && extent.width.max(extent.height) > 1 {
            return refuse!(
                Code::BadArgument,
                id,
                "{} has only one level; CREATE it with \"levels\": 0",
                name()
            );
        }
        let power_of_two = extent.width.is_power_of_two() && extent.height.is_power_of_two();
        if !power_of_two && !checker.enabled.has(Feature::NpotTextures) {
            let message = format!(
                "{} is {}×{}; MIPMAPS of sides that are no powers of two",
                name(),
                extent.width,
                extent.height
            );
            checker.need(Feature::NpotTextures, id, &message)?;
        }
        proven!(self, Checked::Mipmaps { texture: at.handle })
    }
}

/// How a texture is sampled, as the backend is told.
pub(crate) fn sampling(texture: &Texture) -> Sampling {
    Sampling {
        target: texture.target,
        min: texture.min,
        mag: texture.mag,
        anisotropy: texture.anisotropy,
        wrap: texture.wrap,
    }
}

impl Checker {
    /// Refuses a linear filter on a format that can't be filtered.
    fn may_filter(&self, id: u32, at: Ref, texture: &Texture) -> Check<()> {
        match texture.format.info().filter {
            Support::Base => Ok(()),
            Support::Needs(feature) => {
                let what = format!(
                    "linear filtering of {}, a texture of format {},",
                    self.name(Kind::Texture, at),
                    texture.format
                );
                self.need(feature, id, &what)
            }
            // Depths that are compared are filtered after the comparison.
            Support::Never if texture.compare.is_some() => Ok(()),
            Support::Never => {
                refuse!(
                    Code::BadFormat,
                    id,
                    "{} is {}, which can't be filtered; use nearest filters",
                    self.name(Kind::Texture, at),
                    texture.format
                )
            }
        }
    }

    /// Refuses unless sampling the texture is defined (OpenGL ES 3.0.6, section 3.8.13; ES 2.0.25, section 3.8.2).
    pub(crate) fn may_sample(&self, at: Ref) -> Check<()> {
        let Some(texture) = self.textures.get(at) else { return Ok(()) };
        let id = texture.common.id;
        let name = || self.name(Kind::Texture, at);
        let Some(extent) = texture.extent else {
            return refuse!(Code::NoStorage, id, "{} is sampled but has no storage; SIZE it first", name());
        };
        let greatest = match texture.target {
            TextureTarget::D3 => extent.width.max(extent.height).max(extent.depth),
            _ => extent.width.max(extent.height),
        };
        let all = 32 - greatest.leading_zeros();
        if texture.min.uses_mipmaps() && texture.levels < all && self.profile == Profile::Es2 {
            return refuse!(
                Code::IncompleteTexture,
                id,
                "{} has {} of {all} levels, and its filter {} needs all in profile es2",
                name(),
                texture.levels,
                texture.min
            );
        }
        let power_of_two = extent.width.is_power_of_two() && extent.height.is_power_of_two();
        if !power_of_two && !self.enabled.has(Feature::NpotTextures) {
            let repeats = texture.wrap[..2].iter().any(|&wrap| wrap != Wrap::ClampToEdge);
            if repeats || texture.min.uses_mipmaps() {
                return refuse!(
                    Code::IncompleteTexture,
                    id,
                    "{} is {}×{}; without the feature \"npot-textures\" it takes clamp_to_edge and no mipmaps",
                    name(),
                    extent.width,
                    extent.height
                );
            }
        }
        Ok(())
    }
}

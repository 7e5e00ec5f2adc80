//! Textures: storage, uploads, sampling, mipmaps, and the differences of both versions in formats.

use super::{WebBackend, made, thrown};
use crate::foreign::View;
use crate::gl::Texture;
use glir_core::backend::{Extent, Failure, Handle, Sampling, TexelBox};
use glir_spec::enums::{CompareFunc, TextureTarget};
use glir_spec::generated::gl;
use glir_spec::{Feature, Format};
use js_sys::Uint8Array;

/// A texture and how it was made.
pub(super) struct TextureObject {
    pub(super) name: Texture,
    target: TextureTarget,
    pub(super) format: Option<Format>,
    /// The filter for smaller pictures, GL's number.
    min: u32,
}

/// GL's words for a format: sized in WebGL 2, unsized in WebGL 1.
fn spoken(format: Format, webgl1: bool) -> (u32, u32, u32) {
    let info = format.info();
    if !webgl1 {
        return (info.internal, info.format, info.ty);
    }
    // Half floats have another number in WebGL 1's extension.
    let ty = if info.ty == gl::HALF_FLOAT { gl::HALF_FLOAT_OES } else { info.ty };
    (info.format, info.format, ty)
}

/// The kind of view that WebGL takes for a pixel type.
fn view(ty: u32) -> View {
    match ty {
        gl::BYTE => View::I8,
        gl::UNSIGNED_SHORT
        | gl::UNSIGNED_SHORT_5_6_5
        | gl::UNSIGNED_SHORT_4_4_4_4
        | gl::UNSIGNED_SHORT_5_5_5_1
        | gl::HALF_FLOAT
        | gl::HALF_FLOAT_OES => View::U16,
        gl::SHORT => View::I16,
        gl::UNSIGNED_INT
        | gl::UNSIGNED_INT_24_8
        | gl::UNSIGNED_INT_2_10_10_10_REV
        | gl::UNSIGNED_INT_10F_11F_11F_REV
        | gl::UNSIGNED_INT_5_9_9_9_REV => View::U32,
        gl::INT => View::I32,
        gl::FLOAT => View::F32,
        _ => View::U8,
    }
}

/// The face of a cube, in GLIR's order, which is GL's.
pub(super) const fn face(layer: u32) -> u32 {
    gl::TEXTURE_CUBE_MAP_POSITIVE_X + if layer < 6 { layer } else { 0 }
}

impl WebBackend {
    /// Binds for an upload on the unit that no program uses.
    fn bind_for_change(&self, target: TextureTarget, texture: Handle) {
        self.gl.active_texture(gl::TEXTURE0 + self.upload_unit);
        self.gl.bind_texture(target.gl(), self.textures.at(texture).map(|texture| &texture.name));
    }

    pub(super) fn create_texture(
        &mut self,
        handle: Handle,
        target: TextureTarget,
        compare: Option<CompareFunc>,
    ) -> Result<(), Failure> {
        let name = made(self.gl.create_texture())?;
        self.textures
            .put(handle, TextureObject { name, target, format: None, min: gl::NEAREST_MIPMAP_LINEAR });
        self.bind_for_change(target, handle);
        if let Some(func) = compare {
            self.gl.tex_parameter_i(target.gl(), gl::TEXTURE_COMPARE_MODE, gl::COMPARE_REF_TO_TEXTURE);
            self.gl.tex_parameter_i(target.gl(), gl::TEXTURE_COMPARE_FUNC, func.gl());
        }
        Ok(())
    }

    pub(super) fn allocate_texture(
        &mut self,
        texture: Handle,
        target: TextureTarget,
        format: Format,
        extent: Extent,
        levels: u32,
    ) -> Result<(), Failure> {
        self.bind_for_change(target, texture);
        let faces = if target == TextureTarget::Cube { 6 } else { 1 };
        let texels = u64::from(extent.width) * u64::from(extent.height) * u64::from(extent.depth) * faces;
        let bytes = texels.saturating_mul(u64::from(format.info().texel_bytes));
        let before = self.before(bytes);
        let t = target.gl();
        if !self.webgl1 {
            // Levels beyond the last do not count, so every texture is complete.
            self.gl.tex_parameter_i(t, gl::TEXTURE_MAX_LEVEL, levels - 1);
        }
        if levels > 1 {
            // Mesa gives all levels one storage only if the filter at that time reads them; see the native backend.
            self.gl.tex_parameter_i(t, gl::TEXTURE_MIN_FILTER, gl::NEAREST_MIPMAP_NEAREST);
        }
        let (internal, pixels, ty) = spoken(format, self.webgl1);
        for level in 0..levels {
            let half = |side: u32| (side >> level).max(1);
            let (width, height) = (half(extent.width), half(extent.height));
            let depth = if target == TextureTarget::D3 { half(extent.depth) } else { extent.depth };
            if target.has_depth() {
                let made =
                    self.gl.tex_image_3d(t, level, internal, width, height, depth, 0, pixels, ty, None);
                made.map_err(|error| thrown(&error))?;
                continue;
            }
            for layer in 0..faces as u32 {
                let t = if target == TextureTarget::Cube { face(layer) } else { t };
                let made = self.gl.tex_image_2d(t, level, internal, width, height, 0, pixels, ty, None);
                made.map_err(|error| thrown(&error))?;
            }
        }
        if let Some(texture) = self.textures.at_mut(texture) {
            texture.format = Some(format);
            if levels > 1 {
                self.gl.tex_parameter_i(t, gl::TEXTURE_MIN_FILTER, texture.min);
            }
        }
        self.outcome(before, bytes)?;
        if !format.info().class.is_color() {
            let layers = if target == TextureTarget::Cube { 6 } else { extent.depth };
            self.clear_depths(texture, target, format, levels, layers);
        }
        Ok(())
    }

    /// WebGL fills fresh storage with zeros, but depths only as a driver sees fit.
    fn clear_depths(
        &mut self,
        texture: Handle,
        target: TextureTarget,
        format: Format,
        levels: u32,
        layers: u32,
    ) {
        for level in 0..levels {
            for layer in 0..layers {
                self.clear_image(format, |backend, point, on| {
                    let name = backend.textures.at(texture).map(|texture| &texture.name).filter(|_| on);
                    backend.attach_texture(point, target, name, level, layer);
                });
            }
        }
    }

    pub(super) fn upload_texture(&mut self, texture: Handle, region: &TexelBox, bytes: Uint8Array) {
        self.bind_for_change(region.target, texture);
        let (_, format, ty) = spoken(region.format, self.webgl1);
        if ty == gl::FLOAT_32_UNSIGNED_INT_24_8_REV {
            let text = "WebGL takes no data for depth32f_stencil8".to_owned();
            self.known.error.get_or_insert(Failure::Driver(text));
            return;
        }
        let [x, y, z] = region.origin;
        let [width, height, depth] = region.size;
        let (level, t) = (region.level, region.target.gl());
        if region.target == TextureTarget::Cube {
            let size = bytes.length() / depth.max(1);
            for index in 0..depth {
                let data = view(ty).of(bytes.subarray(index * size, (index + 1) * size));
                let t = face(z + index);
                let outcome = self.gl.tex_sub_image_2d(t, level, x, y, width, height, format, ty, &data);
                self.note(outcome);
            }
            return;
        }
        let data = view(ty).of(bytes);
        let outcome = if region.target.has_depth() {
            self.gl.tex_sub_image_3d(t, level, x, y, z, width, height, depth, format, ty, &data)
        } else {
            self.gl.tex_sub_image_2d(t, level, x, y, width, height, format, ty, &data)
        };
        self.note(outcome);
    }

    pub(super) fn set_sampling(&mut self, texture: Handle, sampling: &Sampling) {
        self.bind_for_change(sampling.target, texture);
        if let Some(texture) = self.textures.at_mut(texture) {
            texture.min = sampling.min.gl();
        }
        let (gl, target) = (&self.gl, sampling.target.gl());
        let [s, t, r] = sampling.wrap;
        gl.tex_parameter_i(target, gl::TEXTURE_MIN_FILTER, sampling.min.gl());
        gl.tex_parameter_i(target, gl::TEXTURE_MAG_FILTER, sampling.mag.gl());
        gl.tex_parameter_i(target, gl::TEXTURE_WRAP_S, s.gl());
        gl.tex_parameter_i(target, gl::TEXTURE_WRAP_T, t.gl());
        if sampling.target == TextureTarget::D3 {
            gl.tex_parameter_i(target, gl::TEXTURE_WRAP_R, r.gl());
        }
        if self.capabilities.features.has(Feature::Anisotropy) {
            gl.tex_parameter_f(target, gl::TEXTURE_MAX_ANISOTROPY_EXT, sampling.anisotropy);
        }
    }

    pub(super) fn generate_mipmaps(&mut self, texture: Handle) {
        let Some(target) = self.textures.at(texture).map(|texture| texture.target) else { return };
        self.bind_for_change(target, texture);
        self.gl.generate_mipmap(target.gl());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn webgl1_takes_unsized_formats() {
        assert_eq!(spoken(Format::Rgba8, true), (gl::RGBA, gl::RGBA, gl::UNSIGNED_BYTE));
        assert_eq!(spoken(Format::Rgba16f, true), (gl::RGBA, gl::RGBA, gl::HALF_FLOAT_OES));
        assert_eq!(spoken(Format::Rgba8, false).0, gl::RGBA8);
    }
}

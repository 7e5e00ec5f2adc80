//! Textures: storage, uploads, sampling, mipmaps, and the differences of contexts in formats.

use super::GlBackend;
use super::buffer::ZEROS;
use glir_core::backend::{Extent, Failure, Handle, Sampling, TexelBox};
use glir_spec::Format;
use glir_spec::enums::{CompareFunc, Swizzle, TextureTarget};
use glow::HasContext as _;
use glow::PixelUnpackData;

/// A texture and how it was made.
#[derive(Debug)]
pub(super) struct TextureObject {
    pub(super) name: glow::Texture,
    pub(super) target: TextureTarget,
    /// The filter for smaller pictures, GL's number.
    min: u32,
}

/// How a format is spoken of in one kind of context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spoken {
    pub(super) internal: u32,
    pub(super) format: u32,
    pub(super) ty: u32,
}

/// GL's words for a format: sized on ES 3.0 and desktop, unsized on ES 2.0; desktop core has no luminance.
pub(super) fn spoken(format: Format, es2: bool, desktop: bool) -> Spoken {
    let info = format.info();
    let sized = Spoken { internal: info.internal, format: info.format, ty: info.ty };
    if desktop {
        return match format {
            Format::Alpha8 | Format::Luminance8 => Spoken { internal: glow::R8, format: glow::RED, ..sized },
            Format::LuminanceAlpha8 => Spoken { internal: glow::RG8, format: glow::RG, ..sized },
            _ => sized,
        };
    }
    if es2 {
        // Half floats have another number in ES 2.0's extension.
        let ty = if info.ty == glow::HALF_FLOAT { glow::HALF_FLOAT_OES } else { info.ty };
        return Spoken { internal: info.format, format: info.format, ty };
    }
    sized
}

/// The channels that stand for a luminance format where there is none.
fn emulated(format: Format) -> [Swizzle; 4] {
    use Swizzle::{Alpha, Blue, Green, One, Red, Zero};
    match format {
        Format::Alpha8 => [Zero, Zero, Zero, Red],
        Format::Luminance8 => [Red, Red, Red, One],
        Format::LuminanceAlpha8 => [Red, Red, Red, Green],
        _ => [Red, Green, Blue, Alpha],
    }
}

/// A swizzle applied to what another one gives.
fn compose(outer: &[Swizzle; 4], inner: [Swizzle; 4]) -> [Swizzle; 4] {
    outer.map(|channel| match channel {
        Swizzle::Red => inner[0],
        Swizzle::Green => inner[1],
        Swizzle::Blue => inner[2],
        Swizzle::Alpha => inner[3],
        constant => constant,
    })
}

/// The faces of a cube in GLIR's order.
pub(super) const FACES: [u32; 6] = [
    glow::TEXTURE_CUBE_MAP_POSITIVE_X,
    glow::TEXTURE_CUBE_MAP_NEGATIVE_X,
    glow::TEXTURE_CUBE_MAP_POSITIVE_Y,
    glow::TEXTURE_CUBE_MAP_NEGATIVE_Y,
    glow::TEXTURE_CUBE_MAP_POSITIVE_Z,
    glow::TEXTURE_CUBE_MAP_NEGATIVE_Z,
];

impl GlBackend {
    /// Binds for an upload on the unit that no program uses.
    fn bind_for_change(&self, target: TextureTarget, texture: Handle) {
        let name = self.textures.at(texture).map(|texture| texture.name);
        // SAFETY: see the module's head.
        unsafe {
            self.gl.active_texture(glow::TEXTURE0 + self.upload_unit);
            self.gl.bind_texture(target.gl(), name);
        }
    }

    pub(super) fn create_texture(
        &mut self,
        handle: Handle,
        target: TextureTarget,
        format: Format,
        swizzle: &[Swizzle; 4],
        compare: Option<CompareFunc>,
    ) -> Result<(), Failure> {
        // SAFETY: see the module's head.
        let name = unsafe { self.gl.create_texture().map_err(Failure::Driver)? };
        self.textures.put(handle, TextureObject { name, target, min: glow::NEAREST_MIPMAP_LINEAR });
        self.bind_for_change(target, handle);
        let inner = if self.desktop { emulated(format) } else { emulated(Format::Rgba8) };
        let swizzle = compose(swizzle, inner);
        let identity = emulated(Format::Rgba8);
        let set = |parameter: u32, value: u32| {
            // SAFETY: see the module's head; the parameters exist where the features that lead here do.
            unsafe { self.gl.tex_parameter_i32(target.gl(), parameter, value as i32) };
        };
        if swizzle != identity {
            set(glow::TEXTURE_SWIZZLE_R, swizzle[0].gl());
            set(glow::TEXTURE_SWIZZLE_G, swizzle[1].gl());
            set(glow::TEXTURE_SWIZZLE_B, swizzle[2].gl());
            set(glow::TEXTURE_SWIZZLE_A, swizzle[3].gl());
        }
        if let Some(func) = compare {
            set(glow::TEXTURE_COMPARE_MODE, glow::COMPARE_REF_TO_TEXTURE);
            set(glow::TEXTURE_COMPARE_FUNC, func.gl());
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
        let spoken = spoken(format, self.es2, self.desktop);
        let before = self.raised();
        let gl = &self.gl;
        if !self.es2 {
            // SAFETY: see the module's head. Levels beyond the last do not count, so every texture is complete.
            unsafe { gl.tex_parameter_i32(target.gl(), glow::TEXTURE_MAX_LEVEL, levels as i32 - 1) };
        }
        if levels > 1 {
            // Mesa gives all levels one storage only if the filter at that time reads them. Apart, levels that
            // MIPMAPS has filled can be lost (Mesa 22.3: array textures, and sides that are no powers of two).
            // SAFETY: see the module's head.
            unsafe {
                gl.tex_parameter_i32(
                    target.gl(),
                    glow::TEXTURE_MIN_FILTER,
                    glow::NEAREST_MIPMAP_NEAREST as i32,
                );
            };
        }
        for level in 0..levels {
            let half = |side: u32| (side >> level).max(1) as i32;
            let (width, height) = (half(extent.width), half(extent.height));
            let depth = if target == TextureTarget::D3 { half(extent.depth) } else { extent.depth as i32 };
            let level = level as i32;
            let internal = spoken.internal as i32;
            // SAFETY: see the module's head; no pixels are read.
            unsafe {
                let nothing = || PixelUnpackData::Slice(None);
                match target {
                    TextureTarget::D2 => {
                        gl.tex_image_2d(
                            target.gl(),
                            level,
                            internal,
                            width,
                            height,
                            0,
                            spoken.format,
                            spoken.ty,
                            nothing(),
                        );
                    }
                    TextureTarget::Cube => {
                        for face in FACES {
                            gl.tex_image_2d(
                                face,
                                level,
                                internal,
                                width,
                                height,
                                0,
                                spoken.format,
                                spoken.ty,
                                nothing(),
                            );
                        }
                    }
                    TextureTarget::D3 | TextureTarget::Array => {
                        let t = target.gl();
                        gl.tex_image_3d(
                            t,
                            level,
                            internal,
                            width,
                            height,
                            depth,
                            0,
                            spoken.format,
                            spoken.ty,
                            nothing(),
                        );
                    }
                }
            }
        }
        if let Some(min) = self.textures.at(texture).map(|texture| texture.min).filter(|_| levels > 1) {
            // SAFETY: see the module's head.
            unsafe { gl.tex_parameter_i32(target.gl(), glow::TEXTURE_MIN_FILTER, min as i32) };
        }
        self.outcome(before)?;
        self.zero_texture(texture, target, format, extent, levels);
        self.outcome(None)
    }

    /// Fills every level with zeros, some rows at a time.
    fn zero_texture(
        &mut self,
        texture: Handle,
        target: TextureTarget,
        format: Format,
        extent: Extent,
        levels: u32,
    ) {
        // ES 2.0 can't write depths; its depth textures, which are 2D and of one level, are attached and cleared instead.
        if self.es2 && !format.info().class.is_color() {
            let name = self.textures.at(texture).map(|texture| texture.name);
            self.clear_image(format, |gl, point, on| {
                let name = name.filter(|_| on);
                // SAFETY: see the module's head.
                unsafe { gl.framebuffer_texture_2d(glow::FRAMEBUFFER, point, glow::TEXTURE_2D, name, 0) };
            });
            return;
        }
        let zeros = vec![0; ZEROS];
        for level in 0..levels {
            let half = |side: u32| (side >> level).max(1);
            let (width, height) = (half(extent.width), half(extent.height));
            let depth = match target {
                TextureTarget::D3 => half(extent.depth),
                TextureTarget::Cube => 6,
                _ => extent.depth,
            };
            let row = width as usize * format.info().texel_bytes as usize;
            let rows = (ZEROS / row.max(1)).max(1) as u32;
            for z in 0..depth {
                let mut y = 0;
                while y < height {
                    let piece = rows.min(height - y);
                    let region =
                        TexelBox { target, format, level, origin: [0, y, z], size: [width, piece, 1] };
                    let bytes = row * piece as usize;
                    match zeros.get(..bytes) {
                        Some(zeros) => self.upload_texture(texture, &region, zeros),
                        None => self.upload_texture(texture, &region, &vec![0; bytes]),
                    }
                    y += piece;
                }
            }
        }
    }

    pub(super) fn upload_texture(&mut self, texture: Handle, region: &TexelBox, bytes: &[u8]) {
        self.bind_for_change(region.target, texture);
        let spoken = spoken(region.format, self.es2, self.desktop);
        let [x, y, z] = region.origin.map(|side| side as i32);
        let [width, height, depth] = region.size.map(|side| side as i32);
        let level = region.level as i32;
        let gl = &self.gl;
        // SAFETY: see the module's head; the slice holds exactly the region's texels, tightly packed.
        unsafe {
            let data = |bytes| PixelUnpackData::Slice(Some(bytes));
            match region.target {
                TextureTarget::D2 => {
                    let t = region.target.gl();
                    gl.tex_sub_image_2d(t, level, x, y, width, height, spoken.format, spoken.ty, data(bytes));
                }
                TextureTarget::Cube => {
                    let face_bytes = bytes.len() / region.size[2] as usize;
                    let faces = FACES.iter().skip(region.origin[2] as usize);
                    for (face, bytes) in faces.zip(bytes.chunks_exact(face_bytes)) {
                        gl.tex_sub_image_2d(
                            *face,
                            level,
                            x,
                            y,
                            width,
                            height,
                            spoken.format,
                            spoken.ty,
                            data(bytes),
                        );
                    }
                }
                TextureTarget::D3 | TextureTarget::Array => {
                    let t = region.target.gl();
                    gl.tex_sub_image_3d(
                        t,
                        level,
                        x,
                        y,
                        z,
                        width,
                        height,
                        depth,
                        spoken.format,
                        spoken.ty,
                        data(bytes),
                    );
                }
            }
        }
    }

    pub(super) fn set_sampling(&mut self, texture: Handle, sampling: &Sampling) {
        self.bind_for_change(sampling.target, texture);
        if let Some(texture) = self.textures.at_mut(texture) {
            texture.min = sampling.min.gl();
        }
        let target = sampling.target.gl();
        let gl = &self.gl;
        // SAFETY: see the module's head; anisotropy is above 1 only where the context has it.
        unsafe {
            gl.tex_parameter_i32(target, glow::TEXTURE_MIN_FILTER, sampling.min.gl() as i32);
            gl.tex_parameter_i32(target, glow::TEXTURE_MAG_FILTER, sampling.mag.gl() as i32);
            gl.tex_parameter_i32(target, glow::TEXTURE_WRAP_S, sampling.wrap[0].gl() as i32);
            gl.tex_parameter_i32(target, glow::TEXTURE_WRAP_T, sampling.wrap[1].gl() as i32);
            if sampling.target == TextureTarget::D3 {
                gl.tex_parameter_i32(target, glow::TEXTURE_WRAP_R, sampling.wrap[2].gl() as i32);
            }
            if self.capabilities.features.has(glir_spec::Feature::Anisotropy) {
                gl.tex_parameter_f32(target, glow::TEXTURE_MAX_ANISOTROPY_EXT, sampling.anisotropy);
            }
        }
    }

    pub(super) fn generate_mipmaps(&mut self, texture: Handle) {
        let Some(target) = self.textures.at(texture).map(|texture| texture.target) else { return };
        self.bind_for_change(target, texture);
        // SAFETY: see the module's head.
        unsafe { self.gl.generate_mipmap(target.gl()) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn luminance_is_swizzled_where_there_is_none() {
        let identity = emulated(Format::Rgba8);
        assert_eq!(
            compose(&identity, emulated(Format::Luminance8)),
            [Swizzle::Red, Swizzle::Red, Swizzle::Red, Swizzle::One]
        );
        let reversed = [Swizzle::Alpha, Swizzle::Zero, Swizzle::One, Swizzle::Red];
        let expected = [Swizzle::Green, Swizzle::Zero, Swizzle::One, Swizzle::Red];
        assert_eq!(compose(&reversed, emulated(Format::LuminanceAlpha8)), expected);
    }

    #[test]
    fn es2_takes_unsized_formats() {
        let spoken = spoken(Format::Rgba8, true, false);
        assert_eq!((spoken.internal, spoken.format), (glow::RGBA, glow::RGBA));
    }
}

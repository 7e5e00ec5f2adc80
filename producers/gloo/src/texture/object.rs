//! A texture as the stream knows it: what has been written since the last draw that used it.

use crate::context::Context;
use crate::error::{Result, refuse};
use crate::grants::Grants;
use crate::object::{Handle, Label, lock};
use crate::queue::Queue;
use crate::texture::{Mipmaps, TextureOptions};
use glir_spec::commands::{Data, Interpolation, Mipmaps as FillMipmaps, Size, Wrapping};
use glir_spec::enums::{Filter, MinFilter, Swizzle, TextureTarget, Wrap};
use glir_spec::formats::{FormatClass, Support};
use glir_spec::ids::{ObjectId, TextureId};
use glir_spec::structs::{Descriptor, Region};
use glir_spec::{Code, Encoding, Feature, Format, Profile, limits};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};

/// Writes that wait for a draw. Beyond them the stream is told right away.
const WAITING: usize = 256;

pub(crate) const IDENTITY: [Swizzle; 4] = [Swizzle::Red, Swizzle::Green, Swizzle::Blue, Swizzle::Alpha];

pub(crate) struct TextureObject {
    pub(crate) handle: Handle,
    pub(crate) target: TextureTarget,
    pub(crate) options: TextureOptions,
    state: Mutex<Contents>,
}

/// How a texture is sampled.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Filters {
    pub(crate) min: MinFilter,
    pub(crate) mag: Filter,
    pub(crate) anisotropy: f32,
}

struct Contents {
    /// Width, height, and depth or layers.
    extent: [u32; 3],
    /// The extent of the storage in the stream.
    stored: Option<[u32; 3]>,
    waiting: Vec<Write>,
    filters: Filters,
    filters_told: Filters,
    wrap: [Wrap; 3],
    wrap_told: [Wrap; 3],
    /// Level 0 has changed since the other levels were filled.
    stale: bool,
    label: Label,
}

struct Write {
    level: u32,
    origin: [u32; 3],
    size: [u32; 3],
    bytes: Vec<u8>,
}

impl Write {
    fn covers(&self, other: &Write) -> bool {
        let ends = |write: &Write, axis: usize| u64::from(write.origin[axis]) + u64::from(write.size[axis]);
        self.level == other.level
            && (0..3)
                .all(|axis| self.origin[axis] <= other.origin[axis] && ends(self, axis) >= ends(other, axis))
    }
}

impl fmt::Debug for TextureObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [width, height, depth] = self.extent();
        write!(f, "{self} of {} {width}×{height}×{depth}", self.options.format)
    }
}

impl fmt::Display for TextureObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "texture {}{}", self.handle.id, self.contents().label.quoted())
    }
}

/// Refuses sides that no texture has.
fn may_have_size(extent: [u32; 3]) -> Result<()> {
    if extent.iter().all(|side| (1..=limits::MAX_EXTENT).contains(side)) {
        return Ok(());
    }
    let [width, height, depth] = extent;
    refuse(
        Code::OutOfRange,
        format!("a texture can't be {width}×{height}×{depth}; its sides go from 1 to {}", limits::MAX_EXTENT),
    )
}

impl TextureObject {
    pub(crate) fn new(
        context: &Context,
        target: TextureTarget,
        extent: [u32; 3],
        options: TextureOptions,
    ) -> Result<Arc<Self>> {
        may_have_size(extent)?;
        let info = options.format.info();
        let format = options.format;
        if info.class == FormatClass::Stencil {
            return refuse(Code::BadFormat, format!("{format} is for render buffers only"));
        }
        if !info.class.is_color() && target == TextureTarget::D3 {
            return refuse(Code::BadFormat, format!("a 3D texture can't be {format}"));
        }
        if options.compare.is_some() && info.class.is_color() {
            return refuse(Code::BadFormat, format!("{format} is no depth format, so it can't be compared"));
        }
        let fillable = info.class == FormatClass::Float
            && info.filter != Support::Never
            && (info.needs.is_none() || info.render != Support::Never);
        if options.mipmaps == Mipmaps::Auto && !fillable {
            return refuse(
                Code::BadFormat,
                format!("GL can't fill the mipmaps of {format}; take Mipmaps::Manual and write each level"),
            );
        }
        let linear = info.filter == Support::Base;
        let filters = Filters {
            min: if linear { MinFilter::Linear } else { MinFilter::Nearest },
            mag: if linear { Filter::Linear } else { Filter::Nearest },
            anisotropy: 1.0,
        };
        let contents = Contents {
            extent,
            stored: None,
            waiting: Vec::new(),
            filters,
            filters_told: filters,
            wrap: [Wrap::ClampToEdge; 3],
            wrap_told: [Wrap::ClampToEdge; 3],
            stale: false,
            label: Label::default(),
        };
        let handle = Handle::new(context)?;
        Ok(Arc::new(TextureObject { handle, target, options, state: Mutex::new(contents) }))
    }

    fn contents(&self) -> MutexGuard<'_, Contents> {
        lock(&self.state)
    }

    pub(crate) fn extent(&self) -> [u32; 3] {
        self.contents().extent
    }

    /// The number of levels that the texture has.
    pub(crate) fn levels(&self) -> u32 {
        if self.options.mipmaps == Mipmaps::None {
            return 1;
        }
        let [width, height, depth] = self.extent();
        let depth = if self.target == TextureTarget::D3 { depth } else { 1 };
        32 - width.max(height).max(depth).leading_zeros()
    }

    /// Width, height, and depth, layers or faces of a level.
    pub(crate) fn level_extent(&self, level: u32) -> Option<[u32; 3]> {
        if level >= self.levels() {
            return None;
        }
        let [width, height, depth] = self.extent();
        let halved = |side: u32| (side >> level).max(1);
        let depth = match self.target {
            TextureTarget::D2 => 1,
            TextureTarget::D3 => halved(depth),
            TextureTarget::Array => depth,
            TextureTarget::Cube => 6,
        };
        Some([halved(width), halved(height), depth])
    }

    pub(crate) fn write(
        &self,
        level: u32,
        origin: [u32; 3],
        size: Option<[u32; 3]>,
        encoding: Encoding,
        bytes: Vec<u8>,
    ) -> Result<()> {
        let info = self.options.format.info();
        let format = self.options.format;
        // Halves are given as their bits, since Rust has no stable type for them.
        let alike =
            encoding == info.encoding || (encoding == Encoding::U16 && info.encoding == Encoding::F16);
        if !alike || format == Format::Depth32fStencil8 {
            let takes = if format == Format::Depth32fStencil8 {
                "can't be written".into()
            } else {
                format!("takes {} texels; {encoding} was given", info.encoding)
            };
            return refuse(Code::WrongEncoding, format!("{self} is {format}, which {takes}"));
        }
        let Some(extent) = self.level_extent(level) else {
            let levels = self.levels();
            return refuse(
                Code::RegionOutside,
                format!("{self} has {levels} levels; there is no level {level}"),
            );
        };
        let size =
            size.unwrap_or_else(|| std::array::from_fn(|axis| extent[axis].saturating_sub(origin[axis])));
        let inside = |axis: usize| u64::from(origin[axis]) + u64::from(size[axis]) <= u64::from(extent[axis]);
        if !(0..3).all(inside) {
            return refuse(
                Code::RegionOutside,
                format!(
                    "{self} is {}×{}×{} at level {level}; {}×{}×{} texels at {},{},{} exceed it",
                    extent[0],
                    extent[1],
                    extent[2],
                    size[0],
                    size[1],
                    size[2],
                    origin[0],
                    origin[1],
                    origin[2]
                ),
            );
        }
        let texels = size.iter().fold(1u64, |product, &side| product.saturating_mul(u64::from(side)));
        let expected = texels.saturating_mul(u64::from(info.texel_bytes));
        if expected != bytes.len() as u64 {
            return refuse(
                Code::WrongLength,
                format!(
                    "{}×{}×{} texels of {format} are {expected} bytes; {} were given",
                    size[0],
                    size[1],
                    size[2],
                    bytes.len()
                ),
            );
        }
        if bytes.is_empty() {
            return Ok(());
        }
        let mut queue = self.handle.context.queue();
        if self.contents().waiting.len() >= WAITING {
            queue.has_room()?;
            let mut grants = queue.grants;
            self.may_exist(&mut grants)?;
            queue.grants = grants;
            self.flush(&mut queue, false);
        }
        let mut contents = self.contents();
        let write = Write { level, origin, size, bytes };
        contents.waiting.retain(|earlier| !write.covers(earlier));
        contents.waiting.push(write);
        contents.stale |= level == 0;
        Ok(())
    }

    pub(crate) fn resize(&self, extent: [u32; 3]) -> Result<()> {
        may_have_size(extent)?;
        let _queue = self.handle.context.queue();
        let mut contents = self.contents();
        if contents.extent != extent {
            contents.extent = extent;
            contents.waiting.clear();
            contents.stale = false;
        }
        Ok(())
    }

    pub(crate) fn set_filters(&self, filters: Filters) -> Result<()> {
        let format = self.options.format;
        let linear = filters.min.is_linear() || filters.mag == Filter::Linear;
        if linear && format.info().filter == Support::Never && self.options.compare.is_none() {
            return refuse(
                Code::BadFormat,
                format!("{self} is {format}, which can't be filtered; take nearest filters"),
            );
        }
        if filters.min.uses_mipmaps() && self.options.mipmaps == Mipmaps::None {
            return refuse(
                Code::IncompleteTexture,
                format!(
                    "{self} has one level, and the filter {} needs all; make it with mipmaps",
                    filters.min
                ),
            );
        }
        if !(filters.anisotropy >= 1.0 && filters.anisotropy.is_finite()) {
            return refuse(
                Code::OutOfRange,
                format!("the anisotropy {} is not 1 or more", filters.anisotropy),
            );
        }
        let _queue = self.handle.context.queue();
        self.contents().filters = filters;
        Ok(())
    }

    pub(crate) fn filters(&self) -> Filters {
        self.contents().filters
    }

    pub(crate) fn set_wrap(&self, wrap: [Wrap; 3]) {
        let _queue = self.handle.context.queue();
        self.contents().wrap = wrap;
    }

    pub(crate) fn set_label(&self, text: &str) -> Result<()> {
        self.contents().label.set(text)
    }

    /// Something was drawn into level 0.
    pub(crate) fn mark_drawn(&self) {
        self.contents().stale = true;
    }

    /// Asks for what the texture itself needs.
    pub(crate) fn may_exist(&self, grants: &mut Grants) -> Result<()> {
        let TextureOptions { format, mipmaps, compare, swizzle } = self.options;
        let info = format.info();
        match self.target {
            TextureTarget::D3 => grants.need(Feature::Texture3d, "a 3D texture")?,
            TextureTarget::Array => grants.need(Feature::TextureArray, "an array texture")?,
            TextureTarget::D2 | TextureTarget::Cube => {}
        }
        if let Some(feature) = info.needs {
            grants.need(feature, format_args!("a texture of format {format}"))?;
        }
        if swizzle != IDENTITY {
            grants.need(Feature::TextureSwizzle, "a swizzle")?;
        }
        if compare.is_some() {
            grants.need(Feature::Glsl300, "depth comparison")?;
        }
        if !info.class.is_color() {
            if self.target == TextureTarget::Cube {
                grants.es3("a cube texture of depths")?;
            }
            if mipmaps != Mipmaps::None {
                grants.es3("a texture of depths with levels")?;
            }
            if !self.contents().waiting.is_empty() {
                grants.es3("writing a texture of depths")?;
            }
        }
        let filters = self.filters();
        if (filters.min.is_linear() || filters.mag == Filter::Linear)
            && let Support::Needs(feature) = info.filter
        {
            grants.need(feature, format_args!("linear filtering of {format}"))?;
        }
        if filters.anisotropy > 1.0 {
            grants.need(Feature::Anisotropy, "anisotropic filtering")?;
        }
        Ok(())
    }

    /// Asks for what sampling the texture needs, its mipmaps included.
    pub(crate) fn may_be_sampled(&self, grants: &mut Grants) -> Result<()> {
        self.may_exist(grants)?;
        let info = self.options.format.info();
        let fills = self.options.mipmaps == Mipmaps::Auto && self.contents().stale;
        if fills {
            if let Support::Needs(feature) = info.filter {
                grants.need(feature, format_args!("mipmaps of {}", self.options.format))?;
            }
            if info.needs.is_some()
                && let Support::Needs(feature) = info.render
            {
                grants.need(feature, format_args!("mipmaps of {}", self.options.format))?;
            }
        }
        let [width, height, _] = self.extent();
        if !(width.is_power_of_two() && height.is_power_of_two()) && grants.profile == Profile::Es2 {
            let repeats = self.contents().wrap[..2].iter().any(|&wrap| wrap != Wrap::ClampToEdge);
            if repeats || fills || self.filters().min.uses_mipmaps() {
                let what = format!("repeating or mipmaps of {self}, which is {width}×{height},");
                grants.need(Feature::NpotTextures, what)?;
            }
        }
        Ok(())
    }

    /// Brings the stream's texture up to date; its further levels only if it is to be sampled.
    pub(crate) fn flush(&self, queue: &mut Queue, sampled: bool) {
        let start = queue.frame.len();
        let drawn = self.bring(queue, sampled);
        queue.flushed(&self.handle, start, self);
        if drawn {
            queue.emit(FillMipmaps { texture: TextureId(self.handle.id) });
        }
    }

    /// Tells what waits. True if further levels are to be filled from what the list being recorded has drawn.
    fn bring(&self, queue: &mut Queue, sampled: bool) -> bool {
        let contents = &mut *self.contents();
        let TextureOptions { format, mipmaps, compare, swizzle } = self.options;
        let levels = if mipmaps == Mipmaps::None { 1 } else { 0 };
        let descriptor = Descriptor::Texture { texture: self.target, format, levels, swizzle, compare };
        queue.create(&self.handle, &mut contents.label, descriptor);
        let (id, texture) = (ObjectId(self.handle.id), TextureId(self.handle.id));
        if contents.stored != Some(contents.extent) {
            let [width, height, depth] = contents.extent;
            queue.push(Size { id, width: u64::from(width), height, depth });
            contents.stored = Some(contents.extent);
        }
        if contents.filters != contents.filters_told {
            let Filters { min, mag, anisotropy } = contents.filters;
            queue.push(Interpolation { texture, min, mag, anisotropy });
            contents.filters_told = contents.filters;
        }
        if contents.wrap != contents.wrap_told {
            let [s, t, r] = contents.wrap;
            queue.push(Wrapping { texture, s, t, r });
            contents.wrap_told = contents.wrap;
        }
        for Write { level, origin: [x, y, z], size, bytes } in contents.waiting.drain(..) {
            let [width, height, depth] = size.map(Some);
            let region = Region::Texels { level, x, y, z, width, height, depth };
            let payload = queue.frame.payload(format.info().encoding, &bytes);
            queue.push(Data { id, region, payload });
        }
        let fill = sampled && mipmaps == Mipmaps::Auto && std::mem::take(&mut contents.stale);
        let in_list = queue.recording.as_ref().is_some_and(|recording| recording.has(self.handle.serial));
        if fill && !in_list {
            queue.push(FillMipmaps { texture });
        }
        fill && in_list
    }
}

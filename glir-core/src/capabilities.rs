//! What a context has: its kind, features and limits.

use glir_spec::limits::MAX_EXTENT;
use glir_spec::{Feature, Profile, Target};
use std::fmt;

/// A set of features.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct FeatureSet(u64);

impl FeatureSet {
    /// True if the feature is in the set.
    #[inline]
    pub const fn has(self, feature: Feature) -> bool {
        self.0 & (1 << feature as u64) != 0
    }

    /// Adds a feature.
    pub fn insert(&mut self, feature: Feature) {
        self.0 |= 1 << feature as u64;
    }

    /// Takes a feature out.
    pub fn remove(&mut self, feature: Feature) {
        self.0 &= !(1 << feature as u64);
    }

    /// The features that a profile includes.
    pub fn of_profile(profile: Profile) -> Self {
        Feature::ALL.iter().copied().filter(|f| f.base().is_some_and(|base| base <= profile)).collect()
    }

    /// The features of the set, in table order.
    pub fn iter(self) -> impl Iterator<Item = Feature> {
        Feature::ALL.iter().copied().filter(move |&feature| self.has(feature))
    }
}

impl FromIterator<Feature> for FeatureSet {
    fn from_iter<I: IntoIterator<Item = Feature>>(features: I) -> Self {
        let mut set = FeatureSet::default();
        features.into_iter().for_each(|feature| set.insert(feature));
        set
    }
}

impl fmt::Debug for FeatureSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(Feature::text)).finish()
    }
}

// Every feature's number must fit the set.
const _: () = {
    let mut i = 0;
    while i < Feature::ALL.len() {
        assert!((Feature::ALL[i] as u8) < 64);
        i += 1;
    }
};

/// What a context has.
#[derive(Clone, Debug, PartialEq)]
pub struct Capabilities {
    /// The interpreter and its context, for people: `native, OpenGL ES 3.2, llvmpipe`.
    pub interpreter: String,
    /// The kind of context.
    pub target: Target,
    /// Every feature that the context has, those of its profile included.
    pub features: FeatureSet,
    /// Limits.
    pub limits: Limits,
}

impl Capabilities {
    /// The least that a kind of context must have, with every feature that it may have: what a stream is checked
    /// against when no context is at hand.
    pub fn least(target: Target) -> Self {
        let features = Feature::ALL.iter().copied().filter(|f| f.info().on(target) != "-").collect();
        let limits = if target.profile() == Profile::Es2 { Limits::ES2 } else { Limits::ES3 };
        Capabilities { interpreter: format!("check for {target}"), target, features, limits }
    }
}

/// The depth of 3D textures that contexts have practically everywhere, though OpenGL ES 3.0 promises 256 only.
const USUAL_DEPTH: u32 = 2048;

/// The limits of a context, in GL's names.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)] // each is the GL limit of the same name
pub struct Limits {
    pub max_texture_size: u32,
    pub max_cube_map_texture_size: u32,
    pub max_3d_texture_size: u32,
    pub max_array_texture_layers: u32,
    pub max_renderbuffer_size: u32,
    pub max_vertex_attribs: u32,
    pub max_combined_texture_image_units: u32,
    pub max_color_attachments: u32,
    pub max_draw_buffers: u32,
    pub max_samples: u32,
    pub max_uniform_buffer_bindings: u32,
    pub max_uniform_block_size: u32,
    pub max_shader_storage_buffer_bindings: u32,
    pub max_transform_feedback_interleaved_components: u32,
    pub max_transform_feedback_separate_attribs: u32,
    pub max_texture_max_anisotropy: f32,
    pub max_compute_work_group_count: [u32; 3],
}

impl Limits {
    /// The minimum of OpenGL ES 2.0 (table 6.18 and following); for widths and heights, which no context in use has so
    /// small, 4096.
    pub const ES2: Limits = Limits {
        max_texture_size: 4096,
        max_cube_map_texture_size: 4096,
        max_3d_texture_size: 0,
        max_array_texture_layers: 0,
        max_renderbuffer_size: 4096,
        max_vertex_attribs: 8,
        max_combined_texture_image_units: 8,
        max_color_attachments: 4,
        max_draw_buffers: 4,
        max_samples: 0,
        max_uniform_buffer_bindings: 0,
        max_uniform_block_size: 0,
        max_shader_storage_buffer_bindings: 0,
        max_transform_feedback_interleaved_components: 0,
        max_transform_feedback_separate_attribs: 0,
        max_texture_max_anisotropy: 2.0,
        max_compute_work_group_count: [0; 3],
    };

    /// The minimum of OpenGL ES 3.0 (tables 6.28 to 6.35), with compute's of 3.1; for widths and heights 4096.
    pub const ES3: Limits = Limits {
        max_texture_size: 4096,
        max_cube_map_texture_size: 4096,
        max_3d_texture_size: 256,
        max_array_texture_layers: 256,
        max_renderbuffer_size: 4096,
        max_vertex_attribs: 16,
        max_combined_texture_image_units: 32,
        max_color_attachments: 4,
        max_draw_buffers: 4,
        max_samples: 4,
        max_uniform_buffer_bindings: 24,
        max_uniform_block_size: 16384,
        max_shader_storage_buffer_bindings: 4,
        max_transform_feedback_interleaved_components: 64,
        max_transform_feedback_separate_attribs: 4,
        max_texture_max_anisotropy: 2.0,
        max_compute_work_group_count: [65535; 3],
    };

    /// The same with pictures as large as the language allows.
    #[must_use]
    pub fn with_largest_pictures(self) -> Limits {
        // Contexts without 3D textures get none by this.
        let deepest = if self.max_3d_texture_size > 0 { USUAL_DEPTH } else { 0 };
        Limits {
            max_3d_texture_size: deepest,
            max_texture_size: MAX_EXTENT,
            max_cube_map_texture_size: MAX_EXTENT,
            max_renderbuffer_size: MAX_EXTENT,
            ..self
        }
    }
}

//! How surfaces are lit: Blinn and Phong's model in linear light, for all visuals that have surfaces.

use crate::error::Result;
use crate::place::Place;
use glir_shaders::Function;

/// A light far away that moves with the viewer, and how surfaces answer it.
///
/// Colours are decoded from sRGB, lit, and encoded again, so that half the light looks as half the light does. Surfaces shine on both
/// sides. What faces the light straight on has its own colour where `ambient + diffuse` is 1, and the highlight on top.
///
/// Source of the model: J. F. Blinn, "Models of light reflection for computer synthesized pictures", SIGGRAPH 1977.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Light {
    /// From the surface towards the light, as the viewer sees it: x to the right, y up, z towards the viewer. Of any length.
    pub direction: [f32; 3],
    /// The share of the colour that is seen without light, 0 to 1.
    pub ambient: f32,
    /// The share that the light adds where it falls straight on, 0 to 1.
    pub diffuse: f32,
    /// How bright the highlight is, 0 to 1.
    pub specular: f32,
    /// How small the highlight is: Phong's exponent, 1 (dull) to 1000 or so.
    pub shininess: f32,
}

impl Default for Light {
    /// A light above the viewer's left shoulder.
    fn default() -> Self {
        Light { direction: [-0.4, 0.6, 0.9], ambient: 0.18, diffuse: 0.82, specular: 0.22, shininess: 48.0 }
    }
}

const LIT: &str = "
uniform vec3 u_light;
uniform vec4 u_material;
vec3 to_linear(vec3 color) {
    return mix(color / 12.92, pow((color + 0.055) / 1.055, vec3(2.4)), step(0.04045, color));
}
vec3 to_srgb(vec3 light) {
    vec3 most = clamp(light, 0.0, 1.0);
    // Powers of numbers that are hardly any are not to be relied on.
    return mix(most * 12.92, 1.055 * pow(max(most, 0.001), vec3(1.0 / 2.4)) - 0.055, step(0.0031308, most));
}
vec3 lit(vec3 color, vec3 normal, vec3 viewer) {
    float facing = dot(normal, u_light);
    float shine = dot(normal, normalize(u_light + viewer + vec3(1e-6)));
    // A high power of a small number is no float; drivers make anything of it.
    float power = u_material.w * log2(max(shine, 0.001));
    float highlight = facing > 0.0 && power > -20.0 ? exp2(max(power, -20.0)) : 0.0;
    float light = u_material.x + u_material.y * max(facing, 0.0);
    return to_srgb(to_linear(color) * light + u_material.z * highlight);
}";

/// `vec3 lit(vec3 color, vec3 normal, vec3 viewer)`: an sRGB colour, lit; normal and way to the viewer are of length 1, in the eye's
/// directions.
pub(crate) fn lit() -> Result<Function> {
    Ok(Function::new("lit", LIT)?)
}

impl Light {
    /// Sets the uniforms of [`lit`].
    pub(crate) fn set(&self, place: &mut Place) -> Result<()> {
        let [x, y, z] = self.direction.map(|part| if part.is_finite() { part } else { 0.0 });
        let length = (x * x + y * y + z * z).sqrt();
        let direction = if length > 0.0 { [x / length, y / length, z / length] } else { [0.0, 0.0, 1.0] };
        let share = |part: f32| if part.is_nan() { 0.0 } else { part.clamp(0.0, 1.0) };
        let shininess = if self.shininess.is_nan() { 1.0 } else { self.shininess.clamp(1.0, 10_000.0) };
        place.set("u_light", direction)?;
        place.set("u_material", [share(self.ambient), share(self.diffuse), share(self.specular), shininess])
    }
}

//! Positions that need more than the 24 bits of a float: a floating origin.

use crate::map::Point;
use glir_shaders::{Function, ShaderError};

/// A number as two floats, whose sum has 48 bits or more: a year in microseconds to a sixteenth of one.
pub fn split(value: f64) -> [f32; 2] {
    let high = value as f32;
    // Beyond single precision nothing is left over.
    let low = if high.is_finite() { (value - f64::from(high)) as f32 } else { 0.0 };
    [high, low]
}

/// A point as two: the high and the low parts.
pub fn split_point(point: Point) -> [[f32; 3]; 2] {
    let parts = point.map(split);
    [parts.map(|[high, _]| high), parts.map(|[_, low]| low)]
}

/// The origin nearest to a point that [`split_point`] represents without rest. The view keeps its origin there, and what is left of
/// its centre, `center - nearest`, goes into its translation.
pub fn nearest(center: Point) -> Point {
    center.map(|value| {
        let [high, low] = split(value);
        f64::from(high) + f64::from(low)
    })
}

/// `vec3 relative(vec3 high, vec3 low)`: a split position's way from the split origin, in the hooks `$origin_high` and
/// `$origin_low`, which are to be uniforms.
///
/// Near the origin both differences are exact (Sterbenz: floats within a factor of two of each other subtract exactly), and their sum is
/// small and rounded once. Data is uploaded once; panning and zooming change the origin alone.
///
/// # What guards it
///
/// GLSL ES has no `precise`, and a compiler that may reorder sums would ruin `(high - origin_high) + (low - origin_low)` by
/// adding a small low part to a large high one. Three things stand against it. The parts are split on the CPU, so there is no
/// `(a + b) - a` for algebra to cancel, as there is in sums of double-floats on the GPU. All four are values that no compiler knows:
/// attributes and uniforms, whose kinds the hooks' declarations demand. And each difference is stored in a variable of its own, with a test
/// that only the difference itself can answer before both meet: the low part counts only where the high difference is a number.
/// Where the result goes to gl_Position, `invariant gl_Position;` in the vertex shader makes compilers of the Mesa family
/// take every operation before it exactly.
///
/// # Errors
///
/// None that composing has not.
pub fn relative() -> Result<Function, ShaderError> {
    Function::new(
        "floating_origin",
        "uniform vec3 $origin_high;
uniform vec3 $origin_low;
vec3 relative(vec3 high, vec3 low) {
    highp vec3 coarse = high - $origin_high;
    highp vec3 fine = low - $origin_low;
    if (!(dot(coarse, coarse) >= 0.0)) {
        return coarse;
    }
    return coarse + fine;
}",
    )
}

//! Elementary functions of one float, each of nothing but sums, products and roots.
//!
//! GLSL ES leaves the precision of sin, cos, atan and asin open, and that of exp and log is 3 units in the last place at best; drivers
//! take polynomials of a few terms. These keep about 1e-7 everywhere. The polynomials for sine, cosine and arcus tangent are
//! those of S. L. Moshier's Cephes library (sinf.c, atanf.c), which are minimax on the intervals named.

use glir_shaders::{Function, ShaderError};

/// The function that fills a hook of this name.
pub(super) fn function(name: &str) -> Result<Function, ShaderError> {
    let source = match name {
        "nan" => NAN,
        "sincos" => SINCOS,
        "sincos_degrees" => SINCOS_DEGREES,
        "atan2" => ATAN2,
        "around" => AROUND,
        "exp_" => EXP,
        "ln" => LN,
        "ln_1p" => LN_1P,
        "exp_m1" => EXP_M1,
        "isometric" => ISOMETRIC,
        "latitude" => LATITUDE,
        _ => "",
    };
    let mut function = Function::new(name, source)?;
    let open: Vec<String> = function.open_hooks().map(str::to_owned).collect();
    for hook in open {
        function = function.with(&hook, self::function(&hook)?)?;
    }
    Ok(function)
}

/// NaN. The 0 comes from an argument, so that no compiler meets a division of constants, which some refuse.
const NAN: &str = "
float nan(float x) {
    float zero = x * 0.0;
    return zero / zero;
}";

/// Sine and cosine on −π/4 to π/4, by the quarter turn: what both `sincos` need.
const SINCOS: &str = "
vec2 turned(float r, float quarter) {
    float z = r * r;
    float s = ((-1.9515295891e-4 * z + 8.3321608736e-3) * z - 1.6666654611e-1) * z * r + r;
    float c = ((2.443315711809948e-5 * z - 1.388731625493765e-3) * z + 4.166664568298827e-2) * z * z - 0.5 * z + 1.0;
    float turn = quarter - 4.0 * floor(quarter * 0.25);
    vec2 even = turn < 0.5 ? vec2(s, c) : vec2(-s, -c);
    vec2 odd = turn < 1.5 ? vec2(c, -s) : vec2(-c, s);
    return turn < 0.5 || (turn > 1.5 && turn < 2.5) ? even : odd;
}
vec2 sincos(float x) {
    float quarter = floor(x * 0.6366197723675814 + 0.5);
    // Half of pi in three parts, of which the products with small integers are exact (Cody and Waite).
    float r = x - quarter * 1.5703125;
    r = r - quarter * 4.837512969970703e-4;
    r = r - quarter * 7.549789948768648e-8;
    return turned(r, quarter);
}";

/// Of degrees: the reduction is exact.
const SINCOS_DEGREES: &str = "
vec2 turned(float r, float quarter) {
    float z = r * r;
    float s = ((-1.9515295891e-4 * z + 8.3321608736e-3) * z - 1.6666654611e-1) * z * r + r;
    float c = ((2.443315711809948e-5 * z - 1.388731625493765e-3) * z + 4.166664568298827e-2) * z * z - 0.5 * z + 1.0;
    float turn = quarter - 4.0 * floor(quarter * 0.25);
    vec2 even = turn < 0.5 ? vec2(s, c) : vec2(-s, -c);
    vec2 odd = turn < 1.5 ? vec2(c, -s) : vec2(-c, s);
    return turn < 0.5 || (turn > 1.5 && turn < 2.5) ? even : odd;
}
vec2 sincos_degrees(float x) {
    float quarter = floor(x / 90.0 + 0.5);
    return turned((x - 90.0 * quarter) * 0.017453292519943295, quarter);
}";

/// The angle of (x, y), −π to π, 0 for the origin.
const ATAN2: &str = "
float atan2(float y, float x) {
    float a = abs(x);
    float b = abs(y);
    float most = max(a, b);
    if (most == 0.0) {
        return 0.0;
    }
    float t = min(a, b) / most;
    float start = 0.0;
    if (t > 0.4142135623730950) {
        start = 0.7853981633974483;
        t = (t - 1.0) / (t + 1.0);
    }
    float z = t * t;
    float r = start + (((8.05374449538e-2 * z - 1.38776856032e-1) * z + 1.99777106478e-1) * z - 3.33329491539e-1) * z * t + t;
    r = b > a ? 1.5707963267948966 - r : r;
    r = x < 0.0 ? 3.141592653589793 - r : r;
    return y < 0.0 ? -r : r;
}";

/// Degrees to −180 up to 180.
const AROUND: &str = "
float around(float degrees_) {
    return abs(degrees_) <= 180.0 ? degrees_ : degrees_ - 360.0 * floor(degrees_ / 360.0 + 0.5);
}";

/// e to the power of x: 2 to the power of the nearest whole number by squarings, times a Taylor polynomial on ±ln 2 / 2.
const EXP: &str = "
float two(float n) {
    float whole = abs(n);
    float base = n < 0.0 ? 0.5 : 2.0;
    float power = 1.0;
    for (int bit = 0; bit < 8; ++bit) {
        float half_ = floor(whole * 0.5);
        power = whole - 2.0 * half_ > 0.5 ? power * base : power;
        base = base * base;
        whole = half_;
    }
    return power;
}
float exp_(float x) {
    float n = floor(clamp(x, -87.0, 88.0) * 1.4426950408889634 + 0.5);
    float r = x - n * 0.693359375;
    r = r + n * 2.12194440e-4;
    float p = ((((1.3981999507e-3 * r + 8.3334519073e-3) * r + 4.1665795894e-2) * r + 1.6666665459e-1) * r + 0.5) * r * r + r + 1.0;
    return x < -87.0 ? 0.0 : (x > 88.0 ? 3.4e38 * 10.0 : p * two(n));
}";

/// The natural logarithm: the driver's, and one step of Halley's to mend it; near 1 the series of 2 artanh.
const LN: &str = "
float $exp_(float x);
float ln(float x) {
    float s = (x - 1.0) / (x + 1.0);
    float z = s * s;
    if (z < 0.0225) {
        return 2.0 * s * (1.0 + z * (0.3333333333 + z * (0.2 + z * (0.1428571429 + z * 0.1111111111))));
    }
    float y = log(x);
    float e = $exp_(y);
    return y + 2.0 * (x - e) / (x + e);
}";

/// ln(1 + x) for x from 0: twice the artanh of x / (2 + x), whose series is quick where 1 + x would lose digits.
const LN_1P: &str = "
float $ln(float x);
float ln_1p(float x) {
    float s = x / (2.0 + x);
    float z = s * s;
    float series = 2.0 * s * (1.0 + z * (0.3333333333 + z * (0.2 + z * (0.1428571429 + z * 0.1111111111))));
    return s < 0.15 ? series : $ln(1.0 + x);
}";

/// e to the power of x less 1, for x from 0: its series below a half.
const EXP_M1: &str = "
float $exp_(float x);
float exp_m1(float x) {
    float series = x * (1.0 + x * (0.5 + x * (0.1666666667 + x * (4.166666667e-2 + x * (8.333333333e-3
        + x * (1.388888889e-3 + x * (1.984126984e-4 + x * 2.480158730e-5)))))));
    return x < 0.5 ? series : $exp_(x) - 1.0;
}";

/// The isometric latitude of a latitude given by its sine and cosine: 2 artanh tan(phi / 2).
const ISOMETRIC: &str = "
float $ln_1p(float x);
float isometric(vec2 sine_cosine) {
    float t = abs(sine_cosine.x) / (1.0 + sine_cosine.y);
    float far = abs(sine_cosine.x) > 0.9 ? (1.0 + abs(sine_cosine.x)) / sine_cosine.y - 1.0 : 2.0 * t / (1.0 - t);
    float q = $ln_1p(far);
    return sine_cosine.x < 0.0 ? -q : q;
}";

/// The latitude in degrees of an isometric latitude: the angle of (1, sinh q).
const LATITUDE: &str = "
float $exp_m1(float x);
float $atan2(float y, float x);
float latitude(float q) {
    float e = $exp_m1(min(abs(q), 40.0));
    float angle = $atan2(0.5 * (e + e / (e + 1.0)), 1.0) * 57.29577951308232;
    return q < 0.0 ? -angle : angle;
}";

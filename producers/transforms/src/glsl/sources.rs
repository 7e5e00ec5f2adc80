//! Each map's snippet, forward and back. What they do is told beside the CPU's side, in `map.rs` and `projection.rs`.

use crate::map::Map;
use crate::projection::Projection;
use std::fmt::Write as _;

/// The snippet's name and source.
pub(super) fn source(map: &Map, inverse: bool) -> (&'static str, String) {
    let fixed =
        |name, forward: &str, backward: &str| (name, if inverse { backward } else { forward }.to_owned());
    match map {
        Map::Null => fixed("null", "vec3 same(vec3 p) { return p; }", "vec3 same(vec3 p) { return p; }"),
        Map::ScaleTranslate { .. } => fixed(
            "scale_translate",
            "vec3 $scale;\nvec3 $translate;\nvec3 scale_translate(vec3 p) { return p * $scale + $translate; }",
            "vec3 $scale;\nvec3 $translate;\nvec3 scale_translate(vec3 p) { return (p - $translate) / $scale; }",
        ),
        Map::Matrix(_) => fixed(
            "matrix",
            "mat4 $matrix;\nvec3 affine(vec3 p) { return ($matrix * vec4(p, 1.0)).xyz; }",
            "mat4 $inverse_matrix;\nvec3 affine(vec3 p) { return ($inverse_matrix * vec4(p, 1.0)).xyz; }",
        ),
        Map::Perspective(_) => {
            let name = if inverse { "inverse_matrix" } else { "matrix" };
            (
                "perspective",
                format!(
                    "mat4 ${name};\nfloat $nan(float x);\nvec3 perspective(vec3 p) {{\n    vec4 q = ${name} * vec4(p, 1.0);\n    \
                     if (q.w == 0.0) {{\n        return vec3($nan(q.w));\n    }}\n    return q.xyz / q.w;\n}}"
                ),
            )
        }
        Map::Log(axes) if inverse => {
            ("log", by_axis(axes, &["exp_"], "", |c| format!("$exp_(p.{c} * $k.{c})")))
        }
        Map::Log(axes) => {
            ("log", by_axis(axes, &["ln", "nan"], "!(p.{c} > 0.0)", |c| format!("$ln(p.{c}) / $k.{c}")))
        }
        Map::Symlog(axes) if inverse => (
            "symlog",
            by_axis(axes, &["exp_m1"], "", |c| {
                format!("(p.{c} < 0.0 ? -1.0 : 1.0) * $exp_m1(abs(p.{c})) * $k.{c}")
            }),
        ),
        Map::Symlog(axes) => (
            "symlog",
            by_axis(axes, &["ln_1p"], "", |c| {
                format!("(p.{c} < 0.0 ? -1.0 : 1.0) * $ln_1p(abs(p.{c}) / $k.{c})")
            }),
        ),
        Map::Power(axes) => {
            let sign = if inverse { "/" } else { "*" };
            let source = by_axis(
                axes,
                &["ln", "exp_", "nan"],
                "!(p.{c} >= 0.0) || p.{c} == 0.0 && $k.{c} < 0.0",
                |c| format!("p.{c} == 0.0 ? 0.0 : $exp_($ln(p.{c}) {sign} $k.{c})"),
            );
            ("power", source)
        }
        Map::Polar => fixed("polar", POLAR, POLAR_BACK),
        Map::Spherical => fixed("spherical", SPHERICAL, SPHERICAL_BACK),
        Map::Projection(Projection::Equirectangular { .. }) => {
            fixed("equirectangular", EQUIRECTANGULAR, EQUIRECTANGULAR_BACK)
        }
        Map::Projection(Projection::Mercator { .. }) => fixed("mercator", MERCATOR, MERCATOR_BACK),
        Map::Projection(Projection::Albers { .. }) => fixed("albers", ALBERS, ALBERS_BACK),
        Map::Projection(Projection::Lambert { .. }) => fixed("lambert", LAMBERT, LAMBERT_BACK),
        Map::Projection(Projection::Orthographic { .. }) => {
            fixed("orthographic", ORTHOGRAPHIC, ORTHOGRAPHIC_BACK)
        }
    }
}

/// A snippet that maps single axes, and tells the whole point undefined where `undefined` holds for one of them.
fn by_axis(
    axes: &[Option<f64>; 3],
    needs: &[&str],
    undefined: &str,
    value: impl Fn(char) -> String,
) -> String {
    let used: Vec<char> =
        "xyz".chars().zip(axes).filter(|(_, axis)| axis.is_some()).map(|(c, _)| c).collect();
    if used.is_empty() {
        return "vec3 by_axis(vec3 p) { return p; }".to_owned();
    }
    let mut source = String::from("vec3 $k;\n");
    for name in needs {
        let _ = writeln!(source, "float ${name}(float x);");
    }
    source.push_str("vec3 by_axis(vec3 p) {\n");
    if !undefined.is_empty() {
        let tests: Vec<String> =
            used.iter().map(|c| format!("({})", undefined.replace("{c}", &c.to_string()))).collect();
        let _ =
            writeln!(source, "    if ({}) {{\n        return vec3($nan(p.x));\n    }}", tests.join(" || "));
    }
    source.push_str("    vec3 q = p;\n");
    for c in used {
        let _ = writeln!(source, "    q.{c} = {};", value(c));
    }
    source.push_str("    return q;\n}\n");
    source
}

const POLAR: &str = "
vec2 $sincos(float x);
float $nan(float x);
vec3 polar(vec3 p) {
    if (!(p.y >= 0.0)) {
        return vec3($nan(p.y));
    }
    return vec3(p.y * $sincos(p.x).yx, p.z);
}";

const POLAR_BACK: &str = "
float $atan2(float y, float x);
vec3 polar(vec3 p) {
    return vec3($atan2(p.y, p.x), length(p.xy), p.z);
}";

const SPHERICAL: &str = "
vec2 $sincos(float x);
float $nan(float x);
vec3 spherical(vec3 p) {
    if (!(p.z >= 0.0 && p.y >= 0.0 && p.y <= 3.141592653589793)) {
        return vec3($nan(p.z));
    }
    vec2 azimuth = $sincos(p.x);
    vec2 polar = $sincos(p.y);
    return p.z * vec3(polar.x * azimuth.yx, polar.y);
}";

const SPHERICAL_BACK: &str = "
float $atan2(float y, float x);
vec3 spherical(vec3 p) {
    float flat_ = length(p.xy);
    return vec3($atan2(p.y, p.x), $atan2(flat_, p.z), length(p));
}";

const EQUIRECTANGULAR: &str = "
vec3 $k;
float $around(float x);
float $nan(float x);
vec3 equirectangular(vec3 p) {
    if (!(abs(p.y) <= 90.0)) {
        return vec3($nan(p.y));
    }
    return vec3($k.x * vec2($around(p.x - $k.y) * $k.z, p.y) * 0.017453292519943295, p.z);
}";

const EQUIRECTANGULAR_BACK: &str = "
vec3 $k;
float $around(float x);
float $nan(float x);
vec3 equirectangular(vec3 p) {
    vec2 a = vec2(p.x / $k.z, p.y) / $k.x * 57.29577951308232;
    if (!(abs(a.x) <= 180.0001 && abs(a.y) <= 90.0001)) {
        return vec3($nan(p.x));
    }
    return vec3($around($k.y + a.x), clamp(a.y, -90.0, 90.0), p.z);
}";

const MERCATOR: &str = "
vec2 $k;
vec2 $sincos_degrees(float x);
float $isometric(vec2 sine_cosine);
float $around(float x);
float $nan(float x);
vec3 mercator(vec3 p) {
    if (!(abs(p.y) < 90.0)) {
        return vec3($nan(p.y));
    }
    return vec3($k.x * vec2($around(p.x - $k.y) * 0.017453292519943295, $isometric($sincos_degrees(p.y))), p.z);
}";

const MERCATOR_BACK: &str = "
vec2 $k;
float $latitude(float q);
float $around(float x);
float $nan(float x);
vec3 mercator(vec3 p) {
    float delta = p.x / $k.x * 57.29577951308232;
    if (!(abs(delta) <= 180.0001)) {
        return vec3($nan(p.x));
    }
    return vec3($around($k.y + delta), $latitude(p.y / $k.x), p.z);
}";

const ALBERS: &str = "
vec2 $k;
vec3 $cone;
vec2 $sincos(float x);
vec2 $sincos_degrees(float x);
float $around(float x);
float $nan(float x);
vec3 albers(vec3 p) {
    if (!(abs(p.y) <= 90.0)) {
        return vec3($nan(p.y));
    }
    float rho = sqrt(max($cone.y - 2.0 * $cone.x * $sincos_degrees(p.y).x, 0.0)) / $cone.x;
    vec2 turn = $sincos($cone.x * $around(p.x - $k.y) * 0.017453292519943295);
    return vec3($k.x * vec2(rho * turn.x, $cone.z - rho * turn.y), p.z);
}";

const ALBERS_BACK: &str = "
vec2 $k;
vec3 $cone;
float $atan2(float y, float x);
float $around(float x);
float $nan(float x);
vec3 albers(vec3 p) {
    vec2 d = sign($cone.x) * vec2(p.x / $k.x, $cone.z - p.y / $k.x);
    float rho = length(d) * $cone.x;
    float delta = $atan2(d.x, d.y) / $cone.x * 57.29577951308232;
    float s = ($cone.y - rho * rho) / (2.0 * $cone.x);
    if (!(abs(delta) <= 180.0001 && abs(s) <= 1.000001)) {
        return vec3($nan(p.x));
    }
    s = clamp(s, -1.0, 1.0);
    return vec3($around($k.y + delta), $atan2(s, sqrt((1.0 - s) * (1.0 + s))) * 57.29577951308232, p.z);
}";

const LAMBERT: &str = "
vec2 $k;
vec3 $cone;
vec2 $sincos(float x);
vec2 $sincos_degrees(float x);
float $isometric(vec2 sine_cosine);
float $exp_(float x);
float $around(float x);
float $nan(float x);
vec3 lambert(vec3 p) {
    if (!(abs(p.y) < 90.0)) {
        return vec3($nan(p.y));
    }
    float rho = sign($cone.x) * $exp_($cone.y - $cone.x * $isometric($sincos_degrees(p.y)));
    vec2 turn = $sincos($cone.x * $around(p.x - $k.y) * 0.017453292519943295);
    return vec3($k.x * vec2(rho * turn.x, $cone.z - rho * turn.y), p.z);
}";

const LAMBERT_BACK: &str = "
vec2 $k;
vec3 $cone;
float $atan2(float y, float x);
float $latitude(float q);
float $ln(float x);
float $around(float x);
float $nan(float x);
vec3 lambert(vec3 p) {
    vec2 d = sign($cone.x) * vec2(p.x / $k.x, $cone.z - p.y / $k.x);
    float rho = length(d);
    float delta = $atan2(d.x, d.y) / $cone.x * 57.29577951308232;
    if (!(abs(delta) <= 180.0001 && rho > 0.0)) {
        return vec3($nan(p.x));
    }
    return vec3($around($k.y + delta), $latitude(($cone.y - $ln(rho)) / $cone.x), p.z);
}";

const ORTHOGRAPHIC: &str = "
vec4 $k;
vec2 $sincos_degrees(float x);
float $around(float x);
float $nan(float x);
vec3 orthographic(vec3 p) {
    vec2 lat = $sincos_degrees(p.y);
    vec2 lon = $sincos_degrees($around(p.x - $k.y));
    if (!(abs(p.y) <= 90.0 && $k.z * lat.x + $k.w * lat.y * lon.y >= 0.0)) {
        return vec3($nan(p.y));
    }
    return vec3($k.x * vec2(lat.y * lon.x, $k.w * lat.x - $k.z * lat.y * lon.y), p.z);
}";

const ORTHOGRAPHIC_BACK: &str = "
vec4 $k;
float $atan2(float y, float x);
float $around(float x);
float $nan(float x);
vec3 orthographic(vec3 p) {
    vec2 a = p.xy / $k.x;
    float depth = 1.0 - a.x * a.x - a.y * a.y;
    if (!(depth >= 0.0)) {
        return vec3($nan(p.x));
    }
    float toward = sqrt(depth);
    float up = toward * $k.z + a.y * $k.w;
    float ahead = toward * $k.w - a.y * $k.z;
    vec2 angles = vec2($atan2(a.x, ahead), $atan2(up, length(vec2(a.x, ahead)))) * 57.29577951308232;
    return vec3($around($k.y + angles.x), angles.y, p.z);
}";

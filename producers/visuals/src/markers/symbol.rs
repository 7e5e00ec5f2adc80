//! The shapes of markers, as signed distances in GLSL.

use crate::error::{Error, Result};
use glir_shaders::Function;
use std::fmt;
use std::str::FromStr;

macro_rules! symbols {
    ($($(#[$meta:meta])* $name:ident $text:literal $body:literal;)+) => {
        /// The shape of a marker.
        ///
        /// ```
        /// use glir_visuals::Symbol;
        ///
        /// assert_eq!("triangle_up".parse::<Symbol>()?, Symbol::TriangleUp);
        /// assert!(Symbol::ALL.len() > 20);
        /// # Ok::<(), glir_visuals::Error>(())
        /// ```
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Symbol {
            $($(#[$meta])* $name,)+
        }

        impl Symbol {
            /// All of them, in the order of their numbers.
            pub const ALL: &'static [Symbol] = &[$(Symbol::$name),+];

            /// Its name.
            pub fn text(self) -> &'static str {
                match self {
                    $(Symbol::$name => $text,)+
                }
            }

            /// The statements of `float f(vec2 p)`: p goes from −1 to 1 over the size, y up; the distance is negative inside.
            fn body(self) -> &'static str {
                match self {
                    $(Symbol::$name => $body,)+
                }
            }
        }
    };
}

symbols! {
    /// A filled circle.
    #[default]
    Disc "disc" "return length(p) - 1.0;";
    /// A circle with a hole.
    Ring "ring" "return abs(length(p) - 0.7) - 0.3;";
    /// A square as large as the disc.
    Square "square" "return rectangle(p, vec2(0.8862));";
    /// A square on its corner.
    Diamond "diamond" "return (abs(p.x) + abs(p.y) - 1.2) * 0.7071068;";
    /// Upwards.
    TriangleUp "triangle_up" "return regular(p, 3.0, 1.25);";
    /// Downwards.
    TriangleDown "triangle_down" "return regular(-p, 3.0, 1.25);";
    /// To the left.
    TriangleLeft "triangle_left" "return regular(vec2(p.y, -p.x), 3.0, 1.25);";
    /// To the right.
    TriangleRight "triangle_right" "return regular(vec2(-p.y, p.x), 3.0, 1.25);";
    /// Five sides.
    Pentagon "pentagon" "return regular(p, 5.0, 1.1);";
    /// Six sides.
    Hexagon "hexagon" "return regular(p, 6.0, 1.08);";
    /// A plus.
    Cross "cross" "p = abs(p); return rectangle(p.x > p.y ? p : p.yx, vec2(1.0, 0.3));";
    /// A plus on its side.
    X "x" "p = abs(vec2(p.x + p.y, p.x - p.y) * 0.7071068); return rectangle(p.x > p.y ? p : p.yx, vec2(1.15, 0.3));";
    /// Five points.
    Star "star" "vec2 q = sector(p, 5.0); vec2 tip = vec2(1.2, 0.0); vec2 notch = 0.5 * vec2(0.809017, 0.587785);
        vec2 edge = notch - tip; vec2 way = q - tip;
        float d = length(way - edge * clamp(dot(way, edge) / dot(edge, edge), 0.0, 1.0));
        return edge.x * way.y - edge.y * way.x < 0.0 ? d : -d;";
    /// Three strokes.
    Asterisk "asterisk" "vec2 q = sector(p, 6.0); return rectangle(q, vec2(1.1, 0.17));";
    /// A level bar.
    Hbar "hbar" "return rectangle(p, vec2(1.0, 0.25));";
    /// An upright bar.
    Vbar "vbar" "return rectangle(p, vec2(0.25, 1.0));";
    /// To the right, with a shaft.
    Arrow "arrow" "vec2 q = vec2(p.x, abs(p.y));
        float head = max(dot(q - vec2(1.1, 0.0), vec2(0.624695, 0.780869)), 0.1 - q.x);
        return min(head, rectangle(p + vec2(0.45, 0.0), vec2(0.65, 0.25)));";
    /// To the right.
    Chevron "chevron" "vec2 q = vec2(p.x, abs(p.y));
        float along = (q.x + q.y) * 0.7071068;
        return max(max(along - 0.65, 0.1 - along), q.y - 0.95);";
    /// Half an ellipse as high as wide.
    Ellipse "ellipse" "vec2 r = vec2(1.15, 0.65); float k = length(p / r);
        if (k < 0.05) return -0.6;
        return k * (k - 1.0) / length(p / (r * r));";
    /// A four-leaved clover.
    Clover "clover" "return min(length(abs(p) - vec2(0.42)) - 0.58, rectangle(p, vec2(0.5)));";
    /// A heart.
    Heart "heart" "return heart(p);";
    /// The spade of cards.
    Spade "spade" "return min(heart(vec2(p.x, 0.1 - p.y)), stem(p));";
    /// The club of cards.
    Club "club" "vec2 q = vec2(abs(p.x), p.y);
        return min(min(min(length(p - vec2(0.0, 0.5)), length(q - vec2(0.48, -0.15))) - 0.52, rectangle(p - vec2(0.0, 0.1), vec2(0.3))), stem(p));";
    /// A lying eight.
    Infinity "infinity" "return abs(length(vec2(abs(p.x) - 0.55, p.y)) - 0.4) - 0.15;";
    /// A pin of a map; its point is below the position.
    Pin "pin" "vec2 q = vec2(abs(p.x), p.y);
        float top = length(q - vec2(0.0, 0.4)) - 0.65;
        float point = max(dot(q - vec2(0.0, -1.1), vec2(0.901233, -0.433333)), q.y - 0.118);
        return max(min(top, point), 0.27 - length(p - vec2(0.0, 0.4)));";
    /// A label with a hole.
    Tag "tag" "vec2 q = vec2(p.x, abs(p.y));
        float body = max(rectangle(p - vec2(0.1, 0.0), vec2(1.0, 0.6)), dot(q - vec2(-1.1, 0.0), vec2(-0.7071068, 0.7071068)));
        return max(body, 0.17 - length(p - vec2(-0.5, 0.0)));";
    /// A waxing moon.
    Crescent "crescent" "return max(length(p) - 1.05, 0.85 - length(p + vec2(0.5, 0.0)));";
}

/// What shapes have in common.
const HELPERS: &[(&str, &str)] = &[
    (
        "rectangle",
        "float rectangle(vec2 p, vec2 half_size) {
    vec2 q = abs(p) - half_size;
    return length(max(q, 0.0)) + min(max(q.x, q.y), 0.0);
}",
    ),
    (
        "sector",
        "vec2 sector(vec2 p, float count) {
    float width = 6.2831853 / count;
    float angle = length(p) > 0.0 ? atan(p.x, p.y) : 0.0;
    angle = abs(mod(angle + 0.5 * width, width) - 0.5 * width);
    return length(p) * vec2(cos(angle), sin(angle));
}",
    ),
    (
        "regular",
        "float regular(vec2 p, float count, float radius) {
    float half_width = 3.14159265 / count;
    float turn = length(p) > 0.0 ? atan(p.x, p.y) + half_width : 0.0;
    float angle = abs(mod(turn + half_width, 2.0 * half_width) - half_width);
    vec2 q = length(p) * vec2(cos(angle), sin(angle)) - radius * vec2(cos(half_width), sin(half_width));
    return length(vec2(q.x, max(q.y, 0.0))) * (q.x < 0.0 ? -1.0 : 1.0);
}",
    ),
    (
        "heart",
        "float heart(vec2 p) {
    vec2 q = vec2(abs(p.x), p.y);
    float body = (q.x + abs(q.y + 0.15) - 0.9) * 0.7071068;
    return min(body, length(q - vec2(0.45, 0.3)) - 0.6363961);
}",
    ),
    (
        "stem",
        "float stem(vec2 p) {
    float side = dot(vec2(abs(p.x), p.y) - vec2(0.1, 0.0), vec2(0.948683, 0.316228));
    return max(max(side, -1.0 - p.y), p.y);
}",
    ),
];

impl Symbol {
    /// How far it reaches from its middle, in sizes.
    pub(super) fn reach(self) -> f32 {
        match self {
            Symbol::Disc | Symbol::Ring => 0.5,
            // A quarter farther than the disc: corners of squares and triangles.
            _ => 0.63,
        }
    }

    /// `float f(vec2 p)`.
    pub(super) fn function(self) -> Result<Function> {
        let body = self.body();
        let mut source = String::new();
        for (name, helper) in HELPERS {
            if body.contains(&format!("{name}(")) {
                source.push_str(helper);
                source.push('\n');
            }
        }
        source.push_str(&format!("float {}_shape(vec2 p) {{ {body} }}\n", self.text()));
        Ok(Function::new(self.text(), &source)?)
    }

    /// `float f(vec2 p)` for markers of several shapes, by their number.
    pub(super) fn any(symbols: &[Symbol]) -> Result<Function> {
        let mut source = String::from("varying float v_symbol;\n");
        for symbol in symbols {
            source.push_str(&format!("float ${}(vec2 p);\n", symbol.text()));
        }
        source.push_str("float any_shape(vec2 p) {\n");
        for symbol in symbols {
            let (name, number) = (symbol.text(), *symbol as usize as f32 + 0.5);
            source.push_str(&format!("    if (v_symbol < {number:?}) return ${name}(p);\n"));
        }
        source.push_str("    return 1.0;\n}\n");
        let mut function = Function::new("any_shape", &source)?;
        for symbol in symbols {
            function = function.with(symbol.text(), symbol.function()?)?;
        }
        Ok(function)
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl FromStr for Symbol {
    type Err = Error;

    fn from_str(text: &str) -> Result<Symbol> {
        match Symbol::ALL.iter().find(|symbol| symbol.text().eq_ignore_ascii_case(text)) {
            Some(symbol) => Ok(*symbol),
            None => {
                let names: Vec<&str> = Symbol::ALL.iter().map(|symbol| symbol.text()).collect();
                let shown: String = text.chars().take(60).collect();
                Err(Error::Data(format!("there is no symbol `{shown}`; there are {}", names.join(", "))))
            }
        }
    }
}

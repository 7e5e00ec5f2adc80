//! Spheres, each ray-cast in a quadrilateral that just bounds it: round at any size, with the true depth of every pixel, and one vertex
//! a sphere. Molecules are drawn so.
//!
//! A sphere's record (place, radius, colour) stands in the buffers once; its quadrilateral comes from instancing, which every context in
//! use has (feature `instancing`; WebGL 1 by an extension). The shape is exact in perspective, where spheres off the middle look oval, and
//! where they cut each other, for which fragments write their depth (feature `frag-depth`, likewise). A stream whose settled header has no
//! `frag-depth` still gets round spheres; where two meet there, the one whose centre is nearer covers the other.
//!
//! A silhouette is smooth against whatever lies behind it: pixels that a sphere fills are drawn first, and those on its rim after all of
//! them. Between these two draws comes a third where spheres cut each other, which no multisampling sees since a fragment has one depth:
//! a narrow band along each circle that is not covered by other spheres, whose pixels reckon how much of them is either's. Of very many
//! circles (more than 20,000), none is drawn; then the rims' draw makes them a little smoother, by drawing every pixel again, as much nearer
//! as a surface goes in a pixel, with a third of its colour.

mod seams;

use crate::bounds::{Bounds, ToPoint};
use crate::color::Color;
use crate::each::Each;
use crate::error::{Result, refuse};
use crate::light::{self, Light};
use crate::place::{Blend, Depth, Parts, Place};
use crate::points;
use crate::view::{View, ViewSlots};
use crate::visual::Visual;
use glam::DVec3;
use glir_gloo::{Context, Feature, Mode, Vertex, VertexBuffer};
use glir_shaders::Function;
use glir_transforms::{Transform, origin};

/// The corners of a sphere's quadrilateral, in halves of its width.
const CORNERS: [[f32; 2]; 4] = [[-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0], [1.0, 1.0]];

/// Which pixels of a sphere a program draws.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Pixels {
    /// Those that it fills.
    Core,
    /// Those that it fills in part; and, where seams are too many, all others once more, faintly and a little nearer.
    Rim,
    /// Both.
    Whole,
}

/// The quadrilateral lies across the way to the centre, so that it is no larger than it must be: what is seen of a sphere of radius r at the
/// distance L is a circle of radius r L / √(L² − r²) there. Source: I. Sigg and others, "GPU-based ray-casting of quadratic surfaces",
/// Eurographics Symposium on Point-Based Graphics 2006, for the idea; the frame is our own.
const VERTEX: &str = "
attribute vec2 a_corner;
attribute vec3 a_high;
attribute vec3 a_low;
attribute float a_radius;
attribute vec4 a_color;
uniform float u_step;
uniform vec4 u_viewport;
uniform mat4 u_projection;
varying vec2 v_at;
varying vec4 v_sphere;
varying vec4 v_color;
varying vec4 v_depth;
varying float v_scale;
vec3 $scene(vec3 high, vec3 low);
vec4 $to_eye(vec3 scene);
vec4 $to_clip(vec4 eye);
void $identify();
float stretch(vec3 way) {
    vec3 there = $to_eye($scene(a_high, a_low + way)).xyz;
    return length(there - $to_eye($scene(a_high, a_low - way)).xyz) / (2.0 * u_step);
}
void main() {
    $identify();
    vec3 center = $to_eye($scene(a_high, a_low)).xyz;
    float scale = stretch(vec3(u_step, 0.0, 0.0)) + stretch(vec3(0.0, u_step, 0.0)) + stretch(vec3(0.0, 0.0, u_step));
    float radius = a_radius * scale / 3.0;
    bool perspective = u_projection[2][3] != 0.0;
    // What is not used is still reckoned by some compilers, and must be a number.
    float away = perspective ? length(center) : 1.0;
    float w = u_projection[2][3] * center.z + u_projection[3][3];
    v_scale = 0.5 * u_viewport.w * abs(u_projection[1][1] / w);
    // Without perspective, the projection says from which end of z one looks.
    vec3 ahead = perspective ? center / away : vec3(0.0, 0.0, u_projection[2][2] < 0.0 ? -1.0 : 1.0);
    vec3 side = normalize(vec3(-ahead.z, 0.0, ahead.x));
    vec3 up = cross(side, ahead);
    float seen = perspective ? radius * away / sqrt(max(away * away - radius * radius, 1e-30)) : radius;
    v_at = a_corner * (seen + 1.0 / v_scale);
    v_sphere = vec4(center, radius);
    v_color = a_color;
    v_depth = vec4(u_projection[2][2], u_projection[3][2], u_projection[2][3], u_projection[3][3]);
    gl_Position = $to_clip(vec4(center + v_at.x * side + v_at.y * up, 1.0));
    AT_ANY_DEPTH
    // From within, or behind the eye, there is no silhouette.
    if (w <= 0.0 || (perspective && away <= radius) || !(radius > 0.0)) {
        gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    }
}";

const FRAGMENT: &str = "
varying vec2 v_at;
varying vec4 v_sphere;
varying vec4 v_color;
varying vec4 v_depth;
varying float v_scale;
vec3 $lit(vec3 color, vec3 normal, vec3 viewer);
void $finish(vec4 color, float coverage);
void main() {
    bool perspective = v_depth.z != 0.0;
    float away = perspective ? length(v_sphere.xyz) : 1.0;
    float front = perspective || v_depth.x < 0.0 ? 1.0 : -1.0;
    vec3 ahead = perspective ? v_sphere.xyz / away : vec3(0.0, 0.0, -front);
    vec3 side = normalize(vec3(-ahead.z, 0.0, ahead.x));
    vec3 up = cross(side, ahead);
    // The ray through this place, and where it is nearest to the centre, all about the centre: nothing large cancels.
    vec3 at = v_at.x * side + v_at.y * up;
    float flat_square = dot(v_at, v_at);
    float share = perspective ? away * away / (away * away + flat_square) : 1.0;
    vec3 ray = perspective ? (at + away * ahead) / sqrt(away * away + flat_square) : ahead;
    vec3 nearest = share * at - (perspective ? flat_square * share / away : 0.0) * ahead;
    float radius = v_sphere.w;
    float square = flat_square * share;
    float coverage = clamp((radius - sqrt(square)) * v_scale + 0.5, 0.0, 1.0);
    PIXELS
    float half_chord = sqrt(max(radius * radius - square, 0.0));
    vec3 way = nearest - half_chord * ray;
    float z = v_sphere.z + way.z;
    NEARER
    float depth = (v_depth.x * z + v_depth.y) / (v_depth.z * z + v_depth.w);
    if (depth < -1.0 || depth > 1.0) discard;
    WRITE_DEPTH
    vec3 seen = vec3(1.0, 1.0, front);
    $finish(vec4($lit(v_color.rgb, normalize(way) * seen, -ray * seen), v_color.a), coverage);
}";

/// Where a sphere fills the pixel: nearer by what its surface goes in a pixel, which is steep at its rim.
const NEARER: &str = "
    if (filled) {
        z -= ray.z * min(sqrt(square) / max(half_chord, 0.001 * radius), 3.0) / v_scale;
        coverage = 0.33;
    }";

/// Spheres of their own radius and colour each.
///
/// ```
/// use glir_visuals::{Color, Spheres, Visual, camera};
///
/// let context = glir_gloo::Context::new(320, 240)?;
/// // Water: two hydrogens at an oxygen, in ångström.
/// let centers = [[0.0, 0.0, 0.0], [0.757, 0.0, 0.587], [-0.757, 0.0, 0.587]];
/// let colors = vec!["red".parse()?, Color::WHITE, Color::WHITE];
/// let mut water = Spheres::new(&context, &centers, vec![1.52, 1.2, 1.2], colors)?;
/// water.draw(&camera::orbit(water.bounds(), 20.0, 10.0, [0.0, 0.0, 320.0, 240.0]))?;
/// assert!(water.exact_depth());
/// # Ok::<(), glir_visuals::Error>(())
/// ```
///
/// Radii are in units of the data. A transform that scales one axis more than another gives spheres of the mean size, which stay spheres.
/// What has no place, or no radius above 0, is not drawn. Items for picking are spheres.
#[derive(Debug)]
pub struct Spheres {
    core: Place,
    rim: Place,
    /// The circles in which spheres cut each other, from the first that there is.
    seam: Option<Place>,
    /// How many of them are drawn; none if they are too many.
    circles: Option<u32>,
    picker: Option<Place>,
    centers: Vec<[f64; 3]>,
    radii: Each<f64>,
    colors: Each<Color>,
    light: Light,
    /// Whether colours lie over each other, so that one laid over itself stays.
    over: bool,
    exact: bool,
    transform: Transform,
    corners: VertexBuffer<[f32; 2]>,
    high: Option<VertexBuffer<[f32; 3]>>,
    low: Option<VertexBuffer<[f32; 3]>>,
    radius: Option<VertexBuffer<f32>>,
    color: Option<VertexBuffer<[u8; 4]>>,
    /// Which spheres are drawn.
    items: Vec<u32>,
    stale: bool,
    numbered: bool,
}

fn parts(pixels: Pixels, exact: bool) -> Result<Parts> {
    // The quadrilateral's own depth means nothing; in the middle, no plane clips it.
    let vertex = VERTEX.replace("AT_ANY_DEPTH", if exact { "gl_Position.z = 0.0;" } else { "" });
    let chosen = match pixels {
        Pixels::Core => "if (coverage < 1.0) discard;",
        Pixels::Rim => {
            "bool filled = coverage >= 1.0;\n    if (coverage <= 0.0 || (filled && u_soft * v_color.a < 1.0)) discard;"
        }
        Pixels::Whole => "if (coverage < 0.5) discard;",
    };
    let depth = if exact { "gl_FragDepth = 0.5 * depth + 0.5;" } else { "" };
    let fragment = FRAGMENT.replace("PIXELS", chosen).replace("WRITE_DEPTH", depth);
    let fragment = match pixels {
        Pixels::Rim => format!("uniform float u_soft;{}", fragment.replace("NEARER", NEARER)),
        Pixels::Core | Pixels::Whole => fragment.replace("NEARER", ""),
    };
    Ok(Parts {
        vertex: Function::new("spheres", &vertex)?,
        fragment: Function::new("spheres_fill", &fragment)?.with("lit", light::lit()?)?,
        item: None,
    })
}

impl Spheres {
    /// Spheres at these centres.
    ///
    /// # Errors
    ///
    /// A list of radii or colours of another length than there are centres; a settled header without `instancing`.
    pub fn new<P: ToPoint>(
        context: &Context,
        centers: &[P],
        radii: impl Into<Each<f64>>,
        colors: impl Into<Each<Color>>,
    ) -> Result<Spheres> {
        let (radii, colors) = (radii.into(), colors.into());
        hold(centers.len(), &radii, &colors)?;
        context.allow(Feature::Instancing, true)?;
        // A settled header may not have it.
        let exact = context.allow(Feature::FragDepth, true).is_ok();
        let mut core = Place::new(context, "spheres", parts(Pixels::Core, exact)?)?;
        core.set_depth(Depth::Written);
        let mut rim = Place::new(context, "spheres (rims)", parts(Pixels::Rim, exact)?)?;
        rim.set_depth(Depth::Tested);
        Ok(Spheres {
            core,
            rim,
            seam: None,
            circles: Some(0),
            picker: None,
            centers: centers.iter().map(ToPoint::point).collect(),
            radii,
            colors,
            light: Light::default(),
            over: true,
            exact,
            transform: Transform::null(),
            corners: VertexBuffer::new(context, &CORNERS)?,
            high: None,
            low: None,
            radius: None,
            color: None,
            items: Vec::new(),
            stale: true,
            numbered: false,
        })
    }

    /// Whether every pixel has its true depth.
    pub fn exact_depth(&self) -> bool {
        self.exact
    }

    /// Takes other spheres in place of all.
    ///
    /// # Errors
    ///
    /// A list of radii or colours of another length than there are centres.
    pub fn set_data<P: ToPoint>(
        &mut self,
        centers: &[P],
        radii: impl Into<Each<f64>>,
        colors: impl Into<Each<Color>>,
    ) -> Result<()> {
        let (radii, colors) = (radii.into(), colors.into());
        hold(centers.len(), &radii, &colors)?;
        self.centers = centers.iter().map(ToPoint::point).collect();
        (self.radii, self.colors) = (radii, colors);
        self.changed();
        Ok(())
    }

    /// Moves the spheres.
    ///
    /// # Errors
    ///
    /// Another number of centres.
    pub fn set_centers<P: ToPoint>(&mut self, centers: &[P]) -> Result<()> {
        if centers.len() != self.centers.len() {
            return refuse(format!("{} centres for {} spheres", centers.len(), self.centers.len()));
        }
        self.centers = centers.iter().map(ToPoint::point).collect();
        self.changed();
        Ok(())
    }

    /// Sets radii, in units of the data.
    ///
    /// # Errors
    ///
    /// A list of another length than there are spheres.
    pub fn set_radii(&mut self, radii: impl Into<Each<f64>>) -> Result<()> {
        let radii = radii.into();
        hold(self.centers.len(), &radii, &self.colors)?;
        self.radii = radii;
        self.changed();
        Ok(())
    }

    /// Sets colours.
    ///
    /// # Errors
    ///
    /// A list of another length than there are spheres.
    pub fn set_colors(&mut self, colors: impl Into<Each<Color>>) -> Result<()> {
        let colors = colors.into();
        hold(self.centers.len(), &self.radii, &colors)?;
        self.colors = colors;
        self.stale = true;
        Ok(())
    }

    /// Sets the light, and how surfaces answer it.
    ///
    /// # Errors
    ///
    /// None that a program has not.
    pub fn set_light(&mut self, light: Light) -> Result<()> {
        self.light = light;
        light.set(&mut self.core)?;
        if let Some(seam) = &mut self.seam {
            light.set(seam)?;
        }
        light.set(&mut self.rim)
    }

    /// How spheres lie over what is there already; [`Blend::Over`] by default.
    pub fn set_blend(&mut self, blend: Blend) {
        self.core.set_blend(blend);
        self.rim.set_blend(blend);
        self.over = blend == Blend::Over;
    }

    fn changed(&mut self) {
        (self.stale, self.numbered) = (true, false);
    }

    /// Brings buffers and uniforms to what was set.
    fn prepare(&mut self) -> Result<()> {
        if !self.stale {
            return Ok(());
        }
        let transform = self.core.data_transform().clone();
        let step = 0.05 * reach(&self.centers, &self.radii);
        let (mut places, mut radii, mut colors) = (Vec::new(), Vec::new(), Vec::new());
        self.items.clear();
        for (item, center) in self.centers.iter().enumerate() {
            let (place, radius) = mapped(&transform, *center, self.radii.at(item), step);
            if place.as_vec3().is_finite() && radius > 0.0 && (radius as f32).is_finite() {
                places.push(place);
                radii.push(radius as f32);
                colors.push(self.colors.at(item).bytes());
                self.items.push(item as u32);
            }
        }
        let part = |part: usize| {
            places.iter().map(|place| origin::split_point(place.to_array())[part]).collect::<Vec<_>>()
        };
        let reach = places.iter().zip(&radii).fold(None, |reach: Option<Bounds>, (place, radius)| {
            let around = DVec3::splat(f64::from(*radius));
            let ball = Bounds { min: *place - around, max: *place + around };
            Some(reach.map_or(ball, |reach| reach.union(ball)))
        });
        let step = 0.05 * reach.map_or(1.0, |reach| reach.size().max_element());
        let context = self.core.context().clone();
        let split = points::split(places.len(), || places.iter().map(DVec3::to_array));
        let high = each(&context, &mut self.high, &part(0))?;
        let low = if split { Some(each(&context, &mut self.low, &part(1))?) } else { None };
        if !split {
            self.low = None;
        }
        let views = [
            ("a_high", high),
            ("a_radius", each(&context, &mut self.radius, &radii)?),
            ("a_color", each(&context, &mut self.color, &colors)?.normalized()),
        ];
        let light = self.light;
        if self.exact {
            let known = seams::Known {
                places: &places,
                radii: &radii,
                items: &self.items,
                colors: &self.colors,
                split,
            };
            self.circles = send_seams(&context, &mut self.seam, &known)?;
        }
        if let Some(seam) = &mut self.seam {
            seam.set_transform(&self.transform)?;
            seam.set_opacity(self.core.opacity())?;
            seam.set("u_step", step as f32)?;
            light.set(seam)?;
        }
        for place in [Some(&mut self.core), Some(&mut self.rim), self.picker.as_mut()].into_iter().flatten() {
            place.set("a_corner", &self.corners)?;
            for (name, view) in &views {
                place.set(name, view.clone().divisor(1))?;
            }
            match &low {
                Some(view) => place.set("a_low", view.clone().divisor(1))?,
                None => place.set("a_low", [0.0_f32; 3])?,
            }
            place.set("u_step", step as f32)?;
            light.set(place)?;
        }
        self.stale = false;
        Ok(())
    }
}

/// Sends the circles in which spheres cut each other, if they are not too many, and gives how many are drawn.
fn send_seams(context: &Context, seam: &mut Option<Place>, known: &seams::Known<'_>) -> Result<Option<u32>> {
    let Some(pairs) = seams::pairs(known.places, known.radii) else { return Ok(None) };
    if pairs.is_empty() {
        return Ok(Some(0));
    }
    let seam = match seam {
        Some(seam) => seam,
        None => seam.insert(seams::place(context)?),
    };
    seams::send(seam, &pairs, known).map(Some)
}

fn hold(count: usize, radii: &Each<f64>, colors: &Each<Color>) -> Result<()> {
    radii.hold("radius", count)?;
    colors.hold("color", count)
}

/// The length of the box around all spheres.
fn reach(centers: &[[f64; 3]], radii: &Each<f64>) -> f64 {
    let size = Bounds::of(centers).map_or(0.0, |bounds| bounds.size().max_element());
    size + radii.one().copied().unwrap_or(0.0).max(f64::MIN_POSITIVE)
}

/// A centre behind the static part of a transform, and a radius stretched as much as the axes are in the mean.
fn mapped(transform: &Transform, center: [f64; 3], radius: f64, step: f64) -> (DVec3, f64) {
    let place = DVec3::from(transform.map(center));
    if transform.is_empty() {
        return (place, radius);
    }
    let stretch = |axis: DVec3| {
        let [there, back] =
            [step, -step].map(|way| DVec3::from(transform.map((DVec3::from(center) + axis * way).into())));
        (there - back).length() / (2.0 * step)
    };
    (place, radius * (stretch(DVec3::X) + stretch(DVec3::Y) + stretch(DVec3::Z)) / 3.0)
}

/// Puts values into a buffer of one for each sphere.
fn each<T: Vertex>(
    context: &Context,
    buffer: &mut Option<VertexBuffer<T>>,
    values: &[T],
) -> Result<glir_gloo::View> {
    let buffer = match buffer {
        Some(buffer) => {
            buffer.replace(values)?;
            buffer
        }
        None => buffer.insert(VertexBuffer::new(context, values)?),
    };
    Ok(buffer.view())
}

impl Visual for Spheres {
    fn set_transform(&mut self, transform: &Transform) -> Result<()> {
        let changed = self.core.set_transform(transform)?;
        self.rim.set_transform(transform)?;
        if let Some(seam) = &mut self.seam {
            seam.set_transform(transform)?;
        }
        if let Some(picker) = &mut self.picker {
            picker.set_transform(transform)?;
        }
        self.transform = transform.clone();
        if changed {
            self.changed();
        }
        Ok(())
    }

    fn set_opacity(&mut self, opacity: f32) -> Result<()> {
        self.core.set_opacity(opacity)?;
        if let Some(seam) = &mut self.seam {
            seam.set_opacity(opacity)?;
        }
        self.rim.set_opacity(opacity)
    }

    fn draw(&mut self, view: &View) -> Result<()> {
        self.prepare()?;
        let count = self.items.len() as u32;
        if count == 0 {
            return Ok(());
        }
        self.core.draw_instances(view, Mode::TriangleStrip, 0..4, count)?;
        // What is laid over itself stays as it was if it is opaque.
        let soft = self.exact && self.over && self.rim.opacity() == 1.0;
        if let (true, Some(seam), Some(circles @ 1..)) = (soft, &mut self.seam, self.circles) {
            let (mode, band) = seams::BAND;
            seam.draw_instances(view, mode, band, circles)?;
        }
        let again = soft && self.circles.is_none();
        self.rim.set("u_soft", if again { 1.0_f32 } else { 0.0 })?;
        self.rim.draw_instances(view, Mode::TriangleStrip, 0..4, count)
    }

    fn pick(&mut self, view: &View, first: u32) -> Result<u32> {
        if self.picker.is_none() {
            let mut picker =
                Place::new(self.core.context(), "spheres (picking)", parts(Pixels::Whole, self.exact)?)?;
            picker.set_depth(Depth::Written);
            picker.set_transform(&self.transform)?;
            self.picker = Some(picker);
            self.changed();
        }
        self.prepare()?;
        if let Some(picker) = &mut self.picker
            && !self.items.is_empty()
        {
            if !self.numbered {
                picker.set_items(&self.items, 1)?;
                self.numbered = true;
            }
            picker.pick_instances(view, first, Mode::TriangleStrip, 0..4, self.items.len() as u32)?;
        }
        Ok(self.centers.len() as u32)
    }

    /// With the radii.
    fn bounds(&self) -> Option<Bounds> {
        let balls = self.centers.iter().enumerate().flat_map(|(item, center)| {
            let radius = DVec3::splat(self.radii.at(item));
            [DVec3::from(*center) - radius, DVec3::from(*center) + radius]
        });
        Bounds::of(balls)
    }

    fn programs(&self) -> Vec<ViewSlots> {
        let seam = self.seam.as_ref().map(Place::slots).unwrap_or_default();
        [self.core.slots(), seam, self.rim.slots()].concat()
    }
}

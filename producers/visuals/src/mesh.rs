//! Surfaces made of triangles: shaded flat or smooth, coloured by vertex, face, value or picture, with their edges or as wire.
//!
//! Light is reckoned for each pixel, in linear light ([`Light`]). The edges of surfaces against what is behind are as smooth as the canvas:
//! a header with `samples` (profile es3) makes them so.

mod build;
mod normals;
mod shaders;

use crate::bounds::{Bounds, ToPoint};
use crate::color::Color;
use crate::colormap::Colormap;
use crate::each::Each;
use crate::error::{Result, refuse};
use crate::light::Light;
use crate::place::{Blend, Depth, Parts, Place};
use crate::view::{View, ViewSlots};
use crate::visual::Visual;
use build::Buffers;
use glir_gloo::{
    Context, Face, Filter, Format, MinFilter, Mipmaps, Mode, StateField, Texture2D, TextureOptions,
    VertexBuffer, Wrap,
};
use glir_shaders::Function;
use glir_transforms::{Transform, origin};

/// How a mesh's faces answer light.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shading {
    /// Not at all: colours as they are.
    None,
    /// Each triangle as the plane that it is.
    Flat,
    /// Round: by normals at the vertices, given or computed.
    #[default]
    Smooth,
}

/// The colours of a mesh.
#[derive(Clone, Debug)]
pub enum Paint {
    /// One colour, or one for each vertex.
    Color(Each<Color>),
    /// A colour for each triangle.
    Faces(Vec<Color>),
    /// A number for each vertex, as a colour. Where one is NaN, there is a hole.
    Values {
        /// As many as vertices.
        values: Vec<f64>,
        /// From 0 to 1 to a colour.
        colormap: Colormap,
        /// What becomes 0 and 1; by default the least and the greatest value.
        limits: Option<[f64; 2]>,
    },
    /// A picture.
    Texture {
        /// Width and height in pixels. Where both are powers of two, it is repeated beyond its edges and drawn smaller without
        /// flicker.
        size: (u32, u32),
        /// Its pixels, the upper row first.
        pixels: Vec<Color>,
        /// Where each vertex lies in it, 0, 0 being its lower left corner and 1, 1 the upper right one.
        texcoords: Vec<[f32; 2]>,
    },
}

impl From<Color> for Paint {
    fn from(color: Color) -> Paint {
        Paint::Color(Each::One(color))
    }
}

/// The edges of a mesh's triangles.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wireframe {
    /// Their colour.
    pub color: Color,
    /// Their width in pixels.
    pub width: f32,
}

/// The angle beyond which edges are sharp, where none was set, in degrees: more than what round things are cut into, less than boxes have.
const CREASE: f64 = 40.0;

/// A surface of triangles: flat, smooth, textured, or as wire.
///
/// ```
/// use glir_visuals::{Mesh, Paint, Shading, Wireframe, View, Visual, Color, camera};
///
/// let context = glir_gloo::Context::new(320, 240)?;
/// let corners = [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
/// let mut mesh = Mesh::new(&context, &corners, &[[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]])?;
/// mesh.set_shading(Shading::Flat)?;
/// mesh.set_paint(Paint::Faces(vec!["tomato".parse()?, "gold".parse()?, "teal".parse()?, Color::WHITE]))?;
/// mesh.set_wireframe(Some(Wireframe { color: Color::BLACK, width: 1.5 }))?;
/// mesh.draw(&camera::orbit(mesh.bounds(), 30.0, 25.0, [0.0, 0.0, 320.0, 240.0]))?;
/// # Ok::<(), glir_visuals::Error>(())
/// ```
///
/// Triangles without an area, or with a corner that is no number, are not drawn. Vertices lie in the buffers once where all is smooth
/// (and once more for each further normal at a crease), and are drawn by 16-bit indices, in several draws where there are more than 65,535 of them (by 32-bit ones in one draw if the stream
/// has these anyway). Colours of faces, flat shading and edges belong to triangles: then each has three vertices of its own, so that no
/// feature is needed to tell them apart. Edges take the feature `derivatives`.
///
/// Meshes hide what is behind them. Transparent ones hide their own other side where that is drawn later. Items for picking are
/// triangles.
#[derive(Debug)]
pub struct Mesh {
    place: Place,
    kind: shaders::Kind,
    picker: Option<(Place, [VertexBuffer<[f32; 3]>; 2])>,
    positions: Vec<[f64; 3]>,
    triangles: Vec<[u32; 3]>,
    normals: Option<Vec<[f32; 3]>>,
    /// In degrees.
    crease: f64,
    paint: Paint,
    picture: Option<Texture2D>,
    shading: Shading,
    wireframe: Option<Wireframe>,
    faces: bool,
    culled: bool,
    light: Light,
    transform: Transform,
    buffers: Buffers,
    stale: bool,
    pick_stale: bool,
}

impl Mesh {
    /// A grey mesh, smooth.
    ///
    /// # Errors
    ///
    /// A triangle of a vertex that there is not.
    pub fn new<P: ToPoint>(context: &Context, positions: &[P], triangles: &[[u32; 3]]) -> Result<Mesh> {
        let paint = Paint::from(Color::rgb(0.72, 0.74, 0.78));
        let positions: Vec<[f64; 3]> = positions.iter().map(ToPoint::point).collect();
        hold(&positions, triangles)?;
        let kind = shaders::Kind::of(Shading::Smooth, &paint, false, true);
        let mut place = Place::new(context, "mesh", shaders::parts(kind)?)?;
        place.set_depth(Depth::Written);
        Ok(Mesh {
            place,
            kind,
            picker: None,
            positions,
            triangles: triangles.to_vec(),
            normals: None,
            crease: CREASE,
            paint,
            picture: None,
            shading: Shading::Smooth,
            wireframe: None,
            faces: true,
            culled: false,
            light: Light::default(),
            transform: Transform::null(),
            buffers: Buffers::default(),
            stale: true,
            pick_stale: true,
        })
    }

    /// Takes other vertices and triangles. Normals that were given are dropped; colours for each vertex or face stay only if they still
    /// fit, and become grey otherwise.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn set_shape<P: ToPoint>(&mut self, positions: &[P], triangles: &[[u32; 3]]) -> Result<()> {
        let positions: Vec<[f64; 3]> = positions.iter().map(ToPoint::point).collect();
        hold(&positions, triangles)?;
        self.positions = positions;
        self.triangles = triangles.to_vec();
        self.normals = None;
        (self.stale, self.pick_stale) = (true, true);
        if self.fits(&self.paint).is_err() {
            return self.set_paint(Paint::from(Color::rgb(0.72, 0.74, 0.78)));
        }
        Ok(())
    }

    /// Moves the vertices; triangles and colours stay. Normals that were given are dropped.
    ///
    /// # Errors
    ///
    /// Another number of vertices.
    pub fn set_positions<P: ToPoint>(&mut self, positions: &[P]) -> Result<()> {
        if positions.len() != self.positions.len() {
            return refuse(format!("{} positions for {} vertices", positions.len(), self.positions.len()));
        }
        self.positions = positions.iter().map(ToPoint::point).collect();
        self.normals = None;
        (self.stale, self.pick_stale) = (true, true);
        Ok(())
    }

    /// Sets how faces answer light.
    ///
    /// # Errors
    ///
    /// None that composing has not.
    pub fn set_shading(&mut self, shading: Shading) -> Result<()> {
        self.compose(shading, self.wireframe, self.faces, None)?;
        self.shading = shading;
        Ok(())
    }

    /// Sets the colours.
    ///
    /// # Errors
    ///
    /// A list of another length than there are vertices or triangles, a picture of another size than its pixels.
    pub fn set_paint(&mut self, paint: impl Into<Paint>) -> Result<()> {
        let paint = paint.into();
        self.fits(&paint)?;
        let picture = match &paint {
            Paint::Texture { size, pixels, .. } => Some(picture(self.place.context(), *size, pixels)?),
            Paint::Values { colormap, .. } => Some(colormap.texture(self.place.context())?),
            Paint::Color(_) | Paint::Faces(_) => None,
        };
        self.compose(self.shading, self.wireframe, self.faces, Some(&paint))?;
        self.paint = paint;
        self.picture = picture;
        Ok(())
    }

    /// Sets what becomes 0 and 1 of the colour map of [`Paint::Values`]: a uniform, no data.
    ///
    /// # Errors
    ///
    /// A mesh of another paint.
    pub fn set_limits(&mut self, limits: [f64; 2]) -> Result<()> {
        let Paint::Values { limits: own, .. } = &mut self.paint else {
            return refuse("limits are for a mesh that is painted by values");
        };
        *own = Some(limits);
        self.place.set("u_limits", shaders::limits(limits))
    }

    /// Gives normals, one a vertex, of any length; `None` for those that follow from the triangles, each counting by its angle at the
    /// vertex, up to [creases](Self::set_crease).
    ///
    /// # Errors
    ///
    /// Another number of normals than of vertices.
    pub fn set_normals(&mut self, normals: Option<Vec<[f32; 3]>>) -> Result<()> {
        if let Some(normals) = &normals
            && normals.len() != self.positions.len()
        {
            return refuse(format!("{} normals for {} vertices", normals.len(), self.positions.len()));
        }
        self.normals = normals;
        self.stale = true;
        Ok(())
    }

    /// Sets from which angle on edges are sharp where normals follow from the triangles, in degrees: 40 by default, 0 for all edges, 180
    /// for none.
    pub fn set_crease(&mut self, degrees: f64) {
        self.crease = if degrees.is_nan() { CREASE } else { degrees.clamp(0.0, 180.0) };
        self.stale = true;
    }

    /// Draws the triangles' edges, over the faces or alone.
    ///
    /// # Errors
    ///
    /// None that composing has not.
    pub fn set_wireframe(&mut self, wireframe: Option<Wireframe>) -> Result<()> {
        self.compose(self.shading, wireframe, self.faces, None)?;
        self.wireframe = wireframe;
        Ok(())
    }

    /// Whether faces are drawn. Without them, and with edges, one sees through the mesh.
    ///
    /// # Errors
    ///
    /// None that composing has not.
    pub fn set_faces(&mut self, faces: bool) -> Result<()> {
        self.compose(self.shading, self.wireframe, faces, None)?;
        self.faces = faces;
        Ok(())
    }

    /// Sets the light, and how the surface answers it.
    ///
    /// # Errors
    ///
    /// None that a program has not.
    pub fn set_light(&mut self, light: Light) -> Result<()> {
        self.light = light;
        if self.shading != Shading::None && self.faces { light.set(&mut self.place) } else { Ok(()) }
    }

    /// Leaves out triangles that are seen from behind, where they run clockwise. Closed meshes draw faster so; a transform that mirrors
    /// turns sides around.
    pub fn set_culled(&mut self, culled: bool) {
        self.culled = culled;
        let state = if culled { vec![StateField::CullFace(Some(Face::Back))] } else { Vec::new() };
        self.place.set_state(state);
    }

    /// How it lies over what is there already; [`Blend::Over`] by default.
    pub fn set_blend(&mut self, blend: Blend) {
        self.place.set_blend(blend);
    }

    /// How many of its triangles are drawn: those with an area, and with corners that are numbers.
    pub fn drawn(&self) -> usize {
        build::drawn(&self.positions, &self.triangles).len()
    }

    fn fits(&self, paint: &Paint) -> Result<()> {
        let (vertices, triangles) = (self.positions.len(), self.triangles.len());
        let hold = |what: &str, found: usize, wanted: usize, of: &str| {
            if found == wanted { Ok(()) } else { refuse(format!("{found} {what} for {wanted} {of}")) }
        };
        match paint {
            Paint::Color(Each::Each(colors)) => hold("colours", colors.len(), vertices, "vertices"),
            Paint::Color(Each::One(_)) => Ok(()),
            Paint::Faces(colors) => hold("colours", colors.len(), triangles, "triangles"),
            Paint::Values { values, .. } => hold("values", values.len(), vertices, "vertices"),
            Paint::Texture { size: (width, height), pixels, texcoords } => {
                let size = (*width as usize).saturating_mul(*height as usize);
                hold("texture coordinates", texcoords.len(), vertices, "vertices")?;
                hold("pixels", pixels.len(), size, &format!("of a picture of {width} × {height}"))
            }
        }
    }

    fn compose(
        &mut self,
        shading: Shading,
        wireframe: Option<Wireframe>,
        faces: bool,
        paint: Option<&Paint>,
    ) -> Result<()> {
        let paint = paint.unwrap_or(&self.paint);
        let kind = shaders::Kind::of(shading, paint, wireframe.is_some(), faces);
        if kind != self.kind {
            self.place.set_parts(shaders::parts(kind)?)?;
            self.kind = kind;
        }
        self.place.set_depth(if faces { Depth::Written } else { Depth::Tested });
        self.stale = true;
        Ok(())
    }

    /// Brings the buffers and uniforms to what was set.
    fn prepare(&mut self) -> Result<()> {
        if !self.stale {
            return Ok(());
        }
        let lit = self.shading != Shading::None && self.faces;
        let shape = build::Shape {
            positions: &self.positions,
            triangles: &self.triangles,
            normals: self.normals.as_deref(),
            paint: &self.paint,
            lit,
            flat: self.shading == Shading::Flat,
            // A hair more, so that what lies in a plane is one, and 180 degrees are all.
            cos_crease: self.crease.to_radians().cos() - 1e-9,
            wire: self.wireframe.is_some(),
            faces: self.faces,
        };
        self.buffers.send(&shape, &mut self.place)?;
        if lit {
            self.light.set(&mut self.place)?;
        }
        if self.faces {
            match (&self.paint, &self.picture) {
                (Paint::Color(Each::One(color)), _) => self.place.set("u_color", color.clamped())?,
                (Paint::Values { values, limits, .. }, Some(map)) => {
                    self.place.set("u_map", map)?;
                    let limits = limits.unwrap_or_else(|| shaders::extent(values));
                    self.place.set("u_limits", shaders::limits(limits))?;
                }
                (Paint::Texture { .. }, Some(picture)) => self.place.set("u_picture", picture)?,
                _ => {}
            }
        }
        if let Some(wireframe) = self.wireframe {
            self.place.set("u_wire_color", wireframe.color.clamped())?;
            let width = if wireframe.width.is_nan() { 0.0 } else { wireframe.width.clamp(0.0, 1000.0) };
            self.place.set("u_wire_width", width)?;
        }
        self.stale = false;
        Ok(())
    }
}

/// Refuses triangles of vertices that there are not.
fn hold(positions: &[[f64; 3]], triangles: &[[u32; 3]]) -> Result<()> {
    let count = positions.len();
    match triangles.iter().position(|triangle| triangle.iter().any(|index| *index as usize >= count)) {
        Some(index) => {
            let triangle = triangles.get(index).copied().unwrap_or_default();
            refuse(format!("triangle {index} has the vertices {triangle:?}; there are {count}"))
        }
        None => Ok(()),
    }
}

/// A picture as a texture, its lowest row first.
fn picture(context: &Context, (width, height): (u32, u32), pixels: &[Color]) -> Result<Texture2D> {
    let rows = pixels.chunks_exact((width as usize).max(1)).rev();
    let texels: Vec<[u8; 4]> = rows.flatten().map(|pixel| pixel.bytes()).collect();
    // What es2 can repeat and draw smaller.
    let even = width.is_power_of_two() && height.is_power_of_two();
    let mipmaps = if even { Mipmaps::Auto } else { Mipmaps::None };
    let options = TextureOptions { mipmaps, ..Format::Rgba8.into() };
    let mut texture = Texture2D::with_data(context, (width, height), options, &texels)?;
    let min = if even { MinFilter::LinearMipmapLinear } else { MinFilter::Linear };
    texture.set_interpolation(min, Filter::Linear)?;
    let wrap = if even { Wrap::Repeat } else { Wrap::ClampToEdge };
    texture.set_wrapping([wrap; 3]);
    texture.set_label("mesh picture")?;
    Ok(texture)
}

impl Visual for Mesh {
    fn set_transform(&mut self, transform: &Transform) -> Result<()> {
        if self.place.set_transform(transform)? {
            self.stale = true;
        }
        if let Some((picker, _)) = &mut self.picker {
            self.pick_stale |= picker.set_transform(transform)?;
        } else {
            self.pick_stale = true;
        }
        self.transform = transform.clone();
        Ok(())
    }

    fn set_opacity(&mut self, opacity: f32) -> Result<()> {
        self.place.set_opacity(opacity)
    }

    fn draw(&mut self, view: &View) -> Result<()> {
        self.prepare()?;
        self.buffers.draw(&mut self.place, view)
    }

    fn pick(&mut self, view: &View, first: u32) -> Result<u32> {
        let count = self.triangles.len() as u32;
        let context = self.place.context().clone();
        if self.picker.is_none() {
            let parts = Parts {
                vertex: Function::new("mesh_pick", shaders::PICK_VERTEX)?,
                fragment: Function::new("mesh_pick_fill", shaders::PICK_FRAGMENT)?,
                item: None,
            };
            let mut place = Place::new(&context, "mesh (picking)", parts)?;
            place.set_depth(Depth::Written);
            place.set_transform(&self.transform)?;
            let buffers = [VertexBuffer::new(&context, &[])?, VertexBuffer::new(&context, &[])?];
            self.picker = Some((place, buffers));
        }
        let Some((place, [high, low])) = &mut self.picker else { return Ok(count) };
        if self.pick_stale {
            let mut positions = self.positions.clone();
            place.data_transform().map_all(&mut positions);
            let drawn = build::drawn(&positions, &self.triangles);
            let corners =
                || drawn.iter().flat_map(|(_, triangle)| triangle).map(|index| positions[*index as usize]);
            let part =
                |part: usize| corners().map(|corner| origin::split_point(corner)[part]).collect::<Vec<_>>();
            *high = VertexBuffer::new(&context, &part(0))?;
            *low = VertexBuffer::new(&context, &part(1))?;
            place.set("a_high", &*high)?;
            place.set("a_low", &*low)?;
            let items: Vec<u32> = drawn.iter().flat_map(|(item, _)| [*item; 3]).collect();
            place.set_items(&items, 0)?;
            self.pick_stale = false;
        }
        if !high.is_empty() {
            place.pick(view, first, Mode::Triangles, ..)?;
        }
        Ok(count)
    }

    fn bounds(&self) -> Option<Bounds> {
        Bounds::of(&self.positions)
    }

    fn programs(&self) -> Vec<ViewSlots> {
        self.place.slots()
    }
}

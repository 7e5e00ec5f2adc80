//! How a visual's shaders become programs: the way from data to pixels is composed in, and drawn with or picked by.
//!
//! A visual gives a vertex and a fragment [`Function`], each `void main()`. Of these hooks they declare what they use:
//!
//! | vertex stage | gives |
//! | --- | --- |
//! | `vec4 $place(vec3 high, vec3 low);` | clip coordinates of a data point given as high and low parts |
//! | `vec3 $scene(vec3 high, vec3 low);` | the point in the scene, about the view's origin |
//! | `vec4 $to_eye(vec3 scene);` | the view: about the eye |
//! | `vec4 $to_clip(vec4 eye);` | the projection |
//! | `vec2 $pixel(vec4 clip);` | the pixel of the viewport, from its lower left corner |
//! | `vec4 $at_pixel(vec2 pixel, vec4 clip);` | `clip`, moved to that pixel at the same depth |
//! | `void $identify();` | to be called in `main`: hands on the item's number when the visual is picked |
//!
//! | fragment stage | gives |
//! | --- | --- |
//! | `void $finish(vec4 color, float coverage);` | writes the fragment: straight-alpha colour, and how much of the pixel is covered |
//!
//! Both may also declare `uniform vec4 u_viewport;`, `uniform mat4 u_view;`, `uniform mat4 u_projection;` and `uniform float
//! u_opacity;` by these names.

use crate::error::Result;
use crate::view::{View, ViewSignals, ViewSlots};
use glam::{DMat4, DVec3};
use glir_gloo::{
    BlendEquation, BlendEquations, BlendFactor, BlendFunc, CompareFunc, Context, GlslType, Mode, Program,
    Selection, Signal, StateField, Value, VertexBuffer,
};
use glir_shaders::{ErrorKind, Function, Variable, Version};
use glir_spec::ids::{ProgramId, UniformSlot};
use glir_transforms::{Transform, origin};
use std::collections::BTreeMap;
use std::sync::Arc;

mod glsl;

pub(crate) use glsl::at_pixel;

/// How a visual's colours meet what is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blend {
    /// Over it, by alpha.
    Over,
    /// Added to it.
    Add,
    /// In its place.
    Replace,
}

/// What a visual does with depth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Nothing: what is drawn later lies above.
    Ignored,
    /// It is hidden by what is nearer, and hides nothing.
    Tested,
    /// It is hidden by what is nearer, and hides what is farther. Smooth edges then show what was drawn before them, so of what is
    /// drawn later nothing shines through: draw farther things first.
    Written,
}

/// A visual's shaders, before they are composed.
#[derive(Clone, Debug)]
pub struct Parts {
    /// `void main()` of the vertex stage.
    pub vertex: Function,
    /// `void main()` of the fragment stage.
    pub fragment: Function,
    /// `vec4 item()` for the vertex stage of picking: the item's number as four bytes, the lowest first, each 0 to 255. None for the
    /// attribute that [`Place::set_items`] fills.
    pub item: Option<Function>,
}

/// A program, and where things are in it.
#[derive(Debug)]
struct Composed {
    program: Program,
    slots: ViewSlots,
    opacity: bool,
    /// The uniform that takes what was taken from the data, if there is a transform.
    base: Option<String>,
    /// The uniform that takes an affine transform.
    node: Option<String>,
    /// The names of the uniforms that the transform takes its parameters from, in its order.
    transform: Vec<Option<String>>,
}

/// The place of a visual in the scene: its programs, its transform, its state. A visual's `draw` is mostly this one's.
#[derive(Debug)]
pub struct Place {
    context: Context,
    parts: Parts,
    /// What is done to data on the CPU, and what is left for the GPU.
    cpu: Transform,
    gpu: Transform,
    /// What is left for the GPU as a matrix, if it is affine.
    node: Option<DMat4>,
    /// Where a person moves the view over data that was moved itself.
    moved: Option<Moved>,
    /// What was taken from the data before it was sent.
    base: DVec3,
    drawn: Option<Composed>,
    picked: Option<Composed>,
    values: BTreeMap<String, Value>,
    /// What drives uniforms of the visual's own.
    signals: BTreeMap<String, Signal>,
    opacity: f32,
    blend: Blend,
    depth: Depth,
    extra: Vec<StateField>,
    label: &'static str,
}

impl Place {
    /// A place for these shaders, with no transform. The label names the program in the stream.
    ///
    /// # Errors
    ///
    /// Shaders that can't be composed.
    pub fn new(context: &Context, label: &'static str, parts: Parts) -> Result<Place> {
        let mut place = Place {
            context: context.clone(),
            parts,
            cpu: Transform::null(),
            gpu: Transform::null(),
            node: None,
            moved: None,
            base: DVec3::ZERO,
            drawn: None,
            picked: None,
            values: BTreeMap::new(),
            signals: BTreeMap::new(),
            opacity: 1.0,
            blend: Blend::Over,
            depth: Depth::Ignored,
            extra: Vec::new(),
            label,
        };
        place.drawn = Some(place.compose(false, &place.parts, &place.gpu)?);
        Ok(place)
    }

    /// The context of its programs.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// Takes other shaders, such as another way of shading. What was set stays where name and type stay.
    ///
    /// # Errors
    ///
    /// Shaders that can't be composed; it then stays as it was.
    pub fn set_parts(&mut self, parts: Parts) -> Result<()> {
        let drawn = self.compose(false, &parts, &self.gpu)?;
        // What only the other shaders took would keep its buffers.
        self.values.retain(|name, _| has(&drawn.program, name) || name == "a_item");
        (self.drawn, self.picked, self.parts) = (Some(drawn), None, parts);
        Ok(())
    }

    /// Sets an attribute, uniform or sampler by name.
    ///
    /// # Errors
    ///
    /// A name that the program has not, a value of another type.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) -> Result<()> {
        let value = value.into();
        if let Some(drawn) = &mut self.drawn {
            drawn.program.set(name, value.clone())?;
        }
        if let Some(picked) = &mut self.picked
            && has(&picked.program, name)
        {
            picked.program.set(name, value.clone())?;
        }
        self.values.insert(name.to_owned(), value);
        self.signals.remove(name);
        Ok(())
    }

    /// Lets a signal drive a uniform of the visual's own, until it is set again.
    ///
    /// # Errors
    ///
    /// A name that the program has not, a signal of another type.
    pub fn bind(&mut self, name: &str, signal: &Signal) -> Result<()> {
        if self.signals.get(name) == Some(signal) {
            return Ok(());
        }
        if let Some(drawn) = &mut self.drawn {
            drawn.program.bind_uniform(name, signal)?;
        }
        if let Some(picked) = &mut self.picked
            && has(&picked.program, name)
        {
            picked.program.bind_uniform(name, signal)?;
        }
        self.signals.insert(name.to_owned(), signal.clone());
        Ok(())
    }

    /// Whether the program that draws takes something of this name.
    pub fn takes(&self, name: &str) -> bool {
        self.drawn.as_ref().is_some_and(|drawn| has(&drawn.program, name))
    }

    /// Takes another transform. True if [`data_transform`](Self::data_transform) has changed, so that the data is to be sent anew.
    ///
    /// # Errors
    ///
    /// A transform without a GPU side; it then stays as it was.
    pub fn set_transform(&mut self, transform: &Transform) -> Result<bool> {
        let (cpu, mut gpu) = transform.fold();
        let mut node = node(&gpu);
        if gpu.is_empty() && self.node.is_some() {
            // What was moved may well be moved again: its shaders stay.
            (gpu, node) = (self.gpu.clone(), Some(DMat4::IDENTITY));
        }
        let values = gpu.uniforms();
        // The same variables in the same steps: the shaders stay, and only numbers differ.
        if node.is_some() && self.node.is_some() {
            // Its matrix is set at the draw.
        } else if gpu.alike(&self.gpu) {
            for composed in [&mut self.drawn, &mut self.picked].into_iter().flatten() {
                set_transform_values(composed, &values)?;
            }
        } else {
            self.drawn = Some(self.compose(false, &self.parts, &gpu)?);
            self.picked = None;
        }
        (self.gpu, self.node) = (gpu, node);
        let changed = self.cpu != cpu;
        self.cpu = cpu;
        Ok(changed)
    }

    /// The static beginning of the transform, for the data before it is sent.
    pub fn data_transform(&self) -> &Transform {
        &self.cpu
    }

    /// Says what was taken, in double precision, from all points behind [`data_transform`](Self::data_transform) before they were
    /// split into floats: a number near them, so that of what is far from 0 nothing is lost. It begins as 0.
    pub fn set_base(&mut self, base: DVec3) {
        self.base = base;
    }

    /// What was taken from the points.
    pub fn base(&self) -> DVec3 {
        self.base
    }

    /// Sets the opacity, 0 to 1.
    ///
    /// # Errors
    ///
    /// None that a program has not.
    pub fn set_opacity(&mut self, opacity: f32) -> Result<()> {
        self.opacity = if opacity.is_nan() { 0.0 } else { opacity.clamp(0.0, 1.0) };
        match &mut self.drawn {
            Some(Composed { program, opacity: true, .. }) => Ok(program.set("u_opacity", self.opacity)?),
            _ => Ok(()),
        }
    }

    /// The opacity.
    pub fn opacity(&self) -> f32 {
        self.opacity
    }

    /// How colours meet what is there. It begins as [`Blend::Over`].
    pub fn set_blend(&mut self, blend: Blend) {
        self.blend = blend;
    }

    /// What is done with depth. It begins as [`Depth::Ignored`].
    pub fn set_depth(&mut self, depth: Depth) {
        self.depth = depth;
    }

    /// Further state for its draws, behind blending, depth test, culling and polygon offset.
    pub fn set_state(&mut self, fields: Vec<StateField>) {
        self.extra = fields;
    }

    /// The numbers of items that vertices (or, with a divisor, instances) belong to, for picking.
    ///
    /// # Errors
    ///
    /// More than a buffer may have.
    pub fn set_items(&mut self, items: &[u32], divisor: u32) -> Result<()> {
        let bytes: Vec<[u8; 4]> = items.iter().map(|item| item.to_le_bytes()).collect();
        let buffer = VertexBuffer::new(&self.context, &bytes)?;
        let view = buffer.view();
        let value = Value::from(view.divisor(divisor));
        if let Some(picked) = &mut self.picked
            && has(&picked.program, "a_item")
        {
            picked.program.set("a_item", value.clone())?;
        }
        self.values.insert("a_item".to_owned(), value);
        Ok(())
    }

    /// Draws.
    ///
    /// # Errors
    ///
    /// As [`Program::draw`].
    pub fn draw(&mut self, view: &View, mode: Mode, vertices: impl Into<Selection>) -> Result<()> {
        self.draw_instances(view, mode, vertices, 1)
    }

    /// Draws so many times.
    ///
    /// # Errors
    ///
    /// As [`Program::draw_instances`].
    pub fn draw_instances(
        &mut self,
        view: &View,
        mode: Mode,
        vertices: impl Into<Selection>,
        instances: u32,
    ) -> Result<()> {
        self.context.set_state(self.state(self.blend))?;
        if let Some(composed) = &mut self.drawn {
            let way = Way { base: self.base, node: self.node, moved: &mut self.moved };
            composed.draw(view, way, mode, vertices.into(), instances)?;
        }
        if self.depth == Depth::Tested {
            // What is masked is not cleared either, and the next frame begins with CLEAR.
            self.context.set_state([StateField::DepthMask(true)])?;
        }
        Ok(())
    }

    /// Draws items' numbers, `first` added to each.
    ///
    /// # Errors
    ///
    /// As [`Program::draw`].
    pub fn pick(
        &mut self,
        view: &View,
        first: u32,
        mode: Mode,
        vertices: impl Into<Selection>,
    ) -> Result<()> {
        self.pick_instances(view, first, mode, vertices, 1)
    }

    /// Draws items' numbers so many times.
    ///
    /// # Errors
    ///
    /// As [`Program::draw_instances`].
    pub fn pick_instances(
        &mut self,
        view: &View,
        first: u32,
        mode: Mode,
        vertices: impl Into<Selection>,
        instances: u32,
    ) -> Result<()> {
        self.context.set_state(self.state(Blend::Replace))?;
        if self.picked.is_none() {
            self.picked = Some(self.compose(true, &self.parts, &self.gpu)?);
        }
        let Some(composed) = &mut self.picked else { return Ok(()) };
        composed.program.set("u_first", first.to_le_bytes().map(f32::from))?;
        let way = Way { base: self.base, node: self.node, moved: &mut self.moved };
        composed.draw(view, way, mode, vertices.into(), instances)
    }

    /// Where the program takes what a camera changes.
    pub fn slots(&self) -> Vec<ViewSlots> {
        self.drawn.iter().map(|composed| composed.slots).collect()
    }

    /// Where the program takes a uniform of the visual's own, for BIND.
    pub fn slot(&self, uniform: &str) -> Option<(ProgramId, UniformSlot)> {
        let program = &self.drawn.as_ref()?.program;
        let index = program.interface().uniforms.iter().position(|entry| &*entry.name == uniform)?;
        Some((program.id(), UniformSlot(index as u32)))
    }

    fn state(&self, blend: Blend) -> Vec<StateField> {
        let mut fields = vec![
            StateField::Blend(blend != Blend::Replace),
            StateField::DepthTest(self.depth != Depth::Ignored),
            StateField::DepthMask(self.depth == Depth::Written),
            StateField::CullFace(None),
            StateField::PolygonOffset(None),
            StateField::ColorMask([true; 4]),
        ];
        if blend != Blend::Replace {
            let dst = if blend == Blend::Add { BlendFactor::One } else { BlendFactor::OneMinusSrcAlpha };
            let src = BlendFactor::One;
            fields.push(StateField::BlendFunc(BlendFunc {
                src_rgb: src,
                dst_rgb: dst,
                src_alpha: src,
                dst_alpha: dst,
            }));
            let add = BlendEquation::Add;
            fields.push(StateField::BlendEquation(BlendEquations { rgb: add, alpha: add }));
        }
        if self.depth != Depth::Ignored {
            fields.push(StateField::DepthFunc(CompareFunc::Lequal));
        }
        fields.extend(self.extra.iter().cloned());
        fields
    }

    /// Composes the program that draws, or the one that picks, and gives it all that was set.
    fn compose(&self, pick: bool, parts: &Parts, gpu: &Transform) -> Result<Composed> {
        let view = glsl::Variables::new();
        let transform = if node(gpu).is_some() { Transform::null().glsl()? } else { gpu.glsl()? };
        let given = match node(gpu) {
            Some(_) => glsl::Given::Node,
            None if gpu.is_empty() => glsl::Given::Nothing,
            None => glsl::Given::Transform(&transform.function),
        };
        let identify = if pick { glsl::identify(parts.item.as_ref())? } else { glsl::nothing()? };
        let finish = if pick { glsl::finish_picked()? } else { glsl::finish_drawn()? };
        let program = glir_shaders::Program {
            vertex: view.fill(&parts.vertex, &given, &identify)?,
            fragment: glsl::fill_fragment(&parts.fragment, &finish)?,
        };
        let emitted = match program.emit(Version::Es100) {
            Err(error) if error.kind == ErrorKind::Version => program.emit(Version::Es300)?,
            emitted => emitted?,
        };
        let mut made = Program::with_interface(
            &self.context,
            &emitted.vertex,
            &emitted.fragment,
            emitted.interface.clone(),
        )?;
        made.set_label(self.label)?;
        for (name, value) in &self.values {
            // What is of another type in these shaders is to be set anew; a draw says so where it is not.
            if has(&made, name) && made.set(name, value.clone()).is_err() {
                continue;
            }
        }
        for (name, signal) in &self.signals {
            if has(&made, name) {
                made.bind_uniform(name, signal)?;
            }
        }
        let opacity = has(&made, "u_opacity");
        if opacity {
            made.set("u_opacity", self.opacity)?;
        }
        let slots = view.slots(&emitted, made.id());
        let names = |(variable, _): &(Variable, Vec<f32>)| emitted.name(variable).map(str::to_owned);
        let mut composed = Composed {
            program: made,
            slots,
            opacity,
            base: emitted.name(&view.base).map(str::to_owned),
            node: emitted.name(&view.node).map(str::to_owned),
            transform: transform.uniforms.iter().map(names).collect(),
        };
        set_transform_values(&mut composed, &transform.uniforms)?;
        Ok(composed)
    }
}

/// Whether a program takes something of this name.
fn has(program: &Program, name: &str) -> bool {
    let interface = program.interface();
    interface.uniforms.iter().any(|entry| &*entry.name == name)
        || interface.attributes.iter().any(|entry| &*entry.name == name)
        || interface.samplers.iter().any(|entry| &*entry.name == name)
}

fn set_transform_values(composed: &mut Composed, values: &[(Variable, Vec<f32>)]) -> Result<()> {
    for (name, (_, value)) in composed.transform.iter().zip(values) {
        let Some(name) = name else { continue };
        match *value.as_slice() {
            [x] => composed.program.set(name, x)?,
            [x, y] => composed.program.set(name, [x, y])?,
            [x, y, z] => composed.program.set(name, [x, y, z])?,
            [x, y, z, w] => composed.program.set(name, [x, y, z, w])?,
            ref many => {
                if let Ok(matrix) = <[f32; 16]>::try_from(many) {
                    composed.program.set(name, matrix)?;
                }
            }
        }
    }
    Ok(())
}

impl Composed {
    fn draw(
        &mut self,
        view: &View,
        Way { base, node, moved }: Way<'_>,
        mode: Mode,
        vertices: Selection,
        instances: u32,
    ) -> Result<()> {
        let mut about = base;
        if let Some(name) = &self.base {
            // A transform takes points as they were, so the origin meets them as they are behind it.
            self.program.set(name, base.as_vec3().to_array())?;
            about = DVec3::ZERO;
        }
        let mut mover = None;
        if let (Some(name), Some(node)) = (&self.node, node) {
            // What is near 0 moves by its matrix alone; what is far away by its origin, which has the digits.
            let there = node.transform_point3(base);
            about = if base == DVec3::ZERO && there.abs().max_element() < FAR { DVec3::ZERO } else { there };
            let rest = DMat4::from_translation(node.transform_point3(base) - about);
            let turned = DMat4::from_mat3(glam::DMat3::from_mat4(node));
            self.program.set(name, floats(rest * turned))?;
            mover = (about != DVec3::ZERO).then_some(moved);
        }
        let origin = view.origin - about;
        let [high, low] = origin::split_point(origin.into());
        let rest = DVec3::from(origin::nearest(origin.into())) - origin;
        // What the two floats of the origin leave over; mostly nothing.
        let eye =
            if rest == glam::DVec3::ZERO { view.view } else { view.view * DMat4::from_translation(rest) };
        let slots = self.slots;
        let program = &mut self.program;
        let mut set = |slot: Option<UniformSlot>, value: Value, signal: Option<&Signal>| -> Result<()> {
            let Some(name) = slot.and_then(|slot| program.interface().uniforms.get(slot.0 as usize)) else {
                return Ok(());
            };
            let name = name.name.to_string();
            match signal {
                Some(signal) => program.bind_uniform(&name, signal)?,
                None => program.set(&name, value)?,
            }
            Ok(())
        };
        let moved = view.signals.as_deref();
        let origin = match (view.signals.as_ref(), mover) {
            (Some(signals), Some(mover)) => Moved::about(mover, signals, about)?,
            (Some(signals), None) => match &signals.origin {
                Some(origin) => Some(origin.about(about)?),
                None => None,
            },
            (None, mover) => {
                mover.map(Option::take);
                None
            }
        };
        let [moved_high, moved_low] = [0, 1].map(|part| origin.as_ref().map(|parts| &parts[part]));
        set(slots.origin_high, high.into(), moved_high)?;
        set(slots.origin_low, low.into(), moved_low)?;
        set(slots.view, floats(eye).into(), moved.and_then(|signals| signals.view.as_ref()))?;
        set(
            slots.projection,
            floats(view.projection).into(),
            moved.and_then(|signals| signals.projection.as_ref()),
        )?;
        set(slots.viewport, view.viewport.map(|value| value as f32).into(), None)?;
        Ok(self.program.draw_instances(mode, vertices, instances)?)
    }
}

/// From so far on a matrix of floats would not hold where something is to a thousandth of a unit.
const FAR: f64 = 8192.0;

/// How points become the scene's.
struct Way<'p> {
    base: DVec3,
    node: Option<DMat4>,
    moved: &'p mut Option<Moved>,
}

/// The origin of a view that a person moves, from a place that the producer moves: by one number of the stream.
#[derive(Debug)]
struct Moved {
    signals: Arc<ViewSignals>,
    place: Signal,
    parts: [Signal; 2],
}

impl Moved {
    /// High and low part of the way from a place to the origin, if that moves.
    fn about(
        known: &mut Option<Moved>,
        signals: &Arc<ViewSignals>,
        place: DVec3,
    ) -> Result<Option<[Signal; 2]>> {
        let Some(origin) = &signals.origin else { return Ok(None) };
        if let Some(moved) = known.as_ref().filter(|moved| Arc::ptr_eq(&moved.signals, signals)) {
            moved.place.set(place.to_array())?;
            return Ok(Some(moved.parts.clone()));
        }
        let place = origin.context().constant(place.to_array())?;
        let parts = origin.from(&place)?;
        *known = Some(Moved { signals: Arc::clone(signals), place, parts: parts.clone() });
        Ok(Some(parts))
    }
}

fn floats(matrix: DMat4) -> [f32; 16] {
    matrix.to_cols_array().map(|value| value as f32)
}

/// What a transform is as a matrix, if it is there and affine.
fn node(gpu: &Transform) -> Option<DMat4> {
    if gpu.is_empty() { None } else { gpu.affine() }
}

/// The types of the uniforms that a camera changes, for tests and documentation.
pub const VIEW_UNIFORMS: [(&str, GlslType); 5] = [
    ("u_origin_high", GlslType::Vec3),
    ("u_origin_low", GlslType::Vec3),
    ("u_view", GlslType::Mat4),
    ("u_projection", GlslType::Mat4),
    ("u_viewport", GlslType::Vec4),
];

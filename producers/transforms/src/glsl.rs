//! The GLSL side: each map as a function of glir-shaders, its parameters as constants or uniforms.

use crate::error::TransformError;
use crate::map::Map;
use crate::projection::{Cone, Projection};
use crate::transform::{Step, Transform};
use glam::DMat4;
use glir_shaders::{Binding, Constant, Function, Variable};
use glir_spec::GlslType;

mod numbers;
mod sources;

/// A number, vector or matrix that a map's function takes.
pub(crate) struct Parameter {
    name: &'static str,
    ty: GlslType,
    values: Vec<f32>,
}

/// A transform as GLSL, made by [`Transform::glsl`].
///
/// ```
/// use glir_transforms::Transform;
///
/// let moved = Transform::scale_translate([2.0, 2.0, 1.0], [1.0, 0.0, 0.0])?.dynamic();
/// let glsl = moved.glsl()?;
/// assert_eq!(glsl.function.signature().to_string(), "vec3 (vec3)");
/// let numbers: Vec<&[f32]> = glsl.uniforms.iter().map(|(_, numbers)| &numbers[..]).collect();
/// assert_eq!(numbers, [[2.0, 2.0, 1.0], [1.0, 0.0, 0.0]]);
/// # Ok::<(), glir_transforms::TransformError>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Glsl {
    /// `vec3 f(vec3 p)`.
    pub function: Function,
    /// The uniforms of dynamic steps and their values now. Where a uniform is in a program is asked of
    /// [`Emitted`](glir_shaders::Emitted).
    pub uniforms: Vec<(Variable, Vec<f32>)>,
}

impl Parameter {
    fn new(name: &'static str, values: &[f64]) -> Parameter {
        let ty = match values.len() {
            1 => GlslType::Float,
            2 => GlslType::Vec2,
            3 => GlslType::Vec3,
            4 => GlslType::Vec4,
            _ => GlslType::Mat4,
        };
        Parameter { name, ty, values: values.iter().map(|value| *value as f32).collect() }
    }

    fn matrix(name: &'static str, matrix: DMat4) -> Parameter {
        Parameter::new(name, &matrix.to_cols_array())
    }

    /// All that a map takes, in both directions.
    fn of(map: &Map) -> Vec<Parameter> {
        let axes = |values: &[Option<f64>; 3], of: fn(f64) -> f64| values.map(|value| value.map_or(1.0, of));
        match map {
            Map::Null | Map::Polar | Map::Spherical => Vec::new(),
            Map::ScaleTranslate { scale, translate } => {
                vec![Parameter::new("scale", scale), Parameter::new("translate", translate)]
            }
            Map::Matrix(matrix) | Map::Perspective(matrix) => {
                vec![
                    Parameter::matrix("matrix", *matrix),
                    Parameter::matrix("inverse_matrix", matrix.inverse()),
                ]
            }
            Map::Log(bases) => vec![Parameter::new("k", &axes(bases, f64::ln))],
            Map::Symlog(widths) => vec![Parameter::new("k", &axes(widths, |width| width))],
            Map::Power(exponents) => vec![Parameter::new("k", &axes(exponents, |exponent| exponent))],
            Map::Projection(projection) => Parameter::of_projection(projection),
        }
    }

    fn of_projection(projection: &Projection) -> Vec<Parameter> {
        let cos = |degrees: f64| degrees.to_radians().cos();
        let sin = |degrees: f64| degrees.to_radians().sin();
        match *projection {
            Projection::Equirectangular { radius, meridian, parallel } => {
                vec![Parameter::new("k", &[radius, meridian, cos(parallel)])]
            }
            Projection::Mercator { radius, meridian } => vec![Parameter::new("k", &[radius, meridian])],
            Projection::Albers { radius, origin, .. } | Projection::Lambert { radius, origin, .. } => {
                let Cone { n, c, rho } = projection.cone().unwrap_or(Cone { n: 1.0, c: 1.0, rho: 0.0 });
                // Lambert's constant goes by its logarithm, so that a power of it is one exponential.
                let c =
                    if matches!(projection, Projection::Lambert { .. }) { (c * n.signum()).ln() } else { c };
                vec![Parameter::new("k", &[radius, origin[0]]), Parameter::new("cone", &[n, c, rho])]
            }
            Projection::Orthographic { radius, center } => {
                vec![Parameter::new("k", &[radius, center[0], sin(center[1]), cos(center[1])])]
            }
        }
    }

    /// A uniform for each.
    pub(crate) fn variables(map: &Map) -> Vec<Variable> {
        Parameter::of(map).iter().map(|parameter| Variable::uniform(parameter.name, parameter.ty)).collect()
    }

    /// Written into the source; none for what GLSL can't write.
    fn constant(&self) -> Result<Binding, TransformError> {
        let wrong = || TransformError::Parameter(format!("`{}` is no number in single precision", self.name));
        if self.values.iter().any(|value| !value.is_finite()) {
            return Err(wrong());
        }
        let constant: Constant = match *self.values.as_slice() {
            [x] => x.into(),
            [x, y] => [x, y].into(),
            [x, y, z] => [x, y, z].into(),
            [x, y, z, w] => [x, y, z, w].into(),
            ref many => {
                let many: [f32; 16] = many.try_into().map_err(|_| wrong())?;
                [0, 1, 2, 3].map(|column| [0, 1, 2, 3].map(|row| many[4 * column + row])).into()
            }
        };
        Ok(constant.into())
    }
}

/// Whether two maps have the same GLSL but for their parameters' values.
pub(crate) fn alike(a: &Map, b: &Map) -> bool {
    let axes = |a: &[Option<f64>; 3], b: &[Option<f64>; 3]| a.map(|x| x.is_some()) == b.map(|x| x.is_some());
    match (a, b) {
        (Map::Log(a), Map::Log(b)) | (Map::Symlog(a), Map::Symlog(b)) | (Map::Power(a), Map::Power(b)) => {
            axes(a, b)
        }
        (Map::Projection(a), Map::Projection(b)) => std::mem::discriminant(a) == std::mem::discriminant(b),
        _ => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}

impl Step {
    fn function(&self) -> Result<Function, TransformError> {
        let (name, source) = sources::source(&self.map, self.inverse);
        let mut function = Function::new(name, &source)?;
        let open: Vec<String> = function.open_hooks().map(str::to_owned).collect();
        let parameters = Parameter::of(&self.map);
        for hook in open {
            let parameter = parameters.iter().position(|parameter| parameter.name == hook);
            let binding = match (parameter, &self.dynamic) {
                (None, _) => numbers::function(&hook)?.into(),
                (Some(index), Some(variables)) => match variables.get(index) {
                    Some(variable) => variable.into(),
                    None => return TransformError::parameter("a dynamic map has lost its uniforms"),
                },
                (Some(index), None) => parameters[index].constant()?,
            };
            function = function.with(&hook, binding)?;
        }
        Ok(function)
    }
}

impl Transform {
    /// The transform as a function `vec3 f(vec3 p)` of GLSL, in either version; dynamic steps take their parameters from
    /// uniforms, the others have constants in their source.
    ///
    /// It agrees with [`map`](Self::map) of the same single-precision point to 1e-5 of the image's greatest coordinate, or to 1e-5 where
    /// that is below 1 (small images may be relatively coarser), as long as numbers and what comes between (powers' logarithms, above
    /// all) stay well within single precision; and is NaN where that is. Devices of ES 2.0 may have no NaN: there, what is undefined is
    /// some number that is not to be relied on.
    ///
    /// # Errors
    ///
    /// A constant beyond single precision; a chain too long for a shader.
    pub fn glsl(&self) -> Result<Glsl, TransformError> {
        let functions: Vec<Function> = self.steps().iter().map(Step::function).collect::<Result<_, _>>()?;
        let function = match functions.as_slice() {
            [] => Function::new("null", "vec3 same(vec3 p) { return p; }")?,
            [one] => one.clone(),
            many => Function::chain("transform", many)?,
        };
        Ok(Glsl { function, uniforms: self.uniforms() })
    }

    /// The uniforms of dynamic steps and the values that their parameters have now. They are the same variables after
    /// [`with`](Self::with), so that a change of parameters is a few UNIFORM commands.
    pub fn uniforms(&self) -> Vec<(Variable, Vec<f32>)> {
        let mut uniforms: Vec<(Variable, Vec<f32>)> = Vec::new();
        for step in self.steps() {
            let Some(variables) = &step.dynamic else { continue };
            for (variable, parameter) in variables.iter().zip(Parameter::of(&step.map)) {
                if !uniforms.iter().any(|(known, _)| known == variable) {
                    uniforms.push((variable.clone(), parameter.values));
                }
            }
        }
        uniforms
    }
}

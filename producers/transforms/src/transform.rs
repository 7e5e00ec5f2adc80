//! Transforms: maps in a direction, chained, some of them free to change.

use crate::error::TransformError;
use crate::glsl::Parameter;
use crate::map::{Map, Point};
use crate::projection::Projection;
use glam::{DMat4, DVec3};
use glir_shaders::Variable;
use std::sync::Arc;

/// A bijection of points: one map, or several one after another.
///
/// It is a value. `map` goes forward, [`inverse`](Self::inverse) gives the way back.
///
/// ```
/// use glir_transforms::Transform;
///
/// let decades = Transform::log([Some(10.0), None, None])?;
/// let fit = Transform::scale_translate([0.5, 2.0, 1.0], [-1.0, 0.0, 0.0])?;
/// let both = decades.then(&fit);
/// let image = both.map([1000.0, 3.0, 0.0]);
/// assert!((image[0] - 0.5).abs() < 1e-12 && image[1] == 6.0);
/// assert!((both.inverse().map(image)[0] - 1000.0).abs() < 1e-9);
/// assert!(both.map([-1.0, 3.0, 0.0])[1].is_nan(), "a negative number has no logarithm");
/// # Ok::<(), glir_transforms::TransformError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Transform {
    /// In the order in which they are applied.
    steps: Vec<Step>,
}

/// One map of a chain.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) map: Map,
    /// Taken backward.
    pub(crate) inverse: bool,
    /// Its parameters' variables, if they may change.
    pub(crate) dynamic: Option<Arc<Vec<Variable>>>,
}

impl PartialEq for Step {
    fn eq(&self, other: &Self) -> bool {
        let dynamic = match (&self.dynamic, &other.dynamic) {
            (None, None) => true,
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            _ => false,
        };
        dynamic && self.inverse == other.inverse && self.map == other.map
    }
}

impl Step {
    fn map(&self, p: Point) -> Point {
        if self.inverse { self.map.backward(p) } else { self.map.forward(p) }
    }

    fn inverse(&self) -> Step {
        let inverse = Step { inverse: !self.inverse, ..self.clone() };
        if self.dynamic.is_some() {
            return inverse;
        }
        // What has its inverse among its like takes it at once, so that it may merge.
        let map = match &self.map {
            Map::Null => Map::Null,
            Map::ScaleTranslate { scale, translate } => Map::ScaleTranslate {
                scale: scale.map(f64::recip),
                translate: [0, 1, 2].map(|i| -translate[i] / scale[i]),
            },
            Map::Matrix(matrix) => Map::Matrix(matrix.inverse()),
            Map::Perspective(matrix) => Map::Perspective(matrix.inverse()),
            _ => return inverse,
        };
        if map.hold().is_ok() { Step { map, ..self.clone() } } else { inverse }
    }

    /// As a matrix, and whether it is affine, where it is one that does not change.
    fn matrix(&self) -> Option<(DMat4, bool)> {
        if self.dynamic.is_some() { None } else { self.matrix_now() }
    }

    /// As a matrix with the parameters that it has now, and whether it is affine.
    fn matrix_now(&self) -> Option<(DMat4, bool)> {
        let (matrix, affine) = match &self.map {
            Map::Null => (DMat4::IDENTITY, true),
            Map::ScaleTranslate { scale, translate } => {
                let translation = DMat4::from_translation(DVec3::from(*translate));
                (translation * DMat4::from_scale(DVec3::from(*scale)), true)
            }
            Map::Matrix(matrix) => (*matrix, true),
            Map::Perspective(matrix) => (*matrix, false),
            _ => return None,
        };
        Some((if self.inverse { matrix.inverse() } else { matrix }, affine))
    }

    /// Both in one, this one first.
    fn merged(&self, next: &Step) -> Option<Step> {
        if let (
            Map::ScaleTranslate { scale: a, translate: b },
            Map::ScaleTranslate { scale: c, translate: d },
        ) = (&self.map, &next.map)
            && self.dynamic.is_none()
            && next.dynamic.is_none()
            && !self.inverse
            && !next.inverse
        {
            let scale = [0, 1, 2].map(|i| a[i] * c[i]);
            let translate = [0, 1, 2].map(|i| b[i] * c[i] + d[i]);
            return Step::checked(Map::ScaleTranslate { scale, translate });
        }
        let ((first, affine), (second, too)) = (self.matrix()?, next.matrix()?);
        let matrix = second * first;
        if affine && too {
            // Rounding must not make it projective.
            let mut columns = matrix.to_cols_array_2d();
            for (index, column) in columns.iter_mut().enumerate() {
                column[3] = if index == 3 { 1.0 } else { 0.0 };
            }
            Step::checked(Map::Matrix(DMat4::from_cols_array_2d(&columns)))
        } else {
            // A point whose w is 0 on the way would be undefined; only in the last step is that the same.
            if affine { Step::checked(Map::Perspective(matrix)) } else { None }
        }
    }

    fn checked(map: Map) -> Option<Step> {
        map.hold().ok().map(|()| Step { map, inverse: false, dynamic: None })
    }

    /// Whether nothing comes of it.
    fn is_null(&self) -> bool {
        self.dynamic.is_none()
            && match &self.map {
                Map::Null => true,
                Map::ScaleTranslate { scale, translate } => *scale == [1.0; 3] && *translate == [0.0; 3],
                Map::Matrix(matrix) => *matrix == DMat4::IDENTITY,
                _ => false,
            }
    }

    /// Whether one undoes the other wherever it is defined.
    fn undoes(&self, next: &Step) -> bool {
        self.map == next.map && self.inverse != next.inverse && {
            let turned = Step { inverse: next.inverse, ..self.clone() };
            turned == *next
        }
    }
}

impl Transform {
    /// A map as a transform.
    ///
    /// # Errors
    ///
    /// Parameters that make no bijection.
    pub fn new(map: Map) -> Result<Transform, TransformError> {
        map.hold()?;
        Ok(Transform { steps: vec![Step { map, inverse: false, dynamic: None }] })
    }

    /// Every point to itself.
    pub fn null() -> Transform {
        Transform::default()
    }

    /// [`Map::ScaleTranslate`].
    ///
    /// # Errors
    ///
    /// A scale of 0, or what is not finite.
    pub fn scale_translate(scale: Point, translate: Point) -> Result<Transform, TransformError> {
        Transform::new(Map::ScaleTranslate { scale, translate })
    }

    /// [`Map::Matrix`], column by column.
    ///
    /// # Errors
    ///
    /// A matrix without inverse, or with another last row than 0, 0, 0, 1.
    pub fn matrix(columns: [[f64; 4]; 4]) -> Result<Transform, TransformError> {
        Transform::new(Map::Matrix(DMat4::from_cols_array_2d(&columns)))
    }

    /// [`Map::Perspective`], column by column.
    ///
    /// # Errors
    ///
    /// A matrix without inverse.
    pub fn perspective(columns: [[f64; 4]; 4]) -> Result<Transform, TransformError> {
        Transform::new(Map::Perspective(DMat4::from_cols_array_2d(&columns)))
    }

    /// [`Map::Log`].
    ///
    /// # Errors
    ///
    /// A base that is not above 0, or 1.
    pub fn log(bases: [Option<f64>; 3]) -> Result<Transform, TransformError> {
        Transform::new(Map::Log(bases))
    }

    /// [`Map::Symlog`].
    ///
    /// # Errors
    ///
    /// A width that is not above 0.
    pub fn symlog(widths: [Option<f64>; 3]) -> Result<Transform, TransformError> {
        Transform::new(Map::Symlog(widths))
    }

    /// [`Map::Power`].
    ///
    /// # Errors
    ///
    /// An exponent of 0.
    pub fn power(exponents: [Option<f64>; 3]) -> Result<Transform, TransformError> {
        Transform::new(Map::Power(exponents))
    }

    /// [`Map::Polar`].
    pub fn polar() -> Transform {
        Transform { steps: vec![Step { map: Map::Polar, inverse: false, dynamic: None }] }
    }

    /// [`Map::Spherical`].
    pub fn spherical() -> Transform {
        Transform { steps: vec![Step { map: Map::Spherical, inverse: false, dynamic: None }] }
    }

    /// [`Map::Projection`].
    ///
    /// # Errors
    ///
    /// A radius that is not above 0, latitudes beyond the poles, parallels that make no cone.
    pub fn projection(projection: Projection) -> Result<Transform, TransformError> {
        Transform::new(Map::Projection(projection))
    }

    /// This one, then another.
    #[must_use]
    pub fn then(&self, next: &Transform) -> Transform {
        Transform { steps: self.steps.iter().chain(&next.steps).cloned().collect() }
    }

    /// The way back.
    #[must_use]
    pub fn inverse(&self) -> Transform {
        Transform { steps: self.steps.iter().rev().map(Step::inverse).collect() }
    }

    /// The transform with parameters that may change: in GLSL they are uniforms, and [`fold`](Self::fold) leaves it on the GPU.
    /// Clones and inverses share the uniforms.
    #[must_use]
    pub fn dynamic(&self) -> Transform {
        let mark = |step: &Step| match &step.dynamic {
            Some(_) => step.clone(),
            None => {
                let variables = Parameter::variables(&step.map);
                Step { dynamic: Some(Arc::new(variables)), ..step.clone() }
            }
        };
        Transform { steps: self.steps.iter().map(mark).collect() }
    }

    /// A dynamic transform of one map with other parameters and the same uniforms.
    ///
    /// # Errors
    ///
    /// Parameters that make no bijection; a transform that is not one dynamic map, or of another kind or other axes: its GLSL
    /// would change.
    pub fn with(&self, map: Map) -> Result<Transform, TransformError> {
        map.hold()?;
        match self.steps.as_slice() {
            [step] if step.dynamic.is_some() && crate::glsl::alike(&step.map, &map) => {
                Ok(Transform { steps: vec![Step { map, ..step.clone() }] })
            }
            _ => TransformError::parameter("only one dynamic map can take other parameters of its kind"),
        }
    }

    /// The image of a point; NaN in all coordinates where it has none.
    pub fn map(&self, p: Point) -> Point {
        self.steps.iter().fold(p, |p, step| step.map(p))
    }

    /// Puts points' images in their places.
    pub fn map_all(&self, points: &mut [Point]) {
        for step in &self.steps {
            for point in points.iter_mut() {
                *point = step.map(*point);
            }
        }
    }

    /// Whether both have the same GLSL, but for the values of [uniforms](Self::uniforms), which then correspond in their order.
    pub fn alike(&self, other: &Transform) -> bool {
        let shared = |a: &Step, b: &Step| match (&a.dynamic, &b.dynamic) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            _ => false,
        };
        let pairs = || self.steps.iter().zip(&other.steps);
        self.steps.len() == other.steps.len()
            && pairs().all(|(a, b)| {
                a.inverse == b.inverse
                    && match (&a.dynamic, &b.dynamic) {
                        (None, None) => a.map == b.map,
                        (Some(_), Some(_)) => crate::glsl::alike(&a.map, &b.map),
                        _ => false,
                    }
            })
            // Steps that share their uniforms in one must share them in the other.
            && pairs().enumerate().all(|(index, (a, b))| {
                pairs().take(index).all(|(c, d)| shared(a, c) == shared(b, d))
            })
    }

    /// All of it as one matrix, if every map of it is affine, whether it may change or not.
    pub fn affine(&self) -> Option<DMat4> {
        self.steps.iter().try_fold(DMat4::IDENTITY, |before, step| match step.matrix_now()? {
            (matrix, true) => Some(matrix * before),
            _ => None,
        })
    }

    /// How many maps it is made of.
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether it is made of no map, and so leaves every point where it is.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Whether nothing of it may change.
    pub fn is_static(&self) -> bool {
        self.steps.iter().all(|step| step.dynamic.is_none())
    }

    /// The same mapping of fewer steps: what does nothing vanishes, and so does a map next to its inverse; scalings and
    /// translations merge, and matrices multiply. Dynamic steps are left as they are.
    ///
    /// Where a map stands next to its inverse the simple chain is defined for all points, the long one perhaps not for all; and
    /// angles beyond half a turn, which come back from the long one within it, stay as they are.
    #[must_use]
    pub fn simplified(&self) -> Transform {
        let mut steps: Vec<Step> = Vec::new();
        for step in &self.steps {
            let mut step = Some(step.clone());
            while let Some(next) = step.take() {
                if next.is_null() {
                    break;
                }
                match steps.pop() {
                    None => steps.push(next),
                    Some(last) if last.undoes(&next) => {}
                    Some(last) => match last.merged(&next) {
                        Some(merged) => step = Some(merged),
                        None => {
                            steps.push(last);
                            steps.push(next);
                        }
                    },
                }
            }
        }
        Transform { steps }
    }

    /// What can be done to the data beforehand, and what is left for the GPU: the simplified chain up to its first dynamic step, and
    /// the rest. The first, then the second, is the whole.
    pub fn fold(&self) -> (Transform, Transform) {
        let simple = self.simplified();
        let cut = simple.steps.iter().position(|step| step.dynamic.is_some()).unwrap_or(simple.steps.len());
        let (cpu, gpu) = simple.steps.split_at(cut);
        (Transform { steps: cpu.to_vec() }, Transform { steps: gpu.to_vec() })
    }

    pub(crate) fn steps(&self) -> &[Step] {
        &self.steps
    }
}

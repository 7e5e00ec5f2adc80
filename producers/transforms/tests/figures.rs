//! Published figures, simplification and inverses.

// The helpers stand outside of test functions, where these lints would look.
#![allow(clippy::unwrap_used)]

use glir_transforms::{Map, Point, Projection, Transform, origin};
use proptest::prelude::*;

fn close(found: Point, expected: Point, bound: f64) -> bool {
    found.iter().zip(expected).all(|(a, b)| (a - b).abs() <= bound * b.abs().max(1.0))
}

/// The numerical examples of Snyder, Map Projections: A Working Manual, USGS Professional Paper 1395, appendix A; for the sphere of
/// radius 1. Each: projection, longitude and latitude, x and y as printed.
fn snyder() -> Vec<(Projection, [f64; 2], [f64; 2])> {
    let conic = ([-96.0, 23.0], [-75.0, 35.0]);
    vec![
        // Page 266.
        (Projection::Mercator { radius: 1.0, meridian: 180.0 }, [-75.0, 35.0], [1.832_595_7, 0.652_836_6]),
        // Page 291.
        (
            Projection::Albers { radius: 1.0, origin: conic.0, parallels: [29.5, 45.5] },
            conic.1,
            [0.295_272_0, 0.241_677_4],
        ),
        // Page 295.
        (
            Projection::Lambert { radius: 1.0, origin: conic.0, parallels: [33.0, 45.0] },
            conic.1,
            [0.296_678_5, 0.246_211_2],
        ),
        // Page 311.
        (
            Projection::Orthographic { radius: 1.0, center: [-100.0, 40.0] },
            [-110.0, 30.0],
            [-0.150_383_7, -0.165_191_1],
        ),
    ]
}

#[test]
fn projections_give_the_figures_of_the_working_manual() {
    for (projection, [lon, lat], [x, y]) in snyder() {
        let transform = Transform::projection(projection).unwrap();
        let found = transform.map([lon, lat, 7.0]);
        assert!((found[0] - x).abs() < 1e-7 && (found[1] - y).abs() < 1e-7, "{projection:?}: {found:?}");
        assert_eq!(found[2], 7.0);
        let back = transform.inverse().map([x, y, 7.0]);
        assert!((back[0] - lon).abs() < 1e-5 && (back[1] - lat).abs() < 1e-5, "{projection:?}: {back:?}");
    }
}

/// The figures of PROJ's self-test of `+proj=eqc +a=6400000` (PJ_eqc.c of PROJ 4.9): Snyder's appendix has no example of this projection,
/// whose formulas he gives on pages 90 and 91.
#[test]
fn the_equirectangular_projection_gives_the_figures_of_proj() {
    let projection = Projection::Equirectangular { radius: 6_400_000.0, meridian: 0.0, parallel: 0.0 };
    let transform = Transform::projection(projection).unwrap();
    for (east, north) in [(1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)] {
        let found = transform.map([2.0 * east, north, 0.0]);
        assert!(close(found, [223_402.144_255_274_18 * east, 111_701.072_127_637_09 * north, 0.0], 1e-14));
        let back =
            transform.inverse().map([223_402.144_255_274_18 * east, 111_701.072_127_637_09 * north, 0.0]);
        assert!(close(back, [2.0 * east, north, 0.0], 1e-14), "{back:?}");
    }
}

#[test]
fn the_equirectangular_projection_is_its_formula() {
    // Page 91, formulas 12-1 and 12-2: x = R (λ − λ₀) cos φ₁, y = R φ. With φ₁ = 60°, 90° of longitude are π/4.
    let projection = Projection::Equirectangular { radius: 2.0, meridian: 10.0, parallel: 60.0 };
    let transform = Transform::projection(projection).unwrap();
    let quarter = std::f64::consts::FRAC_PI_4;
    assert!(close(transform.map([100.0, 45.0, 0.0]), [2.0 * quarter, 2.0 * quarter, 0.0], 1e-15));
    assert!(close(transform.inverse().map([2.0 * quarter, 2.0 * quarter, 0.0]), [100.0, 45.0, 0.0], 1e-13));
}

#[test]
fn cones_point_south_as_well() {
    let north = [[-96.0, 23.0], [29.5, 45.5]];
    for kind in [0, 1] {
        let make = |side: f64| {
            let (origin, parallels) = ([north[0][0], side * north[0][1]], north[1].map(|p| side * p));
            let projection = if kind == 0 {
                Projection::Albers { radius: 1.0, origin, parallels }
            } else {
                Projection::Lambert { radius: 1.0, origin, parallels }
            };
            Transform::projection(projection).unwrap()
        };
        let (up, down) = (make(1.0).map([-75.0, 35.0, 0.0]), make(-1.0).map([-75.0, -35.0, 0.0]));
        assert!(close(down, [up[0], -up[1], 0.0], 1e-12), "{up:?} {down:?}");
        assert!(close(make(-1.0).inverse().map(down), [-75.0, -35.0, 0.0], 1e-12));
    }
}

#[test]
fn what_is_undefined_is_nan_throughout() {
    let projection = |p| Transform::projection(p).unwrap();
    let mercator = projection(Projection::Mercator { radius: 1.0, meridian: 0.0 });
    let globe = projection(Projection::Orthographic { radius: 1.0, center: [0.0, 0.0] });
    let cone = projection(Projection::Albers { radius: 1.0, origin: [0.0, 23.0], parallels: [29.5, 45.5] });
    let log = Transform::log([None, Some(10.0), None]).unwrap();
    let columns = [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 1.0, 0.0]];
    let cases: Vec<(Transform, Point)> = vec![
        (log.clone(), [1.0, 0.0, 1.0]),
        (log.clone(), [1.0, -1.0, 1.0]),
        (log.clone(), [1.0, f64::NAN, 1.0]),
        (Transform::power([Some(0.5), None, None]).unwrap(), [-1.0, 0.0, 0.0]),
        (Transform::power([Some(-1.0), None, None]).unwrap(), [0.0, 0.0, 0.0]),
        (Transform::polar(), [1.0, -1.0, 0.0]),
        (Transform::spherical(), [0.0, -0.1, 1.0]),
        (Transform::spherical(), [0.0, 1.0, -1.0]),
        (Transform::perspective(columns).unwrap(), [1.0, 1.0, 0.0]),
        (mercator.clone(), [0.0, 90.0, 0.0]),
        (mercator.clone(), [0.0, 91.0, 0.0]),
        (mercator.inverse(), [3.2, 0.0, 0.0]),
        (globe.clone(), [91.0, 0.0, 0.0]),
        (globe.inverse(), [0.8, 0.8, 0.0]),
        (cone.clone(), [0.0, -90.5, 0.0]),
        (cone.inverse(), [0.0, 5.0, 0.0]),
    ];
    for (transform, point) in cases {
        // What follows keeps it undefined.
        let scaled = transform.then(&Transform::scale_translate([2.0; 3], [1.0; 3]).unwrap());
        for image in [transform.map(point), scaled.map(point)] {
            assert!(image.iter().all(|value| value.is_nan()), "{transform:?} of {point:?}: {image:?}");
        }
    }
    assert!(log.map([-1.0, 10.0, -1.0]) == [-1.0, 1.0, -1.0], "other axes are free");
}

#[test]
fn parameters_that_make_no_bijection_are_refused() {
    let zero = [[0.0; 4]; 4];
    let mut projective =
        [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]];
    projective[0][3] = 0.5;
    let conic = |parallels| Projection::Albers { radius: 1.0, origin: [0.0, 0.0], parallels };
    for result in [
        Transform::scale_translate([1.0, 0.0, 1.0], [0.0; 3]),
        Transform::scale_translate([1.0; 3], [f64::NAN, 0.0, 0.0]),
        Transform::matrix(zero),
        Transform::matrix(projective),
        Transform::perspective(zero),
        Transform::log([Some(1.0), None, None]),
        Transform::log([Some(-2.0), None, None]),
        Transform::symlog([Some(0.0), None, None]),
        Transform::power([Some(0.0), None, None]),
        Transform::projection(conic([30.0, -30.0])),
        Transform::projection(conic([30.0, 100.0])),
        Transform::projection(Projection::Mercator { radius: 0.0, meridian: 0.0 }),
        Transform::projection(Projection::Lambert {
            radius: 1.0,
            origin: [0.0, -90.0],
            parallels: [30.0, 60.0],
        }),
    ] {
        assert!(result.is_err(), "{result:?}");
    }
    assert!(Transform::perspective(projective).is_ok());
}

#[test]
fn chains_become_simple() {
    let st = Transform::scale_translate([2.0, 3.0, 4.0], [1.0, 0.0, -1.0]).unwrap();
    let turn = Transform::matrix([
        [0.0, 1.0, 0.0, 0.0],
        [-1.0, 0.0, 0.0, 0.0],
        [0.0, 0.0, 1.0, 0.0],
        [5.0, 6.0, 7.0, 1.0],
    ])
    .unwrap();
    let log = Transform::log([Some(10.0), None, None]).unwrap();
    let null = Transform::new(Map::Null).unwrap();
    assert_eq!(null.then(&null).simplified().len(), 0);
    assert_eq!(st.then(&null).then(&st).simplified().len(), 1);
    assert_eq!(st.then(&turn).then(&st).simplified().len(), 1);
    assert_eq!(log.then(&st).then(&st.inverse()).then(&log.inverse()).simplified().len(), 0);
    assert_eq!(turn.then(&turn.inverse()).simplified().len(), 0);
    assert_eq!(log.then(&Transform::log([Some(2.0), None, None]).unwrap().inverse()).simplified().len(), 2);
    // What may change is left alone, but for its own inverse.
    let free = st.dynamic();
    assert_eq!(st.then(&free).then(&st).simplified().len(), 3);
    assert_eq!(log.then(&free).then(&free.inverse()).then(&log.inverse()).simplified().len(), 0);
    assert_eq!(free.then(&st.dynamic().inverse()).simplified().len(), 2);
    let (cpu, gpu) = log.then(&st).then(&turn).then(&free).then(&log).fold();
    assert_eq!((cpu.len(), cpu.is_static(), gpu.len(), gpu.is_static()), (2, true, 2, false));
}

#[test]
fn dynamic_maps_keep_their_uniforms() {
    let free = Transform::scale_translate([2.0; 3], [0.0; 3]).unwrap().dynamic();
    let moved = free.with(Map::ScaleTranslate { scale: [3.0; 3], translate: [1.0; 3] }).unwrap();
    assert_eq!(moved.map([1.0; 3]), [4.0; 3]);
    let (before, after) = (free.uniforms(), moved.uniforms());
    assert!(before.iter().zip(&after).all(|(a, b)| a.0 == b.0));
    assert_eq!((before[0].1.as_slice(), after[0].1.as_slice()), ([2.0; 3].as_slice(), [3.0; 3].as_slice()));
    assert!(free.with(Map::Polar).is_err() && free.then(&free).with(Map::Null).is_err());
    let log = Transform::log([Some(10.0), None, None]).unwrap().dynamic();
    assert!(log.with(Map::Log([None, Some(2.0), None])).is_err(), "other axes are another source");
}

#[test]
fn split_numbers_have_their_digits() {
    // A year in microseconds, to one of them.
    for stamp in [0.0, 1.0, 31_536_000_000_000.0, 31_535_999_999_999.0, -15_768_000_123_457.0] {
        let [high, low] = origin::split(stamp);
        assert_eq!(f64::from(high) + f64::from(low), stamp);
    }
    assert_eq!(origin::nearest([0.1, 1e13 + 1.0, 0.0])[1], 1e13 + 1.0);
    assert!(origin::split(1e300)[0].is_infinite());
}

fn axis() -> impl Strategy<Value = f64> + Clone {
    prop_oneof![0.01..50.0, -50.0..-0.01]
}

/// Any transform with points that it has in its domain, and the bound on going there and back.
fn transform() -> impl Strategy<Value = (Transform, Point, f64)> {
    let scale = [axis(), axis(), axis()];
    let affine = (scale, [-9.0..9.0, -9.0..9.0, -9.0..9.0_f64]);
    let point = [-40.0..40.0, -40.0..40.0, -40.0..40.0_f64];
    let positive = [1e-6..1e6, 1e-6..1e6, 1e-6..1e6_f64];
    let map = [-179.0..179.0, -84.0..84.0, -9.0..9.0_f64];
    let near = [-60.0..60.0, -20.0..60.0, -9.0..9.0_f64];
    prop_oneof![
        (affine.clone(), point.clone()).prop_map(|((s, t), p)| (
            Transform::scale_translate(s, t).unwrap(),
            p,
            1e-9
        )),
        (affine, 0.0..6.0_f64, point.clone()).prop_map(|((s, t), angle, p)| {
            let (sin, cos) = angle.sin_cos();
            let columns = [
                [s[0] * cos, s[0] * sin, 0.0, 0.0],
                [-s[1] * sin, s[1] * cos, 0.0, 0.0],
                [0.0, 0.0, s[2], 0.0],
                [t[0], t[1], t[2], 1.0],
            ];
            (Transform::matrix(columns).unwrap(), p, 1e-8)
        }),
        point.clone().prop_map(|p| {
            let columns =
                [[1.5, 0.0, 0.0, 0.0], [0.0, 2.0, 0.0, 0.0], [0.0, 0.0, -1.2, -1.0], [0.0, 0.0, -2.2, 90.0]];
            (Transform::perspective(columns).unwrap(), p, 1e-8)
        }),
        (1.5..20.0, positive.clone()).prop_map(|(b, p)| (
            Transform::log([Some(b), None, Some(0.5)]).unwrap(),
            p,
            1e-9
        )),
        (0.01..10.0, point.clone()).prop_map(|(w, p)| (
            Transform::symlog([None, Some(w), Some(1.0)]).unwrap(),
            p,
            1e-9
        )),
        (prop_oneof![0.3..3.0, -3.0..-0.3], positive).prop_map(|(e, p)| (
            Transform::power([Some(e), None, None]).unwrap(),
            p,
            1e-9
        )),
        [-3.1..3.1, 0.01..50.0, -9.0..9.0_f64].prop_map(|p| (Transform::polar(), p, 1e-9)),
        [-3.1..3.1, 0.01..3.13, 0.01..50.0_f64].prop_map(|p| (Transform::spherical(), p, 1e-9)),
        (0.0..80.0, map.clone()).prop_map(|(parallel, p)| {
            let projection = Projection::Equirectangular { radius: 2.0, meridian: 0.0, parallel };
            (Transform::projection(projection).unwrap(), p, 1e-9)
        }),
        map.clone().prop_map(|p| {
            let projection = Projection::Mercator { radius: 1.0, meridian: 0.0 };
            (Transform::projection(projection).unwrap(), p, 1e-9)
        }),
        (any::<bool>(), map).prop_map(|(south, p)| {
            let side = if south { -1.0 } else { 1.0 };
            let (origin, parallels) = ([0.0, 23.0 * side], [29.5 * side, 45.5 * side]);
            let projection = Projection::Albers { radius: 1.0, origin, parallels };
            (Transform::projection(projection).unwrap(), p, 1e-9)
        }),
        (any::<bool>(), near.clone()).prop_map(|(south, [x, y, z])| {
            let side = if south { -1.0 } else { 1.0 };
            let (origin, parallels) = ([0.0, 23.0 * side], [33.0 * side, 45.0 * side]);
            let projection = Projection::Lambert { radius: 1.0, origin, parallels };
            (Transform::projection(projection).unwrap(), [x, y * side, z], 1e-9)
        }),
        near.prop_map(|p| {
            let projection = Projection::Orthographic { radius: 1.0, center: [5.0, 20.0] };
            (Transform::projection(projection).unwrap(), p, 1e-6)
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn there_and_back_is_where_one_was((transform, point, bound) in transform()) {
        let image = transform.map(point);
        prop_assert!(image.iter().all(|value| value.is_finite()), "{image:?}");
        let back = transform.inverse().map(image);
        prop_assert!(close(back, point, bound), "{point:?} came back as {back:?}");
        let mut many = [point; 3];
        transform.map_all(&mut many);
        prop_assert_eq!(many, [image; 3]);
    }

    #[test]
    fn simple_chains_map_alike(
        chain in proptest::collection::vec((transform(), any::<bool>(), any::<bool>()), 0..7),
        point in [0.1..3.0, 0.1..1.5, 0.1..5.0_f64],
    ) {
        let mut whole = Transform::null();
        // Angles come back as −π to π, and longitudes as −180 to 180: there the short way keeps what the long way turns.
        let (mut at, mut turned) = (point, false);
        for ((transform, _, _), there, back) in &chain {
            let step = if *there { transform.clone() } else { transform.inverse() };
            whole = whole.then(&step);
            let image = step.map(at);
            // The next step may be this one's inverse, too.
            turned |= !close(step.inverse().map(image), at, 1e-6);
            if *back {
                whole = whole.then(&step.inverse());
            } else {
                at = image;
            }
        }
        let simple = whole.simplified();
        prop_assert!(simple.len() <= whole.len());
        let (expected, found) = (whole.map(point), simple.map(point));
        // Where the long way is undefined (or leaves all bounds), the short one may not be.
        if !turned && expected.iter().all(|value| value.abs() < 1e6) {
            let (cpu, gpu) = whole.fold();
            let size = expected.iter().fold(1.0_f64, |size, value| size.max(value.abs()));
            for found in [found, gpu.map(cpu.map(point))] {
                // Steps may magnify the rounding of those before them.
                let near = found.iter().zip(expected).all(|(a, b)| (a - b).abs() <= 1e-4 * size);
                prop_assert!(near, "{expected:?} {found:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics(
        numbers in proptest::array::uniform16(any::<f64>()),
        p in [any::<f64>(), any::<f64>(), any::<f64>()],
    ) {
        let [a, b, c, d, e, f, ..] = numbers;
        let columns = [0, 1, 2, 3].map(|i| [0, 1, 2, 3].map(|j| numbers[4 * i + j]));
        let maps = [
            Transform::scale_translate([a, b, c], [d, e, f]),
            Transform::matrix(columns),
            Transform::perspective(columns),
            Transform::log([Some(a), None, Some(b)]),
            Transform::symlog([Some(a), None, Some(b)]),
            Transform::power([Some(a), None, Some(b)]),
            Transform::projection(Projection::Equirectangular { radius: a, meridian: b, parallel: c }),
            Transform::projection(Projection::Mercator { radius: a, meridian: b }),
            Transform::projection(Projection::Albers { radius: a, origin: [b, c], parallels: [d, e] }),
            Transform::projection(Projection::Lambert { radius: a, origin: [b, c], parallels: [d, e] }),
            Transform::projection(Projection::Orthographic { radius: a, center: [b, c] }),
        ];
        for map in maps.into_iter().flatten() {
            for map in [map.clone(), map.inverse(), map.inverse().then(&map).simplified()] {
                map.map(p);
                let _ = map.glsl();
                map.dynamic().glsl().unwrap();
            }
        }
    }
}

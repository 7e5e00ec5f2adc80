//! Figures that a person moves, by real pointers, wheels and keys: their axes follow, and natively the log gives the same pixels.

use crate::interaction::{DRAWN, EVERYWHERE, OPEN, decoded, drag, replayed, wheel};
use crate::support::{Stage, differing, file, folder, native};
use glir_browser::Angle;
use glir_core::text::{Document, Item};
use glir_native::Api;
use glir_plot::{Bins, Epoch, Figure, Scale};
use glir_spec::Profile;
use serde_json::json;

/// The side of a figure in pixels.
const SIDE: u32 = 480;

/// Four plots, each of another kind, with names at their axes.
fn plots() -> Figure {
    let mut figure = Figure::new(SIDE, SIDE);
    figure.title = "Four plots".into();
    let x: Vec<f64> = (0..400).map(|step| 0.02 * f64::from(step)).collect();
    let wave: Vec<f64> = x.iter().map(|x| (3.0 * x).sin() * (-0.2 * x).exp()).collect();
    let axes = figure.subplot(0, 0);
    (axes.x.label, axes.y.label) = ("time / s".into(), "height / m".into());
    axes.line(&x, &wave).unwrap().label("a wave").dashed();
    let axes = figure.subplot(0, 1);
    (axes.x.scale, axes.y.scale) = (Scale::Log, Scale::Log);
    let power: Vec<f64> = (1..400).map(|step| 1e3 / f64::from(step).powf(1.5)).collect();
    axes.scatter(&(1..400).map(f64::from).collect::<Vec<_>>(), &power).unwrap().values(power.clone());
    figure.subplot(1, 0).hist(&wave, &Bins::Count(30)).unwrap();
    let axes = figure.subplot(1, 1);
    // Microseconds before and after midnight, half a year from where they count: zoomed, they have nanoseconds.
    let midnight = 182.0 * 86_400e6;
    (axes.x.scale, axes.x.epoch) = (Scale::Time, Epoch { seconds: 1_795_219_200, per_second: 1_000_000 });
    axes.line(&x.iter().map(|x| midnight - 3.0 + x).collect::<Vec<_>>(), &wave).unwrap();
    figure
}

/// A molecule: 327 atoms under a turntable.
fn molecule() -> Figure {
    let path = folder("producers/data/structures/1crn/1crn.pdb");
    let molecule =
        glir_data::molecule::read(&std::fs::read(path).unwrap(), "1crn.pdb", &Default::default()).unwrap();
    let mut figure = Figure::new(SIDE, SIDE);
    figure.space(0, 0).molecule(&molecule);
    figure
}

fn document(figure: &Figure) -> Document {
    let drawing = figure.draw().unwrap();
    let mut items = vec![Item::Header(drawing.header)];
    items.extend(drawing.frames.into_iter().map(|frame| Item::Frame { frame, time_us: 0 }));
    Document { items }
}

/// The pixels of a rectangle: columns and rows from the upper left.
fn part(pixels: &[u8], columns: std::ops::Range<usize>, rows: std::ops::Range<usize>) -> Vec<u8> {
    rows.flat_map(|row| &pixels[4 * (row * SIDE as usize + columns.start)..][..4 * columns.len()])
        .copied()
        .collect()
}

/// What a person does to a figure in the page, from `(left, top)` on, and what must then be seen.
async fn moved(name: &str, figure: &Figure, act: impl AsyncFn(&Stage, (f64, f64), &mut Vec<Vec<u8>>)) {
    let document = document(figure);
    let Some(Item::Header(header)) = document.items.first() else { unreachable!("just made") };
    for (angle, webgl) in EVERYWHERE {
        if webgl == 1 && header.profile == Profile::Es3 {
            continue;
        }
        let Some(stage) = Stage::open(angle).await else { return };
        stage.files.put("/figure.glir", file(&document));
        let opened = stage.run(&OPEN.replace("256px", "480px"), &[json!(webgl), json!("/figure.glir")]).await;
        let corner = (opened[0].as_f64().unwrap(), opened[1].as_f64().unwrap());
        let mut shots = vec![shot(&stage).await];
        act(&stage, corner, &mut shots).await;
        for pair in shots.windows(2) {
            assert!(
                differing(&pair[0], &pair[1]) > 100,
                "{name} on {angle}, WebGL {webgl}: each act is seen"
            );
        }
        stage.shoot(&format!("figure-{name}-{angle}-{webgl}")).await;
        let told = stage.run("return { log: stop(), faults };", &[]).await;
        assert_eq!(told["faults"], json!([]), "{name} on {angle}, WebGL {webgl}");
        if angle == Angle::GlEgl {
            let api = if webgl == 1 { Api::Gles2 } else { Api::Gles3 };
            if let Some((_, _, still)) = native(&document, api) {
                assert_eq!(differing(&still, &shots[0]), 0, "{name}: native differs on WebGL {webgl}");
            }
            if let Some(again) = replayed(&document, api, told["log"].as_str().unwrap()) {
                let last = &shots[shots.len() - 1];
                assert_eq!(differing(&again, last), 0, "{name}: native replay differs on WebGL {webgl}");
            }
        }
        stage.quiet().await;
    }
}

async fn shot(stage: &Stage) -> Vec<u8> {
    decoded(&stage.run(&format!("{DRAWN} return shot();"), &[]).await)
}

#[tokio::test]
async fn plots_move_and_their_axes_follow() {
    moved("plots", &plots(), async |stage, (left, top), shots| {
        let at = |x: f64, y: f64| (left + x, top + y);
        // The waves are dragged aside, the markers zoomed at the pointer, a box drawn over the bars.
        drag(&stage.browser, at(120.0, 120.0), at(170.0, 150.0), 0).await;
        shots.push(shot(stage).await);
        // The plot's numbers, below and to the left, have moved with it; its neighbours have not.
        let (before, after) = (&shots[0], &shots[1]);
        assert!(
            differing(&part(before, 60..230, 205..222), &part(after, 60..230, 205..222)) > 20,
            "numbers of x"
        );
        assert!(
            differing(&part(before, 30..55, 40..200), &part(after, 30..55, 40..200)) > 20,
            "numbers of y"
        );
        assert_eq!(differing(&part(before, 0..480, 250..480), &part(after, 0..480, 250..480)), 0);
        wheel(&stage.browser, at(350.0, 120.0), -300.0).await;
        shots.push(shot(stage).await);
        drag(&stage.browser, at(90.0, 300.0), at(180.0, 380.0), 8).await;
        shots.push(shot(stage).await);
        // Keys go to the box that was touched last.
        stage.browser.press("\u{e014}+").await.unwrap();
        shots.push(shot(stage).await);
        wheel(&stage.browser, at(350.0, 350.0), -4000.0).await;
        shots.push(shot(stage).await);
    })
    .await;
}

#[tokio::test]
async fn a_molecule_is_turned_and_comes_home() {
    moved("molecule", &molecule(), async |stage, (left, top), shots| {
        let at = |x: f64, y: f64| (left + x, top + y);
        drag(&stage.browser, at(200.0, 240.0), at(300.0, 200.0), 0).await;
        shots.push(shot(stage).await);
        wheel(&stage.browser, at(240.0, 240.0), -300.0).await;
        shots.push(shot(stage).await);
        stage.browser.press("\u{e011}").await.unwrap();
        let back = shot(stage).await;
        assert_eq!(differing(&back, &shots[0]), 0, "Home leads back");
        stage.browser.press("\u{e012}\u{e013}+").await.unwrap();
        shots.push(shot(stage).await);
    })
    .await;
}

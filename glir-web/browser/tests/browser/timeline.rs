//! The timeline of `<glir-view controls>`: keys, buttons, the slider, speeds and ranges, as a person uses them.

use crate::element::{SHOW, press};
use crate::support::{Stage, example, file};
use glir_browser::Angle;
use serde_json::{Value, json};

const TAB: &str = "\u{e004}";
const LEFT: &str = "\u{e012}";
const RIGHT: &str = "\u{e014}";
const HOME: &str = "\u{e011}";
const END: &str = "\u{e010}";

/// What the controls say.
const TOLD: &str = "await new Promise((go) => setTimeout(go, 30));
    const pressed = [...element.shadowRoot.querySelectorAll('[aria-pressed=true]')].map((button) => button.textContent);
    return [inside('output').textContent, inside('input').getAttribute('aria-valuetext'), pressed, inside('select').value, element.view.range];";

async fn stage() -> Option<Stage> {
    let stage = Stage::open(Angle::GlEgl).await?;
    stage.files.put("/animation.glir", file(&example("animation")));
    let html = "<glir-view src='/animation.glir' controls label='A fan'></glir-view>";
    assert_eq!(stage.run(SHOW, &[json!(html)]).await, "paused");
    Some(stage)
}

#[tokio::test]
async fn keys_step_by_draws_mark_ranges_and_change_the_speed() {
    let Some(stage) = stage().await else { return };
    stage.browser.press(TAB).await.unwrap();
    // The first frame clears and draws, the others draw once.
    let steps: [(&str, &str); 9] = [
        (",", "1 / 3, draw 1 of 2"),
        (",", "1 / 3, draw 0 of 2"),
        (",", "1 / 3, draw 0 of 2"),
        (".", "1 / 3, draw 1 of 2"),
        (".", "1 / 3"),
        (".", "2 / 3"),
        (".", "3 / 3"),
        (".", "3 / 3"),
        (",", "2 / 3"),
    ];
    for (number, (key, wanted)) in steps.into_iter().enumerate() {
        press(&stage, key).await;
        let told = stage.run(TOLD, &[]).await;
        assert_eq!(told[0], wanted, "step {number}");
        let words = told[1].as_str().unwrap().replace("Frame ", "").replace(" of 3", " / 3");
        assert_eq!(words, wanted, "step {number}");
    }
    press(&stage, "[").await;
    assert_eq!(stage.run(TOLD, &[]).await, json!(["2 / 3", "Frame 2 of 3", ["Loop", "From"], "1", [1, 2]]));
    stage.shoot("timeline-range").await;
    let band = stage
        .run(
            "const [band, slider] = [inside('i'), inside('input')].map((one) => one.getBoundingClientRect());
             return [Math.abs(band.left - slider.left - slider.width / 2) < 1, Math.abs(band.right - slider.right) < 1, band.height > 3];",
            &[],
        )
        .await;
    assert_eq!(band, json!([true, true, true]), "the range is seen below the slider");
    press(&stage, HOME).await;
    assert_eq!(stage.run(TOLD, &[]).await[0], "2 / 3", "Home is where the range begins");
    press(&stage, "[").await;
    press(&stage, "l").await;
    assert_eq!(stage.run(TOLD, &[]).await, json!(["2 / 3", "Frame 2 of 3", [], "1", null]));
    press(&stage, "]").await;
    assert_eq!(stage.run(TOLD, &[]).await, json!(["2 / 3", "Frame 2 of 3", ["Loop", "To"], "1", [0, 1]]));
    press(&stage, END).await;
    assert_eq!(stage.run(TOLD, &[]).await[0], "2 / 3", "End is where the range ends");
    for (key, wanted) in [(">", "2"), (">", "4"), ("<", "2"), ("<", "1"), ("<", "0.5")] {
        press(&stage, key).await;
        assert_eq!(stage.run(TOLD, &[]).await[3], wanted);
        assert_eq!(stage.run("return String(element.view.speed)", &[]).await, wanted);
    }
    stage.quiet().await;
}

#[tokio::test]
async fn buttons_do_the_same_and_have_names_and_a_visible_focus() {
    let Some(stage) = stage().await else { return };
    let names = stage
        .run(
            "return [...element.shadowRoot.querySelectorAll('.bar button, .bar input, .bar select')].map((one) =>
               [one.getAttribute('aria-label') ?? one.textContent, Math.min(one.getBoundingClientRect().width, one.getBoundingClientRect().height) > 14])",
            &[],
        )
        .await;
    let wanted = [
        "Play",
        "Frame",
        "One frame back",
        "One frame on",
        "One draw back",
        "One draw on",
        "Loop",
        "From",
        "To",
        "Speed",
        "Record",
    ];
    assert_eq!(names, json!(wanted.map(|name| (name, true))));
    let click = "inside(`[data-key='${args[0]}']`).click(); await new Promise((go) => setTimeout(go, 30)); return inside('output').textContent;";
    for (key, wanted) in [
        ("ArrowRight", "2 / 3"),
        ("ArrowRight", "3 / 3"),
        ("ArrowLeft", "2 / 3"),
        (",", "1 / 3"),
        (",", "1 / 3, draw 1 of 2"),
        (".", "1 / 3"),
    ] {
        assert_eq!(stage.run(click, &[json!(key)]).await, wanted, "{key}");
    }
    // Every control is reached by the keyboard, and shows that it is.
    for number in 0..12 {
        stage.browser.press(TAB).await.unwrap();
        let outline = stage
            .run("const style = getComputedStyle(element.shadowRoot.activeElement); return [style.outlineStyle, parseFloat(style.outlineWidth)]", &[])
            .await;
        assert_eq!(
            (&outline[0], outline[1].as_f64().unwrap() >= 2.0),
            (&json!("solid"), true),
            "stop {number}"
        );
    }
    stage.shoot("timeline-focus").await;
    // The slider moves by keys of its own, and lets the others through.
    stage.run("inside('input').focus()", &[]).await;
    for (key, wanted) in [
        (RIGHT, "2 / 3"),
        (END, "3 / 3"),
        (LEFT, "2 / 3"),
        (",", "1 / 3"),
        (",", "1 / 3, draw 1 of 2"),
        (">", "1 / 3, draw 1 of 2"),
    ] {
        press(&stage, key).await;
        assert_eq!(stage.run(TOLD, &[]).await[0], wanted, "{key:?}");
    }
    assert_eq!(stage.run(TOLD, &[]).await[3], "2");
    let chosen = stage
        .run(
            "const select = inside('select'); select.value = '10'; select.dispatchEvent(new Event('change')); return element.view.speed;",
            &[],
        )
        .await;
    assert_eq!(chosen, 10);
    stage.quiet().await;
}

/// A narrow place, dark colours, and a page that zooms: the controls wrap and stay within it.
#[tokio::test]
async fn controls_fit_into_a_narrow_place() {
    let Some(stage) = Stage::open(Angle::GlEgl).await else { return };
    stage.files.put("/animation.glir", file(&example("animation")));
    let html = "<div style='width: 320px; color-scheme: dark; background: #141416'><glir-view src='/animation.glir' controls></glir-view></div>";
    assert_eq!(stage.run(SHOW, &[json!(html)]).await, "paused");
    let outside: Value = stage
        .run(
            "const place = document.querySelector('div').getBoundingClientRect();
             return [...element.shadowRoot.querySelectorAll('.bar button, .bar input, .bar select, output')].filter((one) =>
               one.getBoundingClientRect().right > place.right + 1).map((one) => one.textContent)",
            &[],
        )
        .await;
    assert_eq!(outside, json!([]));
    stage.shoot("timeline-narrow").await;
    stage.quiet().await;
}

/// The button records, says that it does, and gives a file to the page, or to the person.
#[tokio::test]
async fn a_button_records() {
    let Some(stage) = stage().await else { return };
    stage.browser.press(TAB).await.unwrap();
    let pressed = "return [inside('.record').getAttribute('aria-pressed'), inside('.record').textContent]";
    assert_eq!(stage.run(pressed, &[]).await, json!(["false", "Record"]));
    press(&stage, "r").await;
    assert_eq!(stage.run(pressed, &[]).await, json!(["true", "Record"]));
    stage.shoot("timeline-recording").await;
    press(&stage, RIGHT).await;
    let result = stage
        .run(
            "const told = [];
             element.addEventListener('recording', (event) => { told.push(event.detail); event.preventDefault(); }, { once: true });
             inside('.record').click();
             const bytes = new Uint8Array(await told[0].arrayBuffer());
             await element.view.load(bytes);
             return [told.length, element.view.frames, element.view.diagnostics, inside('.record').getAttribute('aria-pressed')];",
            &[],
        )
        .await;
    assert_eq!(result, json!([1, 2, [], "false"]));
    // Where the page has no use for it, the browser saves it.
    let saved = stage
        .run(
            "const clicked = [];
             HTMLAnchorElement.prototype.click = function () { clicked.push([this.download, this.href.startsWith('blob:')]); };
             inside('.record').click();
             await element.view.seek(1);
             inside('.record').click();
             return clicked;",
            &[],
        )
        .await;
    assert_eq!(saved, json!([["recording.glir", true]]));
    stage.quiet().await;
}

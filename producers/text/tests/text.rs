//! Shaping, measures, fields and the atlas, held against the font's own figures.

use glir_text::{Align, AlignX, AlignY, Atlas, Changes, Font, Outline};

fn centered() -> Align {
    Align { x: AlignX::Center, y: AlignY::Center }
}

#[test]
fn the_bundled_font_has_what_labels_need() {
    let font = Font::sans();
    for character in
        "AZaz09 ÄéßñÅ ΑΩαωμΔ АЯая −×·±≤≥≠≈∞∂∇∑∏∫√°‰′″→←↑↓…–—⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺₀₁₂₃₄₅₆₇₈₉₋ₓ אב با €£¥".chars()
    {
        assert!(font.has(character), "{character}");
    }
    // Digits are equally wide, so that figures stand below each other: 1303 of 2048 units.
    let digits = "0123456789".chars().map(|digit| font.advance(font.glyph(digit).unwrap_or(0)));
    assert!(digits.into_iter().all(|advance| (advance - 1303.0 / 2048.0).abs() < 1e-6));
    let metrics = font.metrics();
    // The figures of `fc-query` and of the font's tables hhea and OS/2.
    assert!((metrics.ascent - 1901.0 / 2048.0).abs() < 1e-6);
    assert!((metrics.descent + 483.0 / 2048.0).abs() < 1e-6);
    assert!((metrics.cap_height - 1493.0 / 2048.0).abs() < 1e-6);
}

#[test]
fn strings_are_shaped() {
    let font = Font::sans();
    let width = |text: &str| font.measure(text, 1.0).width();
    assert!(width("AVAVAV") < 3.0 * (width("A") + width("V")) - 0.1, "pairs are kerned");
    let layout = |text: &str| font.layout(text, Align::default());
    assert_eq!(layout("fi").glyphs.len(), 1, "a ligature");
    // A letter and an accent are the letter with the accent.
    assert_eq!(layout("e\u{301}").glyphs[0].id, layout("é").glyphs[0].id);
    // Joined letters are other glyphs than single ones, and run from right to left.
    let joined = layout("بب");
    assert_eq!(joined.glyphs.len(), 2);
    assert_ne!(Some(joined.glyphs[0].id), font.glyph('ب'));
    let mixed = layout("a בג b");
    assert_eq!(Some(mixed.glyphs[2].id), font.glyph('ג'), "Hebrew stands backward in a line of Latin");
    assert_eq!(Some(mixed.glyphs[0].id), font.glyph('a'));
}

#[test]
fn what_the_font_lacks_is_its_box() {
    let font = Font::sans();
    let layout = font.layout("a\u{1F9EA}b\u{1}", Align::default());
    assert_eq!(layout.glyphs.iter().filter(|glyph| glyph.id == 0).count(), 2);
    assert!(!font.outline(0).is_empty());
}

#[test]
fn lines_are_set_and_anchored() {
    let font = Font::sans();
    let one = font.layout("Hx", centered());
    assert!((one.extents.left + one.extents.right).abs() < 1e-6);
    let metrics = font.metrics();
    assert!((one.glyphs[0].y + 0.5 * metrics.cap_height).abs() < 1e-6, "capitals are in the middle");
    let two = font.layout("H\r\nHHHH", Align { x: AlignX::Right, y: AlignY::Bottom });
    assert_eq!((two.lines.len(), two.glyphs.len()), (2, 5));
    assert_eq!(two.lines[1].glyphs, 1..5);
    assert_eq!(two.lines[1].baseline, two.glyphs[1].y);
    assert!(two.extents.bottom.abs() < 1e-6 && two.extents.right.abs() < 1e-6);
    assert!((two.glyphs[0].x - two.glyphs[4].x).abs() < 1e-6, "lines end together");
    assert!((two.glyphs[0].y - two.glyphs[1].y - metrics.line_height).abs() < 1e-6);
    let tab = font.measure("a\tb", 10.0).width();
    assert!((tab - font.measure("a    b", 10.0).width()).abs() < 1e-4);
    assert_eq!(font.layout("", centered()).glyphs.len(), 0);
    assert_eq!(font.measure("", 10.0).width(), 0.0);
}

/// A square from 0 to 1 em, forward or backward.
fn square(outline: &mut Outline, [left, bottom]: [f32; 2], side: f32) {
    outline.move_to([left, bottom]);
    outline.line_to([left + side, bottom]);
    outline.line_to([left + side, bottom + side]);
    outline.line_to([left, bottom + side]);
    outline.close();
}

#[test]
fn fields_are_distances() {
    let mut outline = Outline::default();
    square(&mut outline, [0.0, 0.0], 1.0);
    let field = outline.field(32, 4);
    assert_eq!((field.width, field.height), (40, 40));
    assert_eq!(field.plane, [-0.125, -0.125, 1.125, 1.125]);
    let at = |x: usize, y: usize| f32::from(field.texels[y * 40 + x]) / 255.0 * 8.0 - 4.0;
    let half = 4.0 / 255.0;
    // Texel 4 is the first one inside; its centre lies half a texel in.
    assert!(
        (at(4, 20) - 0.5).abs() < half && (at(3, 20) + 0.5).abs() < half && (at(6, 20) - 2.5).abs() < half
    );
    assert!((at(20, 20) - 4.0).abs() < half, "no more than the spread");
    assert!((at(2, 2) + 1.5 * 2.0_f32.sqrt()).abs() < half, "round around corners");
}

#[test]
fn a_circle_of_curves_is_round() {
    // The usual four cubic curves, whose radius errs by 0.03 %.
    let (r, k) = (0.5_f32, 0.5 * 0.552_284_8);
    let mut outline = Outline::default();
    outline.move_to([r, 0.0]);
    outline.curve_to([r, k], [k, r], [0.0, r]);
    outline.curve_to([-k, r], [-r, k], [-r, 0.0]);
    outline.curve_to([-r, -k], [-k, -r], [0.0, -r]);
    outline.curve_to([k, -r], [r, -k], [r, 0.0]);
    let field = outline.field(48, 6);
    let mut worst = 0.0_f32;
    for (index, texel) in field.texels.iter().enumerate() {
        let (x, y) = (index % usize::from(field.width), index / usize::from(field.width));
        let place = |at: usize, low: f32| low * 48.0 + at as f32 + 0.5;
        let distance = 24.0 - place(x, field.plane[0]).hypot(place(y, field.plane[1]));
        let told = f32::from(*texel) / 255.0 * 12.0 - 6.0;
        worst = worst.max((told - distance.clamp(-6.0, 6.0)).abs());
    }
    // Half a step of the eight bits, and what flattening leaves: a fiftieth of a texel.
    assert!(worst < 6.0 / 255.0 + 0.02, "{worst}");
}

#[test]
fn overlaps_have_no_edges_inside() {
    let mut outline = Outline::default();
    square(&mut outline, [0.0, 0.0], 1.0);
    square(&mut outline, [0.5, 0.25], 1.0);
    let field = outline.field(32, 4);
    // On the first square's right side, within the second one.
    let index = usize::from(field.width) * (4 + 16) + 4 + 32;
    assert_eq!(field.texels[index], 255);
}

#[test]
fn the_atlas_grows_and_keeps_what_it_has() {
    let font = Font::sans();
    let mut atlas = Atlas::new(&font);
    assert_eq!(atlas.take_changes(), Changes::All);
    let id = |character: char| font.glyph(character).unwrap_or(0);
    let first = atlas.glyph(id('A')).unwrap().unwrap();
    assert_eq!(atlas.take_changes(), Changes::Areas(vec![first.area]));
    assert_eq!(atlas.glyph(id('A')).unwrap(), Some(first));
    assert_eq!(atlas.take_changes(), Changes::Areas(vec![]));
    assert_eq!(atlas.glyph(id(' ')).unwrap(), None);
    let texels = atlas.area(first.area);
    assert_eq!(texels, font.outline(id('A')).field(atlas.em(), atlas.spread()).texels);
    for character in '!'..='~' {
        atlas.glyph(id(character)).unwrap();
    }
    assert_eq!(atlas.take_changes(), Changes::All);
    assert_eq!(atlas.area(first.area), texels, "it stands where it stood");
    assert!(atlas.size().0 <= 1024, "{atlas:?}");
    // A whole font fits not; that is said, and what is there can still be used.
    let error = (1..6000).find_map(|id| atlas.glyph(id).err());
    assert!(error.is_some_and(|error| error.to_string().contains("no room for more glyphs")));
    assert_eq!(atlas.glyph(id('A')).unwrap(), Some(first));
}

#[test]
fn strange_fonts_are_refused() {
    assert_eq!(Font::new(vec![1, 2, 3], 0).unwrap_err().to_string(), "3 bytes have no font number 0");
    let bytes = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/fonts/DejaVuSans.ttf")).unwrap();
    assert!(Font::new(bytes.clone(), 1).is_err());
    // Cut short or with bytes turned over it is refused, or it draws something; it never panics.
    for seed in 0..40_usize {
        let mut broken = bytes.clone();
        broken.truncate(bytes.len() / 40 * (seed + 1));
        for step in 0..200 {
            let at = (seed * 7919 + step * 104_729) % broken.len();
            broken[at] ^= 1 << (step % 8);
        }
        if let Ok(font) = Font::new(broken, 0) {
            let mut atlas = Atlas::new(&font);
            for glyph in font.layout("Hxé بب−", centered()).glyphs {
                let _shape = atlas.glyph(glyph.id);
            }
        }
    }
}

//! The timeline at a window's lower edge: what it looks like, and what a pointer on it means.

use glir_native::window::Rectangle;

/// What the bar tells.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Told {
    /// The frame that is shown, and how many there are.
    pub(super) frame: usize,
    pub(super) frames: usize,
    /// Where a frame is shown in part: its draws so far, and all of them.
    pub(super) within: Option<(usize, usize)>,
    pub(super) paused: bool,
    pub(super) looping: bool,
    /// The first and the last frame that are played.
    pub(super) range: (usize, usize),
    pub(super) speed: f64,
}

/// A place of the bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The sign at the left, which plays and pauses.
    Play,
    /// The track, at a frame.
    Frame(usize),
}

const PAPER: [f32; 3] = [0.11, 0.11, 0.12];
const TRACK: [f32; 3] = [0.35, 0.35, 0.38];
const RANGE: [f32; 3] = [0.72, 0.54, 0.0];
const DONE: [f32; 3] = [0.48, 0.72, 1.0];
const INK: [f32; 3] = [0.95, 0.95, 0.95];

/// Layout pixels: the bar's height, the width of the sign's place, the margin, the size of a letter's dot.
const HEIGHT: i32 = 28;
const SIGN: i32 = 32;
const MARGIN: i32 = 10;
const DOT: i32 = 2;
/// Letters are three dots wide, and one apart.
const LETTER: i32 = 4 * DOT;

/// Letters of three by five dots: a row is three bits, the upper row first.
const LETTERS: [(char, [u8; 5]); 19] = [
    ('0', [7, 5, 5, 5, 7]),
    ('1', [2, 6, 2, 2, 7]),
    ('2', [7, 1, 7, 4, 7]),
    ('3', [7, 1, 3, 1, 7]),
    ('4', [5, 5, 7, 1, 1]),
    ('5', [7, 4, 7, 1, 7]),
    ('6', [7, 4, 7, 5, 7]),
    ('7', [7, 1, 1, 2, 2]),
    ('8', [7, 5, 7, 5, 7]),
    ('9', [7, 5, 7, 1, 7]),
    ('/', [1, 1, 2, 4, 4]),
    ('.', [0, 0, 0, 0, 2]),
    ('x', [0, 5, 2, 5, 0]),
    ('d', [1, 1, 7, 5, 7]),
    ('l', [4, 4, 4, 4, 7]),
    ('o', [0, 0, 7, 5, 7]),
    ('p', [0, 7, 5, 7, 4]),
    ('r', [0, 7, 4, 4, 4]),
    ('e', [7, 4, 6, 4, 7]),
];

impl Told {
    /// What stands at the right, in letters that there are.
    fn text(&self) -> String {
        let mut text = String::new();
        if self.looping {
            text += "loop ";
        }
        if self.speed != 1.0 {
            text += &format!("x{} ", (self.speed * 100.0).round() / 100.0);
        }
        if let Some((draws, all)) = self.within {
            text += &format!("d{draws}/{all} ");
        }
        text + &format!("{}/{}", self.frame + 1, self.frames)
    }

    /// The same in words, for the window's title.
    pub(super) fn words(&self) -> String {
        let mut words = format!("frame {} of {}", self.frame + 1, self.frames);
        if let Some((draws, all)) = self.within {
            words += &format!(", draw {draws} of {all}");
        }
        if self.speed != 1.0 {
            words += &format!(", {}× as fast", (self.speed * 100.0).round() / 100.0);
        }
        if self.range != (0, self.frames.saturating_sub(1)) {
            words += &format!(", from {} to {}", self.range.0 + 1, self.range.1 + 1);
        }
        words + if self.paused { ", paused" } else { "" }
    }

    /// Where the track begins and ends, in layout pixels.
    fn track(&self, width: i32) -> (i32, i32) {
        let text = self.text().chars().count() as i32 * LETTER;
        // In a narrow window the words go first.
        let right = if width > SIGN + text + 80 { width - text - 2 * MARGIN } else { width - MARGIN };
        (SIGN, right.max(SIGN + 1))
    }

    /// What is at a place, in layout pixels from the window's lower left; none outside of the bar.
    pub(super) fn at(&self, x: f32, y: f32, width: u32) -> Option<Part> {
        if !(0.0..HEIGHT as f32).contains(&y) {
            return None;
        }
        let (from, to) = self.track(width as i32);
        if x < (from - 4) as f32 {
            return Some(Part::Play);
        }
        Some(Part::Frame(self.frame_at(x, from, to)))
    }

    /// The frame at a place of the track; beside it the first or the last one.
    fn frame_at(&self, x: f32, from: i32, to: i32) -> usize {
        let share = f64::from(x - from as f32) / f64::from(to - from).max(1.0);
        (share.clamp(0.0, 1.0) * self.frames.saturating_sub(1) as f64).round() as usize
    }

    /// The frame that a pointer means which has begun on the track and may have left it.
    pub(super) fn dragged(&self, x: f32, width: u32) -> usize {
        let (from, to) = self.track(width as i32);
        self.frame_at(x, from, to)
    }

    /// The bar in rectangles of physical pixels, for a window of this size.
    pub(super) fn rectangles(&self, width: u32, scale: f64) -> Vec<Rectangle> {
        let layout = (f64::from(width) / scale) as i32;
        let mut found = Vec::new();
        let mut add = |x: i32, y: i32, width: i32, height: i32, color: [f32; 3]| {
            let physical = |pixels: i32| (f64::from(pixels) * scale).round() as i32;
            let (left, low) = (physical(x), physical(y));
            let (width, height) = (physical(x + width) - left, physical(y + height) - low);
            found.push(Rectangle { x: left, y: low, width, height, color });
        };
        add(0, 0, layout + 1, HEIGHT, PAPER);
        if self.paused {
            // A triangle of columns that get shorter.
            (0..6).for_each(|column| add(11 + 2 * column, 8 + column, 2, 12 - 2 * column, INK));
        } else {
            [11, 18].into_iter().for_each(|x| add(x, 8, 4, 12, INK));
        }
        let (from, to) = self.track(layout);
        let steps = self.frames.saturating_sub(1).max(1) as f64;
        let place = |frame: usize| from + (f64::from(to - from) * (frame as f64 / steps).min(1.0)) as i32;
        add(from, 12, to - from, 4, TRACK);
        let (first, last) = self.range;
        if (first, last) != (0, self.frames.saturating_sub(1)) {
            add(place(first), 9, (place(last) - place(first)).max(2), 10, RANGE);
        }
        let part = self.within.map_or(1.0, |(draws, all)| draws as f64 / all.max(1) as f64);
        let here = place(self.frame) - ((1.0 - part) * f64::from(to - from) / steps) as i32;
        add(from, 12, (here - from).max(0), 4, DONE);
        add(here.max(from) - 3, 8, 6, 12, INK);
        let text = self.text();
        let mut x = layout - text.chars().count() as i32 * LETTER - MARGIN;
        if to < x {
            for letter in text.chars() {
                let rows = LETTERS.iter().find(|(of, _)| *of == letter).map_or([0; 5], |(_, rows)| *rows);
                for (row, bits) in (0..).zip(rows) {
                    for column in 0..3 {
                        if bits & (4 >> column) != 0 {
                            add(x + column * DOT, 9 + (4 - row) * DOT, DOT, DOT, INK);
                        }
                    }
                }
                x += LETTER;
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::{HEIGHT, LETTERS, Part, Told};

    const TOLD: Told = Told {
        frame: 5,
        frames: 11,
        within: Some((3, 8)),
        paused: true,
        looping: true,
        range: (2, 9),
        speed: 0.25,
    };

    #[test]
    fn a_place_means_what_is_drawn_there() {
        let whole = Told { range: (0, 10), within: None, ..TOLD };
        assert_eq!(whole.at(5.0, 5.0, 640), Some(Part::Play));
        assert_eq!(whole.at(5.0, HEIGHT as f32, 640), None);
        let (from, to) = whole.track(640);
        for frame in 0..11 {
            let x = from as f32 + (to - from) as f32 * frame as f32 / 10.0;
            assert_eq!(whole.at(x, 10.0, 640), Some(Part::Frame(frame)));
        }
        assert_eq!((whole.dragged(-50.0, 640), whole.dragged(9000.0, 640)), (0, 10));
        // The knob stands where a pointer would put it.
        let knob =
            whole.rectangles(640, 1.0).into_iter().find(|part| (part.width, part.height) == (6, 12)).unwrap();
        assert_eq!(whole.at((knob.x + 3) as f32, 10.0, 640), Some(Part::Frame(5)));
    }

    #[test]
    fn it_fits_into_any_window() {
        for (width, scale) in [(1, 1.0), (40, 1.0), (200, 2.0), (5000, 1.5)] {
            for told in [TOLD, Told::default(), Told { frames: 1, ..TOLD }] {
                let parts = told.rectangles(width, scale);
                assert!(parts.iter().all(|part| part.width >= 0 && part.height >= 0), "{width}");
                let _ = told.at(3.0, 3.0, width);
            }
        }
    }

    #[test]
    fn all_that_is_written_has_letters() {
        for told in [TOLD, Told { speed: 64.0, ..TOLD }] {
            let text = told.text();
            assert!(
                text.chars().all(|letter| letter == ' ' || LETTERS.iter().any(|(of, _)| *of == letter)),
                "{text}"
            );
        }
        assert_eq!(TOLD.text(), "loop x0.25 d3/8 6/11");
        assert_eq!(TOLD.words(), "frame 6 of 11, draw 3 of 8, 0.25× as fast, from 3 to 10, paused");
    }
}

//! An image and its levels in one texture: means of 8, 64, 512 … texels each way, so that a pixel that many texels share shows the mean of
//! them, whatever their number is.
//!
//! Columns and rows are made fewer apart from each other, for images are stretched, and so levels stand in a grid: right of the image itself
//! the one with an eighth of its columns and all of its rows, then that with a 64th; above it those with an eighth of its rows; and so on. All of
//! them take less than a third of what the image takes, since (1 + 1/8 + 1/64 + …)² is 64/49. What would be wider or higher than
//! textures are lies in strips beside each other.

use glir_gloo::Element;
use glir_spec::limits::MAX_EXTENT;

/// Texels of a level that become one of the next; the shader reads up to this many each way, and one more.
const FACTOR: usize = 8;

/// What textures have room for on every device that there still is.
const EVERYWHERE: usize = 4096;

/// The most texels along a side, which single floats tell apart to a sixteenth.
const MOST_SIDE: usize = 1 << 20;

/// A texel as the shaders read it: what it is, times how much it counts, and how much it counts.
pub(super) type Read = [f32; 4];

/// How texels travel.
pub(super) trait Code {
    /// A texel of the texture.
    type Texel: Element + Copy + Default;

    fn read(texel: Self::Texel) -> Read;

    fn write(mean: Read) -> Self::Texel;
}

/// Numbers of one byte.
pub(super) struct Bytes;
/// Numbers of two bytes.
pub(super) struct Words;
/// Shares of a range in 24 bits, and how much they count.
pub(super) struct Shares;
/// Opaque colours.
pub(super) struct Rgb;
/// Colours with straight alpha.
pub(super) struct Rgba;

/// The greatest share in 24 bits.
pub(super) const MOST_SHARE: f64 = 16_777_215.0;

fn byte(share: f32) -> u8 {
    (share * 255.0).round() as u8
}

impl Code for Bytes {
    type Texel = u8;

    fn read(texel: u8) -> Read {
        [f32::from(texel) / 255.0, 0.0, 0.0, 1.0]
    }

    fn write([share, ..]: Read) -> u8 {
        byte(share)
    }
}

impl Code for Words {
    type Texel = [u8; 2];

    fn read(texel: [u8; 2]) -> Read {
        [f32::from(u16::from_le_bytes(texel)) / 65_535.0, 0.0, 0.0, 1.0]
    }

    fn write([share, ..]: Read) -> [u8; 2] {
        ((share * 65_535.0).round() as u16).to_le_bytes()
    }
}

impl Code for Shares {
    type Texel = [u8; 4];

    fn read([a, b, c, counts]: [u8; 4]) -> Read {
        let (share, counts) =
            (f64::from(u32::from_le_bytes([a, b, c, 0])) / MOST_SHARE, f32::from(counts) / 255.0);
        [share as f32 * counts, 0.0, 0.0, counts]
    }

    fn write([share, _, _, counts]: Read) -> [u8; 4] {
        if counts <= 0.0 {
            return [0; 4];
        }
        let share = f64::from(share / counts).clamp(0.0, 1.0);
        let [a, b, c, _] = ((share * MOST_SHARE).round() as u32).to_le_bytes();
        // What is there at all is seen.
        [a, b, c, byte(counts).max(1)]
    }
}

impl Code for Rgb {
    type Texel = [u8; 3];

    fn read(texel: [u8; 3]) -> Read {
        let [red, green, blue] = texel.map(|part| f32::from(part) / 255.0);
        [red, green, blue, 1.0]
    }

    fn write([red, green, blue, _]: Read) -> [u8; 3] {
        [red, green, blue].map(byte)
    }
}

impl Code for Rgba {
    type Texel = [u8; 4];

    fn read(texel: [u8; 4]) -> Read {
        let [red, green, blue, alpha] = texel.map(|part| f32::from(part) / 255.0);
        [red * alpha, green * alpha, blue * alpha, alpha]
    }

    fn write([red, green, blue, alpha]: Read) -> [u8; 4] {
        if alpha <= 0.0 {
            return [0; 4];
        }
        [red / alpha, green / alpha, blue / alpha, alpha].map(byte)
    }
}

/// Where the texels of an image and of its levels stand in a texture.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sheet {
    /// Texels of the image that was given.
    given: [usize; 2],
    /// How many of them, each way, are one that is drawn: more than 1 of what no texture has room for.
    pub(super) factor: [usize; 2],
    /// Columns of the levels, and rows.
    sides: [Vec<usize>; 2],
    /// A strip of all levels, as they stand side by side: all of them, or those columns or rows that lie beside the others in the texture.
    strip: [usize; 2],
    /// Texels of the texture.
    pub(super) texture: [usize; 2],
}

impl Sheet {
    /// Places for an image of so many texels, which are made fewer where no texture has room for them.
    pub(super) fn of(given: [usize; 2]) -> Sheet {
        let mut factor = given.map(|side| side.div_ceil(MOST_SIDE).max(1));
        loop {
            let sides = [0, 1].map(|axis| levels(given[axis].div_ceil(factor[axis])));
            let whole = [0, 1].map(|axis| sides[axis].iter().sum::<usize>());
            if let Some((strip, texture)) = strips(whole) {
                return Sheet { given, factor, sides, strip, texture };
            }
            let longer = usize::from(sides[1].first() > sides[0].first());
            factor[longer] += 1 + factor[longer] / 32;
        }
    }

    /// What the shaders take: texels each way, of which the last may be a part.
    pub(super) fn size(&self) -> [f32; 2] {
        [0, 1].map(|axis| (self.given[axis] as f64 / self.factor[axis] as f64) as f32)
    }

    /// Whether strips divide the levels.
    pub(super) fn in_strips(&self) -> bool {
        self.strip != self.texture
    }

    /// What the shaders take: the strip, and the texture.
    pub(super) fn places(&self) -> [f32; 4] {
        [self.strip[0] as f32, self.strip[1] as f32, self.texture[0] as f32, self.texture[1] as f32]
    }

    /// The texels of the texture. Those of the image are asked for by their numbers, row by row.
    pub(super) fn fill<C: Code>(&self, given: impl Fn(usize) -> C::Texel) -> Vec<C::Texel> {
        let mut out = vec![C::Texel::default(); self.texture[0] * self.texture[1]];
        let [width, height] = [self.side(0, 0), self.side(1, 0)];
        let mut right = Level { at: [1, 0], texels: Vec::new() };
        let mut above = Level { at: [0, 1], texels: Vec::new() };
        let mut band: Vec<Read> = Vec::new();
        for y in 0..height {
            let row = self.row::<C>(&given, y);
            self.put([0, 0], y, &row, &mut out);
            let row: Vec<Read> = row.into_iter().map(C::read).collect();
            if self.has(right.at) {
                self.columns(&row, 0, &mut right.texels);
            }
            if self.has(above.at) {
                band.extend(row);
                if band.len() == FACTOR * width || y + 1 == height {
                    self.rows(&band, [0, 0], y + 1 == height, &mut above.texels);
                    band.clear();
                }
            }
        }
        self.fill_right::<C>(right, &mut out);
        while self.has(above.at) {
            self.put_level::<C>(&above, &mut out);
            let [_, level] = above.at;
            let mut right = Level { at: [1, level], texels: Vec::new() };
            let mut next = Level { at: [0, level + 1], texels: Vec::new() };
            if self.has(right.at) {
                above.texels.chunks(width).for_each(|row| self.columns(row, 0, &mut right.texels));
            }
            if self.has(next.at) {
                let bands = above.texels.chunks(FACTOR * width);
                let last = bands.len() - 1;
                bands.enumerate().for_each(|(number, band)| {
                    self.rows(band, above.at, number == last, &mut next.texels);
                });
            }
            self.fill_right::<C>(right, &mut out);
            above = next;
        }
        out
    }

    /// Fills in a level and those to the right of it.
    fn fill_right<C: Code>(&self, mut level: Level, out: &mut [C::Texel]) {
        while self.has(level.at) {
            self.put_level::<C>(&level, out);
            let [across, down] = level.at;
            let mut next = Level { at: [across + 1, down], texels: Vec::new() };
            if self.has(next.at) {
                let rows = level.texels.chunks(self.side(0, across));
                rows.for_each(|row| self.columns(row, across, &mut next.texels));
            }
            level = next;
        }
    }

    /// Columns or rows of a level.
    fn side(&self, axis: usize, level: usize) -> usize {
        self.sides[axis].get(level).copied().unwrap_or(0)
    }

    fn has(&self, [across, down]: [usize; 2]) -> bool {
        across < self.sides[0].len() && down < self.sides[1].len()
    }

    /// How much of a texel's room the last one along a side of a level has.
    fn last(&self, axis: usize, level: usize) -> f32 {
        let whole = self.factor[axis] * FACTOR.pow(level as u32);
        let before = whole * self.side(axis, level).saturating_sub(1);
        (self.given[axis].saturating_sub(before) as f64 / whole as f64) as f32
    }

    /// A row of the image: as it was given, or the means of what is made fewer.
    fn row<C: Code>(&self, given: &impl Fn(usize) -> C::Texel, y: usize) -> Vec<C::Texel> {
        let [width, height] = self.given;
        let [wide, high] = self.factor;
        if self.factor == [1, 1] {
            return (y * width..(y + 1) * width).map(given).collect();
        }
        let mut sums: Vec<(Read, f32)> = vec![([0.0; 4], 0.0); self.side(0, 0)];
        for y in y * high..((y + 1) * high).min(height) {
            for (sum, x) in sums.iter_mut().zip((0..width).step_by(wide)) {
                for x in x..(x + wide).min(width) {
                    add(sum, C::read(given(y * width + x)), 1.0);
                }
            }
        }
        sums.into_iter().map(|sum| C::write(mean(sum))).collect()
    }

    /// Appends a row of the next level to the right of that of a level `across` from the image.
    fn columns(&self, row: &[Read], across: usize, next: &mut Vec<Read>) {
        let (last, part) = (row.len() - 1, self.last(0, across));
        next.extend(row.chunks(FACTOR).enumerate().map(|(group, texels)| {
            let mut sum = ([0.0; 4], 0.0);
            for (at, texel) in texels.iter().enumerate() {
                add(&mut sum, *texel, if group * FACTOR + at == last { part } else { 1.0 });
            }
            mean(sum)
        }));
    }

    /// Appends a row of the next level above that of some rows of a level, the last ones there or not.
    fn rows(&self, band: &[Read], [across, down]: [usize; 2], is_last: bool, next: &mut Vec<Read>) {
        let rows = band.chunks(self.side(0, across));
        let last = rows.len() - 1;
        let mut sums: Vec<(Read, f32)> = vec![([0.0; 4], 0.0); self.side(0, across)];
        for (number, row) in rows.enumerate() {
            let part = if is_last && number == last { self.last(1, down) } else { 1.0 };
            sums.iter_mut().zip(row).for_each(|(sum, texel)| add(sum, *texel, part));
        }
        next.extend(sums.into_iter().map(mean));
    }

    fn put_level<C: Code>(&self, level: &Level, out: &mut [C::Texel]) {
        for (y, row) in level.texels.chunks(self.side(0, level.at[0])).enumerate() {
            let row: Vec<C::Texel> = row.iter().copied().map(C::write).collect();
            self.put(level.at, y, &row, out);
        }
    }

    /// Writes a row of a level to its place, which strips may divide.
    fn put<T: Copy>(&self, [across, down]: [usize; 2], y: usize, mut row: &[T], out: &mut [T]) {
        let before = |axis: usize, level: usize| self.sides[axis].iter().take(level).sum::<usize>();
        let [mut x, y] = [before(0, across), before(1, down) + y];
        let [wide, high] = self.strip;
        while !row.is_empty() {
            // Of these one is 0: strips lie above each other or side by side.
            let (column, line) = (x / wide, y / high);
            let place = (y % high + column * high) * self.texture[0] + x % wide + line * wide;
            let (piece, rest) = row.split_at(row.len().min(wide - x % wide));
            if let Some(room) = out.get_mut(place..place + piece.len()) {
                room.copy_from_slice(piece);
            }
            (row, x) = (rest, x + piece.len());
        }
    }
}

/// A level: how many times its columns and its rows were made fewer, and its texels.
struct Level {
    at: [usize; 2],
    texels: Vec<Read>,
}

fn add((sum, parts): &mut (Read, f32), texel: Read, part: f32) {
    sum.iter_mut().zip(texel).for_each(|(sum, texel)| *sum += texel * part);
    *parts += part;
}

fn mean((sum, parts): (Read, f32)) -> Read {
    sum.map(|sum| sum / parts)
}

/// Columns or rows of the levels of an image that has so many: the last of them a pixel reads whole.
fn levels(side: usize) -> Vec<usize> {
    let mut sides = vec![side];
    while let Some(last) = sides.last().filter(|last| **last > FACTOR) {
        sides.push(last.div_ceil(FACTOR));
    }
    sides
}

/// The strip, and the texture that has all of them; none if no texture has room.
fn strips([width, height]: [usize; 2]) -> Option<([usize; 2], [usize; 2])> {
    let least = |side: usize| side.max(1);
    let [width, height] = [least(width), least(height)];
    if width.max(height) <= EVERYWHERE {
        return Some(([width, height], [width, height]));
    }
    let most = MAX_EXTENT as usize;
    if width.saturating_mul(height) > most * most {
        return None;
    }
    // As square as can be, for the sake of devices that have no room for others.
    let above = (1..=most).map(|count| width.div_ceil(count)).map(|strip| {
        let count = width.div_ceil(strip);
        ([strip, height], [strip, height.saturating_mul(count)])
    });
    let beside = (1..=most).map(|count| height.div_ceil(count)).map(|strip| {
        let count = height.div_ceil(strip);
        ([width, strip], [width.saturating_mul(count), strip])
    });
    let all = above.chain(beside).filter(|(_, texture)| texture.iter().all(|side| *side <= most));
    all.min_by_key(|(_, [width, height])| (*width).max(*height))
}

#[cfg(test)]
mod tests {
    use super::{Bytes, Code, Read, Rgba, Shares, Sheet, Words, levels};

    /// The texel that the shaders read for a place among all levels.
    fn texel<T: Copy>(sheet: &Sheet, texels: &[T], [x, y]: [usize; 2]) -> T {
        let [strip, high] = sheet.strip;
        let (column, line) = (x / strip, y / high);
        let [x, y] = [x - column * strip + line * strip, y - line * high + column * high];
        texels[y * sheet.texture[0] + x]
    }

    /// The mean of a rectangle.
    fn mean(size: [usize; 2], from: [usize; 2], side: [usize; 2], value: &dyn Fn(usize) -> Read) -> Read {
        let end = [0, 1].map(|axis| (from[axis] + side[axis]).min(size[axis]));
        let mut sum = [0.0f64; 4];
        for y in from[1]..end[1] {
            for x in from[0]..end[0] {
                sum.iter_mut().zip(value(y * size[0] + x)).for_each(|(sum, part)| *sum += f64::from(part));
            }
        }
        let count = ((end[0] - from[0]) * (end[1] - from[1])) as f64;
        sum.map(|sum| (sum / count) as f32)
    }

    fn hold<C: Code>(size: [usize; 2], given: impl Fn(usize) -> C::Texel, off: f32) {
        let sheet = Sheet::of(size);
        let texels = sheet.fill::<C>(&given);
        assert_eq!(texels.len(), sheet.texture[0] * sheet.texture[1]);
        let value = |index: usize| C::read(given(index));
        let mut top = 0;
        for (down, rows) in sheet.sides[1].iter().enumerate() {
            let mut left = 0;
            for (across, columns) in sheet.sides[0].iter().enumerate() {
                let side = [8usize.pow(across as u32), 8usize.pow(down as u32)];
                for (x, y) in (0..*rows).flat_map(|y| (0..*columns).map(move |x| (x, y))) {
                    let found = C::read(texel(&sheet, &texels, [left + x, top + y]));
                    let right = mean(size, [x * side[0], y * side[1]], side, &value);
                    let near = found.iter().zip(right).all(|(a, b)| (a - b).abs() <= off);
                    assert!(near, "{size:?}, level {across} {down} at {x} {y}: {found:?}, not {right:?}");
                }
                left += columns;
            }
            top += rows;
        }
    }

    #[test]
    fn each_texel_of_a_level_is_the_mean_of_what_it_stands_for() {
        let noise = |index: usize| (index * 7919 % 1009) as f32 / 1008.0;
        for size in [[1, 1], [9, 1], [8, 8], [65, 40], [3, 700], [5000, 3], [2, 9001]] {
            hold::<Bytes>(size, |index| (noise(index) * 255.0) as u8, 0.51 / 255.0);
            hold::<Words>(size, |index| ((noise(index) * 65_535.0) as u16).to_le_bytes(), 1e-4);
            let hole = |index: usize| {
                Shares::write([noise(index), 0.0, 0.0, 1.0].map(|part| part * f32::from(index % 3 != 1)))
            };
            hold::<Shares>(size, hole, 0.51 / 255.0);
            let byte = |index: usize, seed: usize| (noise(index * 3 + seed) * 255.0) as u8;
            hold::<Rgba>(
                size,
                |index| [byte(index, 0), byte(index, 1), byte(index, 2), byte(index, 3)],
                1.5 / 255.0,
            );
        }
    }

    #[test]
    fn levels_take_a_third_of_the_image_at_most_and_fit_into_textures() {
        assert_eq!(levels(10_000), [10_000, 1250, 157, 20, 3]);
        for size in [[800, 600], [4000, 3000], [14_000, 9_000], [1 << 20, 60], [7, 300_000], [14_000, 14_000]]
        {
            let sheet = Sheet::of(size);
            assert_eq!(sheet.factor, [1, 1], "{size:?}");
            let [width, height] = sheet.texture;
            assert!(width.max(height) <= 16_384, "{size:?}: {width}×{height}");
            let all = (width * height) as f64 / (size[0] * size[1]) as f64;
            assert!(all <= 4.0 / 3.0, "{size:?}: {all}");
        }
        // Strips keep to what every device has.
        assert!(Sheet::of([16_000, 500]).texture.iter().all(|side| *side <= 4096));
    }

    #[test]
    fn what_no_texture_has_room_for_is_made_smaller() {
        assert_eq!(Sheet::of([40_000, 40_000]).factor, [3, 3]);
        assert_eq!(Sheet::of([5_000_000, 20]).factor, [5, 1]);
        assert_eq!(Sheet::of([20, 5_000_000]).factor, [1, 5]);
        let all = Sheet::of([u32::MAX as usize; 2]);
        assert!(all.texture.iter().all(|side| *side <= 16_384), "{all:?}");
        // Means of what they stand for, without what is missing.
        let sheet = Sheet { factor: [2, 3], sides: [vec![2], vec![1]], ..Sheet::of([3, 2]) };
        let sheet = Sheet { strip: [2, 1], texture: [2, 1], ..sheet };
        let values = [Some(0.0), Some(0.5), Some(1.0), None, Some(1.0), None];
        let texel =
            |index: usize| values[index].map_or([0; 4], |share| Shares::write([share, 0.0, 0.0, 1.0]));
        let found: Vec<Read> = sheet.fill::<Shares>(texel).into_iter().map(Shares::read).collect();
        let [a, b] = [found[0][0] / found[0][3], found[1][0] / found[1][3]];
        assert!((a - 0.5).abs() < 1e-6 && (b - 1.0).abs() < 1e-6, "{found:?}");
    }
}

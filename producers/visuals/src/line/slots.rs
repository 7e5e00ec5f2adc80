//! Points in the order in which vertices read them: each piece of a line with a point before it and one behind it.

/// A point of the buffer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Slot {
    pub(super) point: [f64; 3],
    /// Its number in the data.
    pub(super) source: usize,
    /// What of the segment that begins here.
    pub(super) segment: Option<Segment>,
}

/// A segment, from its slot to the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Segment {
    /// Another segment ends where it begins.
    pub(super) joined_before: bool,
    /// Another segment begins where it ends.
    pub(super) joined_after: bool,
}

/// The slots of a line. Vertex 4i + k belongs to the segment from slot i + 1 to slot i + 2.
pub(super) fn slots(points: &[[f64; 3]], closed: bool) -> Vec<Slot> {
    let mut slots = Vec::with_capacity(points.len() + 3);
    let finite = |index: usize| !points[index].iter().any(|value| value.is_nan());
    // A closed line with breaks begins behind the first one, and is open.
    let first_break = (0..points.len()).find(|&index| !finite(index));
    let order: Box<dyn Iterator<Item = usize>> = match (closed, first_break) {
        (true, Some(at)) => Box::new((at..points.len()).chain(0..at)),
        _ => Box::new(0..points.len()),
    };
    let mut piece: Vec<usize> = Vec::new();
    for index in order {
        if !finite(index) {
            push(&mut slots, points, &piece, false);
            piece.clear();
        } else if piece.last().is_none_or(|&last| points[last] != points[index]) {
            piece.push(index);
        }
    }
    let mut ring = closed && first_break.is_none();
    while ring && piece.len() > 1 && points[piece[0]] == points[piece[piece.len() - 1]] {
        piece.pop();
    }
    ring &= piece.len() > 2;
    push(&mut slots, points, &piece, ring);
    slots
}

fn push(slots: &mut Vec<Slot>, points: &[[f64; 3]], piece: &[usize], ring: bool) {
    let (Some(&first), Some(&last)) = (piece.first(), piece.last()) else { return };
    let slot = |source: usize, segment| Slot { point: points[source], source, segment };
    slots.push(slot(if ring { last } else { first }, None));
    for (index, &source) in piece.iter().enumerate() {
        let segment =
            Segment { joined_before: ring || index > 0, joined_after: ring || index + 2 < piece.len() };
        let begins = ring || index + 1 < piece.len() || piece.len() == 1;
        slots.push(slot(source, begins.then_some(segment)));
    }
    if ring {
        slots.push(slot(first, None));
        slots.push(slot(piece[1], None));
    } else {
        slots.push(slot(last, None));
        if piece.len() == 1 {
            // A dot: a segment of no length, which also wants a point behind it.
            slots.push(slot(last, None));
        }
    }
}

/// For each vertex: its flags (corner, 0 to 3; 4 × parity, which is 2 for no segment; 12 if joined before, 24 if joined after) and the
/// lower bytes of its segment's number.
pub(super) fn codes(slots: &[Slot]) -> Vec<[u8; 4]> {
    let code = |(index, slot): (usize, &Slot)| {
        let flags = match slot.segment {
            None => 8,
            Some(Segment { joined_before, joined_after }) => {
                4 * (index % 2) as u8 + 12 * u8::from(joined_before) + 24 * u8::from(joined_after)
            }
        };
        let [a, b, c, _] = (slot.source as u32).to_le_bytes();
        [0, 1, 2, 3].map(|corner| [corner + flags, a, b, c])
    };
    slots.iter().skip(1).enumerate().flat_map(code).collect()
}

//! The paper of electrocardiograms: millimetres of 0.04 s by 0.1 mV, and stronger lines every five of them.
//!
//! Readers of such curves count squares, so these are drawn alike: whole pixels wide and high.

use crate::layout::{Lane, Layout};
use crate::scale::Steps;
use glir_data::{Channel, Recording};

/// The distances of lines in seconds; each one's strong lines are those of the next.
const TIMES: [f64; 6] = [0.04, 0.2, 1.0, 5.0, 10.0, 60.0];
/// The same in millivolts.
const VALUES: [f64; 5] = [0.1, 0.5, 1.0, 5.0, 10.0];
/// The least distance of lines in pixels.
const FINEST: f64 = 7.0;
/// The least height of a lane with room for squares, in pixels.
const LEAST_HEIGHT: f64 = 40.0;
/// The share of a side that may be given up for squares of whole pixels.
const GIVEN_UP: f64 = 0.1;

/// Whether lines of these channels belong on this paper: all are timed, and in millivolts.
pub(crate) fn fits(recording: &Recording<'_>, channels: &[usize], lane_height: f64) -> bool {
    let electric =
        |channel: &Channel<'_>| channel.unit.as_deref() == Some("mV") && channel.timing.rate().is_some();
    lane_height >= LEAST_HEIGHT
        && channels.iter().all(|index| recording.channel(*index).is_some_and(electric))
}

/// Lines in time across `pixels`, if there is room for them.
pub(crate) fn time_steps(span: f64, pixels: f64) -> Option<Steps> {
    steps(&TIMES, span, pixels)
}

/// Lines in values across `pixels`, if there is room for them.
pub(crate) fn value_steps(span: f64, pixels: f64) -> Option<Steps> {
    steps(&VALUES, span, pixels)
}

fn steps(ladder: &[f64], span: f64, pixels: f64) -> Option<Steps> {
    let pair = ladder.windows(2).find(|pair| pair[0] / span * pixels >= FINEST)?;
    Some(Steps { fine: pair[0], strong: pair[1] })
}

/// The side, not greater than the one given, in which every square is as many whole pixels wide; the one given if the squares
/// are no whole number or too much would be lost.
pub(crate) fn whole(side: u32, squares: f64) -> u32 {
    let count = squares.round();
    if (squares - count).abs() > 1e-6 || count < 1.0 {
        return side;
    }
    let fitting = (f64::from(side) / count).floor() * count;
    if fitting >= f64::from(side) * (1.0 - GIVEN_UP) { fitting as u32 } else { side }
}

/// Makes the rows of a strip chart one sheet: each is a whole number of strong squares high, so that the lines of one row go
/// on in the next.
pub(crate) fn align_rows(layout: &mut Layout) {
    let rows = layout.lanes.len() as u32;
    let Some(Lane { value: (low, high), height, .. }) = layout.lanes.first().cloned() else { return };
    let Some(Steps { fine, strong }) = value_steps(high - low, height) else { return };
    let span = ((high - low) / strong).ceil() * strong;
    let low = ((low + high - span) / 2.0 / fine).round() * fine;
    let side = whole(layout.area.height, span / fine * f64::from(rows));
    layout.area.y += (layout.area.height - side) / 2;
    layout.area.height = side;
    for (index, lane) in layout.lanes.iter_mut().enumerate() {
        let edge = |index: usize| {
            (f64::from(layout.area.y) + f64::from(side) * (1.0 - index as f64 / f64::from(rows))).round()
        };
        lane.value = (low, low + span);
        (lane.bottom, lane.height) = (edge(index + 1), edge(index) - edge(index + 1));
    }
}

#[cfg(test)]
mod tests {
    use super::{time_steps, value_steps, whole};
    use crate::scale::Steps;

    #[test]
    fn lines_are_those_of_the_paper() {
        assert_eq!(time_steps(30.0, 1500.0), Some(Steps { fine: 0.2, strong: 1.0 }));
        assert_eq!(time_steps(2.5, 1500.0), Some(Steps { fine: 0.04, strong: 0.2 }));
        assert_eq!(value_steps(4.0, 80.0), Some(Steps { fine: 0.5, strong: 1.0 }));
        assert_eq!(time_steps(1e6, 1500.0), None);
    }

    #[test]
    fn squares_are_whole_pixels_where_that_costs_little() {
        assert_eq!(whole(1568, 150.0), 1500);
        assert_eq!(whole(1568, 150.5), 1568);
        assert_eq!(whole(290, 150.0), 290);
    }
}

//! Histograms: how many values lie between which edges.

use super::scale::Scale;
use crate::PlotError;

/// How values are sorted into bins.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Bins {
    /// As NumPy's `auto`: the narrower of the widths that Sturges (1926) and Freedman and Diaconis (1981) give.
    #[default]
    Auto,
    /// So many of equal width on the axis, 1 to 100,000.
    Count(usize),
    /// Between these edges, which rise.
    Edges(Vec<f64>),
}

/// The most bins.
const MOST: usize = 100_000;

/// Counts of values between edges.
#[derive(Clone, Debug, PartialEq)]
pub struct Counts {
    /// One more than counts, rising.
    pub edges: Vec<f64>,
    /// Values from each edge up to the next; the last bin has its upper edge, too.
    pub counts: Vec<u64>,
    /// Values that are not finite or outside of the edges.
    pub left_out: u64,
}

impl Counts {
    /// Sorts values into bins.
    ///
    /// ```
    /// use glir_plot::{Bins, Counts};
    ///
    /// let counts = Counts::of(&[0.0, 0.5, 1.0, 1.5, 2.0, f64::NAN], &Bins::Count(2))?;
    /// assert_eq!((counts.edges, counts.counts, counts.left_out), (vec![0.0, 1.0, 2.0], vec![2, 3], 1));
    /// # Ok::<(), glir_plot::PlotError>(())
    /// ```
    ///
    /// # Errors
    /// No bins or too many, edges that do not rise.
    pub fn of(values: &[f64], bins: &Bins) -> Result<Counts, PlotError> {
        Counts::on(Scale::Linear, values, bins)
    }

    /// Sorts values into bins that are even on an axis: on a logarithmic one each edge is the same multiple of the one before, and what is
    /// 0 or less is left out.
    ///
    /// ```
    /// use glir_plot::{Bins, Counts, Scale};
    ///
    /// let counts = Counts::on(Scale::Log, &[1.0, 2.0, 20.0, 100.0, 0.0], &Bins::Count(2))?;
    /// assert_eq!((counts.edges, counts.counts, counts.left_out), (vec![1.0, 10.0, 100.0], vec![2, 2], 1));
    /// # Ok::<(), glir_plot::PlotError>(())
    /// ```
    ///
    /// # Errors
    /// As [`Counts::of`].
    pub fn on(scale: Scale, values: &[f64], bins: &Bins) -> Result<Counts, PlotError> {
        // Edges that were given may begin at 0 or less.
        let positive = scale == Scale::Log && !matches!(bins, Bins::Edges(_));
        let finite: Vec<f64> =
            values.iter().copied().filter(|value| value.is_finite() && (!positive || *value > 0.0)).collect();
        let places = || finite.iter().map(|value| value.log10()).collect::<Vec<f64>>();
        let edges = match bins {
            Bins::Edges(edges) => {
                let rising =
                    edges.windows(2).all(|pair| pair[0] < pair[1]) && edges.iter().all(|e| e.is_finite());
                if edges.len() < 2 || edges.len() > MOST + 1 || !rising {
                    return Err(PlotError::new(
                        "the edges of a histogram are two or more finite numbers that rise",
                    ));
                }
                edges.clone()
            }
            Bins::Count(count) if scale == Scale::Log => powers(&finite, even(&places(), *count)?),
            Bins::Auto if scale == Scale::Log => {
                let places = places();
                powers(&finite, even(&places, suitable(&places))?)
            }
            Bins::Count(count) => even(&finite, *count)?,
            Bins::Auto => even(&finite, suitable(&finite))?,
        };
        let mut counts = vec![0_u64; edges.len() - 1];
        let (first, last) = (edges[0], edges[edges.len() - 1]);
        let mut inside = 0;
        for value in finite.iter().copied().filter(|value| (first..=last).contains(value)) {
            let after = edges.partition_point(|edge| *edge <= value);
            counts[(after.max(1) - 1).min(edges.len() - 2)] += 1;
            inside += 1;
        }
        Ok(Counts { edges, counts, left_out: values.len() as u64 - inside })
    }
}

/// The least and the greatest; 0 and 1 where there is nothing.
fn ends(values: &[f64]) -> (f64, f64) {
    let ends =
        values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(*v), high.max(*v)));
    if ends.0 <= ends.1 { ends } else { (0.0, 1.0) }
}

/// Edges whose decimal logarithms these are. The outer ones are the values' own, which logarithms have not to the last bit.
fn powers(values: &[f64], places: Vec<f64>) -> Vec<f64> {
    let mut edges: Vec<f64> = places.into_iter().map(|place| 10.0_f64.powf(place)).collect();
    let (low, high) = ends(values);
    if let ([first, .., last], true) = (edges.as_mut_slice(), low < high && !values.is_empty()) {
        (*first, *last) = (low, high);
    }
    // Where rounding has put edges in disorder, there are too many.
    edges.retain(|edge| edge.is_finite() && *edge > 0.0);
    edges.dedup_by(|next, before| *next <= *before);
    if let ([first, .., last], false) = (edges.as_mut_slice(), values.is_empty()) {
        (*first, *last) = (first.min(low), last.max(high));
    }
    if edges.len() < 2 {
        // The least number of all has no half.
        edges = vec![if low / 2.0 > 0.0 { low / 2.0 } else { low }, (high * 2.0).min(f64::MAX)];
    }
    edges
}

fn even(values: &[f64], count: usize) -> Result<Vec<f64>, PlotError> {
    if !(1..=MOST).contains(&count) {
        return Err(PlotError::new(format!("a histogram has 1 to {MOST} bins, not {count}")));
    }
    let (mut low, mut high) = ends(values);
    if low == high {
        // As NumPy does.
        (low, high) = (low - 0.5, high + 0.5);
    }
    let edge = |index: usize| {
        let share = index as f64 / count as f64;
        low * (1.0 - share) + high * share
    };
    let mut edges: Vec<f64> = (0..=count).map(edge).collect();
    // Where the values lie closer than numbers can tell, bins fall together.
    edges.dedup();
    if edges.len() < 2 {
        edges = vec![low.next_down(), high.next_up()];
    }
    Ok(edges)
}

fn suitable(values: &[f64]) -> usize {
    let (low, high) = ends(values);
    if values.len() < 2 || low == high {
        return 1;
    }
    let size = high - low;
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let quantile = |share: f64| {
        let at = share * (sorted.len() - 1) as f64;
        let (below, above) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
        below + (above - below) * at.fract()
    };
    let sturges = size / ((values.len() as f64).log2() + 1.0);
    let spread = 2.0 * (quantile(0.75) - quantile(0.25)) / (values.len() as f64).cbrt();
    let width = if spread > 0.0 { sturges.min(spread) } else { sturges };
    // Of more, each would be narrower than a pixel: a single value far from all others asks for that.
    ((size / width).ceil() as usize).clamp(1, 400)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_far_from_all_others_leaves_bins_that_are_seen() {
        let mut values: Vec<f64> = (0..1000).map(|index| f64::from(index % 37) / 10.0).collect();
        values.push(1e6);
        let counts = Counts::of(&values, &Bins::Auto).unwrap();
        assert_eq!((counts.counts.len(), counts.counts[0], counts.counts[399]), (400, 1000, 1));
    }

    #[test]
    fn auto_is_numpys() {
        // numpy.histogram_bin_edges(numpy.arange(100.0), bins="auto") has 8 bins: Sturges' 7.6 is more than Freedman and Diaconis' 4.6.
        let values: Vec<f64> = (0..100).map(f64::from).collect();
        let counts = Counts::of(&values, &Bins::Auto).unwrap();
        assert_eq!(counts.counts.len(), 8);
        assert_eq!(counts.counts.iter().sum::<u64>(), 100);
    }

    #[test]
    fn bins_on_logarithms_are_even_there() {
        let values: Vec<f64> = (0..1000).map(|row| 10.0_f64.powf(f64::from(row) / 100.0 - 4.0)).collect();
        let counts = Counts::on(Scale::Log, &values, &Bins::Auto).unwrap();
        let factors: Vec<f64> = counts.edges.windows(2).map(|pair| pair[1] / pair[0]).collect();
        assert!(factors.iter().all(|factor| (factor / factors[0] - 1.0).abs() < 1e-9), "{factors:?}");
        assert!(counts.counts.iter().all(|count| (80..=110).contains(count)), "{:?}", counts.counts);
        assert_eq!((counts.counts.iter().sum::<u64>(), counts.left_out), (1000, 0));
        for strange in [
            &[][..],
            &[0.0, -1.0, f64::NAN],
            &[5e-324],
            &[f64::MAX],
            &[5e-324, f64::MAX],
            &[1.0, 1.0_f64.next_up()],
        ] {
            for bins in [Bins::Auto, Bins::Count(50)] {
                let counts = Counts::on(Scale::Log, strange, &bins).unwrap();
                let positive = strange.iter().filter(|value| **value > 0.0).count() as u64;
                assert_eq!(counts.counts.iter().sum::<u64>(), positive, "{strange:?}");
                assert!(counts.edges.windows(2).all(|pair| 0.0 < pair[0] && pair[0] < pair[1]));
            }
        }
    }

    #[test]
    fn what_is_strange_still_counts() {
        assert_eq!(Counts::of(&[], &Bins::Auto).unwrap().counts, [0]);
        assert_eq!(Counts::of(&[3.0; 5], &Bins::Count(1)).unwrap().edges, [2.5, 3.5]);
        assert_eq!(
            Counts::of(&[1e300, -1e300, 1.7e308, -1.7e308], &Bins::Count(4))
                .unwrap()
                .counts
                .iter()
                .sum::<u64>(),
            4
        );
        let near = [1.0, 1.0_f64.next_up()];
        assert_eq!(Counts::of(&near, &Bins::Count(50)).unwrap().counts.iter().sum::<u64>(), 2);
        assert!(Counts::of(&near, &Bins::Count(0)).is_err());
        assert!(Counts::of(&near, &Bins::Edges(vec![1.0, 0.0])).is_err());
        assert_eq!(Counts::of(&[0.0, 1.0, 5.0], &Bins::Edges(vec![0.0, 1.0, 2.0])).unwrap().left_out, 1);
    }
}

//! Two sequences laid side by side, so that as much as possible of them is the same.

/// Where two sequences are alike, in order, as pairs of places. What is alike at both ends is found first; of the rest the
/// longest common part, or, where that would take too long, what stands at the same distance from the ends.
pub(super) fn align(a: &[u64], b: &[u64]) -> Vec<(usize, usize)> {
    let start = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (left_a, left_b) = (a.get(start..).unwrap_or_default(), b.get(start..).unwrap_or_default());
    let end = left_a.iter().rev().zip(left_b.iter().rev()).take_while(|(a, b)| a == b).count();
    let (middle_a, middle_b) = (
        left_a.get(..left_a.len() - end).unwrap_or_default(),
        left_b.get(..left_b.len() - end).unwrap_or_default(),
    );
    let mut pairs: Vec<(usize, usize)> = (0..start).map(|at| (at, at)).collect();
    pairs.extend(longest(middle_a, middle_b).into_iter().map(|(a, b)| (a + start, b + start)));
    pairs.extend((0..end).map(|at| (start + middle_a.len() + at, start + middle_b.len() + at)));
    pairs
}

/// The most edits that are looked for; beyond, nothing more is called alike than what stands at the same places.
const MOST_EDITS: usize = 1500;

/// The longest common subsequence, after Myers (An O(ND) Difference Algorithm, 1986).
fn longest(a: &[u64], b: &[u64]) -> Vec<(usize, usize)> {
    let (n, m) = (a.len() as isize, b.len() as isize);
    if n == 0 || m == 0 {
        return Vec::new();
    }
    let most = ((n + m) as usize).min(MOST_EDITS) as isize;
    let width = (2 * most + 3) as usize;
    let at = |k: isize| (k + most + 1) as usize;
    let mut reach = vec![0isize; width];
    let mut history: Vec<Vec<isize>> = Vec::new();
    let get = |reach: &[isize], k: isize| reach.get(at(k)).copied().unwrap_or(0);
    for edits in 0..=most {
        history.push(reach.clone());
        let mut k = -edits;
        while k <= edits {
            let down = k == -edits || (k != edits && get(&reach, k - 1) < get(&reach, k + 1));
            let mut x = if down { get(&reach, k + 1) } else { get(&reach, k - 1) + 1 };
            let mut y = x - k;
            while x < n && y < m && x >= 0 && y >= 0 && a.get(x as usize) == b.get(y as usize) {
                x += 1;
                y += 1;
            }
            if let Some(place) = reach.get_mut(at(k)) {
                *place = x;
            }
            if x >= n && y >= m {
                return walk_back((n, m), &history, &get);
            }
            k += 2;
        }
        // Keeping the way back is quadratic in the edits.
        if history.len() * width > 64 << 20 {
            break;
        }
    }
    a.iter().zip(b).enumerate().filter(|(_, (a, b))| a == b).map(|(at, _)| (at, at)).collect()
}

/// The pairs on the way back from the ends.
fn walk_back(
    ends: (isize, isize),
    history: &[Vec<isize>],
    get: &dyn Fn(&[isize], isize) -> isize,
) -> Vec<(usize, usize)> {
    let (mut x, mut y) = ends;
    let mut pairs = Vec::new();
    for (edits, reach) in history.iter().enumerate().rev() {
        let (edits, k) = (edits as isize, x - y);
        let down = k == -edits || (k != edits && get(reach, k - 1) < get(reach, k + 1));
        let from_k = if down { k + 1 } else { k - 1 };
        let from_x = if edits == 0 { 0 } else { get(reach, from_k) };
        let from_y = if edits == 0 { 0 } else { from_x - from_k };
        // The edit comes first, then what is alike behind it.
        let (behind_x, behind_y) = match (edits, down) {
            (0, _) => (0, 0),
            (_, true) => (from_x, from_y + 1),
            (_, false) => (from_x + 1, from_y),
        };
        while x > behind_x && y > behind_y {
            x -= 1;
            y -= 1;
            pairs.push((x as usize, y as usize));
        }
        (x, y) = (from_x, from_y);
    }
    pairs.reverse();
    pairs
}

#[cfg(test)]
mod tests {
    use super::align;

    fn best(a: &[u64], b: &[u64]) -> usize {
        let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..a.len() {
            for j in 0..b.len() {
                table[i + 1][j + 1] =
                    if a[i] == b[j] { table[i][j] + 1 } else { table[i][j + 1].max(table[i + 1][j]) };
            }
        }
        table[a.len()][b.len()]
    }

    #[test]
    fn as_much_as_possible_is_alike() {
        let mut seed = 7u64;
        let mut below = |end: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) % end
        };
        for _ in 0..300 {
            let (n, m, kinds) = (below(20), below(20), 1 + below(6));
            let a: Vec<u64> = (0..n).map(|_| below(kinds)).collect();
            let b: Vec<u64> = (0..m).map(|_| below(kinds)).collect();
            let pairs = align(&a, &b);
            assert!(pairs.iter().all(|(i, j)| a[*i] == b[*j]), "{a:?} {b:?} {pairs:?}");
            assert!(pairs.windows(2).all(|two| two[0].0 < two[1].0 && two[0].1 < two[1].1), "{pairs:?}");
            assert_eq!(pairs.len(), best(&a, &b), "{a:?} {b:?} {pairs:?}");
        }
    }
}

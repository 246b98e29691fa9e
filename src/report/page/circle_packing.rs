//! Packs circles side by side without overlap, along a front that grows
//! outwards \[WWH06\].
//!
//! - \[WWH06\] Wang, Wang, Dai, Wang: Visualization of large hierarchical data
//!   by circle packing. CHI 2006.

use crate::report::page::force::Point;

/// A circle, and its neighbours on the front.
#[derive(Clone, Copy)]
struct Circle {
    at: Point,
    radius: f64,
    next: usize,
    previous: usize,
}

/// Returns the centre of each circle such that no two overlap; the first
/// ones lie in the middle of the packing.
///
/// Each new circle touches two neighbours on the front, where the front is
/// nearest to the middle. Takes `O(n·f)` time for a front of `f` circles,
/// which grows with the square root of `n`.
pub(super) fn pack(radii: &[f64]) -> Vec<Point> {
    let mut circles: Vec<Circle> = radii
        .iter()
        .map(|&radius| Circle {
            at: [0.0; 2],
            radius,
            next: 0,
            previous: 0,
        })
        .collect();
    if circles.len() > 1 {
        circles[0].at[0] = -radii[1];
        circles[1].at[0] = radii[0];
    }
    if circles.len() > 2 {
        let third = touching(&circles[1], &circles[0], radii[2]);
        circles[2].at = third;
        for (a, b) in [(0, 1), (1, 2), (2, 0)] {
            link(&mut circles, a, b);
        }
        grow(&mut circles);
    }
    circles.into_iter().map(|circle| circle.at).collect()
}

/// Returns the centroid of the first circles, weighted by area.
///
/// With equal weights, all small circles beside a giant would gather where it
/// touches the second one. The point stays fixed: one that followed the
/// circles as they are added would drift away with them.
fn area_centroid(circles: &[Circle]) -> Point {
    let mut sum = [0.0; 2];
    let mut areas = 0.0;
    for circle in circles {
        let area = circle.radius * circle.radius;
        sum[0] += circle.at[0] * area;
        sum[1] += circle.at[1] * area;
        areas += area;
    }
    [sum[0] / areas, sum[1] / areas]
}

fn link(circles: &mut [Circle], a: usize, b: usize) {
    circles[a].next = b;
    circles[b].previous = a;
}

fn grow(circles: &mut [Circle]) {
    let (mut a, mut b) = (0, 1);
    let centre = area_centroid(&circles[..3]);
    for new in 3..circles.len() {
        'position: loop {
            let at = touching(&circles[a], &circles[b], circles[new].radius);
            circles[new].at = at;
            // Search the front in both directions for a circle that
            // overlaps; go on where the radii passed so far sum to less.
            let (mut ahead, mut behind) = (circles[b].next, circles[a].previous);
            let (mut sum_ahead, mut sum_behind) = (circles[b].radius, circles[a].radius);
            loop {
                if sum_ahead <= sum_behind {
                    if overlap(&circles[ahead], &circles[new]) {
                        b = ahead;
                        link(circles, a, b);
                        continue 'position;
                    }
                    sum_ahead += circles[ahead].radius;
                    ahead = circles[ahead].next;
                } else {
                    if overlap(&circles[behind], &circles[new]) {
                        a = behind;
                        link(circles, a, b);
                        continue 'position;
                    }
                    sum_behind += circles[behind].radius;
                    behind = circles[behind].previous;
                }
                if ahead == circles[behind].next {
                    break 'position;
                }
            }
        }
        link(circles, a, new);
        link(circles, new, b);
        // The next circle goes where the front is nearest to the centre.
        let mut best = (distance_to_gap(circles, new, centre), new);
        let mut at = circles[new].next;
        while at != new {
            let here = distance_to_gap(circles, at, centre);
            if here < best.0 {
                best = (here, at);
            }
            at = circles[at].next;
        }
        a = best.1;
        b = circles[a].next;
    }
}

/// Returns the squared distance from the centre to the point where a circle
/// meets the next one on the front.
fn distance_to_gap(circles: &[Circle], at: usize, centre: Point) -> f64 {
    let (a, b) = (&circles[at], &circles[circles[at].next]);
    let both = a.radius + b.radius;
    let x = (a.at[0] * b.radius + b.at[0] * a.radius) / both - centre[0];
    let y = (a.at[1] * b.radius + b.at[1] * a.radius) / both - centre[1];
    x * x + y * y
}

fn overlap(a: &Circle, b: &Circle) -> bool {
    let reach = a.radius + b.radius - 1e-6;
    let [x, y] = [a.at[0] - b.at[0], a.at[1] - b.at[1]];
    reach > 0.0 && reach * reach > x * x + y * y
}

/// Returns the centre of a circle that touches `a` and `b`, to the right of the
/// line from `a` to `b`.
fn touching(a: &Circle, b: &Circle, radius: f64) -> Point {
    let [x, y] = [b.at[0] - a.at[0], b.at[1] - a.at[1]];
    let square = x * x + y * y;
    let to_a = (a.radius + radius) * (a.radius + radius);
    let to_b = (b.radius + radius) * (b.radius + radius);
    // Components along the line and perpendicular to it.
    let along = (square + to_a - to_b) / (2.0 * square);
    let beside = (to_a / square - along * along).max(0.0).sqrt();
    [
        a.at[0] + x * along + y * beside,
        a.at[1] + y * along - x * beside,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_no_circle_overlaps_another(radii in prop::collection::vec(0.5f64..20.0, 0..60)) {
            let mut radii = radii;
            radii.sort_by(|a, b| b.total_cmp(a));
            let points = pack(&radii);
            for a in 0..radii.len() {
                for b in 0..a {
                    let [x, y] = [points[a][0] - points[b][0], points[a][1] - points[b][1]];
                    let gap = (x * x + y * y).sqrt() - radii[a] - radii[b];
                    prop_assert!(gap > -1e-3, "{a} {b}: {gap} of {radii:?}");
                }
            }
        }
    }

    #[test]
    fn small_circles_surround_a_giant() {
        let mut radii = vec![1.0; 400];
        radii[0] = 60.0;
        let points = pack(&radii);
        let left = points.iter().filter(|p| p[0] < points[0][0]).count();
        let low = points.iter().filter(|p| p[1] < points[0][1]).count();
        assert!(
            (100..300).contains(&left) && (100..300).contains(&low),
            "{left} {low}"
        );
    }

    #[test]
    fn many_circles_stay_near_the_middle() {
        let radii = vec![1.0; 1_000];
        let farthest = pack(&radii)
            .into_iter()
            .map(|[x, y]| (x * x + y * y).sqrt())
            .fold(0.0, f64::max);
        // A perfect disc of a thousand unit circles has radius 33.
        assert!(farthest < 40.0, "{farthest}");
    }
}

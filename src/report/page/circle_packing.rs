//! Packs circles side by side, as tight as a front that grows outwards lets
//! them \[WWH06\].
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

/// Returns a place for each circle so that none overlaps another; the first
/// ones lie in the middle.
///
/// Each circle touches the two of the front that are nearest to the middle.
/// Linear in the circles times what is looked at of the front, in practice
/// its square root.
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

/// Returns the middle of the first circles by their areas. Beside a giant the
/// small ones must not all crowd where it touches the second; and a middle
/// that moved with the circles would run away from them.
fn middle(circles: &[Circle]) -> Point {
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
    let middle = middle(&circles[..3]);
    for new in 3..circles.len() {
        'seat: loop {
            let at = touching(&circles[a], &circles[b], circles[new].radius);
            circles[new].at = at;
            // Look along the front both ways for one in the way; the way
            // with the smaller radii so far goes first.
            let (mut ahead, mut behind) = (circles[b].next, circles[a].previous);
            let (mut sum_ahead, mut sum_behind) = (circles[b].radius, circles[a].radius);
            loop {
                if sum_ahead <= sum_behind {
                    if overlap(&circles[ahead], &circles[new]) {
                        b = ahead;
                        link(circles, a, b);
                        continue 'seat;
                    }
                    sum_ahead += circles[ahead].radius;
                    ahead = circles[ahead].next;
                } else {
                    if overlap(&circles[behind], &circles[new]) {
                        a = behind;
                        link(circles, a, b);
                        continue 'seat;
                    }
                    sum_behind += circles[behind].radius;
                    behind = circles[behind].previous;
                }
                if ahead == circles[behind].next {
                    break 'seat;
                }
            }
        }
        link(circles, a, new);
        link(circles, new, b);
        // The next seat is where the front is nearest to the middle.
        let mut best = (seat(circles, new, middle), new);
        let mut at = circles[new].next;
        while at != new {
            let here = seat(circles, at, middle);
            if here < best.0 {
                best = (here, at);
            }
            at = circles[at].next;
        }
        a = best.1;
        b = circles[a].next;
    }
}

/// Returns how far from the middle a seat between a circle and the next of
/// the front is, squared.
fn seat(circles: &[Circle], at: usize, middle: Point) -> f64 {
    let (a, b) = (&circles[at], &circles[circles[at].next]);
    let both = a.radius + b.radius;
    let x = (a.at[0] * b.radius + b.at[0] * a.radius) / both - middle[0];
    let y = (a.at[1] * b.radius + b.at[1] * a.radius) / both - middle[1];
    x * x + y * y
}

fn overlap(a: &Circle, b: &Circle) -> bool {
    let reach = a.radius + b.radius - 1e-6;
    let [x, y] = [a.at[0] - b.at[0], a.at[1] - b.at[1]];
    reach > 0.0 && reach * reach > x * x + y * y
}

/// Returns the middle of a circle that touches `a` and `b`, on the right of
/// the way from `a` to `b`.
fn touching(a: &Circle, b: &Circle, radius: f64) -> Point {
    let [x, y] = [b.at[0] - a.at[0], b.at[1] - a.at[1]];
    let square = x * x + y * y;
    let to_a = (a.radius + radius) * (a.radius + radius);
    let to_b = (b.radius + radius) * (b.radius + radius);
    // Along the way, and beside it.
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

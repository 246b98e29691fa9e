//! Lays out the graph of documents: each component by forces, large ones as
//! packed circles, the largest in the middle, and small ones in rows below.

use rayon::prelude::*;

use crate::report::page::circle_packing;
use crate::report::page::force::{self, Point};

/// Margin around a component; connected nodes lie about one unit apart.
const COMPONENT_MARGIN: f64 = 0.7;

/// Most nodes of a component that stands in the rows of small ones: packed as
/// circles, pairs would make rings around the large components.
const SMALL: usize = 4;

/// Width of the rows of small components, divided by their height, if no large
/// one is wider.
const WIDE: f64 = 1.5;

/// Least root mean square distance of the nodes of a component from its
/// centre, divided by the square root of their number.
const MIN_SPREAD: f64 = 0.45;

/// Returns a point for each node; `None` for nodes without an edge.
///
/// The same for the same edges, on any machine and any number of threads.
pub(super) fn layout(count: usize, edges: &[(u32, u32, f32)]) -> Vec<Option<Point>> {
    let components = components(count, edges);
    let placed: Vec<(Vec<Point>, f64)> = components
        .par_iter()
        .map(|component| place_component(&component.edges, component.nodes.len()))
        .collect();
    let radii: Vec<f64> = placed
        .iter()
        .map(|(_, radius)| radius + COMPONENT_MARGIN)
        .collect();
    let mut points = vec![None; count];
    let large = components.partition_point(|component| component.nodes.len() > SMALL);
    let mut centres = circle_packing::pack(&radii[..large]);
    let rows = rows_below(&centres, &radii, large);
    centres.extend(rows);
    for ((component, (local, _)), centre) in components.iter().zip(&placed).zip(centres) {
        for (&node, point) in component.nodes.iter().zip(local) {
            points[node as usize] = Some([point[0] + centre[0], point[1] + centre[1]]);
        }
    }
    points
}

/// Returns the centres of the components after the first `large`, in rows
/// below these.
fn rows_below(centres: &[Point], radii: &[f64], large: usize) -> Vec<Point> {
    let reach = |sign: f64, axis: usize| {
        let ends = centres.iter().zip(radii);
        let ends = ends.map(|(centre, radius)| sign * centre[axis] + radius);
        ends.fold(0.0, f64::max)
    };
    let small = &radii[large..];
    let area: f64 = small.iter().map(|radius| 4.0 * radius * radius).sum();
    let width = (reach(1.0, 0) + reach(-1.0, 0)).max(area.sqrt() * WIDE);
    let left = -width / 2.0 + (reach(1.0, 0) - reach(-1.0, 0)) / 2.0;
    let mut top = -reach(-1.0, 1);
    let mut rows = Vec::with_capacity(small.len());
    let (mut right, mut height) = (0.0, 0.0f64);
    for &radius in small {
        if right > 0.0 && right + 2.0 * radius > width {
            top -= height;
            (right, height) = (0.0, 0.0);
        }
        rows.push([left + right + radius, top - radius]);
        right += 2.0 * radius;
        height = height.max(2.0 * radius);
    }
    rows
}

/// A connected component, its edges given by positions in `nodes`.
struct Component {
    nodes: Vec<u32>,
    edges: Vec<(u32, u32, f32)>,
}

/// Returns the components of at least two nodes, the largest first.
fn components(count: usize, edges: &[(u32, u32, f32)]) -> Vec<Component> {
    let mut parents: Vec<u32> = (0..count as u32).collect();
    for &(a, b, _) in edges {
        let (a, b) = (root(&mut parents, a), root(&mut parents, b));
        // The smaller number stays the root, which makes the order unique.
        parents[a.max(b) as usize] = a.min(b);
    }
    let mut numbers = vec![u32::MAX; count];
    let mut local = vec![0u32; count];
    let mut components: Vec<Component> = Vec::new();
    for &(a, b, weight) in edges {
        let top = root(&mut parents, a) as usize;
        if numbers[top] == u32::MAX {
            numbers[top] = components.len() as u32;
            components.push(Component {
                nodes: Vec::new(),
                edges: Vec::new(),
            });
        }
        let component = &mut components[numbers[top] as usize];
        for node in [a, b] {
            let local = &mut local[node as usize];
            if *local == 0 {
                component.nodes.push(node);
                *local = component.nodes.len() as u32;
            }
        }
        let (a, b) = (local[a as usize] - 1, local[b as usize] - 1);
        component.edges.push((a, b, weight));
    }
    components
        .sort_by_key(|component| (std::cmp::Reverse(component.nodes.len()), component.nodes[0]));
    components
}

fn root(parents: &mut [u32], mut node: u32) -> u32 {
    while parents[node as usize] != node {
        let above = parents[parents[node as usize] as usize];
        parents[node as usize] = above;
        node = above;
    }
    node
}

/// Returns the points of one component around the origin, and the radius
/// of the circle that holds them.
fn place_component(edges: &[(u32, u32, f32)], count: usize) -> (Vec<Point>, f64) {
    let mut points = force::layout_component(count, edges);
    let mut centre = [0.0; 2];
    for point in &points {
        centre[0] += point[0] / count as f64;
        centre[1] += point[1] / count as f64;
    }
    let (mut reach, mut squares) = (0.0f64, 0.0);
    for point in &mut points {
        point[0] -= centre[0];
        point[1] -= centre[1];
        let square = point[0] * point[0] + point[1] * point[1];
        reach = reach.max(square);
        squares += square;
    }
    // Springs pull a clique as close together as a pair, so dense
    // components are scaled up.
    let spread = (squares / count as f64).sqrt();
    let scale = (MIN_SPREAD * (count as f64).sqrt() / spread.max(1e-9)).max(1.0);
    for point in &mut points {
        point[0] *= scale;
        point[1] *= scale;
    }
    let radius = reach.sqrt() * scale;
    (points, radius)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_lie_apart_and_isolated_nodes_get_no_point() {
        let edges = [(0, 1, 1.0), (1, 2, 0.5), (4, 5, 1.0)];
        let points = layout(7, &edges);
        assert_eq!(points[3], None);
        assert_eq!(points[6], None);
        let far = |a: usize, b: usize| {
            let (a, b) = (points[a].unwrap(), points[b].unwrap());
            ((a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)).sqrt()
        };
        assert!(far(0, 4).min(far(2, 5)) > far(0, 1).min(far(4, 5)));
    }

    #[test]
    fn pairs_stand_in_rows_below_what_is_larger() {
        let mut edges: Vec<(u32, u32, f32)> = (1..30).map(|n| (0, n, 0.9)).collect();
        edges.extend((0..40).map(|n| (30 + 2 * n, 31 + 2 * n, 0.5)));
        let points: Vec<Point> = layout(110, &edges).into_iter().flatten().collect();
        let lowest = points[..30].iter().map(|p| p[1]).fold(f64::MAX, f64::min);
        assert!(points[30..].iter().all(|point| point[1] < lowest));
        let centre =
            |pair: usize, axis: usize| points[30 + 2 * pair][axis] + points[31 + 2 * pair][axis];
        let rows: std::collections::BTreeSet<i64> = (0..40)
            .map(|pair| (centre(pair, 1) * 1e3).round() as i64)
            .collect();
        assert!(rows.len() < 12, "{} rows", rows.len());
        assert!(centre(0, 0) < centre(1, 0));
    }

    #[test]
    fn a_layout_is_the_same_for_any_number_of_threads() {
        let edges: Vec<_> = (0..3_000u32)
            .map(|n| (n % 1_900, (n * 7 + 1) % 1_900, 0.5))
            .filter(|(a, b, _)| a != b)
            .collect();
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            pool.install(|| layout(2_000, &edges))
        };
        assert_eq!(with(1), with(2));
    }
}

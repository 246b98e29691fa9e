//! Where the documents of the graph lie: each component by its forces, then
//! all components packed like islands, the largest in the middle.

use rayon::prelude::*;

use crate::report::page::circle_packing;
use crate::report::page::force::{self, Point};

/// Room around a component, in distances between nodes.
const SHORE: f64 = 0.7;

/// Root mean square distance from the middle of a component, for each root
/// of its nodes, that there is at least.
const SEA: f64 = 0.45;

/// Returns a place for each node; nodes without an edge get none.
///
/// The same for the same edges, on any machine and any number of threads.
pub(super) fn layout(count: usize, edges: &[(u32, u32, f32)]) -> Vec<Option<Point>> {
    let components = components(count, edges);
    let placed: Vec<(Vec<Point>, f64)> = components
        .par_iter()
        .map(|component| island(&component.edges, component.nodes.len()))
        .collect();
    let radii: Vec<f64> = placed.iter().map(|(_, radius)| radius + SHORE).collect();
    let mut places = vec![None; count];
    let middles = circle_packing::pack(&radii);
    for ((component, (points, _)), middle) in components.iter().zip(&placed).zip(middles) {
        for (&node, point) in component.nodes.iter().zip(points) {
            places[node as usize] = Some([point[0] + middle[0], point[1] + middle[1]]);
        }
    }
    places
}

/// Nodes that hang together, with their edges numbered among themselves.
struct Component {
    nodes: Vec<u32>,
    edges: Vec<(u32, u32, f32)>,
}

/// Returns the components of two nodes or more, the largest first.
fn components(count: usize, edges: &[(u32, u32, f32)]) -> Vec<Component> {
    let mut parents: Vec<u32> = (0..count as u32).collect();
    for &(a, b, _) in edges {
        let (a, b) = (root(&mut parents, a), root(&mut parents, b));
        // The smaller number stays the root, so the result has one order.
        parents[a.max(b) as usize] = a.min(b);
    }
    let mut numbers = vec![u32::MAX; count];
    let mut own = vec![0u32; count];
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
            let own = &mut own[node as usize];
            if *own == 0 {
                component.nodes.push(node);
                *own = component.nodes.len() as u32;
            }
        }
        let (a, b) = (own[a as usize] - 1, own[b as usize] - 1);
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

/// Returns places around a middle, and the radius of all.
fn island(edges: &[(u32, u32, f32)], count: usize) -> (Vec<Point>, f64) {
    let mut points = force::place(count, edges);
    let mut middle = [0.0; 2];
    for point in &points {
        middle[0] += point[0] / count as f64;
        middle[1] += point[1] / count as f64;
    }
    let (mut reach, mut squares) = (0.0f64, 0.0);
    for point in &mut points {
        point[0] -= middle[0];
        point[1] -= middle[1];
        let square = point[0] * point[0] + point[1] * point[1];
        reach = reach.max(square);
        squares += square;
    }
    // Springs make cliques as small as pairs; every node has some sea.
    let spread = (squares / count as f64).sqrt();
    let scale = (SEA * (count as f64).sqrt() / spread.max(1e-9)).max(1.0);
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
    fn components_lie_apart_and_nodes_alone_lie_nowhere() {
        let edges = [(0, 1, 1.0), (1, 2, 0.5), (4, 5, 1.0)];
        let places = layout(7, &edges);
        assert_eq!(places[3], None);
        assert_eq!(places[6], None);
        let far = |a: usize, b: usize| {
            let (a, b) = (places[a].unwrap(), places[b].unwrap());
            ((a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)).sqrt()
        };
        assert!(far(0, 4).min(far(2, 5)) > far(0, 1).min(far(4, 5)));
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

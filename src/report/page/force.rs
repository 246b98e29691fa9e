//! Force-directed layout of one connected graph: springs along edges and
//! repulsion between all nodes \[FR91\], where distant nodes count as one
//! \[BH86\].
//!
//! Uses no random numbers and no function whose last bit depends on the
//! machine, so the same graph gets the same layout everywhere.
//!
//! - \[BH86\] Barnes, Hut: A hierarchical O(N log N) force-calculation
//!   algorithm. Nature 324, 1986.
//! - \[FR91\] Fruchterman, Reingold: GraphColumns drawing by force-directed
//!   placement. Software: Practice and Experience 21, 1991.

use rayon::prelude::*;

use crate::report::page::communities::communities;

/// Coordinates of a node.
pub(super) type Point = [f64; 2];

/// A square counts as one node where its width divided by its distance is
/// below this. 0.9 is common; smaller values make no visible difference.
const OPENING: f64 = 0.9;

/// Depth at which a square is no longer divided, so that nodes at one point
/// do not divide it for ever.
const MAX_DEPTH: u32 = 24;

/// Pull of an edge between two communities beside that of one within: where
/// all pull alike, thousands of edges become one ball.
const ACROSS: f64 = 0.06;

/// Number of nodes from which communities are drawn apart: what is smaller is
/// seen at a glance.
const COMMUNITIES_FROM: usize = 60;

/// Number of nodes from which forces are computed on all cores.
const PARALLEL_FROM: usize = 1_000;

/// Returns a point for each of `count` nodes of a connected graph, about one
/// unit apart; edges are pairs of nodes with a weight in `0..=1`.
///
/// Takes 60 to 200 steps, fewer for more nodes, of `O(n log n + m)` time.
pub(super) fn layout_component(count: usize, edges: &[(u32, u32, f32)]) -> Vec<Point> {
    let mut points = spiral(count, edges);
    let community = match count >= COMMUNITIES_FROM {
        true => communities(count, edges),
        false => vec![0; count],
    };
    let mut degrees = vec![0u32; count];
    for &(a, b, _) in edges {
        degrees[a as usize] += 1;
        degrees[b as usize] += 1;
    }
    let steps = (2_000_000 / (count + 1)).clamp(60, 200);
    let largest_step = (count as f64).sqrt() * 0.5;
    for step in 0..steps {
        let left = 1.0 - step as f64 / steps as f64;
        let max_step = largest_step * left * left + 0.02;
        let mut forces = repulsion(&points);
        for &(a, b, weight) in edges {
            let (a, b) = (a as usize, b as usize);
            let [x, y] = between(&points, a, b);
            // Between nodes of high degree each edge pulls less; otherwise
            // hubs and their neighbours would collapse into one point.
            let damping = f64::from(degrees[a].min(degrees[b])).sqrt();
            let across = match community[a] == community[b] {
                true => 1.0,
                false => ACROSS,
            };
            let strength = across * (0.2 + 0.8 * f64::from(weight));
            let pull = (x * x + y * y).sqrt() * strength / damping;
            forces[a][0] -= x * pull;
            forces[a][1] -= y * pull;
            forces[b][0] += x * pull;
            forces[b][1] += y * pull;
        }
        for (point, [x, y]) in points.iter_mut().zip(forces) {
            let length = (x * x + y * y).sqrt();
            let scale = if length > max_step {
                max_step / length
            } else {
                1.0
            };
            point[0] += x * scale;
            point[1] += y * scale;
        }
    }
    points
}

/// Returns points on a spiral in the order of a breadth-first search from the
/// node with the most edges, so that neighbours start near each other.
fn spiral(count: usize, edges: &[(u32, u32, f32)]) -> Vec<Point> {
    let mut starts = vec![0u32; count + 1];
    for &(a, b, _) in edges {
        starts[a as usize + 1] += 1;
        starts[b as usize + 1] += 1;
    }
    let root = (0..count).max_by_key(|&n| (starts[n + 1], std::cmp::Reverse(n)));
    for n in 0..count {
        starts[n + 1] += starts[n];
    }
    let mut free = starts.clone();
    let mut neighbours = vec![0u32; edges.len() * 2];
    for &(a, b, _) in edges {
        for (from, to) in [(a, b), (b, a)] {
            let at = &mut free[from as usize];
            neighbours[*at as usize] = to;
            *at += 1;
        }
    }
    let mut order: Vec<u32> = Vec::with_capacity(count);
    let mut seen = bitvec::bitvec![0; count];
    for first in root.into_iter().chain(0..count) {
        if seen.replace(first, true) {
            continue;
        }
        let mut next = order.len();
        order.push(first as u32);
        while let Some(&node) = order.get(next) {
            next += 1;
            let range = starts[node as usize] as usize..starts[node as usize + 1] as usize;
            for &other in &neighbours[range] {
                if !seen.replace(other as usize, true) {
                    order.push(other);
                }
            }
        }
    }
    // Cosine and sine of the golden angle, by which a unit vector turns.
    let (cos, sin) = (-0.737_368_878_078_32, 0.675_490_294_261_52);
    let mut turn = [1.0, 0.0];
    let mut points = vec![[0.0; 2]; count];
    for (n, &node) in order.iter().enumerate() {
        let radius = (n as f64).sqrt();
        points[node as usize] = [turn[0] * radius, turn[1] * radius];
        turn = [turn[0] * cos - turn[1] * sin, turn[0] * sin + turn[1] * cos];
    }
    points
}

/// Returns the vector from `b` to `a`; for nodes at one point, a small vector
/// that depends on their numbers.
fn between(points: &[Point], a: usize, b: usize) -> Point {
    let x = points[a][0] - points[b][0];
    let y = points[a][1] - points[b][1];
    if x * x + y * y > 1e-12 {
        return [x, y];
    }
    let side = if a < b { 1e-3 } else { -1e-3 };
    [side, side * ((a + b) % 7) as f64 / 7.0]
}

/// Returns the repulsive force of all other nodes on each node.
fn repulsion(points: &[Point]) -> Vec<Point> {
    let tree = QuadTree::new(points);
    let force = |open: &mut Vec<u32>, node: usize| tree.force(points, node, open);
    if points.len() < PARALLEL_FROM {
        let mut open = Vec::new();
        (0..points.len())
            .map(|node| force(&mut open, node))
            .collect()
    } else {
        (0..points.len())
            .into_par_iter()
            .map_init(Vec::new, force)
            .collect()
    }
}

/// A square of the quadtree.
#[derive(Clone, Copy)]
struct Quad {
    /// Mean point of its nodes.
    centroid: Point,
    /// Number of its nodes.
    nodes: f64,
    width: f64,
    /// Index of the first of its four children, or 0.
    children: u32,
    /// The nodes of a square without children: a range of `QuadTree::order`.
    first: u32,
    last: u32,
}

/// Squares of the plane, divided until each holds one node.
struct QuadTree {
    quads: Vec<Quad>,
    order: Vec<u32>,
    /// The nodes of the square that is divided, each with its quarter: a buffer.
    parted: Vec<(u8, u32)>,
}

impl QuadTree {
    fn new(points: &[Point]) -> Self {
        let mut low = [f64::MAX; 2];
        let mut high = [f64::MIN; 2];
        for point in points {
            for axis in 0..2 {
                low[axis] = low[axis].min(point[axis]);
                high[axis] = high[axis].max(point[axis]);
            }
        }
        let width = (high[0] - low[0]).max(high[1] - low[1]).max(1e-9);
        let mut tree = QuadTree {
            quads: Vec::with_capacity(points.len() * 2),
            order: (0..points.len() as u32).collect(),
            parted: Vec::new(),
        };
        tree.quads.push(quad(width));
        tree.split(points, 0, low, 0, points.len(), 0);
        tree
    }

    /// Fills a square with the nodes `first..last` of `order`.
    fn split(
        &mut self,
        points: &[Point],
        at: usize,
        low: Point,
        first: usize,
        last: usize,
        depth: u32,
    ) {
        let nodes = &mut self.order[first..last];
        let mut sum = [0.0; 2];
        for &node in nodes.iter() {
            sum[0] += points[node as usize][0];
            sum[1] += points[node as usize][1];
        }
        let count = nodes.len() as f64;
        let filled = &mut self.quads[at];
        filled.centroid = [sum[0] / count.max(1.0), sum[1] / count.max(1.0)];
        filled.nodes = count;
        (filled.first, filled.last) = (first as u32, last as u32);
        if nodes.len() < 2 || depth == MAX_DEPTH {
            return;
        }
        let half = filled.width / 2.0;
        let centre = [low[0] + half, low[1] + half];
        let quarter = |node: u32| {
            let [x, y] = points[node as usize];
            usize::from(x >= centre[0]) + 2 * usize::from(y >= centre[1])
        };
        let mut counts = [0; 4];
        self.parted.clear();
        for &node in nodes.iter() {
            let quarter = quarter(node);
            counts[quarter] += 1;
            self.parted.push((quarter as u8, node));
        }
        let mut end = first;
        let ends = counts.map(|count| {
            end += count;
            end
        });
        let mut next = [0, ends[0] - first, ends[1] - first, ends[2] - first];
        for &(quarter, node) in &self.parted {
            let next = &mut next[usize::from(quarter)];
            nodes[*next] = node;
            *next += 1;
        }
        let children = self.quads.len();
        self.quads[at].children = children as u32;
        self.quads.extend([quad(half); 4]);
        let mut from = first;
        for (q, end) in ends.into_iter().enumerate() {
            let corner = [
                low[0] + half * (q % 2) as f64,
                low[1] + half * (q / 2) as f64,
            ];
            self.split(points, children + q, corner, from, end, depth + 1);
            from = end;
        }
    }

    /// Returns the force on a node; `open` is a buffer for the squares to visit.
    fn force(&self, points: &[Point], node: usize, open: &mut Vec<u32>) -> Point {
        let mut force = [0.0; 2];
        open.clear();
        open.push(0);
        while let Some(at) = open.pop() {
            let quad = &self.quads[at as usize];
            if quad.nodes == 0.0 {
                continue;
            }
            let x = points[node][0] - quad.centroid[0];
            let y = points[node][1] - quad.centroid[1];
            let square = x * x + y * y;
            if quad.width * quad.width < OPENING * OPENING * square {
                let strength = quad.nodes / square;
                force[0] += x * strength;
                force[1] += y * strength;
            } else if quad.children > 0 {
                open.extend(quad.children..quad.children + 4);
            } else {
                let others = &self.order[quad.first as usize..quad.last as usize];
                // A square at the greatest depth may hold any number of
                // nodes; a few of them give the direction.
                for &other in others.iter().filter(|&&o| o as usize != node).take(8) {
                    let [x, y] = between(points, node, other as usize);
                    let square = x * x + y * y;
                    force[0] += x / square;
                    force[1] += y / square;
                }
            }
        }
        force
    }
}

fn quad(width: f64) -> Quad {
    Quad {
        centroid: [0.0; 2],
        nodes: 0.0,
        width,
        children: 0,
        first: 0,
        last: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn approximate_repulsion_is_near_the_exact_sum() {
        let points: Vec<Point> = (0..500u32)
            .map(|n| {
                let x = f64::from(n.wrapping_mul(2_654_435_761) % 1_000) / 10.0;
                let y = f64::from(n.wrapping_mul(40_503) % 997) / 10.0;
                [x, y]
            })
            .collect();
        let quick = repulsion(&points);
        for (node, quick) in quick.iter().enumerate() {
            let mut naive = [0.0; 2];
            for other in (0..points.len()).filter(|&o| o != node) {
                let [x, y] = between(&points, node, other);
                naive[0] += x / (x * x + y * y);
                naive[1] += y / (x * x + y * y);
            }
            let error = ((quick[0] - naive[0]).powi(2) + (quick[1] - naive[1]).powi(2)).sqrt();
            let size = (naive[0].powi(2) + naive[1].powi(2)).sqrt();
            assert!(error < 0.1 * size + 0.5, "{node}: {quick:?} {naive:?}");
        }
    }

    #[test]
    fn the_ends_of_a_path_lie_far_apart() {
        let edges: Vec<_> = (0..9).map(|n| (n, n + 1, 1.0)).collect();
        let points = layout_component(10, &edges);
        let far = |a: usize, b: usize| {
            let [x, y] = between(&points, a, b);
            (x * x + y * y).sqrt()
        };
        assert!(far(0, 9) > 4.0 * far(0, 1));
        assert_eq!(points, layout_component(10, &edges));
    }

    #[test]
    fn a_thousand_nodes_at_one_point_get_finite_forces() {
        let points = vec![[1.0, 1.0]; 1_000];
        assert!(repulsion(&points).iter().flatten().all(|x| x.is_finite()));
    }
}

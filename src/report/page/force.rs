//! Places the nodes of one connected graph: springs along edges, and every
//! node keeps every other one away \[FR91\], seen from afar as one \[BH86\].
//!
//! No random numbers and no function whose last bit depends on the machine:
//! the same graph lies the same way everywhere.
//!
//! - \[BH86\] Barnes, Hut: A hierarchical O(N log N) force-calculation
//!   algorithm. Nature 324, 1986.
//! - \[FR91\] Fruchterman, Reingold: Graph drawing by force-directed
//!   placement. Software: Practice and Experience 21, 1991.

use rayon::prelude::*;

/// Where a node lies.
pub(super) type Point = [f64; 2];

/// A cell this many times nearer than it is wide is looked into. 0.9 is
/// common; nobody sees the difference to less.
const OPENING: f64 = 0.9;

/// Depth at which a cell takes any number of nodes, so that nodes in one
/// place end somewhere.
const DEEPEST: u32 = 24;

/// Nodes from which the forces are shared out to all cores.
const MANY: usize = 1_000;

/// Returns a place for each of `count` nodes of a connected graph, about one
/// unit apart; edges are pairs of nodes with a weight in `0..=1`.
///
/// `O(n log n + m)` a step, and 60 to 300 steps, fewer for more nodes.
pub(super) fn place(count: usize, edges: &[(u32, u32, f32)]) -> Vec<Point> {
    let mut points = begin(count, edges);
    let mut degrees = vec![0u32; count];
    for &(a, b, _) in edges {
        degrees[a as usize] += 1;
        degrees[b as usize] += 1;
    }
    let steps = (2_000_000 / (count + 1)).clamp(60, 300);
    let hottest = (count as f64).sqrt() * 0.5;
    for step in 0..steps {
        let left = 1.0 - step as f64 / steps as f64;
        let heat = hottest * left * left + 0.02;
        let mut pushes = repulsion(&points);
        for &(a, b, weight) in edges {
            let (a, b) = (a as usize, b as usize);
            let [x, y] = between(&points, a, b);
            // Among many neighbours each pulls less, or all that has many
            // would be one heap.
            let crowd = f64::from(degrees[a].min(degrees[b])).sqrt();
            let pull = (x * x + y * y).sqrt() * (0.2 + 0.8 * f64::from(weight)) / crowd;
            pushes[a][0] -= x * pull;
            pushes[a][1] -= y * pull;
            pushes[b][0] += x * pull;
            pushes[b][1] += y * pull;
        }
        for (point, [x, y]) in points.iter_mut().zip(pushes) {
            let length = (x * x + y * y).sqrt();
            let scale = if length > heat { heat / length } else { 1.0 };
            point[0] += x * scale;
            point[1] += y * scale;
        }
    }
    points
}

/// Returns places on a spiral, neighbours near one another: in the order of
/// a walk by breadth from the node with the most edges.
fn begin(count: usize, edges: &[(u32, u32, f32)]) -> Vec<Point> {
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
    // The golden angle, by turning a unit vector.
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

/// Returns the way from `b` to `a`; nodes in one place are told apart by
/// their numbers.
fn between(points: &[Point], a: usize, b: usize) -> Point {
    let x = points[a][0] - points[b][0];
    let y = points[a][1] - points[b][1];
    if x * x + y * y > 1e-12 {
        return [x, y];
    }
    let side = if a < b { 1e-3 } else { -1e-3 };
    [side, side * ((a + b) % 7) as f64 / 7.0]
}

/// Returns how all others push each node.
fn repulsion(points: &[Point]) -> Vec<Point> {
    let tree = Tree::new(points);
    let push = |node: usize| tree.push(points, node);
    if points.len() < MANY {
        (0..points.len()).map(push).collect()
    } else {
        (0..points.len()).into_par_iter().map(push).collect()
    }
}

/// A square of the plane.
#[derive(Clone, Copy)]
struct Cell {
    /// Middle of the nodes in it.
    middle: Point,
    /// Nodes in it.
    nodes: f64,
    width: f64,
    /// The first of four cells within, or 0.
    within: u32,
    /// The nodes of a cell with none within: a range of `Tree::order`.
    first: u32,
    last: u32,
}

/// The plane in squares, down to a node each.
struct Tree {
    cells: Vec<Cell>,
    order: Vec<u32>,
}

impl Tree {
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
        let mut tree = Tree {
            cells: Vec::with_capacity(points.len() * 2),
            order: (0..points.len() as u32).collect(),
        };
        tree.cells.push(cell(width));
        tree.split(points, 0, low, 0, points.len(), 0);
        tree
    }

    /// Fills a cell with the nodes `first..last` of `order`.
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
        let filled = &mut self.cells[at];
        filled.middle = [sum[0] / count.max(1.0), sum[1] / count.max(1.0)];
        filled.nodes = count;
        (filled.first, filled.last) = (first as u32, last as u32);
        if nodes.len() < 2 || depth == DEEPEST {
            return;
        }
        let half = filled.width / 2.0;
        let centre = [low[0] + half, low[1] + half];
        let quarter = |node: u32| {
            let [x, y] = points[node as usize];
            usize::from(x >= centre[0]) + 2 * usize::from(y >= centre[1])
        };
        nodes.sort_unstable_by_key(|&node| (quarter(node), node));
        let mut ends = [0; 4];
        for (q, end) in ends.iter_mut().enumerate() {
            *end = first + nodes.partition_point(|&node| quarter(node) <= q);
        }
        let within = self.cells.len();
        self.cells[at].within = within as u32;
        self.cells.extend([cell(half); 4]);
        let mut from = first;
        for (q, end) in ends.into_iter().enumerate() {
            let corner = [
                low[0] + half * (q % 2) as f64,
                low[1] + half * (q / 2) as f64,
            ];
            self.split(points, within + q, corner, from, end, depth + 1);
            from = end;
        }
    }

    fn push(&self, points: &[Point], node: usize) -> Point {
        let mut push = [0.0; 2];
        let mut open = vec![0u32];
        while let Some(at) = open.pop() {
            let cell = &self.cells[at as usize];
            if cell.nodes == 0.0 {
                continue;
            }
            let x = points[node][0] - cell.middle[0];
            let y = points[node][1] - cell.middle[1];
            let square = x * x + y * y;
            if cell.width * cell.width < OPENING * OPENING * square {
                let strength = cell.nodes / square;
                push[0] += x * strength;
                push[1] += y * strength;
            } else if cell.within > 0 {
                open.extend(cell.within..cell.within + 4);
            } else {
                let others = &self.order[cell.first as usize..cell.last as usize];
                // A cell at the bottom may hold very many in one place; a
                // few of them say where to go.
                for &other in others.iter().filter(|&&o| o as usize != node).take(8) {
                    let [x, y] = between(points, node, other as usize);
                    let square = x * x + y * y;
                    push[0] += x / square;
                    push[1] += y / square;
                }
            }
        }
        push
    }
}

fn cell(width: f64) -> Cell {
    Cell {
        middle: [0.0; 2],
        nodes: 0.0,
        width,
        within: 0,
        first: 0,
        last: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_far_crowd_pushes_as_its_members_do_together() {
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
    fn nodes_of_a_path_lie_in_its_order() {
        let edges: Vec<_> = (0..9).map(|n| (n, n + 1, 1.0)).collect();
        let points = place(10, &edges);
        let far = |a: usize, b: usize| {
            let [x, y] = between(&points, a, b);
            (x * x + y * y).sqrt()
        };
        assert!(far(0, 9) > 4.0 * far(0, 1));
        assert_eq!(points, place(10, &edges));
    }

    #[test]
    fn a_thousand_nodes_in_one_place_end() {
        let points = vec![[1.0, 1.0]; 1_000];
        assert!(repulsion(&points).iter().flatten().all(|x| x.is_finite()));
    }
}

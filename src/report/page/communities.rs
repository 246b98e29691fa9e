//! Communities of a graph: groups of nodes with more edges among them than
//! their degrees let expect.
//!
//! The local moving phase of \[BGLL08\]: Blondel, Guillaume, Lambiotte,
//! Lefebvre: Fast unfolding of communities in large networks. Journal of
//! Statistical Mechanics, 2008. One level is enough to lay out a graph.

/// Rounds after which the search ends; most nodes stay after three.
const ROUNDS: usize = 12;

/// Least gain in weight for which a node moves, so that rounding moves none.
const LEAST_GAIN: f64 = 1e-9;

/// Returns the community of each of `count` nodes; edges are pairs of nodes
/// with a weight.
///
/// Takes `O(n + m)` time a round, and visits nodes in order, so the same graph
/// has the same communities everywhere.
pub(super) fn communities(count: usize, edges: &[(u32, u32, f32)]) -> Vec<u32> {
    let mut neighbours: Vec<Vec<(u32, f64)>> = vec![Vec::new(); count];
    let mut degrees = vec![0.0; count];
    for &(a, b, weight) in edges {
        // An edge of no weight still holds its nodes together.
        let weight = 0.05 + f64::from(weight);
        for (node, other) in [(a, b), (b, a)] {
            neighbours[node as usize].push((other, weight));
            degrees[node as usize] += weight;
        }
    }
    let all: f64 = degrees.iter().sum();
    let mut community: Vec<u32> = (0..count as u32).collect();
    let mut totals = degrees.clone();
    let mut links = vec![0.0; count];
    let mut touched: Vec<u32> = Vec::new();
    for _ in 0..ROUNDS {
        let mut moved = false;
        for node in 0..count {
            let own = community[node];
            for &(other, weight) in &neighbours[node] {
                let of = community[other as usize];
                if links[of as usize] == 0.0 {
                    touched.push(of);
                }
                links[of as usize] += weight;
            }
            totals[own as usize] -= degrees[node];
            let gain = |of: u32, links: &[f64]| {
                links[of as usize] - degrees[node] * totals[of as usize] / all.max(1e-9)
            };
            let mut best = (own, gain(own, &links));
            touched.sort_unstable();
            for &of in &touched {
                let gain = gain(of, &links);
                if gain > best.1 + LEAST_GAIN {
                    best = (of, gain);
                }
            }
            totals[best.0 as usize] += degrees[node];
            moved |= best.0 != own;
            community[node] = best.0;
            touched.drain(..).for_each(|of| links[of as usize] = 0.0);
        }
        if !moved {
            break;
        }
    }
    community
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cliques_joined_by_single_edges_are_communities() {
        let mut edges = Vec::new();
        for clique in 0..5u32 {
            for a in 0..6 {
                for b in 0..a {
                    edges.push((clique * 6 + a, clique * 6 + b, 0.9));
                }
            }
            edges.push((clique * 6, (clique + 1) % 5 * 6 + 1, 0.9));
        }
        let found = communities(30, &edges);
        for (n, of) in found.iter().enumerate() {
            for (m, other) in found.iter().enumerate() {
                assert_eq!(n / 6 == m / 6, of == other, "{n} {m}");
            }
        }
    }

    #[test]
    fn a_node_without_edges_is_its_own_community() {
        assert_eq!(communities(3, &[(0, 2, 0.0)])[1], 1);
        assert_eq!(communities(0, &[]), [0u32; 0]);
    }
}

//! Counts the bits that one row has in common with each of many.

/// Words of a row.
pub(crate) const WORDS: usize = 4;

/// A row of bits.
pub(crate) type Row = [u64; WORDS];

/// Replaces `counts` by the number of bits that are set in `row` and in each of
/// `rows`.
///
/// A nanosecond a row with AVX-512, which counts the bits of eight words at once.
pub(crate) fn count(row: &Row, rows: &[Row], counts: &mut Vec<u32>) {
    // What is in it is overwritten.
    counts.resize(rows.len(), 0);
    #[cfg(target_arch = "x86_64")]
    {
        use crate::simd::{avx2, avx512};
        if avx512::can_count() {
            // SAFETY: the processor was just asked.
            return unsafe { avx512::common_bits(row, rows, counts) };
        }
        if avx2::is_here() {
            // SAFETY: the processor was just asked.
            return unsafe { avx2::common_bits(row, rows, counts) };
        }
    }
    plain(row, rows, counts);
}

/// The loop itself, which the compiler makes vectors of for each processor. A
/// closure would be of the plain processor wherever it is not inlined.
#[inline(always)]
pub(super) fn plain(row: &Row, rows: &[Row], counts: &mut [u32]) {
    for (count, other) in counts.iter_mut().zip(rows) {
        *count = 0;
        for at in 0..WORDS {
            *count += (row[at] & other[at]).count_ones();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::mix;

    #[test]
    fn kernels_count_as_the_definition_does() {
        let row = |salt: u64| -> Row { std::array::from_fn(|at| mix(salt * 9 + at as u64)) };
        for len in [0, 1, 7, 8, 9, 31, 32, 33, 1000] {
            let rows: Vec<Row> = (1..=len).map(row).collect();
            for one in [row(0), [u64::MAX; WORDS], [0; WORDS]] {
                let is_common = |other: &Row, bit: usize| {
                    one[bit / 64] & other[bit / 64] & 1 << (bit % 64) != 0
                };
                let naive = rows.iter().map(|other| {
                    (0..64 * WORDS).filter(|bit| is_common(other, *bit)).count() as u32
                });
                let naive: Vec<u32> = naive.collect();
                let mut counts = vec![7; 3];
                count(&one, &rows, &mut counts);
                assert_eq!(counts, naive, "{len} rows");
                plain(&one, &rows, &mut counts);
                assert_eq!(counts, naive, "plain: {len} rows");
                #[cfg(target_arch = "x86_64")]
                if crate::simd::avx2::is_here() {
                    // SAFETY: the processor was just asked.
                    unsafe { crate::simd::avx2::common_bits(&one, &rows, &mut counts) };
                    assert_eq!(counts, naive, "avx2: {len} rows");
                }
            }
        }
    }
}

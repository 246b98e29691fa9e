//! Four units as one number, so that a comparison finds the first difference at once.

/// Units in a word.
pub(crate) const UNITS: usize = 4;

/// Bits of a unit.
const BITS: u32 = u16::BITS;

/// Returns four units as one number, the first in the lowest bits.
#[inline(always)]
pub(crate) fn of(units: &[u16; UNITS]) -> u64 {
    u64::from_le_bytes(bytemuck::cast(units.map(u16::to_le)))
}

/// Returns how many units lie before the lowest bit that is set.
#[inline(always)]
pub(crate) fn before_lowest(bits: u64) -> usize {
    (bits.trailing_zeros() / BITS) as usize
}

/// Returns how many units lie behind the highest bit that is set.
#[inline(always)]
pub(crate) fn behind_highest(bits: u64) -> usize {
    (bits.leading_zeros() / BITS) as usize
}

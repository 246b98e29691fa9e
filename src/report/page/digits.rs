//! Lists of small numbers as letters, which compress better than decimals.

/// Bits of a number in a letter; a further bit tells that more follow.
const BITS: u32 = 5;

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Returns numbers as letters, the lowest bits of each first, as in the
/// variable-length quantities of source maps.
pub(super) fn letters(numbers: impl IntoIterator<Item = u32>) -> String {
    let mut letters = String::new();
    for mut number in numbers {
        loop {
            let digit = number & ((1 << BITS) - 1);
            number >>= BITS;
            let more = u32::from(number > 0) << BITS;
            letters.push(char::from(LETTERS[(digit | more) as usize]));
            if number == 0 {
                break;
            }
        }
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn numbers(text: &str) -> Vec<u32> {
        let mut numbers = Vec::new();
        let (mut number, mut shift) = (0u64, 0);
        for letter in text.bytes() {
            let digit = LETTERS.iter().position(|&l| l == letter).unwrap() as u64;
            number += (digit % 32) << shift;
            shift += 5;
            if digit < 32 {
                numbers.push(number as u32);
                (number, shift) = (0, 0);
            }
        }
        numbers
    }

    #[test]
    fn small_numbers_are_one_letter() {
        assert_eq!(letters([0, 1, 31, 32, 1_000]), "ABfgBof");
        assert_eq!(letters([]), "");
    }

    proptest! {
        #[test]
        fn prop_letters_give_the_numbers_back(list in prop::collection::vec(any::<u32>(), 0..40)) {
            prop_assert_eq!(numbers(&letters(list.iter().copied())), list);
        }
    }
}

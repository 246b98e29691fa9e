//! Credits: who wrote, took, read or sent the news. Each paper has others, and
//! they are neither news nor boilerplate.

/// What stands in lines of credits and datelines.
const CREDITS: [&[char]; 13] = [
    &['记', '者'],
    &['通', '讯', '员'],
    &['编', '辑'],
    &['责', '编'],
    &['作', '者'],
    &['摄', '影'],
    &['供', '稿'],
    &['报', '道'],
    &['本', '报', '讯'],
    &['社', '电'],
    &['日', '电'],
    &['专', '电'],
    &['来', '源'],
];

/// Units that begin a credit, as bits of the sums of their two bytes: most
/// others share no bit with any of them.
const BEGINNINGS: u64 = {
    let mut bits = 0;
    let mut at = 0;
    while at < CREDITS.len() {
        bits |= bit(CREDITS[at][0] as u16);
        at += 1;
    }
    bits
};

const fn bit(unit: u16) -> u64 {
    1 << ((unit ^ unit >> 6) & 63)
}

/// Returns whether a part of a normalized text has a word of credits.
pub(crate) fn has_credit(units: &[u16]) -> bool {
    (0..units.len()).any(|at| {
        BEGINNINGS & bit(units[at]) != 0
            && CREDITS
                .iter()
                .any(|credit| begins_with(&units[at..], credit))
    })
}

fn begins_with(units: &[u16], word: &[char]) -> bool {
    units.len() >= word.len()
        && units
            .iter()
            .zip(word)
            .all(|(unit, c)| u32::from(*unit) == u32::from(*c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Looks for each word by itself.
    fn has_credit_by_definition(units: &[u16]) -> bool {
        CREDITS.iter().any(|credit| {
            let credit: Vec<u16> = credit.iter().map(|c| *c as u16).collect();
            units.windows(credit.len()).any(|window| window == credit)
        })
    }

    proptest! {
        #[test]
        fn prop_a_credit_is_found_wherever_it_stands(
            text in "([甲乙a]{0,3}|记|者|本报|讯|日|电|社|通讯员|来源){0,6}",
        ) {
            let units: Vec<u16> = text.encode_utf16().collect();
            prop_assert_eq!(has_credit(&units), has_credit_by_definition(&units));
        }
    }
}

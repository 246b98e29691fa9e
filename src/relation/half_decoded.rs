//! Whether a text was read in another encoding than it was written in: Big5 or
//! UTF-8 read as GBK has single kana between Han characters.

/// Least share of the text that is kana, one in so many: a name or two is less.
const ONE_OF: usize = 50;

/// Returns whether half of the kana of a text or more stand alone: in Japanese
/// most stand in rows.
pub(super) fn is_half_decoded(units: &[u16]) -> bool {
    let is_kana = |unit: &u16| (0x3041..=0x30FA).contains(unit);
    let runs = units.chunk_by(|one, other| is_kana(one) == is_kana(other));
    let (mut alone, mut all) = (0, 0);
    for run in runs.filter(|run| is_kana(&run[0])) {
        all += run.len();
        alone += usize::from(run.len() == 1);
    }
    all > 0 && all * ONE_OF >= units.len() && alone * 2 >= all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_kana_between_han_characters_are_no_japanese() {
        let is = |text: &str| is_half_decoded(&text.encode_utf16().collect::<Vec<u16>>());
        assert!(is("渡秨そ瓣產竒ぃ祇甶ぇチ丁戈い砞杜"));
        assert!(!is(
            "渡し場の船は今日から三日のあいだ休みますので村の人は石の橋を渡ってください"
        ));
        assert!(!is("渡口今天停航三天村民去对岸赶集只能绕道石桥"));
    }
}

//! Credits: who wrote, took, read or sent the news. Each paper has others, and
//! they are neither news nor boilerplate.

/// What stands in lines of credits and datelines.
const CREDITS: [&str; 13] = [
    "记者",
    "通讯员",
    "编辑",
    "责编",
    "作者",
    "摄影",
    "供稿",
    "报道",
    "本报讯",
    "社电",
    "日电",
    "专电",
    "来源",
];

/// Returns whether a part of a normalized text has a word of credits.
pub(crate) fn has_credit(units: &[u16]) -> bool {
    CREDITS.iter().any(|credit| {
        let credit: Vec<u16> = credit.encode_utf16().collect();
        units.windows(credit.len()).any(|window| window == credit)
    })
}

//! What is cut, by its definition, so simple that it is the truth.

use std::ops::Range;

use crate::dedup::levels::seams::Seams;

/// Returns the parts of each text that go, in windows of `length` units; `seams`
/// say where a text must not be cut.
pub(super) fn cuts(
    texts: &[Vec<u16>],
    seams: &[Seams<'_>],
    length: usize,
) -> Vec<Vec<Range<usize>>> {
    let mut kept: Vec<&[u16]> = Vec::new();
    let mut all = Vec::new();
    for (text, seams) in texts.iter().zip(seams) {
        let mut cuts: Vec<Range<usize>> = Vec::new();
        // The part that stays, so far, begins here.
        let mut begin = 0;
        let mut at = 0;
        while at + length <= text.len() {
            let is_kept = |from: usize| {
                let window = &text[from..from + length];
                let stands_in = |part: &[u16]| part.windows(length).any(|other| other == window);
                kept.iter().any(|part| stands_in(part)) || stands_in(&text[begin..at])
            };
            if !is_kept(at) {
                at += 1;
                continue;
            }
            let mut last = at;
            while last + 1 + length <= text.len() && is_kept(last + 1) {
                last += 1;
            }
            let run = seams.cuttable(at..last + length);
            if run.is_empty() {
                at += 1;
                continue;
            }
            kept.push(&text[begin..run.start]);
            begin = run.end;
            at = run.end;
            cuts.push(run);
        }
        kept.push(&text[begin..]);
        all.push(cuts);
    }
    all
}

//! Cuts against their definition, and what stays after them.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::dedup::levels::repeated_windows::unit_cuts;
use crate::dedup::levels::seams::{Seams, is_joined};
use crate::span::Span;
use crate::spill::SpillFolder;
use crate::text::normalize::NormalizeSteps;

fn corpus(texts: &[String]) -> Corpus {
    corpus_within(texts, &Context::default())
}

fn corpus_within(texts: &[String], ctx: &Context) -> Corpus {
    let ids: Vec<String> = (0..texts.len()).map(|at| format!("d{at}")).collect();
    let texts = ids
        .iter()
        .map(String::as_str)
        .zip(texts.iter().map(String::as_str));
    let mut builder = crate::corpus::CorpusBuilder::new(
        crate::text::normalize::Normalizer::new(NormalizeSteps::default()),
        crate::corpus::BuildOptions::default(),
        ctx,
    );
    for (id, text) in texts {
        builder.add(crate::corpus::Document::new(id, text));
    }
    builder.build().unwrap()
}

fn options(level: CutLevel, min_length: u32) -> LevelOptions {
    LevelOptions {
        level,
        min_length,
        approved: None,
    }
}

/// Texts of few words, so that much repeats: periods, numbers, letters, pairs of
/// surrogates, marks and line ends.
fn texts() -> impl Strategy<Value = Vec<String>> {
    let word = prop_oneof![
        4 => "[甲乙丙]{1,4}",
        2 => Just("各地要落实联防联控".to_owned()),
        1 => Just("“群防群治”，".to_owned()),
        1 => "[0-9]{1,3}",
        1 => "(ab|abc|cab) ",
        1 => Just("𠀀𠀁𠀂".to_owned()),
        1 => prop_oneof![Just("。\n"), Just("\r\n"), Just("\n　　"), Just("（")].prop_map(str::to_owned),
    ];
    let text = prop::collection::vec(word, 0..14).prop_map(|words| words.concat());
    prop::collection::vec(text, 0..7)
}

fn windows_of(units: &[u16], length: usize) -> Vec<&[u16]> {
    units.windows(length).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn prop_passages_are_cut_as_their_definition_says(texts in texts(), length in 2usize..7) {
        let corpus = corpus(&texts);
        let order: Vec<DocId> = corpus.docs().collect();
        let mut found = Vec::new();
        unit_cuts(&corpus, &order, length, &Context::default(), |cut| {
            found.push(cut);
            Ok(())
        })
        .unwrap();
        let normalized: Vec<Vec<u16>> =
            order.iter().map(|doc| corpus.normalized(*doc).to_vec()).collect();
        let seams: Vec<Seams> = order.iter().map(|doc| Seams::new(&corpus, *doc)).collect();
        let expected = naive::cuts(&normalized, &seams, length);

        // Pieces that follow one another are one run.
        let mut runs: Vec<Vec<std::ops::Range<usize>>> = vec![Vec::new(); texts.len()];
        for cut in &found {
            let runs = &mut runs[cut.doc.index()];
            match runs.last_mut() {
                Some(last) if last.end == cut.start => last.end = cut.end,
                _ => runs.push(cut.start..cut.end),
            }
        }
        // So do runs of the definition that touch.
        let joined: Vec<Vec<std::ops::Range<usize>>> = expected
            .iter()
            .map(|runs| {
                let mut joined: Vec<std::ops::Range<usize>> = Vec::new();
                for run in runs {
                    match joined.last_mut() {
                        Some(last) if last.end == run.start => last.end = run.end,
                        _ => joined.push(run.clone()),
                    }
                }
                joined
            })
            .collect();
        prop_assert_eq!(&runs, &joined);

        // What goes stands where the cut says.
        for cut in &found {
            let gone = &normalized[cut.doc.index()][cut.start..cut.end];
            let first = &normalized[cut.first.index()];
            prop_assert_eq!(gone, &first[cut.first_start..cut.first_start + gone.len()]);
            prop_assert!(!is_joined_at(&seams[cut.doc.index()], runs[cut.doc.index()].iter()));
        }

        // Nothing is left that stands twice, apart from itself.
        let mut left: Vec<(usize, usize, &[u16])> = Vec::new();
        for (doc, units) in normalized.iter().enumerate() {
            let mut begin = 0;
            for run in runs[doc].iter().cloned().chain(std::iter::once(units.len()..units.len())) {
                for (at, window) in windows_of(&units[begin..run.start], length).into_iter().enumerate() {
                    // Inside of a number or a word nothing is cut.
                    let at = begin + at;
                    if !seams[doc].cuttable(at..at + length).is_empty() {
                        left.push((doc, at, window));
                    }
                }
                begin = run.end;
            }
        }
        for (nth, (doc, at, window)) in left.iter().enumerate() {
            for (other_doc, other_at, other) in &left[nth + 1..] {
                let overlap = doc == other_doc && at + length > *other_at;
                prop_assert!(overlap || window != other, "{doc}:{at} {other_doc}:{other_at}");
            }
        }
    }

    #[test]
    fn prop_texts_lose_what_is_cut_and_nothing_else(
        texts in texts(),
        length in 2u32..7,
        level in prop_oneof![Just(CutLevel::Passage), Just(CutLevel::Line), Just(CutLevel::Paragraph)],
    ) {
        let corpus = corpus(&texts);
        let order: Vec<DocId> = corpus.docs().collect();
        let options = options(level, length);
        let cuts = options.cuts(&corpus, &order, &Context::default()).unwrap();
        for doc in corpus.docs() {
            let text = corpus.text(doc).unwrap();
            let own: Vec<Cut> = cuts.iter().filter(|cut| cut.doc == doc).collect();
            for pair in own.windows(2) {
                prop_assert!(pair[0].span.end <= pair[1].span.start);
            }
            let gone: usize = own.iter().map(|cut| (cut.span.end - cut.span.start) as usize).sum();
            prop_assert_eq!(without_cuts(text, &own).len() + gone, text.len());
            for cut in &own {
                let first = corpus.text(cut.first).unwrap();
                prop_assert!(first.is_char_boundary(cut.first_span.start as usize));
                prop_assert!(first.is_char_boundary(cut.first_span.end as usize));
                if level != CutLevel::Passage {
                    let normalized = |text: &str| {
                        let mut units = Vec::new();
                        corpus.normalizer().normalize_into(text, &mut units);
                        units
                    };
                    let part = |text: &str, span: Span| {
                        normalized(&text[span.start as usize..span.end as usize])
                    };
                    prop_assert_eq!(part(text, cut.span), part(first, cut.first_span));
                }
            }
        }
        if level != CutLevel::Passage {
            // Of the lines that stay no two are the same.
            let mut seen = std::collections::HashSet::new();
            for doc in corpus.docs() {
                let text = corpus.text(doc).unwrap();
                for unit in units::units(text, level) {
                    let is_cut = cuts.iter().any(|cut| {
                        cut.doc == doc && cut.span == Span::new(unit.start, unit.end)
                    });
                    let mut normalized = Vec::new();
                    corpus.normalizer().normalize_into(&text[unit], &mut normalized);
                    if !is_cut && normalized.len() >= length as usize {
                        prop_assert!(seen.insert(normalized));
                    }
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn prop_cuts_and_suggestions_on_disk_are_those_in_memory(
        texts in texts(),
        length in 2u32..7,
        level in prop_oneof![Just(CutLevel::Passage), Just(CutLevel::Line), Just(CutLevel::Paragraph)],
    ) {
        let dir = tempfile::tempdir().unwrap();
        let folder = Arc::new(SpillFolder::new(dir.path(), 20_000_000).unwrap());
        let ctx = Context::default();
        let held = corpus(&texts);
        let spilled = corpus_within(&texts, &Context::default().with_memory(folder.clone()));
        let order: Vec<DocId> = held.docs().collect();
        let options = options(level, length);
        let expected: Vec<Cut> = options.cuts(&held, &order, &ctx).unwrap().iter().collect();
        let found: Vec<Cut> = options.cuts(&spilled, &order, &ctx).unwrap().iter().collect();
        prop_assert_eq!(&found, &expected);
        prop_assert!(expected.windows(2).all(|two| (two[0].doc, two[0].span.start) < (two[1].doc, two[1].span.start)));
        let expected = options.suggestions(&held, &ctx).unwrap();
        // Sixteen items at a time.
        folder.set_budget(2_000);
        if 2 * expected.iter().map(|one| one.text.len() + 80).sum::<usize>() <= 750 {
            prop_assert_eq!(options.suggestions(&spilled, &ctx).unwrap(), expected);
        } else {
            let error = options.suggestions(&spilled, &ctx).unwrap_err();
            prop_assert!(error.to_string().contains("too many for a list"));
        }
        if level != CutLevel::Passage {
            let again: Vec<Cut> = options.cuts(&spilled, &order, &ctx).unwrap().iter().collect();
            prop_assert_eq!(again, found);
        }
    }
}

#[test]
fn windows_that_exceed_the_budget_are_refused_before_they_are_kept() {
    let line = |n: u32| char::from_u32(0x4e00 + n).unwrap();
    let text: String = (0..20_000).map(line).collect();
    let dir = tempfile::tempdir().unwrap();
    let folder = Arc::new(SpillFolder::new(dir.path(), 16_100_000).unwrap());
    let corpus = corpus_within(
        &[text.clone(), text],
        &Context::default().with_memory(folder),
    );
    let order: Vec<DocId> = corpus.docs().collect();
    let cuts = options(CutLevel::Passage, 50).cuts(&corpus, &order, &Context::default());
    let error = cuts.unwrap_err().to_string();
    assert!(
        error.contains("windows that stand in several places"),
        "{error}"
    );
}

fn is_joined_at<'a>(
    seams: &Seams<'_>,
    mut runs: impl Iterator<Item = &'a std::ops::Range<usize>>,
) -> bool {
    runs.any(|run| seams.cuttable(run.clone()) != *run)
}

fn left(texts: &[&str], level: CutLevel, length: u32) -> Vec<String> {
    let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
    let corpus = corpus(&texts);
    let order: Vec<DocId> = corpus.docs().collect();
    let cuts = options(level, length)
        .cuts(&corpus, &order, &Context::default())
        .unwrap();
    let left = corpus.docs().map(|doc| {
        let own: Vec<Cut> = cuts.iter().filter(|cut| cut.doc == doc).collect();
        without_cuts(corpus.text(doc).unwrap(), &own)
    });
    left.collect()
}

#[test]
fn repeated_lines_go_after_their_first_place_whatever_their_marks() {
    let left = left(
        &[
            "县里下了大雪。\n责任编辑：张三李四王五\n完\n",
            "镇上的桥修好了。\n責任編輯: 张三李四王五\n完\n",
        ],
        CutLevel::Line,
        8,
    );
    assert_eq!(
        left,
        [
            "县里下了大雪。\n责任编辑：张三李四王五\n完\n",
            "镇上的桥修好了。\n完\n"
        ]
    );
}

#[test]
fn a_passage_goes_with_its_marks_and_leaves_numbers_and_lines_whole() {
    let same = "各地要落实联防联控群防群治的要求";
    let left = left(
        &[
            &format!("今天学习。{same}，不得有误。"),
            &format!("昨天也开会。\n　　“{same}。”\n会上通报了情况。"),
            &format!("增长2{same}3成；再说一遍：{same}！完了。"),
        ],
        CutLevel::Passage,
        12,
    );
    assert_eq!(left[1], "昨天也开会。\n会上通报了情况。");
    assert_eq!(left[2], "增长2求3成；再说一遍：完了。");
}

#[test]
fn a_long_period_takes_no_quadratic_time() {
    let texts = ["啊".repeat(300_000), "哈哈".repeat(100_000)];
    let corpus = corpus(&texts);
    let order: Vec<DocId> = corpus.docs().collect();
    let cuts = options(CutLevel::Passage, 50)
        .cuts(&corpus, &order, &Context::default())
        .unwrap();
    let own: Vec<Cut> = cuts.iter().filter(|cut| cut.doc == DocId(0)).collect();
    let text = corpus.text(DocId(0)).unwrap();
    assert_eq!(without_cuts(text, &own), "啊".repeat(50));
}

#[test]
fn a_long_word_that_repeats_takes_no_quadratic_time() {
    let word: String = (0..60_000u32)
        .map(|n| char::from(b'a' + (crate::hash::mix(n.into()) % 26) as u8))
        .collect();
    let corpus = corpus(&[word.clone(), word]);
    let order: Vec<DocId> = corpus.docs().collect();
    let cuts = options(CutLevel::Passage, 50).cuts(&corpus, &order, &Context::default());
    // All of a text may go, and of a word no part.
    assert_eq!(cuts.unwrap().len(), 1);
    let corpus = corpus_within(
        &[
            "Water".repeat(20_000),
            "a1".to_owned() + &"Water".repeat(20_000),
        ],
        &Context::default(),
    );
    let cuts = options(CutLevel::Passage, 50).cuts(&corpus, &order, &Context::default());
    assert!(cuts.unwrap().is_empty());
}

#[test]
fn passages_of_scripts_with_blanks_go_between_words() {
    let own = "The council met on Monday. The old mill by the river will be closed until the \
               bridge has been repaired. Nobody objected.";
    let reuse = "Yesterday's paper: the old mill by the river will be closed until the bridge has \
                 been repaired! We asked why.";
    assert_eq!(
        left(&[own, reuse], CutLevel::Passage, 40),
        [own, "Yesterday's paper: We asked why."]
    );
    // Nor does a word lose what stands elsewhere in another one.
    let part = "Grandmill by the river will be closed until the bridge has been repaired";
    assert_eq!(
        left(&[own, part], CutLevel::Passage, 40),
        [own, "Grandmill "]
    );
    let line =
        "First line.\nThe old mill by the river will be closed until the bridge\nLast line.\n";
    assert_eq!(
        left(&[own, line], CutLevel::Passage, 30),
        [own, "First line.\nLast line.\n"]
    );
    let russian = "Старая мельница у реки закрыта, пока чинят мост.";
    assert_eq!(
        left(
            &[russian, &format!("Вчера: {russian} Почему?")],
            CutLevel::Passage,
            20
        ),
        [russian, "Вчера: Почему?"]
    );
}

#[test]
fn approved_lines_alone_are_cut() {
    let text = "# 公告\n请大家互相转告一下\n请各位按时参加会议\n".to_owned();
    let corpus = corpus(&[text.clone(), text]);
    let all = options(CutLevel::Line, 2);
    let ctx = Context::default();
    let suggestions = all.suggestions(&corpus, &ctx).unwrap();
    let list = write_suggestions(&suggestions);
    assert_eq!(
        list,
        "# no source\n# 2 times in 2 documents\n\\# 公告\n# 2 times in 2 documents\n请各位按时参加会议\n\
         # 2 times in 2 documents\n请大家互相转告一下\n"
    );
    let edited = list.replace("请大家互相转告一下\n", "");
    let approved = LevelOptions {
        approved: Some(approved_lines(&edited, corpus.normalizer())),
        ..all
    };
    let order: Vec<DocId> = corpus.docs().collect();
    let cuts = approved.cuts(&corpus, &order, &ctx).unwrap();
    let cuts: Vec<Cut> = cuts.iter().collect();
    assert_eq!(
        without_cuts(corpus.text(DocId(1)).unwrap(), &cuts),
        "请大家互相转告一下\n"
    );
    assert!(is_joined(b'1'.into(), b'2'.into()));
}

#[test]
fn a_line_with_other_signs_is_no_repeat() {
    let rest = "船工昨天在公告栏前念了名单，请各家在月底以前登记。";
    let cuts_of = |one: &str, other: &str| {
        let texts = [one, other].map(|sign| format!("渡口{sign}通航。{rest}\n"));
        let options = options(CutLevel::Line, 5);
        let corpus = corpus(&texts);
        let order: Vec<DocId> = corpus.docs().collect();
        options
            .cuts(&corpus, &order, &Context::default())
            .unwrap()
            .len()
    };
    for (one, other, cuts) in [
        ("✓", "✗", 0),
        ("★★★", "★★★★★", 0),
        ("★★★", "★★★☆☆", 1),
        ("✓", "✔", 1),
        ("（dù kǒu）", "", 1),
    ] {
        assert_eq!(cuts_of(one, other), cuts, "{one} {other}");
    }
}

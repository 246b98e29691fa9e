//! Tests of stages that stand on several files, each held against its definition in `naive`.

use proptest::prelude::*;

use crate::context::Context;
use crate::corpus::Corpus;
use crate::phrases::PhraseOptions;
use crate::phrases::cohesion;
use crate::phrases::naive;
use crate::phrases::prefilter::{self, PhraseCandidate};
use crate::phrases::punctuation;
use crate::phrases::select::score_all;
use crate::phrases::set_form;
use crate::phrases::statistics::Statistics;
use crate::phrases::timeline::Calendar;
use crate::suffix::Index;
use crate::suffix::concat::SEPARATOR;
use crate::suffix::interval::Interval;
use crate::suffix::inverse::InverseQuery;
use crate::suffix::naive::{corpus, documents};
use crate::suffix::whole_numbers::WholeNumbers;
use crate::text::numbers;

/// Returns the share in the margin of 联防联控, which begins the first of some
/// documents of 300 characters and stands in the middle of the others.
fn at_margin(of_first: usize, documents: usize) -> f32 {
    let document = |n: usize| {
        let filling = |from: usize, len: usize| -> String {
            let nth = |k: usize| (k * k * (n + 3) + k * 7 + n) % 500;
            let character = |k| char::from_u32(0x5000 + nth(k) as u32).unwrap();
            (from..from + len).map(character).collect()
        };
        let before = if n < of_first { 5 } else { 148 };
        filling(0, before) + "联防联控" + &filling(before, 296 - before)
    };
    let documents: Vec<String> = (0..documents).map(document).collect();
    let corpus = corpus(&documents);
    let index = Index::new(&corpus, &Context::default()).unwrap();
    let statistics = Statistics::new(&index);
    let mut found = None;
    index.walk(4, 2, |interval| {
        if index.string(&interval) == "联防联控" {
            found = Some(interval);
        }
    });
    statistics
        .context_counter()
        .measure(&found.unwrap())
        .at_margin
}

#[test]
fn what_may_be_in_the_margin_by_chance_is_not_counted() {
    assert_eq!(at_margin(3, 3), 1.0);
    assert_eq!(at_margin(2, 3), 0.0);
    assert_eq!(at_margin(16, 20), 0.8);
    assert_eq!(at_margin(5, 20), 0.0);
}

proptest! {
    #[test]
    fn prop_branching_entropy_matches_brute_force(documents in documents()) {
        let corpus = corpus(&documents);
        let index = Index::new(&corpus, &Context::default()).unwrap();
        let statistics = Statistics::new(&index);
        let mut intervals = Vec::new();
        index.walk(2, 1, |interval| intervals.push(interval));
        let mut context_counter = statistics.context_counter();
        for interval in intervals {
            let position = index.position(&interval);
            let string: Vec<char> = index.text.slice(position, interval.length).chars().collect();
            let context = context_counter.measure(&interval);
            let found = [context.left.entropy, context.right.entropy];
            let expected = naive::branching_entropy(&documents, &string);
            for (found, expected) in found.into_iter().zip(expected) {
                let off = (f64::from(found) - expected).abs();
                prop_assert!(off < 1e-4, "{string:?}: {found}, not {expected}");
            }
        }
    }
}

proptest! {
    #[test]
    fn prop_weakest_split_matches_brute_force(documents in documents()) {
        let corpus = corpus(&documents);
        let index = Index::new(&corpus, &Context::default()).unwrap();
        let statistics = Statistics::new(&index);
        let mut intervals = Vec::new();
        index.walk(2, 1, |interval| intervals.push(interval));
        let mut query = InverseQuery::new(index.text.len());
        let position = |interval: &Interval| index.position(interval);
        for interval in &intervals {
            cohesion::add_parts(&mut query, position(interval), interval.length);
        }
        let ranks = query.find(&index.suffixes);
        let split_scorer = statistics.split_scorer(&ranks);
        for interval in intervals {
            let string: Vec<char> = index.string(&interval).chars().collect();
            let at = |end: u32| index.text.at(position(&interval) + end);
            let count = |end: u32| statistics.bigrams.find(at(end), at(end + 1)).map(|bigram| statistics.bigrams.at(bigram).count());
            let ends = [0, interval.length - 2].map(|end| count(end).unwrap());
            let found = split_scorer.weakest_split(&interval, ends, f32::MIN).unwrap().bits;
            let expected = naive::weakest_split(&documents, &string, index.text.len());
            let off = (f64::from(found) - expected).abs();
            prop_assert!(off < 1e-4, "{string:?}: {found}, not {expected}");
        }
    }
}

proptest! {
    #[test]
    fn prop_bigrams_are_counted_as_one_by_one(documents in documents()) {
        let corpus = corpus(&documents);
        let index = Index::new(&corpus, &Context::default()).unwrap();
        let Statistics { bigrams, .. } = &Statistics::new(&index);
        let symbols: Vec<u32> = (0..index.text.len() as u32).map(|at| index.text.at(at)).collect();
        for symbol in 0..index.text.symbol_count() as u32 {
            let count = symbols.iter().filter(|s| **s == symbol).count();
            prop_assert_eq!(bigrams.single(symbol) as usize, count);
        }
        for pair in symbols.windows(2).filter(|pair| pair[0] != SEPARATOR) {
            let count = symbols.windows(2).filter(|other| *other == pair).count();
            let found = bigrams.find(pair[0], pair[1]).map(|at| bigrams.at(at).count());
            prop_assert_eq!(found, Some(count as u32));
        }
    }
}

proptest! {
    #[test]
    fn prop_what_the_prefilter_leaves_out_is_no_phrase(documents in documents()) {
        let corpus = corpus(&documents);
        let index = Index::new(&corpus, &Context::default()).unwrap();
        let statistics = Statistics::new(&index);
        let mut all = Vec::new();
        index.walk(2, 2, |repeat| {
            let position = index.position(&repeat);
            if statistics.boundaries.is_one_word(position, repeat.length) {
                return;
            }
            let bigram = |at| statistics.bigrams.find(index.text.at(at), index.text.at(at + 1));
            all.push(PhraseCandidate {
                repeat,
                first: bigram(position).unwrap(),
                last: bigram(position + repeat.length - 2).unwrap(),
                free: 1.0,
            });
        });
        let candidates = prefilter::candidates(&statistics, 0..index.text.len(), (2, 2), corpus.len());
        for phrase in score_all(&statistics, &corpus, &Calendar::new(&corpus), &all).concat() {
            let kept = candidates.iter().any(|one| one.repeat == phrase.interval);
            prop_assert!(kept, "{}", index.string(&phrase.interval));
        }
    }
}

#[test]
fn what_mostly_follows_a_verb_is_its_object() {
    let documents = [
        "各县坚持山水相连总思路。",
        "乡里坚持山水相连总思路。",
        "说起山水相连总思路，谁也不反对。",
        "坚持。山水相连总思路不变。",
        "实行山水相连总思路。",
    ];
    let corpus = corpus(&documents.map(str::to_owned));
    let index = Index::new(&corpus, &Context::default()).unwrap();
    let statistics = Statistics::new(&index);
    let context_counter = statistics.context_counter();
    let mut objects = Vec::new();
    index.walk(5, 3, |interval| {
        objects.push((
            index.string(&interval),
            context_counter.is_object(&interval),
        ));
    });
    // A mark parts what follows it from the verb.
    let expected = [("坚持山水相连总思路", false), ("山水相连总思路", true)];
    assert_eq!(
        objects,
        expected.map(|(string, is)| (string.to_owned(), is))
    );
}

#[test]
fn a_korean_phrase_begins_where_a_word_does() {
    let texts = [
        "시의회는 학교 수리 계획을 발표했다. 시장은 학교 수리 계획을 설명했다.",
        "주민들은 학교 수리 계획을 환영했다. 시장은 예산을 밝혔다.",
        "교육 당국은 학교 수리 계획을 검토하고 있다. 교사들도 학교 수리 계획을 기다린다.",
    ];
    let texts = ["a", "b", "c"].into_iter().zip(texts);
    let corpus = Corpus::from_texts(texts, Default::default());
    let context = Context::default();
    let phrases = crate::phrases::reused_phrases(&corpus, &PhraseOptions::default(), &context);
    let found: Vec<String> = phrases.unwrap().into_iter().map(|p| p.phrase).collect();
    assert!(
        found.iter().any(|phrase| phrase == "학교 수리 계획을"),
        "{found:?}"
    );
    assert!(
        !found.iter().any(|phrase| phrase.starts_with('은')),
        "{found:?}"
    );
}

#[test]
fn a_saying_that_a_particle_always_follows_is_a_phrase() {
    let texts = [
        "山村发生了翻天覆地的变化，孩子们唱起脍炙人口的渔歌。",
        "说到翻天覆地的新气象，老船工谈起脍炙人口的故事。",
        "渡口迎来翻天覆地的一年，村里排演脍炙人口的戏文。",
    ];
    let texts = ["a", "b", "c"].into_iter().zip(texts);
    let corpus = Corpus::from_texts(texts, Default::default());
    let context = Context::default();
    let phrases = crate::phrases::reused_phrases(&corpus, &PhraseOptions::default(), &context);
    let found: Vec<String> = phrases.unwrap().into_iter().map(|p| p.phrase).collect();
    // The last character of the one is a particle elsewhere.
    for saying in ["翻天覆地", "脍炙人口"] {
        assert!(found.iter().any(|phrase| phrase == saying), "{found:?}");
    }
}

#[test]
fn sayings_and_lists_are_whole_by_their_form() {
    for (written, expected) in [
        ("八仙过海，各显神通", true),
        ("实事求是", true),
        ("大众创业、万众创新", true),
        ("稳增长、促改革、调结构", true),
        ("能源、交通", false),
        ("大众创业万众创新", false),
        ("昨夜下了雨", false),
        ("昨夜下了雨，今天早晨才停", false),
    ] {
        let corpus = corpus(&[written.to_owned()]);
        let index = Index::new(&corpus, &Context::default()).unwrap();
        let boundaries = punctuation::marks(&index.text, &corpus);
        let is_set = set_form::is_set(&index.text, &boundaries, 0, index.text.length(0));
        assert_eq!(is_set, expected, "{written}");
    }
}

/// Spelt out: for every suffix the longest beginning in another document.
fn naive_shared(documents: &[Vec<char>], of: usize) -> Vec<usize> {
    let text = &documents[of];
    let has = |part: &[char]| {
        let others = documents.iter().enumerate().filter(|(at, _)| *at != of);
        others
            .map(|(_, other)| other)
            .any(|other| other.windows(part.len()).any(|w| w == part))
    };
    let longest = |at: usize| {
        (1..=text.len() - at)
            .rev()
            .find(|len| has(&text[at..at + len]))
    };
    (0..text.len()).map(|at| longest(at).unwrap_or(0)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]
    #[test]
    fn prop_shared_lengths_match_brute_force(documents in documents()) {
        let texts: Vec<(String, &str)> =
            documents.iter().enumerate().map(|(n, text)| (n.to_string(), text.as_str())).collect();
        let corpus = Corpus::from_texts(
            texts.iter().map(|(id, text)| (id.as_str(), *text)), Default::default());
        let reuse = PhraseOptions::default().run(&corpus, &Context::default()).unwrap().documents();
        let characters: Vec<Vec<char>> = documents.iter().map(|text| text.chars().collect()).collect();
        for (of, reuse) in reuse.iter().enumerate() {
            let shared = naive_shared(&characters, of);
            let length = characters[of].len();
            let r: usize = shared.iter().sum();
            if length > 0 {
                let expected = r as f64 / (length * (length + 1) / 2) as f64;
                prop_assert!((reuse.r_measure - expected).abs() < 1e-12);
                let covered = (0..length)
                    .filter(|&at| (0..=at).any(|from| shared[from] >= 8 && from + shared[from] > at));
                prop_assert_eq!(reuse.shared_8, covered.count() as f64 / length as f64);
            }
        }
    }
}

proptest! {
    #[test]
    fn prop_counts_are_those_of_occurrences_that_cut_no_number(
        documents in prop::collection::vec("([甲乙]{0,2}(1|12|1\\.2|2%|-1)[丙丁]{1,3}){0,4}", 0..8)
    ) {
        let corpus = corpus(&documents);
        let index = Index::new(&corpus, &Context::default()).unwrap();
        let whole = WholeNumbers::new(&index.text, &index.suffixes);
        let mut repeats = Vec::new();
        index.walk(1, 2, |interval| repeats.push(interval));
        for repeat in repeats {
            let string = index.string(&repeat);
            let is_inside = |text: &str, at: usize| {
                let units: Vec<u16> = text.encode_utf16().collect();
                numbers::is_inside(&units, text[..at].encode_utf16().count())
            };
            let (mut in_documents, mut occurrences) = (0, 0);
            for document in corpus.docs() {
                let text = String::from_utf16(corpus.normalized(document)).unwrap();
                let starts = text.char_indices().map(|(start, _)| start);
                let is_whole = |start: &usize| {
                    text[*start..].starts_with(&string)
                        && ![*start, start + string.len()]
                            .into_iter()
                            .any(|at| is_inside(&text, at))
                };
                let count = starts.filter(is_whole).count() as u64;
                in_documents += u32::from(count > 0);
                occurrences += count;
            }
            let counted = whole.counted(repeat);
            let found = counted.map_or((0, 0), |counted| (counted.documents, counted.occurrences));
            prop_assert_eq!(found, (in_documents, occurrences), "{}", string);
        }
    }
}

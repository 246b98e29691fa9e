//! Phrases through the public API: the acceptance case, occurrences, options.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::Path;

use leitong::Context;
use leitong::corpus::{Corpus, DocId, Document};
use leitong::phrases::{
    Phrase, PhraseKind, PhraseList, PhraseOptions, PhraseSort, Repeat, all_repeats, reused_phrases,
};
use leitong::read;
use leitong::read::{CorpusOptions, Inputs};
use leitong::records::phrases::PhraseRecord;
use leitong::records::repeats::RepeatRecord;
use leitong::text::normalize::Normalizer;

fn corpus(texts: &[&str]) -> Corpus {
    let ids: Vec<String> = (0..texts.len()).map(|n| format!("{n:03}")).collect();
    Corpus::from_texts(
        ids.iter().map(String::as_str).zip(texts.iter().copied()),
        Default::default(),
    )
}

fn find<'a>(phrases: &'a [Phrase], phrase: &str) -> Option<&'a Phrase> {
    phrases.iter().find(|found| found.phrase == phrase)
}

fn all(corpus: &Corpus, options: &PhraseOptions) -> Vec<Repeat> {
    let mut repeats = Vec::new();
    all_repeats(corpus, options, &Context::default(), |repeat| {
        repeats.push(repeat);
        Ok(())
    })
    .unwrap();
    repeats
}

/// Small articles in the manner of the news: mixed scripts, readings, marks.
const ARTICLES: [&str; 5] = [
    "要加強(qiáng)聯(lián)防聯(lián)控、群防群治，把防線築牢。同心同德，共渡難關。",
    "坚持联防联控、群防群治的办法，人人有责；社区工作者挨户走访。",
    "我们说过：群防群治靠大家！社区工作者很辛苦，群防群控不能松。",
    "<b>群防群控</b>是办法，群防&nbsp;群治也是办法。",
    "与此无关的一篇短文，只谈天气和收成。",
];

#[test]
fn a_formula_is_found_whole_and_shown_as_it_was_written() {
    let corpus = corpus(&ARTICLES);
    let phrases = reused_phrases(&corpus, &PhraseOptions::default(), &Context::default()).unwrap();
    let whole = find(&phrases, "联防联控群防群治").expect("it is in two articles");
    assert_eq!(
        (whole.documents, whole.occurrences, whole.length),
        (2, 2, 8)
    );
    let written: Vec<_> = whole
        .locations
        .iter()
        .map(|occurrence| occurrence.text(&corpus).unwrap())
        .collect();
    assert_eq!(
        written,
        ["聯(lián)防聯(lián)控、群防群治", "联防联控、群防群治"]
    );
    for stray in ["防联控群防群治", "群防群治的", "的联防联控"] {
        assert_eq!(find(&phrases, stray), None);
    }
}

#[test]
fn one_character_changed_stays_in_the_family() {
    let corpus = corpus(&ARTICLES);
    let phrases = reused_phrases(&corpus, &PhraseOptions::default(), &Context::default()).unwrap();
    let [a, b] = ["群防群治", "群防群控"].map(|p| find(&phrases, p).unwrap().family.clone());
    assert!(a.is_some());
    assert_eq!(a, b);
    let families = PhraseOptions::default()
        .run(&corpus, &Context::default())
        .unwrap()
        .phrases()
        .families(&PhraseOptions::default());
    assert!(
        families[0]
            .members
            .iter()
            .any(|member| member.phrase == "群防群控")
    );
}

#[test]
fn the_members_of_a_list_and_the_whole_list_are_phrases() {
    let corpus = corpus(&[
        "县里提出产业兴旺、生态宜居、乡风文明的目标，干部都记在本子上。",
        "墙上写着：产业兴旺、生态宜居、乡风文明！老人看了又看。",
        "他问什么叫产业兴旺、生态宜居、乡风文明，没有人答得全。",
        "会上说的是“产业兴旺、生态宜居、乡风文明”，会后各回各家。",
        "生态宜居要种树，乡风文明要修桥；产业兴旺靠的是茶。",
    ]);
    let phrases = reused_phrases(&corpus, &PhraseOptions::default(), &Context::default()).unwrap();
    for phrase in [
        "产业兴旺",
        "生态宜居",
        "乡风文明",
        "产业兴旺生态宜居乡风文明",
    ] {
        assert!(find(&phrases, phrase).is_some(), "{phrase}");
    }
    for stretch in ["产业兴旺生态宜居", "生态宜居乡风文明"] {
        assert!(find(&phrases, stretch).is_none(), "{stretch}");
    }
}

#[test]
fn a_part_that_stands_on_its_own_in_eight_articles_is_a_phrase() {
    let characters: Vec<char> = "山水风云花鸟鱼虫日月星辰春夏秋冬东南西北金木火土教育"
        .chars()
        .collect();
    let around = |n: usize| -> String {
        let nth = |k: usize| characters[(n * 7 + k * (n % 5 + 1) * 3) % characters.len()];
        (0..16).map(nth).collect()
    };
    let part_of = |alone: usize| {
        let article = |n: usize| {
            let phrase = if n < alone {
                "，群众路线，"
            } else {
                "，群众路线教育实践活动，"
            };
            around(n) + phrase + &around(n + 31)
        };
        let articles: Vec<String> = (0..100).map(article).collect();
        let articles: Vec<&str> = articles.iter().map(String::as_str).collect();
        let phrases = reused_phrases(
            &corpus(&articles),
            &PhraseOptions::default(),
            &Context::default(),
        )
        .unwrap();
        assert!(find(&phrases, "群众路线教育实践活动").is_some());
        find(&phrases, "群众路线").map(|part| part.documents)
    };
    assert_eq!(part_of(8), Some(100));
    assert_eq!(part_of(7), None);
}

#[test]
fn one_end_of_a_frame_is_no_phrase() {
    let corpus = scattered(&[
        "小队以老渔民同志为主力",
        "这里以老渔民同志为骨干",
        "如今以老渔民同志为主力",
        "合作社以老渔民同志为骨干",
    ]);
    let phrases = reused_phrases(&corpus, &PhraseOptions::default(), &Context::default()).unwrap();
    assert!(find(&phrases, "以老渔民同志为主力").is_some());
    assert!(find(&phrases, "以老渔民同志为").is_none());
}

#[test]
fn the_clauses_of_an_article_that_others_print_are_no_phrases() {
    let printed = "老周把船推下水，天还没有亮，对岸的灯一盏一盏灭了。渡口的人说，这条船走了三十年，没有误过一次班，也没有多收过一分钱。";
    let corpus = corpus(&[
        &format!("本报讯 {printed}"),
        &format!("{printed}（来源：别处）"),
        &format!("编者按：好故事。{printed}"),
        "没有误过一次班的还有他的父亲。",
    ]);
    let phrases = reused_phrases(&corpus, &PhraseOptions::default(), &Context::default()).unwrap();
    let found: Vec<_> = phrases.iter().map(|phrase| &*phrase.phrase).collect();
    assert_eq!(found, ["没有误过一次班"]);
    assert_eq!((phrases[0].documents, phrases[0].parts.independent), (4, 2));
}

#[test]
fn occurrences_are_on_character_boundaries_and_normalize_to_the_phrase() {
    let corpus = corpus(&ARTICLES);
    let mut repeats = all(
        &corpus,
        &PhraseOptions {
            min_length: 1,
            ..Default::default()
        },
    );
    assert!(!repeats.is_empty());
    for repeat in repeats.drain(..) {
        assert_eq!(repeat.locations.len() as u64, repeat.occurrences);
        for occurrence in &repeat.locations {
            let mut units = Vec::new();
            corpus
                .normalizer()
                .normalize_into(occurrence.text(&corpus).unwrap(), &mut units);
            assert_eq!(String::from_utf16_lossy(&units), repeat.phrase);
        }
    }
}

#[test]
fn every_thread_count_gives_the_same_phrases() {
    let corpus = corpus(&ARTICLES);
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| {
            reused_phrases(&corpus, &PhraseOptions::default(), &Context::default()).unwrap()
        })
    };
    assert_eq!(run(1), run(4));
}

#[test]
fn options_filter_and_order_phrases() {
    let corpus = corpus(&ARTICLES);
    let run =
        |options: PhraseOptions| reused_phrases(&corpus, &options, &Context::default()).unwrap();
    let longest = run(PhraseOptions {
        sort: PhraseSort::Length,
        ..Default::default()
    });
    assert!(longest.is_sorted_by(|a, b| a.length >= b.length));
    let most = run(PhraseOptions {
        sort: PhraseSort::Documents,
        top: Some(1),
        ..Default::default()
    });
    assert_eq!(most[0].phrase, "群防群治");
    assert!(
        run(PhraseOptions {
            kind: Some(PhraseKind::Number),
            ..Default::default()
        })
        .is_empty()
    );
    let ignore = vec!["群防群治".to_owned()];
    assert_eq!(
        find(
            &run(PhraseOptions {
                ignore,
                ..Default::default()
            }),
            "群防群治"
        ),
        None
    );
    let long = run(PhraseOptions {
        min_length: 8,
        ..Default::default()
    });
    assert!(long.iter().all(|phrase| phrase.length >= 8));
}

#[test]
fn phrases_in_scripts_with_spaces_are_whole_words() {
    let texts = [
        "The village keeps its common well clean, and nobody pays for water there.",
        "A common well stood behind the school until the new road was laid.",
        "My uncle dug the common well with two friends in one dry summer.",
        "They met at the common well every evening; school began at eight.",
        "Деревня бережёт общий колодец, и никто не платит за воду.",
        "За школой был общий колодец, пока не проложили дорогу.",
        "Мой дядя вырыл общий колодец за одно сухое лето.",
    ];
    let corpus = corpus(&texts);
    let phrases = reused_phrases(&corpus, &PhraseOptions::default(), &Context::default()).unwrap();
    assert!(find(&phrases, "common well").is_some());
    assert!(find(&phrases, "общий колодец").is_some());
    for phrase in &phrases {
        for occurrence in &phrase.locations {
            let text = corpus.text(occurrence.document).unwrap();
            let (start, end) = (occurrence.start as usize, occurrence.end as usize);
            let inside = |before: &str, after: &str| {
                let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
                letter(before.chars().next_back()) && letter(after.chars().next())
            };
            let cut = inside(&text[..start], &text[start..]) || inside(&text[..end], &text[end..]);
            assert!(!cut, "{} in {text}", phrase.display);
            assert!(text[start..end].contains(' '), "{}", phrase.display);
        }
    }
}

#[test]
fn empty_and_tiny_corpora_have_no_phrases() {
    for texts in [&[][..], &[""], &["", "", ""], &["联", "联"], &["。", "！"]] {
        let corpus = corpus(texts);
        assert!(
            reused_phrases(&corpus, &PhraseOptions::default(), &Context::default())
                .unwrap()
                .is_empty()
        );
        assert!(all(&corpus, &PhraseOptions::default()).is_empty());
        assert_eq!(
            PhraseOptions::default()
                .run(&corpus, &Context::default())
                .unwrap()
                .documents()
                .len(),
            texts.len()
        );
    }
}

#[test]
fn every_equal_document_is_counted() {
    let corpus = corpus(&["群防群治，联防联控"; 300]);
    let repeats = all(&corpus, &PhraseOptions::default());
    assert_eq!(repeats.len(), 1);
    assert_eq!((repeats[0].documents, repeats[0].occurrences), (300, 300));
    assert_eq!(repeats[0].locations[299].document, DocId(299));
    let reuse = PhraseOptions::default()
        .run(&corpus, &Context::default())
        .unwrap()
        .documents();
    assert_eq!(reuse[7].r_measure, 1.0);
    assert_eq!(reuse[7].shared_8, 1.0);
}

#[test]
fn a_run_of_one_character_ends_quickly() {
    let run = "和".repeat(200_000);
    let corpus = corpus(&[&run, "和和和和和"]);
    let phrases = reused_phrases(&corpus, &PhraseOptions::default(), &Context::default()).unwrap();
    assert!(phrases.len() <= 2);
    PhraseOptions::default()
        .run(&corpus, &Context::default())
        .unwrap()
        .documents();
}

#[test]
fn a_record_has_its_keys_in_order() {
    let corpus = corpus(&ARTICLES);
    let phrases = reused_phrases(
        &corpus,
        &PhraseOptions {
            timeline: true,
            ..Default::default()
        },
        &Context::default(),
    )
    .unwrap();
    let phrase = find(&phrases, "联防联控群防群治").unwrap();
    let line = serde_json::to_string(&PhraseRecord::new(&corpus, phrase, true)).unwrap();
    let mut last = 0;
    for key in [
        "phrase",
        "display",
        "length",
        "documents",
        "occurrences",
        "score",
        "kind",
        "variants",
        "where",
        "parts",
        "family",
        "sources",
        "first_document",
        "months",
    ] {
        let at = line
            .find(&format!("\"{key}\":"))
            .unwrap_or_else(|| panic!("{key} in {line}"));
        assert!(at >= last, "{key} in {line}");
        last = at;
    }
    assert!(line.contains(r#""where":[{"id":"000","start":"#));
}

#[test]
fn phrases_of_a_list_are_found_without_being_selected() {
    let corpus = corpus(&ARTICLES);
    let list = PhraseList::new(&corpus, ["天氣", "群防群治"]).unwrap();
    let found = list
        .find(&corpus, &PhraseOptions::default(), &Context::default())
        .unwrap();
    assert_eq!(found[0].documents, 1);
    assert_eq!(found[1].documents, 4);
}

#[test]
fn a_list_of_phrases_has_a_timeline_where_one_is_asked_for() {
    let mut builder = Corpus::builder(Normalizer::default());
    for (id, text, date, source) in [
        ("甲", "要群防群治。", "2020-02-03", "晨报"),
        ("乙", "又说群防群治。", "2020-02-20", "晚报"),
        ("丙", "群防群治，再说一遍群防群治。", "2020-04-01", "晚报"),
    ] {
        builder = builder.push(Document::new(id, text).date(date).source(source));
    }
    let corpus = builder.build().unwrap();
    let list = PhraseList::new(&corpus, ["群防群治", "无处可寻"]).unwrap();
    let ctx = Context::default();
    let found = list.find(&corpus, &PhraseOptions::default(), &ctx).unwrap();
    assert!(found.iter().all(|phrase| phrase.timeline.is_none()));
    let options = PhraseOptions {
        timeline: true,
        ..PhraseOptions::default()
    };
    let found = list.find(&corpus, &options, &ctx).unwrap();
    let record = serde_json::to_value(RepeatRecord::new(&corpus, &found[0])).unwrap();
    assert_eq!(record["first_date"], "2020-02-03");
    assert_eq!(record["last_date"], "2020-04-01");
    assert_eq!(record["first_document"], "甲");
    assert_eq!(record["sources"], 2);
    assert_eq!(record["months"]["2020-02"], 2);
    let record = serde_json::to_value(RepeatRecord::new(&corpus, &found[1])).unwrap();
    assert_eq!(
        (&record["documents"], &record["sources"]),
        (&0.into(), &0.into())
    );
}

#[test]
fn words_of_scripts_with_spaces_keep_them_in_a_phrase() {
    let corpus = corpus(&[
        "Interest rates rose again. The committee met on Tuesday.",
        "Many firms fear that interest rates, now high, stay so. The Committee met.",
        "Wages and interest\nrates went up; the committee met twice.",
        "Новая библиотека открыта. Все рады.",
        "Читатели любят новая библиотека, говорит мэр.",
        "Вот новая  библиотека и сад.",
        "경제 성장을 위해 일한다.",
        "우리 모두 경제 성장을 위해 힘쓴다.",
        "그는 늘 경제 성장을 위해 애쓴다.",
        "النمو الاقتصادي مستمر",
        "قالوا إن النمو الاقتصادي بطيء",
        "نريد النمو الاقتصادي سريعا",
    ]);
    let phrases = reused_phrases(&corpus, &PhraseOptions::default(), &Context::default()).unwrap();
    for phrase in [
        "interest rates",
        "новая библиотека",
        "경제 성장을 위해",
        "النمو الاقتصادي",
    ] {
        let found = find(&phrases, phrase).unwrap_or_else(|| panic!("{phrase} in {phrases:?}"));
        assert_eq!(found.documents, 3, "{phrase}");
        assert_eq!(
            found.length as usize,
            phrase.replace(' ', "").chars().count()
        );
    }
    // A sentence ends between the two.
    assert!(
        phrases
            .iter()
            .all(|phrase| !phrase.phrase.contains("so the"))
    );
    let list = PhraseList::new(&corpus, ["InterestRates"]).unwrap();
    let options = PhraseOptions::default();
    let known = list.find(&corpus, &options, &Context::default()).unwrap();
    assert_eq!(known[0].phrase, "interest rates");
}

#[test]
fn a_word_that_a_line_breaks_is_no_phrase() {
    let mut texts = vec!["They came al\nthough it rained all day."];
    texts.extend([
        "We left, although nobody saw it.",
        "Although late, he won.",
        "She sang although tired.",
    ]);
    let phrases = reused_phrases(
        &corpus(&texts),
        &PhraseOptions::default(),
        &Context::default(),
    )
    .unwrap();
    assert!(find(&phrases, "although").is_none(), "{phrases:?}");
    assert!(find(&phrases, "al though").is_none(), "{phrases:?}");
}

/// Real articles, where they are at hand: they are no part of the project.
fn real_articles(bytes: usize) -> Option<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/xwlb/docs.jsonl.zst");
    let Ok(file) = std::fs::File::open(&path) else {
        eprintln!("skipped: no {}", path.display());
        return None;
    };
    let lines = BufReader::new(zstd::Decoder::new(file).unwrap()).lines();
    let mut left = bytes;
    let mut articles = Vec::new();
    for line in lines {
        let record: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
        let text = record["text"].as_str().unwrap().to_owned();
        left = left.saturating_sub(text.len());
        articles.push(text);
        if left == 0 {
            break;
        }
    }
    Some(articles)
}

/// A repeat with its occurrences, (document, start, end).
type Located = (String, u32, Vec<(u32, u32, u32)>);

/// Every maximal repeat of at least that many UTF-16 units in two documents,
/// by looking at every string that occurs twice, length by length.
fn brute_force(corpus: &Corpus, min_length: usize) -> Vec<Located> {
    let units: Vec<&[u16]> = corpus
        .docs()
        .map(|document| corpus.normalized(document))
        .collect();
    let mut found = Vec::new();
    for length in min_length.. {
        let mut occurrences: HashMap<&[u16], Vec<(usize, usize)>> = HashMap::new();
        for (document, units) in units.iter().enumerate() {
            for (offset, string) in units.windows(length).enumerate() {
                occurrences
                    .entry(string)
                    .or_default()
                    .push((document, offset));
            }
        }
        occurrences.retain(|_, occurrences| occurrences.len() > 1);
        if occurrences.is_empty() {
            break;
        }
        for (string, occurrences) in occurrences {
            let grows = |neighbour: &dyn Fn(usize, usize) -> Option<u16>| {
                let first = neighbour(occurrences[0].0, occurrences[0].1);
                first.is_some() && occurrences.iter().all(|&(d, o)| neighbour(d, o) == first)
            };
            let before = |d: usize, o: usize| o.checked_sub(1).map(|at| units[d][at]);
            let after = |d: usize, o: usize| units[d].get(o + length).copied();
            let documents = occurrences.chunk_by(|a, b| a.0 == b.0).count() as u32;
            if documents < 2 || grows(&before) || grows(&after) {
                continue;
            }
            let spans = occurrences.iter().map(|&(document, offset)| {
                let id = DocId(document as u32);
                let span = corpus.with_offsets(id).span(offset, offset + length);
                (document as u32, span.start as u32, span.end as u32)
            });
            found.push((
                String::from_utf16(string).unwrap(),
                documents,
                spans.collect(),
            ));
        }
    }
    found.sort();
    found
}

/// The characters of a phrase as they are compared: a phrase is shown in its
/// commonest spelling, while all members of a variant class (像, 象) compare
/// as one.
fn compared(corpus: &Corpus, phrase: &str) -> String {
    let mut units = Vec::new();
    corpus.normalizer().normalize_into(phrase, &mut units);
    let compared = String::from_utf16(&units).unwrap();
    // A sign at the rim of a phrase is judged anew without its neighbour.
    if compared.chars().count() == phrase.chars().count() {
        compared
    } else {
        phrase.to_owned()
    }
}

#[test]
fn all_repeats_of_real_text_match_brute_force() {
    let Some(articles) = real_articles(200_000) else {
        return;
    };
    let articles: Vec<&str> = articles.iter().map(String::as_str).collect();
    let corpus = corpus(&articles);
    let mut repeats: Vec<Located> = all(&corpus, &PhraseOptions::default())
        .into_iter()
        .map(|repeat| {
            let occurrence = |p: &leitong::suffix::Occurrence| (p.document.0, p.start, p.end);
            let occurrences = repeat.locations.iter().map(occurrence).collect();
            (
                compared(&corpus, &repeat.phrase),
                repeat.documents,
                occurrences,
            )
        })
        .collect();
    repeats.sort();
    let expected = brute_force(&corpus, 4);
    assert!(expected.len() > 100);
    assert_eq!(repeats.len(), expected.len());
    for (found, expected) in repeats.iter().zip(&expected) {
        assert_eq!(found, expected);
    }
}

#[test]
fn every_thread_count_gives_the_same_phrases_of_real_text() {
    let Some(articles) = real_articles(1_000_000) else {
        return;
    };
    let articles: Vec<&str> = articles.iter().map(String::as_str).collect();
    let corpus = corpus(&articles);
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| {
            reused_phrases(&corpus, &PhraseOptions::default(), &Context::default()).unwrap()
        })
    };
    let one = run(1);
    assert!(one.len() > 1000);
    assert!(one == run(2) && one == run(7));
}

/// The acceptance case, where the texts are at hand: they are no part of the
/// project.
#[test]
fn the_seeds_share_what_a_reader_finds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/seeds");
    if !folder.exists() {
        println!("skipped: {} is not there", folder.display());
        return;
    }
    let inputs = Inputs::find(&[folder]).unwrap();
    let options = CorpusOptions {
        keep_texts: true,
        ..Default::default()
    };
    let (corpus, _) = read::read(&inputs, &options, &Context::default()).unwrap();
    let phrases = reused_phrases(&corpus, &PhraseOptions::default(), &Context::default()).unwrap();
    for (phrase, documents) in [
        ("联防联控群防群治", ["000", "001"]),
        ("治理体系和治理能力的一次大考", ["000", "003"]),
        ("新时代文明实践中心", ["000", "002"]),
        ("群防群控", ["002", "004"]),
    ] {
        let found = find(&phrases, phrase).unwrap_or_else(|| panic!("{phrase}"));
        for document in documents {
            let has = |occurrence: &leitong::suffix::Occurrence| {
                corpus.id(occurrence.document).starts_with(document)
            };
            assert!(found.locations.iter().any(has), "{phrase} in {document}");
        }
    }
    assert_eq!(find(&phrases, "联防联控群防群"), None);
    let [a, b] = ["群防群治", "群防群控"].map(|p| find(&phrases, p).unwrap().family.clone());
    assert!(a.is_some() && a == b);
}

/// Returns the texts as documents, each of which says something else before
/// and after.
/// Returns a corpus of these texts between words that are written alike in
/// both scripts, others in each document.
fn lettered(texts: &[&str]) -> Corpus {
    let texts: Vec<String> = (0..)
        .zip(texts)
        .map(|(nth, text)| format!("甲{nth}，{text}。乙{nth}"))
        .collect();
    corpus(&texts.iter().map(String::as_str).collect::<Vec<_>>())
}

fn scattered(texts: &[&str]) -> Corpus {
    let around = [
        ("早上邻居敲门，", "，后来大家散了。"),
        ("电话里她讲，", "；孩子们听得入神。"),
        ("据站长记录，", "。夜里又下了雨！"),
        ("村口的老树下，", "，没有一个人反对。"),
        ("报纸第三版写道，", "。读者来信很多。"),
        ("散会以前，", "，灯就熄了。"),
        ("船工回忆，", "；江面起了雾。"),
        ("门卫还记得，", "。他笑了笑。"),
    ];
    let texts: Vec<String> = texts
        .iter()
        .zip(around.iter().cycle())
        .map(|(text, (before, after))| format!("{before}{text}{after}"))
        .collect();
    corpus(&texts.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn a_literal_bracket_or_ampersand_hides_no_mark() {
    let corpus = scattered(&[
        "坚持<。守住护城河",
        "坚持 & 。守住护城河",
        "坚持<b>。</b>守住护城河",
        "坚持。守住护城河",
    ]);
    let phrases = reused_phrases(&corpus, &PhraseOptions::default(), &Context::default()).unwrap();
    assert!(find(&phrases, "守住护城河").is_some());
    let across = phrases
        .iter()
        .find(|found| found.phrase.contains("坚持守住"));
    assert_eq!(across.map(|found| &found.phrase), None);
}

#[test]
fn no_phrase_has_one_end_of_a_quotation_or_of_a_bracket() {
    let corpus = scattered(&[
        "启动“修旧利废、点滴节约”主题活动",
        "参加“修旧利废、点滴节约”主题活动",
        "围绕“修旧利废、点滴节约”主题活动",
        "总结“修旧利废、点滴节约”主题活动",
        "学校印发《关于晨读的说明》",
        "县里印发《关于灯会的说明》",
        "学校印发《关于食堂的说明》",
        "县里印发《关于渡口的说明》",
        "昨天举行沿江县（区、旗）划船会",
        "今年举行沿江县（区、旗）划船会",
        "照例举行沿江县（区、市）划船会",
        "难得举行沿江县（区、市）划船会",
    ]);
    let phrases = reused_phrases(&corpus, &PhraseOptions::default(), &Context::default()).unwrap();
    let whole = find(&phrases, "修旧利废点滴节约主题活动").expect("the whole is a phrase");
    assert_eq!(whole.display, "“修旧利废、点滴节约”主题活动");
    for found in &phrases {
        let count = |marks: [char; 3]| found.display.matches(marks).count();
        assert_eq!(
            (count(['“', '《', '（']), found.display.as_str()),
            (count(['”', '》', '）']), found.display.as_str())
        );
    }
}

#[test]
fn no_phrase_begins_or_ends_inside_a_number() {
    let corpus = scattered(&[
        "全市粮食产量增长2.5%",
        "全市粮食产量增长2.6%",
        "全市粮食产量增长12.5%",
        "涨价2.5%的事情没人信",
        "涨价3.5%的事情没人信",
        "2020-1-12号门牌换新",
        "2020-1-13号门牌换新",
        "全市粮食产量增长很快",
        "全市粮食产量增长放缓",
        "全市粮食产量增长不大",
    ]);
    let phrases = reused_phrases(&corpus, &PhraseOptions::default(), &Context::default()).unwrap();
    assert!(!phrases.is_empty());
    for found in &phrases {
        for occurrence in &found.locations {
            let text = corpus.text(occurrence.document).unwrap();
            let (before, after) = (
                &text[..occurrence.start as usize],
                &text[occurrence.end as usize..],
            );
            let of_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | '%' | '-');
            let cut = |left: Option<char>, right: Option<char>| {
                left.is_some_and(of_number) && right.is_some_and(of_number)
            };
            let written = occurrence.text(&corpus).unwrap();
            assert!(
                !cut(before.chars().next_back(), written.chars().next())
                    && !cut(written.chars().next_back(), after.chars().next()),
                "{} in {text}",
                found.phrase
            );
        }
    }
}

#[test]
fn occurrences_that_cut_a_number_do_not_count() {
    let corpus = scattered(&[
        "5个社区办起了食堂",
        "5个社区办起了食堂",
        "5个社区办起了食堂",
        "15个社区办起了食堂",
        "2.5个社区办起了食堂",
    ]);
    let phrases = reused_phrases(&corpus, &PhraseOptions::default(), &Context::default()).unwrap();
    let found = find(&phrases, "5个社区办起了食堂").expect("three documents contain it");
    assert_eq!((found.documents, found.occurrences), (3, 3));
    assert_eq!(found.locations.len(), 3);
    let repeats = all(&corpus, &PhraseOptions::default());
    let repeat = repeats.iter().find(|repeat| repeat.phrase == found.phrase);
    assert_eq!(repeat.unwrap().documents, 5, "--all writes every repeat");
}

#[test]
fn numbers_look_as_they_are_written() {
    let corpus = scattered(&[
        "增速回升至2．5％以上水平",
        "增速回升至2.5%以上水平",
        "增速回升至2。5%以上水平",
        "住在1、2、3号楼里的老人",
        "住在1，2，3号楼里的老人",
    ]);
    let phrases = reused_phrases(&corpus, &PhraseOptions::default(), &Context::default()).unwrap();
    let found = find(&phrases, "增速回升至2.5%以上水平").expect("three documents contain it");
    assert_eq!(found.documents, 3);
    let found = find(&phrases, "住在1 2 3号楼里的老人").expect("two documents contain it");
    assert_eq!(found.display, "住在1、2、3号楼里的老人");
    for found in &phrases {
        assert_eq!(found.phrase.trim(), found.phrase);
    }
}

#[test]
fn phrases_of_a_list_match_no_part_of_a_number() {
    let texts = [
        "我国互联网普及率提高，移动互联网用户增加。",
        "推进“互联网+医疗”。",
        "a股市场。租金涨3倍，用电增加3.0%，共3个百分点，负债率13%。",
        "利率为3%，没有变。",
    ];
    let corpus = corpus(&texts);
    let list = PhraseList::new(&corpus, ["互联网+", "3%", "A股", "六稳"]).unwrap();
    let found: Vec<(String, u32)> = list
        .find(&corpus, &PhraseOptions::default(), &Context::default())
        .unwrap()
        .into_iter()
        .map(|repeat| (repeat.display, repeat.documents))
        .collect();
    let expected = [("互联网+", 1), ("3%", 1), ("a股", 1), ("六稳", 0)];
    let expected = expected.map(|(display, documents)| (display.to_owned(), documents));
    assert_eq!(found, expected);
}

#[test]
fn a_phrase_is_shown_in_its_commonest_simplified_spelling() {
    let corpus = lettered(&[
        "治理成效十分显著",
        "治理成效十分显著",
        "治理成效十分顯著",
        "治理成效十分顯着",
        "治理成效十分顯着",
        "治理成效十分顯着",
        "人们都看着这条长龙",
        "人們都看著這條長龍",
        "人們都看著這條長龍",
    ]);
    let options = PhraseOptions::default();
    let phrases = reused_phrases(&corpus, &options, &Context::default()).unwrap();
    let found = find(&phrases, "治理成效十分显著").expect("it is spelled so in two documents");
    assert_eq!((found.documents, &*found.display), (6, "治理成效十分显著"));
    let found = find(&phrases, "人们都看着这条长龙").expect("it is spelled so in one document");
    assert_eq!(
        (found.documents, &*found.display),
        (3, "人们都看着这条长龙")
    );
    let repeats = all(&corpus, &options);
    assert!(
        repeats
            .iter()
            .any(|repeat| repeat.phrase.starts_with("治理成效十分显著"))
    );
    let list = PhraseList::new(&corpus, ["成效十分顯着"]).unwrap();
    assert_eq!(
        list.find(&corpus, &PhraseOptions::default(), &Context::default())
            .unwrap()[0]
            .phrase,
        "成效十分显著"
    );
}

#[test]
fn families_show_the_spelling_that_their_phrases_show() {
    let corpus = scattered(&[
        "联防成效显著群众满意",
        "联防成效显著群众满意",
        "聯防成效顯著群眾滿意",
        "联防成效显著群众欢喜",
        "联防成效显著群众欢喜",
    ]);
    let options = PhraseOptions::default();
    let phrases = reused_phrases(&corpus, &options, &Context::default()).unwrap();
    let found = options
        .run(&corpus, &Context::default())
        .unwrap()
        .phrases()
        .families(&options);
    assert!(!found.is_empty());
    for family in found {
        let shown = |phrase: &str| find(&phrases, phrase).is_some();
        assert!(shown(&family.family), "{}", family.family);
        for member in &family.members {
            assert!(shown(&member.phrase), "{}", member.phrase);
        }
    }
    for phrase in &phrases {
        assert!(!phrase.phrase.contains("显着"), "{}", phrase.phrase);
        let family = phrase.family.as_deref().unwrap_or(&phrase.phrase);
        assert!(find(&phrases, family).is_some(), "{family}");
    }
}

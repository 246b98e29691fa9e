//! The corpora of the benches, all from one seed.

use leitong::corpus::Corpus;
use leitong::synthetic::{Author, Synthetic, SyntheticOptions};
use leitong::text::normalize::{NormalizeSteps, Normalizer};

/// Texts under a name.
pub struct Texts {
    pub name: &'static str,
    pub texts: Vec<String>,
}

impl Texts {
    pub fn bytes(&self) -> u64 {
        self.texts.iter().map(|text| text.len() as u64).sum()
    }

    pub fn corpus(&self) -> Corpus {
        let ids: Vec<String> = (0..self.texts.len()).map(|at| format!("{at}")).collect();
        let texts = self.texts.iter().map(String::as_str);
        Corpus::from_texts(
            ids.iter().map(String::as_str).zip(texts),
            NormalizeSteps::default(),
        )
    }

    /// Returns each text as normalized units.
    pub fn normalized(&self) -> Vec<Vec<u16>> {
        let folder = Normalizer::new(NormalizeSteps::default());
        let normalize = |text: &String| {
            let mut units = Vec::new();
            folder.normalize_into(text, &mut units);
            units
        };
        self.texts.iter().map(normalize).collect()
    }
}

fn news(name: &'static str, documents: usize) -> Texts {
    let corpus = Synthetic::new(SyntheticOptions::default());
    Texts {
        name,
        texts: corpus
            .take(documents)
            .map(|document| document.text)
            .collect(),
    }
}

/// 200 articles, 0.8 MB.
pub fn tiny() -> Texts {
    news("zh-tiny", 200)
}

/// 3,000 articles, 11 MB.
pub fn small() -> Texts {
    news("zh-small", 3_000)
}

/// Texts of 20 to 100 characters: fewer shingles than a signature has slots.
pub fn short() -> Texts {
    let options = SyntheticOptions {
        chars: 20..=100,
        ..SyntheticOptions::default()
    };
    Texts {
        name: "zh-short",
        texts: Synthetic::new(options)
            .take(20_000)
            .map(|document| document.text)
            .collect(),
    }
}

/// Articles as scraped pages have them: a tag or an entity every few words.
pub fn tagged() -> Texts {
    let tags = [
        "<b>",
        "</b>",
        "<span class=\"k\">",
        "</span>",
        "&nbsp;",
        "<br/>",
        "\u{301}",
        "(a)",
    ];
    let mut count = 0;
    let mut surface = |text: &String| {
        let mut out = String::new();
        for c in text.chars() {
            out.push(c);
            count += 1;
            if count % 7 == 0 {
                out.push_str(tags[count / 7 % tags.len()]);
            }
        }
        out
    };
    Texts {
        name: "pathological-tags",
        texts: tiny().texts.iter().map(&mut surface).collect(),
    }
}

/// One character a million times.
pub fn one_character() -> Texts {
    Texts {
        name: "pathological-one-character",
        texts: vec!["啊".repeat(1_000_000)],
    }
}

/// One short article 300,000 times.
pub fn equal() -> Texts {
    let text = Author::new(1, 200..=200).article(0);
    Texts {
        name: "pathological-equal",
        texts: vec![text; 300_000],
    }
}

/// 100,000 articles that all differ in a few characters.
pub fn near_equal() -> Texts {
    let author = Author::new(1, 200..=200);
    let text = author.article(0);
    let texts = (0..100_000)
        .map(|salt| author.edited(&text, 0.9, 5, salt))
        .collect();
    Texts {
        name: "pathological-near-equal",
        texts,
    }
}

//! Why a document stays or goes, in words for a person to read.

use crate::corpus::DocId;
use crate::date::Moment;
use crate::dedup::by_hand::HandVerdict;
use crate::dedup::counts::CountsByKept;
use crate::dedup::decisions::Decisions;
use crate::dedup::drop_list::Dropped;
use crate::dedup::input::{DedupInput, seen_from};
use crate::dedup::other_titles::OtherTitles;
use crate::dedup::outcomes::Outcome;
use crate::dedup::rules::Apart;
use crate::dedup::same_texts::members;
use crate::dedup::words::{duration, percent, short};
use crate::error::Result;
use crate::near::{Pair, contradict};
use crate::relation::{OwnMatter, Relation, lost_signs};

/// Words the reasons of a run's decisions.
pub struct Reasons<'a> {
    input: &'a DedupInput<'a>,
    decisions: &'a Decisions,
    counts: CountsByKept,
    other_titles: OtherTitles,
}

impl<'a> Reasons<'a> {
    /// Counts what the reasons mention; takes a pass over the documents that go,
    /// and one over short texts.
    ///
    /// # Errors
    ///
    /// Fails if the spill folder of the corpus can't be written or read.
    pub fn new(input: &'a DedupInput<'a>, decisions: &'a Decisions) -> Result<Self> {
        Ok(Reasons {
            input,
            decisions,
            counts: CountsByKept::new(input, decisions)?,
            other_titles: OtherTitles::new(input, decisions)?,
        })
    }

    /// Returns a document's id, with its date if it has one.
    pub fn name(&self, doc: DocId) -> String {
        let corpus = self.input.corpus;
        let id = short(corpus.id(doc));
        let date = corpus.date(doc).and_then(Moment::parse);
        let words: Vec<String> = date
            .map(|moment| moment.to_string())
            .into_iter()
            .chain(self.place(doc))
            .collect();
        match words.as_slice() {
            [] => id.into_owned(),
            words => format!("{id} ({})", words.join(", ")),
        }
    }

    /// Returns where a document stands that is there already.
    fn place(&self, doc: DocId) -> Option<String> {
        let place = self.input.against?.place(doc)?.to_owned();
        Some(format!("in {}", short(&place)))
    }

    /// Returns why a document stays or goes.
    pub fn of(&self, doc: DocId) -> String {
        match self.decisions.outcome(doc) {
            Outcome::Alone => self.alone(doc),
            Outcome::Kept => match self.counts.of(doc) {
                Some(counts) => counts.words(self.input, doc),
                None => self.apart(doc),
            },
            Outcome::LastOfCluster => format!(
                "stays so that one of cluster {} does; the others went for documents of other clusters",
                self.decisions.cluster(doc).unwrap_or(0)
            ),
            Outcome::KeptByHand => self.kept_by_hand(doc),
            Outcome::DroppedByHand => self.dropped_by_hand(doc),
            Outcome::Dropped(_) => match self.decisions.dropped(doc) {
                Some(drop) => self.dropped(&drop),
                None => String::new(),
            },
        }
    }

    /// Returns why a document stays that no other is a near-duplicate of.
    fn alone(&self, doc: DocId) -> String {
        match self.other_titles.of(doc) {
            Some(other) if contradict(self.input.corpus, [doc, other]) => {
                format!(
                    "same wording as {}, but with another sign in a place",
                    self.named(other)
                )
            }
            Some(other) => format!(
                "same wording as {}, but under another title, and a text that says so little is \
                 told by its title",
                self.named(other)
            ),
            None => "no near-duplicate".to_owned(),
        }
    }

    /// Returns why a document stays that a person kept.
    fn kept_by_hand(&self, doc: DocId) -> String {
        let by_hand = self.input.by_hand;
        let Some(choice) = by_hand.of(doc) else {
            return String::new();
        };
        let mut words = match choice.verdict {
            HandVerdict::KeepFor(other) => {
                format!("stays because {} goes for it by hand", self.name(other))
            }
            HandVerdict::Keep | HandVerdict::Drop(_) => "kept by hand".to_owned(),
        };
        let mut apart = by_hand.apart_from(doc);
        if let Some(other) = apart.next() {
            words += &format!(", no duplicate of {}", self.name(other));
            match apart.count() {
                0 => {}
                1 => words += " or one more",
                more => words += &format!(" or {more} more"),
            }
        }
        words + &given(&choice.reason)
    }

    /// Returns why a document goes that a person dropped.
    fn dropped_by_hand(&self, doc: DocId) -> String {
        match self.input.by_hand.of(doc) {
            None => String::new(),
            Some(choice) => match choice.verdict {
                HandVerdict::Drop(Some(of)) => {
                    format!(
                        "dropped by hand for {}{}",
                        self.name(of),
                        given(&choice.reason)
                    )
                }
                _ => format!("dropped by hand{}", given(&choice.reason)),
            },
        }
    }

    /// Returns why a document goes.
    fn dropped(&self, drop: &Dropped) -> String {
        let (input, pair) = (self.input, &drop.pair);
        let of = self.named(drop.of);
        let corpus = input.corpus;
        let same_wording = pair.shared == pair.len_a
            && pair.shared == pair.len_b
            && corpus.normalized(drop.doc) == corpus.normalized(drop.of);
        if same_wording {
            let surfaces = corpus.surface(drop.doc).zip(corpus.surface(drop.of));
            let is_same_text =
                surfaces.is_some_and(|(one, other)| one.text_hash == other.text_hash);
            let what = if is_same_text { "text" } else { "wording" };
            // Of a text that says little, titles were compared as well.
            let by_title = input
                .copies
                .is_by_title(self.decisions.texts.first(drop.doc));
            let titles = match corpus.title(drop.of) {
                _ if !by_title => "",
                Some(_) => " and title",
                None => ", also without a title,",
            };
            let differences = match surfaces {
                Some((surface, other)) if !is_same_text => surface.beside(other).join(", "),
                _ => String::new(),
            };
            let comma = if differences.is_empty() { "" } else { ", " };
            return format!("same {what}{titles} as {of}{comma}{differences}");
        }
        let stands = percent(pair.containment_a());
        let surfaces = corpus.surface(drop.doc).zip(corpus.surface(drop.of));
        let of = match surfaces.and_then(|(surface, other)| surface.script_beside(other)) {
            Some(script) => format!("{of}, {script}"),
            None => of,
        };
        match drop.relation {
            _ if drop.stands_in => {
                let of = self.name(drop.of);
                format!("{stands} of it stands in {of}, which is longer")
            }
            Relation::Excerpt if pair.len_a > pair.len_b => {
                format!("{stands} of it stands in {of}, which is shorter")
            }
            Relation::Excerpt => format!("{stands} of it stands in {of}"),
            Relation::Copy => format!("nearly the same wording as {of}: {}", alike(pair)),
            Relation::Version
                if lost_signs(corpus.normalized(drop.doc), corpus.normalized(drop.of)) =>
            {
                format!("version of {of}: same letters, signs missing")
            }
            Relation::Version => format!("edited version of {of}: {}", alike(pair)),
            Relation::Template => {
                format!("same frame as {of}, with other facts: {}", alike(pair))
            }
            // Kept apart by the rules.
            Relation::Reuse => format!("{stands} of it stands in {of}"),
        }
    }

    /// Returns why a document stays although others are like it.
    fn apart(&self, doc: DocId) -> String {
        let (input, decisions) = (self.input, self.decisions);
        if let Some(other) = self.copy_of(doc) {
            let apart = input.apart(&decisions.provenance, Relation::Copy, doc, other, None);
            return match apart {
                Some(apart) => self.because(apart, other, "same wording as"),
                None => self.partner_went(other, "same wording as"),
            };
        }
        let first = decisions.texts.first(doc);
        let nearest = decisions
            .texts
            .neighbours(input, first)
            .filter_map(|(other, number)| {
                let pair = &input.pairs[number];
                let relation = input.relations[number];
                let own = input.own_of(number, pair.b == other);
                let of = self.one_of(other)?;
                Some((seen_from(pair, doc, of, pair.b == other), relation, own))
            })
            .max_by(|(a, _, _), (b, _, _)| {
                a.similarity(input.measure)
                    .total_cmp(&b.similarity(input.measure))
                    .then_with(|| b.b.cmp(&a.b))
            });
        let Some((pair, relation, own)) = nearest else {
            return "no near-duplicate".to_owned();
        };
        let other = pair.b;
        match input.apart(&decisions.provenance, relation, doc, other, own[0]) {
            Some(apart) => self.because(apart, other, "near-duplicate of"),
            None if !input.has_enough_of(&pair) => format!(
                "longer than {}, which has only {} of it",
                self.named(other),
                percent(pair.containment_a())
            ),
            None => self.partner_went(other, "near-duplicate of"),
        }
    }

    /// Returns another document with the same text, one that is there already
    /// before others.
    fn copy_of(&self, doc: DocId) -> Option<DocId> {
        let texts = &self.decisions.texts;
        if self.input.against.is_none() {
            return texts.copy_of(self.input, doc);
        }
        let others = || members(self.input, texts.first(doc)).filter(|other| *other != doc);
        let there = others().find(|other| self.input.is_there(*other));
        there.or_else(|| others().find(|other| self.input.serves(*other)))
    }

    /// Returns a document with the text of `first` that others may go for, one
    /// that is there already before others.
    fn one_of(&self, first: DocId) -> Option<DocId> {
        if self.input.against.is_none() {
            return Some(first);
        }
        let there = members(self.input, first).find(|other| self.input.is_there(*other));
        there.or_else(|| members(self.input, first).find(|other| self.input.serves(*other)))
    }

    fn because(&self, apart: Apart, other: DocId, like: &str) -> String {
        let other = self.named(other);
        match apart {
            Apart::ByHand => format!("{like} {other}, but told apart by hand"),
            Apart::Template => format!("same frame as {other}, but other facts"),
            Apart::Reuse => {
                format!("shares passages with {other}, but is a text of its own")
            }
            Apart::Own(own) => {
                let what = match own {
                    OwnMatter::Figure => "states another number, date or time",
                    OwnMatter::Name => "has another name in a place",
                    OwnMatter::Word => "says the opposite in a place",
                    OwnMatter::Wording => "has other words in a place",
                    OwnMatter::Sign => "has another sign in a place",
                    OwnMatter::Signs => "has signs that are missing there",
                    OwnMatter::Undamaged => "has characters that are damaged there",
                    OwnMatter::Passage => "has a passage of its own",
                };
                format!("edited version of {other}, but {what}")
            }
            Apart::NoDate => format!("{like} {other}, but its own day is not known"),
            Apart::OtherNoDate => format!("{like} {other}, whose day is not known"),
            Apart::Time(seconds) => format!("{like} {other}, but {} apart", duration(seconds)),
            Apart::NoSource => format!("{like} {other}, but its own source is not known"),
            Apart::OtherNoSource => format!("{like} {other}, whose source is not known"),
            Apart::OtherSource => format!("{like} {other}, but from another source"),
            Apart::SameSource => format!("{like} {other}, but from the same source"),
        }
    }

    fn partner_went(&self, other: DocId, like: &str) -> String {
        match self.decisions.dropped(other) {
            Some(drop) => format!(
                "{like} {}, which goes for {}; none that stays has it",
                self.named(other),
                self.named(drop.of)
            ),
            None if self.decisions.outcome(other) == Outcome::DroppedByHand => format!(
                "{like} {}, which goes by hand; none that stays has it",
                self.named(other)
            ),
            None => format!("{like} {}, but none that stays has it", self.named(other)),
        }
    }

    /// Returns the name of a document with its date and what it was preferred
    /// for.
    fn named(&self, doc: DocId) -> String {
        let corpus = self.input.corpus;
        let mut words = Vec::new();
        if let Some(moment) = corpus.date(doc).and_then(Moment::parse) {
            words.push(moment.to_string());
        }
        if let Some(counts) = self.counts.of(doc) {
            words.push(counts.words(self.input, doc));
        }
        words.extend(self.place(doc));
        let id = short(corpus.id(doc));
        match words.as_slice() {
            [] => id.into_owned(),
            words => format!("{id} ({})", words.join(", ")),
        }
    }
}

/// Returns the reason that a person gave, after a colon.
fn given(reason: &str) -> String {
    match reason.trim() {
        "" => String::new(),
        reason => format!(": {}", short(reason)),
    }
}

/// Returns how much two documents share of what both have together.
fn alike(pair: &Pair) -> String {
    format!("{} alike", percent(pair.jaccard()))
}

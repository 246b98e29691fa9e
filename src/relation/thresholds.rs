//! What each feature weighs, and where one relation ends and the next begins.

/// What each feature weighs: the log-odds that two texts tell the same story
/// change by this much for one unit of it.
pub(super) struct Weights {
    /// The log-odds before anything is known.
    pub(super) start: f64,
    /// For the share of the shorter text that stands in place of something
    /// else in the longer one.
    pub(super) replaced: f64,
    /// For the larger coverage by passages.
    pub(super) coverage: f64,
    /// For the share of numbers that agree.
    pub(super) figures: f64,
    /// If both name days, and none in common.
    pub(super) days: f64,
    /// For the logarithm of 1 + places with another number.
    pub(super) numbers: f64,
    /// For the logarithm of 1 + places with another date or time.
    pub(super) dates: f64,
    /// For the logarithm of 1 + places with another name or other words.
    pub(super) words: f64,
    /// For the logarithm of 1 + places where one text has something and the
    /// other nothing.
    pub(super) gaps: f64,
    /// For the share of places where one and the same name is replaced by one
    /// and the same other.
    pub(super) repeated: f64,
    /// For the logarithm of the length of the shorter text.
    pub(super) length: f64,
    /// For the logarithm of half the stories that have the wording.
    pub(super) stories: f64,
}

/// Derived by logistic regression on pairs that were read and labelled by
/// hand: `docs/relation.md` says on which, how, and how good it is.
pub(super) const WEIGHTS: Weights = Weights {
    start: -8.97,
    replaced: -17.37,
    coverage: 2.68,
    figures: 4.85,
    days: -1.83,
    numbers: -2.82,
    dates: -1.82,
    words: 0.89,
    gaps: 1.08,
    repeated: -13.49,
    length: 1.04,
    stories: -0.61,
};

/// Where one relation ends and the next begins. Shares are those of the
/// shorter text.
pub(super) struct Thresholds {
    /// Least aligned share of two texts of one day, under titles about one
    /// thing, that are one story if they state the same facts: a report that was
    /// written again.
    pub(super) retold: f64,
    /// Least part of what is aligned that then stands in the beginning of the
    /// longer text.
    pub(super) in_lead: f64,
    /// Least numbers of provisions in common of two editions of one text of
    /// rules.
    pub(super) provisions: u32,
    /// Least articles that both number, from the first on, where the rules are
    /// too short for that.
    pub(super) articles: u32,
    /// Largest length of a flash relative to the report that follows minutes
    /// later.
    pub(super) alert_length: f64,
    /// Least aligned share of a flash that stands in the report of the same minutes
    /// under a title about one thing.
    pub(super) said: f64,
    /// Least aligned share of a report of the evening that is printed again in the
    /// morning.
    pub(super) reprinted: f64,
    /// Least figures in common of two texts under one title, minutes apart, of which
    /// one corrects the other.
    pub(super) repeated_figures: u32,
    /// Least figures in common for one that each of them states alone.
    pub(super) repeated_for_other: f64,
    /// Least aligned share of the shorter one of two pages at two addresses that are
    /// one page.
    pub(super) page: f64,
    /// The same of the longer one; one of both is enough.
    pub(super) of_page: f64,
    /// Least share in passages for which a pair is aligned: below it, shorter
    /// runs do not bring the pair to `aligned` (1 pair in 4,448 of those with
    /// less than half of it, in news, statutes and licences).
    pub(super) in_passages: f64,
    /// Least aligned share of a story or a frame: below it each text is its
    /// own for the most part.
    pub(super) aligned: f64,
    /// Least aligned share of an excerpt, in however many pieces it was cut out:
    /// the rest is the dateline, credits, a word changed here and there. A text
    /// with more of its own was rewritten.
    pub(super) excerpt: f64,
    /// Largest length of an excerpt relative to the whole; beyond it the longer
    /// text only has a note more.
    pub(super) excerpt_length: f64,
    /// Least aligned share of a long excerpt in which one number or date is
    /// another: one of some hundreds of places, where editions differ.
    pub(super) long_excerpt: f64,
    /// Least characters of such an excerpt.
    pub(super) long_chars: u32,
    /// Aligned share below which one block, such as a disclaimer under two
    /// articles, may be all that they share.
    pub(super) block: f64,
    /// Least characters of such a block: two sentences. These and those below
    /// are Han characters, for which three letters of a script with spaces
    /// stand.
    pub(super) block_chars: u32,
    /// Least characters that the shorter text then has of its own: enough for
    /// an item of news beside the block.
    pub(super) block_own_chars: u32,
    /// Aligned share below which two texts that are not one story are texts of
    /// their own, if they have enough characters outside it.
    pub(super) own: f64,
    /// Least characters that the shorter text then has of its own; frames with
    /// longer slots are rare.
    pub(super) own_chars: u32,
    /// Least aligned share of two texts that one title and one day make one
    /// story, if no number or date was replaced.
    pub(super) headed: f64,
    /// Least characters of its own in a row that fill no slot of a frame: two
    /// clauses, beside a disclaimer, a list of pages, a quoted speech. Of 231
    /// frames that were read the longest slot has 45, of 31 texts that only
    /// share passages 24 have one of 51 or more.
    pub(super) own_stretch: u32,
    /// Least characters that the shorter text has of its own for what it shares
    /// to be a frame whatever the log-odds say: a clause, not a name.
    pub(super) framed_chars: u32,
    /// Least stories that then have the shared wording.
    pub(super) frame_stories: f64,
    /// Least stories that have the wording of a text for it to be a stock text,
    /// such as a disclaimer, that a far longer one has too.
    pub(super) stock_stories: f64,
    /// Least stories that have the shared wording for texts that name other
    /// days to be news of these days: a dateline changes without that.
    pub(super) form_stories: f64,
    /// Least aligned share of two texts that are one story under one title where
    /// no day is known: a page in two spellings, partly translated.
    pub(super) same_frame: f64,
    /// Least figures of a text that stands whole in another one for it to be
    /// the same news, whatever the corpus has of its wording.
    pub(super) stated_figures: u32,
    /// Least figures that both texts state for them to be one story, whatever
    /// their titles and the forms of others say: ten numbers don't agree by
    /// chance, but for the numbers of provisions.
    pub(super) same_figures: u32,
    /// Least figures that both state for one that each states alone: a bulletin
    /// repeats some of the day before.
    pub(super) same_figures_for_other: u32,
    /// Largest length of the shorter one of two texts relative to the longer one
    /// for both to be news of their own if titles and days differ: a notice of
    /// death beside the report of the funeral. A longer one was printed again.
    pub(super) other_news: f64,
    /// Least aligned share of a flash that stands in a story of its day under a
    /// title that says the same: the words around the names change.
    pub(super) flash: f64,
    /// Characters of its own in a row that such a flash has not.
    pub(super) flash_own: u32,
    /// Least aligned share of texts of one day that are no frame around other
    /// news in however many stories its wording stands.
    pub(super) same_day: f64,
    /// Least aligned share of two texts of different days that are one story: an
    /// article that was printed again, not brought up to date.
    pub(super) other_day: f64,
    /// Most characters of a line that is news of another day if a word is
    /// another and its wording stands in many stories: a dividend.
    pub(super) line: u32,
    /// Largest share of what is aligned that stands in one run where a text was
    /// rewritten: two texts of their own share one passage.
    pub(super) rewritten_run: f64,
    /// Least places with other words in a text that was rewritten.
    pub(super) rewritten_places: u32,
    /// Least length of a text that was rewritten relative to the longer one.
    pub(super) rewritten_length: f64,
    /// What the log-odds gain by that.
    pub(super) rewritten_odds: f64,
    /// Least share of what is aligned that one block is where it is all that two
    /// texts share.
    pub(super) only_block: f64,
    /// Most characters of a text that is not the same news with another number,
    /// date or time in place of one: a bulletin, a table. A longer one was
    /// brought up to date.
    pub(super) short_chars: u32,
}

/// Chosen on the pairs of [`WEIGHTS`] so that the fewest labels are missed;
/// the lengths are guesses between the lengths of the pairs on either side.
pub(super) const THRESHOLDS: Thresholds = Thresholds {
    retold: 0.55,
    in_lead: 0.75,
    provisions: 10,
    articles: 5,
    alert_length: 1.0 / 3.0,
    said: 0.8,
    reprinted: 0.65,
    repeated_figures: 5,
    repeated_for_other: 2.5,
    page: 0.95,
    of_page: 0.85,
    in_passages: 0.15,
    aligned: 1.0 / 3.0,
    excerpt: 0.85,
    excerpt_length: 0.88,
    long_excerpt: 0.9,
    long_chars: 2_000,
    block: 0.7,
    block_chars: 60,
    block_own_chars: 80,
    own: 0.7,
    own_chars: 80,
    own_stretch: 50,
    headed: 0.5,
    framed_chars: 6,
    frame_stories: 5.0,
    stock_stories: 32.0,
    form_stories: 2.5,
    same_frame: 0.9,
    stated_figures: 2,
    same_figures: 10,
    same_figures_for_other: 8,
    other_news: 0.67,
    flash: 0.7,
    flash_own: 8,
    same_day: 0.8,
    other_day: 0.85,
    line: 60,
    rewritten_run: 0.62,
    rewritten_places: 5,
    rewritten_length: 0.25,
    rewritten_odds: 2.0,
    only_block: 0.75,
    short_chars: 400,
};

/// Letters of a script with spaces that say as much as one Han character.
pub(super) const LETTERS: u32 = 3;

//! Every weight and threshold of the ranking, each with its unit and its reason.

/// What decides whether a repeat is a phrase, and how high it ranks.
///
/// A chance is a probability, an information is in bits, a share lies between
/// 0 and 1, and a factor multiplies the score.
pub(crate) struct Weights {
    /// Weights of the logistic function that gives the chance of a word
    /// boundary: its constant term. This and the next three were fitted once,
    /// so that the ends of repeats agree with those of a dictionary segmenter
    /// on three corpora (news of 2008 and of 2013 to 2019, government
    /// reports): rank agreement (AUC) was 0.91 to 0.95 on either side of each
    /// corpus. That was before small counts were discounted; fitting again is
    /// worth a try.
    pub(crate) boundary_intercept: f32,
    /// What a bit of tightness takes off the log odds.
    pub(crate) boundary_tightness: f32,
    /// What the agreement of all occurrences on one continuation takes off
    /// the log odds.
    pub(crate) boundary_agreement: f32,
    /// What the log odds of the two outermost characters add.
    pub(crate) boundary_bigram: f32,

    /// Share of the documents *and* of the occurrences that an extension must
    /// keep to make the shorter string a part of the longer one: nine in ten,
    /// so that 联防联 is nothing beside 联防联控, and 中国梦 still something
    /// beside the sentence that it mostly stands in.
    pub(crate) extension_share: f32,
    /// Chance of a word boundary under which an end is a cut. One in three:
    /// the ranking sorts the doubtful ones down, this only leaves out the
    /// plain ones.
    pub(crate) min_boundary: f32,
    /// What the chance of a boundary may lack of the share that an extension
    /// keeps: one that keeps four in five leaves a part only if it is likely a
    /// word.
    pub(crate) boundary_deficit: f32,
    /// The same where three or four documents have it and no mark says that
    /// this is an end.
    pub(crate) boundary_deficit_of_few: f32,
    /// Documents that are so few that one of them makes a repeat of a part.
    pub(crate) few_documents: u32,
    /// Share of the occurrences from which on a trait of the surroundings is
    /// that of the string: half of them.
    pub(crate) majority: f32,
    /// Documents in which a string stands on its own that make it a phrase,
    /// whatever it mostly is a part of. An absolute number, because a slip of
    /// the pen or a misjudged bigram does not come eight times, and a formula
    /// that a longer one has taken up does (群众路线 beside
    /// 群众路线教育实践活动). From 5 on few scraps come in (新时代中国), from 8
    /// on hardly any.
    pub(crate) standalone_documents: u32,

    /// Information between a function character at the outer end of a phrase
    /// and its inner neighbour from which on they are one word (和平,
    /// 与时俱进). Guess; the bench `phrases/select` and reading the first 200
    /// phrases would show a better one.
    pub(crate) bound_function: f32,
    /// The same for particles, which nearly always belong to nothing.
    pub(crate) bound_particle: f32,
    /// Share of the occurrences of the rest that must have a function
    /// character for it to belong (以人为本: 人为本 is nowhere else).
    pub(crate) belongs: f32,
    /// The same for a particle, which also needs `particle_marked`.
    pub(crate) particle_belongs: f32,
    /// Share of the occurrences with a mark beside a particle that shows it to
    /// be an end of its own.
    pub(crate) particle_marked: f32,
    /// Share of the occurrences with a mark beside it under which a function
    /// character leads on to something else.
    pub(crate) function_marked: f32,

    /// Share of the occurrences of the rest under which a character that often
    /// leads on is left by a cut (要 of 领导干部要).
    pub(crate) clipped_belongs: f32,

    /// Cohesion, in bits, that counts for two thirds (1 - 1/e).
    pub(crate) cohesion_scale: f32,
    /// What a comma inside takes off the quality at most.
    pub(crate) comma_penalty: f32,
    /// Quality that a repeat in one document would need in ten documents; the
    /// floor rises with the logarithm of the documents and falls with those
    /// that have the repeat. Guess, set by reading what stands just above and
    /// below it in corpora of 5, 88 and 16,000 documents.
    pub(crate) floor_slope: f32,
    /// Least quality of any phrase; found in the same way.
    pub(crate) min_quality: f32,

    /// How steeply the score rises with the spread over documents. Guesses of
    /// this and of `freedom_exponent` between 0.5 and 2 that put most of a
    /// list of well-known formulas first; the list's share in the first 2,000
    /// changes by five in a hundred at most over that range.
    pub(crate) spread_exponent: f32,
    /// How steeply it rises with freedom on both sides.
    pub(crate) freedom_exponent: f32,
    /// How steeply it rises with the length, from four characters to 24: a
    /// long wording that documents share is seldom an accident.
    pub(crate) length_exponent: f32,
    /// How steeply it rises with the entropy of what stands on both sides.
    pub(crate) entropy_exponent: f32,
    /// Bits added to that entropy, so that a phrase with one neighbour keeps a
    /// score.
    pub(crate) entropy_offset: f32,
    /// How steeply the score falls for a phrase that hardly ever stands
    /// without the same neighbour: a third less at nine in ten, next to
    /// nothing at seven.
    pub(crate) whole_exponent: i32,
    /// The same for a stretch of a list with the same members beside it: half
    /// less at eight in ten.
    pub(crate) list_exponent: i32,
    /// What a stretch of a list loses at most that always has another member
    /// beside it.
    pub(crate) list_part: f32,
    /// What a phrase loses at most that always follows a quotation as a part of
    /// it (战略布局 after “四个全面”).
    pub(crate) after_quotation: f32,
    /// What a phrase gains at most that always stands between two marks, as
    /// members of lists and quotations do.
    pub(crate) between_marks_bonus: f32,
    /// Share of its spread that a phrase of one source among many keeps.
    pub(crate) one_source_spread: f32,

    /// Factor of an idiom.
    pub(crate) idiom: f32,
    /// Factor of parallel members.
    pub(crate) parallel: f32,
    /// Factor of what begins with a verb or an adverb of official prose.
    pub(crate) clause: f32,
    /// What a phrase gains at most that is all words of set phrases.
    pub(crate) formula_words: f32,
    /// Factor of a term: vocabulary.
    pub(crate) term: f32,
    /// Factor of a name: known words, and seldom what is looked for.
    pub(crate) name: f32,
    /// Factor of boilerplate and of quotations.
    pub(crate) boilerplate_or_quotation: f32,
    /// Factor of a number.
    pub(crate) number: f32,
    /// Factor of a phrase with a digit in it.
    pub(crate) with_digits: f32,
    /// Factor of a clause that begins with a pointing word, and of a
    /// preposition with what it needs.
    pub(crate) pointing: f32,
    /// Factor of what begins with an adverb or an introductory word, or ends
    /// with a reporting verb.
    pub(crate) leading: f32,
    /// Factor of what points at a day.
    pub(crate) of_a_day: f32,
    /// Least score of set wording for a spread of one document of its own. Of
    /// the known formulas that the weights are fitted on, those with nine in ten
    /// occurrences reach it (97 % in government reports and television news),
    /// and under half of all that is called a formula does.
    pub(crate) set_wording: f32,
    /// Factor of a phrase of letters whose last word leads on (*of the*).
    pub(crate) leads_on: f32,
    /// Factor of one whose first word is an article, a preposition, a pronoun
    /// or the like (*the company*, *and other*).
    pub(crate) hangs_on: f32,
}

impl Weights {
    /// The weights that every run uses. The factors of the score are guesses;
    /// reading the first 200 phrases would show better ones.
    pub(crate) const DEFAULT: Weights = Weights {
        boundary_intercept: 4.6,
        boundary_tightness: 0.73,
        boundary_agreement: 1.7,
        boundary_bigram: 0.4,
        extension_share: 0.9,
        min_boundary: 0.35,
        boundary_deficit: 0.35,
        boundary_deficit_of_few: 0.05,
        few_documents: 4,
        majority: 0.5,
        standalone_documents: 8,
        bound_function: 3.0,
        bound_particle: 4.0,
        belongs: 0.7,
        particle_belongs: 0.95,
        particle_marked: 0.3,
        function_marked: 0.1,
        clipped_belongs: 0.5,
        cohesion_scale: 6.0,
        comma_penalty: 0.5,
        floor_slope: 0.38,
        min_quality: 0.12,
        spread_exponent: 1.35,
        freedom_exponent: 0.5,
        length_exponent: 0.45,
        entropy_exponent: 0.45,
        entropy_offset: 0.3,
        whole_exponent: 15,
        list_exponent: 3,
        between_marks_bonus: 0.4,
        one_source_spread: 0.5,
        list_part: 0.5,
        after_quotation: 0.4,
        idiom: 6.0,
        parallel: 1.8,
        clause: 1.2,
        formula_words: 4.5,
        term: 0.5,
        name: 0.5,
        boilerplate_or_quotation: 0.5,
        number: 0.1,
        with_digits: 0.5,
        pointing: 0.3,
        leading: 0.5,
        of_a_day: 0.6,
        set_wording: 2.0,
        leads_on: 0.2,
        hangs_on: 0.4,
    };
}

//! Why two documents are a pair and go for one another, or which stage refuses
//! them.

use std::fmt::Write;

use crate::error::Result;
use crate::near::Banding;
use crate::relation::Relation;
use crate::report::terminal::comparison::Comparison;

impl Comparison {
    /// Returns a line for each stage that a pair passes, up to the one that
    /// refuses it, for a search with MinHash by Jaccard similarity.
    ///
    /// # Errors
    ///
    /// Fails if the threshold or the recall is out of its range.
    pub fn why(&self, threshold: f64, recall: f64) -> Result<String> {
        let banding = Banding::solve(threshold, recall)?;
        let mut lines = String::new();
        let mut line = |stage: &str, words: String| {
            // Writing to a string can't fail.
            let _ = writeln!(lines, "{stage:<12}{words}");
        };
        let [a, b] = &self.normalized;
        if a.units == b.units {
            match self.relation() {
                Some(Relation::Copy) => line(
                    "copies",
                    "one wording: a pair, and dedup keeps one of them".to_owned(),
                ),
                _ => line(
                    "copies",
                    "refused: texts that short are copies only under one title".to_owned(),
                ),
            }
            return Ok(lines);
        }
        line("copies", "no: the normalized texts differ".to_owned());
        let jaccard = self.shingle_shares().jaccard;
        line(
            "candidates",
            format!(
                "found with a probability of {:.4} ({} bands of {} rows)",
                banding.candidate_probability(jaccard),
                banding.bands(),
                banding.rows()
            ),
        );
        if jaccard < threshold {
            line(
                "count",
                format!("refused: a Jaccard similarity of {jaccard:.4} is below {threshold}"),
            );
            return Ok(lines);
        }
        line(
            "count",
            format!("a pair: a Jaccard similarity of {jaccard:.4} reaches {threshold}"),
        );
        let odds = self.features.same_story();
        let words = match self.relation() {
            Some(relation) if relation.is_one_story() => {
                format!("{relation}: one story, log-odds {odds:.2}; dedup keeps one of them")
            }
            Some(relation) => {
                format!("refused: {relation}, log-odds of one story {odds:.2}; dedup keeps both")
            }
            None => "refused: unrelated".to_owned(),
        };
        line("relation", words);
        line(
            "",
            "in a corpus, titles, days, boilerplate and the number of stories count too".to_owned(),
        );
        Ok(lines)
    }
}

//! What everything in a library depends on: how texts are normalized, sketched
//! and sampled.

use xxhash_rust::xxh3::xxh3_64;

use crate::error::{Error, Result};
use crate::library::bytes::Cursor;
use crate::library::windows::{ROW, WINDOW_CHARS};
use crate::near::sketch::Sketching;
use crate::near::{Banding, NearOptions, Shingling};
use crate::text::normalize::{NormalizeStep, NormalizeSteps, Normalizer};

/// The texts whose normalized form tells one version of the rules from another.
const PROBE: &str = "聯(lián)防、聯控！ＡＢＣ１２３㈱ 2.5% １２，０００ 1,2,3号 2：1 3—5日 2020/1/12 \
    卡尔·马克思 -3℃ €20 ☑赞成 COVID-19 T-34 1+1 x-y=7 互联网＋ C++ C# #武汉# *ST康美 8:30–17:00 \
    3½ 10² ㎡ 二○一○ 张○○ 电压>5伏 首页>新闻 <td>1</td><td>2</td> 1<b>2</b>月 &amp;nbsp; \
    漢字(かんじ) 看著 瞭解 覆蓋 e\u{301} ـ 😀 ß ﬁ";

/// Least floor: below it bands take more than the texts.
const LEAST_FLOOR: f64 = 0.3;

/// How a library is made; two libraries with the same settings hold the same
/// bytes for the same documents.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// The steps of normalizing that are on.
    pub steps: NormalizeSteps,
    /// Characters of a shingle.
    pub shingle_len: u32,
    /// The least Jaccard similarity at which near-duplicates are found with
    /// the promised recall.
    pub floor: f64,
    /// The probability that a pair at the floor is found.
    pub recall: f64,
    /// The seed of the hash functions.
    pub seed: u64,
    /// The bands that the two lead to.
    banding: Banding,
}

impl Settings {
    /// The default floor: an edited version has half of the shingles.
    pub const FLOOR: f64 = 0.5;

    /// Returns settings with the bands that they lead to.
    ///
    /// # Errors
    ///
    /// The floor must lie between 0.3 and 1, the recall between 0 and 1, and a
    /// shingle has 1 to 64 characters.
    pub fn new(
        steps: NormalizeSteps,
        shingle_len: u32,
        floor: f64,
        recall: f64,
        seed: u64,
    ) -> Result<Self> {
        if !(LEAST_FLOOR..=1.0).contains(&floor) {
            return Err(Error::Option {
                option: "`floor`".into(),
                what: format!("expected a similarity from {LEAST_FLOOR} to 1, got {floor}"),
            });
        }
        if !(1..=64).contains(&shingle_len) {
            return Err(Error::Option {
                option: "`shingle-len`".into(),
                what: format!("expected 1 to 64 characters in a library, got {shingle_len}"),
            });
        }
        let banding = Banding::solve(floor, recall)?;
        Ok(Settings {
            steps,
            shingle_len,
            floor,
            recall,
            seed,
            banding,
        })
    }

    /// Returns how documents are sketched.
    pub fn sketching(&self) -> Sketching {
        Sketching {
            shingling: self.shingling(),
            banding: self.banding,
            seed: self.seed,
        }
    }

    /// Returns what a shingle is.
    pub fn shingling(&self) -> Shingling {
        Shingling::Chars(self.shingle_len as usize)
    }

    /// Appends the settings as bytes: what was asked for, and what follows from
    /// it in this version.
    pub(super) fn encode(&self, normalizer: &Normalizer, out: &mut Vec<u8>) {
        let steps = NormalizeStep::ALL.into_iter().zip(0..);
        let steps = steps.filter(|(step, _)| self.steps.has(*step));
        let bits: u32 = steps.map(|(_, bit)| 1 << bit).sum();
        out.extend_from_slice(&bits.to_le_bytes());
        out.extend_from_slice(&self.shingle_len.to_le_bytes());
        out.extend_from_slice(&self.floor.to_bits().to_le_bytes());
        out.extend_from_slice(&self.recall.to_bits().to_le_bytes());
        out.extend_from_slice(&self.seed.to_le_bytes());
        for number in [
            self.banding.bands(),
            self.banding.rows(),
            WINDOW_CHARS as u32,
            ROW as u32,
        ] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        out.extend_from_slice(&normalizing_hash(normalizer).to_le_bytes());
    }

    /// Reads what [`Settings::encode`] wrote, and returns the normalizer too.
    ///
    /// # Errors
    ///
    /// Returns what is wrong and what to do if this version would make another
    /// library of the same texts.
    pub(super) fn decode(
        cursor: &mut Cursor<'_>,
    ) -> std::result::Result<(Self, Normalizer), String> {
        let damaged = || "its settings can't be read; restore the folder from a backup".to_owned();
        let made_anew = "export its documents with the version that made it, and create it anew";
        let bits = cursor.u32().ok_or_else(damaged)?;
        let shingle_len = cursor.u32().ok_or_else(damaged)?;
        let mut float = || cursor.u64().map(f64::from_bits).ok_or_else(damaged);
        let [floor, recall] = [float()?, float()?];
        let seed = cursor.u64().ok_or_else(damaged)?;
        let mut number = || cursor.u32().ok_or_else(damaged);
        let [bands, rows, window, row] = [number()?, number()?, number()?, number()?];
        let hash = cursor.u64().ok_or_else(damaged)?;
        let all = NormalizeStep::ALL.into_iter().zip(0..);
        let steps = all.fold(NormalizeSteps::default(), |steps, (step, bit)| {
            match bits >> bit & 1 {
                0 => steps.without(step),
                _ => steps,
            }
        });
        let settings = Settings::new(steps, shingle_len, floor, recall, seed)
            .map_err(|error| error.to_string())?;
        let (own_bands, own_rows) = (settings.banding.bands(), settings.banding.rows());
        if (own_bands, own_rows) != (bands, rows) {
            return Err(format!(
                "made with {bands} bands of {rows} rows, this version uses {own_bands} of {own_rows} for the floor {floor}; {made_anew}"
            ));
        }
        if (WINDOW_CHARS, ROW) != (window as usize, row as usize) {
            return Err(format!(
                "made with windows of {window} characters out of {row}, this version keeps {WINDOW_CHARS} out of {ROW}; {made_anew}"
            ));
        }
        let normalizer = Normalizer::new(steps);
        if normalizing_hash(&normalizer) != hash {
            return Err(format!(
                "made with other rules or tables of normalizing than this version has; {made_anew}"
            ));
        }
        Ok((settings, normalizer))
    }
}

impl Default for Settings {
    fn default() -> Self {
        let near = NearOptions::default();
        let made = Settings::new(
            NormalizeSteps::default(),
            5,
            Settings::FLOOR,
            near.recall,
            near.seed,
        );
        // A test calls it.
        made.expect("the defaults are in range")
    }
}

/// Returns a hash of the tables of a normalizer, and of what it makes of a text
/// in which every rule applies.
fn normalizing_hash(normalizer: &Normalizer) -> u64 {
    let mut units = Vec::new();
    normalizer.normalize_into(PROBE, &mut units);
    let mut bytes: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    bytes.extend_from_slice(&normalizer.table_hash().to_le_bytes());
    xxh3_64(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(settings: &Settings) -> Vec<u8> {
        let mut bytes = Vec::new();
        settings.encode(&Normalizer::new(settings.steps), &mut bytes);
        bytes
    }

    #[test]
    fn settings_come_back_and_strangers_are_refused_with_a_cure() {
        let steps = NormalizeSteps::default().without(NormalizeStep::Script);
        for settings in [
            Settings::default(),
            Settings::new(steps, 8, 0.8, 0.99, 7).unwrap(),
        ] {
            let bytes = encoded(&settings);
            let (read, normalizer) = Settings::decode(&mut Cursor::new(&bytes)).unwrap();
            assert_eq!(read, settings);
            assert_eq!(normalizer.steps(), settings.steps);
        }
        let mut other = encoded(&Settings::default());
        let last = other.len() - 1;
        other[last] ^= 1;
        let error = Settings::decode(&mut Cursor::new(&other)).err().unwrap();
        assert!(error.contains("rules or tables") && error.contains("create it anew"));
    }

    #[test]
    fn each_step_of_normalizing_changes_the_hash() {
        let all = NormalizeSteps::default();
        let mut hashes: Vec<u64> = NormalizeStep::ALL
            .into_iter()
            .map(|step| normalizing_hash(&Normalizer::new(all.without(step))))
            .collect();
        hashes.push(normalizing_hash(&Normalizer::new(all)));
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), NormalizeStep::ALL.len() + 1);
    }
}

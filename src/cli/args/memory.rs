//! How much memory a run may take.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;

/// How much memory a run may take, and where the rest goes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Run")]
pub struct MemoryArgs {
    /// Most memory to use: 500M, 2G, 1.5GiB. Texts, and whatever else does not
    /// fit, go to temporary files of about the size of the input's text; the
    /// result is the same [default: three quarters of the machine's memory, or
    /// of what a container or ulimit leaves; only what would not fit goes to
    /// files then].
    #[arg(long, value_name = "SIZE")]
    pub(in crate::cli) memory: Option<Size>,
    /// Folder for these temporary files [default: that of the output].
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) temp_dir: Option<PathBuf>,
}

/// Where a run keeps the stages that it has finished.
#[derive(Debug, Args)]
#[command(next_help_heading = "Run")]
pub struct ResumeArgs {
    /// Keep finished stages in this folder, and go on from those that an
    /// earlier run left there when it ended early. Run it again as it was: other
    /// options, or an input that was changed since, are refused. The folder is
    /// removed when all outputs are written.
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) resume: Option<PathBuf>,
}

/// A number of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size(pub(in crate::cli) u64);

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("expected a size such as 500M, 2G or 1.5GiB, got {text:?}");
        let lower = text.trim().to_ascii_lowercase();
        let digits = lower
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(lower.len());
        let (number, unit) = lower.split_at(digits);
        let unit = match unit.trim() {
            "" | "b" => 1.0,
            "k" | "kb" => 1e3,
            "m" | "mb" => 1e6,
            "g" | "gb" => 1e9,
            "t" | "tb" => 1e12,
            "kib" => (1u64 << 10) as f64,
            "mib" => (1u64 << 20) as f64,
            "gib" => (1u64 << 30) as f64,
            "tib" => (1u64 << 40) as f64,
            _ => return Err(wrong()),
        };
        let number: f64 = number.parse().map_err(|_| wrong())?;
        let bytes = number * unit;
        if !(1.0..=1e18).contains(&bytes) {
            return Err(wrong());
        }
        Ok(Size(bytes as u64))
    }
}

impl Size {
    /// Returns the size, rounded up to one that is written in full.
    pub(in crate::cli) fn rounded_up(self) -> Size {
        let step = match self.0 {
            0..=990_000_000 => 10_000_000,
            _ => 100_000_000,
        };
        Size(self.0.next_multiple_of(step))
    }

    /// Returns a limit and what would be enough, as they are told of a run that
    /// needs `least` bytes: never the same.
    pub(in crate::cli) fn too_little(limit: u64, least: u64) -> (String, Size) {
        let enough = Size(least).rounded_up();
        let limit = match Size(limit).to_string() {
            told if told == enough.to_string() => format!("{} MB", limit / 1_000_000),
            told => told,
        };
        (limit, enough)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.0 as f64;
        match self.0 {
            0..999_500 => write!(f, "{:.0} kB", bytes / 1e3),
            999_500..999_500_000 => write!(f, "{:.0} MB", bytes / 1e6),
            _ => write!(f, "{:.1} GB", bytes / 1e9),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_to_be_enough_is_when_it_is_given() {
        for least in [
            1u64,
            96_000_001,
            989_999_999,
            990_000_000,
            990_000_001,
            999_999_999,
            1_000_000_000,
            1_240_000_000,
            1_260_000_000,
            1_299_999_999,
            12_345_678_901,
        ] {
            for limit in [least - 1, least / 10 * 9, least / 2] {
                let (told, enough) = Size::too_little(limit, least);
                let given: Size = enough.to_string().parse().unwrap();
                assert_eq!(given, enough);
                assert!(given.0 >= least, "{least}: {enough}");
                assert_ne!(told, enough.to_string(), "{least}");
            }
        }
    }

    #[test]
    fn sizes_are_read_with_any_usual_unit() {
        for (text, bytes) in [
            ("2G", 2_000_000_000),
            ("2g", 2_000_000_000),
            ("2 GB", 2_000_000_000),
            ("2GiB", 2 << 30),
            ("1.5GiB", 3 << 29),
            ("500M", 500_000_000),
            ("512MiB", 512 << 20),
            ("64K", 64_000),
            ("64KiB", 65_536),
            ("1T", 1_000_000_000_000),
            ("123456789", 123_456_789),
        ] {
            assert_eq!(text.parse(), Ok(Size(bytes)), "{text}");
        }
        for wrong in [
            "", "G", "2X", "-1G", "1e9", "NaN", "inf", "0", "0G", "1.2.3G", "2G!", "２G", "1e30T",
        ] {
            assert!(wrong.parse::<Size>().is_err(), "{wrong}");
        }
        assert_eq!(Size(1_440_000_000).to_string(), "1.4 GB");
        assert_eq!(Size(999_600_000).to_string(), "1.0 GB");
        assert_eq!(Size(96_000_000).to_string(), "96 MB");
    }
}

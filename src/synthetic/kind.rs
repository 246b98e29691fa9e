//! The ways in which a document is made from another.

use std::fmt;

use crate::synthetic::random::Random;

/// The way in which a document was made from its family's original.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The original itself.
    Original,
    /// The same bytes.
    Copy,
    /// In Traditional characters, one for one.
    Traditional,
    /// With readings in brackets after one character in four.
    Annotated,
    /// Without punctuation and line ends.
    Unpunctuated,
    /// In full width, with odd spaces and zero-width characters.
    Respaced,
    /// With characters replaced until the Jaccard similarity of 5-character
    /// shingles has come down to about this many hundredths.
    Edited {
        /// The similarity that is aimed at, in hundredths.
        percent: u8,
    },
    /// Half of it, under a line of its own.
    Excerpt,
    /// With [`BOILERPLATE_CHARS`](super::BOILERPLATE_CHARS) characters of its site's boilerplate below.
    Boilerplate,
    /// With other numbers in it.
    Template,
}

impl Kind {
    /// The kinds whose normalized text is that of the original.
    pub const SAME_WORDING: [Kind; 5] = [
        Kind::Copy,
        Kind::Traditional,
        Kind::Annotated,
        Kind::Unpunctuated,
        Kind::Respaced,
    ];

    pub(super) fn draw(random: &mut Random) -> Kind {
        match random.below(16) {
            0 => Kind::Copy,
            1 => Kind::Traditional,
            2 => Kind::Annotated,
            3 => Kind::Unpunctuated,
            4 => Kind::Respaced,
            5 | 6 => Kind::Excerpt,
            7 | 8 => Kind::Boilerplate,
            9 => Kind::Template,
            _ => Kind::Edited {
                percent: 40 + random.below(60) as u8,
            },
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Original => "original",
            Kind::Copy => "copy",
            Kind::Traditional => "traditional",
            Kind::Annotated => "annotated",
            Kind::Unpunctuated => "unpunctuated",
            Kind::Respaced => "respaced",
            Kind::Edited { percent } => return write!(f, "edited-{percent}"),
            Kind::Excerpt => "excerpt",
            Kind::Boilerplate => "boilerplate",
            Kind::Template => "template",
        })
    }
}

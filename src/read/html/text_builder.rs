//! Builds the text of a page with its white space normalized.

/// A text under construction.
#[derive(Default)]
pub(super) struct TextBuilder {
    pub(super) text: String,
    gap: Gap,
    /// Number of open `<pre>` elements.
    pub(super) pre: u32,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    Nothing,
    Space,
    Line,
}

impl TextBuilder {
    /// Separates what follows by at least a space.
    pub(super) fn space(&mut self) {
        self.gap = self.gap.max(Gap::Space);
    }

    /// Separates what follows by a newline.
    pub(super) fn line(&mut self) {
        self.gap = Gap::Line;
    }

    /// Appends text as it is.
    pub(super) fn push_verbatim(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.gap {
            Gap::Space if !self.text.is_empty() => self.text.push(' '),
            Gap::Line if !self.text.is_empty() => self.text.push('\n'),
            _ => {}
        }
        self.gap = Gap::Nothing;
        self.text.push_str(text);
    }

    /// Appends text, each run of white space as one space.
    pub(super) fn push(&mut self, text: &str) {
        if self.pre > 0 {
            return self.push_verbatim(text);
        }
        let mut rest = text;
        while let Some(at) = rest.bytes().position(|byte| byte.is_ascii_whitespace()) {
            let (word, white) = rest.split_at(at);
            self.push_verbatim(word);
            self.space();
            rest = white.trim_ascii_start();
        }
        self.push_verbatim(rest);
    }
}

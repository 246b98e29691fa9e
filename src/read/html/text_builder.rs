//! Brings the white space of a page's text into order.

/// Text with its white space brought into order.
#[derive(Default)]
pub(super) struct TextBuilder {
    pub(super) text: String,
    gap: Gap,
    /// How many `<pre>` are open.
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
    /// Parts what stood before from what comes by a space at least.
    pub(super) fn space(&mut self) {
        self.gap = self.gap.max(Gap::Space);
    }

    /// Parts what stood before from what comes by a newline.
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

    /// Appends text, any white space in it as one space.
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

//! Checks the reading of pages against the tokenizer of `html5ever`.

use std::cell::RefCell;

use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use proptest::prelude::*;

use crate::read::html::page;

/// Collects the characters that a reader sees, white space left out.
#[derive(Default)]
struct VisibleText {
    text: RefCell<String>,
    hidden: RefCell<bool>,
}

impl TokenSink for VisibleText {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        match token {
            Token::CharacterTokens(text) if !*self.hidden.borrow() => {
                self.text
                    .borrow_mut()
                    .extend(text.chars().filter(|c| !c.is_ascii_whitespace()));
            }
            Token::TagToken(Tag {
                kind: TagKind::StartTag,
                name,
                ..
            }) => {
                let raw = match &*name {
                    "script" => RawKind::ScriptData,
                    "style" | "noscript" | "iframe" | "xmp" => RawKind::Rawtext,
                    "title" | "textarea" => RawKind::Rcdata,
                    _ => return TokenSinkResult::Continue,
                };
                *self.hidden.borrow_mut() = !matches!(&*name, "textarea" | "xmp");
                return TokenSinkResult::RawData(raw);
            }
            Token::TagToken(_) => *self.hidden.borrow_mut() = false,
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

fn by_html5ever(html: &str) -> String {
    let tokenizer = Tokenizer::new(VisibleText::default(), TokenizerOpts::default());
    let queue = BufferQueue::default();
    queue.push_back(html.into());
    let _ = tokenizer.feed(&queue);
    tokenizer.end();
    tokenizer.sink.text.take()
}

/// Pieces that close what they open, so that no liberty is taken.
const PIECES: &[&str] = &[
    "<p>",
    "</p>",
    "<b x='>'>",
    "</B y=z>",
    "<i =x =\"y\">",
    "<u x=>",
    "<a/b/>",
    "<br/>",
    "<td>",
    "<!-- <p> > -->",
    "<!-->",
    "<!--->",
    "<!--a--!>",
    "<!---- -->",
    "<!>",
    "<?php x ?>",
    "</ x>",
    "</>",
    "<!doctype html>",
    "<![CDATA[x]]>",
    "<script>a</b><!--</script >",
    "<STYLE>x<y</style>",
    "<title>t&amp;</title>",
    "<textarea>&lt;<p></textarea>",
    "<noscript><p>x</noscript>",
    "<xmp>&amp;<b></xmp>",
    "<iframe><p></iframe/>",
    "<pre>",
    "</pre>",
    "&amp;",
    "&notit;",
    "&not",
    "&#x4e2d;",
    "&#150;",
    "&#0;",
    "&#xd800",
    "&ngE;",
    "&",
    "&#",
    "&#x",
    ";",
    "联防",
    "控",
    "x",
    " ",
    "\n",
    "<",
    "< ",
    "<3",
    ">",
    "=",
    "--",
    "/",
];

proptest! {
    #[test]
    fn prop_pages_show_what_html5ever_shows(
        picks in prop::collection::vec(0..PIECES.len(), 0..40),
    ) {
        let html: String = picks.iter().map(|pick| PIECES[*pick]).collect::<String>() + " -->";
        let ours = page(html.as_bytes(), None).text;
        let ours: String = ours.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        prop_assert_eq!(ours, by_html5ever(&html), "{}", html);
    }
}

proptest! {
    #[test]
    fn prop_any_bytes_are_a_page(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        page(&bytes, None);
    }
}

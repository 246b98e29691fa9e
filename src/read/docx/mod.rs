//! The text of an office document (.docx): paragraphs, tables and notes, as
//! they are after all changes that were tracked.

mod zip;

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::read::encoding;
use crate::read::limit::RecordLimit;
use crate::read::office::OfficeText;
use zip::Archive;

/// The parts that hold text, in the order in which they are read.
const PARTS: [&str; 3] = [
    "word/document.xml",
    "word/footnotes.xml",
    "word/endnotes.xml",
];

/// Returns whether bytes are a zip archive that begins as office documents do.
pub(crate) fn is_docx(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04")
        && (memchr::memmem::find(head, b"word/").is_some()
            || memchr::memmem::find(head, b"[Content_Types].xml").is_some())
}

/// Reads an office document; or says why it can't be read.
pub(crate) fn read(bytes: &[u8], limit: RecordLimit) -> Result<OfficeText, String> {
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(
            "an office document in the old format or with a password; save it as .docx \
                    without one"
                .to_owned(),
        );
    }
    let archive = Archive::open(bytes)?;
    let mut found = OfficeText::default();
    for (nth, part) in PARTS.into_iter().enumerate() {
        match archive.file(part, limit)? {
            Some(xml) => paragraphs(&xml, part, &mut found.text)?,
            None if nth == 0 => {
                return Err(
                    "a zip archive without the text of an office document; unpack it, or \
                            convert it to text"
                        .to_owned(),
                );
            }
            None => {}
        }
    }
    if let Some(xml) = archive.file("docProps/core.xml", limit)? {
        // Properties that are broken are none.
        let _ = properties(&xml, &mut found);
    }
    Ok(found)
}

fn broken(part: &str, error: &dyn std::fmt::Display) -> String {
    format!("broken XML in {part} ({error}); save the document again")
}

/// Returns the text of an entity or a number of a character.
fn reference(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        name => {
            let number = name.strip_prefix('#')?;
            let number = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(number.ok()?)
        }
    }
}

/// Appends the paragraphs of a part, each on a line.
///
/// Left out are readings over words (ruby), instructions of fields, what was
/// deleted or stands in another place now, and the second form of drawings that
/// older programs read.
fn paragraphs(xml: &[u8], part: &str, text: &mut String) -> Result<(), String> {
    let xml = encoding::decode(xml);
    let mut reader = Reader::from_str(&xml.text);
    // Inside of elements whose text counts, and of those that are left out.
    let (mut in_text, mut left_out) = (false, 0u32);
    loop {
        let event = reader.read_event().map_err(|error| broken(part, &error))?;
        match event {
            Event::Start(start) => match start.local_name().as_ref() {
                "Fallback" | "rt" | "moveFrom" => left_out += 1,
                "t" => in_text = true,
                _ => {}
            },
            Event::End(end) => match end.local_name().as_ref() {
                "Fallback" | "rt" | "moveFrom" => left_out = left_out.saturating_sub(1),
                "t" => in_text = false,
                "p" if left_out == 0 && !text.is_empty() => text.push('\n'),
                _ => {}
            },
            Event::Empty(empty) if left_out == 0 => match empty.local_name().as_ref() {
                "tab" => text.push('\t'),
                "br" | "cr" => text.push('\n'),
                "noBreakHyphen" => text.push('-'),
                "p" if !text.is_empty() => text.push('\n'),
                _ => {}
            },
            Event::Text(words) if in_text && left_out == 0 => {
                text.push_str(&words);
            }
            Event::CData(words) if in_text && left_out == 0 => {
                text.push_str(&words);
            }
            Event::GeneralRef(name) if in_text && left_out == 0 => {
                text.push(reference(&name).unwrap_or('\u{fffd}'));
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// Reads the title and the date of the last change, or of the making.
fn properties(xml: &[u8], found: &mut OfficeText) -> Result<(), String> {
    let xml = encoding::decode(xml);
    let mut reader = Reader::from_str(&xml.text);
    let mut name = String::new();
    let mut value = String::new();
    let mut created = None;
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(start) => {
                name = start.local_name().as_ref().to_owned();
                value.clear();
            }
            Event::Text(words) => {
                value.push_str(&words);
            }
            Event::GeneralRef(of) => {
                value.extend(reference(&of));
            }
            Event::End(_) => {
                let given = Some(value.trim().to_owned()).filter(|value| !value.is_empty());
                match name.as_str() {
                    "title" => found.title = given,
                    "created" => created = given,
                    "modified" => found.date = given,
                    _ => {}
                }
                name.clear();
                value.clear();
            }
            Event::Eof => {
                found.date = created.or(found.date.take());
                return Ok(());
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_moved_stands_where_it_is_now() {
        let run = |words: &str| format!("<w:r><w:t>{words}</w:t></w:r>");
        let xml = format!(
            "<w:p><w:pPr><w:rPr><w:moveFrom w:id=\"1\"/></w:rPr></w:pPr>\
             <w:moveFrom>{}</w:moveFrom>{}<w:moveTo>{}</w:moveTo></w:p>",
            run("渡口停航。"),
            run("钟楼停摆。"),
            run("渡口停航。"),
        );
        let mut text = String::new();
        paragraphs(xml.as_bytes(), "word/document.xml", &mut text).unwrap();
        assert_eq!(text.trim(), "钟楼停摆。渡口停航。");
    }
}

//! The encoding that a page declares, if its bytes agree.

use encoding_rs::{Encoding, GB18030, GBK};

use crate::read::encoding::{self, Detected};

/// How many bytes are searched for the label. The standard says 1,024, but
/// real pages put scripts and comments before it.
const LOOK_BYTES: usize = 8192;

/// Returns the encoding that a page's `<meta>` or XML declaration names;
/// nothing if there is none, if a byte order mark overrules it, or if the
/// bytes speak against it.
pub(super) fn declared(bytes: &[u8]) -> Option<Detected> {
    if Encoding::for_bom(bytes).is_some() {
        return None;
    }
    let label = find_label(bytes.get(..LOOK_BYTES).unwrap_or(bytes))?;
    let named = Encoding::for_label(label)?.output_encoding();
    let named = if named == GBK { GB18030 } else { named };
    encoding::believed_label(bytes, named)
}

fn find_label(head: &[u8]) -> Option<&[u8]> {
    let mut at = 0;
    while let Some(skip) = memchr::memchr(b'<', head.get(at..)?) {
        at += skip + 1;
        let tag = head.get(at..)?;
        if tag.starts_with(b"!--") {
            // A label that is commented out is none.
            let end = memchr::memmem::find(tag.get(3..)?, b"-->");
            at += end.map_or(3, |end| end + 6);
            continue;
        }
        let key: &[u8] = if begins_with(tag, b"meta") {
            b"charset"
        } else if begins_with(tag, b"?xml") {
            b"encoding"
        } else {
            continue;
        };
        let tag = tag.get(..memchr::memchr(b'>', tag).unwrap_or(tag.len()))?;
        if let Some(label) = value_of(tag, key) {
            return Some(label);
        }
    }
    None
}

/// Returns what follows `key=` in a tag, without quotes.
fn value_of<'a>(tag: &'a [u8], key: &[u8]) -> Option<&'a [u8]> {
    let at = tag
        .windows(key.len())
        .position(|window| window.eq_ignore_ascii_case(key))?;
    let value = tag
        .get(at + key.len()..)?
        .trim_ascii_start()
        .strip_prefix(b"=")?;
    let value = value.trim_ascii_start();
    let value = value
        .strip_prefix(b"\"")
        .or(value.strip_prefix(b"'"))
        .unwrap_or(value);
    let end = |byte: &u8| byte.is_ascii_whitespace() || b"\"';/>?".contains(byte);
    value.get(..value.iter().position(end).unwrap_or(value.len()))
}

fn begins_with(text: &[u8], word: &[u8]) -> bool {
    text.get(..word.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::html::page;

    #[test]
    fn labels_are_found_where_pages_put_them() {
        for head in [
            "<!doctype html><META CHARSET=gb2312>",
            "<meta name=x content='y'><meta charset = \"gb2312\" />",
            "<meta http-equiv=Content-Type content=\"text/html; charset=gb2312\">",
            "<?xml version='1.0' encoding='gb2312'?><html>",
            "<html><!-- x --><meta charset='gb2312",
            "<!--><!-- <meta charset=big5> --><meta charset=gb2312>",
        ] {
            assert_eq!(find_label(head.as_bytes()), Some(&b"gb2312"[..]), "{head}");
        }
        assert_eq!(find_label(b"charset=gb2312 <p>"), None);
        assert_eq!(find_label(b"<meta charset"), None);
    }

    #[test]
    fn the_declared_encoding_is_used_unless_the_bytes_deny_it() {
        let html = "<meta charset=gb2312><p>联防联控、群防群治</p>";
        let (gbk, _, _) = encoding_rs::GBK.encode(html);
        let read = page(&gbk, None);
        assert_eq!(
            (read.text.as_str(), read.encoding),
            ("联防联控、群防群治", "gb18030")
        );
        let read = page(html.as_bytes(), None);
        assert_eq!(
            (read.text.as_str(), read.encoding),
            ("联防联控、群防群治", "UTF-8")
        );
        let lying = html.replace("gb2312", "utf-8");
        let lying = lying.replace("联防联控、群防群治", "各地要堅持聯防聯控，確保人民群眾安全");
        let (big5, _, _) = encoding_rs::BIG5.encode(&lying);
        assert_eq!(page(&big5, None).encoding, "Big5");
        let (japanese, _, _) =
            encoding_rs::SHIFT_JIS.encode("<meta charset=shift_jis><p>日本語です");
        assert_eq!(page(&japanese, None).text, "日本語です");
    }

    #[test]
    fn a_label_that_reads_much_worse_than_another_encoding_is_overruled() {
        let simplified = "各地要坚持联防联控、群防群治，把疫情防控工作抓实抓细，确保人民安全。";
        let traditional = "各地要堅持聯防聯控、群防群治，把疫情防控工作抓實抓細，確保人民安全。";
        let korean = "도서관은 다음 주부터 야간 개관 시간을 연장합니다. 신분증을 가지고 오세요.";
        for (label, text, encoding) in [
            ("iso-8859-1", simplified, GB18030),
            ("big5", simplified, GB18030),
            ("shift_jis", simplified, GB18030),
            ("euc-kr", simplified, GB18030),
            ("gb2312", traditional, encoding_rs::BIG5),
            ("gbk", korean, encoding_rs::EUC_KR),
        ] {
            let html = format!("<meta charset={label}><p>{text}</p>");
            let (bytes, _, _) = encoding.encode(&html);
            let read = page(&bytes, None);
            assert_eq!(
                (&*read.text, read.encoding),
                (text, encoding.name()),
                "labelled {label}"
            );
        }
        let russian = "<meta charset=windows-1251><p>Библиотека продлевает часы работы</p>";
        let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(russian);
        assert_eq!(page(&bytes, None).text, "Библиотека продлевает часы работы");
        let mislabelled = russian.replace("windows-1251", "iso-8859-1");
        for encoding in [encoding_rs::KOI8_R, encoding_rs::WINDOWS_1251] {
            let (bytes, _, _) = encoding.encode(&mislabelled);
            let read = page(&bytes, None);
            assert_eq!(read.text, "Библиотека продлевает часы работы");
            assert!(!read.is_certain);
        }
        let french = "<meta charset=iso-8859-1><p>où l'été dure, la rivière s'est asséchée</p>";
        let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(french);
        assert_eq!(
            page(&bytes, None).text,
            "où l'été dure, la rivière s'est asséchée"
        );
    }
}

//! Recognizes files that hold many articles in a form that is not read: feeds,
//! mailboxes, lists in YAML. Each is one document here, and the user is told.

use memchr::memmem;

/// Bytes of a text in which the signs of a form are looked for.
const LOOK: usize = 4096;

/// Returns what a text is a collection of, if it is one that is read as one
/// document.
///
/// One pass over the text, and only where it begins as a collection does.
pub(crate) fn collection_of(text: &str) -> Option<String> {
    let begin = text.trim_start();
    let what = match begin.as_bytes().first()? {
        b'<' => feed(begin)?,
        b'F' => mailbox(begin)?,
        b'-' | b'%' => yaml(begin)?,
        _ => return None,
    };
    Some(format!(
        "{what}, which is read as one document; write each as a record of JSON Lines, unless it \
         is one"
    ))
}

fn count(text: &str, word: &str) -> usize {
    memmem::find_iter(text.as_bytes(), word).count()
}

/// RSS, Atom and RDF.
fn feed(begin: &str) -> Option<String> {
    let head = &begin.as_bytes()[..begin.len().min(LOOK)];
    let has = |word: &str| memmem::find(head, word.as_bytes()).is_some();
    let entry = match (has("<rss") || has("<rdf:RDF"), has("<feed")) {
        (true, _) => "</item>",
        (_, true) => "</entry>",
        _ => return None,
    };
    let entries = count(begin, entry);
    (entries > 1).then(|| format!("a feed of {entries} entries"))
}

/// Messages, each after a line that begins with `From ` and before its header.
fn mailbox(begin: &str) -> Option<String> {
    let is_header = |line: &str| {
        let name = line.split(':').next().unwrap_or("");
        name.len() < line.len()
            && !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let mut lines = begin.lines().peekable();
    let mut messages = 0;
    let mut after_blank = true;
    while let Some(line) = lines.next() {
        let begins = after_blank && line.starts_with("From ");
        if begins && lines.peek().is_some_and(|next| is_header(next)) {
            messages += 1;
        } else if messages == 0 {
            return None;
        }
        after_blank = line.trim().is_empty();
    }
    (messages > 1).then(|| format!("a mailbox of {messages} messages"))
}

/// A list whose members have keys, or several documents under lines of three
/// dashes, each of which begins with a key.
fn yaml(begin: &str) -> Option<String> {
    let has_key = |line: &str| {
        let key = line.split_once(':').map(|(key, _)| key.trim());
        key.is_some_and(|key| {
            !key.is_empty()
                && key
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
        })
    };
    let mut members = 0;
    let mut documents = 0;
    let mut lines = begin.lines().peekable();
    while let Some(line) = lines.next() {
        if line.trim_end() == "---" {
            documents += usize::from(lines.peek().is_some_and(|next| has_key(next)));
        } else if line.strip_prefix("- ").is_some_and(has_key) {
            members += 1;
        } else if members + documents == 0 && !line.starts_with(['%', '#']) {
            return None;
        } else if documents == 0 && !line.trim().is_empty() && !line.starts_with([' ', '#']) {
            // A list of Markdown has text between its items.
            return None;
        }
    }
    match (members, documents) {
        (_, 2..) => Some(format!("YAML of {documents} documents")),
        (2.., _) => Some(format!("YAML of {members} members")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collections_in_forms_that_are_not_read_are_recognized() {
        for (text, what) in [
            (
                "<?xml version=\"1.0\"?>\n<rss version=\"2.0\"><channel><item><title>渡口</title></item>\n<item>x</item></channel></rss>",
                "a feed of 2 entries,",
            ),
            (
                "<feed xmlns=\"x\"><entry>甲</entry><entry>乙</entry><entry>丙</entry></feed>",
                "a feed of 3 entries,",
            ),
            (
                "From a@b Mon Jan 1\nSubject: 渡口\n\n停航。\n\nFrom c@d Tue Jan 2\nSubject: 桥\n\n通车。\n",
                "a mailbox of 2 messages,",
            ),
            (
                "---\ntitle: 渡口\ntext: 停航。\n---\ntitle: 桥\ntext: 通车。\n",
                "YAML of 2 documents,",
            ),
            (
                "- title: 渡口\n  text: 停航。\n- title: 桥\n  text: 通车。\n",
                "YAML of 2 members,",
            ),
        ] {
            let found = collection_of(text).unwrap_or_default();
            assert!(found.starts_with(what), "{text}: {found}");
        }
    }

    #[test]
    fn texts_that_only_look_so_are_none() {
        for text in [
            "",
            "<b>联防</b>联控",
            "<rss><item>one</item></rss>",
            "From the ferry one sees the bridge.\n\nFrom the bridge: the ferry.",
            "---\ntitle: 渡口\n---\n停航。\n\n桥已通车。",
            "- 渡口: 停航\n- 桥: 通车\n\n以上是今天的通知。",
            "- 渡口\n- 桥\n",
            "-- 完 --",
        ] {
            assert_eq!(collection_of(text), None, "{text}");
        }
    }
}

//! The text layer of a PDF, by `pdftotext` of Poppler.
//!
//! Chinese fonts often have no table to Unicode; Poppler has those of Adobe's
//! collections of characters (in some systems as a package of its own,
//! poppler-data).

use std::io::{ErrorKind, Read, Write};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::read::limit::RecordLimit;
use crate::read::office::OfficeText;

/// The longest that a program may take for one file: a thousand pages take a
/// few seconds.
const PATIENCE: Duration = Duration::from_secs(120);

/// Returns whether bytes are a PDF.
pub(crate) fn is_pdf(head: &[u8]) -> bool {
    head.starts_with(b"%PDF-")
}

/// Reads a PDF; or says why it can't be read.
pub(crate) fn read(bytes: &[u8], limit: RecordLimit) -> Result<OfficeText, String> {
    if !is_pdf(bytes) {
        return Err("no PDF, whatever its name says; look what it is".to_owned());
    }
    let failed = |error: std::io::Error| format!("can't be handed to pdftotext ({error})");
    let mut file = tempfile::NamedTempFile::new().map_err(failed)?;
    file.write_all(bytes)
        .and_then(|()| file.flush())
        .map_err(failed)?;
    let mut command = Command::new("pdftotext");
    command
        .args(["-q", "-enc", "UTF-8"])
        .arg(file.path())
        .arg("-");
    let text = output(command, limit)?;
    let text = text.replace('\u{c}', "\n");
    if text.trim().is_empty() {
        return Err(
            "a PDF without a text layer (scanned pages?); recognize its characters (OCR) \
                    first"
                .to_owned(),
        );
    }
    let mut found = OfficeText {
        text,
        ..OfficeText::default()
    };
    // A PDF without properties is none the worse.
    let mut command = Command::new("pdfinfo");
    command
        .args(["-enc", "UTF-8", "-isodates"])
        .arg(file.path());
    if let Ok(lines) = output(command, limit) {
        let value = |name: &str| {
            let line = lines.lines().find_map(|line| line.strip_prefix(name));
            line.map(|value| value.trim().to_owned())
                .filter(|value| !value.is_empty())
        };
        found.title = value("Title:");
        found.date = value("CreationDate:");
    }
    Ok(found)
}

/// Returns what a program writes, within bounds of size and time.
fn output(mut command: Command, limit: RecordLimit) -> Result<String, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = command.spawn().map_err(|error| match error.kind() {
        ErrorKind::NotFound => format!(
            "a PDF, which {name} of Poppler reads, and that is not installed; install \
             poppler-utils, or convert it to text"
        ),
        _ => format!("a PDF, and {name} can't be started ({error})"),
    })?;
    let most = limit.bytes();
    let reader = child.stdout.take().map(|out| {
        thread::spawn(move || {
            let mut bytes = Vec::new();
            let read = out.take(most + 1).read_to_end(&mut bytes);
            read.map(|_| bytes)
        })
    });
    let status = wait(&mut child, &name)?;
    let bytes = reader.and_then(|reader| reader.join().ok());
    let bytes = bytes.and_then(Result::ok).unwrap_or_default();
    if bytes.len() as u64 > most {
        return Err(limit.exceeded("document"));
    }
    match status {
        Some(0) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Some(3) => Err(
            "a PDF that does not allow its text to be taken; save it without a \
                        password"
                .to_owned(),
        ),
        _ => Err(format!(
            "a broken PDF, or one with a password: {name} can't read it"
        )),
    }
}

/// Waits for a program, and ends it when it takes too long; returns its exit
/// code. One that writes more than is read ends by itself.
fn wait(child: &mut Child, name: &str) -> Result<Option<i32>, String> {
    let begin = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status.code()),
            Ok(None) => {}
            Err(error) => return Err(format!("{name} can't be waited for ({error})")),
        }
        if begin.elapsed() > PATIENCE {
            // It may have ended in this moment.
            let _ = child.kill();
            let _ = child.wait();
            return Err(format!(
                "a PDF that {name} did not read in {} s; convert it to text",
                PATIENCE.as_secs()
            ));
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}

//! Office documents and PDF in a build without them.

use crate::read::limit::RecordLimit;

/// What such a document would say.
#[derive(Debug, Default)]
pub(crate) struct OfficeText {
    pub(crate) text: String,
    pub(crate) title: Option<String>,
    pub(crate) date: Option<String>,
}

fn not_read() -> Result<OfficeText, String> {
    Err(
        "this build of leitong reads no office documents and no PDF; build it with the feature \
         `documents`"
            .to_owned(),
    )
}

/// Returns whether bytes are an office document; that is left open.
pub(crate) fn is_docx(_head: &[u8]) -> bool {
    false
}

/// Returns whether bytes are a PDF.
pub(crate) fn is_pdf(head: &[u8]) -> bool {
    head.starts_with(b"%PDF-")
}

/// Says that it can't be read.
pub(crate) fn read_docx(_bytes: &[u8], _limit: RecordLimit) -> Result<OfficeText, String> {
    not_read()
}

/// Says that it can't be read.
pub(crate) fn read_pdf(_bytes: &[u8], _limit: RecordLimit) -> Result<OfficeText, String> {
    not_read()
}

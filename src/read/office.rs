//! Documents that other programs lay out: office documents and PDF.

pub(crate) use crate::read::docx::is_docx;
use crate::read::limit::RecordLimit;
pub(crate) use crate::read::pdf::is_pdf;
use crate::read::{docx, pdf};

/// What such a document says.
#[derive(Debug, Default)]
pub(crate) struct OfficeText {
    pub(crate) text: String,
    pub(crate) title: Option<String>,
    pub(crate) date: Option<String>,
}

/// Reads an office document; or says why it can't be read.
pub(crate) fn read_docx(bytes: &[u8], limit: RecordLimit) -> Result<OfficeText, String> {
    docx::read(bytes, limit)
}

/// Reads a PDF; or says why it can't be read.
pub(crate) fn read_pdf(bytes: &[u8], limit: RecordLimit) -> Result<OfficeText, String> {
    pdf::read(bytes, limit)
}

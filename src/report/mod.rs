//! What people read: the page of a scan, and two documents side by side in a
//! terminal.

#[cfg(feature = "report")]
pub mod page;
#[cfg(feature = "cli")]
pub mod terminal;

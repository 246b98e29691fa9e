//! What people read: the page of a scan, and two documents side by side in a
//! terminal.

pub mod page;
pub mod terminal;

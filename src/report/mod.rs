//! What people read: the page of a scan, that of a check, and two documents side
//! by side in a terminal.

pub mod check_page;
pub mod held;
#[cfg(feature = "report")]
pub mod page;
pub mod shares;
#[cfg(feature = "cli")]
pub mod terminal;

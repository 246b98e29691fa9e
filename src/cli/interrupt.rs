//! An interrupted run leaves nothing that is half written.

/// Begins to watch for SIGINT and SIGTERM: either removes what is unfinished
/// and ends the process with exit code 130 or 143.
#[cfg(unix)]
pub(in crate::cli) fn watch() {
    use signal_hook::consts::{SIGINT, SIGTERM};

    let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM]) else {
        // The signals keep their usual effect.
        return;
    };
    let watching = move || {
        if let Some(signal) = signals.forever().next() {
            crate::write::unfinished::remove_all();
            signal_hook::low_level::exit(128 + signal);
        }
    };
    std::thread::spawn(watching);
}

/// Signals keep their usual effect.
#[cfg(not(unix))]
pub(in crate::cli) fn watch() {}

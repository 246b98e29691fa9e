//! An interrupted run leaves nothing that is half written.

/// Begins to watch for SIGINT, SIGTERM and SIGHUP: each removes what is
/// unfinished and ends the process with exit code 130, 143 or 129.
#[cfg(unix)]
pub(in crate::cli) fn watch() {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

    let mut watched = vec![SIGINT, SIGTERM];
    // A terminal that is closed hangs up; `nohup` asks to go on then.
    if !hang_ups_may_be_ignored() {
        watched.push(SIGHUP);
    }
    let Ok(mut signals) = signal_hook::iterator::Signals::new(watched) else {
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

/// Returns whether the process ignores SIGHUP, or the system does not say.
#[cfg(unix)]
fn hang_ups_may_be_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_none_or(|mask| mask & 1 << (signal_hook::consts::SIGHUP - 1) != 0)
}

/// Signals keep their usual effect.
#[cfg(not(unix))]
pub(in crate::cli) fn watch() {}

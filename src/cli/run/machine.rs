//! How much memory a run may take where no `--memory` says it: three quarters
//! of what the machine, the group of processes and `ulimit` leave it.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::cli::args::Size;

/// The part of the memory that a run may take: the system, and whoever else
/// runs, have the rest.
const SHARE: (u64, u64) = (3, 4);

/// Where groups of processes have their limits.
const GROUPS: &str = "/sys/fs/cgroup";

/// What bounds the memory of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bound {
    Machine,
    Group,
    Process,
}

/// How much a run may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) struct DefaultLimit {
    whole: u64,
    bound: Bound,
}

impl DefaultLimit {
    /// Returns the limit; `None` where the system tells no memory.
    pub(in crate::cli) fn of_this_run() -> Option<DefaultLimit> {
        static LIMIT: OnceLock<Option<DefaultLimit>> = OnceLock::new();
        let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
        *LIMIT.get_or_init(|| {
            let machine = of_machine(&read("/proc/meminfo"));
            let files = files_of_groups(&read("/proc/self/cgroup"));
            let groups = files
                .iter()
                .filter_map(|path| fs::read_to_string(path).ok());
            let group = groups.filter_map(|text| of_group(&text)).min();
            let process = of_process(&read("/proc/self/limits"));
            DefaultLimit::least(machine, group, process)
        })
    }

    fn least(
        machine: Option<u64>,
        group: Option<u64>,
        process: Option<u64>,
    ) -> Option<DefaultLimit> {
        let bounds = [
            (machine, Bound::Machine),
            (group, Bound::Group),
            (process, Bound::Process),
        ];
        let known = bounds.into_iter().filter_map(|(whole, bound)| {
            let whole = whole?;
            Some(DefaultLimit { whole, bound })
        });
        known.min_by_key(|limit| limit.whole)
    }

    /// Returns the bytes that the run may take.
    pub(in crate::cli) fn bytes(self) -> u64 {
        self.whole / SHARE.1 * SHARE.0
    }
}

impl fmt::Display for DefaultLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = Size(self.whole);
        f.write_str("the default, three quarters of ")?;
        match self.bound {
            Bound::Machine => write!(f, "this machine's {whole}"),
            Bound::Group => write!(f, "the {whole} of this group of processes"),
            Bound::Process => write!(f, "the {whole} that ulimit allows"),
        }
    }
}

/// Returns the memory of the machine, told by `/proc/meminfo`.
fn of_machine(meminfo: &str) -> Option<u64> {
    let line = meminfo
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kilobytes.checked_mul(1024)
}

/// Returns the files that may limit the groups of a process, told by
/// `/proc/self/cgroup`: its own group and all above it, in both versions.
///
/// In a container the path may be that of the host, which is not to be seen
/// there; then the topmost group is the container's.
fn files_of_groups(groups: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for line in groups.lines() {
        let mut parts = line.splitn(3, ':');
        let (Some(_), Some(controllers), Some(path)) = (parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        let (root, name) = match controllers {
            "" => (PathBuf::from(GROUPS), "memory.max"),
            some if some.split(',').any(|one| one == "memory") => {
                (Path::new(GROUPS).join("memory"), "memory.limit_in_bytes")
            }
            _ => continue,
        };
        let path = path.trim_start_matches('/');
        let above = Path::new(path).ancestors();
        files.extend(above.map(|group| root.join(group).join(name)));
    }
    files
}

/// Returns the limit of a group; `None` if it has none.
fn of_group(limit: &str) -> Option<u64> {
    /// What version 1 says where there is no limit: the largest number of pages.
    const NONE: u64 = 1 << 62;
    limit.trim().parse().ok().filter(|bytes| *bytes < NONE)
}

/// Returns what a process may take, told by `/proc/self/limits`.
fn of_process(limits: &str) -> Option<u64> {
    let soft = |name: &str| {
        let line = limits.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse().ok()
    };
    [soft("Max data size"), soft("Max address space")]
        .into_iter()
        .flatten()
        .min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_of_the_machine_is_read() {
        let text = "MemTotal:       24684032 kB\nMemFree:  1 kB\n";
        assert_eq!(of_machine(text), Some(24_684_032 * 1024));
        assert_eq!(of_machine("MemFree: 1 kB\n"), None);
        assert_eq!(of_machine("MemTotal: many kB\n"), None);
    }

    #[test]
    fn groups_of_both_versions_and_all_above_them_are_asked() {
        let text = "12:cpu,cpuacct:/a\n4:memory:/docker/0f\n1:name=systemd:/x\n0::/user.slice/s\n";
        let files = files_of_groups(text);
        let expected = [
            "/sys/fs/cgroup/memory/docker/0f/memory.limit_in_bytes",
            "/sys/fs/cgroup/memory/docker/memory.limit_in_bytes",
            "/sys/fs/cgroup/memory/memory.limit_in_bytes",
            "/sys/fs/cgroup/user.slice/s/memory.max",
            "/sys/fs/cgroup/user.slice/memory.max",
            "/sys/fs/cgroup/memory.max",
        ];
        assert_eq!(files, expected.map(PathBuf::from));
        assert_eq!(
            files_of_groups("0::/\n"),
            [PathBuf::from("/sys/fs/cgroup/memory.max")]
        );
        assert!(files_of_groups("").is_empty());
        assert!(files_of_groups("nothing\n").is_empty());
    }

    #[test]
    fn a_group_without_a_limit_has_none() {
        assert_eq!(of_group("536870912\n"), Some(512 << 20));
        assert_eq!(of_group("max\n"), None);
        assert_eq!(of_group("9223372036854771712\n"), None);
        assert_eq!(of_group(""), None);
    }

    #[test]
    fn limits_of_a_process_are_read() {
        let text = "Limit                     Soft Limit           Hard Limit           Units\n\
                    Max data size             3000000000           unlimited            bytes\n\
                    Max address space         unlimited            unlimited            bytes\n";
        assert_eq!(of_process(text), Some(3_000_000_000));
        assert_eq!(
            of_process("Max data size  unlimited unlimited bytes\n"),
            None
        );
        assert_eq!(of_process(""), None);
    }

    #[test]
    fn the_least_bound_counts_and_is_named() {
        let limit = DefaultLimit::least(Some(24 << 30), Some(4_000_000_000), None).unwrap();
        assert_eq!(limit.bytes(), 3_000_000_000);
        assert_eq!(
            limit.to_string(),
            "the default, three quarters of the 4.0 GB of this group of processes"
        );
        let limit = DefaultLimit::least(Some(16_000_000_000), None, None).unwrap();
        assert_eq!(
            limit.to_string(),
            "the default, three quarters of this machine's 16.0 GB"
        );
        assert_eq!(DefaultLimit::least(None, None, None), None);
    }
}

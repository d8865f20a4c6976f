//! Available memory, and whether a task fits into it.
//!
//! A task that does not fit is refused before it starts: an allocation that fails halfway ends the program, and on
//! Linux it is more often the whole machine that stalls.

use std::path::Path;

use crate::diagnostics::Diagnostic;
use crate::text::bytes;

/// The memory of a task, part by part, in bytes.
#[derive(Debug, Clone, Default)]
pub struct MemoryRequirement(Vec<(String, u64)>);

impl MemoryRequirement {
    /// Adds a part, such as `the parameters`.
    #[must_use]
    pub fn and(mut self, what: impl Into<String>, bytes: u64) -> Self {
        self.0.push((what.into(), bytes));
        self
    }

    /// The sum of all parts.
    pub fn total(&self) -> u64 {
        self.0.iter().fold(0, |sum, (_, bytes)| sum.saturating_add(*bytes))
    }

    /// Whether `action`, such as `training`, fits into the [`available`] memory.
    ///
    /// # Errors
    /// The required memory by part, and the available memory.
    pub fn check(&self, action: &str, available: Option<u64>) -> Result<(), Diagnostic> {
        match available {
            Some(available) if self.total() > available => Err(self.refusal(action, available)),
            _ => Ok(()),
        }
    }

    fn refusal(&self, action: &str, available: u64) -> Diagnostic {
        let total = self.total();
        // Parts below 1 % are not worth listing.
        let mut parts: Vec<_> = self.0.iter().filter(|(_, bytes)| *bytes > total / 100).collect();
        parts.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
        let parts: Vec<String> = parts.into_iter().map(|(what, size)| format!("{} for {what}", bytes(*size))).collect();
        Diagnostic::error(format!(
            "{action} takes {} of memory, and {} are available: {}",
            bytes(total),
            bytes(available),
            parts.join(", ")
        ))
        .hint("close other programs, or use a machine with more memory")
    }
}

/// The bytes that this process can still allocate; `None` if the system does not report it.
///
/// On Linux it is the minimum of the machine's memory (`MemAvailable` and swap), the remainder of the limits of the
/// control groups (versions 1 and 2), and the remainder of `ulimit -v` and `ulimit -d`.
pub fn available() -> Option<u64> {
    available_in(Path::new("/"))
}

/// [`available`], from the files below `root`.
fn available_in(root: &Path) -> Option<u64> {
    let text = |path: &str| std::fs::read_to_string(root.join(path)).unwrap_or_default();
    let machine = machine(&text("proc/meminfo"));
    let process = process(&text("proc/self/limits"), &text("proc/self/status"));
    let groups = groups(root, &text("proc/self/cgroup"));
    machine.into_iter().chain(process.into_iter().flatten()).chain(groups).min()
}

/// The memory of the machine.
fn machine(meminfo: &str) -> Option<u64> {
    let free = kilobytes(meminfo, "MemAvailable:")?;
    Some(free.saturating_add(kilobytes(meminfo, "SwapFree:").unwrap_or(0)))
}

/// The remainder of the limits of the process.
fn process(limits: &str, status: &str) -> [Option<u64>; 2] {
    let pairs = [("Max address space", "VmSize:"), ("Max data size", "VmData:")];
    pairs.map(|(limit, used)| Some(field(limits, limit)?.saturating_sub(kilobytes(status, used)?)))
}

/// The memory that remains under the limits of the process's control group and its parents.
fn groups(root: &Path, cgroup: &str) -> Vec<u64> {
    // `0::/a/b` in version 2, `5:memory:/a/b` in version 1.
    let group = cgroup.lines().find_map(|line| {
        let mut parts = line.splitn(3, ':');
        let (_, controllers, path) = (parts.next()?, parts.next()?, parts.next()?);
        let files = if controllers.is_empty() {
            ["sys/fs/cgroup", "memory.max", "memory.current", "inactive_file"]
        } else if controllers.split(',').any(|name| name == "memory") {
            let [limit, usage] = ["memory.limit_in_bytes", "memory.usage_in_bytes"];
            ["sys/fs/cgroup/memory", limit, usage, "total_inactive_file"]
        } else {
            return None;
        };
        Some((files, path.trim_start_matches('/')))
    });
    let Some(([base, limit, usage, reclaimable], path)) = group else { return Vec::new() };
    // A container may see its own group as the outermost one.
    let folders = Path::new(path).ancestors().map(|path| root.join(base).join(path));
    let left = |folder: std::path::PathBuf| {
        let text = |name: &str| std::fs::read_to_string(folder.join(name)).ok();
        let number = |name: &str| text(name)?.trim().parse::<u64>().ok();
        // The usage includes the file cache, which the kernel can reclaim.
        let cache = field(&text("memory.stat").unwrap_or_default(), reclaimable).unwrap_or(0);
        Some(number(limit)?.saturating_sub(number(usage)?.saturating_sub(cache)))
    };
    folders.filter_map(left).collect()
}

/// The number after a name at the start of a line.
fn field(text: &str, name: &str) -> Option<u64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
    rest.split_whitespace().next()?.parse().ok()
}

fn kilobytes(text: &str, name: &str) -> Option<u64> {
    Some(field(text, name)?.saturating_mul(1024))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIB: u64 = 1024;

    /// A root with these files.
    fn root(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().expect("a folder");
        for (path, text) in files {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            std::fs::write(path, text).expect("written");
        }
        root
    }

    fn available(files: &[(&str, &str)]) -> Option<u64> {
        available_in(root(files).path())
    }

    const MEMINFO: (&str, &str) =
        ("proc/meminfo", "MemTotal:  9000 kB\nMemFree:  10 kB\nMemAvailable:  5000 kB\nSwapFree:  300 kB\n");

    #[test]
    fn what_the_machine_has_counts_with_its_swap() {
        assert_eq!(available(&[MEMINFO]), Some(5300 * KIB));
        assert_eq!(available(&[]), None, "a system that tells nothing refuses nothing");
    }

    #[test]
    fn the_limits_of_the_process_count_where_they_are_lower() {
        let status = ("proc/self/status", "VmSize:\t  1000 kB\nVmData:\t  200 kB\n");
        let limits = |space: &str, data: &str| {
            let text =
                format!("Max data size   {data}   unlimited   bytes\nMax address space  {space}  {space}  bytes\n");
            available(&[MEMINFO, status, ("proc/self/limits", &text)])
        };
        assert_eq!(limits("unlimited", "unlimited"), Some(5300 * KIB));
        assert_eq!(limits("3072000", "unlimited"), Some(2000 * KIB));
        assert_eq!(limits("3072000", "1228800"), Some(1000 * KIB));
        assert_eq!(limits("1000", "unlimited"), Some(0), "more is used than is allowed");
    }

    #[test]
    fn the_control_groups_count_with_those_around_them() {
        let group = ("proc/self/cgroup", "0::/outer/inner\n");
        let inner = [
            ("sys/fs/cgroup/outer/inner/memory.max", "max\n"),
            ("sys/fs/cgroup/outer/memory.max", "4096000\n"),
            ("sys/fs/cgroup/outer/memory.current", "2048000\n"),
            ("sys/fs/cgroup/outer/memory.stat", "anon 7\ninactive_file 1024000\n"),
        ];
        assert_eq!(available(&[&[MEMINFO, group], &inner[..]].concat()), Some(3000 * KIB));
        // In a container, the path may be the host's, while the container's own group is at the top.
        let top = [("sys/fs/cgroup/memory.max", "1024\n"), ("sys/fs/cgroup/memory.current", "0\n")];
        assert_eq!(available(&[&[MEMINFO, group], &top[..]].concat()), Some(KIB));
        let old = [
            ("proc/self/cgroup", "6:cpu:/x\n5:memory,hugetlb:/x\n"),
            ("sys/fs/cgroup/memory/x/memory.limit_in_bytes", "2048\n"),
            ("sys/fs/cgroup/memory/x/memory.usage_in_bytes", "1024\n"),
        ];
        assert_eq!(available(&[&[MEMINFO], &old[..]].concat()), Some(KIB));
    }

    #[test]
    fn a_refusal_names_the_parts_that_matter_the_largest_first() {
        let need = MemoryRequirement::default().and("this", 1 << 30).and("that", 3 << 30).and("the rest", 1000);
        let refusal = need.refusal("training", 5 << 20);
        assert_eq!(
            refusal.message,
            "training takes 4.00 GiB of memory, and 5.00 MiB are available: 3.00 GiB for that, 1.00 GiB for this"
        );
        let most = MemoryRequirement::default().and("all", u64::MAX).and("more", 9);
        assert!(most.check("this", Some(u64::MAX - 1)).is_err() && most.check("this", None).is_ok());
        assert!(MemoryRequirement::default().and("little", 1).check("this", Some(1)).is_ok());
    }
}

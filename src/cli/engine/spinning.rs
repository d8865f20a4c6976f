//! How threads of libtorch wait for each other.
//!
//! An idle thread polls for work before it sleeps. Some tens of microseconds bridge the gaps within a step; the default of
//! the OpenMP runtime, milliseconds, and even these tens of microseconds slow training down several times where other
//! programs need the processor too, since a thread that polls takes the time of the one that is waited for. Neither changes
//! what is computed.

use std::thread;
use std::time::Duration;

/// The variable that says how often a thread polls, and its value on an idle machine.
const SPINS: (&str, &str) = ("GOMP_SPINCOUNT", "10000");
/// Its value on a machine that is busy.
const NONE: &str = "0";
/// Variables by which a user may have chosen another behaviour.
const WAITING: [&str; 2] = [SPINS.0, "OMP_WAIT_POLICY"];
/// Samples of the load, and the time between two of them.
const SAMPLES: (usize, Duration) = (4, Duration::from_millis(8));

/// The variable for the engine; `None` if the user has chosen.
pub(super) fn variable() -> Option<(&'static str, &'static str)> {
    let is_chosen = WAITING.iter().any(|name| std::env::var_os(name).is_some());
    (!is_chosen).then(|| (SPINS.0, if is_busy() { NONE } else { SPINS.1 }))
}

/// Whether other programs run all the time on processors that training would use; `false` where the system does not tell.
fn is_busy() -> bool {
    let Ok(threads) = thread::available_parallelism() else { return false };
    for index in 0..SAMPLES.0 {
        if index > 0 {
            thread::sleep(SAMPLES.1);
        }
        let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
        // This process is one of those that run.
        let Some(running) = running(&read("/proc/loadavg")).and_then(|all| all.checked_sub(1)) else { return false };
        let processors = processors(&read("/proc/stat"));
        if running == 0 || processors == 0 || running + threads.get() <= processors {
            return false;
        }
    }
    true
}

/// The number of threads that run or could run, the fourth field of `/proc/loadavg`: `0.20 0.18 0.12 3/512 7012`.
fn running(loadavg: &str) -> Option<usize> {
    loadavg.split_whitespace().nth(3)?.split('/').next()?.parse().ok()
}

/// The number of processors, from `/proc/stat`, which has a line for each: `cpu0 …`.
fn processors(stat: &str) -> usize {
    stat.lines().filter(|line| line.starts_with("cpu") && !line.starts_with("cpu ")).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_load_is_read_from_proc() {
        assert_eq!(running("0.20 0.18 0.12 3/512 7012\n"), Some(3));
        assert_eq!(running(""), None);
        assert_eq!(processors("cpu  1 2 3\ncpu0 1 2 3\ncpu1 1 2 3\nintr 4\n"), 2);
    }
}

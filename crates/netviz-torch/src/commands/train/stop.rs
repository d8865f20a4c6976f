//! Signals that stop a run: SIGINT (Ctrl-C), SIGTERM and SIGHUP.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use netviz::cli::Failure;

use crate::observe;

/// Whether a run should stop after the current step.
pub(super) struct Stop {
    wanted: Arc<AtomicBool>,
    #[cfg(unix)]
    signal: Arc<std::sync::atomic::AtomicI32>,
}

impl Stop {
    /// Whether the run should stop.
    pub(super) fn is_wanted(&self) -> bool {
        self.wanted.load(Ordering::Relaxed)
    }

    /// The flag, for other code that can stop a run.
    pub(super) fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.wanted)
    }
}

#[cfg(unix)]
mod signals {
    use std::sync::atomic::AtomicI32;

    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::exit;

    use super::{Arc, AtomicBool, Failure, Ordering, Stop, observe};
    use crate::signals::is_ignored;

    impl Stop {
        /// Listens for signals; the second one ends the program at once. A signal that the parent process set to be
        /// ignored, as `nohup` does, stays ignored.
        pub(in super::super) fn watch() -> Result<Self, Failure> {
            let stop = Self { wanted: Arc::default(), signal: Arc::new(AtomicI32::new(SIGINT)) };
            let watched = [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|&signal| !is_ignored(signal));
            let failed = |error: std::io::Error| Failure::new(format!("cannot listen for signals: {error}"));
            let mut signals = Signals::new(watched).map_err(failed)?;
            let (wanted, first): (Arc<AtomicBool>, _) = (stop.flag(), Arc::clone(&stop.signal));
            let listen = move || {
                for signal in signals.forever() {
                    if wanted.swap(true, Ordering::Relaxed) {
                        observe::restore_terminal();
                        // Skip the clean-up: libtorch's threads, which are still computing, would crash.
                        exit(128 + signal);
                    }
                    first.store(signal, Ordering::Relaxed);
                    observe::show_stopping();
                }
            };
            std::thread::Builder::new().name("signals".into()).spawn(listen).map_err(failed)?;
            Ok(stop)
        }

        /// The conventional exit code of a program that the signal ended.
        pub(in super::super) fn code(&self) -> u8 {
            u8::try_from(128 + self.signal.load(Ordering::Relaxed)).unwrap_or(1)
        }
    }
}

#[cfg(not(unix))]
impl Stop {
    /// Listens for Ctrl-C; the second one ends the program at once.
    pub(super) fn watch() -> Result<Self, Failure> {
        let stop = Self { wanted: Arc::default() };
        let wanted = stop.flag();
        let listen = move || {
            if wanted.swap(true, Ordering::Relaxed) {
                std::process::exit(130);
            }
            observe::show_stopping();
        };
        ctrlc::set_handler(listen).map_err(|error| Failure::new(format!("cannot listen for Ctrl-C: {error}")))?;
        Ok(stop)
    }

    /// The conventional exit code of a program that Ctrl-C ended.
    pub(super) fn code(&self) -> u8 {
        130
    }
}

//! The program `netviz`.

use std::process::ExitCode;

fn main() -> ExitCode {
    netviz::cli::survive_file_size_limit();
    if closed::standard_output() {
        return netviz::cli::finish(Err(
            netviz::cli::Failure::new("standard output is closed").hint("`>/dev/null` discards what is printed")
        ));
    }
    netviz::cli::run(&netviz::cli::parse())
}

/// Detects a closed standard output. Before `main`, Rust's runtime opens `/dev/null` in place of closed standard
/// streams, so that output would be lost without an error. The check therefore runs earlier, as one of the loader's
/// `.init_array` functions.
#[cfg(target_os = "linux")]
mod closed {
    use std::sync::atomic::{AtomicBool, Ordering};

    static IS_CLOSED: AtomicBool = AtomicBool::new(false);

    /// Whether standard output was closed when the program was started.
    pub(super) fn standard_output() -> bool {
        IS_CLOSED.load(Ordering::Relaxed)
    }

    #[used]
    #[expect(unsafe_code, reason = "nothing of Rust's runs early enough; the function needs nothing of it")]
    #[unsafe(link_section = ".init_array")]
    static LOOK: extern "C" fn() = look;

    extern "C" fn look() {
        let output = rustix::stdio::stdout();
        IS_CLOSED.store(rustix::io::fcntl_getfd(output).is_err(), Ordering::Relaxed);
    }
}

#[cfg(not(target_os = "linux"))]
mod closed {
    /// Always `false`: other systems are not checked.
    pub(super) fn standard_output() -> bool {
        false
    }
}

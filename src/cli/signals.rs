//! Handles signals that would end the program in place of an error message.

/// Turns the signal for a file that exceeds the limit of `ulimit -f` into an error of the write, which is reported like
/// any other.
pub fn survive_file_size_limit() {
    #[cfg(unix)]
    {
        // The write fails with EFBIG once the signal is handled, whatever the handler does. If the handler cannot be
        // registered, the program runs without it.
        let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, std::sync::Arc::default());
    }
}

//! Signals that would end the program where an error can be told instead.

/// Makes a file that reaches the limit of `ulimit -f` an error of the write, which is reported like any other,
/// instead of the end of the program.
pub fn survive_file_size_limit() {
    #[cfg(unix)]
    {
        // The write fails with EFBIG once the signal is handled, whatever the handler does. That the signal cannot be
        // handled is no reason to do nothing at all.
        let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, std::sync::Arc::default());
    }
}

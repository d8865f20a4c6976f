//! Signal dispositions inherited from the parent process.

#![expect(unsafe_code, reason = "the disposition of a signal is known to the C library alone")]

/// Whether a signal is ignored.
pub(crate) fn is_ignored(signal: i32) -> bool {
    let mut found = std::mem::MaybeUninit::<libc::sigaction>::uninit();
    // SAFETY: without a new action, `sigaction` changes nothing; where it returns 0, it has filled in the old one.
    let action = unsafe {
        if libc::sigaction(signal, std::ptr::null(), found.as_mut_ptr()) != 0 {
            return false;
        }
        found.assume_init()
    };
    action.sa_sigaction == libc::SIG_IGN
}

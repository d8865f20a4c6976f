//! Parallel loops on libtorch's own threads.
//!
//! Threads of our own would compete with libtorch's, which spin while they wait for the next task. libtorch's threads
//! belong to the OpenMP runtime. Every runtime that libtorch is built with exports `GOMP_parallel`, the entry point
//! that GCC calls for `#pragma omp parallel`. If it is not found, the loop runs on the calling thread.

use std::ffi::{c_uint, c_void};
use std::sync::{Mutex, PoisonError};

/// `GOMP_parallel(body, data, threads, flags)` runs `body(data)` on every thread of the team, including the calling
/// one, and returns when all have returned. With `threads` 0, OpenMP uses its configured number of threads.
type GompParallel = unsafe extern "C" fn(extern "C" fn(*mut c_void), *mut c_void, c_uint, c_uint);

/// Calls `work` with every item, on several threads at once, in no particular order.
pub(crate) fn for_each<T: Send>(items: Vec<T>, work: impl Fn(T) + Sync) {
    let items = Mutex::new(items.into_iter());
    let next = || items.lock().unwrap_or_else(PoisonError::into_inner).next();
    on_every_thread(&|| {
        while let Some(item) = next() {
            work(item);
        }
    });
}

/// Calls `body` once on every thread of libtorch, or once on this thread without OpenMP.
#[expect(unsafe_code, reason = "OpenMP's runtime takes a C function and a pointer")]
fn on_every_thread<F: Fn() + Sync>(body: &F) {
    extern "C" fn call<F: Fn()>(data: *mut c_void) {
        // SAFETY: `data` is the `&F` below, which outlives the call of `GOMP_parallel`; `F` is `Sync`,
        // so several threads may use it. A panic cannot leave an `extern "C"` function: it aborts.
        unsafe { (*data.cast_const().cast::<F>())() }
    }
    match gomp_parallel() {
        // SAFETY: the signature is the one of the runtime's documented interface, and `call::<F>` fits
        // the pointer that goes with it.
        Some(parallel) => unsafe { parallel(call::<F>, std::ptr::from_ref(body).cast_mut().cast(), 0, 0) },
        None => body(),
    }
}

/// `GOMP_parallel` of the OpenMP runtime that libtorch loaded.
#[cfg(unix)]
#[expect(unsafe_code, reason = "the runtime is known to the dynamic linker alone")]
fn gomp_parallel() -> Option<GompParallel> {
    static FOUND: std::sync::OnceLock<Option<GompParallel>> = std::sync::OnceLock::new();
    *FOUND.get_or_init(|| {
        // SAFETY: the name is a C string; the result is null or the address of the function of that name, whose type is
        // fixed by the runtime's binary interface.
        unsafe {
            let address = libc::dlsym(libc::RTLD_DEFAULT, c"GOMP_parallel".as_ptr());
            (!address.is_null()).then(|| std::mem::transmute::<*mut c_void, GompParallel>(address))
        }
    })
}

/// On other platforms, loops run on the calling thread.
#[cfg(not(unix))]
fn gomp_parallel() -> Option<GompParallel> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn every_item_is_seen_once_on_the_threads_of_libtorch() {
        tch::set_num_threads(2);
        assert!(super::gomp_parallel().is_some());
        let threads = std::sync::Mutex::new(std::collections::HashSet::new());
        let calls = AtomicUsize::new(0);
        super::on_every_thread(&|| {
            threads.lock().expect("no panic").insert(std::thread::current().id());
            calls.fetch_add(1, Ordering::Relaxed);
        });
        assert_eq!((calls.into_inner(), threads.lock().expect("no panic").len()), (2, 2));

        let mut values = vec![0; 1000];
        super::for_each(values.iter_mut().collect(), |value| *value += 1);
        assert!(values.iter().all(|&value| value == 1));
    }
}

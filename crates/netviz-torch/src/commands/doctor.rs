//! `netviz-torch doctor`: the engine's line for `netviz doctor`.

use netviz::cli::{Failure, files};

pub(super) fn run() -> Result<(), Failure> {
    files::print(&format!("libtorch {}, {} threads\n", super::version(), tch::get_num_threads()))
}

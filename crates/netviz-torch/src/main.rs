//! The program `netviz-torch`, which `netviz` runs for `train`, `evaluate`, `predict` and `doctor`.

use std::process::ExitCode;

fn main() -> ExitCode {
    netviz::cli::survive_file_size_limit();
    // Before the first tensor: libtorch's threads inherit the setting from the thread that starts them.
    netviz_torch::flush_to_zero();
    netviz_torch::commands::run(&netviz::cli::parse())
}

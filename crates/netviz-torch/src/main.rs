//! The program `netviz-torch`, which `netviz` runs for `train`, `evaluate` and `predict`.

use std::process::ExitCode;

fn main() -> ExitCode {
    // Before the first tensor: libtorch's threads take the setting over from the one that starts them.
    netviz_torch::flush_to_zero();
    netviz_torch::commands::run(&netviz::cli::parse())
}

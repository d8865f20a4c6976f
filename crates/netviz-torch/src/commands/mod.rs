//! The commands of the engine.

mod doctor;
mod evaluate;
mod memory;
mod predict;
mod train;

use std::process::ExitCode;

use netviz::cli::{Cli, Command, Device, Failure, finish};

/// Runs a command and returns its exit code.
pub fn run(cli: &Cli) -> ExitCode {
    finish(match &cli.command {
        Command::Train(args) => train::run(args),
        Command::Evaluate(args) => evaluate::run(args),
        Command::Predict(args) => predict::run(args),
        Command::Doctor => doctor::run(),
        _ => Err(Failure::new("this is the engine of netviz; it trains, evaluates and predicts")
            .hint("run `netviz` instead")),
    })
}

/// Sets the number of threads, if one is given, and returns the number in use.
fn use_threads(wanted: Option<usize>) -> usize {
    let threads = |number: i32| usize::try_from(number).unwrap_or(1);
    // Do not set the current number again: a resumed run must start in exactly the same way as the original.
    if let Some(wanted) = wanted.filter(|&wanted| wanted != threads(tch::get_num_threads())) {
        tch::set_num_threads(i32::try_from(wanted).unwrap_or(i32::MAX));
    }
    threads(tch::get_num_threads())
}

/// The device, if libtorch supports it.
fn find_device(wanted: Device) -> Result<tch::Device, Failure> {
    match wanted {
        Device::Cpu => Ok(tch::Device::Cpu),
        Device::Cuda if tch::Cuda::is_available() => Ok(tch::Device::Cuda(0)),
        Device::Cuda if tch::utils::has_cuda() => Err(Failure::new("libtorch finds no graphics processor with CUDA")
            .hint("check that `nvidia-smi` lists it, or leave `--device cuda` out")),
        Device::Cuda => Err(Failure::new(format!("this libtorch ({}) was built without CUDA", version()))
            .hint("build netviz with one that has it, `LIBTORCH=FOLDER make build`, or leave `--device cuda` out")),
    }
}

/// The name of a device on the command line.
fn device_name(device: tch::Device) -> &'static str {
    if device == tch::Device::Cpu { "cpu" } else { "cuda" }
}

/// The version of libtorch that this program was built for.
fn version() -> &'static str {
    env!("NETVIZ_LIBTORCH_VERSION")
}

fn no_train_section() -> Failure {
    Failure::new("the model has no `train` section").hint(
        "add one, for example:\n    train:\n      data: mnist\n      loss: categorical_crossentropy\n      epochs: 5",
    )
}

//! `netviz check`

use super::input::Input;
use super::summary::summary;
use super::{CheckArgs, Failure, files};

pub(super) fn run(args: &CheckArgs) -> Result<(), Failure> {
    let model = Input::open(&args.model, &[])?.read()?;
    files::print(&summary(&model.graph))
}

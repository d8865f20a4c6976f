use netviz::cli::{Failure, PredictArgs};
pub(super) fn run(_: &PredictArgs) -> Result<(), Failure> {
    Err(Failure::new("later"))
}

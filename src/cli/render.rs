use super::Failure;
pub(super) fn run(_: &super::RenderArgs) -> Result<(), Failure> {
    Err(Failure::new("later"))
}

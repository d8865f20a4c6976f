use super::Failure;
pub(super) fn run() -> Result<(), Failure> {
    Err(Failure::new("later"))
}

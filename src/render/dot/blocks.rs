//! Boxes
use crate::picture::Picture;
use crate::view::blocks::BlockView;
/// Writes
pub fn blocks(view: &BlockView, picture: &Picture) -> String {
    let _ = (view, picture);
    String::new()
}

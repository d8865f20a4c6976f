//! Files of other programs.

mod hostile;
mod nodes;

//! Files of other programs.

mod hostile;
mod keras;
mod nodes;

//! Files of other programs.

mod nodes;

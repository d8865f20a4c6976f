//! Files of other programs.

mod keras;

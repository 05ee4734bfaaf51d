//! The sandbox page as people meet it: the program itself, in a real browser
//! where there is one.

mod browser;
mod journey;
mod program;
mod screenshot;

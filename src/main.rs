//! The `consigne` program.

fn main() {}

//! The `consigne` program.

fn main() -> std::process::ExitCode {
    consigne::cli::run()
}

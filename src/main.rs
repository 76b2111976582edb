//! The `consigne` program.

/// Contracts are many small pieces on many threads; the allocator of the system makes these wait for each other.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    consigne::cli::run()
}

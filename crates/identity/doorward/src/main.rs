//! `doorward`: the identity server, the tasks API and their administration in one binary.

// As in the identity server: nested futures need a deeper layout recursion in a release build.
#![recursion_limit = "256"]

mod cli;
mod command;
mod error;
mod operation;
mod operator_name;
mod output;
mod secret_input;
mod target;

use std::process::ExitCode;

// glibc's allocator returns large argon2 blocks to the system after every hash.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::read();
    if cli.wide {
        output::print_wide();
    }
    match cli.command.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::print_status(&error.to_string());
            error.exit_code()
        }
    }
}

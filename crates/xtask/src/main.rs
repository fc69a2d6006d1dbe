//! Developer commands, run as `cargo xtask <command>`. Nothing but the standard library, so that
//! the first build takes a second.

#![forbid(unsafe_code)]

mod bench;
mod compiled;
mod failure;
mod fuzz;
mod generate;
mod golden;
mod interop;
mod mutants;
mod packages;
mod relying_parties;
mod run;
mod sbom;
mod scratch;
mod screenshots;
mod services;
mod test;
mod trial;

use std::process::ExitCode;

const USAGE: &str = "\
Developer commands of Doorward.

Usage: cargo xtask <command>

Commands:
  test [ARGS...]        run every test; installs and starts PostgreSQL, Redis and Chromium as
                        needed, and installs relying parties for Node and Python. ARGS go to `cargo test` (default: --workspace --no-fail-fast)
  bench [ARGS...]       build in release mode and print the cost of tokens as ratios (--quick, --compare;
                        --dist: of the program as it is shipped)
  storm [ARGS...]       build in release mode and print what 500 sign-ins at once do to memory and to
                        other requests, as JSON (--quick); --timing: known against unknown people
  generate [--check]    write docs/reference from the program itself; --check fails when stale
  trial [R1] [--release] [--seed N]
                        kill the program, race it and cut it off as SECURITY R1 to R17 and R20 say, at the short
                        size or at that of a release, and print a line of JSON each (docs/reliability.md)
  mutants [GUARD]       build the program so that each of its guards can be taken out, and demand that
                        the test named for it fails
  fuzz [TARGET]         throw mutants of the seeds at every parser, --seconds N each (default: 10), as
                        --seed N says (default: another one each time), or --inputs N of them; --optimized: in
                        release mode; --guided: libFuzzer instead
  interop [NAME...]     sign a user in to third-party programs as their quick starts configure them, and out
                        again; installs them from their registries. --list names them, --keep keeps the logs
  golden                renew the golden files of discovery and tokens, and say what CHANGELOG.md has to
                        declare
  screenshots [DIR]     save the pages as Chromium draws them, 390 and 1280 px, light and dark, and
                        renew the README's pictures (default: target/screenshots)
  sbom                  print what the program is made of, as CycloneDX 1.6 (--target TRIPLE, --output FILE)
  services              install what tests need, start a private PostgreSQL and Redis, print their
                        addresses and wait
";

fn main() -> ExitCode {
    let compiler: Vec<_> = std::env::args_os().skip(1).collect();
    if mutants::is_compiler(&compiler) {
        eprintln!("error: {}", mutants::compile(&compiler));
        return ExitCode::FAILURE;
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((command, rest)) = arguments.split_first() else {
        eprint!("{USAGE}");
        return ExitCode::from(2);
    };
    let outcome = match command.as_str() {
        "test" => test::run(rest),
        "bench" => bench::run(rest),
        "storm" => bench::storm(rest),
        "generate" => generate::run(rest),
        "trial" => trial::run(rest),
        "mutants" => mutants::run(rest),
        "fuzz" => fuzz::run(rest),
        "interop" => interop::run(rest),
        "golden" => golden::renew(rest),
        "screenshots" => screenshots::run(rest),
        "sbom" => sbom::run(rest),
        "services" => services::stay_up(),
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(())
        }
        other => {
            eprintln!("error: no command {other:?}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

//! Developer commands, run as `cargo xtask <command>`. The only library reads what cargo prints, so that the
//! first build takes some seconds.

#![forbid(unsafe_code)]

mod bench;
mod book;
mod charts;
mod compiled;
mod conformance;
mod debian_root;
mod docs;
mod failure;
mod features;
mod fuzz;
mod generate;
mod golden;
mod guards;
mod install_trial;
mod interop;
mod mutants;
mod package;
mod packages;
mod peers;
mod relying_parties;
mod run;
mod sbom;
mod scratch;
mod screenshots;
mod services;
mod terraform;
mod test;
mod trial;

use std::process::ExitCode;

const USAGE: &str = "\
Developer commands of Doorward.

Usage: cargo xtask <command>

Commands:
  test [ARGS...]        run the tests of a landing: every unit test, and the tests of crates/tools/xtask/quick.txt;
                        --all: every test; --changed: the crates above the changes since the branch main, and the
                        tests of crates/tools/xtask/folders.txt; --both: each flow on both databases; --no-run: only build.
                        Other ARGS go to `cargo test`. Installs and starts PostgreSQL, Redis and Chromium as needed,
                        and installs relying parties for Node and Python
  bench [ARGS...]       build in release mode and print the cost of tokens as ratios (--quick, --compare,
                        --console; --compare --against PROGRAM: beside another build; --tls: beside nginx; --dist:
                        with the distributed build; --page: the tables of docs/performance.md, with servers from
                        npm, Maven and Go; --peers: only those servers; --guards: a guarded request in each
                        language beside its fastest known peer)
  storm [ARGS...]       build in release mode and print the effect of 500 concurrent sign-ins on memory and
                        other requests, as JSON (--quick; --postgres: on PostgreSQL and Redis); --timing: known against
                        unknown users
  docs [PAGE...]        run the shell blocks of README and the guides against an instance for each page, and compare
                        their outputs; --show prints them, --claims lists statements about what does not exist
  book                  build the documentation as a site with a search into target/book; installs mdBook if it
                        is missing
  generate [--check]    write docs/reference with the program itself, and the schemas of the provider for OpenTofu;
                        --check fails if a file is stale
  charts [--check]      render the Helm chart with each set of values, validate the objects against Kubernetes'
                        schemas, and write deploy/kubernetes; --check fails if it is stale
  trial [R1] [--release] [--seed N]
                        run the trials of docs/reliability.md: kills, races, outages, growth, in the size of
                        the test suite or of a release, and print a line of JSON each; R11 replaces the program of
                        --former COMMIT (at release size: the newest with fewer migrations) or
                        --former-package FILE, by that of --package FILE or of this tree
  walk                  run the random walks over sign-in and accounts in full length; `test` runs a tenth
  mutants [GUARD]       build the program with removable safeguards, and check that the test of each
                        safeguard fails without it
  features              build the program without features and with each alone; without them it names none, and works
                        on a database with rows of all
  fuzz [TARGET]         run every parser with mutants of the seeds, for --seconds N each (default: 10) with
                        --seed N (default: a random one), or for --inputs N; --optimized: in release mode;
                        --guided: with libFuzzer
  interop [NAME...]     sign a user in to third-party programs configured as in their quick starts, and out
                        again; installs them from their registries. --list names them, --keep keeps the logs
  install-trial [--package FILE]
                        install the Debian package (default: the newest of target/packages) in a clean root,
                        sign a user in over HTTPS with a certificate from Pebble, and purge it; needs root.
                        --part program-wheel|npm: install the ready program by pip or npm instead, from the built
                        packages or those of --packages DIR, up to the first token and a deployment with HTTPS
  conformance DIR       write into DIR what a run of the OpenID Foundation's conformance suite needs; with
                        --suite URL, drive a running suite, compare its results with the expected ones and
                        print the table of docs/certification.md; --plan NAME limits it
  golden                update the golden files of discovery and tokens, and print the changes that
                        CHANGELOG.md must mention
  screenshots [DIR]     save the pages as rendered by Chromium, 390 and 1280 px, light and dark, and
                        update those of README and guides (default: target/screenshots)
  package [PART...]     build deb, rpm, archive, oci, program-wheel, npm, wheel, crate and sbom, with checksums, into
                        target/packages; --profile NAME (default: dist), --out DIR, --from DIR: with programs that
                        are built already; --twice builds the last commit in two places and compares the bytes
  sbom                  print the components of the program as CycloneDX 1.6 (--target TRIPLE, --output FILE)
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
        "docs" => docs::run(rest),
        "book" => book::run(rest),
        "generate" => generate::run(rest),
        "charts" => charts::run(rest),
        "trial" => trial::run(rest),
        "walk" => test::run_with(
            &["--test=walk".to_owned()],
            &[("DOORWARD_LONG_WALK", "1".to_owned())],
            &test::SUITE,
        ),
        "mutants" => mutants::run(rest),
        "features" => features::run(rest),
        "fuzz" => fuzz::run(rest),
        "interop" => interop::run(rest),
        "install-trial" => install_trial::run(rest),
        "conformance" => conformance::run(rest),
        "golden" => golden::renew(rest),
        "screenshots" => screenshots::run(rest),
        "package" => package::run(rest),
        "sbom" => sbom::run(rest),
        "services" => services::serve(),
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

//! `cargo xtask bench`: the cost of a token in units of one RSA-2048 signature. `cargo xtask
//! storm`: the effect of many concurrent sign-ins on other requests.

use crate::failure::Failure;
use crate::services::Services;
use crate::{guards, packages, peers, run};

/// Option that measures the distributed build.
const SHIPPED: &str = "--dist";
/// Build options of the distribution.
const DIST: [&str; 6] = [
    "build",
    "--locked",
    "--profile=dist",
    "--package=doorward",
    "--bin=doorward",
    "--features=vendored-openssl",
];

/// Builds the program and its benchmark in release mode and runs the benchmark; `--guards` measures the packages
/// of services alone. The comparison of
/// databases and the one of the console get a private PostgreSQL and Redis, the figures of
/// `docs/performance.md` one with durable commits, and the servers beside Doorward.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    if arguments == ["--guards"] {
        return guards::measure();
    }
    if arguments
        .iter()
        .any(|word| word == "--page" || word == "--peers")
    {
        packages::ensure()?;
        let mut environment = peers::ensure();
        let services = Services::start_durable()?;
        environment.extend_from_slice(services.environment());
        return measure("bench", arguments, &environment);
    }
    if arguments
        .iter()
        .any(|word| ["--compare", "--console", "--as-code"].contains(&word.as_str()))
    {
        return measure_beside_databases("bench", arguments);
    }
    if arguments.iter().any(|word| word == "--tls") {
        packages::ensure()?;
    }
    measure("bench", arguments, &[])
}

/// Runs the benchmark of concurrent sign-ins, on a private PostgreSQL and Redis if requested.
pub fn storm(arguments: &[String]) -> Result<(), Failure> {
    if arguments.iter().any(|word| word == "--postgres") {
        return measure_beside_databases("storm", arguments);
    }
    measure("storm", arguments, &[])
}

fn measure_beside_databases(program: &str, arguments: &[String]) -> Result<(), Failure> {
    packages::ensure()?;
    let services = Services::start()?;
    measure(program, arguments, services.environment())
}

fn measure(
    program: &str,
    arguments: &[String],
    environment: &[(&str, String)],
) -> Result<(), Failure> {
    let mut build = run::cargo();
    build.args(["build", "--release", "--package=doorward-testkit", "--bins"]);
    let built = run::target().join("release");
    let (shipped, arguments): (Vec<_>, Vec<_>) =
        arguments.iter().partition(|word| *word == SHIPPED);
    let measured = if shipped.is_empty() {
        run::to_end(build.arg("--package=doorward"))?;
        built.join("doorward")
    } else {
        run::to_end(&mut build)?;
        run::to_end(run::cargo().args(DIST))?;
        run::target().join("dist").join("doorward")
    };
    run::to_end(
        std::process::Command::new(built.join(program))
            .env("DOORWARD_BIN", measured)
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .args(arguments),
    )
}

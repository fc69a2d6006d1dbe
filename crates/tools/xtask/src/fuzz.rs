//! `cargo xtask fuzz`: mutated inputs for every parser.

use std::hash::{BuildHasher as _, RandomState};
use std::path::Path;

use crate::failure::Failure;
use crate::run;

const USAGE: &str = "usage: cargo xtask fuzz [--seconds N | --inputs N] [--seed N] [--optimized] [--guided] [TARGET]";
/// Compiler options for libFuzzer's coverage, which the stable compiler supports.
const COVERAGE: [&str; 6] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "--cfg=fuzzing",
];

/// Options for a release (trial R14).
pub const RELEASE: [&str; 3] = ["--optimized", "--inputs", "10000000"];

struct FuzzOptions {
    seconds: u64,
    /// Number of inputs, instead of a time.
    inputs: Option<u64>,
    optimized: bool,
    seed: u64,
    guided: bool,
    target: Option<String>,
}

/// Runs one target, or all.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let wish = read(arguments).ok_or(USAGE)?;
    if wish.guided {
        return guided(&wish);
    }
    println!("--seed {}", wish.seed);
    let mut test = run::cargo();
    // With the features of the whole workspace, with which `cargo xtask test` has built all libraries.
    test.args(["test", "--workspace", "--test=mutants"]);
    if wish.optimized {
        test.arg("--release");
    }
    test.args(["--", "--nocapture", "--test-threads=2"])
        .env("DOORWARD_FUZZ_SEED", wish.seed.to_string());
    match wish.inputs {
        Some(inputs) => test.env("DOORWARD_FUZZ_INPUTS", inputs.to_string()),
        None => test.env("DOORWARD_FUZZ_SECONDS", wish.seconds.to_string()),
    };
    if let Some(target) = &wish.target {
        test.args(["--exact", target]);
    }
    run::to_end(&mut test)
}

fn read(arguments: &[String]) -> Option<FuzzOptions> {
    let mut request = FuzzOptions {
        seconds: 10,
        inputs: None,
        optimized: false,
        seed: RandomState::new().hash_one(0),
        guided: false,
        target: None,
    };
    let mut values = arguments.iter();
    while let Some(word) = values.next() {
        match word.as_str() {
            "--seconds" => request.seconds = values.next()?.parse().ok()?,
            "--inputs" => request.inputs = Some(values.next()?.parse().ok()?),
            "--optimized" => request.optimized = true,
            "--seed" => request.seed = values.next()?.parse().ok()?,
            "--guided" => request.guided = true,
            name if !name.starts_with('-') && request.target.is_none() => {
                request.target = Some(name.to_owned());
            }
            _ => return None,
        }
    }
    Some(request)
}

/// Runs libFuzzer. The build names the host target, so that build scripts are built without
/// coverage.
fn guided(request: &FuzzOptions) -> Result<(), Failure> {
    let host = run::output(std::process::Command::new("rustc").arg("-vV"))?;
    let host = host.lines().find_map(|line| line.strip_prefix("host: "));
    let host = host.ok_or("rustc does not name its host")?;
    let directory = run::root().join("fuzz");
    let built = run::root().join("target/fuzz");
    run::to_end(
        run::cargo()
            .current_dir(&directory)
            .args(["build", "--locked", "--bins", "--target", host])
            .env("CARGO_TARGET_DIR", &built)
            .env("RUSTFLAGS", COVERAGE.join(" ")),
    )?;
    for name in targets(&directory)? {
        if request.target.as_ref().is_some_and(|only| *only != name) {
            continue;
        }
        // New inputs are stored in the first directory; the seeds are only read.
        let corpus = built.join("corpus").join(&name);
        std::fs::create_dir_all(&corpus).map_err(|error| error.to_string())?;
        run::to_end(
            std::process::Command::new(built.join(host).join("debug").join(&name))
                .arg(format!("-max_total_time={}", request.seconds))
                .args(["-timeout=5", "-max_len=8192", "-print_final_stats=1"])
                .arg(format!("-artifact_prefix={}/", built.display()))
                .arg(corpus)
                .arg(directory.join("seeds").join(&name)),
        )?;
    }
    Ok(())
}

/// Returns the names of the fuzz programs, one for each target.
fn targets(directory: &Path) -> Result<Vec<String>, Failure> {
    let entries = std::fs::read_dir(directory.join("fuzz_targets"));
    let mut names: Vec<String> = entries
        .map_err(|error| error.to_string())?
        .flatten()
        .filter_map(|entry| Some(entry.path().file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    Ok(names)
}

//! Interoperability tests: third-party programs, configured as `client create --app` prints, sign a
//! user in and out (`cargo xtask interop` builds and runs them).
//!
//! Each program is installed from its registry in the version of a lock file, started as a separate
//! process, and visited by a user agent that follows real pages. Its client is registered by the
//! catalogue of applications. `doorward-interop conformance` drives the OpenID Foundation's suite
//! instead.

#![forbid(unsafe_code)]

mod api;
mod application;
mod conformance;
mod doorward;
mod failure;
#[cfg(test)]
mod guides;
mod install;
mod key;
mod ldap;
mod mcp;
mod programs;
mod refresh;
mod running;
mod scim;
mod sign_in;
mod site;
mod version;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use doorward::Doorward;
use failure::Failure;
use install::Outcome as Installed;
use mcp::Development;
use programs::{Check, Program};
use running::Running;

/// Maximum time for one program, including its start.
const LONGEST: Duration = Duration::from_secs(150);
/// Number of programs that are visited at the same time.
const MAX_PARALLEL: usize = 2;
const USAGE: &str = "usage: cargo xtask interop [NAME...] [--list] [--directories] [--keep]";

/// The command line.
struct Arguments {
    names: Vec<String>,
    list: bool,
    /// Prints the directories of the selected programs, so that `cargo xtask` installs only these.
    directories: bool,
    keep: bool,
}

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1).peekable();
    if words.next_if(|word| word == "conformance").is_some() {
        return match conformance::Arguments::read(words) {
            Ok(arguments) => end(conformance::run(arguments, binary())),
            Err(failure) => reject(&failure, conformance::USAGE),
        };
    }
    match Arguments::read(words) {
        Ok(arguments) => end(run(arguments)),
        Err(failure) => reject(&failure, USAGE),
    }
}

/// Reports an invalid command line.
fn reject(failure: &Failure, usage: &str) -> ExitCode {
    eprintln!("error: {failure}\n{usage}");
    ExitCode::from(2)
}

/// Runs a command to its end.
fn end(command: impl Future<Output = Result<bool, Failure>>) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(command),
        Err(error) => Err(error.to_string()),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

impl Arguments {
    /// Parses the command line.
    ///
    /// # Errors
    ///
    /// Returns an error if an option or a name is unknown.
    fn read(words: impl Iterator<Item = String>) -> Result<Self, Failure> {
        let (options, names): (Vec<_>, Vec<_>) = words.partition(|word| word.starts_with("--"));
        for option in &options {
            if !["--list", "--directories", "--keep"].contains(&option.as_str()) {
                return Err(format!("no option {option}"));
            }
        }
        for name in &names {
            if !programs::all().any(|program| program.name == name) {
                return Err(format!("no program {name:?} (see --list)"));
            }
        }
        let has = |requested: &str| options.iter().any(|option| option == requested);
        Ok(Self {
            names,
            list: has("--list"),
            directories: has("--directories"),
            keep: has("--keep"),
        })
    }

    fn selects(&self, program: &Program) -> bool {
        self.names.is_empty() || self.names.iter().any(|name| name == program.name)
    }
}

/// The result of one program.
enum CheckOutcome {
    Passed,
    Failed(Failure),
    Skipped(Failure),
}

async fn run(arguments: Arguments) -> Result<bool, Failure> {
    let selected: Vec<&'static Program> = programs::all()
        .filter(|program| arguments.selects(program))
        .collect();
    if arguments.directories || arguments.list {
        list(&selected, arguments.directories)?;
        return Ok(true);
    }
    let start = Instant::now();
    let scratch = tempfile::Builder::new()
        .prefix("doorward-interop-")
        .disable_cleanup(arguments.keep)
        // A web server that drops its privileges needs access to its files in this directory.
        .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o711))
        .tempdir()
        .map_err(|error| error.to_string())?;
    let doorward = Arc::new(Doorward::start(&binary(), scratch.path()).await?);
    let behind_tls = if selected.iter().any(|program| program.needs_https()) {
        let directory = scratch.path().join("https");
        std::fs::create_dir(&directory).map_err(|error| error.to_string())?;
        Some(Arc::new(
            Doorward::start_behind_tls(&binary(), &directory).await?,
        ))
    } else {
        None
    };
    let is_mcp = |program: &&Program| matches!(program.check, Check::Mcp(_));
    let development = if selected.iter().any(is_mcp) {
        Some(Development::start(&binary(), scratch.path()).await?)
    } else {
        None
    };
    let development = Arc::new(development);
    if selected.iter().any(|it| matches!(it.check, Check::Ldap(_))) {
        ldap::prepare(&doorward)?;
    }
    let selected = selected.into_iter();
    let installed = selected.map(|program| (program, install::install(program)));
    let mut waiting = installed.collect::<Vec<_>>().into_iter();
    println!("installed after {} s", start.elapsed().as_secs());

    let mut visits = tokio::task::JoinSet::new();
    let mut counts = [0_usize; 3];
    loop {
        while visits.len() < MAX_PARALLEL {
            let Some((program, installed)) = waiting.next() else {
                break;
            };
            let behind_tls = behind_tls.as_ref().filter(|_| program.needs_https());
            let doorward = Arc::clone(behind_tls.unwrap_or(&doorward));
            let development = Arc::clone(&development);
            visits.spawn(async move {
                let outcome = check_program(&doorward, development, program, installed).await;
                (program, outcome)
            });
        }
        let Some(visited) = visits.join_next().await else {
            break;
        };
        let (program, decision) = visited.map_err(|error| error.to_string())?;
        counts[print(program, &decision)] += 1;
    }
    if arguments.names.is_empty() {
        for (name, reason) in programs::NOT_RUN {
            println!("{name:<40} {:<20} SKIP {reason}", "");
            counts[2] += 1;
        }
    }
    if arguments.keep {
        println!("kept: {}", scratch.path().display());
    }
    println!("took {} s", start.elapsed().as_secs());
    let [passed, failed, skipped] = counts;
    println!("{passed} passed, {failed} failed, {skipped} skipped");
    Ok(failed == 0 && passed > 0)
}

/// Prints the directories of programs, or their names and versions.
fn list(selected: &[&'static Program], directories: bool) -> Result<(), Failure> {
    if directories {
        let directories = selected.iter().map(|program| program.directory);
        for directory in directories.collect::<std::collections::BTreeSet<_>>() {
            println!("{directory}");
        }
        return Ok(());
    }
    for program in selected {
        println!("{:<40} {}", program.name, version::version(program)?);
    }
    Ok(())
}

/// Prints one line for a program, and returns the index of its count.
fn print(program: &Program, outcome: &CheckOutcome) -> usize {
    let version = version::version(program).unwrap_or_else(|failure| failure);
    let (index, word, text) = match outcome {
        CheckOutcome::Passed => (0, "PASS", ""),
        CheckOutcome::Failed(failure) => (1, "FAIL", failure.as_str()),
        CheckOutcome::Skipped(reason) => (2, "SKIP", reason.as_str()),
    };
    println!("{:<40} {version:<20} {word} {text}", program.name);
    index
}

/// Starts a program and checks it. A panic of the user agent fails only this program.
async fn check_program(
    doorward: &Arc<Doorward>,
    development: Arc<Option<Development>>,
    program: &'static Program,
    installed: Installed,
) -> CheckOutcome {
    let command = match installed {
        Installed::Ready(command) => command,
        Installed::Unavailable(reason) => return CheckOutcome::Skipped(reason),
        Installed::Failed(failure) => {
            return CheckOutcome::Failed(format!("installation: {failure}"));
        }
    };
    if let Check::Mcp(client) = &program.check {
        let visit = tokio::spawn(async move {
            match &*development {
                Some(instance) => instance.check(program, client, command).await,
                None => Err("there is no development instance".to_owned()),
            }
        });
        return match visit.await {
            Ok(Ok(())) => CheckOutcome::Passed,
            Ok(Err(failure)) => CheckOutcome::Failed(failure),
            Err(panic) => CheckOutcome::Failed(format!("the user agent gave up: {panic}")),
        };
    }
    let seen = doorward.log_length();
    if let Check::Ldap(expected) = &program.check {
        let check = ldap::check(Arc::clone(doorward), program, expected, command);
        return match tokio::time::timeout(LONGEST, check).await {
            Ok(Ok(())) => CheckOutcome::Passed,
            Ok(Err(failure)) => CheckOutcome::Failed(failure),
            Err(_) => CheckOutcome::Failed(format!("not finished after {} s", LONGEST.as_secs())),
        };
    }
    let running = match Running::start(doorward, program, command) {
        Ok(running) => running,
        Err(failure) => return CheckOutcome::Failed(format!("start: {failure}")),
    };
    let visit = tokio::spawn({
        let doorward = Arc::clone(doorward);
        let base = running.base.clone();
        let address = running.address.clone();
        let client = running.client.clone();
        async move {
            running::wait_until_ready(&address, program.ready).await?;
            match &program.check {
                Check::SignIn(expected) | Check::Saml(expected) => {
                    sign_in::check(&doorward, &base, expected).await
                }
                Check::Application(expected) | Check::SamlApplication(expected) => {
                    application::check(&doorward, &base, *expected).await
                }
                Check::Api(expected) => api::check(&doorward, &base, &client, expected).await,
                Check::Refresh(expected) => refresh::check(&doorward, &base, expected).await,
                Check::Mcp(_) | Check::Ldap(_) => Ok(()),
                Check::Scim => scim::check(&doorward, &address, program),
                Check::Site(expected) => site::check(&doorward, &base, &address, expected).await,
                Check::McpServer(server) => {
                    mcp::check_server(&doorward, &base, &client, program, server).await
                }
            }
        }
    });
    let outcome = match tokio::time::timeout(LONGEST, visit).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(panic)) => Err(format!("the user agent gave up: {panic}")),
        Err(_) => Err(format!("not finished after {} s", LONGEST.as_secs())),
    };
    match outcome {
        Ok(()) => CheckOutcome::Passed,
        Err(failure) => CheckOutcome::Failed(format!(
            "{failure}\n--- {} printed:\n{}--- Doorward logged:\n{}",
            program.name,
            running.last_lines(),
            doorward.log_since(seen),
        )),
    }
}

/// Returns the program under test: `DOORWARD_BIN`, or `doorward` on the path.
fn binary() -> PathBuf {
    std::env::var_os("DOORWARD_BIN").map_or("doorward".into(), PathBuf::from)
}

//! `cargo xtask conformance`: runs the OpenID Foundation's conformance suite against Doorward, as
//! `docs/certification.md` says. The suite is not part of this repository.

mod addresses;
mod approval;
mod browser;
pub mod certificates;
mod clients;
mod configuration;
mod drive;
mod files;
mod plans;
mod relying_party;
mod results;
mod services;
mod setup;
mod suite;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;

use doorward_user_agent::UserAgent;
use url::Url;

use crate::failure::Failure;
use addresses::Addresses;
use drive::Run;
use plans::Plans;
use setup::Place;
use suite::Suite;

/// Usage of the command.
pub const USAGE: &str = "\
usage: cargo xtask conformance DIR [--callbacks URL]
       cargo xtask conformance DIR --suite URL [--plan NAME]...";
/// Origin of a suite on the same machine.
const USUAL_SUITE: &str = "https://localhost:9443";

/// The command line.
#[derive(Debug, Default)]
pub struct Arguments {
    directory: PathBuf,
    suite: Option<String>,
    callbacks: Option<String>,
    plans: Vec<String>,
}

impl Arguments {
    /// Parses the command line.
    ///
    /// # Errors
    ///
    /// Returns an error if an argument is missing, unknown or malformed.
    pub fn read(mut words: impl Iterator<Item = String>) -> Result<Self, Failure> {
        let mut read = Self::default();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
            match word.as_str() {
                "--suite" => read.suite = Some(origin(&value()?)?),
                "--callbacks" => read.callbacks = Some(origin(&value()?)?),
                "--plan" => read.plans.push(value()?),
                option if option.starts_with("--") => return Err(format!("no option {option}")),
                _ if read.directory.as_os_str().is_empty() => read.directory = word.into(),
                other => return Err(format!("{other} after the directory")),
            }
        }
        if read.directory.as_os_str().is_empty() {
            return Err("DIR is missing".to_owned());
        }
        if read.suite.is_some() && read.callbacks.is_some() {
            return Err("--callbacks is for a new directory, --suite for a written one".to_owned());
        }
        if read.suite.is_none() && !read.plans.is_empty() {
            return Err("--plan needs --suite".to_owned());
        }
        Ok(read)
    }
}

/// Returns the origin of a suite.
fn origin(url: &str) -> Result<String, Failure> {
    let parsed = Url::parse(url).map_err(|error| format!("{url}: {error}"))?;
    if parsed.scheme() != "https" || parsed.path() != "/" {
        return Err(format!("{url}: a suite has an https URL without a path"));
    }
    Ok(parsed.origin().ascii_serialization())
}

/// Writes the directory of a run, or drives a suite and prints the table of its results. Returns
/// true if every result is as expected.
///
/// # Errors
///
/// Returns an error if a command fails, or if no suite answers.
pub async fn run(arguments: Arguments, binary: PathBuf) -> Result<bool, Failure> {
    let plans = Plans::read()?;
    let place = Place {
        directory: setup::absolute(&arguments.directory)?,
        binary,
    };
    let Some(origin) = arguments.suite else {
        let suite = arguments.callbacks.as_deref().unwrap_or(USUAL_SUITE);
        place.fill(&plans, suite).await?;
        return Ok(true);
    };
    let selected = plans.select(&arguments.plans)?;
    place.is_for(&origin)?;
    let suite = Suite::connect(&origin).await?;
    let addresses = Addresses::read()?;
    is_running(&addresses).await?;
    approval::start(&addresses)?;
    let run = Arc::new(Run {
        place,
        suite,
        plans,
    });
    let outcomes = run.all(selected).await?;
    println!("\n{}", results::table(&outcomes));
    let problems = outcomes.iter().flat_map(|it| it.problems(&run.plans));
    let problems: Vec<String> = problems.collect();
    for problem in &problems {
        println!("unexpected: {problem}");
    }
    Ok(problems.is_empty())
}

/// Checks that Doorward runs behind its proxy.
async fn is_running(addresses: &Addresses) -> Result<(), Failure> {
    let url = format!("{}/readyz", addresses.origin());
    let agent = UserAgent::accepting_any_certificate();
    let problem = match agent.http().get(&url).send().await {
        Ok(response) if response.status() == 200 => return Ok(()),
        Ok(response) => format!("{url}: {}", response.status()),
        Err(error) => format!("{url}: {error:?}"),
    };
    Err(format!(
        "Doorward does not run: {problem}; start it as `cargo xtask conformance DIR` printed"
    ))
}

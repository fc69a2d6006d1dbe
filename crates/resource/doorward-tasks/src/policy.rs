//! Checks policies, and prints ready-made ones.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use doorward_config::Config;
use doorward_policy::{Engine, LoadError, PolicyDiagnostic, library, schema::SCHEMA};
use doorward_process::{counted, print_document, print_status};

use crate::error::TasksError;

#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Check a directory of policies together with the built-in ones, and report the actions its
    /// permits allow
    Check {
        /// Policy directory [default: `tasks.policy_dir` of the configuration]
        #[arg(long, value_name = "DIR")]
        dir: Option<PathBuf>,
        /// Print the diagnostics as JSON
        #[arg(long)]
        json: bool,
    },
    /// Print the Cedar schema that policies are checked against
    Schema,
    /// Print a ready-made policy, or the names of all; policies that permit are `allow_any` and
    /// `permit_…`
    Library {
        /// Policy name
        name: Option<String>,
    },
}

/// Runs a command; `config` loads the configuration if it is needed.
///
/// # Errors
/// Returns an error if a policy is invalid, or no ready-made one has the name.
pub fn run<E: From<TasksError>>(
    command: &PolicyCommand,
    config: impl FnOnce() -> Result<Config, E>,
) -> Result<(), E> {
    match command {
        PolicyCommand::Check { dir, json } => {
            let directory = match dir {
                Some(directory) => Some(directory.clone()),
                None => config()?.tasks.policy_dir.map(PathBuf::from),
            };
            Ok(check(directory.as_deref(), *json)?)
        }
        PolicyCommand::Schema => Ok(print(SCHEMA)?),
        PolicyCommand::Library { name: None } => {
            let names = library::FILES.map(|(name, _)| name);
            Ok(print(&format!("{}\n", names.join("\n")))?)
        }
        PolicyCommand::Library { name: Some(name) } => {
            let mut files = library::FILES.iter();
            match files.find(|(known, _)| known == name) {
                Some((_, text)) => Ok(print(text)?),
                None => Err(E::from(TasksError::failure(format!(
                    "there is no rule {name}; `doorward policy library` names all"
                )))),
            }
        }
    }
}

fn check(directory: Option<&Path>, json: bool) -> Result<(), TasksError> {
    let loaded = Engine::load(directory);
    let (mistakes, warnings, grants, count) = match &loaded {
        Ok(engine) => {
            let rules = engine.rules();
            let warnings = rules.warnings.clone();
            (Vec::new(), warnings, engine.grants(), rules.len())
        }
        Err(LoadError(mistakes)) => (mistakes.clone(), Vec::new(), Vec::new(), 0),
    };
    if json {
        let report = serde_json::json!({
            "mistakes": mistakes, "warnings": warnings, "permits": grants,
        });
        print(&format!("{report:#}\n"))?;
    } else {
        for grant in &grants {
            let sentence = format!(
                "{}:{}: {}: {}",
                grant.file, grant.line, grant.rule, grant.sentence
            );
            print_status(&sentence);
        }
        for warning in &warnings {
            print_status(&format!("warning: {warning}"));
        }
        for mistake in &mistakes {
            print_status(&PolicyDiagnostic::to_string(mistake));
        }
    }
    match mistakes.len() {
        0 if json => Ok(()),
        0 => {
            let rules = counted(count, "rule");
            print_status(&format!("The policies are good ({rules})."));
            Ok(())
        }
        more => Err(TasksError::failure(format!(
            "the policies have {}",
            counted(more, "mistake")
        ))),
    }
}

fn print(text: &str) -> Result<(), TasksError> {
    Ok(print_document(text)?)
}

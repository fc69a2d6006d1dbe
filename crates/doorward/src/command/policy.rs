//! `doorward policy check|schema|library`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use doorward_policy::{Engine, LoadError, PolicyDiagnostic, library, schema::SCHEMA};

use crate::{error::CliError, output, target::ConfigFile};

/// Check the policies of the tasks API, or print ready-made ones.
#[derive(Debug, Args)]
pub struct PolicyArgs {
    #[command(flatten)]
    file: ConfigFile,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
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

/// Runs the subcommand.
pub fn run(args: &PolicyArgs) -> Result<(), CliError> {
    match &args.verb {
        Verb::Check { dir, json } => {
            let directory = match dir {
                Some(directory) => Some(directory.clone()),
                None => args.file.load()?.tasks.policy_dir.map(PathBuf::from),
            };
            check(directory.as_deref(), *json)
        }
        Verb::Schema => output::document(SCHEMA),
        Verb::Library { name: None } => {
            let names = library::FILES.map(|(name, _)| name);
            output::line(&names.join("\n"))
        }
        Verb::Library { name: Some(name) } => {
            let mut files = library::FILES.iter();
            match files.find(|(known, _)| known == name) {
                Some((_, text)) => output::document(text),
                None => Err(CliError::failure(format!(
                    "there is no rule {name}; `doorward policy library` names all"
                ))),
            }
        }
    }
}

fn check(directory: Option<&std::path::Path>, json: bool) -> Result<(), CliError> {
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
        output::json(&report)?;
    } else {
        for grant in &grants {
            let sentence = format!(
                "{}:{}: {}: {}",
                grant.file, grant.line, grant.rule, grant.sentence
            );
            output::print_status(&sentence);
        }
        for warning in &warnings {
            output::print_status(&format!("warning: {warning}"));
        }
        for mistake in &mistakes {
            output::print_status(&PolicyDiagnostic::to_string(mistake));
        }
    }
    match mistakes.len() {
        0 if json => Ok(()),
        0 => {
            let rules = output::counted(count, "rule");
            output::print_status(&format!("The policies are good ({rules})."));
            Ok(())
        }
        more => Err(CliError::failure(format!(
            "the policies have {}",
            output::counted(more, "mistake")
        ))),
    }
}

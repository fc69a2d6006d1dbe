use doorward_config::{Finding, Severity, reference};
use doorward_identity_server::{config_files, configured_names};
use doorward_process::print_findings;

use crate::command::prelude::*;
use crate::output::counted;

#[derive(Debug, Args)]
pub struct ConfigArgs {
    #[command(flatten)]
    target: TargetArgs,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Report every invalid or unsafe value and its correction
    Check {
        /// Check the configuration of `doorward tasks` instead of `doorward serve`
        #[arg(long)]
        tasks: bool,
        /// Print the findings as JSON
        #[arg(long)]
        json: bool,
    },
    /// Document every key with its default, as Markdown
    Reference,
    /// Print the effective values and their sources, with secrets masked
    Print {
        /// Print JSON instead of TOML
        #[arg(long)]
        json: bool,
    },
}

pub async fn run(args: &ConfigArgs) -> Result {
    match args.verb {
        Verb::Check { tasks, json } => check(&args.target, tasks, json).await,
        Verb::Reference => output::document(&reference::markdown()),
        Verb::Print { json } => {
            let config = args.target.load_or_dev()?;
            if json {
                output::json(&config.to_json())
            } else {
                output::document(&config.to_toml())
            }
        }
    }
}

async fn check(target: &TargetArgs, tasks: bool, json: bool) -> Result {
    let findings = match target.load() {
        Ok(config) if tasks => config.check_tasks(),
        Ok(config) => {
            let mut findings = config_files::check_serve(&config, &SystemClock);
            if count(&findings, Severity::Error) == 0 {
                findings.extend(configured_names::check(&config, &SystemClock).await);
            }
            findings
        }
        Err(CliError::Config(error)) => error.0,
        Err(error) => return Err(error),
    };
    if json {
        output::json(&findings)?;
    } else {
        print_findings(&findings);
    }
    match count(&findings, Severity::Error) {
        0 => {
            if !json {
                let warnings = counted(count(&findings, Severity::Warning), "warning");
                output::print_status(&format!("The configuration is good ({warnings})."));
            }
            Ok(())
        }
        errors => Err(CliError::failure(format!(
            "the configuration has {}",
            counted(errors, "error")
        ))),
    }
}

fn count(findings: &[Finding], severity: Severity) -> usize {
    findings
        .iter()
        .filter(|finding| finding.severity == severity)
        .count()
}

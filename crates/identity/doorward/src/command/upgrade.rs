use std::time::Duration;

use doorward_config::address::sqlite_path;
use doorward_config::{Finding, Severity};
use doorward_identity_server::{config_files, snapshots};
use doorward_process::doctor::disk::free_beside;
use doorward_process::print_findings;
use doorward_store::StoreError;
use doorward_store::db::{UpgradePlan, UpgradeStep};

use crate::command::prelude::*;
use crate::output::counted;
use crate::target::open_db;

#[derive(Debug, Args)]
pub struct UpgradeArgs {
    #[command(flatten)]
    target: TargetArgs,
    /// Report the effect of the migrations of this program without changing anything: their duration, the
    /// copy from before, and the ways to roll back
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    out: Output,
}

/// Free space that the log of the migrations needs beside the copy, in bytes.
const RESERVE: u64 = 64 * MEBIBYTE;
const MEBIBYTE: u64 = 1024 * 1024;

/// The copy of the database from before the migrations.
struct Snapshot {
    directory: PathBuf,
    bytes: u64,
    /// Free space; `None` if unknown.
    free: Option<u64>,
    duration: Duration,
}

/// The result of the check.
#[derive(Default)]
struct UpgradeCheck {
    /// The plan; `None` for a database that was not read.
    plan: Option<UpgradePlan>,
    snapshot: Option<Snapshot>,
    /// Errors of the configuration.
    configuration: Vec<Finding>,
    /// Reasons why the upgrade would fail.
    hindrances: Vec<String>,
}

pub async fn run(args: &UpgradeArgs) -> Result {
    if !args.check {
        return Err(CliError::usage(
            "`doorward migrate up` applies the migrations; `doorward upgrade --check` reports their effect",
        ));
    }
    let check = match args.target.config() {
        Ok(config) => check(&config).await?,
        Err(CliError::Config(error)) => UpgradeCheck::new(error.0),
        Err(error) => return Err(error),
    };
    check.print(args.out)
}

async fn check(config: &Config) -> Result<UpgradeCheck> {
    let file = sqlite_path(config.database.url.expose()).map(Path::new);
    if let Some(file) = file.filter(|file| !file.exists()) {
        let text = file.display();
        return Err(CliError::failure(format!("there is no {text}")));
    }
    let mut check = UpgradeCheck::new(findings(config));
    let db = open_db(config).await?;
    let planned = db.upgrade_plan().await;
    db.close().await?;
    match planned {
        Ok(plan) => {
            check.snapshot = snapshot(config, &plan);
            check.plan = Some(plan);
        }
        Err(
            error @ (StoreError::SchemaTooNew { .. }
            | StoreError::SchemaUnreleased { .. }
            | StoreError::MoveUnfinished),
        ) => check.hindrances.push(error.to_string()),
        Err(error) => return Err(error.into()),
    }
    let missing = check.snapshot.as_ref().and_then(Snapshot::shortage);
    check.hindrances.extend(missing);
    Ok(check)
}

/// Returns the errors with which the server would not start. The job that migrates may have the address of
/// the database only.
fn findings(config: &Config) -> Vec<Finding> {
    if config.is_dev() || config.issuer.is_empty() {
        return Vec::new();
    }
    let mut findings = config_files::check_serve(config, &SystemClock);
    findings.retain(|finding| finding.severity == Severity::Error);
    findings
}

fn snapshot(config: &Config, plan: &UpgradePlan) -> Option<Snapshot> {
    let snapshots = snapshots(&config.database)?;
    let has_data = !plan.steps.is_empty() && !plan.status.applied.is_empty();
    has_data.then(|| Snapshot {
        bytes: plan.bytes,
        free: free_beside(&snapshots.directory),
        duration: plan.copy_duration(),
        directory: snapshots.directory,
    })
}

impl Snapshot {
    /// Returns a sentence if the disk has no space for the copy.
    fn shortage(&self) -> Option<String> {
        let free = self.free?;
        (free < self.bytes.saturating_add(RESERVE)).then(|| {
            format!(
                "the copy of the database needs {}, and {} are free in {}; free some space, or set \
                 database.snapshots = 0",
                mebibytes(self.bytes.saturating_add(RESERVE)),
                mebibytes(free),
                self.directory.display()
            )
        })
    }

    fn text(&self) -> String {
        let (directory, duration) = (self.directory.display(), about(self.duration));
        let free = self.free.map(mebibytes);
        let free = free.map_or_else(String::new, |free| format!(", {free} are free"));
        format!(
            "in {directory}: {}, {duration}{free}",
            mebibytes(self.bytes)
        )
    }
}

impl UpgradeCheck {
    fn new(configuration: Vec<Finding>) -> Self {
        let errors = configuration.len();
        let hindrance = format!("the configuration has {}", counted(errors, "error"));
        Self {
            configuration,
            hindrances: (errors > 0).then_some(hindrance).into_iter().collect(),
            ..Self::default()
        }
    }

    /// Prints the result, and fails if something hinders the upgrade.
    fn print(&self, out: Output) -> Result {
        if out.json {
            output::json(&self.document())?;
        } else {
            print_findings(&self.configuration);
            self.print_plan()?;
        }
        if self.hindrances.is_empty() {
            return Ok(());
        }
        Err(CliError::Hindered(self.hindrances.join("; ")))
    }

    fn print_plan(&self) -> Result {
        let Some(plan) = &self.plan else {
            return Ok(());
        };
        if plan.steps.is_empty() {
            let newer = plan.status.unknown.len();
            output::print_status(&match newer {
                0 => "Nothing is missing.".to_owned(),
                _ => format!(
                    "Nothing is missing; {} of a newer release, which this program can work with.",
                    counted(newer, "migration")
                ),
            });
            return Ok(());
        }
        let row = |step: &UpgradeStep| {
            let (change, effect) = (step.change().to_owned(), step.effect().to_owned());
            vec![step.name.clone(), change, about(step.duration), effect]
        };
        let rows: Vec<_> = plan.steps.iter().map(row).collect();
        output::table(&["MIGRATION", "CHANGE", "DURATION", "EFFECT"], &rows)?;
        let copy = self.snapshot.as_ref().map(Snapshot::text);
        output::fields(&[
            ("duration", about(plan.duration())),
            (
                "copy",
                copy.unwrap_or_else(|| "none: make a backup first".to_owned()),
            ),
            ("former release", former_release(&plan.exclusive_steps())),
            ("rollback", rollback(&plan.rollback_obstacles())),
        ])
    }

    fn document(&self) -> Value {
        let snapshot = self.snapshot.as_ref().map(|snapshot| {
            json!({
                "directory": snapshot.directory,
                "bytes": snapshot.bytes,
                "free_bytes": snapshot.free,
                "seconds": snapshot.duration.as_secs_f64(),
            })
        });
        let mut document = json!({
            "configuration": self.configuration,
            "hindrances": self.hindrances,
            "snapshot": snapshot,
        });
        if let Some(plan) = &self.plan {
            let steps = plan.steps.iter().map(|step| {
                json!({
                    "name": step.name,
                    "change": step.change(),
                    "effect": step.effect(),
                    "rows": step.rows,
                    "seconds": step.duration.as_secs_f64(),
                })
            });
            let obstacles = plan.rollback_obstacles();
            document["migrations"] = steps.collect();
            document["newer"] = json!(plan.status.unknown);
            document["seconds"] = json!(plan.duration().as_secs_f64());
            document["former_release_works_on"] = json!(plan.exclusive_steps().is_empty());
            document["rollback_without_restore"] = json!(obstacles.is_empty());
            document["rollback_obstacles"] = json!(obstacles);
        }
        document
    }
}

fn former_release(exclusive: &[&str]) -> String {
    if exclusive.is_empty() {
        return "works on beside this one".to_owned();
    }
    format!("stop it before: it cannot use {}", exclusive.join(", "))
}

fn rollback(obstacles: &[String]) -> String {
    if obstacles.is_empty() {
        return "without a restore: the former release starts on the new schema".to_owned();
    }
    format!(
        "by a restore, with the loss of later changes: {}",
        obstacles.join("; ")
    )
}

/// Formats an estimate.
fn about(duration: Duration) -> String {
    match duration.as_secs() {
        0 => "less than a second".to_owned(),
        seconds @ 1..120 => format!("about {seconds} s"),
        seconds => format!("about {} min", seconds.div_ceil(60)),
    }
}

fn mebibytes(bytes: u64) -> String {
    format!("{} MiB", bytes.div_ceil(MEBIBYTE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimates_are_rounded() {
        for (seconds, expected) in [
            (0.9, "less than a second"),
            (1.0, "about 1 s"),
            (119.5, "about 119 s"),
            (120.0, "about 2 min"),
            (121.0, "about 3 min"),
        ] {
            assert_eq!(about(Duration::from_secs_f64(seconds)), expected);
        }
        assert_eq!(mebibytes(1), "1 MiB");
    }

    #[test]
    fn copy_needs_space_beside_it() {
        let snapshot = |free| Snapshot {
            directory: "snapshots".into(),
            bytes: MEBIBYTE,
            free,
            duration: Duration::ZERO,
        };
        for (free, is_short) in [
            (None, false),
            (Some(65 * MEBIBYTE), false),
            (Some(65 * MEBIBYTE - 1), true),
            (Some(0), true),
        ] {
            assert_eq!(snapshot(free).shortage().is_some(), is_short, "{free:?}");
        }
    }
}

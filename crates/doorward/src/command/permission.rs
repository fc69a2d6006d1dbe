//! `doorward permission list`.

use clap::{Args, Subcommand};
use doorward_admin::roles;
use serde_json::json;

use crate::{error::CliError, output, target::TargetArgs};

/// List the permissions that roles can grant.
#[derive(Debug, Args)]
pub struct PermissionArgs {
    #[command(flatten)]
    target: TargetArgs,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List the permissions with the resource that checks each
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// Runs the subcommand.
pub async fn run(args: PermissionArgs) -> Result<(), CliError> {
    let Verb::List { json: as_json } = args.verb;
    let installation = args.target.open().await?;
    let permissions = roles::permissions(&installation.operator()).await?;
    if as_json {
        let documents: Vec<_> = permissions
            .iter()
            .map(|permission| {
                json!({
                    "codename": permission.codename, "description": permission.description,
                    "audience": permission.audience,
                })
            })
            .collect();
        return output::json(&documents);
    }
    let rows: Vec<_> = permissions
        .into_iter()
        .map(|permission| {
            vec![
                permission.codename,
                permission.audience,
                permission.description,
            ]
        })
        .collect();
    output::table(&["PERMISSION", "AUDIENCE", "DESCRIPTION"], &rows)
}

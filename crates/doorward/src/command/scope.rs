//! `doorward scope list|show|create|update|delete`.

use clap::{Args, Subcommand};
use doorward_admin::scopes::{self, NewScope, ScopeChange};
use doorward_domain::model::ScopeEntry;
use serde_json::{Value, json};

use crate::{
    error::CliError,
    output,
    target::{Installation, TargetArgs},
};

/// Manage scopes that clients can request.
#[derive(Debug, Args)]
pub struct ScopeArgs {
    #[command(flatten)]
    target: TargetArgs,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List the scopes with the resource that each belongs to
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show a scope
    Show {
        /// Scope
        #[arg(value_name = "SCOPE")]
        scope: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Register a scope
    Create {
        /// Scope value in requests and tokens, such as `bills:read`
        #[arg(value_name = "SCOPE")]
        scope: String,
        /// Description in one sentence for the consent page
        #[arg(long, value_name = "SENTENCE")]
        description: String,
        /// Resource that the scope belongs to [default: the identity server]
        #[arg(long, value_name = "URI")]
        resource: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Change a scope
    Update {
        /// Scope
        #[arg(value_name = "SCOPE")]
        scope: String,
        /// Description in one sentence for the consent page
        #[arg(long, value_name = "SENTENCE")]
        description: Option<String>,
        /// New resource that the scope belongs to
        #[arg(long, value_name = "URI")]
        resource: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Delete a scope that no client can request
    Delete {
        /// Scope
        #[arg(value_name = "SCOPE")]
        scope: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// Runs the subcommand.
pub async fn run(args: ScopeArgs) -> Result<(), CliError> {
    let installation = args.target.open().await?;
    let operator = installation.operator();
    match args.verb {
        Verb::List { json } => list(&installation, json).await,
        Verb::Show { scope, json } => show(&scopes::get(&operator, &scope).await?, json),
        Verb::Create {
            scope,
            description,
            resource,
            json,
        } => {
            let new = NewScope {
                name: scope,
                description,
                audience: resource,
            };
            let created = scopes::create(&operator, new).await?;
            let sentence = format!("The scope {} is created.", created.name);
            output::print_result(json, &document(&created), &sentence)
        }
        Verb::Update {
            scope,
            description,
            resource,
            json,
        } => {
            let change = ScopeChange {
                description,
                audience: resource,
            };
            if change == ScopeChange::default() {
                return Err(CliError::Usage(
                    "nothing to change; see `doorward scope update --help`".into(),
                ));
            }
            show(&scopes::update(&operator, &scope, change).await?, json)
        }
        Verb::Delete { scope, json } => {
            let before = scopes::get(&operator, &scope).await?;
            scopes::delete(&operator, &scope).await?;
            let sentence = format!("The scope {scope} is deleted.");
            output::print_result(json, &output::deleted(document(&before)), &sentence)
        }
    }
}

async fn list(installation: &Installation, as_json: bool) -> Result<(), CliError> {
    let scopes = scopes::list(&installation.operator()).await?;
    if as_json {
        return output::json(&scopes.iter().map(document).collect::<Vec<_>>());
    }
    let row = |scope: ScopeEntry| {
        let resource = scope.audience.unwrap_or_else(|| "-".to_owned());
        vec![scope.name, resource, scope.description]
    };
    let rows: Vec<_> = scopes.into_iter().map(row).collect();
    output::table(&["SCOPE", "RESOURCE", "DESCRIPTION"], &rows)
}

fn show(scope: &ScopeEntry, as_json: bool) -> Result<(), CliError> {
    if as_json {
        return output::json(&document(scope));
    }
    output::fields(&[
        ("scope", scope.name.clone()),
        (
            "resource",
            scope.audience.clone().unwrap_or_else(|| "-".to_owned()),
        ),
        ("description", scope.description.clone()),
        ("created_at", output::time(scope.created_at)),
    ])
}

fn document(scope: &ScopeEntry) -> Value {
    json!({
        "scope": scope.name,
        "resource": scope.audience,
        "description": scope.description,
        "created_at": output::time(scope.created_at),
    })
}

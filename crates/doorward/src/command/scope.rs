use doorward_admin::scopes::{self, NewScope, ScopeChange};
use doorward_domain::model::ScopeEntry;

use crate::command::prelude::*;

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List the scopes with the resource that each belongs to
    List(Output),
    /// Show a scope
    Show(ScopeSelector),
    /// Register a scope
    Create(CreateArgs),
    /// Change a scope
    Update(UpdateArgs),
    /// Delete a scope that no client can request
    Delete(ScopeSelector),
}

#[derive(Debug, Args)]
pub struct CreateArgs {
    /// Scope value in requests and tokens, such as `bills:read`
    #[arg(value_name = "SCOPE")]
    scope: String,
    /// Description in one sentence for the consent page
    #[arg(long, value_name = "SENTENCE")]
    description: String,
    /// Resource that the scope belongs to [default: the identity server]
    #[arg(long, value_name = "URI")]
    resource: Option<String>,
    #[command(flatten)]
    out: Output,
}

#[derive(Debug, Args)]
pub struct UpdateArgs {
    /// Scope
    #[arg(value_name = "SCOPE")]
    scope: String,
    /// Description in one sentence for the consent page
    #[arg(long, value_name = "SENTENCE")]
    description: Option<String>,
    /// New resource that the scope belongs to
    #[arg(long, value_name = "URI")]
    resource: Option<String>,
    #[command(flatten)]
    out: Output,
}

#[derive(Debug, Args)]
pub struct ScopeSelector {
    /// Scope
    #[arg(value_name = "SCOPE")]
    scope: String,
    #[command(flatten)]
    out: Output,
}

pub async fn run(installation: &Installation, verb: Verb) -> Result {
    let operator = installation.operator();
    match verb {
        Verb::List(out) => {
            let scopes = scopes::list(&operator).await?;
            let columns = [
                ("SCOPE", "scope"),
                ("RESOURCE", "resource"),
                ("DESCRIPTION", "description"),
            ];
            out.list(scopes.iter().map(document), &columns)
        }
        Verb::Show(ScopeSelector { scope, out }) => {
            out.object(&document(&scopes::get(&operator, &scope).await?))
        }
        Verb::Create(args) => {
            let new = NewScope {
                name: args.scope,
                description: args.description,
                audience: args.resource,
            };
            let created = scopes::create(&operator, new).await?;
            let sentence = format!("The scope {} is created.", created.name);
            args.out.result(&document(&created), &sentence)
        }
        Verb::Update(args) => {
            let change = ScopeChange {
                description: args.description,
                audience: args.resource,
            };
            CliError::reject_unchanged(&change, "scope update")?;
            let changed = scopes::update(&operator, &args.scope, change).await?;
            args.out.object(&document(&changed))
        }
        Verb::Delete(ScopeSelector { scope, out }) => {
            let before = document(&scopes::get(&operator, &scope).await?);
            scopes::delete(&operator, &scope).await?;
            let sentence = format!("The scope {scope} is deleted.");
            out.deleted(before, &sentence)
        }
    }
}

fn document(scope: &ScopeEntry) -> Value {
    json!({
        "scope": scope.name,
        "resource": scope.audience,
        "description": scope.description,
        "created_at": output::time(scope.created_at),
    })
}

//! `doorward explain DECISION_ID` and `doorward explain access …`.

use std::path::Path;

use clap::{Args, Subcommand};
use doorward_access::{Principal, clock::Clock as _, clock::SystemClock};
use doorward_domain::model::Place as Tenant;
use doorward_domain::rules::{assurance, grants};
use doorward_identity_server::flow::admin::users;
use doorward_protocol::scope::Scope;
use doorward_resource_server::explain::{self, Question};
use doorward_resource_server::policy::{Action, Engine};
use doorward_store::repo;
use serde_json::Value;
use uuid::Uuid;

use crate::{error::CliError, output, place::Place};

/// Why something was refused, or would be.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct ExplainArgs {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    what: Option<What>,
    /// The `decision_id` of a refusal of the tasks API
    #[arg(required = true)]
    decision_id: Option<Uuid>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Say whether somebody may do something to a task or a project, and by which rule
    Access {
        /// The person's user name
        #[arg(long)]
        user: String,
        /// What they would do: read, update, delete …
        #[arg(long, value_parser = action)]
        action: Action,
        /// On what: `task/ID` or `project/ID`
        #[arg(long, value_parser = resource)]
        resource: (String, Uuid),
        /// In the name of this organization
        #[arg(long)]
        org: Option<String>,
        /// The scope of the token [default: all of the tasks API]
        #[arg(long, value_name = "SCOPE")]
        scope: Option<String>,
    },
}

/// What the tasks API knows of scopes.
const EVERY_SCOPE: &str = "tasks:read tasks:write tasks:delete";

fn action(text: &str) -> Result<Action, String> {
    Action::parse(text).ok_or_else(|| {
        let names = Action::ALL.map(Action::as_str);
        format!("one of: {}", names.join(", "))
    })
}

fn resource(text: &str) -> Result<(String, Uuid), String> {
    let problem = "write task/ID or project/ID";
    let (kind, id) = text.split_once('/').ok_or(problem)?;
    if !matches!(kind, "task" | "project") {
        return Err(problem.to_owned());
    }
    let id = Uuid::try_parse(id).map_err(|_| problem)?;
    Ok((kind.to_owned(), id))
}

/// Prints the explanation as JSON.
pub async fn run(args: ExplainArgs) -> Result<(), CliError> {
    match (args.what, args.decision_id) {
        (Some(what), _) => access(&args.place, &what).await,
        (None, Some(id)) => {
            let config = args.place.config()?;
            let database = config.tasks.database_url.expose();
            let found = explain::decision(database, id).await;
            let found = found.map_err(CliError::failure)?;
            output::json(&found.ok_or_else(|| {
                CliError::failure(format!(
                    "there is no decision {id} in the tasks database, or it is older than \
                     tasks.decision_ttl"
                ))
            })?)
        }
        (None, None) => Err(CliError::Usage("give a decision id".to_owned())),
    }
}

async fn access(place: &Place, what: &What) -> Result<(), CliError> {
    let What::Access {
        user,
        action,
        resource: (kind, id),
        org,
        scope,
    } = what;
    let installation = place.open().await?;
    let config = &installation.config;
    let person = users::get(&installation.operator(), user).await?;
    let now = SystemClock.now();
    let tenant = Tenant::of(org.as_deref());
    let db = installation.db.read();
    let held = repo::roles::effective_for_user_in(db, person.id, tenant, now).await?;
    // As the issuing gate chooses what a token for the tasks API carries.
    let carried = grants::carried(&held, &[config.tasks_audience()]);
    let scope = scope.as_deref().unwrap_or(EVERY_SCOPE);
    let principal = Principal {
        credential: doorward_access::Credential::SignedToken,
        subject: person.id.to_string(),
        client_id: "explain".to_owned(),
        scope: Scope::parse(scope).map_err(CliError::failure)?,
        roles: carried.roles,
        groups: carried.groups,
        entitlements: carried.entitlements.into_iter().collect(),
        org: org.clone(),
        email_verified: person.email_verified,
        acr: Some(assurance::AAL1.to_owned()),
        amr: Vec::new(),
        auth_time: Some(now),
        sid: None,
        jti: String::new(),
        expires_at: now,
    };
    let directory = config.tasks.policy_dir.as_deref().map(Path::new);
    let engine = Engine::load(directory).map_err(CliError::failure)?;
    let zone = super::tasks::server_config(config)?
        .zone()
        .map_err(CliError::failure)?;
    let question = Question {
        principal: &principal,
        action: *action,
        kind,
        id: *id,
        now,
        zone: &zone,
    };
    let database = config.tasks.database_url.expose();
    let answer: Option<Value> = explain::access(database, &engine, &question)
        .await
        .map_err(CliError::failure)?;
    let answer = answer.ok_or_else(|| CliError::failure(format!("there is no {kind} {id}")))?;
    output::json(&answer)
}

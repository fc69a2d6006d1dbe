//! `doorward resource list|show|create|update|delete`.

use clap::{Args, Subcommand};
use doorward_admin::{
    resources::{self, NewResource, ResourceChange},
    scopes,
};
use doorward_domain::model::{AccessTokenType, AskedClaims, Resource, ScopeEntry};
use doorward_protocol::signing_alg::SigningAlg;
use serde_json::{Value, json};

use crate::{
    command::lifetime,
    error::CliError,
    output,
    target::{Installation, TargetArgs},
};

/// Manage resources: the audiences of access tokens (RFC 8707).
#[derive(Debug, Args)]
pub struct ResourceArgs {
    #[command(flatten)]
    target: TargetArgs,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List the resources
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show a resource with its scopes
    Show {
        /// Resource
        #[arg(value_name = "URI")]
        resource: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Register a resource
    Create {
        /// Absolute URI of the resource, which is the audience of its access tokens
        #[arg(value_name = "URI")]
        resource: String,
        /// Name shown to users
        #[arg(long)]
        name: String,
        /// `typ` of its access tokens: `at+jwt` (RFC 9068), or `jwt` for resource servers that
        /// accept no other
        #[arg(long, value_name = "TYPE", default_value = "at+jwt", value_parser = token_type)]
        token_type: AccessTokenType,
        /// Algorithm of its access tokens: `RS256`, `PS256`, `ES256` or `EdDSA`
        #[arg(long, value_name = "ALG", default_value = "RS256")]
        token_signing_alg: SigningAlg,
        /// Claims about the user in its access tokens, whatever their scope is: `groups`, `roles`
        /// (every role, not only those with a permission of the resource), `email_verified`,
        /// separated by spaces
        #[arg(long, value_name = "CLAIMS", value_parser = token_claims)]
        token_claims: Option<AskedClaims>,
        /// Lifetime of its access tokens, such as `30m`, within `tokens.access_ttl_max` [default:
        /// that of the client, or `tokens.access_ttl`]
        #[arg(long, value_name = "DURATION", value_parser = lifetime::parse)]
        access_token_ttl: Option<i64>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Change a resource
    Update {
        /// Resource
        #[arg(value_name = "URI")]
        resource: String,
        /// New URI; its scopes, permissions, clients and grants follow
        #[arg(long, value_name = "URI")]
        identifier: Option<String>,
        /// Name shown to users
        #[arg(long)]
        name: Option<String>,
        /// `typ` of its access tokens: `at+jwt` or `jwt`
        #[arg(long, value_name = "TYPE", value_parser = token_type)]
        token_type: Option<AccessTokenType>,
        /// Algorithm of its access tokens: `RS256`, `PS256`, `ES256` or `EdDSA`
        #[arg(long, value_name = "ALG")]
        token_signing_alg: Option<SigningAlg>,
        /// Claims about the user in its access tokens, whatever their scope is: `groups`, `roles`,
        /// `email_verified`, separated by spaces; empty for none
        #[arg(long, value_name = "CLAIMS", value_parser = token_claims)]
        token_claims: Option<AskedClaims>,
        /// Lifetime of its access tokens, such as `30m`; `0` for that of the client, or
        /// `tokens.access_ttl`
        #[arg(long, value_name = "DURATION", value_parser = lifetime::parse)]
        access_token_ttl: Option<i64>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Delete a resource that no scope, permission or client refers to
    Delete {
        /// Resource
        #[arg(value_name = "URI")]
        resource: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

fn token_type(text: &str) -> Result<AccessTokenType, String> {
    AccessTokenType::parse(text).ok_or_else(|| "write at+jwt or jwt".to_owned())
}

fn token_claims(text: &str) -> Result<AskedClaims, String> {
    let known = || format!("write {}", AskedClaims::ALL.names().join(", "));
    AskedClaims::parse(text).ok_or_else(known)
}

/// Runs the subcommand.
pub async fn run(args: ResourceArgs) -> Result<(), CliError> {
    let installation = args.target.open().await?;
    let operator = installation.operator();
    match args.verb {
        Verb::List { json } => list(&installation, json).await,
        Verb::Show { resource, json } => {
            let resource = resources::get(&operator, &resource).await?;
            show(&installation, &resource, json).await
        }
        Verb::Create {
            resource,
            name,
            token_type,
            token_signing_alg,
            token_claims,
            access_token_ttl,
            json,
        } => {
            let new = NewResource {
                identifier: resource,
                name,
                token_type,
                token_signing_alg,
                token_claims: token_claims.unwrap_or_default(),
                access_token_ttl,
            };
            let created = resources::create(&operator, new).await?;
            let sentence = format!("The resource {} is created.", created.identifier);
            output::print_result(json, &document(&created, &[]), &sentence)
        }
        Verb::Update {
            resource,
            identifier,
            name,
            token_type,
            token_signing_alg,
            token_claims,
            access_token_ttl,
            json,
        } => {
            let change = ResourceChange {
                identifier,
                name,
                token_type,
                token_signing_alg,
                token_claims,
                access_token_ttl,
            };
            if change == ResourceChange::default() {
                return Err(CliError::Usage(
                    "nothing to change; see `doorward resource update --help`".into(),
                ));
            }
            let issuer = &installation.config.issuer;
            let changed = resources::update(&operator, issuer, &resource, change).await?;
            show(&installation, &changed, json).await
        }
        Verb::Delete { resource, json } => {
            let before = resources::get(&operator, &resource).await?;
            resources::delete(&operator, &resource).await?;
            let sentence = format!("The resource {resource} is deleted.");
            output::print_result(json, &output::deleted(document(&before, &[])), &sentence)
        }
    }
}

async fn scopes_of(
    installation: &Installation,
    resource: &Resource,
) -> Result<Vec<String>, CliError> {
    let all = scopes::list(&installation.operator()).await?;
    let is_its = |item: &ScopeEntry| item.audience.as_ref() == Some(&resource.identifier);
    Ok(all
        .into_iter()
        .filter(is_its)
        .map(|item| item.name)
        .collect())
}

async fn list(installation: &Installation, as_json: bool) -> Result<(), CliError> {
    let mut rows = Vec::new();
    let mut documents = Vec::new();
    for resource in resources::list(&installation.operator()).await? {
        let scopes = scopes_of(installation, &resource).await?;
        documents.push(document(&resource, &scopes));
        rows.push(vec![
            resource.identifier,
            resource.name,
            resource.token_type.as_str().to_owned(),
            resource.token_signing_alg.to_string(),
            lifetime::describe(resource.access_token_ttl),
            scopes.join(" "),
        ]);
    }
    if as_json {
        return output::json(&documents);
    }
    output::table(
        &["RESOURCE", "NAME", "TOKEN TYPE", "ALG", "TTL", "SCOPES"],
        &rows,
    )
}

async fn show(
    installation: &Installation,
    resource: &Resource,
    as_json: bool,
) -> Result<(), CliError> {
    let scopes = scopes_of(installation, resource).await?;
    if as_json {
        return output::json(&document(resource, &scopes));
    }
    output::fields(&[
        ("resource", resource.identifier.clone()),
        ("name", resource.name.clone()),
        ("token_type", resource.token_type.as_str().to_owned()),
        ("token_signing_alg", resource.token_signing_alg.to_string()),
        ("token_claims", resource.token_claims.names().join(" ")),
        (
            "access_token_ttl",
            lifetime::describe(resource.access_token_ttl),
        ),
        ("scopes", scopes.join(" ")),
        ("created_at", output::time(resource.created_at)),
    ])
}

fn document(resource: &Resource, scopes: &[String]) -> Value {
    json!({
        "resource": resource.identifier,
        "name": resource.name,
        "token_type": resource.token_type.as_str(),
        "token_signing_alg": resource.token_signing_alg,
        "token_claims": resource.token_claims.names(),
        "access_token_ttl": resource.access_token_ttl,
        "scopes": scopes,
        "created_at": output::time(resource.created_at),
    })
}

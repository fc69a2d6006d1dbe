use doorward_admin::resources::{self, NewResource, ResourceChange};
use doorward_admin::scopes;
use doorward_domain::model::{AccessTokenType, AskedClaims, Resource};
use doorward_protocol::signing_alg::SigningAlg;

use crate::command::prelude::*;
use crate::command::values::{lifetime, parse_lifetime, word};

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List the resources
    List(Output),
    /// Show a resource with its scopes
    Show(ResourceSelector),
    /// Register a resource
    Create(CreateArgs),
    /// Change a resource
    Update(UpdateArgs),
    /// Delete a resource that no scope, permission or client refers to
    Delete(ResourceSelector),
}

#[derive(Debug, Args)]
pub struct CreateArgs {
    /// Absolute URI of the resource, which is the audience of its access tokens
    #[arg(value_name = "URI")]
    resource: String,
    /// Name shown to users
    #[arg(long)]
    name: String,
    /// `typ` of its access tokens: `at+jwt` (RFC 9068), or `jwt` for resource servers that
    /// accept no other
    #[arg(long, value_name = "TYPE", default_value = "at+jwt", value_parser = word(AccessTokenType::parse, TOKEN_TYPES))]
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
    #[arg(long, value_name = "DURATION", value_parser = parse_lifetime)]
    access_token_ttl: Option<i64>,
    #[command(flatten)]
    out: Output,
}

#[derive(Debug, Args)]
pub struct UpdateArgs {
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
    #[arg(long, value_name = "TYPE", value_parser = word(AccessTokenType::parse, TOKEN_TYPES))]
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
    #[arg(long, value_name = "DURATION", value_parser = parse_lifetime)]
    access_token_ttl: Option<i64>,
    #[command(flatten)]
    out: Output,
}

#[derive(Debug, Args)]
pub struct ResourceSelector {
    /// Resource
    #[arg(value_name = "URI")]
    resource: String,
    #[command(flatten)]
    out: Output,
}

const TOKEN_TYPES: &str = "write at+jwt or jwt";

fn token_claims(text: &str) -> Result<AskedClaims, String> {
    let known = || format!("write {}", AskedClaims::ALL.names().join(", "));
    AskedClaims::parse(text).ok_or_else(known)
}

pub async fn run(installation: &Installation, verb: Verb) -> Result {
    let operator = installation.operator();
    match verb {
        Verb::List(out) => list(&operator, out).await,
        Verb::Show(ResourceSelector { resource, out }) => {
            let resource = resources::get(&operator, &resource).await?;
            show(&operator, &resource, out).await
        }
        Verb::Create(args) => {
            let new = NewResource {
                identifier: args.resource,
                name: args.name,
                token_type: args.token_type,
                token_signing_alg: args.token_signing_alg,
                token_claims: args.token_claims.unwrap_or_default(),
                access_token_ttl: args.access_token_ttl,
            };
            let created = resources::create(&operator, new).await?;
            let sentence = format!("The resource {} is created.", created.identifier);
            args.out.result(&document(&created, &[]), &sentence)
        }
        Verb::Update(args) => {
            let change = ResourceChange {
                identifier: args.identifier,
                name: args.name,
                token_type: args.token_type,
                token_signing_alg: args.token_signing_alg,
                token_claims: args.token_claims,
                access_token_ttl: args.access_token_ttl,
            };
            CliError::reject_unchanged(&change, "resource update")?;
            let issuer = &installation.config.issuer;
            let changed = resources::update(&operator, issuer, &args.resource, change).await?;
            show(&operator, &changed, args.out).await
        }
        Verb::Delete(ResourceSelector { resource, out }) => {
            let before = resources::get(&operator, &resource).await?;
            resources::delete(&operator, &resource).await?;
            let sentence = format!("The resource {resource} is deleted.");
            out.deleted(document(&before, &[]), &sentence)
        }
    }
}

async fn scopes_of(operator: &AdminContext<'_>, resource: &Resource) -> Result<Vec<String>> {
    let mut scopes = scopes::list(operator).await?;
    scopes.retain(|item| item.audience.as_ref() == Some(&resource.identifier));
    Ok(scopes.into_iter().map(|item| item.name).collect())
}

async fn list(operator: &AdminContext<'_>, out: Output) -> Result {
    let mut all = Vec::new();
    for resource in resources::list(operator).await? {
        let scopes = scopes_of(operator, &resource).await?;
        all.push((resource, scopes));
    }
    let header = ["RESOURCE", "NAME", "TOKEN TYPE", "ALG", "TTL", "SCOPES"];
    let document = |(resource, scopes): &(Resource, Vec<String>)| document(resource, scopes);
    out.rows(&all, document, header, |(resource, scopes)| {
        [
            resource.identifier.clone(),
            resource.name.clone(),
            resource.token_type.as_str().to_owned(),
            resource.token_signing_alg.to_string(),
            lifetime(resource.access_token_ttl),
            scopes.join(" "),
        ]
    })
}

async fn show(operator: &AdminContext<'_>, resource: &Resource, out: Output) -> Result {
    let scopes = scopes_of(operator, resource).await?;
    let mut shown = document(resource, &scopes);
    if !out.json {
        shown["access_token_ttl"] = lifetime(resource.access_token_ttl).into();
    }
    out.object(&shown)
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

use std::collections::BTreeMap;

use doorward_admin::providers::operations::{PUT, shown};
use doorward_admin::providers::{self, ProviderCheck, ProviderSpec};
use doorward_domain::derived_keys::ProviderKey;
use doorward_domain::model::SecretSigner;
use doorward_egress::outgoing::{EgressClient, System};
use doorward_services::context::settings;
use serde::Deserialize;

use crate::command::prelude::*;
use crate::{operation, secret_input};

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Create or replace every provider of a file, all or none; other providers remain
    Apply {
        /// TOML file with a table `[ID]` for each provider
        file: PathBuf,
        /// Check the file and report the changes without applying them
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        out: Output,
    },
    /// Create a provider, or replace the one with this ID
    Put(Box<PutArgs>),
    /// Test a provider: request its metadata and keys, and check them
    Test(ProviderSelector),
}

#[derive(Debug, Args)]
pub struct ProviderSelector {
    /// Provider ID
    id: String,
    #[command(flatten)]
    out: Output,
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "what is typed, each by itself"
)]
#[derive(Debug, Args)]
pub struct PutArgs {
    #[command(flatten)]
    which: ProviderSelector,
    /// Provider kind: oidc, oauth2, google, github, microsoft, apple, gitlab or facebook
    #[arg(long, default_value = "oidc")]
    kind: String,
    /// Label of the button
    #[arg(long)]
    name: Option<String>,
    /// Issuer, compared byte by byte; well-known providers have a default
    #[arg(long)]
    issuer: Option<String>,
    /// Client ID of this server at the provider
    #[arg(long)]
    client_id: String,
    /// File with the client secret; without it the stored one is kept if kind, client ID and issuer
    /// are unchanged
    #[arg(long, value_name = "FILE")]
    client_secret_file: Option<PathBuf>,
    /// Team ID at Apple; the secret is a private key (PEM, P-256) that signs a client secret for
    /// each use
    #[arg(long, requires = "key_id")]
    team_id: Option<String>,
    /// Key ID of that private key at the provider
    #[arg(long, requires = "team_id")]
    key_id: Option<String>,
    /// Further parameter of the authorization request to the provider, such as
    /// `access_type=offline` (repeatable, at most 10)
    #[arg(long, value_name = "NAME=VALUE", value_parser = parameter)]
    authorize_param: Vec<(String, String)>,
    /// Trust e-mail addresses that the provider reports as verified
    #[arg(long)]
    trusts_email: bool,
    /// Link accounts by a trusted e-mail address without asking the user
    #[arg(long)]
    links_by_email: bool,
    /// Trust the provider's statement that it checked two factors
    #[arg(long)]
    trusts_mfa: bool,
    /// Further audience that its ID tokens may have, such as the ID of a project (repeatable, at most
    /// 20); not needed if `azp` is this client
    #[arg(long, value_name = "AUDIENCE")]
    audience: Vec<String>,
    /// Nonce in requests and ID tokens: `false` for a provider that never returns it
    #[arg(long, value_name = "BOOL", action = clap::ArgAction::Set, default_value = "true")]
    nonce: bool,
    /// Federated sign-up: `true` lets new users create an account
    #[arg(long, value_name = "BOOL", action = clap::ArgAction::Set, default_value = "true")]
    registers: bool,
}

/// Reads `NAME=VALUE`; the value may contain `=`.
fn parameter(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=');
    let (name, value) = pair.ok_or("write NAME=VALUE, such as access_type=offline")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// A provider in a file: the members of the API, or a separate file with the secret.
#[derive(Debug, Deserialize)]
#[serde(expecting = "a table for each provider, such as [google]")]
struct Listed {
    client_secret_file: Option<PathBuf>,
    #[serde(flatten)]
    spec: toml::Table,
}

pub async fn run(installation: &Installation, verb: Verb) -> Result {
    match verb {
        Verb::Apply { file, dry_run, out } => apply(installation, &file, dry_run, out).await,
        Verb::Put(args) => put(installation, *args).await,
        Verb::Test(which) => test(installation, &which).await,
    }
}

fn key(installation: &Installation) -> Result<ProviderKey> {
    Ok(ProviderKey::derive(&installation.master_key()?))
}

fn secret(file: &std::path::Path) -> Result<String> {
    Ok(secret_input::of_file(file)?.trim().to_owned())
}

fn read(file: &std::path::Path) -> Result<Vec<(String, ProviderSpec)>> {
    let text = std::fs::read_to_string(file).map_err(CliError::at(file))?;
    let wrong = CliError::at(file);
    let tables: BTreeMap<String, Listed> = toml::from_str(&text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        let line = before.map_or(1, |before| before.matches('\n').count() + 1);
        wrong(format!("line {line}: {}", error.message()))
    })?;
    let mut specs = Vec::new();
    for (id, mut listed) in tables {
        listed.spec.insert("id".to_owned(), id.as_str().into());
        let spec: Result<ProviderSpec, _> = listed.spec.try_into();
        let mut spec = spec.map_err(|error| wrong(format!("[{id}]: {}", error.message())))?;
        if let Some(path) = listed.client_secret_file {
            // Relative to the file that names it.
            let path = file
                .parent()
                .map_or(path.clone(), |folder| folder.join(&path));
            spec.client_secret = Some(secret(&path)?);
        }
        specs.push((id, spec));
    }
    Ok(specs)
}

async fn apply(
    installation: &Installation,
    file: &std::path::Path,
    dry_run: bool,
    out: Output,
) -> Result {
    let (specs, context) = (read(file)?, installation.operator());
    let done = providers::put_all(&context, &key(installation)?, &specs, !dry_run).await?;
    if out.json {
        let mut all = Vec::new();
        for (item, is_new) in done {
            let mut document = json!(shown(&context, item).await?);
            document["new"] = json!(is_new);
            all.push(document);
        }
        return output::json(&all);
    }
    for (item, is_new) in &done {
        let verb = match (dry_run, is_new) {
            (false, true) => "is added",
            (false, false) => "is replaced",
            (true, true) => "would be added",
            (true, false) => "would be replaced",
        };
        output::line(&format!("The provider {} {verb}.", item.id))?;
    }
    Ok(())
}

async fn put(installation: &Installation, args: PutArgs) -> Result {
    // The redirect URI contains it.
    installation.issuer()?;
    let file = args.client_secret_file.as_deref();
    let signer = args.team_id.zip(args.key_id);
    let mut parameters = BTreeMap::new();
    for (name, value) in args.authorize_param {
        if parameters.insert(name.clone(), value).is_some() {
            let cause = format!("--authorize-param {name} is repeated");
            return Err(CliError::failure(cause));
        }
    }
    let spec = ProviderSpec {
        id: args.which.id,
        secret_signer: signer.map(|(team_id, key_id)| SecretSigner { team_id, key_id }),
        kind: Some(args.kind),
        name: args.name,
        issuer: args.issuer,
        client_id: args.client_id,
        client_secret: file.map(secret).transpose()?,
        authorization_parameters: Some(parameters),
        trusts_email: Some(args.trusts_email),
        links_by_email: Some(args.links_by_email),
        trusts_mfa: Some(args.trusts_mfa),
        audiences: Some(args.audience),
        nonce: Some(args.nonce),
        registers: Some(args.registers),
        ..ProviderSpec::default()
    };
    let (body, out) = (json!(spec), args.which.out);
    operation::apply(&PUT, &body, &installation.operator(), out).await
}

/// Prints the checks of a provider; fails if a sign-in with it cannot work.
async fn test(installation: &Installation, which: &ProviderSelector) -> Result {
    let networks = settings::networks(&installation.config);
    let http = EgressClient::new(networks, Arc::new(System));
    let checks = providers::test(&installation.operator(), &http, &which.id).await?;
    let document = |check: &ProviderCheck| {
        let (property, finding) = (check.property.as_str(), &check.finding);
        json!({ "property": property, "state": finding.state(), "reason": finding.to_string() })
    };
    let columns = [
        ("CHECK", "property"),
        ("STATE", "state"),
        ("REASON", "reason"),
    ];
    which.out.list(checks.iter().map(document), &columns)?;
    if checks.iter().any(ProviderCheck::is_failed) {
        let text = format!("a sign-in with {} cannot work", which.id);
        return Err(CliError::failure(text));
    }
    Ok(())
}

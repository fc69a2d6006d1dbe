//! `doorward api-key list|revoke`.

use clap::{Args, Subcommand};
use doorward_admin::api_keys::{self, OwnedKey};
use doorward_admin::users;
use doorward_domain::model::{ApiKey, ApiKeyId};
use doorward_store::repo::api_key_lists::KeyFilter;
use serde_json::{Value, json};

use super::timestamp::parse_time;
use crate::{error::CliError, output, target::TargetArgs};

/// Manage API keys of users.
#[derive(Debug, Args)]
pub struct ApiKeyArgs {
    #[command(flatten)]
    target: TargetArgs,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List active keys by expiry, or by last use
    List {
        /// User: user name, e-mail address or ID
        #[arg(long, value_name = "USER")]
        user: Option<String>,
        /// Latest expiry of the keys, exclusive
        #[arg(long, value_name = "TIME", value_parser = parse_time)]
        expires_before: Option<i64>,
        /// Time since which the keys were neither used nor created
        #[arg(long, value_name = "TIME", value_parser = parse_time)]
        unused_since: Option<i64>,
        /// Number of keys
        #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=1000))]
        limit: u64,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Revoke a key
    Revoke {
        /// Key ID
        #[arg(value_name = "ID")]
        id: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// Runs the subcommand.
pub async fn run(args: ApiKeyArgs) -> Result<(), CliError> {
    let installation = args.target.open().await?;
    let operator = installation.operator();
    match args.verb {
        Verb::List {
            user,
            expires_before,
            unused_since,
            limit,
            json,
        } => {
            let user = match user {
                Some(name) => Some(users::get(&operator, &name).await?.id),
                None => None,
            };
            let filter = KeyFilter {
                user,
                expires_before,
                unused_since,
            };
            let found = api_keys::page(&operator, &filter, None, limit).await?;
            let found: Vec<OwnedKey> = found.into_iter().map(|found| found.item).collect();
            list(&found, json)
        }
        Verb::Revoke { id, json } => {
            let wrong = || CliError::Usage("write the ID that `list` shows".into());
            let id = ApiKeyId::parse(&id).ok_or_else(wrong)?;
            let (key, _) = api_keys::get(&operator, &id).await?;
            api_keys::revoke(&operator, &id).await?;
            let sentence = format!("The key {id} is revoked.");
            output::print_result(json, &output::deleted(document(&key)), &sentence)
        }
    }
}

fn list(found: &[OwnedKey], as_json: bool) -> Result<(), CliError> {
    if as_json {
        let documents = found.iter().map(|(key, _)| document(key));
        return output::json(&documents.collect::<Vec<_>>());
    }
    let rows: Vec<_> = found
        .iter()
        .map(|(key, user)| {
            vec![
                key.id.to_string(),
                user.login_identifier().to_owned(),
                key.name.clone(),
                output::time(key.expires_at),
                output::time_or_dash(key.last_used_at),
            ]
        })
        .collect();
    output::table(&["ID", "USER", "NAME", "EXPIRES", "LAST USE"], &rows)
}

fn document(key: &ApiKey) -> Value {
    json!({
        "id": key.id.to_string(),
        "user": key.user_id.to_string(),
        "name": key.name,
        "scope": key.scopes.to_string(),
        "created_at": output::time(key.created_at),
        "expires_at": output::time(key.expires_at),
        "last_used_at": key.last_used_at.map(output::time),
    })
}

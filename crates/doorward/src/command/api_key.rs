use doorward_admin::api_keys::{self, OwnedKey};
use doorward_domain::model::{ApiKey, ApiKeyId};
use doorward_store::repo::api_key_lists::KeyFilter;

use super::lookup::user_id;
use crate::command::prelude::*;
use crate::command::values::parse_time;

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List active keys by expiry, or by last use
    List(ListArgs),
    /// Revoke a key
    Revoke {
        /// Key ID
        #[arg(value_name = "ID")]
        id: String,
        #[command(flatten)]
        out: Output,
    },
}

#[derive(Debug, Args)]
pub struct ListArgs {
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
    #[command(flatten)]
    out: Output,
}

pub async fn run(installation: &Installation, verb: Verb) -> Result {
    let operator = installation.operator();
    match verb {
        Verb::List(args) => {
            let filter = KeyFilter {
                user: user_id(&operator, args.user.as_deref()).await?,
                expires_before: args.expires_before,
                unused_since: args.unused_since,
            };
            let page = api_keys::page(&operator, &filter, None, args.limit).await?;
            let keys: Vec<OwnedKey> = page.into_iter().map(|row| row.item).collect();
            let header = ["ID", "USER", "NAME", "EXPIRES", "LAST USE"];
            let document = |(key, _): &OwnedKey| document(key);
            args.out.rows(&keys, document, header, |(key, user)| {
                [
                    key.id.to_string(),
                    user.login_identifier().to_owned(),
                    key.name.clone(),
                    output::time(key.expires_at),
                    output::time_or_dash(key.last_used_at),
                ]
            })
        }
        Verb::Revoke { id, out } => {
            let wrong = || CliError::usage("write the ID that `list` shows");
            let id = ApiKeyId::parse(&id).ok_or_else(wrong)?;
            let (key, _) = api_keys::get(&operator, &id).await?;
            api_keys::revoke(&operator, &id).await?;
            let sentence = format!("The key {id} is revoked.");
            out.deleted(document(&key), &sentence)
        }
    }
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

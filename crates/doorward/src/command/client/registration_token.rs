//! `doorward client registration-token create|list|revoke`: initial access tokens for dynamic
//! registration (RFC 7591).

use clap::Subcommand;
use doorward_admin::registration_tokens::{self, NewToken};
use doorward_domain::model::{RegistrationToken, RegistrationTokenId};
use serde_json::{Value, json};

use crate::command::timestamp::parse_time;
use crate::{error::CliError, former_option::FORMER, output, target::Installation};

/// Number of tokens read per query.
const PAGE: u64 = 200;

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Create an initial access token, shown once
    Create {
        /// Purpose of the token
        #[arg(required = true, conflicts_with = "former_note")]
        note: Option<String>,
        /// Purpose of the token
        #[arg(long = "note", value_name = FORMER, hide = true)]
        former_note: Option<String>,
        /// Maximum number of clients that can be registered with the token
        #[arg(long, value_name = "NUMBER", default_value_t = 1)]
        uses: i64,
        /// Expiry: a date, or a time in RFC 3339 [default: in a week]
        #[arg(long, value_name = "DATE", value_parser = parse_time)]
        expires: Option<i64>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// List the tokens that can still be used
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Revoke a token; the clients registered with it remain
    Revoke {
        /// Token ID
        #[arg(value_name = "ID")]
        id: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// Runs the subcommand.
pub(super) async fn run(installation: &Installation, verb: Verb) -> Result<(), CliError> {
    let operator = installation.operator();
    match verb {
        Verb::Create {
            note,
            former_note,
            uses,
            expires,
            json,
        } => {
            let new = NewToken {
                note: note.or(former_note).unwrap_or_default(),
                uses,
                expires_at: expires,
            };
            let (created, token) = registration_tokens::create(&operator, &new).await?;
            if json {
                let mut shown = document(&created);
                shown["token"] = json!(token.expose());
                return output::json(&shown);
            }
            output::line(token.expose())?;
            output::print_status("The token is shown only now; Doorward keeps its hash alone.");
            Ok(())
        }
        Verb::List { json } => {
            let mut tokens: Vec<RegistrationToken> = Vec::new();
            loop {
                let after = tokens.last().map(|token| token.id);
                let page = registration_tokens::page(&operator, after, PAGE).await?;
                if page.is_empty() {
                    break;
                }
                tokens.extend(page);
            }
            if json {
                return output::json(&tokens.iter().map(document).collect::<Vec<_>>());
            }
            let row = |registration_token: &RegistrationToken| {
                vec![
                    registration_token.id.to_string(),
                    registration_token.note.clone(),
                    registration_token.uses_left.to_string(),
                    output::time(registration_token.expires_at),
                ]
            };
            let rows: Vec<_> = tokens.iter().map(row).collect();
            output::table(&["ID", "NOTE", "USES LEFT", "EXPIRES"], &rows)
        }
        Verb::Revoke { id, json } => {
            let wrong = || CliError::Usage("write the id that `list` shows".into());
            let id = RegistrationTokenId::parse(&id).ok_or_else(wrong)?;
            let before = registration_tokens::get(&operator, id).await?;
            registration_tokens::revoke(&operator, id).await?;
            let sentence = format!("The token {id} is good for nothing now.");
            output::print_result(json, &output::deleted(document(&before)), &sentence)
        }
    }
}

fn document(token: &RegistrationToken) -> Value {
    json!({
        "id": token.id.to_string(),
        "note": token.note,
        "uses_left": token.uses_left,
        "created_by": token.created_by,
        "created_at": output::time(token.created_at),
        "expires_at": output::time(token.expires_at),
    })
}

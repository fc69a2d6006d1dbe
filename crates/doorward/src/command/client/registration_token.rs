//! `doorward client registration-token create|list|revoke`: initial access tokens for dynamic
//! registration (RFC 7591).

use doorward_admin::registration_tokens::{self, NewToken};
use doorward_domain::model::{RegistrationToken, RegistrationTokenId};

use crate::command::lookup::{PAGE, all_pages};
use crate::command::prelude::*;
use crate::command::values::parse_time;
use crate::former_option::FORMER;

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Create an initial access token, shown once
    Create(CreateArgs),
    /// List the tokens that can still be used
    List(Output),
    /// Revoke a token; the clients registered with it remain
    Revoke {
        /// Token ID
        #[arg(value_name = "ID")]
        id: String,
        #[command(flatten)]
        out: Output,
    },
}

#[derive(Debug, Args)]
pub struct CreateArgs {
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
    #[command(flatten)]
    out: Output,
}

pub(super) async fn run(operator: &AdminContext<'_>, verb: Verb) -> Result {
    match verb {
        Verb::Create(args) => {
            let new = NewToken {
                note: args.note.or(args.former_note).unwrap_or_default(),
                uses: args.uses,
                expires_at: args.expires,
            };
            let (created, token) = registration_tokens::create(operator, &new).await?;
            if !args.out.json {
                output::line(token.expose())?;
            }
            let mut shown = document(&created);
            shown["token"] = json!(token.expose());
            let sentence = "The token is shown only now; Doorward keeps its hash alone.";
            args.out.result(&shown, sentence)
        }
        Verb::List(out) => {
            let tokens = all_pages(async |last: Option<&RegistrationToken>| {
                registration_tokens::page(operator, last.map(|token| token.id), PAGE).await
            })
            .await?;
            let columns = [
                ("ID", "id"),
                ("NOTE", "note"),
                ("USES LEFT", "uses_left"),
                ("EXPIRES", "expires_at"),
            ];
            out.list(tokens.iter().map(document), &columns)
        }
        Verb::Revoke { id, out } => {
            let wrong = || CliError::usage("write the id that `list` shows");
            let id = RegistrationTokenId::parse(&id).ok_or_else(wrong)?;
            let before = document(&registration_tokens::get(operator, id).await?);
            registration_tokens::revoke(operator, id).await?;
            let sentence = format!("The token {id} is good for nothing now.");
            out.deleted(before, &sentence)
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

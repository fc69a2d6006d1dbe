//! `doorward consent list|withdraw`.

use clap::{Args, Subcommand};
use doorward_admin::{authorized_clients, clients, users};
use doorward_domain::model::{Consent, ConsentId, User};
use serde_json::{Value, json};

use crate::{
    error::CliError,
    output,
    target::{Installation, TargetArgs},
};

/// Number of consents read per query.
const PAGE: u64 = 200;

/// Manage consents of users to clients.
#[derive(Debug, Args)]
pub struct ConsentArgs {
    #[command(flatten)]
    target: TargetArgs,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List the consents to a client
    List {
        /// Client ID
        #[arg(value_name = "CLIENT")]
        client: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Withdraw the access of a client to an account: the consent and all grants
    Withdraw {
        /// Client ID
        #[arg(value_name = "CLIENT")]
        client: String,
        /// User: user name, e-mail address or ID
        #[arg(long, value_name = "USER")]
        user: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// Runs the subcommand.
pub async fn run(args: ConsentArgs) -> Result<(), CliError> {
    let installation = args.target.open().await?;
    match args.verb {
        Verb::List { client, json } => list(&installation, &client, json).await,
        Verb::Withdraw {
            client,
            user,
            json: as_json,
        } => {
            let operator = installation.operator();
            let client = clients::get_named(&operator, &client).await?.id;
            let user = users::get(&operator, &user).await?;
            authorized_clients::withdraw(&operator, user.id, &client).await?;
            let document = json!({
                "user": user.id.to_string(),
                "client_id": client.to_string(),
                "withdrawn": true,
            });
            let name = user.login_identifier();
            let sentence = format!("{client} has no access to the account of {name} now.");
            output::print_result(as_json, &document, &sentence)
        }
    }
}

async fn list(installation: &Installation, client: &str, as_json: bool) -> Result<(), CliError> {
    let operator = installation.operator();
    let client = clients::get_named(&operator, client).await?.id;
    let mut found: Vec<(Consent, User)> = Vec::new();
    let mut after: Option<ConsentId> = None;
    loop {
        let page = authorized_clients::consents(&operator, &client, after, PAGE).await?;
        let Some((last, _)) = page.last() else {
            break;
        };
        after = Some(last.id);
        found.extend(page);
    }
    if as_json {
        let documents = found.iter().map(|(consent, _)| document(consent));
        return output::json(&documents.collect::<Vec<_>>());
    }
    let rows: Vec<_> = found
        .iter()
        .map(|(consent, user)| {
            vec![
                user.login_identifier().to_owned(),
                consent.scope.to_string(),
                output::time(consent.granted_at),
                output::time_or_dash(consent.expires_at),
            ]
        })
        .collect();
    output::table(&["USER", "SCOPE", "GRANTED", "EXPIRES"], &rows)
}

fn document(consent: &Consent) -> Value {
    json!({
        "user": consent.user_id.to_string(),
        "client_id": consent.client_id.to_string(),
        "scope": consent.scope.to_string(),
        "granted_at": output::time(consent.granted_at),
        "expires_at": consent.expires_at.map(output::time),
    })
}

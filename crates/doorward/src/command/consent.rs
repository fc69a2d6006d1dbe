use doorward_admin::authorized_clients;
use doorward_domain::model::Consent;

use super::lookup::{PAGE, all_pages};
use crate::command::prelude::*;

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List the consents to a client
    List {
        /// Client ID
        #[arg(value_name = "CLIENT")]
        client: String,
        #[command(flatten)]
        out: Output,
    },
    /// Withdraw the access of a client to an account: the consent and all grants
    Withdraw {
        /// Client ID
        #[arg(value_name = "CLIENT")]
        client: String,
        /// User: user name, e-mail address or ID
        #[arg(long, value_name = "USER")]
        user: String,
        #[command(flatten)]
        out: Output,
    },
}

pub async fn run(installation: &Installation, verb: Verb) -> Result {
    let operator = installation.operator();
    match verb {
        Verb::List { client, out } => {
            let client = clients::get_named(&operator, &client).await?.id;
            let consents = all_pages(async |last: Option<&(Consent, User)>| {
                let after = last.map(|(consent, _)| consent.id);
                authorized_clients::consents(&operator, &client, after, PAGE).await
            })
            .await?;
            let header = ["USER", "SCOPE", "GRANTED", "EXPIRES"];
            let document = |(consent, _): &(Consent, User)| document(consent);
            out.rows(&consents, document, header, |(consent, user)| {
                [
                    user.login_identifier().to_owned(),
                    consent.scope.to_string(),
                    output::time(consent.granted_at),
                    output::time_or_dash(consent.expires_at),
                ]
            })
        }
        Verb::Withdraw { client, user, out } => {
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
            out.result(&document, &sentence)
        }
    }
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

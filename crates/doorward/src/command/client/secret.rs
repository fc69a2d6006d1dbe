//! The secrets of a client: lists, rotates and ends them.

use doorward_admin::clients;
use doorward_domain::model::{Client, SecretUse, SecretUses};
use doorward_rules::client_secret;
use serde_json::{Value, json};

use super::list::show_secret;
use super::parse::client_id;
use crate::error::CliError;
use crate::output;
use crate::target::Installation;

/// A secret that is accepted now.
struct SecretRow {
    kind: &'static str,
    made_at: Option<i64>,
    ends_at: Option<i64>,
    used: SecretUse,
}

impl SecretRow {
    fn document(&self) -> Value {
        json!({
            "secret": self.kind,
            "created_at": self.made_at.map(output::time),
            "ends_at": self.ends_at.map(output::time),
            "last_used_at": self.used.at.map(output::time),
            "last_used_from": self.used.from,
            "uses": self.used.count,
        })
    }

    fn cells(&self) -> Vec<String> {
        let [made_at, ends_at, used_at] =
            [self.made_at, self.ends_at, self.used.at].map(output::time_or_dash);
        let from = self.used.from;
        let from = from.map_or_else(|| "-".to_owned(), |ip| ip.to_string());
        let uses = self.used.count.to_string();
        vec![self.kind.to_owned(), made_at, ends_at, used_at, from, uses]
    }
}

fn rows(client: &Client, uses: SecretUses, now: i64) -> Vec<SecretRow> {
    let current = client.has_secret().then_some(SecretRow {
        kind: "current",
        made_at: client.secret_made_at,
        ends_at: None,
        used: uses.current,
    });
    let former = client.live_former_secret(now);
    let former = former.map(|former| SecretRow {
        kind: "former",
        made_at: former.made_at,
        ends_at: Some(former.ends_at),
        used: uses.former,
    });
    current.into_iter().chain(former).collect()
}

/// Prints the secrets that are accepted, without their values.
pub(super) async fn list(
    installation: &Installation,
    id: &str,
    as_json: bool,
) -> Result<(), CliError> {
    let operator = installation.operator();
    let id = client_id(id)?;
    let (client, uses) = clients::get_with_secret_uses(&operator, &id).await?;
    let rows = rows(&client, uses, operator.now());
    if as_json {
        return output::json(&rows.iter().map(SecretRow::document).collect::<Vec<_>>());
    }
    let cells: Vec<_> = rows.iter().map(SecretRow::cells).collect();
    let head = [
        "SECRET",
        "CREATED_AT",
        "ENDS_AT",
        "LAST_USED_AT",
        "LAST_USED_FROM",
        "USES",
    ];
    output::table(&head, &cells)?;
    if client_secret::can_end_former(&client, uses, operator.now()) {
        output::print_status(&format!(
            "The former secret was not used for a day. To end it: doorward client end-secret {id}"
        ));
    }
    Ok(())
}

/// Replaces the secret, and prints the new one. The old one is kept until the given time, or for
/// [`client_secret::OVERLAP_DEFAULT`], unless it is ended.
pub(super) async fn rotate(
    installation: &Installation,
    id: &str,
    (keep_old_until, end_former): (Option<i64>, bool),
    as_json: bool,
) -> Result<(), CliError> {
    let id = client_id(id)?;
    let operator = installation.operator();
    let keep_until = match keep_old_until {
        None if !end_former => default_end(&clients::get(&operator, &id).await?, operator.now())?,
        chosen => chosen,
    };
    let secret = clients::rotate_secret(&operator, &id, keep_until).await?;
    show_secret(&id, Some(&secret), as_json)?;
    if let Some(until) = keep_until.filter(|_| !as_json) {
        output::print_status(&format!(
            "The former secret is accepted until {}. To end it: doorward client end-secret {id}",
            output::time(until)
        ));
    }
    Ok(())
}

/// Returns the time until which the present secret is kept by default; `None` without a secret that
/// can be kept.
fn default_end(client: &Client, now: i64) -> Result<Option<i64>, CliError> {
    if client.live_former_secret(now).is_some() {
        return Err(CliError::failure(format!(
            "two secrets are accepted already; end the former one by `doorward client end-secret {}`, \
             or both by --end-former",
            client.id
        )));
    }
    let is_kept = client_secret::can_overlap(client, now);
    Ok(is_kept.then_some(now + client_secret::OVERLAP_DEFAULT))
}

/// Ends the former secret.
pub(super) async fn end(
    installation: &Installation,
    id: &str,
    as_json: bool,
) -> Result<(), CliError> {
    let id = client_id(id)?;
    clients::end_secret(&installation.operator(), &id).await?;
    let sentence = format!("The former secret of {id} is ended.");
    let document = json!({ "client_id": id.as_str(), "ended": true });
    output::print_result(as_json, &document, &sentence)
}

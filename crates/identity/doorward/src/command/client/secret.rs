//! The secrets of a client: lists, rotates and ends them.

use doorward_domain::model::SecretUse;
use doorward_rules::client_secret;

use super::list::show_secret;
use super::parse::client_id;
use crate::command::prelude::*;
use crate::command::values::parse_time;

#[derive(Debug, Args)]
pub struct RotateArgs {
    /// Client ID
    #[arg(value_name = "CLIENT_ID")]
    id: String,
    /// Accept the old secret until then: a date, or a time in RFC 3339, within 90 days
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    keep_old_until: Option<i64>,
    /// End every old secret: it stops working within a second, on every replica
    #[arg(long, conflicts_with = "keep_old_until")]
    end_former: bool,
    #[command(flatten)]
    out: Output,
}

/// Prints the secrets that are accepted, without their values.
pub(super) async fn list(operator: &AdminContext<'_>, id: &str, out: Output) -> Result {
    let (id, now) = (client_id(id)?, operator.now());
    let (client, uses) = clients::get_with_secret_uses(operator, &id).await?;
    let current = client
        .has_secret()
        .then(|| document("current", client.secret_made_at, None, uses.current));
    let former = client
        .live_former_secret(now)
        .map(|former| document("former", former.made_at, Some(former.ends_at), uses.former));
    let columns = [
        ("SECRET", "secret"),
        ("CREATED_AT", "created_at"),
        ("ENDS_AT", "ends_at"),
        ("LAST_USED_AT", "last_used_at"),
        ("LAST_USED_FROM", "last_used_from"),
        ("USES", "uses"),
    ];
    out.list(current.into_iter().chain(former), &columns)?;
    if !out.json && client_secret::can_end_former(&client, uses, now) {
        output::print_status(&format!(
            "The former secret was not used for a day. To end it: doorward client end-secret {id}"
        ));
    }
    Ok(())
}

fn document(kind: &str, made_at: Option<i64>, ends_at: Option<i64>, used: SecretUse) -> Value {
    json!({
        "secret": kind,
        "created_at": made_at.map(output::time),
        "ends_at": ends_at.map(output::time),
        "last_used_at": used.at.map(output::time),
        "last_used_from": used.from,
        "uses": used.count,
    })
}

/// Replaces the secret, and prints the new one. The old one is kept until the given time, or for
/// [`client_secret::OVERLAP_DEFAULT`], unless it is ended.
pub(super) async fn rotate(operator: &AdminContext<'_>, args: RotateArgs) -> Result {
    let (id, out) = (client_id(&args.id)?, args.out);
    let keep_until = match args.keep_old_until {
        None if !args.end_former => {
            default_end(&clients::get(operator, &id).await?, operator.now())?
        }
        chosen => chosen,
    };
    let secret = clients::rotate_secret(operator, &id, keep_until).await?;
    show_secret(&id, Some(&secret), out)?;
    if let Some(until) = keep_until.filter(|_| !out.json) {
        output::print_status(&format!(
            "The former secret is accepted until {}. To end it: doorward client end-secret {id}",
            output::time(until)
        ));
    }
    Ok(())
}

/// Returns the time until which the present secret is kept by default; `None` without a secret that
/// can be kept.
fn default_end(client: &Client, now: i64) -> Result<Option<i64>> {
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

pub(super) async fn end(operator: &AdminContext<'_>, id: &str, out: Output) -> Result {
    let id = client_id(id)?;
    clients::end_secret(operator, &id).await?;
    let sentence = format!("The former secret of {id} is ended.");
    let document = json!({ "client_id": id.as_str(), "ended": true });
    out.result(&document, &sentence)
}

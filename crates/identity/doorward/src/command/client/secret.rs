//! The rotation of the secret of a client.

use doorward_admin::clients::operations::ROTATE_SECRET;
use doorward_rules::client_secret;

use super::credentials::{client_id, show_credentials};
use crate::command::prelude::*;
use crate::command::values::parse_time;
use crate::secret_input;

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
    /// File with the new secret, or - for standard input, in place of a random one: 32 to 200 random printable
    /// ASCII characters without spaces
    #[arg(long, value_name = "FILE")]
    client_secret_file: Option<String>,
    #[command(flatten)]
    out: Output,
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
    let mut body = json!({ "id": id.as_str() });
    if let Some(until) = keep_until {
        body["keep_old_until"] = output::time(until).into();
    }
    if let Some(path) = &args.client_secret_file {
        body["client_secret"] = secret_input::of_argument(path, "client secret")?.into();
    }
    show_credentials(&ROTATE_SECRET, &body, operator, out).await?;
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

use doorward_admin::grants;
use doorward_domain::time::UnixSeconds;
use doorward_store::repo::grant_ends::GrantFilter;

use super::lookup::user_id;
use crate::command::prelude::*;
use crate::command::values::{ReasonArg, parse_time};

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// End the grants that meet all conditions, with their refresh tokens
    #[command(
        long_about = "End the grants that meet all conditions, with their refresh tokens. Sessions remain, so that \
                      clients can request access again; `session end-all` ends both. Signed access tokens end \
                      after their lifetime, and at once for resource servers that introspect them."
    )]
    EndAll {
        #[command(flatten)]
        selection: Selection,
        #[command(flatten)]
        reason: ReasonArg,
        #[command(flatten)]
        out: Output,
    },
}

#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub struct Selection {
    /// User: user name, e-mail address or ID
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    /// Client ID
    #[arg(long, value_name = "CLIENT")]
    client: Option<String>,
    /// End of the time in which the grants were given: a date or an RFC 3339 time
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    issued_before: Option<UnixSeconds>,
    /// All grants of the deployment
    #[arg(long, conflicts_with_all = ["user", "client", "issued_before"])]
    all: bool,
}

pub async fn run(installation: &Installation, verb: Verb) -> Result {
    let Verb::EndAll {
        selection,
        reason,
        out,
    } = verb;
    let operator = installation.operator().with_reason(reason.reason);
    let mut filter = GrantFilter {
        before: selection.issued_before,
        user: user_id(&operator, selection.user.as_deref()).await?,
        ..GrantFilter::default()
    };
    if let Some(id) = &selection.client {
        filter.client = Some(clients::get_named(&operator, id).await?.id);
    }
    let ended = grants::end_all(&operator, &filter).await?;
    out.result(
        &json!({ "ended": ended, "grants": ended }),
        &format!("Ended grants: {ended}."),
    )
}

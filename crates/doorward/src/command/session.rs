use doorward_admin::affected::ended_text;
use doorward_admin::sessions::{self, EndedGrants};
use doorward_domain::model::{ClientId, Session, SessionId};
use doorward_store::repo::live_sessions::SessionFilter;

use super::lookup::user_id;
use crate::command::prelude::*;
use crate::command::values::ReasonArg;

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List active sessions, newest first
    List(ListArgs),
    /// End a session, and the grants that were given in it
    End(EndArgs),
    /// End all sessions and grants of a user, or of a client at most 500 sessions
    EndAll(EndAllArgs),
}

#[derive(Debug, Args)]
pub struct ListArgs {
    /// User: user name, e-mail address or ID
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    /// Client with a grant that was given in the session
    #[arg(long, value_name = "CLIENT")]
    client: Option<String>,
    /// Number of sessions
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=1000))]
    limit: u64,
    #[command(flatten)]
    out: Output,
}

#[derive(Debug, Args)]
pub struct EndArgs {
    /// Session ID
    #[arg(value_name = "ID")]
    id: String,
    #[command(flatten)]
    keep: KeepArg,
    #[command(flatten)]
    reason: ReasonArg,
    #[command(flatten)]
    out: Output,
}

#[derive(Debug, Args)]
pub struct EndAllArgs {
    /// User: user name, e-mail address or ID
    #[arg(long, value_name = "USER", required_unless_present = "client")]
    user: Option<String>,
    /// Client
    #[arg(long, value_name = "CLIENT", conflicts_with = "user")]
    client: Option<String>,
    #[command(flatten)]
    keep: KeepArg,
    #[command(flatten)]
    reason: ReasonArg,
    #[command(flatten)]
    out: Output,
}

#[derive(Debug, Args)]
pub struct KeepArg {
    /// Keep grants with `offline_access`, as at a sign-out
    #[arg(long)]
    keep_offline: bool,
}

impl KeepArg {
    const fn ended(&self) -> EndedGrants {
        if self.keep_offline {
            EndedGrants::Online
        } else {
            EndedGrants::All
        }
    }
}

pub async fn run(installation: &Installation, verb: Verb) -> Result {
    let operator = installation.operator();
    match verb {
        Verb::List(args) => {
            let filter = filter(&operator, args.user.as_deref(), args.client.as_deref()).await?;
            let sessions = sessions::page(&operator, &filter, None, args.limit).await?;
            let header = ["ID", "USER", "CREATED", "LAST USE", "ADDRESS"];
            let document = |(session, _): &(Session, User)| document(session);
            args.out
                .rows(&sessions, document, header, |(session, user)| {
                    [
                        session.id.to_string(),
                        user.login_identifier().to_owned(),
                        output::time(session.created_at),
                        output::time(session.last_seen_at),
                        session.ip.clone(),
                    ]
                })
        }
        Verb::End(args) => {
            let operator = operator.with_reason(args.reason.reason);
            let wrong = || CliError::usage("write the ID that `list` shows");
            let id = SessionId::parse(&args.id).ok_or_else(wrong)?;
            let ended = sessions::end(&operator, id, args.keep.ended()).await?;
            let grants = ended.access.grants;
            let document = json!({ "id": id.to_string(), "ended": true, "grants": grants });
            let sentence = format!("The session {id} has ended. Ended grants: {grants}.");
            args.out.result(&document, &sentence)
        }
        Verb::EndAll(args) => {
            let operator = operator.with_reason(args.reason.reason);
            let filter = filter(&operator, args.user.as_deref(), args.client.as_deref()).await?;
            let ended = match (filter.user, &filter.client) {
                (Some(user), _) => sessions::end_all(&operator, user, args.keep.ended()).await?,
                (None, Some(client)) => {
                    sessions::end_all_of_client(&operator, client, args.keep.ended()).await?
                }
                (None, None) => return Err(CliError::usage("name a user or a client")),
            };
            let access = &ended.access;
            let more = " More remain; repeat the command.";
            let rest = if ended.is_complete { "" } else { more };
            let sentence = format!("{}{rest}", ended_text(access));
            let mut document = json!(access);
            document["ended"] = json!(access.sessions);
            document["complete"] = json!(ended.is_complete);
            args.out.result(&document, &sentence)
        }
    }
}

async fn filter(
    operator: &AdminContext<'_>,
    user: Option<&str>,
    client: Option<&str>,
) -> Result<SessionFilter> {
    let user = user_id(operator, user).await?;
    let wrong = || CliError::usage("write the ID of a client");
    let client = client.map(|id| ClientId::parse(id).ok_or_else(wrong));
    let client = client.transpose()?;
    Ok(SessionFilter { user, client })
}

fn document(session: &Session) -> Value {
    json!({
        "id": session.id.to_string(),
        "user": session.user_id.to_string(),
        "created_at": output::time(session.created_at),
        "last_seen_at": output::time(session.last_seen_at),
        "ip": session.ip,
        "user_agent": session.user_agent,
    })
}

//! `doorward session list|end|end-all`.

use clap::{Args, Subcommand};
use doorward_admin::operator::AdminContext;
use doorward_admin::sessions::{self, EndedGrants};
use doorward_admin::users;
use doorward_domain::model::{ClientId, Session, SessionId, User};
use doorward_store::repo::live_sessions::SessionFilter;
use serde_json::{Value, json};

use crate::{error::CliError, output, reason::ReasonArg, target::TargetArgs};

/// Manage browser sessions of users.
#[derive(Debug, Args)]
pub struct SessionArgs {
    #[command(flatten)]
    target: TargetArgs,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List active sessions, newest first
    List {
        /// User: user name, e-mail address or ID
        #[arg(long, value_name = "USER")]
        user: Option<String>,
        /// Client with a grant that was given in the session
        #[arg(long, value_name = "CLIENT")]
        client: Option<String>,
        /// Number of sessions
        #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=1000))]
        limit: u64,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// End a session, and the grants that were given in it
    End {
        /// Session ID
        #[arg(value_name = "ID")]
        id: String,
        #[command(flatten)]
        keep: KeepArg,
        #[command(flatten)]
        reason: ReasonArg,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// End all sessions and grants of a user, or of a client at most 500 sessions
    EndAll {
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
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
struct KeepArg {
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

/// Runs the subcommand.
pub async fn run(args: SessionArgs) -> Result<(), CliError> {
    let installation = args.target.open().await?;
    let operator = installation.operator();
    match args.verb {
        Verb::List {
            user,
            client,
            limit,
            json,
        } => {
            let filter = filter(&operator, user.as_deref(), client.as_deref()).await?;
            let found = sessions::page(&operator, &filter, None, limit).await?;
            list(&found, json)
        }
        Verb::End {
            id,
            keep,
            reason,
            json: as_json,
        } => {
            let operator = operator.with_reason(reason.reason);
            let wrong = || CliError::Usage("write the ID that `list` shows".into());
            let id = SessionId::parse(&id).ok_or_else(wrong)?;
            let ended = sessions::end(&operator, id, keep.ended()).await?;
            let document = json!({ "id": id.to_string(), "ended": true, "grants": ended.grants });
            let sentence = format!(
                "The session {id} has ended. Ended grants: {}.",
                ended.grants
            );
            output::print_result(as_json, &document, &sentence)
        }
        Verb::EndAll {
            user,
            client,
            keep,
            reason,
            json: as_json,
        } => {
            let operator = operator.with_reason(reason.reason);
            let filter = filter(&operator, user.as_deref(), client.as_deref()).await?;
            let ended = match (filter.user, &filter.client) {
                (Some(user), _) => sessions::end_all(&operator, user, keep.ended()).await?,
                (None, Some(client)) => {
                    sessions::end_all_of_client(&operator, client, keep.ended()).await?
                }
                (None, None) => return Err(CliError::Usage("name a user or a client".into())),
            };
            let rest = if ended.is_complete {
                ""
            } else {
                " More remain; repeat the command."
            };
            let sentence = format!(
                "Ended sessions: {}, grants: {}.{rest}",
                ended.count, ended.grants
            );
            let document = json!({
                "ended": ended.count, "grants": ended.grants, "complete": ended.is_complete,
            });
            output::print_result(as_json, &document, &sentence)
        }
    }
}

async fn filter(
    operator: &AdminContext<'_>,
    user: Option<&str>,
    client: Option<&str>,
) -> Result<SessionFilter, CliError> {
    let user = match user {
        Some(name) => Some(users::get(operator, name).await?.id),
        None => None,
    };
    let wrong = || CliError::Usage("write the ID of a client".into());
    let client = client.map(|id| ClientId::parse(id).ok_or_else(wrong));
    Ok(SessionFilter {
        user,
        client: client.transpose()?,
    })
}

fn list(found: &[(Session, User)], as_json: bool) -> Result<(), CliError> {
    if as_json {
        let documents = found.iter().map(|(session, _)| document(session));
        return output::json(&documents.collect::<Vec<_>>());
    }
    let rows: Vec<_> = found
        .iter()
        .map(|(session, user)| {
            vec![
                session.id.to_string(),
                user.login_identifier().to_owned(),
                output::time(session.created_at),
                output::time(session.last_seen_at),
                session.ip.clone(),
            ]
        })
        .collect();
    output::table(&["ID", "USER", "CREATED", "LAST USE", "ADDRESS"], &rows)
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

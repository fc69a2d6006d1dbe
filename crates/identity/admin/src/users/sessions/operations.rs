//! Operations of sessions.

use doorward_services::view;

use super::{
    EndedGrants, EndedSessions, Session, SessionFilter, SessionId, end, end_all, end_all_of_client,
    page,
};
use crate::found::FoundPage;
use crate::operation::{Operation, Shown};
use crate::prelude::*;
use crate::users::{named_id, optional_id};

crate::entries! { LIST: List, END: End, END_ALL: EndAll }

view! {
    /// A browser session of a user.
    #[schema(as = AdminSession)]
    pub SessionView(context: &AdminContext<'_>, session: Session, account: User) {
        /// Session ID, the `sid` of its tokens.
        id: String = session.id.to_string();
        /// ID of the user.
        user: String = session.user_id.to_string();
        /// User name or e-mail address; absent for callers without `users:read`.
        name?: String = context
            .readable(Some(account))
            .map(|user| user.login_identifier().to_owned());
        /// `User-Agent` of the browser.
        user_agent: String = session.user_agent;
        /// IP address at sign-in.
        ip: String = session.ip.clone();
        /// Approximate location of that address, such as "near Berlin, Germany", in the language of
        /// `Accept-Language`; null without a location database, or if the address is unknown to it.
        place: Option<String> = place(context, &session.ip);
        /// Authentication context class of the session.
        acr: String = session.authentication.acr;
        /// Time of creation (RFC 3339).
        created_at: Time = session.created_at;
        /// Time of last use (RFC 3339).
        last_seen_at: Time = session.last_seen_at;
    }
}

fn place(context: &AdminContext<'_>, ip: &str) -> Option<String> {
    let geoip = &context.deployment.server()?.delivery.geoip;
    geoip.describe(ip, context.caller.lang)
}

view! {
    /// Number of ended sessions.
    #[schema(as = EndedSessions)]
    pub EndedView(done: EndedSessions) {
        /// Number of sessions that were ended.
        ended: u64 = done.access.sessions;
        /// Number of grants that were ended with them.
        grants: u64 = done.access.grants;
        /// Number of trusted devices of the user that ended with them.
        trusted_devices: u64 = done.access.trusted_devices;
        /// False if more sessions remain; repeat the request to end them.
        complete: bool = done.is_complete;
    }
}

fn client_id(text: &str) -> Result<ClientId> {
    let wrong = || AdminError::invalid("client_id", "must be the ID of a client");
    ClientId::parse(text).ok_or_else(wrong)
}

const fn ended_grants(keep_offline: bool) -> EndedGrants {
    if keep_offline {
        EndedGrants::Online
    } else {
        EndedGrants::All
    }
}

/// A list of sessions.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// User name, e-mail address or ID.
    user: Option<String>,
    /// ID of a client with a grant that was given in the session.
    client_id: Option<String>,
}

impl Operation for List {
    const TITLE: &'static str = "List active sessions, the newest first";
    const CALL: &'static str = "GET sessions paged";
    const COMMAND: &'static str = "session list --user --client=client_id";
    const TABLE: &'static str = "id name created_at last_seen_at ip";
    const LIMIT: u64 = 20;
    type Done = FoundPage<SessionView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let filter = SessionFilter {
            user: optional_id(context, self.user.as_deref()).await?,
            client: self.client_id.as_deref().map(client_id).transpose()?,
        };
        let (before, limit) = (context.page.after_id(SessionId::parse)?, context.page.limit);
        let found = page(context, &filter, before, limit + 1).await?;
        let page = FoundPage::cut_rows(found, limit, |(session, _)| session.id.to_string());
        Ok(page.map(|(session, user)| SessionView::new(context, session, user)))
    }
}

/// The session to end.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SessionEnd)]
pub struct End {
    /// Session ID.
    id: String,
    /// True keeps grants with `offline_access`, as at a sign-out.
    #[serde(default)]
    keep_offline: bool,
}

impl Operation for End {
    const TITLE: &'static str = "End a session, and the grants that were given in it";
    const TEXT: &'static str = "Ends also grants with `offline_access`.";
    const CALL: &'static str = "DELETE sessions/{id} reason";
    const COMMAND: &'static str = "session end ID";
    const DONE: &'static str = "The session {id} has ended. Ended grants: {grants}.";
    type Done = Shown<EndedView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let id = AdminError::id("session", &self.id, SessionId::parse)?;
        let ended = end(context, id, ended_grants(self.keep_offline)).await?;
        Ok(Shown::unversioned(ended.into()))
    }
}

/// The user or the client whose sessions end.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SessionsEnd)]
pub struct EndAll {
    /// User name, e-mail address or ID.
    user: Option<String>,
    /// ID of a client, instead of a user.
    client_id: Option<String>,
    /// True keeps grants with `offline_access`, as at a sign-out.
    #[serde(default)]
    keep_offline: bool,
}

impl Operation for EndAll {
    const TITLE: &'static str = "End all sessions of a user, or of a client at most 500 sessions";
    const TEXT: &'static str = "Ends all grants of the user, or of these sessions and the client, also those with \
         `offline_access`. Of a client: the sessions with a grant to it; requires the role `admin`.";
    const CALL: &'static str = "DELETE sessions reason";
    const COMMAND: &'static str = "session end-all --user --client=client_id";
    const DONE: &'static str = "Ended sessions: {ended}, grants: {grants}, trusted devices: \
                                {trusted_devices}.";
    type Done = Shown<EndedView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let which = ended_grants(self.keep_offline);
        let ended = match (self.user, self.client_id) {
            (Some(user), None) => end_all(context, named_id(context, &user).await?, which).await?,
            (None, Some(client)) => end_all_of_client(context, &client_id(&client)?, which).await?,
            _ => {
                let problem = "name either a user or a client";
                return Err(AdminError::choice("user", problem));
            }
        };
        let note = (!ended.is_complete).then(|| "More remain; repeat the command.".to_owned());
        Ok(Shown::unversioned(ended.into()).with_note(note))
    }
}

//! Operations of impersonations.

use doorward_admin::found::FoundPage;
use doorward_admin::operation::{Operation, Shown};
use doorward_admin::prelude::*;
use doorward_admin::users;
use doorward_domain::model::{Grant, SessionId};
use doorward_rules::own_permissions::IMPERSONATE;
use doorward_services::view;

use crate::use_cases::{NewImpersonation, end_named, list, start};

doorward_admin::entries! {
    LIST: List, START: Begin, END: End,
}

doorward_admin::targets! {
    {
        /// User name, e-mail address or ID.
        user
    } => List
}

doorward_admin::targets! {
    {
        /// ID of the impersonation.
        id
    } => End
}

view! {
    /// An administrator who acts as a user in one client.
    #[schema(as = Impersonation)]
    pub ImpersonationView(grant: Grant) {
        /// ID.
        id: String = grant.id.to_string();
        /// ID of the user.
        user: String = grant.user_id.to_string();
        /// ID of the client.
        client: String = grant.client_id.to_string();
        /// ID of the administrator.
        administrator: String = grant.issuer.unwrap_or_default();
        /// ID of the administrator's session, with which it ends.
        session: String = grant.session_id.to_string();
        /// Time of the start (RFC 3339).
        from: Time = grant.created_at;
        /// Time of the end (RFC 3339).
        until: Time = grant.expires_at;
    }
}

impl Operation for List {
    const TITLE: &'static str = "List the impersonations of a user that have not ended";
    const CALL: &'static str = "GET users/{user}/impersonations";
    const COMMAND: &'static str = "impersonation list USER";
    const TABLE: &'static str = "id client administrator until";
    type Done = FoundPage<ImpersonationView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let user = users::named_id(context, &self.user).await?;
        let found = list(context, user).await?;
        Ok(FoundPage::whole(found).map(ImpersonationView::new))
    }
}

/// An impersonation to start.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewImpersonation)]
pub struct Begin {
    /// User name, e-mail address or ID.
    user: String,
    /// ID of the client.
    client: String,
    /// ID of the session of the administrator in whose browser the client is used.
    session: String,
    /// Support code of the user, if the configuration requires one.
    support_code: Option<String>,
}

impl Operation for Begin {
    const TITLE: &'static str = "Act as a user in one client";
    const TEXT: &'static str = "The next sign-in to the client in the browser of the session is one of the user, until the \
         configured time has passed, the session ends, or the impersonation is ended. The user gets a mail with the \
         reason, which is required.";
    const CALL: &'static str = "POST users/{user}/impersonations reason";
    const COMMAND: &'static str = "impersonation start USER CLIENT=client --session";
    const DONE: &'static str = "{administrator} acts as {user} in {client} until {until}.";
    type Done = Shown<ImpersonationView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        context.require_global(IMPERSONATE)?;
        let user = users::find(context, &self.user).await?;
        let user = user.ok_or_else(|| AdminError::not_found("user", &self.user))?;
        let client = AdminError::id("client", &self.client, ClientId::parse)?;
        let session = AdminError::id("session", &self.session, SessionId::parse)?;
        let new = NewImpersonation {
            user,
            client: &client,
            session,
            support_code: self.support_code.as_deref(),
        };
        let grant = start(context, new).await?;
        Ok(Shown::unversioned(ImpersonationView::new(grant)))
    }
}

impl Operation for End {
    const TITLE: &'static str = "End an impersonation";
    const CALL: &'static str = "DELETE impersonations/{id} reason";
    const COMMAND: &'static str = "impersonation end ID";
    const DONE: &'static str = "The impersonation has ended.";
    type Done = ();

    async fn run(self, context: &AdminContext<'_>) -> Result<()> {
        end_named(context, &self.id).await
    }
}

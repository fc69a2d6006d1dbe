//! Operations of initial access tokens.

use doorward_domain::model::{RegistrationToken, RegistrationTokenId};
use doorward_services::view;

use super::{NewToken, create, get, page, revoke};
use crate::found::FoundPage;
use crate::operation::{Again, Operation, Shown};
use crate::prelude::*;

crate::entries! { LIST: List, SHOW: Show, CREATE: NewToken, REVOKE: Revoke }

crate::targets! { {} => List }

crate::targets! {
    {
        /// ID of the token, not the token itself.
        id
    } => Show, Revoke
}

view! {
    /// An initial access token.
    pub RegistrationTokenView(token: RegistrationToken) {
        /// ID of the token, not the token itself.
        id: String = token.id.to_string();
        /// Description.
        note: String = token.note;
        /// Number of clients that can still be registered with it.
        uses_left: i64 = token.uses_left;
        /// ID of the administrator who created it; null for the command line.
        created_by: Option<String> = token.created_by;
        /// Time of creation (RFC 3339).
        created_at: Time = token.created_at;
        /// Expiry (RFC 3339).
        expires_at: Time = token.expires_at;
        /// Token, shown only once.
        token?: String = None;
    }
}

fn read_id(text: &str) -> Result<RegistrationTokenId> {
    AdminError::id("registration token", text, RegistrationTokenId::parse)
}

fn shown(token: RegistrationToken) -> Shown<RegistrationTokenView> {
    Shown::unversioned(token.into())
}

impl Operation for List {
    const TITLE: &'static str = "List the initial access tokens that can still be used";
    const CALL: &'static str = "GET client-registration-tokens paged";
    const COMMAND: &'static str = "client registration-token list";
    const TABLE: &'static str = "id note uses_left expires_at";
    type Done = FoundPage<RegistrationTokenView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let (after, limit) = (
            context.page.after_id(RegistrationTokenId::parse)?,
            context.page.limit,
        );
        let found = page(context, after, limit + 1).await?;
        let page = FoundPage::cut_rows(found, limit, |token| token.id.to_string());
        Ok(page.map(RegistrationTokenView::new))
    }
}

impl Operation for Show {
    const TITLE: &'static str = "Show an initial access token, also an exhausted or expired one";
    const CALL: &'static str = "GET client-registration-tokens/{id}";
    const COMMAND: &'static str = "client registration-token show ID";
    type Done = Shown<RegistrationTokenView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        get(context, read_id(&self.id)?).await.map(shown)
    }
}

impl Operation for NewToken {
    const TITLE: &'static str = "Create an initial access token, shown once";
    const TEXT: &'static str = "It allows a client to register dynamically at `/oauth2/register` (RFC 7591), within the \
         limits of `client_registration`.";
    const CALL: &'static str = "POST client-registration-tokens once";
    const COMMAND: &'static str =
        "client registration-token create NOTE --uses --expires=expires_at";
    const SECRET: &'static str = "token";
    const DONE: &'static str = "The token is shown only now; Doorward keeps its hash alone.";
    type Done = Shown<RegistrationTokenView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let (created, token) = create(context, &self).await?;
        let mut view = RegistrationTokenView::new(created);
        view.token = Some(token.expose().to_owned());
        Ok(Shown::unversioned(view))
    }

    fn again() -> Option<Again> {
        Some(Again::new("clients:write", &SHOW))
    }
}

impl Operation for Revoke {
    const TITLE: &'static str = "Revoke an initial access token; clients registered with it remain";
    const CALL: &'static str = "DELETE client-registration-tokens/{id}";
    const COMMAND: &'static str = "client registration-token revoke ID";
    const DONE: &'static str = "The token {id} is revoked.";
    type Done = Shown<RegistrationTokenView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        revoke(context, read_id(&self.id)?).await.map(shown)
    }
}

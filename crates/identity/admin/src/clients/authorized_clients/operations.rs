//! Operations of consents.

use doorward_domain::model::{Consent, ConsentId};
use doorward_services::view;

use super::{consents, withdraw};
use crate::clients::get_named;
use crate::found::FoundPage;
use crate::operation::Operation;
use crate::prelude::*;
use crate::users::named_id;

crate::entries! { LIST: List, WITHDRAW: Withdraw }

crate::targets! {
    {
        /// ID of the client.
        client_id
    } => List
}

crate::targets! {
    {
        /// User name, e-mail address or ID.
        user,
        /// ID of the client.
        client_id
    } => Withdraw
}

view! {
    /// A consent of a user to a client.
    #[schema(as = Consent)]
    pub ConsentView((consent, user): (Consent, User)) {
        /// ID of the consent.
        id: String = consent.id.to_string();
        /// ID of the user.
        user: String = consent.user_id.to_string();
        /// User name or e-mail address of the user.
        username: String = user.login_identifier().to_owned();
        /// ID of the client.
        client_id: String = consent.client_id.to_string();
        /// Granted scopes, separated by spaces.
        scope: String = consent.scope.to_string();
        /// Time of the consent (RFC 3339).
        granted_at: Time = consent.granted_at;
        /// Expiry (RFC 3339); absent: until it is withdrawn.
        expires_at?: Time = consent.expires_at;
    }
}

impl Operation for List {
    const TITLE: &'static str = "List the active consents to a client";
    const CALL: &'static str = "GET consents paged";
    const COMMAND: &'static str = "consent list CLIENT=client_id";
    const TABLE: &'static str = "username scope granted_at expires_at";
    type Done = FoundPage<ConsentView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let (after, limit) = (context.page.after_id(ConsentId::parse)?, context.page.limit);
        let client = get_named(context, &self.client_id).await?.id;
        let found = consents(context, &client, after, limit + 1).await?;
        let page = FoundPage::cut_rows(found, limit, |(consent, _)| consent.id.to_string());
        Ok(page.map(ConsentView::new))
    }
}

impl Operation for Withdraw {
    const TITLE: &'static str =
        "Withdraw the access of a client to an account: the consent and all grants";
    const TEXT: &'static str = "Ends the consent, all grants with their tokens, and the sessions that belong to the client.";
    const CALL: &'static str = "DELETE users/{user}/clients/{client_id}";
    const COMMAND: &'static str = "consent withdraw CLIENT=client_id --user";
    const DONE: &'static str = "{client_id} has no access to the account of {user} now.";
    type Done = ();

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let client = AdminError::id("client", &self.client_id, ClientId::parse)?;
        let user = named_id(context, &self.user).await?;
        withdraw(context, user, &client).await
    }
}

//! Operations of invitations to an organization.

use doorward_domain::model::{Invitation, InvitationId};
use doorward_services::view;

use super::{get, invite, list, organization, revoke};
use crate::found::FoundPage;
use crate::operation::{Again, Operation, Shown};
use crate::prelude::*;

crate::entries! { LIST: List, SHOW: Show, INVITE: Invite, REVOKE: Revoke }

crate::targets! {
    {
        /// Slug of the organization.
        slug
    } => List
}

crate::targets! {
    {
        /// Slug of the organization.
        slug,
        /// ID of the invitation.
        id
    } => Show, Revoke
}

view! {
    /// An open invitation.
    pub InvitationView(invitation: Invitation) {
        /// ID of the invitation.
        id: String = invitation.id.to_string();
        /// Slug of the organization.
        organization: String = invitation.org;
        /// The address that it was mailed to.
        email: String = invitation.email;
        /// ID of the inviting user; null for the command line.
        invited_by: Option<String> = invitation.inviter.map(|signed_in| signed_in.id);
        /// Time of creation (RFC 3339).
        created_at: Time = invitation.created_at;
        /// Expiry (RFC 3339).
        expires_at: Time = invitation.expires_at;
    }
}

fn shown(invitation: Invitation) -> Shown<InvitationView> {
    Shown::unversioned(invitation.into())
}

impl Operation for List {
    const TITLE: &'static str = "List the open invitations of an organization";
    const CALL: &'static str = "GET organizations/{slug}/invitations paged";
    const COMMAND: &'static str = "org invitations SLUG";
    const TABLE: &'static str = "id email expires_at";
    type Done = FoundPage<InvitationView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let (after, limit) = (
            context.page.after_id(InvitationId::parse)?,
            context.page.limit,
        );
        let organization = organization(context, &self.slug).await?;
        let found = list(context, &organization, after, limit + 1).await?;
        let page = FoundPage::cut_rows(found, limit, |invitation| invitation.id.to_string());
        Ok(page.map(InvitationView::new))
    }
}

impl Operation for Show {
    const TITLE: &'static str = "Show an open invitation";
    const CALL: &'static str = "GET organizations/{slug}/invitations/{id}";
    const COMMAND: &'static str = "org invitation SLUG ID";
    type Done = Shown<InvitationView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let organization = organization(context, &self.slug).await?;
        get(context, &organization, &self.id).await.map(shown)
    }
}

/// An invitation to create.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewInvitation)]
pub struct Invite {
    /// Slug of the organization.
    slug: String,
    /// E-mail address. The response does not depend on whether it belongs to an account.
    #[schema(format = Email, example = "bob@example.org")]
    email: String,
}

impl Operation for Invite {
    const TITLE: &'static str = "Invite a user to an organization by e-mail";
    const TEXT: &'static str = "The user receives a link, which is valid once within seven days, and joins only by accepting \
         it while signed in with that address. A newer invitation to the same address replaces the \
         older one.";
    const CALL: &'static str = "POST organizations/{slug}/invitations once";
    const COMMAND: &'static str = "org invite SLUG --email";
    const DONE: &'static str = "{email} is invited by e-mail.";
    type Done = Shown<InvitationView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        invite(context, &self.slug, &self.email).await.map(shown)
    }

    fn again() -> Option<Again> {
        Some(Again::new("organizations:write", &SHOW))
    }
}

impl Operation for Revoke {
    const TITLE: &'static str = "Revoke an invitation";
    const CALL: &'static str = "DELETE organizations/{slug}/invitations/{id}";
    const COMMAND: &'static str = "org revoke-invitation SLUG ID";
    const DONE: &'static str = "{email} is no longer invited.";
    type Done = Shown<InvitationView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let id = AdminError::id("invitation", &self.id, InvitationId::parse)?;
        revoke(context, &self.slug, id).await.map(shown)
    }
}

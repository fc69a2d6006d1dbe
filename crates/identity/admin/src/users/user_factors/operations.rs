//! Operations of the second factors and linked accounts of a user.

use doorward_domain::model::{LinkId, LinkedAccount, Passkey, Provider};
use doorward_services::view;

use super::{Factor, links, list, remove, unlink};
use crate::found::FoundPage;
use crate::operation::{Operation, Shown};
use crate::prelude::*;
use crate::users::operations::{EndedView, ended};
use crate::users::{named, reset_mfa};

crate::entries! {
    FACTORS: Factors, REMOVE: Remove, RESET: Reset, LINKS: Links, UNLINK: Unlink,
}

crate::targets! {
    {
        /// User name, e-mail address or ID.
        id
    } => Factors, Reset, Links
}

crate::targets! {
    {
        /// User name, e-mail address or ID.
        id,
        /// ID of a passkey, or `app`.
        factor
    } => Remove
}

crate::targets! {
    {
        /// User name, e-mail address or ID.
        id,
        /// ID of the link.
        link
    } => Unlink
}

/// A second factor in a list.
#[derive(Debug)]
struct Listed {
    factor: String,
    passkey: Option<Passkey>,
    created_at: UnixSeconds,
    codes_left: Option<u64>,
}

view! {
    /// A second factor of a user.
    #[schema(as = UserFactor)]
    FactorView(listed: Listed) {
        /// ID of the passkey, or `app`.
        factor: String = listed.factor;
        /// `authenticator_app` or `passkey`.
        kind: &'static str = if listed.passkey.is_some() { "passkey" } else { "authenticator_app" };
        /// Name of the passkey, given by the user.
        name?: String = listed.passkey.as_ref().map(|passkey| passkey.name.clone());
        /// True if the passkey may be synchronized between devices.
        synced?: bool = listed.passkey.as_ref().map(|passkey| passkey.backup_eligible);
        /// True if the signature counter of the passkey went backwards: it may have been copied.
        suspected?: bool = listed.passkey.as_ref().map(|passkey| passkey.suspected_at.is_some());
        /// Number of unused recovery codes, which belong to the authenticator app.
        recovery_codes_left?: u64 = listed.codes_left;
        /// Time of creation (RFC 3339).
        created_at: Time = listed.created_at;
        /// Time of last use of the passkey (RFC 3339).
        last_used_at?: Time = listed.passkey.and_then(|passkey| passkey.last_used_at);
    }
}

view! {
    /// A linked account: an account at an identity provider that signs in the user.
    #[schema(as = LinkedAccount)]
    LinkView(link: LinkedAccount, provider: Option<Provider>) {
        /// ID of the link.
        id: String = link.id.to_string();
        /// ID of the provider; null if it was deleted, so that the link cannot be used.
        provider: Option<String> = provider.map(|provider| provider.id.to_string());
        /// Issuer of the account.
        issuer: String = link.issuer;
        /// E-mail address or name at the provider, as of the last sign-in.
        label: String = link.label;
        /// Time of linking (RFC 3339).
        created_at: Time = link.created_at;
        /// Time of the last sign-in with it (RFC 3339).
        last_used_at: Option<Time> = link.last_used_at;
    }
}

impl Operation for Factors {
    const TITLE: &'static str = "List the second factors of a user";
    const CALL: &'static str = "GET users/{id}/factors paged";
    const COMMAND: &'static str = "user factors USER=id";
    const TABLE: &'static str = "factor kind name recovery_codes_left created_at last_used_at";
    type Done = FoundPage<FactorView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let user = named(context, &self.id).await?;
        let found = list(context, &user).await?;
        let app = found.app_since.map(|created_at| Listed {
            factor: Factor::APP.to_owned(),
            created_at,
            codes_left: Some(found.codes_left),
            passkey: None,
        });
        let passkeys = found.passkeys.into_iter().map(|passkey| Listed {
            factor: passkey.id.to_string(),
            created_at: passkey.created_at,
            codes_left: None,
            passkey: Some(passkey),
        });
        let all = app.into_iter().chain(passkeys).collect();
        let page = FoundPage::of_whole(all, &context.page, |listed| listed.factor.clone());
        Ok(page.map(FactorView::new))
    }
}

impl Operation for Remove {
    const TITLE: &'static str = "Remove one second factor of a user";
    const TEXT: &'static str = "With `app`, the authenticator app and its recovery codes. Every session and grant of \
         the account ends, and the user is notified by mail. A passkey that is the only sign-in method cannot \
         be removed.";
    const CALL: &'static str = "DELETE users/{id}/factors/{factor} versioned reason";
    const COMMAND: &'static str = "user remove-factor USER=id FACTOR";
    const DONE: &'static str = "The factor is removed; all sessions of {id} have ended.";
    type Done = ();

    async fn run(self, context: &AdminContext<'_>) -> Result<()> {
        let user = named(context, &self.id).await?;
        let factor = AdminError::id("factor", &self.factor, Factor::parse)?;
        remove(context, &user, factor).await
    }
}

impl Operation for Reset {
    const TITLE: &'static str = "Remove the second factor of a user who lost it";
    const TEXT: &'static str =
        "Every session and grant of the account ends, and the user is notified by mail.";
    const CALL: &'static str = "DELETE users/{id}/second-factor versioned reason";
    const COMMAND: &'static str = "user reset-mfa USER=id";
    const DONE: &'static str = "{id} has no second factor any more.";
    type Done = Shown<EndedView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let user = named(context, &self.id).await?;
        let access = reset_mfa(context, &user).await?;
        Ok(ended(context, &user, access))
    }
}

impl Operation for Links {
    const TITLE: &'static str = "List the linked accounts of a user, the oldest first";
    const CALL: &'static str = "GET users/{id}/linked-accounts paged";
    const COMMAND: &'static str = "user linked-accounts USER=id";
    const TABLE: &'static str = "id provider label created_at last_used_at";
    type Done = FoundPage<LinkView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let user = named(context, &self.id).await?;
        let found = links(context, &user).await?;
        let page = FoundPage::of_whole(found, &context.page, |(link, _)| link.id.to_string());
        Ok(page.map(|(link, provider)| LinkView::new(link, provider)))
    }
}

impl Operation for Unlink {
    const TITLE: &'static str = "Unlink an account of a user";
    const TEXT: &'static str = "Roles that came from the provider end, every session and grant of the account ends, \
         and the user is notified by mail. The only sign-in method cannot be removed.";
    const CALL: &'static str = "DELETE users/{id}/linked-accounts/{link} versioned reason";
    const COMMAND: &'static str = "user unlink USER=id LINK";
    const DONE: &'static str = "The account is unlinked; all sessions of {id} have ended.";
    type Done = ();

    async fn run(self, context: &AdminContext<'_>) -> Result<()> {
        let user = named(context, &self.id).await?;
        let link = AdminError::id("linked account", &self.link, LinkId::parse)?;
        unlink(context, &user, link).await
    }
}

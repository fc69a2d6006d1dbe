//! The signed-in user of a page, and checks of the session's authentication.

use doorward_domain::boxed;
use doorward_domain::model::{ClientId, SessionEnd};
use doorward_oauth::authorize::types::AuthorizationRecords;
use doorward_rules::second_factor::SecondFactorStatus;
use doorward_services::error::ServerError;
use doorward_services::factors::{self, Factors};
use doorward_services::session;
use doorward_services::signed_in::SignedIn;

use super::cookies::{self, CookieName};
use super::page::{Page, PageError, Result};
use super::request::received_request;

impl Page {
    /// Returns the active session of this browser without further requirements, to sign in or out.
    #[boxed(?Send)]
    pub async fn session(&self) -> Result<Option<SignedIn>, ServerError> {
        let Some(cookie) = self.session_cookie() else {
            return Ok(None);
        };
        let found = session::find(&self.context.core, &cookie).await?;
        self.record(found.as_ref());
        Ok(found)
    }

    /// Returns the same session with the records that decide on an authorization request of this
    /// client, in the same statement.
    #[boxed(?Send)]
    pub async fn session_for(
        &self,
        client: Option<&ClientId>,
    ) -> Result<Option<(SignedIn, Option<AuthorizationRecords>)>, ServerError> {
        let Some(cookie) = self.session_cookie() else {
            return Ok(None);
        };
        let found = session::find_present(&self.context.core, &cookie, client).await?;
        self.record(found.as_ref().map(|found| &found.signed_in));
        Ok(found.map(|found| {
            let records = client.map(|client| AuthorizationRecords {
                factors: found.factors,
                client: client.clone(),
                consent: found.consent,
            });
            (found.signed_in, records)
        }))
    }

    fn session_cookie(&self) -> Option<String> {
        cookies::value(&self.request, &self.context.core, CookieName::Session)
    }

    /// Records the user for the access log, and uses the user's language.
    fn record(&self, signed_in: Option<&SignedIn>) {
        if let Some(signed_in) = signed_in {
            received_request::record_user(&self.request, &signed_in.user.id);
        }
        if let Some(locale) = signed_in.and_then(|signed_in| signed_in.user.profile.locale.clone())
        {
            let _ = self.own_locale.set(locale);
        }
    }

    /// Returns the signed-in user. A user whose account has a pending deletion, or who must verify
    /// the e-mail address first, is redirected to that page instead.
    #[boxed(?Send)]
    pub async fn signed_in(&self) -> Result<Option<SignedIn>> {
        let found = self.signed_in_with_factors().await?;
        Ok(found.map(|(signed_in, _)| signed_in))
    }

    fn require_complete(&self, signed_in: SignedIn) -> Result<SignedIn> {
        if signed_in.user.is_deletion_pending() {
            return Err(PageError::Redirect("/account/keep".to_owned()));
        }
        if self.context.core.requires_verification_of(&signed_in.user) {
            return Err(PageError::Unverified);
        }
        Ok(signed_in)
    }

    /// Like [`Self::signed_in`], with the state of the second factor in the same statement.
    #[boxed(?Send)]
    pub async fn signed_in_with_factors(&self) -> Result<Option<(SignedIn, Factors)>> {
        let Some(cookie) = self.session_cookie() else {
            return Ok(None);
        };
        let found = session::find_present(&self.context.core, &cookie, None).await?;
        self.record(found.as_ref().map(|found| &found.signed_in));
        let Some(found) = found else { return Ok(None) };
        self.read_bar(&found.signed_in).await?;
        self.administers.set(found.administers);
        let signed_in = self.require_complete(found.signed_in)?;
        Ok(Some((signed_in, found.factors)))
    }

    /// Returns the signed-in user if the authentication suffices for the account page at `path`,
    /// which a stolen password alone must not open. Other users are redirected and return later.
    #[boxed(?Send)]
    pub async fn account_holder(&self, path: &str) -> Result<SignedIn> {
        Ok(self.account_holder_with_factors(path).await?.0)
    }

    /// Like [`Self::account_holder`], with the state of the second factor in the same statement.
    #[boxed(?Send)]
    pub async fn account_holder_with_factors(&self, path: &str) -> Result<(SignedIn, Factors)> {
        let Some((signed_in, factors)) = self.signed_in_with_factors().await? else {
            return Err(PageError::Redirect(match path {
                "/account" => "/login".to_owned(),
                path => format!("/login?next={path}"),
            }));
        };
        enough(factors.status(&self.context.accounts, &signed_in), path)?;
        Ok((signed_in, factors))
    }

    /// Returns the user if no requirement of the operator is left.
    #[boxed(?Send)]
    pub async fn strong_enough(&self, signed_in: SignedIn, path: &str) -> Result<SignedIn> {
        let factor = factors::status_if_required(&self.context, &signed_in).await?;
        enough(factor, path)?;
        Ok(signed_in)
    }

    /// Returns the time and reason of the end of this browser's session, if its cookie names an
    /// ended one.
    #[boxed(?Send)]
    pub async fn session_ending(&self) -> Result<Option<SessionEnd>, ServerError> {
        match cookies::value(&self.request, &self.context.core, CookieName::Session) {
            Some(cookie) => session::ending(&self.context.core, &cookie).await,
            None => Ok(None),
        }
    }
}

/// Redirects to the page of a missing requirement.
fn enough(factor: SecondFactorStatus, path: &str) -> Result<()> {
    match (factor.required, factor.enrolled) {
        (false, _) => Ok(()),
        (true, true) => Err(PageError::Redirect(format!("/login/2fa?next={path}"))),
        (true, false) if factor.passkey_due => {
            Err(PageError::Redirect("/account/security/passkeys".to_owned()))
        }
        (true, false) => Err(PageError::Redirect("/account/security/2fa".to_owned())),
    }
}

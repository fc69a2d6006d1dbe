//! Impersonation: an administrator acts as a user in one client for minutes.

use doorward_domain::model::SiteId;

use crate::authorize;
use crate::own_permissions;
use crate::prelude::*;
use crate::reauthentication;
use crate::second_factor::FactorRequirement;

/// The facts that decide on the start.
#[derive(Clone, Copy, Debug)]
pub struct Start<'a> {
    pub administrator: UserId,
    pub user: &'a User,
    /// True if the user has a permission of this server, or owns an organization.
    pub administers: bool,
    pub client: &'a Client,
    /// The session of the browser in which the administrator acts.
    pub session: &'a Session,
    /// True if the session acts as a user already.
    pub acts: bool,
}

/// The reason why an impersonation cannot start.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Obstacle {
    OtherSession,
    OldSignIn,
    OneFactor,
    Nested,
    Oneself,
    Administrator,
    Inactive,
    Client,
}

impl Obstacle {
    /// Returns the member of the operation, and the problem.
    pub const fn problem(self) -> (&'static str, &'static str) {
        match self {
            Self::OtherSession => ("session", "must be a live session of the administrator"),
            Self::OldSignIn => ("session", "must have a sign-in within the last 15 minutes"),
            Self::OneFactor => ("session", "must have a second factor"),
            Self::Nested => ("session", "acts as a user already; end that first"),
            Self::Oneself => ("user", "must not be the administrator"),
            Self::Administrator => (
                "user",
                "must have no permission of this server and own no organization",
            ),
            Self::Inactive => ("user", "must be active, and not about to be deleted"),
            Self::Client => (
                "client",
                "must be active, and users must sign in to it by an authorization code",
            ),
        }
    }
}

/// Returns the first reason why an impersonation cannot start now.
pub fn obstacle(start: &Start<'_>, now: UnixSeconds) -> Option<Obstacle> {
    let (session, user) = (start.session, start.user);
    let proof = &session.authentication;
    let all = [
        (
            session.user_id != start.administrator || !session.is_live(now),
            Obstacle::OtherSession,
        ),
        (
            !FactorRequirement::TwoFactors.is_met_by(proof),
            Obstacle::OneFactor,
        ),
        (
            !reauthentication::is_fresh(proof, true, now),
            Obstacle::OldSignIn,
        ),
        (start.acts, Obstacle::Nested),
        (user.id == start.administrator, Obstacle::Oneself),
        (start.administers, Obstacle::Administrator),
        (
            !user.is_active() || user.is_deletion_pending(),
            Obstacle::Inactive,
        ),
        (!is_usable(start.client), Obstacle::Client),
    ];
    let found = all.into_iter().find(|(applies, _)| *applies);
    found.map(|(_, obstacle)| obstacle)
}

/// Returns true if users sign in to the client by OAuth. SAML has no `act`, and a site is a part of
/// this server, whose proxy knows no administrator.
fn is_usable(client: &Client) -> bool {
    let site = client.id.as_str().strip_prefix("site-");
    client.is_active()
        && client.kind != ClientKind::Saml
        && site.and_then(SiteId::parse).is_none()
        && client.allows_grant(&GrantType::AuthorizationCode)
        && !client.redirect_uris.is_empty()
}

/// Returns the scope without offline access and without administration: the scopes for this server, and
/// its permissions.
pub fn limit_scope(scope: &Scope, known: &[ScopeEntry], issuer: &str) -> Scope {
    let is_own = |name: &str| {
        let is_here = |entry: &ScopeEntry| entry.audience.as_deref() == Some(issuer);
        let mut registered = known.iter().filter(|entry| entry.name == name);
        own_permissions::is_own(name) || registered.any(is_here)
    };
    let names = scope.iter();
    names
        .filter(|name| *name != Scope::OFFLINE_ACCESS && !is_own(name))
        .collect()
}

/// Returns the error for a request that only the user can answer: about an authentication of the user
/// (OIDC Core §3.1.2.1), or with details of a transaction (RFC 9396).
pub fn check_request(request: &AuthorizationRequest) -> Result<(), OAuthError> {
    let asks_authentication =
        request.max_age.is_some() || !authorize::essential_acr(&request.claims).is_empty();
    if asks_authentication || !request.authorization_details.is_empty() {
        return Err(refused());
    }
    Ok(())
}

/// Returns the error for a request whose next step is a page for the user.
pub fn refused() -> OAuthError {
    let problem = "an administrator acts as the user, and this request needs the user";
    OAuthError::new(ErrorCode::AccessDenied, problem)
}

#[cfg(test)]
mod tests;

//! Consent: what the user is asked, what the answer grants, and how long it is valid.

use crate::authorize::Registry;
use crate::prelude::*;
use doorward_domain::model::{Consent, LogoId};

/// The scope that cannot be declined: without it there is no OpenID Connect sign-in (OIDC Core
/// §3.1.2.1).
const ALWAYS: &str = "openid";

/// The part of a request that needs consent.
#[derive(Clone, Copy, Debug)]
pub struct ConsentRequest<'a> {
    /// The scopes on the consent page: [`super::authorize::consent_scope`].
    pub scope: &'a Scope,
    pub resources: &'a [String],
    /// The authorization details (RFC 9396), which the user accepts as a whole.
    pub details: &'a AuthorizationDetails,
    /// The scopes that the user may decline: [`optional`].
    pub optional: &'a Scope,
    /// The registries, which map scopes to resources.
    pub registry: Registry<'a>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConsentPrompt {
    /// The requested scopes without an earlier consent.
    pub new: Scope,
    /// The part of `new` that the user may decline.
    pub optional: Scope,
    /// The requested scopes with an earlier consent, which stay granted whatever the answer is.
    pub stored: Scope,
    /// The requested details without an earlier consent.
    pub new_details: AuthorizationDetails,
    /// The requested details with an earlier consent.
    pub stored_details: AuthorizationDetails,
}

impl ConsentPrompt {
    /// Returns true if a part of the request has an earlier consent.
    pub fn is_more(&self) -> bool {
        !self.stored.is_empty() || !self.stored_details.is_empty()
    }

    /// Returns true if the whole request has an earlier consent.
    pub fn is_old(&self) -> bool {
        self.new.is_empty() && self.new_details.is_empty()
    }
}

impl ConsentPrompt {
    /// Returns the scope that the answer "Allow" grants: everything required, and the optional
    /// scopes that are `ticked`. Other ticks are ignored. A scope `offered` with a box and not
    /// ticked stays declined, even if it is no longer optional; then the answer is incomplete and
    /// the page is shown again.
    pub fn granted_scope(&self, ticked: &Scope, offered: &Scope) -> Scope {
        let required = self.new.difference(&self.optional);
        let withheld = offered.difference(ticked);
        let chosen = self.optional.intersect(ticked);
        let allowed = required.union(&chosen).difference(&withheld);
        allowed.union(&self.stored)
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConsentedAccess {
    /// The scopes, including those that represent individually requested claims.
    pub scope: Scope,
    pub resources: Vec<String>,
    pub details: AuthorizationDetails,
    /// The time of expiry; none: valid until revoked.
    pub until: Option<UnixSeconds>,
}

/// Returns the scopes of this client that the user may decline, by its registration or by the
/// deployment's setting `of_all`.
pub fn optional(client: &Client, of_all: &Scope) -> Scope {
    let mut optional = client.consent.optional_scopes.union(of_all);
    optional.remove(ALWAYS);
    optional
}

/// Returns the expiry of a consent given now, by the client's registration or the deployment's
/// setting `of_all`.
pub fn end(client: &Client, of_all: Option<i64>, now: UnixSeconds) -> Option<UnixSeconds> {
    let ttl = client.consent.lifetime.or(of_all)?;
    Some(now.saturating_add(ttl))
}

impl ConsentRequest<'_> {
    /// Returns the part of the request that `allowed` covers. A resource all of whose requested
    /// scopes were declined is removed too: the user did not consent to a token for it (RFC 9068
    /// §2.2.3).
    pub fn within(&self, allowed: &Scope) -> (Scope, Vec<String>) {
        let granted = self.scope.intersect(allowed);
        let mut resources = self.opened_by(&granted);
        // Granted details apply at their locations, whatever scopes were declined.
        for place in self.details.locations(self.registry.details) {
            if self.resources.contains(&place) && !resources.contains(&place) {
                resources.push(place);
            }
        }
        (granted, resources)
    }

    /// Returns the resources that remain with these scopes, except those requested only for
    /// details.
    fn opened_by(&self, granted: &Scope) -> Vec<String> {
        let opened = |scope: &Scope, resource: &String| {
            let resource = std::slice::from_ref(resource);
            !self.registry.aimed_at(scope, resource).is_empty()
        };
        let detailed = self.details.locations(self.registry.details);
        let resources = self.resources.iter().filter(|resource| {
            let was_for_scopes = opened(self.scope, resource) || detailed.contains(*resource);
            !was_for_scopes || opened(granted, resource)
        });
        resources.cloned().collect()
    }

    /// Returns true if this scope is a complete answer: only optional scopes are missing.
    pub fn is_complete_with(&self, allowed: &Scope) -> bool {
        let missing = self.scope.difference(allowed);
        missing.is_subset_of(self.optional)
    }

    /// Returns true if this consent answers the request without a page: every missing scope was
    /// declined before and is still optional.
    pub fn is_covered_by(&self, consent: &Consent) -> bool {
        let granted = self.scope.intersect(&consent.scope);
        let resources = self.opened_by(&granted);
        let missing = self.scope.difference(&granted);
        self.is_complete_with(&granted)
            && missing.is_subset_of(&consent.declined)
            && covers(consent, &resources)
            && self.uncovered_details(consent).is_empty()
    }

    /// Returns the requested details that this consent does not cover, including those that are
    /// asked each time.
    fn uncovered_details(&self, consent: &Consent) -> AuthorizationDetails {
        let known = self.remembered(&consent.authorization_details);
        self.details.beyond(&known)
    }

    /// Returns the details that a consent remembers: those of types that are not asked each time.
    #[must_use]
    pub fn remembered(&self, details: &AuthorizationDetails) -> AuthorizationDetails {
        let types = self.registry.details;
        details.filtered(|detail| {
            detail_type::find(types, detail.kind()).is_some_and(|it| !it.always_ask)
        })
    }

    /// Returns true if a requested detail is asked each time.
    pub fn requires_prompt(&self) -> bool {
        self.remembered(self.details) != *self.details
    }

    /// Returns what the page must ask beyond this consent.
    pub fn question(&self, consent: Option<&Consent>) -> ConsentPrompt {
        let stored = consent.map(|consent| (consent, self.scope.intersect(&consent.scope)));
        let stored = stored.filter(|(consent, scope)| covers(consent, &self.opened_by(scope)));
        let new_details = match &stored {
            Some((consent, _)) => self.uncovered_details(consent),
            None => self.details.clone(),
        };
        let stored = stored.map(|(_, scope)| scope).unwrap_or_default();
        let new = self.scope.difference(&stored);
        ConsentPrompt {
            optional: new.intersect(self.optional),
            new,
            stored,
            stored_details: self.details.filtered(|detail| !new_details.cover(detail)),
            new_details,
        }
    }
}

fn covers(consent: &Consent, resources: &[String]) -> bool {
    resources
        .iter()
        .all(|resource| consent.resources.contains(resource))
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Pages {
    /// The privacy policy (RFC 7591 §2 `policy_uri`).
    pub policy: Option<PageLink>,
    /// The terms of service (RFC 7591 §2 `tos_uri`).
    pub terms: Option<PageLink>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PageLink {
    pub url: String,
    /// The host that the link must name: that of an unverified client's page on another host than the
    /// redirect URI's.
    pub foreign_host: Option<String>,
}

/// Returns the pages to link to (OIDC Registration §2). A link of an unverified client to another
/// origin than that of the redirect URI names the host: otherwise it would lend the client a false
/// reputation (RFC 7591 §5).
pub fn pages(client: &Client, redirect_uri: &str) -> Pages {
    if client.document.is_some() {
        return Pages::default();
    }
    let home = redirect_uri::destination(redirect_uri);
    let shown = |page: &Option<String>| {
        let url = page.clone().filter(|page| page.starts_with("https://"))?;
        let origin = redirect_uri::destination(&url)?;
        let is_foreign = !client.registered_by.is_verified() && Some(&origin) != home.as_ref();
        let host = origin.split_once("://").map(|(_, host)| host.to_owned());
        Some(PageLink {
            url,
            foreign_host: host.filter(|_| is_foreign),
        })
    };
    Pages {
        policy: shown(&client.consent.policy_uri),
        terms: shown(&client.consent.tos_uri),
    }
}

/// Returns the logo to show at approval (OIDC Registration §2); `None` for a client with a metadata
/// document, whose logo is not fetched. The page says that an unverified client is not verified.
pub fn logo(client: &Client) -> Option<&LogoId> {
    let logo = client.consent.logo.as_ref();
    logo.filter(|_| client.document.is_none())
}

#[cfg(test)]
mod tests;

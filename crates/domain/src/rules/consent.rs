//! What a person is asked to allow, what follows from the answer, and how long it counts
//! (SECURITY OA-27, UX CO-1..4).

use doorward_protocol::authorization_details::{AuthorizationDetails, detail_type};
use doorward_protocol::redirect_uri;
use doorward_protocol::scope::Scope;

use crate::model::{Client, Consent, LogoId};
use crate::rules::authorize::Registry;
use crate::time::UnixSeconds;

/// Signing in is no sign-in without it (OIDC Core §3.1.2.1).
const ALWAYS: &str = "openid";

/// A request, as far as it has to be allowed.
#[derive(Clone, Copy, Debug)]
pub struct ConsentRequest<'a> {
    /// The scopes that the page speaks of: [`super::authorize::consent_scope`].
    pub scope: &'a Scope,
    /// The resources of the request.
    pub resources: &'a [String],
    /// What is wanted in detail (RFC 9396). It comes with Allow, all of it.
    pub details: &'a AuthorizationDetails,
    /// What the person may leave out: [`optional`].
    pub optional: &'a Scope,
    /// Where each scope opens something.
    pub registry: Registry<'a>,
}

/// What the consent page asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConsentPrompt {
    /// Wanted, and not allowed before.
    pub new: Scope,
    /// The part of it that the person may leave out.
    pub optional: Scope,
    /// Wanted, and allowed before: it stays, whatever is answered.
    pub kept: Scope,
    /// Wanted in detail, and not allowed before.
    pub new_details: AuthorizationDetails,
    /// Wanted in detail, and allowed before.
    pub kept_details: AuthorizationDetails,
}

impl ConsentPrompt {
    /// Whether something of it was allowed before.
    pub fn is_more(&self) -> bool {
        !self.kept.is_empty() || !self.kept_details.is_empty()
    }

    /// Whether nothing of it is new.
    pub fn is_old(&self) -> bool {
        self.new.is_empty() && self.new_details.is_empty()
    }
}

impl ConsentPrompt {
    /// What is allowed by Allow: what cannot be left out, and what was ticked of the rest. A tick
    /// for anything else means nothing. What was `offered` with a box and not ticked is not
    /// allowed, even if the box is gone by now: then the answer does not reach, and the page comes
    /// again.
    pub fn answer(&self, ticked: &Scope, offered: &Scope) -> Scope {
        let required = self.new.difference(&self.optional);
        let withheld = offered.difference(ticked);
        let chosen = self.optional.intersect(ticked);
        let allowed = required.union(&chosen).difference(&withheld);
        allowed.union(&self.kept)
    }
}

/// What a client gets of what it wants.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConsentedAccess {
    /// The scopes, also those that stand for claims by name.
    pub scope: Scope,
    /// The resources.
    pub resources: Vec<String>,
    /// In detail.
    pub details: AuthorizationDetails,
    /// Until when; none where nothing ends it but the person.
    pub until: Option<UnixSeconds>,
}

/// What this person may leave out of what this client asks for: by its registration or by the
/// operator's rule for every client.
pub fn optional(client: &Client, of_all: &Scope) -> Scope {
    let mut optional = client.consent.optional_scopes.union(of_all);
    optional.remove(ALWAYS);
    optional
}

/// When a consent that is given now is over, by the client's registration or the operator's rule.
pub fn end(client: &Client, of_all: Option<i64>, now: UnixSeconds) -> Option<UnixSeconds> {
    let life = client.consent.lifetime.or(of_all)?;
    Some(now.saturating_add(life))
}

impl ConsentRequest<'_> {
    /// The part of it that `allowed` covers. A resource of which only withheld scopes were wanted
    /// goes with them (RFC 9068 §2.2.3): nobody said yes to a token for it.
    pub fn within(&self, allowed: &Scope) -> (Scope, Vec<String>) {
        let granted = self.scope.intersect(allowed);
        let mut resources = self.opened_by(&granted);
        // What was allowed in detail counts there, whatever scopes were left out.
        for place in self.details.locations(self.registry.details) {
            if self.resources.contains(&place) && !resources.contains(&place) {
                resources.push(place);
            }
        }
        (granted, resources)
    }

    /// The resources that stay with these scopes, those aside that are there for a detail alone.
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

    /// Whether an answer of this scope answers the request: nothing is missing that cannot be left
    /// out.
    pub fn is_answered_by(&self, allowed: &Scope) -> bool {
        let missing = self.scope.difference(allowed);
        missing.is_subset_of(self.optional)
    }

    /// Whether this consent answers the request without a page: what is not allowed was left out
    /// once already, and still may be.
    pub fn is_settled_by(&self, consent: &Consent) -> bool {
        let granted = self.scope.intersect(&consent.scope);
        let resources = self.opened_by(&granted);
        let missing = self.scope.difference(&granted);
        self.is_answered_by(&granted)
            && missing.is_subset_of(&consent.declined)
            && covers(consent, &resources)
            && self.asks_in_detail(consent).is_empty()
    }

    /// What is wanted in detail beyond this consent. Some of it is asked each time.
    fn asks_in_detail(&self, consent: &Consent) -> AuthorizationDetails {
        let known = self.remembered(&consent.authorization_details);
        self.details.beyond(&known)
    }

    /// The part that a consent remembers: what people are asked each time is not in it.
    #[must_use]
    pub fn remembered(&self, details: &AuthorizationDetails) -> AuthorizationDetails {
        let types = self.registry.details;
        details
            .filtered(|one| detail_type::find(types, one.kind()).is_some_and(|it| !it.always_ask))
    }

    /// Whether a part of it is asked each time, whoever asks.
    pub fn is_always_asked(&self) -> bool {
        self.remembered(self.details) != *self.details
    }

    /// What is asked beyond this consent.
    pub fn question(&self, consent: Option<&Consent>) -> ConsentPrompt {
        let kept = consent.map(|consent| (consent, self.scope.intersect(&consent.scope)));
        let kept = kept.filter(|(consent, scope)| covers(consent, &self.opened_by(scope)));
        let new_details = match &kept {
            Some((consent, _)) => self.asks_in_detail(consent),
            None => self.details.clone(),
        };
        let kept = kept.map(|(_, scope)| scope).unwrap_or_default();
        let new = self.scope.difference(&kept);
        ConsentPrompt {
            optional: new.intersect(self.optional),
            new,
            kept,
            kept_details: self.details.filtered(|one| !new_details.cover(one)),
            new_details,
        }
    }
}

fn covers(consent: &Consent, resources: &[String]) -> bool {
    resources.iter().all(|one| consent.resources.contains(one))
}

/// The pages about a client that people are led to from the consent page.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Pages {
    /// How it treats what it learns of people (RFC 7591 §2 `policy_uri`).
    pub policy: Option<String>,
    /// Its terms (RFC 7591 §2 `tos_uri`).
    pub terms: Option<String>,
}

/// The pages that are shown. Of a client that nobody has verified, only those at the very place
/// where the answer goes: any other would lend it a good name (RFC 7591 §5).
pub fn pages(client: &Client, redirect_uri: &str) -> Pages {
    if client.document.is_some() {
        return Pages::default();
    }
    let home = redirect_uri::destination(redirect_uri);
    let shown = |page: &Option<String>| {
        let page = page.clone().filter(|page| page.starts_with("https://"));
        page.filter(|page| {
            client.registered_by.is_verified() || redirect_uri::destination(page) == home
        })
    };
    Pages {
        policy: shown(&client.consent.policy_uri),
        terms: shown(&client.consent.tos_uri),
    }
}

/// The logo that is shown: never that of a client that nobody has verified (UX CO-2), which would
/// pose by it as somebody else.
pub fn logo(client: &Client) -> Option<&LogoId> {
    let logo = client.consent.logo.as_ref();
    logo.filter(|_| client.registered_by.is_verified() && client.document.is_none())
}

#[cfg(test)]
mod tests;

//! What a person is asked to allow, what follows from the answer, and how long it counts
//! (SECURITY OA-27, UX CO-1..4).

use doorward_protocol::redirect_uri;
use doorward_protocol::scope::Scope;

use crate::model::{Client, Consent};
use crate::rules::authorize::Registry;
use crate::time::UnixSeconds;

/// Signing in is no sign-in without it (OIDC Core §3.1.2.1).
const ALWAYS: &str = "openid";

/// A request, as far as it has to be allowed.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The scopes that the page speaks of: [`super::authorize::consent_scope`].
    pub scope: &'a Scope,
    /// The resources of the request.
    pub resources: &'a [String],
    /// What the person may leave out: [`optional`].
    pub optional: &'a Scope,
    /// Where each scope opens something.
    pub registry: Registry<'a>,
}

/// What the consent page asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Question {
    /// Wanted, and not allowed before.
    pub new: Scope,
    /// The part of it that the person may leave out.
    pub optional: Scope,
    /// Wanted, and allowed before: it stays, whatever is answered.
    pub kept: Scope,
}

impl Question {
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
pub struct Allowed {
    /// The scopes, also those that stand for claims by name.
    pub scope: Scope,
    /// The resources.
    pub resources: Vec<String>,
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

impl Wanted<'_> {
    /// The part of it that `allowed` covers. A resource of which only withheld scopes were wanted
    /// goes with them (RFC 9068 §2.2.3): nobody said yes to a token for it.
    pub fn within(&self, allowed: &Scope) -> (Scope, Vec<String>) {
        let granted = self.scope.intersect(allowed);
        let opened = |scope: &Scope, resource: &String| {
            let resource = std::slice::from_ref(resource);
            !self.registry.aimed_at(scope, resource).is_empty()
        };
        let resources = self.resources.iter().filter(|resource| {
            let was_for_scopes = opened(self.scope, resource);
            !was_for_scopes || opened(&granted, resource)
        });
        let resources = resources.cloned().collect();
        (granted, resources)
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
        let (granted, resources) = self.within(&consent.scope);
        let missing = self.scope.difference(&granted);
        self.is_answered_by(&granted)
            && missing.is_subset_of(&consent.declined)
            && covers(consent, &resources)
    }

    /// What is asked beyond this consent.
    pub fn question(&self, consent: Option<&Consent>) -> Question {
        let kept = consent.map(|consent| (consent, self.within(&consent.scope)));
        let kept = kept.filter(|(consent, (_, resources))| covers(consent, resources));
        let kept = kept.map(|(_, (scope, _))| scope).unwrap_or_default();
        let new = self.scope.difference(&kept);
        Question {
            optional: new.intersect(self.optional),
            new,
            kept,
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

#[cfg(test)]
mod tests;

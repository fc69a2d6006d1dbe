//! Rich authorization requests (RFC 9396): what a client asks for in its own words, as a list of
//! objects that each have a `type`.
//!
//! The types are the operator's ([`kind`]). An object is held against its type member by member, and
//! nothing in it is unknown, so that a person never allows what no page has said.

pub mod detail_type;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::{ErrorCode, OAuthError};
use crate::params::Params;
use crate::strict_json;
use detail_type::TYPE;

pub use detail_type::{DetailField, DetailType, FieldKind, Presence};

/// The name of the parameter, the claim and the member of answers.
pub const PARAMETER: &str = "authorization_details";
/// The most objects in one request.
pub const MAX_DETAILS: usize = 10;
/// The longest request, in bytes: all of it stands in each access token.
pub const MAX_BYTES: usize = 4096;

const LOCATIONS: &str = "locations";

/// One object (RFC 9396 §2). It has a `type`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Map<String, Value>", into = "Map<String, Value>")]
pub struct AuthorizationDetail {
    kind: String,
    members: Map<String, Value>,
}

impl TryFrom<Map<String, Value>> for AuthorizationDetail {
    type Error = &'static str;

    fn try_from(members: Map<String, Value>) -> Result<Self, Self::Error> {
        match members.get(TYPE) {
            Some(Value::String(kind)) if !kind.is_empty() => Ok(Self {
                kind: kind.clone(),
                members,
            }),
            _ => Err("each object needs a 'type'"),
        }
    }
}

impl From<AuthorizationDetail> for Map<String, Value> {
    fn from(detail: AuthorizationDetail) -> Self {
        detail.members
    }
}

impl AuthorizationDetail {
    /// Its type.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// A member by its path: `amount.currency` is the member `currency` of the member `amount`.
    pub fn get(&self, path: &str) -> Option<&Value> {
        let mut steps = path.split('.');
        let first = self.members.get(steps.next()?)?;
        steps.try_fold(first, |value, step| value.get(step))
    }

    /// The texts of a member that is a list of them; none where it is absent.
    pub fn list(&self, name: &str) -> Vec<&str> {
        let items = self.members.get(name).and_then(Value::as_array);
        items.map_or_else(Vec::new, |items| {
            items.iter().filter_map(Value::as_str).collect()
        })
    }

    /// Whether this action is among its `actions` (RFC 9396 §2.2).
    pub fn has_action(&self, action: &str) -> bool {
        self.list("actions").contains(&action)
    }

    /// The resource it is about (RFC 9396 §2.2).
    pub fn identifier(&self) -> Option<&str> {
        self.members.get("identifier").and_then(Value::as_str)
    }

    /// All of it.
    pub const fn members(&self) -> &Map<String, Value> {
        &self.members
    }

    /// Whether who has this has `other` (RFC 9396 §6.1): the type is the same, each list of texts of
    /// `other` is a part of the same list here, and everything else is equal. A list that is absent
    /// means what the type says, so it covers only an absent one; `locations` aside, which narrow.
    pub fn covers(&self, other: &Self) -> bool {
        let names = self.members.keys().chain(other.members.keys());
        let names: BTreeSet<&String> = names.collect();
        names.into_iter().all(
            |name| match (self.members.get(name), other.members.get(name)) {
                (Some(own), Some(theirs)) => covers(own, theirs),
                (None, Some(_)) => name == LOCATIONS,
                _ => false,
            },
        )
    }

    /// Where it counts: its own `locations`, or else all of its type.
    fn counts_at<'a>(&'a self, types: &'a [DetailType]) -> Vec<&'a str> {
        let own = self.list(LOCATIONS);
        if !own.is_empty() {
            return own;
        }
        let known = detail_type::find(types, &self.kind);
        known.map_or_else(Vec::new, |known| {
            known.locations.iter().map(String::as_str).collect()
        })
    }

    /// The part of it that counts at one of these places; all of it where it counts everywhere.
    fn at(&self, places: &[String], types: &[DetailType]) -> Option<Self> {
        let everywhere = self.counts_at(types);
        if everywhere.is_empty() {
            return Some(self.clone());
        }
        let is_there = |place: &&str| places.iter().any(|one| one == place);
        let there: Vec<Value> = everywhere
            .iter()
            .copied()
            .filter(is_there)
            .map(Value::from)
            .collect();
        if there.is_empty() {
            return None;
        }
        let mut part = self.clone();
        if part.members.contains_key(LOCATIONS) {
            part.members.insert(LOCATIONS.to_owned(), there.into());
        }
        Some(part)
    }
}

fn covers(own: &Value, theirs: &Value) -> bool {
    match (own, theirs) {
        (Value::Array(own), Value::Array(theirs)) if is_texts(own) && is_texts(theirs) => {
            theirs.iter().all(|one| own.contains(one))
        }
        (Value::Object(own), Value::Object(theirs)) => {
            own.len() == theirs.len()
                && own
                    .iter()
                    .all(|(name, value)| theirs.get(name).is_some_and(|other| covers(value, other)))
        }
        _ => own == theirs,
    }
}

fn is_texts(values: &[Value]) -> bool {
    !values.is_empty() && values.iter().all(Value::is_string)
}

/// The objects of one request, grant or token.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AuthorizationDetails(Vec<AuthorizationDetail>);

impl AuthorizationDetails {
    /// Reads the parameter of a request; none where it is absent.
    ///
    /// # Errors
    /// `invalid_request` where it comes twice, else as [`Self::parse`].
    pub fn of(params: &Params) -> Result<Option<Self>, OAuthError> {
        params.one(PARAMETER)?.map(Self::parse).transpose()
    }

    /// Reads the JSON of the parameter.
    ///
    /// # Errors
    /// `invalid_authorization_details` (RFC 9396 §5) for what is no JSON array of objects with a
    /// `type`, names a member twice, or is too much.
    pub fn parse(json: &str) -> Result<Self, OAuthError> {
        if json.len() > MAX_BYTES {
            return Err(invalid(format!("it is longer than {MAX_BYTES} bytes")));
        }
        let value = strict_json::parse(json.as_bytes())
            .map_err(|_| invalid("it is not JSON in which each member comes once"))?;
        if strict_json::holds_nul(&value) {
            return Err(invalid("a text holds the character U+0000"));
        }
        let Value::Array(items) = value else {
            return Err(invalid("it is not a list of objects"));
        };
        if items.len() > MAX_DETAILS {
            return Err(invalid(format!("it has more than {MAX_DETAILS} objects")));
        }
        let read = |item| match item {
            Value::Object(members) => AuthorizationDetail::try_from(members).map_err(invalid),
            _ => Err(invalid("it is not a list of objects")),
        };
        items
            .into_iter()
            .map(read)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &AuthorizationDetail> {
        self.0.iter()
    }

    /// Those of one type: what a service looks at before it serves a request (RFC 9396 §9).
    pub fn of_type<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a AuthorizationDetail> {
        self.0.iter().filter(move |one| one.kind == kind)
    }

    /// Whether one of this type has this action.
    pub fn allows(&self, kind: &str, action: &str) -> bool {
        self.of_type(kind).any(|one| one.has_action(action))
    }

    /// Holds each object against its type.
    ///
    /// # Errors
    /// `invalid_authorization_details` (RFC 9396 §5): an unknown type, an unknown member, a member of
    /// another type or with another value than the type allows, or a missing one.
    pub fn check(&self, types: &[DetailType]) -> Result<(), OAuthError> {
        for one in &self.0 {
            let Some(known) = detail_type::find(types, &one.kind) else {
                return Err(unknown_type(&one.kind));
            };
            known.check(&one.members).map_err(invalid)?;
        }
        Ok(())
    }

    /// Whether who has all of these has this one.
    pub fn cover(&self, one: &AuthorizationDetail) -> bool {
        self.0.iter().any(|own| own.covers(one))
    }

    /// Whether who has all of these has all of those.
    pub fn cover_all(&self, others: &Self) -> bool {
        others.0.iter().all(|one| self.cover(one))
    }

    /// What was granted, or the narrower that was asked for (RFC 9396 §6).
    ///
    /// # Errors
    /// `invalid_authorization_details` where more is asked for.
    pub fn narrowed(&self, requested: Option<&Self>) -> Result<Self, OAuthError> {
        match requested {
            None => Ok(self.clone()),
            Some(requested) if self.cover_all(requested) => Ok(requested.clone()),
            Some(_) => Err(invalid("it exceeds what was granted")),
        }
    }

    /// Those that these do not cover.
    #[must_use]
    pub fn beyond(&self, known: &Self) -> Self {
        self.filtered(|one| !known.cover(one))
    }

    /// Those for which this holds.
    #[must_use]
    pub fn filtered(&self, is_kept: impl Fn(&AuthorizationDetail) -> bool) -> Self {
        Self(self.0.iter().filter(|one| is_kept(one)).cloned().collect())
    }

    /// These and those, without what another one covers.
    #[must_use]
    pub fn union(&self, others: &Self) -> Self {
        let mut all: Vec<AuthorizationDetail> = Vec::new();
        for one in self.0.iter().chain(&others.0) {
            if !all.iter().any(|kept| kept.covers(one)) {
                all.retain(|kept| !one.covers(kept));
                all.push(one.clone());
            }
        }
        Self(all)
    }

    /// The last ones, as many as are kept of them.
    #[must_use]
    pub fn latest(mut self, most: usize) -> Self {
        let surplus = self.0.len().saturating_sub(most);
        self.0.drain(..surplus);
        self
    }

    /// The part that counts at these places, which is all that a token for them may hold
    /// (RFC 9396 §9.1).
    #[must_use]
    pub fn at(&self, places: &[String], types: &[DetailType]) -> Self {
        let parts = self.0.iter().filter_map(|one| one.at(places, types));
        Self(parts.collect())
    }

    /// Where they count, each place once.
    pub fn locations(&self, types: &[DetailType]) -> BTreeSet<String> {
        let places = self.0.iter().flat_map(|one| one.counts_at(types));
        places.map(str::to_owned).collect()
    }
}

impl FromIterator<AuthorizationDetail> for AuthorizationDetails {
    fn from_iter<I: IntoIterator<Item = AuthorizationDetail>>(items: I) -> Self {
        Self(items.into_iter().collect())
    }
}

/// The one error of RFC 9396 §5 and §8.
pub fn invalid(problem: impl AsRef<str>) -> OAuthError {
    let problem = format!("'{PARAMETER}': {}", problem.as_ref());
    OAuthError::new(ErrorCode::InvalidAuthorizationDetails, problem)
}

/// A type that is not registered, or not for who asks: no difference is told.
pub fn unknown_type(kind: &str) -> OAuthError {
    let shown: String = kind.chars().take(80).collect();
    invalid(format!(
        "the type '{shown}' is unknown, or not for this client"
    ))
}

#[cfg(test)]
mod tests;

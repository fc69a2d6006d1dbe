//! Rich authorization requests (RFC 9396): a list of objects, each with a `type`, that describe the
//! requested access in detail.
//!
//! The operator registers the types ([`detail_type`]). Each member of an object is checked against
//! its type, and unknown members are rejected, so that users consent only to what the page shows.

pub mod detail_type;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::{ErrorCode, OAuthError};
use crate::params::Params;
use crate::strict_json;
use detail_type::TYPE;

pub use detail_type::{DetailField, DetailType, FieldKind, Presence};

/// The name of the parameter, the claim and the response member.
pub const PARAMETER: &str = "authorization_details";
/// The maximum number of objects in one request.
pub const MAX_DETAILS: usize = 10;
/// The maximum size of a request, in bytes: each access token contains all of it.
pub const MAX_BYTES: usize = 4096;

const LOCATIONS: &str = "locations";

/// An authorization detail (RFC 9396 §2). It has a `type`.
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
    /// Returns the type.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Returns a member by its path: `amount.currency` is the member `currency` of the member
    /// `amount`.
    pub fn get(&self, path: &str) -> Option<&Value> {
        let mut steps = path.split('.');
        let first = self.members.get(steps.next()?)?;
        steps.try_fold(first, |value, step| value.get(step))
    }

    /// Returns the strings of a list member; empty if it is absent.
    pub fn list(&self, name: &str) -> Vec<&str> {
        let items = self.members.get(name).and_then(Value::as_array);
        items.map_or_else(Vec::new, |items| {
            items.iter().filter_map(Value::as_str).collect()
        })
    }

    /// Returns true if this action is one of its `actions` (RFC 9396 §2.2).
    pub fn has_action(&self, action: &str) -> bool {
        self.list("actions").contains(&action)
    }

    /// Returns the `identifier` of the resource (RFC 9396 §2.2).
    pub fn identifier(&self) -> Option<&str> {
        self.members.get("identifier").and_then(Value::as_str)
    }

    /// Returns all members.
    pub const fn members(&self) -> &Map<String, Value> {
        &self.members
    }

    /// Returns true if this detail includes the access of `other` (RFC 9396 §6.1): the type is the
    /// same, each list of strings of `other` is a subset of the list here, and everything else is
    /// equal. The meaning of an absent list depends on the type, so it covers only an absent one.
    /// `locations` is an exception, because it only narrows the access.
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

    /// Returns the resources where it applies: its own `locations`, otherwise all of its type.
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

    /// Returns the part that applies at one of these resources; all of it if it is not limited to
    /// any.
    fn at(&self, places: &[String], types: &[DetailType]) -> Option<Self> {
        let everywhere = self.counts_at(types);
        if everywhere.is_empty() {
            return Some(self.clone());
        }
        let is_there = |location: &&str| places.iter().any(|item| item == location);
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
            theirs.iter().all(|their| own.contains(their))
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

/// The authorization details of one request, grant or token.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AuthorizationDetails(Vec<AuthorizationDetail>);

impl AuthorizationDetails {
    /// Reads the parameter of a request; returns `None` if it is absent.
    ///
    /// # Errors
    /// Returns `invalid_request` if it is repeated, and the errors of [`Self::parse`].
    pub fn from_params(params: &Params) -> Result<Option<Self>, OAuthError> {
        params.optional(PARAMETER)?.map(Self::parse).transpose()
    }

    /// Reads the JSON of the parameter.
    ///
    /// # Errors
    /// Returns `invalid_authorization_details` (RFC 9396 §5) unless it is a JSON array of objects
    /// with a `type` and without duplicate members, within the size limits.
    pub fn parse(json: &str) -> Result<Self, OAuthError> {
        if json.len() > MAX_BYTES {
            return Err(invalid(format!("it is longer than {MAX_BYTES} bytes")));
        }
        let value = strict_json::parse(json.as_bytes())
            .map_err(|_| invalid("it is not valid JSON, or has a duplicate member"))?;
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

    /// Returns true if there are none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Iterates over the details.
    pub fn iter(&self) -> impl Iterator<Item = &AuthorizationDetail> {
        self.0.iter()
    }

    /// Iterates over those of one type, which a resource server checks before it serves a request
    /// (RFC 9396 §9).
    pub fn of_type<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a AuthorizationDetail> {
        self.0.iter().filter(move |item| item.kind == kind)
    }

    /// Returns true if one of this type has this action.
    pub fn allows(&self, kind: &str, action: &str) -> bool {
        self.of_type(kind).any(|of_type| of_type.has_action(action))
    }

    /// Checks each object against its type.
    ///
    /// # Errors
    /// Returns `invalid_authorization_details` (RFC 9396 §5) for an unknown type, an unknown or
    /// missing member, or a value that the type does not allow.
    pub fn check(&self, types: &[DetailType]) -> Result<(), OAuthError> {
        for item in &self.0 {
            let Some(known) = detail_type::find(types, &item.kind) else {
                return Err(unknown_type(&item.kind));
            };
            known.check(&item.members).map_err(invalid)?;
        }
        Ok(())
    }

    /// Returns true if one of these includes the access of this one.
    pub fn cover(&self, item: &AuthorizationDetail) -> bool {
        self.0.iter().any(|own| own.covers(item))
    }

    /// Returns true if these include the access of all the others.
    pub fn cover_all(&self, others: &Self) -> bool {
        others.0.iter().all(|item| self.cover(item))
    }

    /// Returns these details, or the requested narrower ones (RFC 9396 §6).
    ///
    /// # Errors
    /// Returns `invalid_authorization_details` if more is requested.
    pub fn narrowed(&self, requested: Option<&Self>) -> Result<Self, OAuthError> {
        match requested {
            None => Ok(self.clone()),
            Some(requested) if self.cover_all(requested) => Ok(requested.clone()),
            Some(_) => Err(invalid("it exceeds what was granted")),
        }
    }

    /// Returns those that `known` does not cover.
    #[must_use]
    pub fn beyond(&self, known: &Self) -> Self {
        self.filtered(|item| !known.cover(item))
    }

    /// Returns those that satisfy the predicate.
    #[must_use]
    pub fn filtered(&self, is_kept: impl Fn(&AuthorizationDetail) -> bool) -> Self {
        Self(
            self.0
                .iter()
                .filter(|item| is_kept(item))
                .cloned()
                .collect(),
        )
    }

    /// Returns both sets together, without those that another one covers.
    #[must_use]
    pub fn union(&self, others: &Self) -> Self {
        let mut all: Vec<AuthorizationDetail> = Vec::new();
        for item in self.0.iter().chain(&others.0) {
            if !all.iter().any(|stored| stored.covers(item)) {
                all.retain(|stored| !item.covers(stored));
                all.push(item.clone());
            }
        }
        Self(all)
    }

    /// Returns the last `max` of them.
    #[must_use]
    pub fn latest(mut self, max: usize) -> Self {
        let surplus = self.0.len().saturating_sub(max);
        self.0.drain(..surplus);
        self
    }

    /// Returns the part that applies at these resources. A token for them must not contain more
    /// (RFC 9396 §9.1).
    #[must_use]
    pub fn at(&self, places: &[String], types: &[DetailType]) -> Self {
        let parts = self.0.iter().filter_map(|item| item.at(places, types));
        Self(parts.collect())
    }

    /// Returns the resources where they apply, without duplicates.
    pub fn locations(&self, types: &[DetailType]) -> BTreeSet<String> {
        let places = self.0.iter().flat_map(|item| item.counts_at(types));
        places.map(str::to_owned).collect()
    }
}

impl FromIterator<AuthorizationDetail> for AuthorizationDetails {
    fn from_iter<I: IntoIterator<Item = AuthorizationDetail>>(items: I) -> Self {
        Self(items.into_iter().collect())
    }
}

/// Builds the error of RFC 9396 §5 and §8.
pub fn invalid(problem: impl AsRef<str>) -> OAuthError {
    let problem = format!("'{PARAMETER}': {}", problem.as_ref());
    OAuthError::new(ErrorCode::InvalidAuthorizationDetails, problem)
}

/// Builds the error for a type that is unknown or not allowed for this client; it does not reveal
/// which.
pub fn unknown_type(kind: &str) -> OAuthError {
    let shown: String = kind.chars().take(80).collect();
    invalid(format!(
        "the type '{shown}' is unknown, or not for this client"
    ))
}

#[cfg(test)]
mod tests;

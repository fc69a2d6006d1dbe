//! Lifetimes of access tokens and ID tokens: those of the deployment, of clients and of resources.

use doorward_domain::model::{Client, Resource};

/// The lifetimes of the deployment, in seconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TokenLifetimes {
    pub access: i64,
    /// The longest lifetime of access tokens that a client or a resource may have.
    pub access_max: i64,
    pub id: i64,
    /// The longest lifetime of ID tokens that a client may have.
    pub id_max: i64,
}

impl TokenLifetimes {
    /// No limit, for a program without the configuration.
    pub const UNLIMITED: Self = Self {
        access: i64::MAX,
        access_max: i64::MAX,
        id: i64::MAX,
        id_max: i64::MAX,
    };

    /// Returns the lifetime of an access token of this client for this audience: the shortest of that of
    /// the client and those of the audience's resources. A resource without one follows the client, and
    /// a client without one follows the deployment.
    pub fn access_token(
        &self,
        client: &Client,
        audience: &[String],
        resources: &[Resource],
    ) -> i64 {
        let of = |item: &String| {
            let known = resources.iter().find(|known| known.identifier == *item);
            known.and_then(|known| known.access_token_ttl)
        };
        let usual = client.access_token_ttl.unwrap_or(self.access);
        let shortest = audience.iter().map(|item| of(item).unwrap_or(usual)).min();
        let chosen = match (client.access_token_ttl, shortest) {
            (Some(own), Some(shortest)) => own.min(shortest),
            (_, shortest) => shortest.unwrap_or(usual),
        };
        chosen.min(self.longest_access())
    }

    /// Returns the longest lifetime of an access token of this client, for any audience.
    pub fn longest_access_token(&self, client: &Client, resources: &[Resource]) -> i64 {
        let of_resources = resources.iter().filter_map(|known| known.access_token_ttl);
        let longest = client
            .access_token_ttl
            .unwrap_or_else(|| of_resources.fold(self.access, i64::max));
        longest.min(self.longest_access())
    }

    pub fn id_token(&self, client: &Client) -> i64 {
        let chosen = client.id_token_ttl.unwrap_or(self.id);
        chosen.min(self.longest_id())
    }

    pub fn longest(&self) -> i64 {
        self.longest_access().max(self.longest_id())
    }

    /// Checks the lifetime of access tokens that a client or a resource is to have.
    pub fn check_access(&self, ttl: Option<i64>) -> Result<(), LifetimeError> {
        check(ttl, self.longest_access(), "tokens.access_ttl_max")
    }

    /// Checks the lifetime of ID tokens that a client is to have.
    pub fn check_id(&self, ttl: Option<i64>) -> Result<(), LifetimeError> {
        check(ttl, self.longest_id(), "tokens.id_ttl_max")
    }

    /// Returns the limit of access tokens in seconds. A deployment may give every token a longer lifetime than it lets a client choose.
    pub fn longest_access(&self) -> i64 {
        self.access.max(self.access_max)
    }

    fn longest_id(&self) -> i64 {
        self.id.max(self.id_max)
    }
}

/// A lifetime beyond the limit.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("write from 1 to {max} seconds; {setting} sets the limit")]
pub struct LifetimeError {
    max: i64,
    setting: &'static str,
}

fn check(ttl: Option<i64>, max: i64, setting: &'static str) -> Result<(), LifetimeError> {
    match ttl {
        Some(ttl) if !(1..=max).contains(&ttl) => Err(LifetimeError { max, setting }),
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests;

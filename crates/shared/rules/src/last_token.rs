//! The last token of a role: the latest time at which its user received or used a token that may contain
//! it. It is an upper bound of the last use, because an access token contains all roles of its user.

use crate::prelude::*;

/// The means by which a user used roles.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum TokenSource {
    /// Tokens of grants and API keys in this organization; `None`: in no organization.
    Token(Option<String>),
    /// Sessions, in which the console reads the roles without a token.
    Session,
}

/// The latest use of this kind by a user.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TokenUse {
    pub user: UserId,
    pub source: TokenSource,
    pub at: UnixSeconds,
}

/// A role of a user.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HeldRole<'a> {
    pub user: UserId,
    /// The organization that it applies in; `None`: everywhere.
    pub org: Option<&'a str>,
    /// The time of the assignment.
    pub since: UnixSeconds,
    /// True if the role has a permission of this server, which counts in the console.
    pub is_own: bool,
}

/// The latest uses by some users.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct TokenUses(BTreeMap<UserId, Vec<TokenUse>>);

impl FromIterator<TokenUse> for TokenUses {
    fn from_iter<I: IntoIterator<Item = TokenUse>>(all: I) -> Self {
        let mut uses = Self::default();
        for found in all {
            uses.0.entry(found.user).or_default().push(found);
        }
        uses
    }
}

impl TokenUses {
    /// Returns the time of the last token that may contain a role; `None` for none since its assignment.
    pub fn last_token(&self, role: &HeldRole<'_>) -> Option<UnixSeconds> {
        let uses = self.0.get(&role.user)?.iter();
        let may_contain = |found: &&TokenUse| match &found.source {
            TokenSource::Token(org) => role.org.is_none() || role.org == org.as_deref(),
            TokenSource::Session => role.is_own,
        };
        let times = uses.filter(may_contain).map(|found| found.at);
        times.max().filter(|at| *at >= role.since)
    }
}

#[cfg(test)]
mod tests;

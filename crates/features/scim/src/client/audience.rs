//! The users that a target gets.

use std::fmt;

use doorward_admin::prelude::*;
use doorward_domain::model::OrgScope;
use doorward_domain::model::organization::is_slug;

/// Number of users that are read at once.
const PAGE: u64 = 500;

/// The users of a target, in its setting `users`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Audience {
    All,
    /// Users with this role in the deployment, also by a group.
    Role(String),
    /// Members of this organization.
    Organization(String),
}

impl Audience {
    /// Reads `all`, `role:NAME` or `organization:SLUG`; returns `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':') {
            None => (text == "all").then_some(Self::All),
            Some(("role", name)) => (!name.is_empty()).then(|| Self::Role(name.to_owned())),
            Some(("organization", slug)) => {
                is_slug(slug).then(|| Self::Organization(slug.to_owned()))
            }
            Some(_) => None,
        }
    }

    /// Returns the organization whose groups the target gets; `None` for those outside of all organizations.
    pub fn org(&self) -> Option<&str> {
        match self {
            Self::Organization(slug) => Some(slug),
            Self::All | Self::Role(_) => None,
        }
    }

    /// Returns the next users after this ID, and the ID after which the following ones come; `None` after the last.
    pub async fn page(
        &self,
        conn: &Conn,
        after: Option<UserId>,
        now: UnixSeconds,
    ) -> Result<(Vec<User>, Option<UserId>)> {
        let users = match self {
            Self::Organization(slug) => {
                let members = repo::organizations::members(conn, slug, after, PAGE).await?;
                members.into_iter().map(|(_, user)| user).collect()
            }
            Self::All | Self::Role(_) => repo::users::list(conn, after, PAGE).await?,
        };
        let is_last = (users.len() as u64) < PAGE;
        let next = users.last().map(|user| user.id).filter(|_| !is_last);
        Ok((self.holders(conn, users, now).await?, next))
    }

    /// Returns those of the users that have the role, if there is one.
    async fn holders(
        &self,
        conn: &Conn,
        mut users: Vec<User>,
        now: UnixSeconds,
    ) -> Result<Vec<User>> {
        if let Self::Role(role) = self {
            let ids = users.iter().map(|user| user.id);
            let held =
                repo::roles::effective_for_users_in(conn, ids, OrgScope::Global, now).await?;
            users.retain(|user| {
                held.get(&user.id)
                    .is_some_and(|held| held.roles.contains(role))
            });
        }
        users.retain(is_present);
        Ok(users)
    }

    /// Returns true if the target gets this user.
    pub async fn has(&self, conn: &Conn, user: &User, now: UnixSeconds) -> Result<bool> {
        if let Self::Organization(slug) = self {
            let member = repo::organizations::member(conn, slug, user.id).await?;
            return Ok(member.is_some() && is_present(user));
        }
        let found = self.holders(conn, vec![user.clone()], now).await?;
        Ok(!found.is_empty())
    }
}

/// Returns true unless the account is disabled or will be deleted.
const fn is_present(user: &User) -> bool {
    user.is_active() && !user.is_deletion_pending()
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Role(name) => write!(f, "role:{name}"),
            Self::Organization(slug) => write!(f, "organization:{slug}"),
        }
    }
}

#[cfg(test)]
mod tests;

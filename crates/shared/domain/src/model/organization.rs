//! Organizations of the deployment.

use serde::Serialize;

use super::UserId;
use crate::time::UnixSeconds;

/// An organization. Tokens name it by its slug (`org`).
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Organization {
    /// The permanent identifier; never reused, not even after deletion.
    pub slug: String,
    pub name: String,
    /// False if no user may act in it.
    pub active: bool,
    /// The domain whose requests are for it, in lower case.
    pub domain: Option<String>,
    pub created_at: UnixSeconds,
    /// The time of the last change of the organization or its members.
    pub updated_at: UnixSeconds,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Member {
    pub user_id: UserId,
    /// True if the member administers it.
    pub is_owner: bool,
    pub created_at: UnixSeconds,
    /// End of the membership; `None` if it does not end. An owner has none.
    pub expires_at: Option<UnixSeconds>,
}

/// Returns true if the text can be the slug of an organization: 2 to 63 of `a-z`, `0-9` and inner
/// `-`, so that it can be a subdomain label (RFC 1123 §2.1).
pub fn is_slug(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let inner = !text.starts_with('-') && !text.ends_with('-');
    (2..=63).contains(&text.len()) && inner && text.bytes().all(plain)
}

#[cfg(test)]
mod tests;

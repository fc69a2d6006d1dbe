//! Organizations: the tenants of one installation.

use super::UserId;
use crate::time::UnixSeconds;

/// A tenant. Tokens name it by its slug (`org`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Organization {
    /// Names it for good; nobody else ever gets it, not even after deletion.
    pub slug: String,
    /// Shown to people.
    pub name: String,
    /// Nobody acts in the name of an inactive one.
    pub active: bool,
    /// Since when.
    pub created_at: UnixSeconds,
    /// When it, or who belongs to it, last changed.
    pub updated_at: UnixSeconds,
}

/// Somebody who belongs to an organization.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Member {
    /// Who.
    pub user_id: UserId,
    /// Whether they administer it.
    pub is_owner: bool,
    /// Since when.
    pub created_at: UnixSeconds,
}

/// Whether a text can be the slug of an organization: 2 to 63 of `a-z`, `0-9` and inner `-`, so
/// that it can be the label of a subdomain (RFC 1123 §2.1).
pub fn is_slug(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let inner = !text.starts_with('-') && !text.ends_with('-');
    (2..=63).contains(&text.len()) && inner && text.bytes().all(plain)
}

#[cfg(test)]
mod tests;

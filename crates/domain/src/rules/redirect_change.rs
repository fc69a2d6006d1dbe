//! Whether a change of redirect URIs sends codes somewhere else.

use std::collections::BTreeSet;

use doorward_protocol::redirect_uri::destination;

/// The first of the new redirect URIs that leads to a place where none of the former ones led:
/// another scheme, host or port, or another app on a phone. Another path of the same place is its
/// owner's matter.
pub fn leads_elsewhere<'a>(before: &[String], after: &'a [String]) -> Option<&'a str> {
    let known: BTreeSet<_> = before.iter().filter_map(|uri| destination(uri)).collect();
    let is_new = |uri: &&String| destination(uri).is_none_or(|place| !known.contains(&place));
    let mut new = after.iter().filter(|uri| !before.contains(uri));
    new.find(is_new).map(String::as_str)
}

#[cfg(test)]
mod tests;

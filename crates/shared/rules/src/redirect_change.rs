//! Detection of redirect URI changes that send codes to another destination.

use std::collections::BTreeSet;

use doorward_protocol::redirect_uri::destination;

/// Returns the first new redirect URI whose destination none of the former ones had: another
/// scheme, host or port, or another app on a phone. Another path at the same destination is
/// allowed.
pub fn first_new_destination<'a>(before: &[String], after: &'a [String]) -> Option<&'a str> {
    let known: BTreeSet<_> = before.iter().filter_map(|uri| destination(uri)).collect();
    let is_new = |uri: &&String| destination(uri).is_none_or(|place| !known.contains(&place));
    let mut new = after.iter().filter(|uri| !before.contains(uri));
    new.find(is_new).map(String::as_str)
}

#[cfg(test)]
mod tests;

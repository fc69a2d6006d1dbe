//! Scopes (RFC 6749 §3.3): sets that are serialized as they are parsed.

use doorward_protocol::scope::{MAX_BYTES, Scope};

use crate::target::Target;

/// Target for scopes. An input is a scope, or two separated by a line break.
pub const TARGET: Target = Target {
    name: "scope",
    run,
    words: &["openid", " ", "tasks:read", "\"", "\\", "\t", "\n", "admin"],
};

fn run(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let (item, other) = text.split_once('\n').unwrap_or((&text, ""));
    let scope = Scope::parse(item);
    let may_stand = |letter: char| {
        letter == ' ' || "!#[]".contains(letter) || {
            ('#'..='[').contains(&letter) || (']'..='~').contains(&letter)
        }
    };
    assert_eq!(
        scope.is_ok(),
        item.len() <= MAX_BYTES && item.chars().all(may_stand)
    );
    let (Ok(scope), Ok(other)) = (scope, Scope::parse(other)) else {
        return;
    };
    let written = scope.to_string();
    assert_eq!(Scope::parse(&written).unwrap(), scope);
    assert_eq!(Scope::parse(&written).unwrap().to_string(), written);
    let mut names: Vec<&str> = item.split_ascii_whitespace().collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(scope.len(), names.len());
    assert!(names.iter().all(|name| scope.contains(name)));
    let (both, either) = (scope.intersect(&other), scope.union(&other));
    assert!(both.is_subset_of(&scope) && both.is_subset_of(&other));
    assert!(scope.is_subset_of(&either) && other.is_subset_of(&either));
    assert_eq!(scope.difference(&other).union(&both), scope);
    assert_eq!(either.len() + both.len(), scope.len() + other.len());
}

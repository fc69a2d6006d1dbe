//! The scopes that discovery lists (RFC 8414 §2: a server may choose not to advertise some).

use std::collections::BTreeSet;

use doorward_domain::model::ScopeEntry;

/// Maximum number of scopes in the document, which every client fetches.
pub const MAX_SCOPES: usize = 200;

/// Returns the names of the scopes in their order: those of this server first, then those of
/// resources, until there are [`MAX_SCOPES`]. The metadata of a resource lists its own (RFC 9728 §2).
pub fn list(scopes: &[ScopeEntry]) -> Vec<&str> {
    let of_resource = |scope: &&ScopeEntry| scope.audience.is_some();
    let own = scopes.iter().filter(|scope| !of_resource(scope));
    let chosen = own.chain(scopes.iter().filter(of_resource));
    let chosen: BTreeSet<&str> = chosen
        .take(MAX_SCOPES)
        .map(|scope| scope.name.as_str())
        .collect();
    let names = scopes.iter().map(|scope| scope.name.as_str());
    names.filter(|name| chosen.contains(name)).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn scope(name: String, audience: Option<&str>) -> ScopeEntry {
        ScopeEntry {
            name,
            description: String::new(),
            audience: audience.map(str::to_owned),
            created_at: 0,
        }
    }

    #[rstest]
    #[case(6, 0, 6)]
    #[case(6, 194, 200)]
    #[case(6, 195, 200)]
    #[case(6, 6_000, 200)]
    #[case(300, 6_000, 200)]
    #[case(0, 0, 0)]
    fn own_scopes_come_first(#[case] own: usize, #[case] others: usize, #[case] listed: usize) {
        let mut scopes: Vec<ScopeEntry> = (0..others)
            .map(|number| scope(format!("api{number:04}:read"), Some("https://api.example")))
            .collect();
        scopes.extend((0..own).map(|number| scope(format!("own{number:03}"), None)));
        let names = list(&scopes);
        assert_eq!(names.len(), listed);
        assert!(names.is_sorted(), "{names:?}");
        let mine = names.iter().filter(|name| name.starts_with("own")).count();
        assert_eq!(mine, own.min(MAX_SCOPES));
    }
}

//! Every migration is described.

use super::{Change, FormerProgram, MIGRATIONS, describe};

#[test]
fn every_migration_is_described() {
    let mut former: Vec<String> = Vec::new();
    for name in MIGRATIONS.names() {
        let described = describe(name);
        let described = described.unwrap_or_else(|| panic!("{name}: add it to description.rs"));
        let effect = described.effect;
        assert!(
            effect.ends_with('.') && !effect.trim_end_matches('.').contains(". "),
            "{name}: one sentence: {effect}"
        );
        assert!(effect.starts_with(char::is_uppercase), "{name}: {effect}");
        if described.change == Change::Rewrites {
            assert!(!described.work.is_empty(), "{name}: name the tables");
        }
        if let FormerProgram::Knows(needed) = described.former {
            let is_known = former.iter().any(|known| known == needed);
            assert!(is_known, "{name}: {needed} is not a former migration");
        }
        former.push(name.to_owned());
    }
}

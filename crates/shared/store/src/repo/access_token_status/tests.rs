use doorward_domain::model::GrantId;
use uuid::Uuid;

use super::*;

/// Checks the text of each combination, also in a build without debug assertions.
#[test]
fn values_fit_text() {
    for number in 0..2 * 3 * 2 * 2 {
        let backend = [DbBackend::Sqlite, DbBackend::Postgres][number % 2];
        let roles = [
            RolesNeeded::Never,
            RolesNeeded::IfNamed,
            RolesNeeded::Always,
        ];
        let facts = RequestedFacts {
            roles: roles[number / 2 % 3],
            roles_anywhere: number / 6 % 2 == 0,
            fields: number / 12 == 0,
        };
        for (jti, now) in [("one", 1), ("two", 2)] {
            let token = (jti, GrantId::from_uuid(Uuid::from_u128(7)));
            let expected = backend.build(&select(backend, token, facts, now));
            let found = statement(backend, token, facts, now);
            assert_eq!(found, expected, "{facts:?}");
        }
    }
}

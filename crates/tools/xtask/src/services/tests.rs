use super::account;

const PASSWD: &str =
    "root:x:0:0:root:/root:/bin/bash\npostgres:x:105:110:PostgreSQL,,,:/var:/bin/sh\n";

#[test]
fn account_is_found_by_full_name() {
    assert_eq!(account(PASSWD, "postgres"), Some((105, 110)));
    assert_eq!(account(PASSWD, "root"), Some((0, 0)));
    assert_eq!(account(PASSWD, "post"), None);
    assert_eq!(account("postgres:x:", "postgres"), None);
}

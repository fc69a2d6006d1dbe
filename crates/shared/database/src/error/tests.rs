use super::{
    columns_of_detail, columns_of_message, is_full_sqlite, is_passing_postgres, is_passing_sqlite,
};

#[test]
fn conflict_names_columns_without_values() {
    let detail = "Key (username_key)=(alice) already exists.";
    assert_eq!(columns_of_detail(detail).as_deref(), Some("username_key"));
    let detail = "Key (user_id, client_id)=(1, x) already exists.";
    assert_eq!(
        columns_of_detail(detail).as_deref(),
        Some("user_id,client_id")
    );
    assert_eq!(columns_of_detail("something else"), None);

    let message = "UNIQUE constraint failed: consents.user_id, consents.client_id";
    assert_eq!(
        columns_of_message(message),
        ("consents".to_owned(), "user_id,client_id".to_owned())
    );
    let message = "UNIQUE constraint failed: users.email_key";
    assert_eq!(
        columns_of_message(message),
        ("users".to_owned(), "email_key".to_owned())
    );
}

#[test]
fn only_transient_errors_are_unavailable() {
    for code in [
        "08006", "40001", "40P01", "53300", "57P01", "57014", "55P03",
    ] {
        assert!(is_passing_postgres(code), "{code}");
    }
    for code in ["42601", "42P01", "22P02", "23502"] {
        assert!(!is_passing_postgres(code), "{code}");
    }
    // BUSY, BUSY_SNAPSHOT, LOCKED_SHAREDCACHE, IOERR_WRITE. A full disk is another error.
    for code in ["5", "517", "262", "778"] {
        assert!(is_passing_sqlite(code), "{code}");
    }
    // ERROR, CONSTRAINT_NOTNULL.
    for code in ["1", "1299"] {
        assert!(!is_passing_sqlite(code), "{code}");
    }
}

/// Codes of both databases for a resource that is missing for a moment: 503, and never 500.
#[test]
fn exhausted_resources_are_transient() {
    for (code, lack) in [
        ("7", "NOMEM"),
        ("3082", "IOERR_NOMEM"),
        ("14", "CANTOPEN: no descriptor"),
        ("1038", "CANTOPEN_FULLPATH"),
        (
            "15",
            "PROTOCOL: the lock of the log was not acquired in time",
        ),
        ("5386", "IOERR_SHMMAP"),
        ("1034", "IOERR_FSYNC"),
    ] {
        assert!(is_passing_sqlite(code), "{lack}");
        assert!(!is_full_sqlite(code), "{lack}");
    }
    for (code, lack) in [
        ("53000", "insufficient resources"),
        ("53100", "disk full"),
        ("53200", "out of memory"),
        ("53300", "too many connections"),
        ("53400", "configuration limit exceeded"),
    ] {
        assert!(is_passing_postgres(code), "{lack}");
    }
    for (code, is_full) in [("13", true), ("4874", true), ("10", false), ("778", false)] {
        assert_eq!(is_full_sqlite(code), is_full, "{code}");
    }
}

use super::{columns_of_detail, columns_of_message, is_passing_postgres, is_passing_sqlite};

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

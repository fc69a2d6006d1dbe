use super::{Ground, SETTINGS, ends_session};

#[test]
fn session_is_closed_after_state_of_its_own() {
    for (code, closed, meaning) in [
        ("25006", true, "read_only_sql_transaction"),
        ("25P02", true, "in_failed_sql_transaction"),
        ("25001", true, "active_sql_transaction"),
        ("25P03", true, "idle_in_transaction_session_timeout"),
        ("26000", true, "invalid_sql_statement_name"),
        ("42P05", true, "duplicate_prepared_statement"),
        ("0A000", true, "cached plan must not change result type"),
        ("08P01", true, "protocol_violation"),
        ("57P01", true, "admin_shutdown"),
        ("57P05", true, "idle_session_timeout"),
        ("XX000", true, "internal_error"),
        ("57014", false, "query_canceled"),
        ("55P03", false, "lock_not_available"),
        ("40001", false, "serialization_failure"),
        ("40P01", false, "deadlock_detected"),
        ("23505", false, "unique_violation"),
        ("23503", false, "foreign_key_violation"),
        ("22P05", false, "untranslatable_character"),
        ("22021", false, "character_not_in_repertoire"),
        ("42501", false, "insufficient_privilege"),
        ("42601", false, "syntax_error"),
        ("42703", false, "undefined_column"),
        ("53100", false, "disk_full"),
        ("53200", false, "out_of_memory"),
        ("53300", false, "too_many_connections"),
        ("58030", false, "io_error"),
        ("", false, "none"),
    ] {
        assert_eq!(ends_session(code), closed, "{code} {meaning}");
    }
}

#[test]
fn unusable_database_is_explained() {
    let ground = |encoding: &str, schema: Option<&str>, role: &str| Ground {
        encoding: encoding.to_owned(),
        schema: schema.map(str::to_owned),
        replication_role: role.to_owned(),
    };
    let public = Some("public");
    assert_eq!(ground("UTF8", public, "origin").problem(), None);
    assert_eq!(ground("UTF8", Some("identity"), "origin").problem(), None);
    for (ground, word) in [
        (ground("LATIN1", public, "origin"), "encoding LATIN1"),
        (ground("SQL_ASCII", public, "origin"), "encoding SQL_ASCII"),
        (ground("EUC_JP", public, "origin"), "encoding EUC_JP"),
        (ground("UTF8", None, "origin"), "search_path"),
        (ground("UTF8", public, "replica"), "is replica"),
        (ground("UTF8", public, "local"), "is local"),
    ] {
        let problem = ground.problem();
        let problem = problem.unwrap_or_else(|| panic!("{ground:?} is accepted"));
        assert!(problem.contains(word), "{problem}");
    }
}

#[test]
fn each_setting_is_named_once() {
    let mut names: Vec<_> = SETTINGS.iter().map(|(name, _)| name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), SETTINGS.len());
}

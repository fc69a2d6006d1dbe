use super::PostgresAddress;

fn parse(text: &str) -> PostgresAddress {
    PostgresAddress::parse(text).unwrap_or_else(|problem| panic!("{text}: {problem}"))
}

#[test]
fn list_of_hosts_becomes_one_address_each() {
    let cases: [(&str, &[&str]); 7] = [
        (
            "postgres://door:secret@db1:5432,db2:5433/iden?target_session_attrs=read-write&sslmode=require",
            &[
                "postgres://door:secret@db1:5432/iden?sslmode=require",
                "postgres://door:secret@db2:5433/iden?sslmode=require",
            ],
        ),
        (
            "postgresql://door@db1,db2:5433,db3/iden",
            &[
                "postgresql://door@db1/iden",
                "postgresql://door@db2:5433/iden",
                "postgresql://door@db3/iden",
            ],
        ),
        (
            "postgres://[::1]:5432,[2001:db8::2]/iden",
            &[
                "postgres://[::1]:5432/iden",
                "postgres://[2001:db8::2]/iden",
            ],
        ),
        (
            "postgres://door:a%2Cb%40c%3A@db1,db2/iden",
            &[
                "postgres://door:a%2Cb%40c%3A@db1/iden",
                "postgres://door:a%2Cb%40c%3A@db2/iden",
            ],
        ),
        (
            "postgres://door:a,b@db1,db2",
            &["postgres://door:a,b@db1", "postgres://door:a,b@db2"],
        ),
        (
            "postgres://%2Frun%2Fone,%2Frun%2Ftwo:5433/iden",
            &[
                "postgres://%2Frun%2Fone/iden",
                "postgres://%2Frun%2Ftwo:5433/iden",
            ],
        ),
        (
            "postgres://db1:,db2?sslmode=require",
            &[
                "postgres://db1?sslmode=require",
                "postgres://db2?sslmode=require",
            ],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(parse(text).urls(), expected, "{text}");
    }
}

#[test]
fn single_host_keeps_its_address() {
    for text in [
        "postgres://door:secret@db.example:5432/iden?sslmode=require",
        "postgres:///iden?host=/run/postgresql&port=5433",
        "postgres://%2Frun%2Fpostgresql/iden",
        "postgres://door:a,b@[::1]/iden",
        "postgres://db.example",
    ] {
        let address = parse(text);
        assert_eq!(address.urls(), [text]);
        assert!(!address.requires_writable(), "{text}");
        assert!(address.hosts().len() <= 1, "{text}");
    }
}

#[test]
fn several_hosts_require_writes_unless_any() {
    for (text, expected) in [
        ("postgres://db1,db2/iden", true),
        ("postgres://db1,db2/iden?target_session_attrs=any", false),
        ("postgres://db1,db2/iden?target_session_attrs=primary", true),
        ("postgres://db1/iden?target_session_attrs=read-write", true),
        ("postgres://db1/iden?target_session_attrs=any", false),
    ] {
        let address = parse(text);
        assert_eq!(address.requires_writable(), expected, "{text}");
        assert!(address.urls().iter().all(|url| !url.contains("session")));
    }
}

#[test]
fn wrong_address_is_rejected_without_its_parts() {
    for (text, expected) in [
        ("postgres:secret1,secret2", "`//`"),
        ("postgres://u:secret@db1,,db2/x", "lacks a host"),
        ("postgres://u:secret@,db2/x", "lacks a host"),
        ("postgres://u:secret@db1,db2,/x", "lacks a host"),
        ("postgres://u:secret@db1:0,db2/x", "port"),
        ("postgres://u:secret@db1:65536,db2/x", "port"),
        ("postgres://u:secret@db1:port,db2/x", "port"),
        ("postgres://u:secret@::1,db2/x", "without brackets"),
        ("postgres://u:secret@[::1,db2/x", "`]`"),
        ("postgres://u:secret@[db1],db2/x", "no IPv6 address"),
        ("postgres://u:secret@[::1]x,db2/x", "after the `]`"),
        ("postgres://u:secret@db1,db2/x?host=db3", "in a parameter"),
        ("postgres://u:secret@db1,db2/x?port=1", "in a parameter"),
        ("postgres:///x?password=secret&host=a,b", "in a parameter"),
        ("postgres:///x?password=secret&host=a%2Cb", "in a parameter"),
        (
            "postgres://u:secret@db1,db2/x?target_session_attrs=standby",
            "`target_session_attrs`",
        ),
    ] {
        let problem = PostgresAddress::parse(text).expect_err(text);
        assert!(problem.contains(expected), "{text}: {problem}");
        assert!(!problem.contains("secret"), "{text}: {problem}");
    }
}

#[test]
fn debug_output_contains_no_password() {
    let address = parse("postgres://door:secret@db1,db2/iden?password=secret");
    assert!(!format!("{address:?}").contains("secret"));
    assert_eq!(address.names(), ["db1", "db2"]);
}

//! Passwords in addresses: no output shows them, at any key.

use rstest::rstest;

use super::address::MoveAddressError::{self, InMemory, Malformed, SameKind, UnknownKind};
use super::key::{Key, Kind};
use super::*;

/// A part of each password, which no output may contain.
const PART: &str = "hunter";

/// Passwords with each character that has a meaning in a URL, and others that URLs must not contain.
const PASSWORDS: [&str; 22] = [
    "hunter2",
    "hun#ter2hunter",
    "#hunter",
    "12#hunter",
    "12/hunter",
    "12?hunter",
    "12@hunter",
    "hunter@hunter",
    "hunter:hunter",
    "12:hunter",
    "hunter%",
    "hunter%zz",
    "hunter%ff",
    "hunter hunter",
    "hunter\thunter",
    "hünter-hunter",
    "hunter\\hunter",
    "hunter[1]",
    "hunter\"hunter",
    "hunter&hunter=hunter",
    "hunter+hunter",
    "<hunter>|^`{}",
];

/// Addresses with a password at each place at which users write it.
fn addresses(scheme: &str, password: &str) -> Vec<String> {
    let mut addresses = vec![
        format!("{scheme}://door:{password}@host.example/name"),
        format!("{scheme}://door:{password}@host.example:1234"),
        format!("{scheme}://:{password}@host.example"),
        format!("{scheme}://door:{password}@[::1]:1234/name?x=1"),
        format!("{scheme}://host.example/name?user=door&password={password}"),
        format!("{scheme}://door@corp.example:{password}@host.example/name"),
        format!("{scheme}:door:{password}@host.example/name"),
        format!("{scheme}:/door:{password}@host.example/name"),
        format!("{scheme}:///door:{password}@host.example/name"),
        format!("{scheme}://door:{password}@host.example:port/name"),
        format!("{scheme}://door:{password}@/name"),
        format!("{scheme}://door:{password}@db1.example:1234,db2.example/name"),
        format!("{scheme}://door:{password}@db1.example,/name"),
        format!(" {scheme}://door:{password}@host.example/name"),
    ];
    // The user name alone is a secret except at a database.
    if !scheme.starts_with("postgres") && !password.contains(':') {
        addresses.push(format!("{scheme}://{password}@host.example"));
    }
    addresses
}

/// Returns all texts that the configuration shows after loading this value.
fn shown(key: &Key, value: String) -> String {
    let config = match Config::load(None, [(key.env_name(), value)]) {
        Ok(config) => config,
        Err(error) => return format!("{error}{error:?}"),
    };
    let findings = [config.check_serve(), config.check_tasks()].concat();
    format!(
        "{}{}{config:?}{:?}{findings:?}",
        config.to_toml(),
        config.to_json(),
        config.effective()
    )
}

#[test]
fn no_key_shows_password_of_address() {
    for key in table::all() {
        for password in PASSWORDS {
            let addresses = match key.kind {
                Kind::SecretUrl(schemes) => addresses(schemes[schemes.len() - 1], password),
                // Other keys get one by mistake.
                _ => vec![format!("https://door:{password}@host.example/name")],
            };
            for address in addresses {
                let text = shown(key, address.clone());
                assert!(!text.contains(PART), "{} = {address}: {text}", key.path);
            }
        }
    }
}

/// Every key with a URL, and how much of its value is shown: nothing of a secret may be in the rest.
const URLS: &[(&str, Shown)] = &[
    ("issuer", Shown::Whole),
    ("mtls.public_url", Shown::Whole),
    ("tls.acme.directory", Shown::Whole),
    ("branding.privacy_url", Shown::Whole),
    ("branding.terms_url", Shown::Whole),
    ("branding.imprint_url", Shown::Whole),
    ("branding.support_url", Shown::Whole),
    ("tasks.issuer", Shown::Whole),
    ("tasks.audience", Shown::Whole),
    ("tasks.public_url", Shown::Whole),
    ("audit.streams.https", Shown::Origin),
    ("telemetry.otlp_endpoint", Shown::Origin),
    ("database.url", Shown::Masked),
    ("tasks.database_url", Shown::Masked),
    ("redis.url", Shown::Masked),
    ("mail.smtp_url", Shown::Masked),
];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Shown {
    /// Browsers or clients see it anyway.
    Whole,
    /// Receivers put their token into path and query.
    Origin,
    /// Without its password and query.
    Masked,
}

#[test]
fn each_url_is_shown_as_far_as_it_is_public() {
    let mut listed: Vec<&str> = URLS.iter().map(|(path, _)| *path).collect();
    let is_url = |key: &&Key| matches!(key.kind, Kind::Url | Kind::Endpoint | Kind::SecretUrl(_));
    let mut known: Vec<&str> = table::all().filter(is_url).map(|key| key.path).collect();
    listed.sort_unstable();
    known.sort_unstable();
    assert_eq!(known, listed, "say here how much of its value is shown");
    for key in table::all().filter(is_url) {
        let (_, how) = URLS.iter().find(|(path, _)| *path == key.path).unwrap();
        let kind = match key.kind {
            Kind::Url => Shown::Whole,
            Kind::Endpoint => Shown::Origin,
            _ => Shown::Masked,
        };
        assert_eq!(kind, *how, "{}", key.path);
        for end in [
            "hunter2",
            "v1/hunter2/in",
            "?key=hunter2",
            "v1?hunter2",
            "#hunter2",
            "%68/hunter2",
        ] {
            if kind == Shown::Origin {
                let address = format!("https://collector.example:4318/{end}");
                let text = shown(key, address);
                assert!(!text.contains(PART), "{}: {text}", key.path);
                assert!(text.contains("https://collector.example:4318/…"), "{text}");
            }
        }
    }
}

/// Texts that the parser of URLs would correct, or that name a user.
const CORRECTED: &[&str] = &[
    "https://id.exa\tmple",
    "https://id.exa\rmple",
    "https://id.exa\nmple",
    "https://id.example/\u{1b}[2J",
    "https://id.example/\u{a0}",
    "https://id.example/\u{202e}",
    "https://id.example/\u{200b}",
    "https:\\\\id.example",
    "https://id.example\\@evil.example",
    "https://user@id.example",
    "https://user:word@id.example/",
    "mailto:help@id.example\nBcc: all@id.example",
    " https://id.example",
];

#[test]
fn urls_are_stored_as_checked() {
    let urls = table::all().filter(|key| matches!(key.kind, Kind::Url | Kind::Endpoint));
    for key in urls {
        for text in CORRECTED {
            let setting = (key.env_name(), (*text).to_owned());
            let loaded = Config::load(None, [setting]);
            let error = loaded.err().map(|error| error.to_string());
            assert!(
                error.is_some_and(|error| error.contains(key.path)),
                "{} = {text:?}",
                key.path
            );
        }
    }
}

#[test]
fn malformed_file_shows_no_value() {
    for value in [
        "\"postgres://door:hunter\"2@host\"",
        "postgres://door:hunter2@host",
        "\"hunter\\q\"",
    ] {
        let error = tests::load(&format!("[database]\nurl = {value}\n"), &[]).unwrap_err();
        assert!(!format!("{error}{error:?}").contains(PART), "{error}");
    }
}

#[rstest]
#[case("#", "%23")]
#[case("/", "%2F")]
#[case("?", "%3F")]
#[case("@", "%40")]
#[case(" ", "%20")]
#[case("ü", "%C3%BC")]
#[case("%", "%25")]
#[case("\\", "%5C")]
fn unencoded_password_is_rejected_with_instruction(#[case] plain: &str, #[case] encoded: &str) {
    for key in table::all() {
        let Kind::SecretUrl(schemes) = key.kind else {
            continue;
        };
        for scheme in schemes.iter().filter(|scheme| **scheme != "sqlite") {
            let load = |text: &str| {
                let address = format!("{scheme}://door:12{text}zz@host.example/name");
                Config::load(None, [(key.env_name(), address)])
            };
            let error = load(plain).unwrap_err().to_string();
            assert!(error.contains(key.path), "{error}");
            assert!(error.contains("percent-encode"), "{plain}: {error}");
            let config = load(encoded).unwrap();
            let printed = config.to_toml();
            assert!(printed.contains("door:********@host.example"), "{printed}");
        }
    }
}

#[rstest]
#[case("postgres:///door?host=/run/postgresql", true)]
#[case("postgres://%2Frun%2Fpostgresql/door", true)]
#[case(
    "postgresql://door:a:b@[::1]:5432/door?sslmode=verify-full&application_name=x",
    true
)]
#[case("postgres://door:!$&'()*+,;=-._~@host/door", true)]
#[case(
    "postgres://door:a%2Cb@db1:5432,[::1]/door?target_session_attrs=any",
    true
)]
#[case("postgres://door@%2Frun%2Fone,%2Frun%2Ftwo/door", true)]
#[case("postgres://door:secret@db1:5432,db2:x/door", false)]
#[case("postgres://door:secret@db1,/door", false)]
#[case("postgres://door:secret@db1,db2/door?host=db3", false)]
#[case("postgres://door:secret@db1/door?target_session_attrs=standby", false)]
#[case("redis://door:secret@cache1:6379,cache2:6379", false)]
#[case("sqlite::memory:", true)]
#[case("sqlite:///var/lib/me@host/a%20b.sqlite?mode=rwc", true)]
#[case("sqlite://a file#1.sqlite", true)]
#[case("rediss://:secret@cache.example:6379/0#x", false)]
#[case("postgres://door:secret@host/door#x", false)]
#[case("sqlite://door:secret@host/door", false)]
#[case("https://secret.example/secret", true)]
fn malformed_address_is_masked_whole(#[case] text: &str, #[case] is_good: bool) {
    let checked = address::check_server_url(text);
    assert_eq!(checked.is_ok(), is_good, "{checked:?}");
    if text.contains("secret") {
        assert_eq!(SecretText::new(text).masked(), secret::MASK);
    }
}

#[rstest]
#[case(
    "postgres://door:secret@db1:5432,[::1]:5433/door?target_session_attrs=read-write",
    "postgres://door:********@db1:5432,[::1]:5433/door?…"
)]
#[case("postgres://db1,db2/door", "postgres://db1,db2/door")]
#[case("postgres://door:secret@db1,db2", "postgres://door:********@db1,db2")]
#[case("postgres://door@db1,db2?sslmode=require", "postgres://door@db1,db2?…")]
fn list_of_hosts_is_shown_without_password(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(SecretText::new(text).masked(), expected);
}

#[rstest]
#[case("sqlite://a", "postgres://host/b", Ok(()))]
#[case("postgresql://host/a", "sqlite:b?mode=rwc", Ok(()))]
#[case("sqlite://a", "sqlite://b", Err(SameKind("SQLite")))]
#[case(
    "postgres://host/a",
    "postgresql://host/b",
    Err(SameKind("PostgreSQL"))
)]
#[case("sqlite://a", "mysql://host/b", Err(UnknownKind))]
#[case("sqlite::memory:", "postgres://host/b", Err(InMemory))]
#[case("postgres://host/a", "sqlite://b?mode=memory", Err(InMemory))]
#[case(
    "sqlite://a",
    "postgres:host/b",
    Err(Malformed("an address without `//`"))
)]
fn move_needs_sqlite_file_and_postgresql(
    #[case] from: &str,
    #[case] to: &str,
    #[case] expected: Result<(), MoveAddressError>,
) {
    assert_eq!(address::check_move(from, to), expected);
}

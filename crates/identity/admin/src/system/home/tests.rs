use doorward_domain::model::ClientKind;
use rstest::rstest;

use super::*;

const SQLITE: &str = "sqlite:///var/lib/doorward/doorward.sqlite";
const POSTGRES: &str = "postgres://doorward:secret@db.example/doorward";

/// Returns a configuration with this database and these values.
fn config(database: &str, settings: &[(&str, &str)]) -> Config {
    let base = [
        ("DOORWARD_ISSUER", "https://id.example.org"),
        ("DOORWARD_DATABASE_URL", database),
        (
            "DOORWARD_SECRET_KEY",
            "q83vEjRWeJCrze/+3LqYdlQyEKpVzDOZd4iZqrvM3e8=",
        ),
    ];
    let all = base.iter().chain(settings);
    let all = all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::load(None, all).unwrap()
}

fn findings_of(database: &str, settings: &[(&str, &str)]) -> Vec<HomeFinding> {
    findings(&config(database, settings), &[])
}

#[test]
fn findings_are_those_of_configuration() {
    assert_eq!(findings_of(SQLITE, &[]), []);
    let seen = [HomeFinding::AuditAlarm, HomeFinding::MailFailing];
    assert_eq!(findings(&config(SQLITE, &[]), &seen), seen);
    let expected = [HomeFinding::NoHeadFile, HomeFinding::NoRedis];
    assert_eq!(findings_of(POSTGRES, &[]), expected);
    let settings = [
        ("DOORWARD_REDIS_URL", "rediss://:password@redis.example/0"),
        ("DOORWARD__AUDIT__HEAD_FILE", "/var/lib/doorward/head.json"),
    ];
    assert_eq!(findings_of(POSTGRES, &settings), []);
    let found = findings_of(SQLITE, &[("DOORWARD__LIMITS__MULTIPLIER", "2")]);
    let [HomeFinding::Configuration { key, problem }] = &found[..] else {
        panic!("{found:?}");
    };
    assert_eq!(key, "limits.multiplier");
    assert!(problem.contains("every limit is raised"), "{problem}");
}

#[test]
fn client_with_algorithm_without_key_is_found() {
    let id = ClientId::parse("web").unwrap();
    let mut client = Client::new(id, "Web".to_owned(), ClientKind::Confidential, 0);
    client.id_token_signed_response_alg = SigningAlg::Es256;
    let offered = [SigningAlg::Rs256, SigningAlg::Es256];
    assert_eq!(unsigned_clients(&[client.clone()], &offered), []);
    let found = unsigned_clients(&[client.clone()], &offered[..1]);
    assert_eq!(found.len(), 1);
    assert_eq!(
        (&found[0].id, found[0].alg),
        (&client.id, SigningAlg::Es256)
    );
}

#[rstest]
#[case("https://id.example.org", true)]
#[case("https://192.0.2.1", true)]
#[case("http://id.example.org", false)]
#[case("https://localhost:8443", false)]
#[case("https://id.localhost", false)]
#[case("https://127.0.0.1", false)]
#[case("https://[::1]", false)]
#[case("not a URL", false)]
fn public_issuer_has_tls_and_remote_host(#[case] issuer: &str, #[case] expected: bool) {
    assert_eq!(is_public(issuer), expected, "{issuer}");
}

//! Tests of the checks of `serve` and `tasks`.

use rstest::rstest;

use super::settings::Config;
use super::{Finding, Severity};

const GOOD_KEY: &str = "q83vEjRWeJCrze/+3LqYdlQyEKpVzDOZd4iZqrvM3e8=";

fn good() -> Vec<(&'static str, String)> {
    vec![
        ("DOORWARD_ISSUER", "https://id.example.org".to_owned()),
        ("DOORWARD_SECRET_KEY", GOOD_KEY.to_owned()),
    ]
}

fn with(name: &'static str, value: &str) -> Config {
    let mut environment = good();
    environment.retain(|(other, _)| *other != name);
    environment.push((name, value.to_owned()));
    let environment = environment
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    Config::load(None, environment).unwrap()
}

fn errors(findings: &[Finding]) -> Vec<&Finding> {
    findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .collect()
}

#[rstest]
#[case("SCOPES", "openid admin")]
#[case("ALLOWED_HOSTS", "*.example.org")]
#[case("ALLOWED_HOSTS", "https://app.example.org/")]
#[case("ALLOWED_HOSTS", "App.example.org")]
fn document_clients_need_limited_scopes_and_hosts(#[case] key: &str, #[case] value: &str) {
    let name = match key {
        "SCOPES" => "DOORWARD__CLIENT_METADATA_DOCUMENTS__SCOPES",
        _ => "DOORWARD__CLIENT_METADATA_DOCUMENTS__ALLOWED_HOSTS",
    };
    assert_eq!(errors(&with(name, value).check_serve()).len(), 1, "{value}");
    let good = with(name, "app.example.org:8443");
    assert_eq!(good.check_serve(), []);
}

#[rstest]
#[case("cursor vscode-insiders edu.kit.data.oidc-agent", 0)]
#[case("cursor://", 1)]
#[case("cursor:", 1)]
#[case("Cursor", 1)]
#[case("https", 1)]
#[case("cursor javascript", 1)]
#[case("data", 1)]
fn redirect_schemes_belong_to_apps(#[case] value: &str, #[case] rejected: usize) {
    let config = with("DOORWARD__CLIENT_REGISTRATION__REDIRECT_SCHEMES", value);
    let findings = config.check_serve();
    let found = errors(&findings);
    assert_eq!(found.len(), rejected, "{value}");
    let is_key = |finding: &&Finding| finding.key == "client_registration.redirect_schemes";
    assert!(found.iter().all(is_key));
}

/// `[mtls]`: keys and values, and the one key that is rejected.
#[rstest]
#[case(&[("LISTEN", "127.0.0.1:8444")], &["mtls.certificate", "mtls.private_key", "mtls.public_url"])]
#[case(&[("CERTIFICATE", "a.pem")], &["mtls.certificate"])]
#[case(&[("PRIVATE_KEY", "a")], &["mtls.private_key"])]
#[case(&[("PUBLIC_URL", "https://mtls.example.org")], &["mtls.public_url"])]
#[case(&[("HEADER", "client-cert")], &["mtls.header"])]
fn incomplete_mtls_settings_are_rejected(
    #[case] settings: &[(&str, &str)],
    #[case] rejected: &[&str],
) {
    let mut environment: Vec<_> = good()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    for (name, value) in settings {
        environment.push((format!("DOORWARD__MTLS__{name}"), (*value).to_owned()));
    }
    let findings = Config::load(None, environment).unwrap().check_serve();
    let keys: Vec<_> = errors(&findings)
        .iter()
        .map(|error| error.key.as_str())
        .collect();
    assert_eq!(keys, rejected);
}

#[test]
fn trusted_proxy_may_forward_certificates() {
    let mut environment: Vec<_> = good()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    for (name, value) in [
        ("DOORWARD__MTLS__HEADER", "client-cert"),
        ("DOORWARD__TRUSTED_PROXIES", "10.0.0.7/32"),
    ] {
        environment.push((name.to_owned(), value.to_owned()));
    }
    let config = Config::load(None, environment).unwrap();
    assert_eq!(config.check_serve(), []);
}

#[rstest]
#[case("https://id.example.org")]
#[case("https://id.example.org:8443")]
#[case("http://localhost:8400")]
#[case("http://127.0.0.1:8400")]
#[case("http://[::1]:8400")]
fn valid_issuer_is_accepted(#[case] issuer: &str) {
    assert_eq!(with("DOORWARD_ISSUER", issuer).check_serve(), []);
}

#[rstest]
#[case("http://id.example.org", "\"https://id.example.org\"")]
#[case("http://id.example.org:8080", "\"https://id.example.org:8080\"")]
#[case("http://10.0.0.1", "\"https://10.0.0.1\"")]
#[case("http://localhost.evil.example", "\"https://localhost.evil.example\"")]
#[case("https://id.example.org/", "\"https://id.example.org\"")]
#[case("https://id.example.org/auth", "\"https://id.example.org\"")]
#[case("https://id.example.org?x=1", "\"https://id.example.org\"")]
#[case("https://id.example.org#x", "\"https://id.example.org\"")]
#[case("https://id.example.org:443", "\"https://id.example.org\"")]
#[case("https://ID.example.org", "\"https://id.example.org\"")]
#[case("ftp://id.example.org", "https://id.example.org")]
#[case("id.example.org", "https://id.example.org")]
#[case("", "https://id.example.org")]
fn rfc_8414_2_invalid_issuer_names_correct_spelling(#[case] issuer: &str, #[case] write: &str) {
    let config = with("DOORWARD_ISSUER", issuer);
    let findings = config.check_serve();
    let [finding] = errors(&findings)[..] else {
        panic!("{findings:?}")
    };
    assert_eq!(finding.key, "issuer");
    assert!(
        finding.remediation.contains(write),
        "{}",
        finding.remediation
    );
}

#[rstest]
#[case("0.0.0.0/0")]
#[case("::/0")]
#[case("10.0.0.0/8,0.0.0.0/1")]
fn trusting_all_networks_is_rejected(#[case] networks: &str) {
    let findings = with("DOORWARD__TRUSTED_PROXIES", networks).check_serve();
    assert_eq!(errors(&findings)[0].key, "trusted_proxies");
}

#[test]
fn trusting_private_networks_is_allowed() {
    let config = with(
        "DOORWARD__TRUSTED_PROXIES",
        "10.0.0.0/8,172.16.0.0/12,fc00::/7",
    );
    assert_eq!(config.check_serve(), []);
}

#[rstest]
#[case("", "not set")]
#[case("***", "not base64")]
#[case("c2hvcnQ=", "5 bytes")]
#[case("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "sample")]
#[case("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "sample")]
#[case("Y2hhbmdlLW1lLWNoYW5nZS1tZS1jaGFuZ2UtbWUtIS4=", "sample")]
fn weak_secret_key_is_rejected(#[case] key: &str, #[case] why: &str) {
    let findings = with("DOORWARD_SECRET_KEY", key).check_serve();
    let [finding] = errors(&findings)[..] else {
        panic!("{findings:?}")
    };
    assert_eq!(finding.key, "secret_key");
    assert!(finding.problem.contains(why), "{}", finding.problem);
    assert!(finding.remediation.contains("openssl rand -base64 32"));
}

#[test]
fn accepted_secret_key_is_usable() {
    use doorward_domain::secret::MasterKey;
    for key in [
        GOOD_KEY,
        GOOD_KEY.trim_end_matches('='),
        &GOOD_KEY.replace(['/', '+'], "-"),
    ] {
        let accepted = with("DOORWARD_SECRET_KEY", key).check_serve().is_empty();
        assert_eq!(accepted, MasterKey::from_base64(key).is_ok(), "{key}");
    }
}

#[rstest]
#[case(
    "DOORWARD__TOKENS__REFRESH_ABSOLUTE_TTL",
    "1d",
    "tokens.refresh_absolute_ttl"
)]
#[case("DOORWARD__SESSIONS__ABSOLUTE", "1h", "sessions.absolute")]
#[case("DOORWARD__KEYS__PUBLISH_LEAD", "5m", "keys.publish_lead")]
#[case("DOORWARD__ACCOUNTS__UNVERIFIED_TTL", "23h", "accounts.unverified_ttl")]
#[case(
    "DOORWARD__PASSWORDS__HASH_ITERATIONS",
    "1",
    "passwords.hash_memory_kib"
)]
#[case(
    "DOORWARD__PASSWORDS__HASH_MEMORY_BUDGET_KIB",
    "8000",
    "passwords.hash_memory_budget_kib"
)]
fn contradictory_settings_are_rejected(
    #[case] name: &'static str,
    #[case] value: &str,
    #[case] key: &str,
) {
    let findings = with(name, value).check_serve();
    let [finding] = errors(&findings)[..] else {
        panic!("{findings:?}")
    };
    assert_eq!(finding.key, key);
    assert!(
        finding.remediation.starts_with("write"),
        "{}",
        finding.remediation
    );
}

#[rstest]
#[case("DOORWARD__LIMITS__MULTIPLIER", "2", "limits.multiplier")]
#[case("DOORWARD__TOKENS__ACCESS_TTL", "2h", "tokens.access_ttl")]
#[case("DOORWARD__TOKENS__ACCESS_TTL_MAX", "2h", "tokens.access_ttl_max")]
#[case("DOORWARD_REDIS_URL", "redis://cache.example:6379", "redis.url")]
#[case("DOORWARD__PASSWORDS__MIN_LENGTH", "14", "passwords.min_length")]
#[case("DOORWARD__PASSWORDS__MIN_LENGTH", "8", "passwords.min_length")]
#[case("DOORWARD__SESSIONS__IDLE", "13h", "sessions.idle")]
#[case("DOORWARD__SESSIONS__KEPT_IDLE", "31d", "sessions.kept_idle")]
#[case("DOORWARD__SESSIONS__ABSOLUTE", "31d", "sessions.absolute")]
fn risky_settings_warn(#[case] name: &'static str, #[case] value: &str, #[case] key: &str) {
    let findings = with(name, value).check_serve();
    assert_eq!(findings.len(), 1);
    assert_eq!(
        (findings[0].severity, findings[0].key.as_str()),
        (Severity::Warning, key)
    );
}

#[test]
fn short_password_allowed_with_mandatory_factor() {
    let both = |roles: &str| {
        let environment = [
            ("DOORWARD_ISSUER", "https://id.example.org"),
            ("DOORWARD_SECRET_KEY", GOOD_KEY),
            ("DOORWARD__PASSWORDS__MIN_LENGTH", "8"),
            ("DOORWARD__MFA__REQUIRED_FOR_ROLES", roles),
        ];
        let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Config::load(None, environment).unwrap().check_serve()
    };
    assert_eq!(both("*"), []);
    // A user with another role needs only a password.
    assert_eq!(both("admin")[0].key, "passwords.min_length");
    assert_eq!(
        with("DOORWARD__ACCOUNTS__UNVERIFIED_TTL", "0s").check_serve(),
        []
    );
}

#[test]
fn rejects_database_of_development_instance() {
    let directory = std::env::temp_dir().join(format!("doorward-{}", uuid::Uuid::new_v4()));
    std::fs::create_dir(&directory).unwrap();
    let url = format!("sqlite://{}/identity.sqlite?mode=rwc", directory.display());
    let config = with("DOORWARD_DATABASE_URL", &url);
    assert_eq!(config.check_serve(), []);
    std::fs::write(directory.join(super::check::DEV_MARKER), "").unwrap();
    let findings = config.check_serve();
    std::fs::remove_dir_all(&directory).unwrap();
    assert_eq!(errors(&findings)[0].key, "database.url");
    assert!(findings[0].problem.contains("doorward dev"));
}

#[test]
fn tasks_requires_issuer_and_inherits_issuer_of_server() {
    let config = Config::defaults().unwrap();
    assert_eq!(config.check_tasks()[0].key, "tasks.issuer");
    let config = with("DOORWARD_ISSUER", "https://id.example.org");
    assert_eq!(config.check_tasks(), []);
    assert_eq!(config.tasks_issuer(), Some("https://id.example.org"));
}

#[rstest]
#[case("DOORWARD__TASKS__ISSUER", "http://id.example.org", "tasks.issuer")]
#[case(
    "DOORWARD__TASKS__PUBLIC_URL",
    "http://tasks.example.org",
    "tasks.public_url"
)]
#[case("DOORWARD__TASKS__AUDIENCE", "tasks", "tasks.audience")]
#[case(
    "DOORWARD__TASKS__AUDIENCE",
    "https://tasks.example.org/api#x",
    "tasks.audience"
)]
#[case("DOORWARD__TASKS__WEB__CLIENT_SECRET", "s", "tasks.web.client_secret")]
#[case(
    "DOORWARD__TASKS__METRICS_LISTEN",
    "127.0.0.1:8401",
    "tasks.metrics_listen"
)]
fn tasks_rejects_contradictory_settings(
    #[case] name: &'static str,
    #[case] value: &str,
    #[case] key: &str,
) {
    let findings = with(name, value).check_tasks();
    assert_eq!(errors(&findings)[0].key, key);
}

#[rstest]
#[case::wrapped("smtps://user:pw@mail.example.org", "smtps://user:pw@mail.example.org")]
#[case::starttls(
    "smtp://user:pw@mail.example.org:587",
    "smtp://user:pw@mail.example.org:587?tls=required"
)]
#[case::stated(
    "smtp://mail.example.org?tls=required",
    "smtp://mail.example.org?tls=required"
)]
#[case::this_machine("smtp://127.0.0.1:2525", "smtp://127.0.0.1:2525")]
#[case::this_machine_v6("smtp://[::1]:2525", "smtp://[::1]:2525")]
#[case::this_machine_by_name("smtp://localhost:2525", "smtp://localhost:2525")]
#[case::a_name_that_looks_like_it(
    "smtp://127.0.0.1.evil.example",
    "smtp://127.0.0.1.evil.example?tls=required"
)]
fn mails_never_leave_in_plain_text(#[case] url: &str, #[case] used: &str) {
    let config = with("DOORWARD_SMTP_URL", url);
    assert_eq!(config.mail.smtp_address().as_deref(), Some(used));
    assert_eq!(config.check_serve(), []);
    assert!(config.can_mail() && config.requires_verified_email());
}

#[rstest]
#[case("smtp://mail.example.org?tls=none")]
#[case("smtp://mail.example.org?tls=opportunistic")]
fn plain_text_smtp_is_rejected(#[case] url: &str) {
    let config = with("DOORWARD_SMTP_URL", url);
    let findings = config.check_serve();
    let found = errors(&findings);
    assert_eq!(found.len(), 1, "{findings:?}");
    assert_eq!(found[0].key, "mail.smtp_url");
    assert!(
        !format!("{findings:?}").contains("none"),
        "the address is not repeated"
    );
}

#[rstest]
#[case::host("mail.example.org", true)]
#[case::capitals("Mail.Example.org", true)]
#[case::one_label("localhost", true)]
#[case::v4("[192.0.2.1]", true)]
#[case::v6("[IPv6:2001:db8::1]", true)]
#[case::bare_address("192.0.2.1", false)]
#[case::space("mail example.org", false)]
#[case::line("mail.example.org\r\nRSET", false)]
#[case::underscore("my_host.example.org", false)]
#[case::literal("[mail.example.org]", false)]
#[case::empty("", false)]
fn hello_name_is_host_or_literal(#[case] name: &str, #[case] is_valid: bool) {
    let mut config = with("DOORWARD_SMTP_URL", "smtp://127.0.0.1:2525");
    assert_eq!(config.mail_hello_name(), "id.example.org");
    config.mail.hello_name = Some(name.to_owned());
    assert_eq!(config.mail_hello_name(), name);
    let findings = config.check_serve();
    let found: Vec<_> = errors(&findings)
        .iter()
        .map(|found| found.key.clone())
        .collect();
    let expected: &[&str] = if is_valid { &[] } else { &["mail.hello_name"] };
    assert_eq!(found, expected, "{findings:?}");
}

#[rstest]
#[case::address("qa@example.org", true)]
#[case::domain("Example.org", true)]
#[case::sign("@example.org", false)]
#[case::sentence("QA <qa@example.org>", false)]
#[case::list("a.example b.example", false)]
fn recipients_are_addresses_or_domains(#[case] listed: &str, #[case] is_valid: bool) {
    let mut config = with("DOORWARD_SMTP_URL", "smtp://127.0.0.1:2525");
    config.mail.only_to = vec![listed.to_owned()];
    let findings = config.check_serve();
    let found = errors(&findings)
        .iter()
        .any(|found| found.key == "mail.only_to");
    assert_eq!(found, !is_valid, "{findings:?}");
}

#[rstest]
#[case("https://id.example.org:8443", "id.example.org")]
#[case("http://localhost:8400", "localhost")]
#[case("http://192.0.2.1:8400", "[192.0.2.1]")]
#[case("http://[2001:db8::1]:8400", "[IPv6:2001:db8::1]")]
#[case("", "localhost")]
fn hello_name_is_host_of_issuer(#[case] issuer: &str, #[case] name: &str) {
    let mut config = with("DOORWARD_SMTP_URL", "smtp://127.0.0.1:2525");
    issuer.clone_into(&mut config.issuer);
    assert_eq!(config.mail_hello_name(), name);
}

#[test]
fn rejects_email_verification_without_mail_server() {
    let config = with("DOORWARD__REGISTRATION__VERIFY_EMAIL", "true");
    let findings = config.check_serve();
    let found = errors(&findings);
    assert_eq!(found.len(), 1, "{findings:?}");
    assert_eq!(found[0].key, "registration.verify_email");
}

#[test]
fn without_mail_server_verification_is_disabled() {
    let config = with("DOORWARD__LOGGING__LEVEL", "info");
    assert!(!config.can_mail() && !config.requires_verified_email() && !config.stores_mail());
    assert_eq!(config.mail_from(), "no-reply@id.example.org");
    let config = with("DOORWARD__REGISTRATION__VERIFY_EMAIL", "false");
    assert_eq!(config.check_serve(), []);
}

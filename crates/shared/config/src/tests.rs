//! Tests of loading a configuration: files, environment, findings.

use std::io::Write as _;
use std::path::PathBuf;

use rstest::rstest;

use super::*;

const GOOD_KEY: &str = "q83vEjRWeJCrze/+3LqYdlQyEKpVzDOZd4iZqrvM3e8=";

struct TempFile(PathBuf);

impl TempFile {
    fn new(content: &str) -> Self {
        let name = format!("doorward-config-{}", uuid::Uuid::new_v4());
        let path = std::env::temp_dir().join(name);
        std::fs::File::create(&path)
            .unwrap()
            .write_all(content.as_bytes())
            .unwrap();
        Self(path)
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

pub(super) fn load(file: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let file = TempFile::new(file);
    Config::load(Some(&file.0), pairs(environment))
}

fn pairs(environment: &[(&str, &str)]) -> Vec<(String, String)> {
    environment
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn findings(file: &str, environment: &[(&str, &str)]) -> Vec<Finding> {
    load(file, environment)
        .expect_err("this configuration is wrong")
        .0
}

#[rstest]
#[case("isuer = \"https://a.example\"\n", "isuer", "`issuer`", 1)]
#[case(
    "[tokens]\nacces_ttl = 3\n",
    "tokens.acces_ttl",
    "`tokens.access_ttl`",
    2
)]
#[case(
    "\n[databse]\nurl = \"sqlite://x\"\n",
    "databse.url",
    "`database.url`",
    3
)]
#[case(
    "listen = \"127.0.0.1:1\"\naccess_ttl = 3\n",
    "access_ttl",
    "`tokens.access_ttl`",
    2
)]
#[case("secret_key_fil = \"x\"\n", "secret_key_fil", "`secret_key_file`", 1)]
#[case("issuer_file = \"x\"\n", "issuer_file", "", 1)]
#[case("mode = \"dev\"\n", "mode", "", 1)]
#[case(
    "[sessions]\nidle = 3600\nqwertz = 1\n",
    "sessions.qwertz",
    "config reference",
    3
)]
fn unknown_key_names_line_and_nearest_key(
    #[case] file: &str,
    #[case] key: &str,
    #[case] near: &str,
    #[case] line: usize,
) {
    let found = findings(file, &[]);
    let [finding] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(finding.key, key);
    assert_eq!(finding.problem, "unknown key");
    assert!(
        finding.remediation.contains(near),
        "{}",
        finding.remediation
    );
    let Origin::File { line: at, .. } = &finding.origin else {
        panic!("{finding:?}")
    };
    assert_eq!(*at, line);
    assert!(
        finding.to_string().contains(&format!(":{line})")),
        "{finding}"
    );
}

#[rstest]
#[case("DOORWARD__TOKENS__ACCES_TTL", "DOORWARD__TOKENS__ACCESS_TTL")]
#[case("DOORWARD__DATABASE__ULR", "DOORWARD__DATABASE__URL")]
#[case("DOORWARD_ISUER", "DOORWARD_ISSUER")]
#[case("DOORWARD_SECRET_KEYFILE", "DOORWARD_SECRET_KEY_FILE")]
fn unknown_variable_names_nearest(#[case] name: &str, #[case] near: &str) {
    let found = findings("", &[(name, "1")]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].origin, Origin::Environment(name.to_owned()));
    assert!(
        found[0].remediation.contains(near),
        "{}",
        found[0].remediation
    );
}

#[test]
fn kubernetes_service_variables_are_ignored() {
    let environment = [
        ("DOORWARD_PORT", "tcp://10.1.2.3:8400"),
        ("DOORWARD_SERVICE_HOST", "10.1.2.3"),
    ];
    assert!(load("", &environment).is_ok());
}

#[rstest]
#[case("listen = 8400", "listen", "an IP address and a port")]
#[case("listen = \"localhost:8400\"", "listen", "127.0.0.1:8400")]
#[case("[tokens]\naccess_ttl = \"5 minutes\"", "tokens.access_ttl", "\"5m\"")]
#[case("[tokens]\naccess_ttl = 0", "tokens.access_ttl", "from 1s to 1d")]
#[case("[tokens]\naccess_ttl = \"2d\"", "tokens.access_ttl", "from 1s to 1d")]
#[case("[tokens]\naccess_ttl = 1.5", "tokens.access_ttl", "seconds")]
#[case("[database]\nmigrate = \"yes\"", "database.migrate", "true or false")]
#[case(
    "[database]\nmax_connections = 0",
    "database.max_connections",
    "from 1 to 1000"
)]
#[case(
    "[database]\nurl = \"mysql://x\"",
    "database.url",
    "`sqlite://…` or `postgres://…`"
)]
#[case(
    "trusted_proxies = \"10.0.0.0/8\"",
    "trusted_proxies",
    "a list of networks"
)]
#[case("trusted_proxies = [\"ten\"]", "trusted_proxies", "10.0.0.0/8")]
#[case("[logging]\nformat = \"xml\"", "logging.format", "\"json\"")]
#[case("[passwords]\nmin_score = 5", "passwords.min_score", "from 0 to 4")]
#[case("[limits]\nmultiplier = \"2\"", "limits.multiplier", "a number from")]
#[case("issuer = 2020-01-01", "issuer", "https://id.example.org")]
#[case("tokens = 3", "tokens", "")]
#[case("[issuer]\nx = 1", "issuer", "https://id.example.org")]
#[case("[redis]\n[database]\nurl = 3", "database.url", "`sqlite://…`")]
fn wrong_value_names_correction(#[case] file: &str, #[case] key: &str, #[case] write: &str) {
    let found = findings(file, &[]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].key, key);
    assert!(
        found[0].remediation.contains(write),
        "{}",
        found[0].remediation
    );
}

#[test]
fn broken_toml_names_line() {
    let found = findings("issuer = \"https://a.example\"\n[tokens\n", &[]);
    assert!(
        matches!(found[0].origin, Origin::File { line: 2, .. }),
        "{found:?}"
    );
}

#[test]
fn all_mistakes_are_reported_at_once() {
    let file = "isuer = 1\n[tokens]\naccess_ttl = \"x\"\n";
    assert_eq!(findings(file, &[("DOORWARD__NO__SUCH", "1")]).len(), 3);
}

#[rstest]
#[case("45", 45)]
#[case("45s", 45)]
#[case("2m", 120)]
#[case("1h", 3600)]
#[case("1d", 86_400)]
fn durations_have_units(#[case] text: &str, #[case] seconds: i64) {
    let config = load("", &[("DOORWARD__TOKENS__ACCESS_TTL", text)]).unwrap();
    assert_eq!(config.tokens.access_ttl, seconds);
    let config = load(&format!("[tokens]\naccess_ttl = \"{text}\"\n"), &[]).unwrap();
    assert_eq!(config.tokens.access_ttl, seconds);
}

#[test]
fn environment_beats_file() {
    let file =
        "issuer = \"https://file.example\"\n[limits]\nmultiplier = 2\n[tokens]\nid_ttl = 9\n";
    let environment = [
        ("DOORWARD_ISSUER", "https://env.example"),
        ("DOORWARD__LIMITS__MULTIPLIER", "7.5"),
    ];
    let config = load(file, &environment).unwrap();
    assert_eq!(config.issuer, "https://env.example");
    assert!((config.limits.multiplier - 7.5).abs() < f64::EPSILON);
    assert_eq!(config.tokens.id_ttl, 9);
    assert_eq!(
        config.origin("issuer"),
        Origin::Environment("DOORWARD_ISSUER".into())
    );
    assert!(matches!(
        config.origin("tokens.id_ttl"),
        Origin::File { line: 5, .. }
    ));
    assert_eq!(config.origin("tokens.access_ttl"), Origin::Default);
}

#[test]
fn numeric_text_stays_text() {
    let config = load("", &[("DOORWARD__BRANDING__NAME", "007")]).unwrap();
    assert_eq!(config.branding.name, "007");
    let config = load("", &[("DOORWARD__TASKS__WEB__CLIENT_ID", "1e5")]).unwrap();
    assert_eq!(config.tasks.web.client_id.as_deref(), Some("1e5"));
}

#[test]
fn lists_in_environment_are_separated_by_commas() {
    let config = load("", &[("DOORWARD__TRUSTED_PROXIES", "10.0.0.0/8, fd00::/8")]).unwrap();
    assert_eq!(config.trusted_proxies.len(), 2);
}

#[test]
fn empty_variable_counts_as_not_set() {
    let config = load("issuer = \"https://a.example\"", &[("DOORWARD_ISSUER", "")]).unwrap();
    assert_eq!(config.issuer, "https://a.example");
}

#[test]
fn secrets_are_read_from_files() {
    let secret = TempFile::new(&format!("{GOOD_KEY}\n"));
    let path = secret.0.to_str().unwrap();
    let expose = |config: &Config| config.secret_key.as_ref().unwrap().expose().to_owned();
    for name in ["DOORWARD_SECRET_KEY_FILE", "DOORWARD__SECRET_KEY_FILE"] {
        assert_eq!(expose(&load("", &[(name, path)]).unwrap()), GOOD_KEY);
    }
    let config = load(&format!("secret_key_file = '{path}'\n"), &[]).unwrap();
    assert_eq!(expose(&config), GOOD_KEY);
    // The environment overrides the file, in either form of the name.
    let config = load(
        "secret_key = \"x\"\n",
        &[("DOORWARD_SECRET_KEY_FILE", path)],
    )
    .unwrap();
    assert_eq!(expose(&config), GOOD_KEY);
}

#[test]
fn unreadable_secret_file_is_named() {
    let found = findings("", &[("DOORWARD__DATABASE__URL_FILE", "/nonexistent/url")]);
    assert_eq!(found[0].key, "database.url");
    assert!(found[0].problem.contains("/nonexistent/url"));
}

#[rstest]
#[case("secret_key = \"a\"\nsecret_key_file = \"b\"\n", &[])]
#[case("", &[("DOORWARD_ISSUER", "https://a.example"), ("DOORWARD__ISSUER", "https://b.example")])]
#[case("", &[("DOORWARD_SECRET_KEY", "a"), ("DOORWARD_SECRET_KEY_FILE", "b")])]
fn value_set_twice_is_rejected(#[case] file: &str, #[case] environment: &[(&str, &str)]) {
    let found = findings(file, environment);
    assert!(
        found
            .iter()
            .any(|finding| finding.problem.starts_with("set twice")),
        "{found:?}"
    );
}

#[test]
fn secrets_are_masked_in_all_output() {
    let environment = [
        ("DOORWARD_SECRET_KEY", GOOD_KEY),
        (
            "DOORWARD_DATABASE_URL",
            "postgres://door:hunter2@db.example/door?sslpassword=hunter3",
        ),
        ("DOORWARD_REDIS_URL", "redis://:hunter4@cache.example/0"),
        ("DOORWARD__TASKS__WEB__CLIENT_SECRET", "hunter5"),
    ];
    let config = load("", &environment).unwrap();
    for text in [
        config.to_toml(),
        config.to_json().to_string(),
        format!("{config:?}"),
    ] {
        assert!(
            !text.contains("hunter") && !text.contains(GOOD_KEY),
            "{text}"
        );
        assert!(text.contains("db.example"), "{text}");
    }
    assert_eq!(
        config.database.url.expose(),
        "postgres://door:hunter2@db.example/door?sslpassword=hunter3"
    );
}

#[test]
fn effective_values_contain_no_secret() {
    let secrets = table::all().filter(|key| key.is_secret());
    let variable = |(number, key): (usize, &key::Key)| {
        let secret = format!("hunter{number}");
        let value = match key.kind {
            key::Kind::SecretUrl(schemes) => {
                let scheme = schemes.last().unwrap();
                format!("{scheme}://{secret}:{secret}@{secret}.example/{secret}?key={secret}")
            }
            _ => secret,
        };
        (key.env_name(), value)
    };
    let environment: Vec<(String, String)> = secrets.enumerate().map(variable).collect();
    let set = environment.len();
    let config = Config::load(None, environment).unwrap();
    let values = config.effective();
    assert_eq!(values.len(), table::all().count());
    assert!(!format!("{values:?}").contains("hunter"), "{values:?}");
    let hidden: Vec<_> = values.iter().filter(|value| value.is_secret).collect();
    assert!(set > 5 && hidden.len() == set, "{hidden:?}");
    for value in hidden {
        assert!(value.is_set && value.text.is_empty(), "{value:?}");
        let name = table::find(value.key).unwrap().env_name();
        assert_eq!(value.source(), Some(format!("environment {name}")));
    }
    let unset = Config::defaults().unwrap().effective();
    let of = |key: &str| unset.iter().find(|value| value.key == key).unwrap();
    assert!(of("secret_key").is_secret && !of("secret_key").is_set);
    assert_eq!(of("mail.smtp_url").source(), None);
    assert_eq!(of("tokens.access_ttl").source(), None);
    assert!(of("tokens.access_ttl").is_set);
}

//! Tests of the configuration file of a new deployment: answers, text, and the configuration that it
//! is read as.

use std::net::SocketAddr;
use std::path::Path;

use rstest::rstest;

use super::initial::{Https, InitialConfig, Source, check_answer};
use super::{Config, Listen, table};

const GOOD_KEY: &str = "q83vEjRWeJCrze/+3LqYdlQyEKpVzDOZd4iZqrvM3e8=";
const FILE: &str = "/etc/doorward/doorward.toml";
const DIRECTORY: &str = "https://acme-v02.api.letsencrypt.org/directory";

fn answers(https: Https) -> InitialConfig {
    InitialConfig {
        issuer: "https://id.example.org".to_owned(),
        https,
        secret_key: Source::text(GOOD_KEY),
        database: Source::text("sqlite:///var/lib/doorward/doorward.sqlite"),
        mail: None,
    }
}

fn files() -> Https {
    Https::Files {
        certificate: "/etc/doorward/my \"tls\".pem".into(),
        private_key: "/etc/doorward/tls.key".into(),
    }
}

fn acme(contact: Option<&str>) -> Https {
    Https::Acme {
        directory: DIRECTORY.to_owned(),
        contact: contact.map(str::to_owned),
    }
}

fn load(answers: &InitialConfig) -> Config {
    let text = answers.to_toml();
    Config::load_text(Path::new(FILE), &text, []).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// Returns the source of HTTPS of a configuration.
fn https_of(config: &Config) -> Https {
    if let Some((certificate, private_key)) = config.tls.files() {
        return Https::Files {
            certificate: certificate.to_owned(),
            private_key: private_key.to_owned(),
        };
    }
    match &config.tls.acme.directory {
        Some(directory) => Https::Acme {
            directory: directory.clone(),
            contact: config.tls.acme.contacts.first().cloned(),
        },
        None => Https::Proxy,
    }
}

#[rstest]
#[case::proxy(Https::Proxy, "127.0.0.1:8400", None)]
#[case::files(files(), "[::]:443", Some("[::]:80"))]
#[case::acme(acme(None), "[::]:443", Some("[::]:80"))]
#[case::contact(acme(Some("ops@example.org")), "[::]:443", Some("[::]:80"))]
fn text_is_read_as_the_answers(
    #[case] https: Https,
    #[case] listen: &str,
    #[case] http: Option<&str>,
) {
    let answers = InitialConfig {
        mail: Some(Source::text("smtps://door:secret@mail.example.org")),
        ..answers(https)
    };
    let config = load(&answers);
    assert_eq!(config.check_serve(), []);
    let read = InitialConfig {
        issuer: config.issuer.clone(),
        https: https_of(&config),
        secret_key: Source::Text(config.secret_key.clone().unwrap()),
        database: Source::Text(config.database.url.clone()),
        mail: config.mail.smtp_url.clone().map(Source::Text),
    };
    assert_eq!(read, answers);
    assert_eq!(config.listen, listen.parse::<Listen>().unwrap());
    assert_eq!(
        config.tls.http_listen,
        http.map(|at| at.parse::<SocketAddr>().unwrap())
    );
    let is_behind_proxy = answers.https == Https::Proxy;
    assert_eq!(!config.trusted_proxies.is_empty(), is_behind_proxy);
    assert!(!config.registration.enabled);
}

#[test]
fn secrets_may_be_in_files() {
    let name = format!("doorward-initial-{}", uuid::Uuid::new_v4());
    let file = std::env::temp_dir().join(name);
    std::fs::write(&file, format!("{GOOD_KEY}\n")).unwrap();
    let answers = InitialConfig {
        secret_key: Source::File(file.clone()),
        ..answers(Https::Proxy)
    };
    let text = answers.to_toml();
    let config = load(&answers);
    std::fs::remove_file(&file).unwrap();
    assert!(text.contains("\nsecret_key_file = \""), "{text}");
    assert!(!text.contains(GOOD_KEY), "{text}");
    assert_eq!(config.secret_key.unwrap().expose(), GOOD_KEY);
}

#[test]
fn each_key_has_the_description_of_the_reference() {
    let text = answers(acme(Some("ops@example.org"))).to_toml();
    let words = text.replace("\n# ", " ");
    for key in ["issuer", "listen", "tls.acme.directory", "database.url"] {
        let doc = table::find(key).unwrap().doc;
        let doc = doc.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains(&doc), "{key}: {text}");
    }
    for line in text.lines().filter(|line| line.starts_with('#')) {
        assert!(line.len() <= 100, "{line}");
    }
}

#[rstest]
#[case("issuer", "https://id.example.org", None)]
#[case("issuer", "http://localhost:8400", None)]
#[case("issuer", "", Some("https://id.example.org"))]
#[case("issuer", "id.example.org", Some("https://id.example.org"))]
#[case(
    "issuer",
    "https://id.example.org/",
    Some("write \"https://id.example.org\"")
)]
#[case(
    "issuer",
    "http://id.example.org",
    Some("write \"https://id.example.org\"")
)]
#[case("database.url", "postgres://doorward@localhost/doorward", None)]
#[case("database.url", "mysql://localhost/doorward", Some("`postgres://…`"))]
#[case("mail.smtp_url", "smtps://mail.example.org", None)]
#[case("mail.smtp_url", "mail.example.org", Some("`smtps://…`"))]
fn bad_answers_name_the_expected_input(
    #[case] key: &'static str,
    #[case] text: &str,
    #[case] expected: Option<&str>,
) {
    match (check_answer(key, text), expected) {
        (Ok(()), None) => {}
        (Err(problem), Some(expected)) => assert!(problem.contains(expected), "{problem}"),
        (found, _) => panic!("{text}: {found:?}"),
    }
}

/// The listeners are those to which the issuer leads clients.
#[rstest]
#[case::usual("https://id.example.org", files(), 443, Some(80))]
#[case::files("https://id.example.org:8443", files(), 8443, None)]
#[case::acme("https://id.example.org:8443", acme(None), 8443, Some(80))]
#[case::high("https://id.example.org:65535", files(), 65535, None)]
fn listener_has_port_of_issuer(
    #[case] issuer: &str,
    #[case] https: Https,
    #[case] port: u16,
    #[case] http: Option<u16>,
) {
    let answers = InitialConfig {
        issuer: issuer.to_owned(),
        ..answers(https)
    };
    let config = load(&answers);
    assert_eq!(config.check_serve(), []);
    assert_eq!(config.listen.address().map(|at| at.port()), Some(port));
    assert_eq!(config.tls.http_listen.map(|at| at.port()), http);
    let step = config.network_step().unwrap();
    let opened = match http {
        Some(http) => format!("the ports {http} and {port} for"),
        None => format!("the port {port} for"),
    };
    assert!(step.contains(&opened), "{step}");
}

//! Tests that each path of a configuration file is relative to that file.

use std::path::{Path, PathBuf};

use config::ValueKind;
use rstest::rstest;

use super::key::{Key, Kind};
use super::relative::resolve;
use super::*;

/// A directory with a configuration file.
struct Place(PathBuf);

impl Place {
    fn new(toml: &str) -> Self {
        let directory = std::env::temp_dir().join(format!("doorward-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir(&directory).unwrap();
        std::fs::write(directory.join("doorward.toml"), toml).unwrap();
        Self(directory)
    }

    /// Returns the path of a file in the directory.
    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    fn load(&self, environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let pairs = environment.iter();
        let pairs = pairs.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Config::load(Some(&self.0.join("doorward.toml")), pairs)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn paths() -> impl Iterator<Item = &'static Key> {
    table::all().filter(|key| key.kind == Kind::Path)
}

/// A key whose description calls it a path must be one, or it is not resolved.
#[test]
fn every_described_path_is_a_path() {
    let mut count = 0;
    for key in table::all() {
        let is_path = key.doc.starts_with("Path of");
        assert_eq!(is_path, key.kind == Kind::Path, "{}", key.path);
        count += usize::from(is_path);
    }
    assert!(count >= 7, "only {count}");
}

#[test]
fn each_path_is_relative_to_the_file() {
    for key in paths() {
        let place = Place::new(&format!("{} = \"certs/x.pem\"\n", key.path));
        let shown = |place: &Place, environment: &[(&str, &str)]| {
            let config = place.load(environment).unwrap();
            config.masked_value(key.path).as_str().unwrap().to_owned()
        };
        assert_eq!(
            shown(&place, &[]),
            place.path("certs/x.pem"),
            "{}",
            key.path
        );
        // The environment is relative to the working directory.
        let name = key.env_name();
        assert_eq!(shown(&place, &[(name.as_str(), "y.pem")]), "y.pem");
        let place = Place::new(&format!("{} = \"/srv/x.pem\"\n", key.path));
        assert_eq!(shown(&place, &[]), "/srv/x.pem");
    }
}

#[test]
fn each_secret_file_is_relative_to_the_file() {
    for key in table::all().filter(|key| key.is_secret()) {
        let text = match key.kind {
            Kind::SecretUrl(schemes) => format!("{}://host.example/name", schemes.last().unwrap()),
            _ => "hunter".to_owned(),
        };
        let place = Place::new(&format!("{}_file = \"the.secret\"\n", key.path));
        let found = place.load(&[]).expect_err("there is no file").0;
        assert!(
            found[0].problem.contains(&place.path("the.secret")),
            "{found:?}"
        );
        std::fs::write(place.path("the.secret"), text).unwrap();
        let loaded = place.load(&[]);
        loaded.unwrap_or_else(|error| panic!("{}: {error}", key.path));
    }
}

#[test]
fn databases_are_relative_to_the_file() {
    let place = Place::new("[tasks]\ndatabase_url = \"sqlite:t.sqlite?mode=rwc\"\n");
    let config = place.load(&[]).unwrap();
    // The default too, so that no working directory gets a second database.
    let expected = format!("sqlite://{}", place.path("doorward.sqlite"));
    assert_eq!(config.database.url.expose(), expected);
    let expected = format!("sqlite:{}?mode=rwc", place.path("t.sqlite"));
    assert_eq!(config.tasks.database_url.expose(), expected);
    let environment = [("DOORWARD_DATABASE_URL", "sqlite://here.sqlite")];
    let config = place.load(&environment).unwrap();
    assert_eq!(config.database.url.expose(), "sqlite://here.sqlite");
    // Without a file, nothing is resolved.
    let config = Config::defaults().unwrap();
    assert_eq!(config.database.url.expose(), "sqlite://doorward.sqlite");
}

#[rstest]
#[case("sqlite://x.sqlite", "sqlite:///etc/d/x.sqlite")]
#[case(
    "sqlite://./a/x.sqlite?mode=ro",
    "sqlite:///etc/d/./a/x.sqlite?mode=ro"
)]
#[case("sqlite:x.sqlite", "sqlite:/etc/d/x.sqlite")]
#[case("sqlite:///srv/x.sqlite", "sqlite:///srv/x.sqlite")]
#[case("sqlite::memory:", "sqlite::memory:")]
#[case("sqlite://:memory:", "sqlite://:memory:")]
#[case("postgres://u:p@h/n", "postgres://u:p@h/n")]
#[case(
    "postgres://u:p%23@h/n?sslmode=require",
    "postgres://u:p%23@h/n?sslmode=require"
)]
#[case(
    "postgres://h/n?sslmode=verify-full&sslrootcert=ca.pem",
    "postgres://h/n?sslmode=verify-full&sslrootcert=%2Fetc%2Fd%2Fca.pem"
)]
#[case(
    "postgres://h/n?sslkey=/srv/k.pem",
    "postgres://h/n?sslkey=%2Fsrv%2Fk.pem"
)]
#[case("rediss://h/0?x=ca.pem", "rediss://h/0?x=ca.pem")]
fn addresses_are_resolved(#[case] written: &str, #[case] expected: &str) {
    let kind = Kind::SecretUrl(&[]);
    let value = resolve(&kind, ValueKind::from(written), Path::new("/etc/d"));
    assert_eq!(value, ValueKind::from(expected));
    // A file in the working directory changes no address.
    let same = resolve(&kind, ValueKind::from(written), Path::new(""));
    if !written.contains("ssl") {
        assert_eq!(same, ValueKind::from(written));
    }
}

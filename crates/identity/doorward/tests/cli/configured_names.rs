//! Names in the configuration that refer to nothing: `serve` warns, `doctor` and `config check` fail.

use doorward_config::key::Kind;
use doorward_config::table;

use super::program::Place;

const MISSING: &str = "no_such_name";

/// Returns each setting that names objects, with a name that does not exist.
fn environment() -> Vec<(String, String)> {
    let naming = table::all().filter(|key| key.refers_to.is_some());
    let mut environment: Vec<_> = naming
        .map(|key| {
            let is_limit = key.kind == Kind::Counts || key.path.ends_with("limits.roles");
            let value = if is_limit {
                format!("{MISSING}=5")
            } else {
                MISSING.to_owned()
            };
            (key.env_name(), value)
        })
        .collect();
    assert!(environment.len() > 10, "{environment:?}");
    let secret = "DOORWARD__TASKS__INTROSPECTION_CLIENT_SECRET";
    environment.push((secret.to_owned(), "secret".to_owned()));
    environment
}

fn place() -> Place {
    let place = Place::configured();
    place.write(
        "issuers.toml",
        "[[issuer]]\nissuer = \"https://idp.example\"\njwks_uri = \"https://idp.example/keys\"\n\
         clients = [\"no_such_client\"]\naudiences = [\"https://none.example/api\"]\n\
         scope = \"no_such_scope\"\n[issuer.subjects]\na = \"01890a5d-ac96-774b-bcce-b302099a8057\"\n",
    );
    place
}

/// The names in the file of trusted issuers.
const IN_FILE: [&str; 4] = [
    "no_such_client",
    "https://none.example/api",
    "no_such_scope",
    "01890a5d-ac96-774b-bcce-b302099a8057",
];

#[test]
fn doctor_fails_for_each_setting_that_names_nothing() {
    let place = place();
    place.run(&["migrate", "up"]).succeeded();
    let mut environment = environment();
    let file = "DOORWARD__AUTHORIZATION__TRUSTED_ISSUERS";
    environment.push((file.to_owned(), "issuers.toml".to_owned()));
    let environment: Vec<_> = environment
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    let done = place.run_with(&["doctor"], &environment);
    assert_ne!(done.code, 0);
    for key in table::all().filter(|key| key.refers_to.is_some()) {
        let line = done
            .stdout
            .lines()
            .find(|line| line.contains(&format!("{} names", key.path)));
        assert!(
            line.is_some_and(|line| line.contains(MISSING)),
            "{}: {}",
            key.path,
            done.stdout
        );
    }
    for name in IN_FILE {
        assert!(done.stdout.contains(name), "{name}: {}", done.stdout);
    }
}

#[test]
fn doctor_accepts_names_that_exist() {
    let place = Place::configured();
    place.run(&["role", "create", "boss"]).succeeded();
    let environment = [
        ("DOORWARD__MFA__REQUIRED_FOR_ROLES", "boss,*"),
        ("DOORWARD__LIMITS__ROLES", "boss=7"),
        ("DOORWARD__CONSENT__OPTIONAL_SCOPES", "email"),
    ];
    let done = place.run_with(&["doctor"], &environment);
    assert!(done.stdout.contains("all of them exist"), "{}", done.stdout);
    // Names are compared exactly.
    let done = place.run_with(
        &["doctor"],
        &[("DOORWARD__MFA__REQUIRED_FOR_ROLES", "Boss")],
    );
    assert!(
        done.stdout.contains("\"Boss\", which does not exist"),
        "{}",
        done.stdout
    );
}

#[test]
fn config_check_fails_for_each_setting_that_names_nothing() {
    let place = place();
    let environment = environment();
    let environment: Vec<_> = environment
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    // Without a database, there is nothing to compare with, and the check makes none.
    place
        .run_with(&["config", "check"], &environment)
        .succeeded();
    let check = ["config", "check", "--json"];
    place.run(&["migrate", "up"]).succeeded();
    let done = place.run_with(&check, &environment);
    assert_eq!(done.code, 1, "{}", done.stderr);
    let findings = done.json();
    for key in table::all().filter(|key| key.refers_to.is_some()) {
        let found = findings.as_array().unwrap().iter().any(|finding| {
            finding["key"] == key.path && finding["problem"].to_string().contains(MISSING)
        });
        assert!(found, "{}: {findings}", key.path);
    }
}

#[test]
fn serve_warns_of_each_setting_that_names_nothing() {
    let place = place();
    let environment = environment();
    let environment: Vec<_> = environment
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    let mut running = place.start(&["serve"], &environment);
    let log = running.stderr_until("\"serving\"");
    for key in table::all().filter(|key| key.refers_to.is_some()) {
        let line = log.lines().find(|line| {
            line.contains(&format!("\"{}\"", key.path)) && line.contains("does not exist")
        });
        assert!(
            line.is_some_and(|line| line.contains(MISSING)),
            "{}: {log}",
            key.path
        );
    }
}

//! Passwords in the addresses of the database, of Redis and of the mail server: no command shows
//! them, whether the address is well-formed or not.

use rstest::rstest;
use url::form_urlencoded;

use super::program::Place;

/// A part of each password.
const PART: &str = "hunter";

const PASSWORDS: [&str; 9] = [
    "hunter",
    "hunter#hunter",
    "1hunter?hunter",
    "12/hunter",
    "hunter@hunter",
    "hunter:hunter",
    "hunter hunter",
    "hunter%hunter",
    "hünter-hunter",
];

/// Returns the password as it belongs into an address.
fn encoded(password: &str) -> String {
    let text: String = form_urlencoded::byte_serialize(password.as_bytes()).collect();
    text.replace('+', "%20")
}

/// Returns all settings that contain a password. No server is there.
fn environment(password: &str) -> [(&'static str, String); 6] {
    [
        (
            "DOORWARD_DATABASE_URL",
            format!("postgres://door:{password}@127.0.0.1:1/door"),
        ),
        (
            "DOORWARD__TASKS__DATABASE_URL",
            format!("postgresql://door:{password}@127.0.0.1:1/door"),
        ),
        (
            "DOORWARD_REDIS_URL",
            format!("redis://:{password}@127.0.0.1:1/0"),
        ),
        (
            "DOORWARD_SMTP_URL",
            format!("smtp://door:{password}@127.0.0.1:1"),
        ),
        (
            "DOORWARD__TASKS__ISSUER",
            "http://localhost:8400".to_owned(),
        ),
        ("RUST_LOG", "trace".to_owned()),
    ]
}

#[rstest]
#[case::serve(&["serve"])]
#[case::tasks(&["tasks"])]
#[case::migrate(&["migrate", "up"])]
#[case::status(&["migrate", "status"])]
#[case::doctor(&["doctor"])]
#[case::users(&["user", "list"])]
#[case::explain(&["explain", "01890a5d-ac96-774b-bcce-b302099a8057"])]
#[case::import(&["import", "csv", "users.csv"])]
#[case::backup(&["backup", "backup.tar"])]
#[case::check(&["config", "check"])]
#[case::check_json(&["config", "check", "--json"])]
#[case::print(&["config", "print"])]
#[case::print_json(&["config", "print", "--json"])]
fn no_command_shows_password_of_address(#[case] args: &[&str]) {
    let place = Place::configured();
    place.write("users.csv", "username,email\nada,ada@example.org\n");
    for password in PASSWORDS {
        for (form, is_well_formed) in [(password.to_owned(), false), (encoded(password), true)] {
            let environment = environment(&form);
            let environment = environment
                .each_ref()
                .map(|(name, value)| (*name, value.as_str()));
            let done = place.run_with(args, &environment);
            let text = format!("{}{}", done.stdout, done.stderr);
            assert!(!text.contains(PART), "{args:?} {form}: {text}");
            let is_encoded = form == encoded(password);
            if !is_well_formed && !is_encoded && password != "hunter:hunter" {
                assert_eq!(done.code, 1, "{form}: {text}");
                assert!(text.contains("percent-encode"), "{form}: {text}");
            }
        }
    }
}

#[test]
fn import_shows_no_password_of_its_source() {
    let place = Place::configured();
    for password in PASSWORDS {
        for form in [password.to_owned(), encoded(password)] {
            for scheme in ["postgres", "postgresql", "mysql", "sqlite"] {
                // A refused connection is tried again for half a minute, an unknown name is not.
                let source = format!("{scheme}://door:{form}@nowhere.invalid/door");
                let done = place.run(&["import", "django", &source, "--dry-run"]);
                let text = format!("{}{}", done.stdout, done.stderr);
                assert!(!text.contains(PART), "{source}: {text}");
                assert_ne!(done.code, 0);
            }
        }
    }
}

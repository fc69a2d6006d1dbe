//! Tests of what the commands print: complete, and in agreement with `--url`.

use std::process::{Command, Stdio};

use serde_json::json;

use super::all;
use crate::address::Address;
use crate::application::{Application, Form, Kind, Part};
use crate::values::Values;

const ISSUER: &str = "http://id.test";
/// Variables of the part with the form `environment`.
const VARIABLES: [&str; 7] = [
    "ISSUER",
    "CLIENT_ID",
    "CLIENT_SECRET",
    "BASE_URL",
    "AUDIENCE",
    "SESSION_SECRET",
    "PRIVATE_KEY_FILE",
];

/// The printed parts and notes of an application, and its registered URIs after sign-out.
struct Printed {
    parts: Vec<Part>,
    notes: Vec<String>,
    after_logout: Vec<String>,
}

impl Printed {
    fn new(application: &Application, scheme: &str) -> Self {
        let is_installed = application
            .url
            .as_ref()
            .is_some_and(|url| url.private_scheme);
        let url = if is_installed {
            application.example()
        } else {
            Address::parse(&format!("{scheme}://app.test:8088")).ok()
        };
        let url = url.filter(|_| application.url.is_some());
        let registration = application.client.at(url.as_ref());
        let redirect_uri = registration.redirect_uris.first();
        let values = Values {
            issuer: ISSUER,
            client_id: "id-of-client",
            client_secret: "secret-of-client",
            url: url.as_ref(),
            redirect_uri: redirect_uri.map(String::as_str).unwrap_or_default(),
            scopes: &registration.scopes.join(" "),
            random: "kS1Yb7cQvG0yXo3nJw5mRt9uLz2aDf4hPe6iVq8sBx0",
        };
        Self {
            parts: values.configure(application),
            notes: values.notes(application),
            after_logout: registration.post_logout_redirect_uris,
        }
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        let parts = self.parts.iter();
        let texts = parts.flat_map(|part| [part.place.as_str(), part.text.as_str()]);
        texts.chain(self.notes.iter().map(String::as_str))
    }

    /// Returns true if the printed environment defines this variable.
    fn defines(&self, name: &str) -> bool {
        let mut parts = self.parts.iter();
        parts.any(|part| part.variables().iter().any(|(known, _)| *known == name))
    }
}

/// Returns the text around each occurrence of a name as a whole word: the part before, and the rest.
fn occurrences<'a>(text: &'a str, name: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(name)
        .map(|(at, found)| (&text[..at], &text[at + found.len()..]))
        .filter(move |(before, after)| !before.ends_with(is_word) && !after.starts_with(is_word))
}

/// Returns true for a use that reads the environment, or follows a line that does.
fn is_read(before: &str, after: &str, name: &str) -> bool {
    let is_quoted = before.ends_with(['"', '\'']) && after.starts_with(['"', '\'']);
    let is_variable = ["process.env.", "${"]
        .iter()
        .any(|start| before.ends_with(start));
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = &before[line_start..];
    let rest = after.lines().next().unwrap_or_default();
    let is_definition = line.starts_with("const {") && rest.contains("} = process.env");
    let is_assignment = rest.starts_with(" = ") && rest.contains("env");
    let is_defined = before.lines().any(|line| {
        let is_here = occurrences(line, name).next().is_some();
        let is_list = line.starts_with("const {") && line.ends_with("} = process.env");
        is_here && (is_list || line.contains(&format!("{name} = System.getenv(")))
    });
    is_quoted || is_variable || is_definition || is_assignment || is_defined
}

#[test]
fn every_variable_is_defined() {
    for application in all() {
        let (id, printed) = (application.id, Printed::new(application, "https"));
        for part in printed
            .parts
            .iter()
            .filter(|part| part.form != Form::Environment)
        {
            for name in VARIABLES {
                for (before, after) in occurrences(&part.text, name) {
                    let place = &part.place;
                    assert!(is_read(before, after, name), "{id}: {place}: bare {name}");
                    assert!(printed.defines(name), "{id}: {place}: nothing sets {name}");
                }
            }
        }
    }
}

#[test]
fn nothing_of_example_is_printed() {
    for application in all() {
        let is_installed = application
            .url
            .as_ref()
            .is_some_and(|url| url.private_scheme);
        for text in Printed::new(application, "https").texts() {
            let id = application.id;
            let is_clean = is_installed || !text.contains(".example") && !text.contains("example.");
            assert!(is_clean, "{id}: {text}");
            assert!(
                !text.contains("{{url}}") && !text.contains("{{host}}"),
                "{id}: {text}"
            );
        }
    }
}

/// A constant of HTTPS contradicts an application at `http`.
#[test]
fn scheme_follows_url() {
    for application in all().iter().filter(|application| application.url.is_some()) {
        let plain = Printed::new(application, "http");
        let secure = Printed::new(application, "https");
        for (plain, secure) in plain.parts.iter().zip(&secure.parts) {
            for (line, other) in plain.text.lines().zip(secure.text.lines()) {
                let lower = line.to_lowercase();
                let mut words = lower.split(|c: char| !c.is_ascii_alphanumeric());
                let is_about_scheme = words.any(|word| word == "https")
                    || lower.contains("cookie_secure")
                    || lower.contains("secure_cookie");
                let id = application.id;
                assert!(!is_about_scheme || line != other, "{id}: {line}");
            }
            let id = application.id;
            assert_eq!(
                plain.text.lines().count(),
                secure.text.lines().count(),
                "{id}"
            );
        }
    }
}

#[test]
fn sign_out_names_client() {
    for application in all() {
        let (id, printed) = (application.id, Printed::new(application, "https"));
        for text in printed.texts() {
            for (at, _) in text.match_indices("/oauth2/logout") {
                let around: String = text[at..].chars().take(200).collect();
                let is_named = around.contains("client_id") || around.contains("id_token_hint");
                assert!(is_named, "{id}: {around}");
            }
            for given in text.split("post_logout_redirect_uri=").skip(1) {
                let end = given
                    .find(['"', '\'', '\n', '&', ' '])
                    .unwrap_or(given.len());
                let uri = &given[..end];
                let is_filled_later = uri.starts_with('{');
                let is_known = printed.after_logout.iter().any(|known| known == uri);
                assert!(is_filled_later || is_known, "{id}: {uri} is not registered");
            }
        }
    }
}

/// The parsers of these programs refuse a value with spaces that is not in quotation marks.
#[test]
fn value_with_spaces_is_quoted_in_strict_files() {
    for id in ["bookstack", "laravel", "vaultwarden"] {
        let application = all().iter().find(|application| application.id == id);
        let printed = Printed::new(application.unwrap(), "https");
        let files = printed.parts.iter().filter(|part| part.place == ".env");
        let lines: Vec<_> = files.flat_map(|part| part.text.lines()).collect();
        assert!(!lines.is_empty(), "{id}");
        for line in lines {
            let value = line.split_once('=').map_or("", |(_, value)| value);
            let is_quoted = value.starts_with('"') && value.ends_with('"');
            assert!(is_quoted || !value.contains(' '), "{id}: {line}");
        }
    }
}

/// mozilla-django-oidc finds users by their address, also by one that is not verified.
#[test]
fn users_are_found_by_verified_address_only() {
    let application = all()
        .iter()
        .find(|application| application.id == "mozilla-django-oidc");
    let printed = Printed::new(application.unwrap(), "https");
    let mut parts = printed.parts.iter();
    let backend = parts.find(|part| part.place == "backend.py").unwrap();
    assert!(
        backend
            .text
            .contains("claims.get(\"email_verified\") is True")
    );
}

/// A confidential application may leave PKCE out: an older version, or Debian's package of it.
#[test]
fn pkce_is_not_pinned() {
    for application in all()
        .iter()
        .filter(|application| !application.client.public)
    {
        let pkce = application.client.pkce.as_deref();
        assert!(pkce.is_none_or(|pkce| pkce == "auto"), "{}", application.id);
    }
}

#[test]
fn resource_server_has_resource() {
    for application in all() {
        let (id, client) = (application.id, &application.client);
        let takes_id_tokens = client.scopes.iter().any(|scope| scope == "openid");
        let needs_resource = application.kind == Kind::ResourceServer && !takes_id_tokens;
        // An application that signs users in may also pass the resource of MCP clients on.
        let may_have_resource = needs_resource || !client.redirect_uris.is_empty();
        let resource = application.resource.as_ref();
        assert!(resource.is_some() || !needs_resource, "{id}");
        assert!(resource.is_none() || may_have_resource, "{id}");
        let Some(resource) = resource else { continue };
        if !needs_resource {
            let mut names = resource.scopes.iter().map(|scope| &scope.name);
            assert!(names.all(|name| client.scopes.contains(name)), "{id}");
            continue;
        }
        let names: Vec<&str> = resource
            .scopes
            .iter()
            .map(|scope| scope.name.as_str())
            .collect();
        assert!(
            client
                .scopes
                .iter()
                .all(|scope| names.contains(&scope.as_str())),
            "{id}"
        );
        assert!(
            client
                .serves
                .iter()
                .all(|serves| *serves == resource.identifier),
            "{id}"
        );
        // Two programs of a kind do not share the names of their scopes.
        let is_own = |name: &&str| name.contains("{{host}}") || name.contains("{{domain}}");
        assert!(names.iter().all(is_own), "{id}");
    }
}

/// Reads TOML and JSON here, Python and INI with the interpreter that the other suites use. The
/// names that a file of an application has already are those of its documentation.
#[test]
fn every_snippet_parses() {
    const CHECK: &str = include_str!("snippets.py");
    let mut snippets = Vec::new();
    for application in all() {
        for scheme in ["http", "https"] {
            for part in Printed::new(application, scheme).parts {
                let name = format!("{}: {}", application.id, part.place);
                match part.language.as_str() {
                    "toml" => assert!(toml::from_str::<toml::Table>(&part.text).is_ok(), "{name}"),
                    "json" => {
                        let read = serde_json::from_str::<serde_json::Value>(&part.text);
                        assert!(read.is_ok(), "{name}: {read:?}");
                    }
                    _ => snippets.push(json!([name, part.language, part.text])),
                }
            }
        }
    }
    let mut python = Command::new("python3");
    python.args(["-c", CHECK]).stdin(Stdio::piped());
    let mut python = python.spawn().expect("python3 is installed");
    let input = python.stdin.take().expect("a pipe");
    serde_json::to_writer(input, &snippets).expect("python3 reads the snippets");
    assert!(python.wait().is_ok_and(|status| status.success()));
}

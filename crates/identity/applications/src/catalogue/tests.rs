use std::collections::BTreeSet;
use std::path::Path;

use doorward_domain::model::{
    AskedClaims, ClaimMapping, ClaimOutput, ClientAuth, ClientId, ClientKind, PkcePolicy,
};
use doorward_protocol::client_auth::ClientAuthMethod;
use doorward_protocol::redirect_uri;
use doorward_protocol::scope::Scope;
use doorward_rules::custom_claims;
use rstest::rstest;
use url::Url;

use super::{all, find, read, suggest};
use crate::address::Address;
use crate::application::{Application, DecidedBy, Form, Kind, Part, UrlError};
use crate::files::FILES;
use crate::values::{ENDPOINTS, NAMES, Values, placeholders};

/// Scopes that every deployment has.
const SCOPES: &[&str] = &[
    "openid",
    "profile",
    "email",
    "address",
    "phone",
    "offline_access",
    "groups",
    "roles",
    "tasks:read",
    "tasks:write",
];

/// Returns every text of an application that can contain placeholders.
fn texts(application: &Application) -> Vec<&str> {
    let client = &application.client;
    let parts = application.configuration.iter();
    let parts = parts.flat_map(|part: &Part| [part.place.as_str(), part.text.as_str()]);
    let lists = [
        &client.redirect_uris,
        &client.post_logout_redirect_uris,
        &client.scopes,
        &client.serves,
    ];
    let lists = lists.into_iter().flatten().map(String::as_str);
    let backchannel = client.backchannel_logout_uri.as_deref();
    let notes = application.notes.iter().map(String::as_str);
    let resource = application.resource.iter().flat_map(|resource| {
        let scopes = resource.scopes.iter();
        let texts = scopes.flat_map(|scope| [scope.name.as_str(), scope.about.as_str()]);
        texts.chain([resource.identifier.as_str()])
    });
    let all = parts.chain(lists).chain(backchannel);
    all.chain(notes).chain(resource).collect()
}

#[test]
fn every_file_is_valid() {
    for (id, text) in FILES {
        if let Err(error) = read(id, text) {
            panic!("data/{id}.toml: {error}");
        }
    }
}

#[test]
fn every_file_is_listed_once_in_order() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let mut present: Vec<String> = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    present.sort();
    let listed: Vec<&str> = FILES.iter().map(|(id, _)| *id).collect();
    assert_eq!(present, listed);
    let unique: BTreeSet<_> = all().iter().map(|application| &application.title).collect();
    assert_eq!(unique.len(), listed.len(), "two files have one title");
}

#[test]
fn every_name_is_unique() {
    let names: Vec<&str> = all().iter().flat_map(Application::names).collect();
    let unique: BTreeSet<_> = names.iter().collect();
    assert_eq!(unique.len(), names.len(), "{names:?}");
}

#[test]
fn every_placeholder_is_known() {
    for application in all() {
        for text in texts(application) {
            for name in placeholders(text) {
                let id = application.id;
                let is_known = ENDPOINTS.contains(&name) || NAMES.contains(&name);
                assert!(is_known, "{id}: {{{{{name}}}}}");
                let of_url = [
                    "url",
                    "origin",
                    "path",
                    "scheme",
                    "https",
                    "https_digit",
                    "host",
                    "domain",
                ];
                let needs_url = of_url.contains(&name);
                assert!(!needs_url || application.url.is_some(), "{id}: {name}");
            }
        }
    }
}

#[test]
fn every_note_has_paired_backticks() {
    for application in all() {
        for note in &application.notes {
            let number = note.matches('`').count();
            assert_eq!(number % 2, 0, "{}: {note}", application.id);
        }
    }
}

#[test]
fn every_registration_is_accepted() {
    for application in all() {
        let id = application.id;
        let url = application.example();
        assert_eq!(url.is_some(), application.url.is_some(), "{id}: example");
        let client = application.client.at(url.as_ref());
        for uri in &client.redirect_uris {
            redirect_uri::check_registration(uri, &[])
                .unwrap_or_else(|it| panic!("{id}: {uri}: {it}"));
        }
        for uri in &client.post_logout_redirect_uris {
            redirect_uri::check_registration(uri, &[])
                .unwrap_or_else(|it| panic!("{id}: {uri}: {it}"));
        }
        for uri in client.backchannel_logout_uri.iter().chain(&client.serves) {
            Url::parse(uri).unwrap_or_else(|it| panic!("{id}: {uri}: {it}"));
        }
        let scopes = Scope::parse(&client.scopes.join(" ")).unwrap();
        let resource = application.resource.as_ref();
        let resource = resource.map(|resource| resource.at(url.as_ref()));
        for uri in resource.iter().map(|resource| &resource.identifier) {
            Url::parse(uri).unwrap_or_else(|it| panic!("{id}: {uri}: {it}"));
        }
        if let Some(resource) = &resource {
            let asked = AskedClaims::parse(&resource.token_claims.join(" "));
            asked.unwrap_or_else(|| panic!("{id}: {:?}", resource.token_claims));
        }
        for scope in scopes.iter() {
            let mut own = resource.iter().flat_map(|resource| &resource.scopes);
            let is_known = SCOPES.contains(&scope) || own.any(|own| own.name == scope);
            assert!(is_known, "{id}: scope {scope}");
        }
        if let Some(pkce) = &client.pkce {
            let policy = PkcePolicy::parse(pkce).unwrap_or_else(|| panic!("{id}: {pkce}"));
            let kind = if client.public {
                ClientKind::Public
            } else {
                ClientKind::Confidential
            };
            let is_required = PkcePolicy::default_for(kind) == PkcePolicy::Required;
            assert!(!is_required || policy == PkcePolicy::Required, "{id}: pkce");
        }
        let method = client.auth_method.as_deref();
        if let Some(method) = method.and_then(ClientAuth::parse) {
            let is_none = method == ClientAuth::Only(ClientAuthMethod::None);
            assert_eq!(is_none, client.public, "{id}: auth_method");
        } else {
            assert!(method.is_none(), "{id}: {method:?}");
        }
        let signs_in = client.redirect_uris.is_empty() != client.grants.is_empty();
        assert!(signs_in, "{id}: name redirect URIs or grants");
    }
}

#[test]
fn every_custom_claim_is_accepted() {
    for application in all() {
        let id = application.id;
        let mut mappings = Vec::new();
        for claim in &application.client.claims {
            let outputs = claim.outputs.iter().map(|name| ClaimOutput::parse(name));
            let mapping = ClaimMapping {
                id: format!("test-{}", mappings.len()),
                claim: claim.claim.clone(),
                path: claim.path.clone(),
                client_id: ClientId::parse("test"),
                source: claim
                    .read_source()
                    .unwrap_or_else(|it| panic!("{id}: {it}")),
                outputs: outputs.collect::<Option<_>>().unwrap(),
                scope: None,
                created_at: 0,
                updated_at: 0,
            };
            if let Err(error) = custom_claims::check(&mapping) {
                panic!("{id}: {}: {}", claim.claim, error.problem);
            }
            mappings.push(mapping);
        }
        assert!(custom_claims::check_all(&mappings, &[]).is_ok(), "{id}");
    }
}

#[test]
fn every_application_is_described() {
    for application in all() {
        let id = application.id;
        let is_name = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit();
        let is_plain = id.bytes().all(|letter| is_name(letter) || letter == b'-');
        assert!(is_plain, "{id}");
        assert!(application.about.ends_with('.'), "{id}: about");
        assert!(!application.version.is_empty(), "{id}: version");
        assert_eq!(
            Url::parse(&application.source).unwrap().scheme(),
            "https",
            "{id}: source"
        );
        assert!(!application.configuration.is_empty(), "{id}");
        // An application or proxy is there before; the rest begins with an installation.
        let is_there = matches!(application.kind, Kind::Application | Kind::Proxy);
        let install = application.install.as_deref();
        assert!(is_there || install.is_some(), "{id}: say what to install");
        assert!(
            install.is_none_or(|text| text.ends_with('.')),
            "{id}: install"
        );
        let start = application.start.as_deref();
        let is_library = application.kind == Kind::Library;
        assert!(!is_library || start.is_some(), "{id}: say how to start it");
        assert!(start.is_none_or(|text| text.ends_with('.')), "{id}: start");
        let mut parts = application.configuration.iter();
        let shows_client = parts.any(|part| {
            let mut names = placeholders(&part.text);
            names.any(|name| name == "issuer" || ENDPOINTS.contains(&name))
        });
        assert!(shows_client, "{id}: no part names the issuer");
        for part in &application.configuration {
            let needs_language = part.form != Form::Steps;
            assert_eq!(needs_language, !part.language.is_empty(), "{id}: language");
            if part.form == Form::Environment {
                let mut lines = part.text.trim().lines();
                assert!(lines.all(|line| line.contains('=')), "{id}: variables");
            }
        }
    }
}

/// Returns the lines that configure an application at this URL.
fn configured(application: &Application, url: &str) -> Vec<String> {
    let url = Address::parse_private(url).unwrap();
    let registration = application.client.at(Some(&url));
    let values = Values {
        issuer: "https://id.example",
        client_id: "CLIENT_ID",
        client_secret: "CLIENT_SECRET",
        url: Some(&url),
        redirect_uri: registration
            .redirect_uris
            .first()
            .map_or("", String::as_str),
        scopes: "openid",
        random: "RANDOM",
    };
    let parts = values.configure(application);
    let lines = parts.iter().flat_map(|part| part.text.lines());
    lines.map(str::to_owned).collect()
}

/// Scheme, port and base path of `--url` reach the setting from which the application builds its redirect
/// URI. A setting with the default `https` or `/` of the application is one that the operator must set.
#[test]
fn each_part_of_url_reaches_its_setting() {
    let plain = "https://app.example";
    for application in all() {
        let id = application.id;
        let mut uris = application.client.redirect_uris.iter();
        let Some(usage) = application
            .url
            .as_ref()
            .filter(|_| uris.any(|uri| uri.contains("{{url}}")))
        else {
            continue;
        };
        let by = usage.decided_by.as_ref();
        let by = by.unwrap_or_else(|| panic!("{id}: add `decided_by` to [url]"));
        let base = configured(application, plain);
        let parts = [
            ("scheme", &by.scheme, "http://app.example"),
            ("port", &by.port, "https://app.example:8443"),
            ("path", &by.path, "https://app.example/base"),
        ];
        for (part, setting, url) in parts {
            let words = [DecidedBy::REQUEST, DecidedBy::BROWSER, DecidedBy::GIVEN];
            if words.contains(&setting.as_str()) {
                continue;
            }
            if setting == DecidedBy::NONE {
                assert_eq!(part, "path", "{id}");
                assert!(application.address(Some(url)).is_err(), "{id}: {url}");
                continue;
            }
            let lines = configured(application, url);
            let names = |line: &&String| line.contains(setting.as_str());
            let changed = lines.iter().filter(names).any(|line| !base.contains(line));
            assert!(
                changed,
                "{id}: {setting} does not follow the {part} of --url: {lines:#?}"
            );
        }
    }
}

/// A literal scheme before a placeholder would be wrong for `--url http://…`.
#[test]
fn no_text_writes_scheme_of_url() {
    for application in all() {
        let id = application.id;
        for text in texts(application) {
            for name in ["host", "domain", "path"] {
                let literal = format!("://{{{{{name}}}}}");
                assert!(
                    !text.contains(&literal),
                    "{id}: use {{{{url}}}} or {{{{origin}}}} in {text}"
                );
            }
        }
    }
}

/// At `http://host:port/base` each text names the whole URL, or a part that it asks for by name.
#[test]
fn every_address_is_that_of_url() {
    let url = "http://app.example:8080/base";
    for application in all() {
        let id = application.id;
        let Some(usage) = &application.url else {
            continue;
        };
        let has_no_path = usage
            .decided_by
            .as_ref()
            .is_some_and(|by| by.path == DecidedBy::NONE);
        let url = if has_no_path {
            "http://app.example:8080"
        } else {
            url
        };
        for line in configured(application, url) {
            assert!(!line.contains("https://app.example"), "{id}: {line}");
            for (at, _) in line.match_indices("://app.example") {
                let rest = &line[at + "://app.example".len()..];
                assert!(rest.starts_with(":8080"), "{id}: {line}");
            }
        }
        let registration = application.client.at(Some(&Address::parse(url).unwrap()));
        let uris = registration
            .redirect_uris
            .iter()
            .chain(&registration.post_logout_redirect_uris);
        for uri in uris.filter(|uri| uri.contains("app.example")) {
            assert!(uri.starts_with(url), "{id}: {uri}");
        }
    }
}

/// The names that an operator looks for first.
#[rstest]
#[case("grafana")]
#[case("oauth2-proxy")]
#[case("django-allauth")]
#[case("gitlab")]
#[case("nextcloud")]
#[case("home-assistant")]
fn known_name_is_found(#[case] id: &str) {
    assert_eq!(find(id).unwrap().id, id);
}

#[rstest]
#[case("forgejo", "gitea")]
#[case("kubernetes", "kubelogin")]
#[case("vault", "openbao")]
#[case("drf", "django-rest-framework")]
fn alias_is_found(#[case] alias: &str, #[case] id: &str) {
    assert_eq!(find(alias).unwrap().id, id);
}

#[rstest]
#[case("Grafana", "grafana")]
#[case("grafanna", "grafana")]
#[case("allauth", "django-allauth")]
#[case("forgeo", "gitea")]
#[case("oauth2 proxy", "oauth2-proxy")]
fn near_name_is_suggested(#[case] written: &str, #[case] expected: &str) {
    assert_eq!(suggest(written).first(), Some(&expected));
}

#[test]
fn unrelated_name_has_no_suggestion() {
    assert!(suggest("completely different").is_empty());
}

#[test]
fn url_is_required_where_it_is_used() {
    let grafana = find("grafana").unwrap();
    let missing = grafana.address(None).unwrap_err();
    let expected = "Grafana needs a URL: the address at which users open the application, \
                    for example https://grafana.example";
    assert_eq!(missing.to_string(), expected);
    assert!(matches!(
        grafana.address(Some("grafana")),
        Err(UrlError::Invalid { .. })
    ));
    let kubelogin = find("kubelogin").unwrap();
    assert_eq!(kubelogin.address(None), Ok(None));
    assert!(matches!(
        kubelogin.address(Some("https://x.example")),
        Err(UrlError::Superfluous(_))
    ));
}

//! Tests of the texts that the forms of the console show: the parser accepts each command, and each
//! call is an operation of the admin API.

use std::collections::BTreeSet;

use doorward_admin::operation::Call;
use doorward_console_ui::equivalent::forms::{FormBody, FormEquivalent, FormValues};
use doorward_console_ui::equivalent::table;
use serde_json::Value;

use doorward_identity_server::features;

use crate::cli::Cli;

const ID: &str = "018f0000-0000-7000-8000-000000000000";

/// Values of all names in the table, so that each optional part is tested.
const VALUES: &[(&str, &str)] = &[
    ("access_token_ttl", "1800"),
    ("action", "disable"),
    ("algorithm", "ES256"),
    ("all", "yes"),
    ("assignment", ID),
    ("attribute_names", "uri"),
    ("audience", "https://bills.example/api"),
    ("choices", "Early\nLate at night"),
    ("client", "photos"),
    ("client_id", "doorward"),
    ("codename", "bills:pay"),
    ("csv", "email,roles\nalice@example.com,helper"),
    ("description", "It's new"),
    ("editable_by", "user"),
    ("email", "alice@example.com"),
    ("email_verified", "true"),
    ("expires", "2030-01-02T03:04:05Z"),
    ("factor", ID),
    ("filter", "state=active&q=al"),
    ("first_name", "Alice"),
    ("from", "2030-01-02T03:04:05Z"),
    ("from_domain", "example.com"),
    ("group", "/sales"),
    ("hosts", "wiki.example.com\n*.example.com"),
    ("id", ID),
    ("identifier", "https://bills.example/api"),
    ("ids", "018f0000-0000-7000-8000-000000000000"),
    ("invitation", ID),
    ("issuer", "https://login.example.com"),
    ("keep_access", "yes"),
    ("key", "login-title"),
    ("key_id", "KEY"),
    ("kind", "device"),
    ("label", "Shift"),
    ("lang", "de"),
    ("last_name", "Liddell"),
    ("link", ID),
    ("manager", "bob"),
    ("manager_id", ID),
    ("max_length", "50"),
    ("members_of", "acme"),
    ("name", "sales"),
    ("name_id_format", "persistent"),
    ("note", "Shop"),
    ("notify", "no"),
    ("org", "acme"),
    ("organization", "acme"),
    ("parent", ID),
    ("path", "/sales/europe"),
    ("permissions", "users:read\nusers:write"),
    ("raw_headers", "yes"),
    ("reason", "Lost phone"),
    ("redirect_uri", "https://a.example/cb\nhttps://a.example/b"),
    ("reminders", "14 7"),
    ("reviewer_ids", ID),
    ("reviewers", "alice\nbob"),
    ("revoke_open", "yes"),
    ("role", "helper"),
    ("rules", "/public/* anyone\n/* user"),
    ("scheme", "dark"),
    ("scope", "role"),
    ("scope_id", "helper"),
    ("session", ID),
    ("signed", "assertion"),
    ("slug", "acme"),
    ("target", "group"),
    ("target_id", ID),
    ("team_id", "TEAM"),
    ("text", "Welcome"),
    ("to_domain", "example.org"),
    ("token_claims", "groups\nroles"),
    ("token_signing_alg", "RS256"),
    ("token_type", "at+jwt"),
    ("type", "text"),
    ("until", "2030-01-02T03:04:05Z"),
    ("user", "alice"),
    ("username", "alice"),
    ("uses", "3"),
    ("visible_to", "user"),
    ("whole", "yes"),
];

/// Returns these values, with the names that conditions exclude from each other: without and with an
/// application of the catalogue.
fn variants() -> [FormValues; 2] {
    let all = VALUES.iter();
    let plain: FormValues = all
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let mut known = plain.clone();
    known.insert("app".to_owned(), "gitea".to_owned());
    known.insert("url".to_owned(), "https://git.example".to_owned());
    known.insert("profile_url".to_owned(), "https://a.example".to_owned());
    [plain, known]
}

fn forms() -> Vec<FormEquivalent> {
    features::install();
    table::all().copied().collect()
}

#[test]
fn parser_accepts_each_command() {
    let mut verbs: BTreeSet<String> = BTreeSet::new();
    for values in variants() {
        for form in forms() {
            let words = form.words(&values);
            let text = words.join(" ");
            assert!(!text.contains(['{', '}']), "{text}");
            if let Err(error) = Cli::read_words(&words) {
                panic!("{}: {text}: {error}", form.form);
            }
            verbs.insert(words[1..3].join(" "));
        }
    }
    assert!(verbs.len() > 25, "{verbs:?}");
}

/// Returns a path with equal names of its parameters.
fn unnamed(path: &str) -> String {
    let mut parts = path.split('{');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |path, part| {
        let (_, after) = part.split_once('}').expect("the end of a parameter");
        path + "{}" + after
    })
}

fn operation<'d>(document: &'d Value, call: &Call) -> &'d Value {
    let path = unnamed(&format!("/api/admin/{}", call.path));
    let mut paths = document["paths"].as_object().unwrap().iter();
    let found = paths.find(|(known, _)| unnamed(known) == path);
    let (_, operations) = found.unwrap_or_else(|| panic!("no path {path}"));
    let found = &operations[call.method.to_lowercase()];
    assert!(found.is_object(), "{} {path}", call.method);
    found
}

/// Returns the names of the parameters in this part of a request.
fn parameters<'d>(operation: &'d Value, place: &str) -> BTreeSet<&'d str> {
    let all = operation["parameters"].as_array().into_iter().flatten();
    let here = all.filter(|parameter| parameter["in"] == place);
    here.map(|parameter| parameter["name"].as_str().unwrap())
        .collect()
}

/// Returns the schema that an operation refers to for its JSON body.
fn schema<'d>(document: &'d Value, operation: &'d Value) -> &'d Value {
    let content = &operation["requestBody"]["content"]["application/json"]["schema"];
    let name = content["$ref"]
        .as_str()
        .and_then(|at| at.rsplit('/').next());
    let name = name.unwrap_or_else(|| panic!("a schema: {operation}"));
    &document["components"]["schemas"][name]
}

fn check_members(document: &Value, operation: &Value, form: &FormEquivalent, sent: &Value) {
    let schema = schema(document, operation);
    let known = schema["properties"].as_object().unwrap();
    let sent: Vec<&String> = sent.as_object().unwrap().keys().collect();
    for name in &sent {
        assert!(known.contains_key(*name), "{}: {name}", form.form);
    }
    for name in schema["required"].as_array().into_iter().flatten() {
        let is_sent = sent.iter().any(|sent| name == sent.as_str());
        assert!(is_sent, "{}: {name}", form.form);
    }
}

#[test]
fn each_call_is_operation() {
    let document = doorward_identity_server::json_api::document_text();
    let document: Value = serde_json::from_str(document).unwrap();
    for form in forms() {
        let Some(call) = form.call() else {
            continue;
        };
        let operation = operation(&document, &call);
        let headers = parameters(operation, "header");
        let form_name = form.form;
        assert_eq!(
            headers.contains("If-Match"),
            call.is_versioned(),
            "{form_name}"
        );
        let accepts_reason = headers.contains("X-Doorward-Reason");
        assert_eq!(accepts_reason, call.takes_reason(), "{form_name}");
        match form.body(&variants()[0]) {
            FormBody::Members(sent) => check_members(&document, operation, &form, &sent),
            FormBody::Picture => {
                let content = &operation["requestBody"]["content"];
                assert!(content["image/png"].is_object(), "{form_name}");
            }
            FormBody::None => {
                let required = &operation["requestBody"]["required"];
                assert_ne!(required, true, "{form_name}");
            }
        }
    }
}

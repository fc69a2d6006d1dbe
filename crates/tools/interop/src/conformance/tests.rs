//! Tests of the plans, the configurations, the clients and the page.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::addresses::Addresses;
use super::certificates::{ClientKeys, write_client};
use super::clients;
use super::configuration::{Credentials, of_plan};
use super::plans::{Plan, Plans, Registration};
use super::results::{Outcome, PlanOutcome, table};
use super::{Arguments, USUAL_SUITE, approval, relying_party, setup};

fn plans() -> Plans {
    Plans::read().unwrap()
}

fn plan(name: &str) -> Plan {
    plans().select(&[name.to_owned()]).unwrap().remove(0)
}

/// Returns the text of `docs/certification.md`.
fn page() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs/certification.md");
    std::fs::read_to_string(path).unwrap()
}

fn outcome(module: &str, result: &str, conditions: &[&str]) -> Outcome {
    Outcome {
        module: module.to_owned(),
        result: result.to_owned(),
        conditions: conditions.iter().map(|&name| name.to_owned()).collect(),
        details: Vec::new(),
    }
}

#[test]
fn plans_are_those_of_page() {
    let plans = plans();
    assert_eq!(plans.plan.len(), 49);
    let names: BTreeSet<_> = plans.plan.iter().map(|plan| &plan.name).collect();
    assert_eq!(names.len(), 49, "two plans have one alias");
    assert_eq!(
        plans.plan.iter().map(|plan| plan.modules).sum::<usize>(),
        1553
    );
    let page = page();
    let none = |plan: &Plan| PlanOutcome {
        plan: plan.clone(),
        modules: Vec::new(),
    };
    for plan in &plans.plan {
        let table = table(&[none(plan)]);
        let row = table.lines().nth(2).unwrap();
        let start = row.split(" | 0").next().unwrap();
        let row = format!("\n{start} | {} | ", plan.modules);
        assert_eq!(page.matches(&row).count(), 1, "{row}");
    }
}

#[test]
fn page_explains_each_expected_exception() {
    let page = page();
    for (module, result) in plans().exceptions() {
        let explained = page.contains(&format!("`{module}`"));
        assert!(explained || result == "REVIEW", "{module}: {result}");
    }
}

#[test]
fn each_plan_has_configuration_with_clients_and_scripts() {
    let directory = tempfile::tempdir().unwrap();
    let credentials = Credentials {
        initial_access_token: "token".to_owned(),
        keys: [1, 2].map(|number| write_client(directory.path(), number).unwrap()),
    };
    let addresses = Addresses::read().unwrap();
    let is_provider = |plan: &Plan| plan.registration() == Registration::RelyingParty;
    for plan in plans().plan.into_iter().filter(|plan| !is_provider(plan)) {
        let mut registered = Map::new();
        for client in clients::of_plan(&plan, USUAL_SUITE, directory.path()) {
            let credentials = json!({"client_id": plan.name, "client_secret": "secret"});
            registered.insert(client.member.to_owned(), credentials);
        }
        let written = of_plan(&plan, &addresses, &credentials, registered);
        let name = &plan.name;
        let alias = written["alias"].as_str();
        let has_alias = plan.registration() != Registration::Dynamic;
        assert_eq!(alias, has_alias.then_some(name.as_str()));
        assert_eq!(written["browser"].is_array(), plan.has_browser(), "{name}");
        for member in ["client", "client2"] {
            let client = &written[member];
            match plan.registration() {
                Registration::Dynamic => assert_eq!(client["initial_access_token"], "token"),
                Registration::Static => assert_eq!(client["client_secret"], "secret"),
                Registration::Fapi => {
                    assert_eq!(client["client_id"], *name);
                    let key = &client["jwks"]["keys"][0];
                    assert_eq!(key["alg"], "PS256", "{name}");
                    assert!(key["d"].is_string() && key["qi"].is_string(), "{name}");
                }
                Registration::Ciba => {
                    assert_eq!(client["hint_value"], format!("{name}@example.com"));
                    assert!(client["jwks"]["keys"][0]["d"].is_string(), "{name}");
                }
                Registration::Signals | Registration::Decisions if member == "client" => {
                    assert_eq!(client["client_secret"], "secret");
                }
                Registration::Signals | Registration::Decisions => {}
                Registration::RelyingParty => unreachable!("{name} has clients"),
            }
        }
        let is_fapi = matches!(plan.registration(), Registration::Fapi | Registration::Ciba);
        let certificate = written["mtls2"]["cert"].as_str().unwrap_or_default();
        assert_eq!(certificate.contains("BEGIN CERTIFICATE"), is_fapi, "{name}");
        assert_eq!(written["resource"].is_object(), is_fapi, "{name}");
        let details = &written["resource"]["richAuthorizationRequest"];
        assert_eq!(details[0]["type"] == "payment", plan.is_rich(), "{name}");
    }
}

#[test]
fn link_of_message_is_found() {
    let origin = "https://localhost:8443";
    let link = "https://localhost:8443/device/confirm?request=ibq-WAfuHVYcJUh4yrLO_Q";
    for message in [
        format!("Hello\n{link}\n\n<a href=\"{link}\">"),
        "see https://localhost:8443/device/confirm?request=3Dibq-WAfuHVY=\ncJUh4yrLO_Q\n"
            .to_owned(),
    ] {
        assert_eq!(approval::link(&message, origin).as_deref(), Some(link));
    }
    assert_eq!(
        approval::link("https://localhost:8443/account", origin),
        None
    );
}

/// Doorward and the suite have one client, and the issuer is that of a module.
#[test]
fn provider_is_registered_at_both_sides() {
    let addresses = Addresses::read().unwrap();
    let credentials = Credentials {
        initial_access_token: String::new(),
        keys: [(); 2].map(|()| ClientKeys {
            private: Value::Null,
            mutual_tls: Value::Null,
        }),
    };
    let issuer = "https://localhost:9443/test/a1b2/";
    for (name, posts) in [
        ("relying-party", false),
        ("relying-party-basic", false),
        ("relying-party-formpost", true),
    ] {
        let plan = plan(name);
        let written = of_plan(&plan, &addresses, &credentials, Map::new());
        // With an alias, all modules would have one issuer.
        assert!(written["alias"].is_null());
        let client = &written["client"];
        let callback = format!("https://localhost:8443/login/callback/{name}");
        assert_eq!(client["redirect_uri"], callback);
        let file = relying_party::provider(&plan, issuer).unwrap();
        let file: toml::Table = toml::from_str(&file).unwrap();
        let provider = &file[name];
        assert_eq!(provider["issuer"].as_str(), Some(issuer));
        assert_eq!(provider["form_post"].as_bool(), Some(posts));
        for member in ["client_id", "client_secret"] {
            assert_eq!(provider[member].as_str(), client[member].as_str());
        }
    }
}

/// The public keys of a client contain the certificate that it shows.
#[test]
fn client_keys_are_public_and_contain_certificate() {
    let directory = tempfile::tempdir().unwrap();
    let keys = write_client(directory.path(), 1).unwrap();
    let file = directory.path().join("client-1.jwks");
    let public: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    assert_eq!(public["keys"][0]["n"], keys.private["keys"][0]["n"]);
    for key in public["keys"].as_array().unwrap() {
        assert!(key["d"].is_null());
    }
    let pem = keys.mutual_tls["cert"].as_str().unwrap();
    let lines = pem.lines().filter(|line| !line.starts_with('-'));
    assert_eq!(public["keys"][1]["x5c"][0], lines.collect::<String>());
}

#[test]
fn clients_have_options_that_page_names() {
    let page = page();
    for plan in plans().plan {
        let registered = clients::of_plan(&plan, USUAL_SUITE, Path::new("/run"));
        let expected = match plan.registration() {
            Registration::Dynamic | Registration::RelyingParty => 0,
            Registration::Static => 3,
            Registration::Fapi | Registration::Ciba => 2,
            Registration::Signals | Registration::Decisions => 1,
        };
        assert_eq!(registered.len(), expected, "{}", plan.name);
        for client in registered {
            let joined = client.arguments.join(" ");
            let options = client.arguments.iter().filter(|it| it.starts_with("--"));
            for option in options {
                assert!(
                    page.contains(option.as_str()) || option == "--id",
                    "{option}"
                );
            }
            let alias = format!("{USUAL_SUITE}/test/a/{}/callback", plan.name);
            let has_user =
                plan.has_browser() && !plan.variant("fapi_profile").contains("credentials");
            assert_eq!(joined.contains(&alias), has_user, "{joined}");
            let is_ciba = plan.registration() == Registration::Ciba;
            let binds = plan.variant("sender_constrain") == "mtls" || is_ciba;
            assert_eq!(joined.contains("--bind-to-certificate"), binds, "{joined}");
            let signs = plan.variant("fapi_request_method") == "signed_non_repudiation";
            let profile = "--profile fapi2-message-signing";
            assert_eq!(joined.contains(profile), signs, "{joined}");
            let details = joined.contains("--details-type payment");
            assert_eq!(details, plan.is_rich(), "{joined}");
        }
    }
}

#[test]
fn table_counts_results_and_shows_variants() {
    let outcomes = [
        PlanOutcome {
            plan: plan("dynamic"),
            modules: vec![
                outcome("a", "PASSED", &[]),
                outcome("b", "REVIEW", &[]),
                outcome("c", "STUCK", &[]),
            ],
        },
        PlanOutcome {
            plan: plan("fapi-credentials-jwt-mtls"),
            modules: vec![outcome("a", "SKIPPED", &[]), outcome("b", "WARNING", &[])],
        },
        PlanOutcome {
            plan: plan("fapi-oidc-jwt-dpop-rich"),
            modules: vec![outcome("a", "PASSED", &[])],
        },
    ];
    assert_eq!(
        table(&outcomes),
        "\
| plan | variants | modules | passed | review | skipped | warning | failed |
|---|---|---|---|---|---|---|---|
| dynamic |  | 3 | 1 | 1 | 0 | 0 | 1 |
| FAPI 2.0 security profile | `plain_oauth`, `private_key_jwt`, `mtls`, `fapi_client_credentials_grant` | 2 | 0 | 0 | 1 | 1 | 0 |
| FAPI 2.0 security profile | `openid_connect`, `private_key_jwt`, `dpop`, `rar` | 1 | 1 | 0 | 0 | 0 | 0 |
| **all** |  | 6 | 2 | 1 | 1 | 1 | 1 |
"
    );
}

#[test]
fn unexpected_results_are_problems() {
    let plans = plans();
    let discovery = "oidcc-discovery-endpoint-verification";
    let implicit = "OIDCCCheckDiscEndpointGrantTypesSupportedDynamic";
    let reuse = "fapi2-security-profile-final-attempt-reuse-authorization-code-after-one-second";
    let reused = "EnsureHttpStatusCodeIs4xx";
    let (oidc, plain) = ("fapi-oidc-jwt-dpop", "fapi-plain-jwt-dpop");
    for (name, module, result, conditions, expected) in [
        ("basic-static", "oidcc-server", "PASSED", &[][..], true),
        ("basic-static", "oidcc-server", "WARNING", &["Any"], false),
        ("basic-static", "oidcc-server", "STUCK", &[], false),
        ("basic-static", "oidcc-prompt-login", "REVIEW", &[], true),
        (
            "basic-static",
            "oidcc-idtoken-unsigned",
            "SKIPPED",
            &[],
            true,
        ),
        // Better than expected: the list is stale.
        (
            "basic-static",
            "oidcc-idtoken-unsigned",
            "PASSED",
            &[],
            false,
        ),
        ("dynamic", discovery, "FAILED", &[implicit], true),
        (
            "dynamic",
            discovery,
            "FAILED",
            &[implicit, "Another"],
            false,
        ),
        ("config", discovery, "FAILED", &[implicit], false),
        (plain, reuse, "WARNING", &[reused], true),
        (oidc, reuse, "WARNING", &[reused], false),
    ] {
        let plan = plan(name);
        let problem = outcome(module, result, conditions).problem(&plans, &plan);
        assert_eq!(
            problem.is_none(),
            expected,
            "{module}: {result}: {problem:?}"
        );
    }
    let short = PlanOutcome {
        plan: plan("third-party-login"),
        modules: vec![outcome("a", "PASSED", &[])],
    };
    let problems = short.problems(&plans);
    assert_eq!(problems, ["third-party-login: 1 modules instead of 2"]);
}

#[test]
fn proxy_serves_addresses_of_configuration() {
    let addresses = Addresses::read().unwrap();
    assert_eq!(addresses.host(), "localhost:8443");
    assert!(addresses.mtls.listen.ends_with(":8444"));
    let proxied = [
        (&addresses.issuer, &addresses.listen),
        (&addresses.tasks.public_url, &addresses.tasks.listen),
    ];
    for (public, listen) in proxied {
        let port = format!("listen 127.0.0.1:{} ssl;", public.port().unwrap());
        let mut servers = setup::NGINX.split("server {");
        let server = servers.find(|it| it.contains(&port)).unwrap();
        assert!(server.contains(&format!("proxy_pass http://{listen};")));
    }
    assert!(setup::NGINX.contains("proxy_set_header Host $http_host;"));
}

#[tokio::test]
async fn suite_that_does_not_answer_is_named() {
    let port = doorward_user_agent::answers::free_port();
    let origin = format!("https://127.0.0.1:{port}");
    let failure = super::Suite::connect(&origin).await.err().unwrap();
    let start = format!("no suite answers at {origin}: ");
    assert!(failure.starts_with(&start), "{failure}");
}

#[test]
fn command_line_rejects_contradictions() {
    let read = |line: &str| Arguments::read(line.split(' ').map(str::to_owned));
    let read = |line| read(line).map(drop);
    for line in [
        "/run",
        "/run --callbacks https://suite.example",
        "/run --suite https://localhost:9443 --plan config --plan dynamic",
    ] {
        assert_eq!(read(line), Ok(()), "{line}");
    }
    for (line, expected) in [
        ("--suite https://localhost:9443", "DIR is missing"),
        ("/run --plan config", "--plan needs --suite"),
        ("/run --suite", "--suite needs a value"),
        ("/run --suite http://localhost:9443", "https"),
        ("/run --jobs 3", "no option --jobs"),
        ("/run /other", "after the directory"),
    ] {
        let failure = read(line).unwrap_err();
        assert!(failure.contains(expected), "{line}: {failure}");
    }
    let unknown = plans().select(&["none".to_owned()]).err().unwrap();
    assert!(unknown.contains("there is no plan \"none\""), "{unknown}");
}

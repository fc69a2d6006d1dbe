//! Tests of `client create --app`, `client apps` and `client config`.

use std::path::Path;

use serde_json::{Value, json};

use super::program::Place;

/// Creates an instance whose database has the standard roles and scopes.
fn ready() -> Place {
    let place = Place::configured();
    place.run(&["role", "setup", "--set", "tasks"]).succeeded();
    place
}

const GRAFANA: [&str; 6] = [
    "client",
    "create",
    "--app",
    "grafana",
    "--url",
    "https://grafana.example/",
];

fn configuration<'a>(shown: &'a Value, place: &str) -> &'a str {
    let parts = shown["configuration"].as_array().unwrap();
    let part = parts.iter().find(|part| part["place"] == place).unwrap();
    part["text"].as_str().unwrap()
}

#[test]
fn application_is_registered_as_file_says() {
    let place = ready();
    let shown = place.json(&[&GRAFANA[..], &["--json"]].concat());
    let (id, secret) = (&shown["client_id"], &shown["client_secret"]);
    let (id, secret) = (id.as_str().unwrap(), secret.as_str().unwrap());
    assert_eq!(shown["application"], "grafana");
    assert_eq!(shown["issuer"], "http://localhost:8400");
    assert_eq!(shown["url"], "https://grafana.example");
    let token = "http://localhost:8400/oauth2/token";
    assert_eq!(shown["endpoints"]["token_endpoint"], token);

    let client = place.json(&["client", "show", id, "--json"]);
    assert_eq!(client["name"], "Grafana");
    assert_eq!(client["kind"], "confidential");
    assert_eq!(client["pkce"], "auto");
    assert_eq!(client["auth_method"], "client_secret");
    let callback = "https://grafana.example/login/generic_oauth";
    assert_eq!(client["redirect_uris"], json!([callback]));
    let after_logout = "https://grafana.example/login";
    assert_eq!(client["post_logout_redirect_uris"], json!([after_logout]));
    assert_eq!(client["scope"], "openid profile email groups");

    let text = configuration(&shown, "grafana.ini");
    for line in [
        "root_url = https://grafana.example/".to_owned(),
        format!("client_id = {id}"),
        format!("client_secret = {secret}"),
        format!("token_url = {token}"),
        format!(
            "signout_redirect_url = http://localhost:8400/oauth2/logout?client_id={id}\
             &post_logout_redirect_uri={after_logout}"
        ),
    ] {
        assert!(text.lines().any(|found| found == line), "{line}: {text}");
    }
    assert!(!text.contains("{{"), "{text}");
}

#[test]
fn configuration_is_printed_for_people_and_again() {
    let place = ready();
    let printed = place.run(&GRAFANA).succeeded();
    assert!(printed.stdout.contains("# Grafana: grafana.ini"));
    assert!(printed.stdout.contains("[auth.generic_oauth]"));
    assert!(printed.stderr.contains("The secret is shown only now"));
    let first = printed.stdout.lines().next().unwrap();
    let id = first.strip_prefix("client_id").unwrap().trim();
    let line = |name: &str| {
        let mut lines = printed.stdout.lines();
        lines.find_map(|line| line.strip_prefix(name)).unwrap()
    };
    let secret = line("client_secret  ");
    let url = ["--url", "https://grafana.example"];
    let again = [&["client", "config", id, "--app", "grafana"], &url[..]].concat();
    let again = place.run(&again).succeeded();
    assert!(!again.stdout.contains(secret), "{}", again.stdout);
    assert!(again.stdout.contains("client_secret = CLIENT_SECRET\n"));
    assert!(again.stderr.contains("rotate-secret"));
}

#[test]
fn given_options_win() {
    let place = ready();
    let given = [
        "Graphs",
        "--scope",
        "openid email",
        "--pkce",
        "optional",
        "--redirect-uri",
        "https://other.example/login/generic_oauth",
        "--auth-method",
        "client_secret_basic",
        "--json",
    ];
    let shown = place.json(&[&GRAFANA[..], &given].concat());
    let id = shown["client_id"].as_str().unwrap();
    let client = place.json(&["client", "show", id, "--json"]);
    assert_eq!(client["name"], "Graphs");
    assert_eq!(client["scope"], "openid email");
    assert_eq!(client["pkce"], "optional");
    assert_eq!(client["auth_method"], "client_secret_basic");
    let uri = "https://other.example/login/generic_oauth";
    assert_eq!(client["redirect_uris"], json!([uri]));
    // What was not given is that of the application.
    let after_logout = "https://grafana.example/login";
    assert_eq!(client["post_logout_redirect_uris"], json!([after_logout]));
}

#[test]
fn security_profile_decides_over_file() {
    let place = ready();
    // The key of RFC 8037 appendix A.
    let keys = json!({ "keys": [{
        "kty": "OKP", "crv": "Ed25519", "kid": "one",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    }] });
    place.write("public.json", &keys.to_string());
    let url = ["--url", "https://app.example", "--json"];
    let profile = ["--profile", "fapi2", "--jwks", "public.json"];
    let create = ["client", "create", "--app", "spring-boot"];
    let shown = place.json(&[&create[..], &url, &profile].concat());
    assert!(shown.get("client_secret").is_none(), "{shown}");
    let id = shown["client_id"].as_str().unwrap();
    let client = place.json(&["client", "show", id, "--json"]);
    assert_eq!(client["profile"], "fapi2");
    assert_eq!(client["pkce"], "required");
    assert_eq!(client["auth_method"], "private_key_jwt");
}

#[test]
fn expected_claims_are_created() {
    let place = ready();
    let url = ["--url", "https://minio.example", "--json"];
    let minio = [&["client", "create", "--app", "minio"], &url[..]].concat();
    let shown = place.json(&minio);
    let claims = || place.json(&["claim", "list", "--json"]);
    let listed = claims();
    let [claim] = listed.as_array().unwrap().as_slice() else {
        panic!("{listed}");
    };
    assert_eq!(claim["client_id"], shown["client_id"]);
    assert_eq!(claim["claim"], "minio_policies");
    let source = json!({ "kind": "groups", "below": "/minio", "format": "path", "strip": true });
    assert_eq!(claim["source"], source);
    // Each client has its own.
    let other = place.json(&minio);
    assert_eq!(claims().as_array().map(Vec::len), Some(2));
    let id = other["client_id"].as_str().unwrap();
    place.run(&["client", "delete", id]).succeeded();
    assert_eq!(claims().as_array().map(Vec::len), Some(1));
}

/// A resource server comes with its resource and scopes; its client introspects their tokens.
#[test]
fn resource_server_is_registered_with_resource() {
    let place = ready();
    let create = |name: &str, url: &str| {
        let command = ["client", "create", "--app", name, "--url", url, "--json"];
        place.json(&command)
    };
    let shown = create("rabbitmq", "https://rabbit.example");
    let resource = place.json(&["resource", "show", "https://rabbit.example", "--json"]);
    assert_eq!(resource["name"], "RabbitMQ", "{resource}");
    assert_eq!(resource["token_claims"], json!([]));
    // An API that decides by roles gets them.
    for name in ["drf", "fastapi", "spring-boot-resource-server"] {
        let url = format!("https://{name}.example");
        create(name, &url);
        let resource = place.json(&["resource", "show", &url, "--json"]);
        assert_eq!(resource["token_claims"], json!(["roles"]), "{name}");
    }
    let text = configuration(&shown, "/etc/rabbitmq/conf.d/50-doorward.conf");
    assert!(
        text.contains("auth_oauth2.scope_prefix = rabbit.example.\n"),
        "{text}"
    );
    let scopes = json!([
        "rabbit.example.configure:*/*",
        "rabbit.example.write:*/*",
        "rabbit.example.read:*/*"
    ]);
    assert_eq!(shown["scopes"], scopes);
    // Another one, and the same one again, are no conflict.
    for url in ["https://rabbit2.example", "https://rabbit.example"] {
        assert!(create("rabbitmq", url)["client_id"].is_string(), "{url}");
    }
    // An MCP server that signs users in passes the resource of MCP clients on.
    let fastmcp = create("fastmcp", "http://localhost:8000");
    let resource = place.json(&["resource", "show", "http://localhost:8000/mcp", "--json"]);
    assert_eq!(resource["name"], "FastMCP", "{resource}");
    let own = json!("localhost:8000:use");
    assert!(
        fastmcp["scopes"].as_array().unwrap().contains(&own),
        "{fastmcp}"
    );
    let dovecot = create("dovecot", "https://mail.example");
    let id = dovecot["client_id"].as_str().unwrap();
    let client = place.json(&["client", "show", id, "--json"]);
    assert_eq!(client["serves"], json!(["https://mail.example"]));
    let kinds = place.json(&["client", "apps", "--json"]);
    let kinds = kinds.as_array().unwrap().iter();
    let servers: Vec<_> = kinds
        .filter(|app| app["kind"] == "resource server")
        .filter_map(|app| app["name"].as_str())
        .collect();
    for name in [
        "dovecot",
        "kafka",
        "minio-sts",
        "mod-oauth2",
        "rabbitmq",
        "step-ca",
    ] {
        assert!(servers.contains(&name), "{name}: {servers:?}");
    }
}

#[test]
fn scope_of_another_resource_is_explained() {
    let place = ready();
    place
        .run(&[
            "scope",
            "create",
            "kafka.example:kafka",
            "--description",
            "Use it",
        ])
        .succeeded();
    place
        .run(&[
            "client",
            "create",
            "--app",
            "kafka",
            "--url",
            "https://kafka.example",
        ])
        .failed(
            1,
            "kafka.example:kafka is a scope of this server; change it with",
        );
    // Nothing of it stays behind.
    let resources = place.run(&["resource", "list"]).succeeded().stdout;
    assert!(!resources.contains("kafka"), "{resources}");
}

#[test]
fn public_application_has_no_secret() {
    let place = ready();
    let shown = place.json(&["client", "create", "--app", "kubelogin", "--json"]);
    assert!(shown.get("client_secret").is_none(), "{shown}");
    let id = shown["client_id"].as_str().unwrap();
    let client = place.json(&["client", "show", id, "--json"]);
    assert_eq!(client["kind"], "public");
    assert_eq!(client["auth_method"], "none");
    let uris = json!(["http://localhost:8000", "http://localhost:18000"]);
    assert_eq!(client["redirect_uris"], uris);
}

#[test]
fn each_application_is_registered() {
    let place = ready();
    let apps = place.json(&["client", "apps", "--json"]);
    let apps = apps.as_array().unwrap();
    assert!(apps.len() >= 40, "{}", apps.len());
    for app in apps {
        let name = app["name"].as_str().unwrap();
        let mut command = vec!["client", "create", "--app", name, "--json"];
        if app["needs_url"] == true {
            command.extend(["--url", "https://app.example"]);
        }
        let shown = place.json(&command);
        assert!(shown["client_id"].is_string(), "{name}");
        let parts = shown["configuration"].as_array().unwrap();
        assert!(!parts.is_empty(), "{name}");
    }
}

#[test]
fn mistakes_are_explained() {
    let place = ready();
    let create = |more: &[&str]| place.run(&[&["client", "create"], more].concat());
    create(&["--app", "grafanna", "--url", "https://g.example"])
        .failed(2, "no application \"grafanna\"; did you mean grafana?");
    create(&["--app", "completely different"]).failed(2, "`doorward client apps` lists");
    create(&["--app", "grafana"]).failed(2, "Grafana needs a URL: the address at which users");
    create(&["--app", "grafana", "--url", "grafana"]).failed(2, "write an absolute URL");
    create(&["--app", "kubelogin", "--url", "https://x.example"]).failed(2, "leave out the URL");
    create(&["--url", "https://x.example", "App"]).failed(2, "name an application with app");
    create(&[]).failed(2, "<NAME>");
    create(&["--app", "grafana", "--url", "http://grafana.example"]).failed(1, "uses http");
}

#[test]
fn guides_are_generated() {
    let place = Place::new();
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs/guides/connect");
    let read = |name: &str| std::fs::read_to_string(directory.join(name)).unwrap();
    let guide = |more: &[&str]| {
        let command = [&["application-guide"], more].concat();
        place.run(&command).succeeded().stdout
    };
    for name in guide(&["--list"]).lines() {
        let page = read(&format!("{name}.md"));
        assert_eq!(page, guide(&[name]), "{name}: run `cargo xtask generate`");
    }
    let overview = read("README.md");
    assert!(overview.contains(&guide(&[])), "run `cargo xtask generate`");
}

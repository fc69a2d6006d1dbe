//! The same attacks on oauth2-proxy behind nginx, as its documentation configures both: the guide names the rows that
//! this reference does not hold. `cargo xtask test --all` builds it.

use std::path::{Path, PathBuf};
use std::process::Command;

use doorward_domain::model::Client;
use doorward_testkit::answers::wait_for_answer;
use doorward_testkit::process::Process;
use doorward_testkit::program::free_port;
use doorward_testkit::proxy::{Proxy, Recipe};
use doorward_testkit::sites::{Application, sign_in_with};
use doorward_testkit::{Stack, flows_with};

use super::{Attacked, FORGED, NAME, TARGETS};

flows_with!([]; guide_names_rows_that_oauth2_proxy_does_not_hold);

const COOKIE: &str = "_oauth2_proxy";
/// Another host behind the same oauth2-proxy.
const OTHER: &str = "mail.example.com";
const GUIDE: &str = "docs/guides/protect-any-application.md";
/// The rows that it does not hold, as the guide names them.
const NOT_HELD: [&str; 3] = [
    "/public/%252e%252e/admins/secrets",
    "two cookies of the session",
    "the cookie of one host at another",
];
/// The configuration of its documentation, with the header that the application trusts.
const NGINX: &str = r#"pid DIR/nginx.pid;
events {}
http {
    access_log off;
    server {
        listen 127.0.0.1:PORT ssl;
        server_name NAMES;
        ssl_certificate DIR/tls.pem;
        ssl_certificate_key DIR/tls.key;
        location /oauth2/ {
            proxy_pass http://127.0.0.1:REFERENCE;
            proxy_set_header Host $host:PORT;
            proxy_set_header X-Real-IP $remote_addr;
            proxy_set_header X-Auth-Request-Redirect $request_uri;
        }
        location = /oauth2/auth {
            proxy_pass http://127.0.0.1:REFERENCE;
            proxy_set_header Host $host:PORT;
            proxy_set_header X-Real-IP $remote_addr;
            proxy_set_header X-Forwarded-Uri $request_uri;
            proxy_set_header Content-Length "";
            proxy_pass_request_body off;
        }
        location / {
            auth_request /oauth2/auth;
            error_page 401 = @sign_in;
            auth_request_set $user $upstream_http_x_auth_request_preferred_username;
            proxy_set_header Remote-User $user;
            proxy_pass http://127.0.0.1:APPLICATION;
        }
        location @sign_in {
            return 302 /oauth2/start?rd=$scheme://$host:PORT$request_uri;
        }
    }
}
"#;

/// Returns the program, if it was built.
fn program() -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent()?;
    let path = target.join("interop/go/oauth2-proxy");
    path.is_file().then_some(path)
}

async fn start(stack: &Stack, program: &Path, recipe: &Recipe) -> (Process, u16) {
    let origin = format!("https://{NAME}:{}", recipe.port());
    let redirect_uri = format!("{origin}/oauth2/callback");
    let client = &stack.seed.web;
    let change = |client: &mut Client| {
        client.redirect_uris = vec![redirect_uri.clone()];
        for scope in ["email", "profile"] {
            client.scopes.insert(scope);
        }
    };
    stack.change_client(&client.id, change).await;
    let port = free_port();
    let mut command = Command::new(program);
    command.args([
        "--provider=oidc",
        "--scope=openid email profile",
        "--code-challenge-method=S256",
        "--email-domain=*",
        "--cookie-secret=0123456789abcdef0123456789abcdef",
        "--reverse-proxy=true",
        "--skip-provider-button=true",
        "--skip-auth-route=^/public/",
        "--set-xauthrequest=true",
        "--upstream=static://202",
        "--whitelist-domain=.example.com:*",
    ]);
    for (option, value) in [
        ("oidc-issuer-url", stack.issuer()),
        ("client-id", &client.id),
        ("client-secret", client.secret.as_deref().unwrap()),
        ("redirect-url", &redirect_uri),
        ("http-address", &format!("127.0.0.1:{port}")),
    ] {
        command.arg(format!("--{option}={value}"));
    }
    let process = Process::spawn(&mut command);
    wait_for_answer(&format!("http://127.0.0.1:{port}/ping")).await;
    (process, port)
}

fn nginx(recipe: Recipe, reference: u16, application: u16) -> Proxy {
    recipe
        .replace("CONFIGURATION", NGINX)
        .replace("NAMES", &format!("{NAME} {OTHER}"))
        .replace("REFERENCE", &reference.to_string())
        .replace("APPLICATION", &application.to_string())
        .nginx()
}

/// Returns the rows that are not held. A request reaches a secret page if its path names it after decoding.
fn rows(attacked: &Attacked) -> Vec<String> {
    let mut not_held = Vec::new();
    let mut row = |name: &str, is_held: bool| {
        if !is_held {
            not_held.push(name.to_owned());
        }
    };
    let has_user = |heads: &[String], user: Option<&str>| {
        heads.iter().all(|head| {
            let lower = head.to_ascii_lowercase().replace("remote_", "remote-");
            let users = lower
                .lines()
                .filter_map(|line| line.strip_prefix("remote-user:"));
            users.map(str::trim).eq(user)
        })
    };
    let (status, answer, heads) = attacked.get("/wiki", &attacked.own);
    assert_eq!(status, 200, "{answer} {}", attacked.proxy.log());
    assert!(has_user(&heads, Some("alice")), "{heads:?}");
    let (_, _, heads) = attacked.get("/wiki", &attacked.forged);
    row("a forged user", has_user(&heads, Some("alice")));
    let (status, _, heads) = attacked.get("/public/x", FORGED);
    assert_eq!(status, 200, "{}", attacked.proxy.log());
    row("a forged user on a path for anyone", has_user(&heads, None));
    for target in TARGETS {
        let (_, _, heads) = attacked.get(target, FORGED);
        row(target, heads.is_empty());
    }
    let own = attacked.own.trim_end().trim_start_matches("Cookie: ");
    for (name, host, cookie) in [
        (NOT_HELD[1], NAME, format!("{own}; {own}")),
        (NOT_HELD[2], OTHER, own.to_owned()),
        ("a longer cookie", NAME, format!("{own}x")),
    ] {
        let host = format!("{host}:{}", attacked.proxy.port);
        let fields = format!("Cookie: {cookie}\r\n");
        let (_, _, heads) = attacked.send(("GET", "/wiki"), &host, &fields);
        row(name, heads.is_empty());
    }
    not_held
}

async fn guide_names_rows_that_oauth2_proxy_does_not_hold(stack: &Stack) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let guide = std::fs::read_to_string(root.join(GUIDE)).unwrap();
    for name in NOT_HELD {
        assert!(guide.contains(name), "the guide does not name {name:?}");
    }
    let Some(program) = program() else {
        println!("NOT RUN: no oauth2-proxy; `cargo xtask test --all` builds it");
        return;
    };
    let recipe = Recipe::new("CONFIGURATION", NAME);
    let application = Application::start();
    let (mut reference, port) = start(stack, &program, &recipe).await;
    let proxy = nginx(recipe, port, application.port);
    let cookie = sign_in_with(&proxy, NAME, COOKIE).await;
    application.take();
    let own = format!("Cookie: {cookie}\r\n");
    let attacked = Attacked {
        host: format!("{NAME}:{}", proxy.port),
        forged: format!("{FORGED}{own}"),
        own,
        proxy,
        application,
    };
    assert_eq!(rows(&attacked), NOT_HELD);
    reference.kill();
    for target in ["/wiki", "/public/x"] {
        let (status, answer, heads) = attacked.get(target, &attacked.forged);
        assert!(heads.is_empty() && status >= 500, "{target}: {answer}");
    }
}

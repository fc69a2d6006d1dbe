//! Tests of `docs/guides/protect-a-*.md`: the programs of the pages are the files in the directory
//! beside this one, run as separate processes, and called with tokens of a running server. Also
//! runs the tests of `clients/python` and `clients/js`, whose packages they use.

mod guide;
mod running;

use doorward_testkit::{Stack, UserAgent, flows, jwt};
use serde_json::Value;

use crate::support::{code, sign_in, text, tokens};
use crate::support_dpop::{Prover, challenges, redeem};
use running::Service;

flows!(
    django_rest_framework_as_asgi,
    django_rest_framework_as_wsgi,
    django,
    fastapi,
    express,
    fastify,
);

async fn django_rest_framework_as_asgi(stack: &Stack) {
    let service = Service::python(stack, "drf", &["-m", "uvicorn", "asgi:application"]).await;
    visit(stack, &service).await;
    proofs(stack, &service).await;
}

async fn django_rest_framework_as_wsgi(stack: &Stack) {
    let service = Service::python(stack, "drf", &["wsgi.py"]).await;
    visit(stack, &service).await;
    proofs(stack, &service).await;
}

async fn django(stack: &Stack) {
    let service = Service::python(stack, "django", &["-m", "uvicorn", "asgi:application"]).await;
    visit(stack, &service).await;
    proofs(stack, &service).await;
}

async fn fastapi(stack: &Stack) {
    let service = Service::python(stack, "fastapi", &["-m", "uvicorn", "service:app"]).await;
    visit(stack, &service).await;
    proofs(stack, &service).await;
}

async fn express(stack: &Stack) {
    let service = Service::node(stack, "express").await;
    visit(stack, &service).await;
    proofs(stack, &service).await;
}

async fn fastify(stack: &Stack) {
    let service = Service::node(stack, "fastify").await;
    visit(stack, &service).await;
    proofs(stack, &service).await;
}

/// The tokens of the calls.
struct Tokens {
    alice: String,
    /// Alice's user ID.
    subject: String,
    /// A token of Alice without the scope to read.
    writer: String,
    /// A token of a client that acts for itself, with every permission of a manager.
    machine: String,
    id_token: String,
    /// A token of Alice for the identity server only.
    elsewhere: String,
}

impl Tokens {
    async fn of(stack: &Stack) -> Self {
        let client = &stack.seed.trusted;
        let signed_in = sign_in(stack, client, "openid tasks:read tasks:write").await;
        let writer = sign_in(stack, client, "openid tasks:write").await;
        let elsewhere = sign_in(stack, client, "openid").await;
        let fields = [
            ("grant_type", "client_credentials"),
            ("scope", "tasks:read tasks:write tasks:read_all"),
        ];
        let machine = tokens(&stack.token(&stack.seed.service, &fields).await);
        let access = |json: &Value| text(json, "access_token");
        let alice = access(&signed_in);
        Self {
            subject: text(&jwt::claims(&alice), "sub"),
            alice,
            writer: access(&writer),
            machine: access(&machine),
            id_token: text(&signed_in, "id_token"),
            elsewhere: access(&elsewhere),
        }
    }
}

/// Returns the token with the bytes of its signature in reverse order.
fn altered(token: &str) -> String {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let reversed: String = signature.chars().rev().collect();
    format!("{signed}.{reversed}")
}

/// Calls each route with good and bad tokens.
async fn visit(stack: &Stack, service: &Service) {
    let tokens = Tokens::of(stack).await;
    let page = service.get("/report", Some(&tokens.alice)).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert_eq!(page.json()["subject"], tokens.subject.as_str());
    assert_eq!(page.json()["machine"], false);
    let page = service.get("/report", Some(&tokens.machine)).await;
    assert_eq!(page.json()["subject"], stack.seed.service.id.as_str());
    assert_eq!(page.json()["machine"], true);
    rejected_tokens(service, &tokens).await;
    requirements(service, &tokens).await;
}

async fn rejected_tokens(service: &Service, tokens: &Tokens) {
    let page = service.get("/report", None).await;
    assert_eq!(page.status, 401, "{}", page.dump());
    let found = challenges(&page).join(", ");
    assert!(found.starts_with("Bearer realm="), "{found}");
    let forged = altered(&tokens.alice);
    for (call, token) in [
        ("altered", forged.as_str()),
        ("no JWT", "abc"),
        ("ID token", tokens.id_token.as_str()),
        ("other audience", tokens.elsewhere.as_str()),
    ] {
        let page = service.get("/report", Some(token)).await;
        let found = challenges(&page).join(", ");
        assert_eq!(page.status, 401, "{call}: {}", page.dump());
        assert!(found.contains("error=\"invalid_token\""), "{call}: {found}");
    }
}

/// Calls routes that require a permission, a user, or a recent sign-in.
async fn requirements(service: &Service, tokens: &Tokens) {
    let (alice, machine) = (tokens.alice.as_str(), tokens.machine.as_str());
    let own = format!("/reports/{}", tokens.subject);
    let scope = "error=\"insufficient_scope\"";
    for (call, method, path, token, status, challenge) in [
        (
            "no scope",
            "GET",
            "/report",
            tokens.writer.as_str(),
            403,
            scope,
        ),
        ("recent sign-in", "POST", "/payments", alice, 204, ""),
        // A client that acts for itself could never satisfy a challenge.
        ("no sign-in", "POST", "/payments", machine, 403, ""),
        ("no permission", "GET", "/reports", alice, 403, ""),
        ("no user", "GET", "/reports", machine, 403, ""),
        ("own object", "GET", own.as_str(), alice, 200, ""),
        (
            "object of another user",
            "GET",
            "/reports/bob",
            alice,
            403,
            "",
        ),
    ] {
        let page = service
            .send(method, path, "Bearer", Some(token), None)
            .await;
        assert_eq!(page.status, status, "{call}: {}", page.dump());
        let found = challenges(&page).join(", ");
        assert!(found.contains(challenge), "{call}: {found}");
        assert_eq!(found.is_empty(), challenge.is_empty(), "{call}: {found}");
    }
}

/// Returns a token that is bound to a key.
async fn bound(stack: &Stack) -> (Prover, String) {
    stack.clock.catch_up();
    let (prover, client) = (Prover::new(), &stack.seed.native);
    let code = code(stack, client, "openid tasks:read").await;
    let proof = prover.for_token(stack);
    let json = tokens(&redeem(stack, client, &code, &[&proof]).await);
    assert_eq!(json["token_type"], "DPoP");
    (prover, text(&json, "access_token"))
}

/// Calls a route with a bound token: only with a proof, and with each proof once.
async fn proofs(stack: &Stack, service: &Service) {
    let (prover, token) = bound(stack).await;
    let address = service.at("/report");
    let proof = prover.beside(stack, &token, &address);
    let elsewhere = prover.beside(stack, &token, &service.at("/reports"));
    let stranger = Prover::new().beside(stack, &token, &address);
    for (call, scheme, proof, status, challenge) in [
        ("proof", "DPoP", Some(&proof), 200, ""),
        (
            "proof used twice",
            "DPoP",
            Some(&proof),
            401,
            "error=\"invalid_dpop_proof\"",
        ),
        (
            "no proof",
            "DPoP",
            None,
            401,
            "error=\"invalid_dpop_proof\"",
        ),
        (
            "proof for another path",
            "DPoP",
            Some(&elsewhere),
            401,
            "error=\"invalid_dpop_proof\"",
        ),
        (
            "proof of another key",
            "DPoP",
            Some(&stranger),
            401,
            "error=\"invalid_token\"",
        ),
        (
            "bearer token",
            "Bearer",
            None,
            401,
            "error=\"invalid_token\"",
        ),
    ] {
        let proof = proof.map(String::as_str);
        let page = service
            .send("GET", "/report?a=b", scheme, Some(&token), proof)
            .await;
        assert_eq!(page.status, status, "{call}: {}", page.dump());
        let found = challenges(&page).join(", ");
        assert!(found.contains(challenge), "{call}: {found}");
        assert_eq!(found.is_empty(), challenge.is_empty(), "{call}: {found}");
    }
}

impl Service {
    async fn get(&self, path: &str, token: Option<&str>) -> doorward_testkit::Page {
        self.send("GET", path, "Bearer", token, None).await
    }

    /// Sends a request with a token and a proof.
    async fn send(
        &self,
        method: &str,
        path: &str,
        scheme: &str,
        token: Option<&str>,
        proof: Option<&str>,
    ) -> doorward_testkit::Page {
        let agent = UserAgent::new();
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = agent.http().request(method, self.at(path));
        if let Some(token) = token {
            request = request.header("authorization", format!("{scheme} {token}"));
        }
        if let Some(proof) = proof {
            request = request.header("dpop", proof);
        }
        agent.send(request).await
    }
}

/// Runs the tests of the Python package, among them the shared vectors.
#[test]
fn python_package_passes_its_tests() {
    let output = running::python_package_tests();
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{shown}");
    assert!(!shown.contains("skipped"), "{shown}");
}

/// Runs the tests of the JavaScript package, among them the shared vectors.
#[test]
fn javascript_package_passes_its_tests() {
    let output = running::script_package_tests();
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{shown}");
    assert!(shown.contains("skipped 0"), "{shown}");
}

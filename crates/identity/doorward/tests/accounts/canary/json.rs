//! Secrets that the JSON API and the administration API return only once.

use doorward_access::clock::{Clock as _, SystemClock};
use doorward_domain::credentials::totp::TotpSecret;
use doorward_domain::model::ClientId;
use doorward_store::{Db, OpenOptions, repo};
use doorward_testkit::{Authorization, PASSWORD, Page, UserAgent};
use reqwest::Method;
use serde_json::{Value, json};

use super::{WRONG, Walk};

const NAME: &str = "jason";
const EMAIL: &str = "jason@example.org";
const FIRST: &str = "merlin-Canary-14-rhubarb";
const SECOND: &str = "plover-Canary-92-quince";
const THIRD: &str = "dunlin-Canary-38-medlar";
const FOURTH: &str = "whimbrel-Canary-77-damson";

impl Walk {
    async fn ask(&mut self, method: Method, path: &str, token: &str, body: &Value) -> Page {
        let http = self.agent.http().clone();
        let mut request = http.request(method, self.program.at(path));
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        // Changes an existing resource regardless of its version.
        let request = request.header("if-match", "*");
        let request = request.header("content-type", "application/json");
        self.send_raw(request.body(body.to_string())).await
    }

    async fn post(&mut self, path: &str, token: &str, body: Value, status: u16) -> Value {
        let page = self.ask(Method::POST, path, token, &body).await;
        assert_eq!(page.status, status, "{path}: {}", page.dump());
        if page.body.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&page.body).expect("JSON")
        }
    }

    fn keep(&mut self, name: &str, value: &Value) -> String {
        let text = value.as_str().unwrap_or_else(|| panic!("{name}: {value}"));
        self.vault.keep(name, text);
        text.to_owned()
    }

    fn keep_recovery(&mut self, answer: &Value) -> Vec<String> {
        let codes = answer["recovery_codes"].as_array().expect("codes").clone();
        assert_eq!(codes.len(), 10);
        for code in &codes {
            let code = self.keep("a recovery code by JSON", code);
            self.vault
                .keep("a recovery code by JSON", &code.replace('-', ""));
        }
        codes
            .iter()
            .map(|code| code.as_str().expect("a code").to_owned())
            .collect()
    }

    fn credentials(&self, name: &str, password: &str) -> Value {
        json!({ "username": name, "password": password, "client_id": self.program.seed.app.id })
    }

    /// Signs in and returns both tokens; sends a second-factor code if one is given.
    async fn enter(&mut self, name: &str, password: &str, code: Option<&str>) -> [String; 2] {
        let body = self.credentials(name, password);
        let expected = if code.is_some() { 401 } else { 200 };
        let mut response = self.post("/api/auth/login", "", body, expected).await;
        if let Some(code) = code {
            let app = self.program.seed.app.id.clone();
            let step = |code| json!({ "mfa_token": response["mfa_token"], "code": code, "client_id": app });
            let (wrong, right) = (step(WRONG), step(code));
            self.post("/api/auth/login/mfa", "", wrong, 401).await;
            response = self.post("/api/auth/login/mfa", "", right, 200).await;
        }
        ["access", "refresh"].map(|name| response[name].as_str().expect("a token").to_owned())
    }

    /// Runs an account's lifecycle by the JSON API; returns the mails with a link.
    pub(super) async fn by_json(&mut self) -> Vec<String> {
        for password in [FIRST, SECOND, THIRD, FOURTH, PASSWORD] {
            self.vault.keep("a password by JSON", password);
        }
        let app = self.program.seed.app.id.clone();
        let sign_up = json!({ "username": NAME, "email": EMAIL, "password": FIRST,
            "password_confirm": FIRST, "client_id": app });
        self.post("/api/auth/register", "", sign_up, 201).await;
        let (token, welcome) = self.mailed_to(EMAIL, "the link of a proof by JSON", "verify-email");
        let proof = json!({ "token": token, "client_id": app });
        self.post("/api/auth/email/verify", "", proof, 204).await;
        let [access, refresh] = self.enter(NAME, FIRST, None).await;
        let renewal = json!({ "refresh": refresh, "client_id": app });
        let renewed = self.post("/api/auth/token/refresh", "", renewal, 200).await;
        let question = json!({ "token": renewed["access"], "client_id": app });
        self.post("/api/auth/token/verify", "", question, 200).await;
        let recovery = self.factor_by_json(&access).await;

        let wish = json!({ "email": EMAIL, "client_id": app });
        self.post("/api/auth/password/reset", "", wish, 202).await;
        let (token, reset) = self.mailed_to(EMAIL, "the link of a reset by JSON", "reset-password");
        let set = |password: &str, confirm: &str| {
            json!({ "token": token, "client_id": app, "password": password,
                "password_confirm": confirm })
        };
        let confirm = "/api/auth/password/reset/confirm";
        self.post(confirm, "", set(SECOND, WRONG), 400).await;
        self.post(confirm, "", set(SECOND, SECOND), 204).await;
        self.post(confirm, "", set(THIRD, THIRD), 400).await;
        let [access, refresh] = self.enter(NAME, SECOND, Some(&recovery[1])).await;
        let change = json!({ "current_password": SECOND, "password": THIRD,
            "password_confirm": THIRD });
        self.post("/api/auth/password/change", &access, change, 204)
            .await;
        let out = json!({ "refresh": refresh, "client_id": app });
        self.post("/api/auth/logout", "", out.clone(), 204).await;
        self.post("/api/auth/token/refresh", "", out, 401).await;
        self.api_keys().await;
        vec![welcome, reset]
    }

    /// Sets up a second factor, uses it, and creates new recovery codes.
    async fn factor_by_json(&mut self, access: &str) -> Vec<String> {
        let proposed = self
            .post("/api/auth/2fa/setup", access, json!({}), 200)
            .await;
        let secret = self.keep("the secret of an app by JSON", &proposed["secret"]);
        let secret = TotpSecret::from_base32(&secret).expect("base32");
        self.post(
            "/api/auth/2fa/verify",
            access,
            json!({ "code": WRONG }),
            400,
        )
        .await;
        let code = secret.code_at(SystemClock.now());
        self.vault.keep("a code of the app", &code);
        let proof = json!({ "code": code });
        let shown = self.post("/api/auth/2fa/verify", access, proof, 200).await;
        let codes = self.keep_recovery(&shown);
        let [access, _] = self.enter(NAME, FIRST, Some(&codes[0])).await;
        let shown = self
            .post("/api/auth/2fa/recovery-codes", &access, json!({}), 200)
            .await;
        self.keep_recovery(&shown)
    }

    /// Creates, uses and revokes an API key.
    async fn api_keys(&mut self) {
        let [access, _] = self.enter("alice", PASSWORD, None).await;
        let wish = json!({ "name": "Laptop", "scopes": ["tasks:read"] });
        let created = self.post("/api/auth/api-keys", &access, wish, 201).await;
        let key = self.keep("an API key", &created["key"]);
        let http = self.agent.http().clone();
        let tasks = self.program.seed.tasks_api.clone();
        let url = self.program.at("/oauth2/introspect");
        let fields = [("token", key.as_str()), ("client_address", "127.0.0.1")];
        for expected in [true, false] {
            let page = self.send_raw(tasks.request(&http, &url, &fields)).await;
            assert_eq!(page.json()["active"], expected, "{}", page.dump());
            let path = format!(
                "/api/auth/api-keys/{}",
                created["id"].as_str().expect("an id")
            );
            self.ask(Method::DELETE, &path, &access, &Value::Null).await;
        }
        let http = http.get(self.program.at("/api/auth/profile"));
        self.send_raw(http.header("x-api-key", &key).bearer_auth(&key))
            .await;
    }

    /// Creates the administrators' resources whose secrets are returned once.
    pub(super) async fn administration(&mut self) {
        let trusted = self.program.seed.trusted.clone();
        self.open_administration(&trusted.id).await;
        let request = Authorization::new(&self.program.issuer, &trusted);
        let request = request.with("scope", "openid admin");
        let code = request.complete(&UserAgent::new(), "admin").await.code();
        self.vault.keep("an authorization code", &code);
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", trusted.redirect_uri.as_str()),
            ("code_verifier", doorward_testkit::authorization::VERIFIER),
        ];
        let http = self.agent.http().clone();
        let url = self.program.at("/oauth2/token");
        let page = self.send_raw(trusted.request(&http, &url, &fields)).await;
        let token = page.member("access_token").expect("a token");

        // The request has an idempotency key, so that the server stores its response.
        let robot = json!({ "name": "Robot", "kind": "confidential" });
        let clients = self.program.at("/api/admin/clients");
        let wish = || {
            let request = http.post(&clients).bearer_auth(&token);
            let request = request.header("idempotency-key", "canary");
            request
                .header("content-type", "application/json")
                .body(robot.to_string())
        };
        let created = self.send_raw(wish()).await;
        assert_eq!(created.status, 201, "{}", created.dump());
        let secret = self.keep(
            "a client secret of the API",
            &created.json()["client_secret"],
        );
        let again = self.send_raw(wish()).await;
        assert_eq!(again.json()["client_secret"], secret.as_str());
        let path = created.header("location").expect("an address").to_owned();
        let rotated = self
            .post(&format!("{path}/secret"), &token, json!({}), 200)
            .await;
        self.keep("a client secret of the API", &rotated["client_secret"]);

        let user = json!({ "username": "hired", "email": "hired@example.org",
            "email_verified": true });
        let user = self.post("/api/admin/users", &token, user, 201).await;
        let link = "the link of a first password";
        self.mailed_to("hired@example.org", link, "reset-password");
        let path = format!("/api/admin/users/{}", user["id"].as_str().expect("an id"));
        let path = format!("{path}/password-reset");
        self.post(&path, &token, json!({}), 202).await;
        let link = "the link of a reset by an administrator";
        let (reset, _) = self.mailed_to("hired@example.org", link, "reset-password");
        let set = json!({ "token": reset, "password": FOURTH, "password_confirm": FOURTH,
            "client_id": self.program.seed.app.id });
        self.post("/api/auth/password/reset/confirm", "", set, 204)
            .await;
        let misspelt = json!({ "username": "hired", "passwort": WRONG, "password": [WRONG] });
        self.post("/api/admin/users", &token, misspelt, 400).await;
        self.enter("hired", FOURTH, None).await;
    }

    /// Allows a client to request the scope `admin`, and waits until all caches have expired.
    async fn open_administration(&self, id: &str) {
        let db = Db::open(&self.program.storage.identity, OpenOptions::for_command()).await;
        let db = db.expect("the database");
        let id = ClientId::parse(id).expect("a client id");
        let client = repo::clients::find(db.read(), &id).await;
        let mut client = client.expect("a query").expect("a client");
        client.scopes = client.scopes.iter().chain(["admin"]).collect();
        let tx = db.begin_write().await.expect("a transaction");
        repo::clients::update(&tx, &client)
            .await
            .expect("an update");
        tx.commit().await.expect("commit");
        db.close().await.expect("close");
        tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    }
}

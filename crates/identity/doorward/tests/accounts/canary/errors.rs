//! Rejected requests: to the account API, and with secrets in unexpected places.

use serde_json::json;

use super::{EMAIL, FIRST, NAME, THIRD, WRONG, Walk};

impl Walk {
    /// Sends secrets to the JSON API in valid and invalid requests.
    pub(super) async fn api(&mut self) {
        let http = self.agent.http().clone();
        let at = self.program.issuer.clone();
        let bodies = [
            (
                "register",
                json!({"username": "second", "email": "second@example.org",
                "password": THIRD, "password_confirm": THIRD, "client_id": "trusted-app"}),
            ),
            (
                "register",
                json!({"username": NAME, "email": EMAIL,
                "password": WRONG, "password_confirm": FIRST, "client_id": "native-app"}),
            ),
            (
                "login",
                json!({"username": NAME, "password": THIRD, "client_id": "native-app"}),
            ),
            (
                "login",
                json!({"username": NAME, "password": WRONG, "client_id": "native-app"}),
            ),
            ("login", json!({"username": NAME, "password": [WRONG]})),
            ("login", json!({"username": NAME, "passwort": WRONG})),
            ("login/mfa", json!({"mfa_token": WRONG, "code": WRONG})),
            ("token/refresh", json!({"refresh": WRONG})),
            ("token/verify", json!({"token": WRONG})),
            (
                "password/change",
                json!({"current_password": WRONG, "password": THIRD}),
            ),
            (
                "password/reset/confirm",
                json!({"token": WRONG, "password": THIRD, "client_id": "first-party-app"}),
            ),
            (
                "email/verify",
                json!({"token": WRONG, "client_id": "first-party-app"}),
            ),
            ("2fa/verify", json!({"code": WRONG})),
            ("api-keys", json!({"name": "x", "key": WRONG})),
        ];
        for (path, body) in bodies {
            let secret = self.program.seed.trusted.basic();
            for authorization in [secret.as_str(), "Bearer wrong-Canary-33-cucumber", ""] {
                let request = http
                    .post(format!("{at}/api/auth/{path}"))
                    .header("content-type", "application/json")
                    .header("authorization", authorization)
                    .body(body.to_string());
                self.send_raw(request).await;
            }
            let broken = body.to_string().replace('}', "");
            let request = http.post(format!("{at}/api/auth/{path}?password={WRONG}"));
            let request = request
                .header("content-type", "application/json")
                .body(broken);
            self.send_raw(request).await;
        }
    }

    /// Sends secrets as parameters, headers and bodies that do not expect them.
    pub(super) async fn nonsense(&mut self) {
        let http = self.agent.http().clone();
        let at = self.program.issuer.clone();
        for path in [
            "/login",
            "/oauth2/token",
            "/oauth2/authorize",
            "/register",
            "/nothing",
        ] {
            for kind in [
                "application/x-www-form-urlencoded",
                "application/json",
                "text/plain",
                "",
            ] {
                for body in [
                    format!("password={WRONG}&client_secret={WRONG}&code={WRONG}&csrf={WRONG}"),
                    format!("password={WRONG}&password={WRONG}&%ff=%zz"),
                    format!("{{\"password\":\"{WRONG}"),
                    format!("{WRONG}{}", "x".repeat(70_000)),
                ] {
                    let request = http
                        .post(format!("{at}{path}?password={WRONG}&token={WRONG}"))
                        .header("content-type", kind)
                        .header("cookie", format!("doorward_session={WRONG}; x={WRONG}"))
                        .header("authorization", format!("Basic {WRONG}"))
                        .header("x-api-key", WRONG)
                        .body(body);
                    // The server may close the connection on a body that exceeds the limit.
                    let _ = request.send().await;
                }
            }
            let get = http
                .get(format!("{at}{path}?access_token={WRONG}&code={WRONG}"))
                .bearer_auth(WRONG);
            self.send_raw(get).await;
        }
    }
}

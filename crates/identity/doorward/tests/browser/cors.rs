//! Tests that a page of another origin signs in and calls the tasks API with its token (Fetch
//! §3.2).

use std::net::TcpListener;

use doorward_domain::model::Client;
use doorward_testkit::authorization::VERIFIER;
use doorward_testkit::browser::JavaScript;
use serde_json::{Value, json};

use crate::app::App;
use crate::steps::{allow, arrive, arrive_at, sign_in};
use crate::with_settings;

/// The page's script, which exchanges the code and calls the tasks API.
const SCRIPT: &str = r#"
return (async () => {
  const form = new URLSearchParams(FIELDS);
  const token = await (await fetch(ISSUER + "/oauth2/token", {method: "POST", body: form})).json();
  const call = (method, path, body) => fetch(TASKS + path, {
    method, body,
    headers: {"authorization": "Bearer " + token.access_token, "content-type": "application/json"},
  });
  const listed = await call("GET", "/api/tasks/");
  const made = await call("POST", "/api/tasks/", JSON.stringify({title: "from another origin"}));
  const changed = await fetch(made.headers.get("location"), {
    method: "PATCH",
    body: JSON.stringify({status: "done"}),
    headers: {
      "authorization": "Bearer " + token.access_token,
      "content-type": "application/json",
      "if-match": made.headers.get("etag"),
    },
  });
  const refused = await fetch(TASKS + "/api/tasks/");
  const after = await (await call("GET", "/api/tasks/")).json();
  return {
    statuses: [listed.status, made.status, changed.status, refused.status],
    limit: listed.headers.get("ratelimit"),
    challenge: refused.headers.get("www-authenticate"),
    titles: after.items.map((task) => task.title),
  };
})()
"#;

#[test]
fn cross_origin_page_lists_and_creates_tasks() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let settings = [("DOORWARD__TASKS__ALLOWED_ORIGINS", origin.as_str())];
    with_settings(JavaScript::On, &settings, async |stack, browser| {
        let app = App::on(listener);
        let allowed = vec![origin.clone()];
        let register = |client: &mut Client| client.allowed_origins = allowed;
        stack.change_client(&stack.seed.native.id, register).await;
        let request = app.authorization(stack);
        let request = request.with("scope", "openid tasks:read tasks:write");
        browser.open(request.url()).await;
        sign_in(browser, "alice").await;
        arrive(browser, "/consent").await;
        allow(browser).await;
        arrive_at(browser, &app).await;
        let fields = json!({
            "grant_type": "authorization_code",
            "client_id": stack.seed.native.id,
            "code": app.answer().parameters["code"],
            "redirect_uri": app.callback(),
            "code_verifier": VERIFIER,
        });
        let script = SCRIPT
            .replace("FIELDS", &fields.to_string())
            .replace("ISSUER", &json!(stack.issuer()).to_string())
            .replace("TASKS", &json!(stack.tasks()).to_string());
        let seen = browser.execute(&script).await;
        assert_eq!(seen["statuses"], json!([200, 201, 200, 401]), "{seen}");
        assert!(
            seen["titles"]
                .as_array()
                .unwrap()
                .contains(&json!("from another origin"))
        );
        assert!(seen["limit"].is_string(), "{seen}");
        assert!(
            seen["challenge"].as_str().unwrap().starts_with("Bearer"),
            "{seen}"
        );

        // The same page under another host name of this machine is another origin.
        browser.open(origin.replace("127.0.0.1", "localhost")).await;
        let tasks = json!(stack.tasks());
        let script = format!("return fetch({tasks} + '/api/tasks/').then(() => 1, () => 0)");
        assert_eq!(browser.execute(&script).await, Value::from(0));
        let errors = browser.console_errors().await;
        assert!(
            errors.iter().any(|error| error.contains("CORS")),
            "{errors:?}"
        );
    });
}

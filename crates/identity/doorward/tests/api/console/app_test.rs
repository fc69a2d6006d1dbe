//! Tests of the pages of a client that simulate a sign-in and list failures, and of new clients
//! from the catalogue of applications.

use std::collections::BTreeMap;

use doorward_admin::applications::ChosenApplication;
use doorward_applications::catalogue;
use doorward_domain::model::{ClientId, ClientRegistration, GivenScopes};
use doorward_domain::random::Random;
use doorward_domain::secret::{OpaqueToken, TokenHash};
use doorward_store::repo;
use doorward_testkit::{Authorization, Page, Stack, UserAgent, flows, jwt};
use serde_json::{Map, Value, json};
use url::Url;

use super::sign_ins;
use super::support::{browser, open};
use crate::admin::world::World;

flows!(
    simulated_claims_equal_those_of_real_tokens,
    simulation_answers_consent_page,
    simulation_names_failed_check,
    simulation_of_service_shows_own_claims,
    simulation_needs_permissions_for_its_claims,
    sign_in_can_be_started_at_app,
    failures_of_app_are_listed,
    known_app_shows_configuration_of_command_line,
    address_of_known_app_is_validated,
    catalogue_is_searched_and_shows_what_is_set,
);

/// Claims that differ between two sign-ins.
const VARIABLE: [&str; 7] = ["exp", "iat", "jti", "auth_time", "sid", "nonce", "at_hash"];

fn without_variable(mut claims: BTreeMap<String, String>) -> BTreeMap<String, String> {
    claims.retain(|name, _| !VARIABLE.contains(&name.as_str()));
    claims
}

/// Returns the claims of a token as the page shows them.
fn as_shown(claims: &Value) -> BTreeMap<String, String> {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let line = |value: &Value| match value {
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(" "),
        value => text(value),
    };
    let claims = claims.as_object().expect("claims").iter();
    without_variable(
        claims
            .map(|(name, value)| (name.clone(), line(value)))
            .collect(),
    )
}

/// Returns the claims in the table with this number on the page; the first table lists the checks.
fn shown(page: &Page, number: usize) -> BTreeMap<String, String> {
    let table = format!("table:nth-of-type({number}) tbody");
    let names = page.texts_of(&format!("{table} th"));
    let values = page.texts_of(&format!("{table} td"));
    assert!(!names.is_empty(), "{}", page.dump());
    without_variable(names.into_iter().zip(values).collect())
}

async fn test(stack: &Stack, agent: &UserAgent, client: &str, query: &[(&str, &str)]) -> Page {
    let path = format!("/admin/apps/{client}/test");
    let url = Url::parse_with_params(&stack.at(&path), query).expect("a URL");
    let page = agent.get(url).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    page
}

fn state(page: &Page) -> String {
    page.text_of(".head .pill").expect("a state")
}

async fn simulated_claims_equal_those_of_real_tokens(stack: &Stack) {
    let admin = browser(stack, "admin").await;
    let client = &stack.seed.trusted;
    let scope = "openid profile email address tasks:read";
    let request = Authorization::new(stack.issuer(), client).with("scope", scope);
    let code = request.complete(&UserAgent::new(), "alice").await.code();
    let tokens = stack.exchange(client, &code).await.json();
    let token = |name: &str| tokens[name].as_str().expect("a token").to_owned();
    let agent = UserAgent::new();
    let request = agent.http().get(stack.at("/oauth2/userinfo"));
    let request = request.bearer_auth(token("access_token"));
    let userinfo = agent.send(request).await.json();

    let query = [("user", "alice"), ("scope", scope)];
    let page = test(stack, &admin, &client.id, &query).await;
    assert_eq!(state(&page), "It works now");
    let access_token = as_shown(&jwt::claims(&token("access_token")));
    assert_eq!(shown(&page, 2), access_token);
    assert_eq!(shown(&page, 3), as_shown(&jwt::claims(&token("id_token"))));
    assert_eq!(shown(&page, 4), as_shown(&userinfo));
    let captions = page.texts_of("caption");
    let outputs = ["access_token", "id_token", "userinfo"];
    for (caption, output) in captions[1..].iter().zip(outputs) {
        assert!(caption.ends_with(output), "{captions:?}");
    }
    // The administrator is the suggested user, and the form keeps what was typed.
    let page = test(stack, &admin, &client.id, &[]).await;
    let form = page.form("form:has(#user)").with("user", "alice");
    let page = admin.submit(&form.with("scope", "openid")).await;
    let form = page.form("form:has(#user)");
    assert_eq!(form.value("user"), Some("alice"));
    assert_eq!(form.value("scope"), Some("openid"));
    assert_eq!(shown(&page, 2)["scope"], "openid");
    let path = format!("/admin/apps/{}/test?scope=a%22b", client.id);
    let page = admin.get(stack.at(&path)).await;
    assert_eq!(page.status, 422);
    assert!(page.has("[role=alert] a[href='#scope']"), "{}", page.dump());
}

async fn simulation_answers_consent_page(stack: &Stack) {
    let admin = browser(stack, "admin").await;
    let query = [("user", "alice"), ("scope", "openid profile")];
    let page = test(stack, &admin, &stack.seed.web.id, &query).await;
    assert_eq!(state(&page), "It works now");
    let asked = page.text_of(".summary").expect("facts");
    assert!(asked.contains("Consent"), "{asked}");
    assert_eq!(shown(&page, 2)["scope"], "openid profile");
    // Nothing was stored.
    let db = stack.db().await;
    let alice = repo::users::find_by_identifier(db.read(), "alice").await;
    let alice = alice.unwrap().unwrap().id;
    let client = ClientId::parse(&stack.seed.web.id).unwrap();
    let consent = repo::consents::find(db.read(), alice, &client).await;
    assert_eq!(consent.unwrap(), None);
}

async fn simulation_names_failed_check(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let client = &stack.seed.trusted.id;
    let last = |page: &Page| {
        assert_eq!(state(page), "It does not work now");
        let rows = page.texts_of("table:nth-of-type(1) tbody tr");
        rows.last().expect("a check").clone()
    };
    let page = test(stack, &admin, client, &[("user", "nobody")]).await;
    assert!(last(&page).starts_with("There is such an account"));
    let query = [("user", "alice"), ("scope", "openid groups")];
    let page = test(stack, &admin, client, &query).await;
    assert!(last(&page).starts_with("The request is allowed for the app"));
    assert!(page.text().contains("invalid_scope"), "{}", page.dump());
    let links = page.attributes(".actions a", "href");
    assert_eq!(links, [format!("/admin/apps/{client}")]);

    stack.disable_user("alice").await;
    let page = test(stack, &admin, client, &[("user", "alice")]).await;
    assert!(last(&page).starts_with("The account is enabled"));
    let links = page.attributes(".actions a", "href");
    assert_eq!(
        links,
        [format!("/admin/people/{}/enable", world.id("alice"))]
    );

    stack.disable_client(client).await;
    let page = test(stack, &admin, client, &[]).await;
    let check = "The app is known and enabled Stopped here";
    assert_eq!(last(&page), check);
    let facts = page.text_of(".summary").expect("facts");
    assert!(facts.contains("the client is disabled"), "{facts}");
    let command = format!("doorward client update {client} --disabled=false");
    assert!(facts.contains(&command), "{facts}");
    let links = page.attributes(".actions a", "href");
    assert_eq!(links, [format!("/admin/apps/{client}/enable")]);
    assert!(!page.has("table:nth-of-type(2)"), "no claims");
}

async fn simulation_of_service_shows_own_claims(stack: &Stack) {
    let admin = browser(stack, "admin").await;
    let client = &stack.seed.service;
    stack
        .change_client(&client.id, |client| client.redirect_uris.clear())
        .await;
    let fields = [
        ("grant_type", "client_credentials"),
        ("scope", "tasks:read"),
    ];
    let tokens = stack.token(client, &fields).await.json();
    let token = tokens["access_token"].as_str().expect("a token");
    let page = test(stack, &admin, &client.id, &[("scope", "tasks:read")]).await;
    assert_eq!(state(&page), "It works now");
    assert!(!page.has("#user"), "{}", page.dump());
    assert_eq!(shown(&page, 2), as_shown(&jwt::claims(token)));
    // A device cannot be simulated.
    let device = format!("/admin/apps/{}", stack.seed.device.id);
    let page = open(stack, &admin, &device).await;
    let test = format!("{device}/test");
    assert!(!page.attributes(".sub a", "href").contains(&test));
    assert_eq!(admin.get(stack.at(&test)).await.status, 404);
}

async fn simulation_needs_permissions_for_its_claims(stack: &Stack) {
    let world = World::new(stack).await;
    world.let_hold("carol", "apps", &["clients:read"]).await;
    let agent = browser(stack, "carol").await;
    let home = format!("/admin/apps/{}", stack.seed.trusted.id);
    let page = open(stack, &agent, &home).await;
    assert!(!page.has(".sub"), "{}", page.dump());
    for below in ["test", "failures"] {
        let page = agent.get(stack.at(&format!("{home}/{below}"))).await;
        assert_eq!(page.status, 404, "{below}");
    }
    // The claims contain the roles and groups of the user.
    let test = format!("{home}/test");
    world.let_hold("carol", "users", &["users:read"]).await;
    world.let_hold("carol", "roles", &["roles:read"]).await;
    stack.clear_caches();
    assert_eq!(agent.get(stack.at(&test)).await.status, 404);
    world.let_hold("carol", "groups", &["groups:read"]).await;
    stack.clear_caches();
    let page = open(stack, &agent, &home).await;
    assert_eq!(
        page.attributes(".sub a", "href"),
        [
            home.clone(),
            format!("{home}/users"),
            home.clone(),
            test.clone(),
        ]
    );
    open(stack, &agent, &test).await;
}

async fn sign_in_can_be_started_at_app(stack: &Stack) {
    let admin = browser(stack, "admin").await;
    let client = ClientId::parse(&stack.seed.trusted.id).unwrap();
    let mut metadata = Map::new();
    let uri = "https://trusted.example/login";
    metadata.insert("initiate_login_uri".to_owned(), json!(uri));
    let registration = ClientRegistration {
        client_id: client.clone(),
        access_token_hash: TokenHash::digest("registration"),
        metadata,
        given: GivenScopes::default(),
        seen_at: 0,
    };
    let start = Url::parse_with_params(uri, [("iss", stack.issuer())]).unwrap();
    let links = async || {
        let page = test(stack, &admin, client.as_str(), &[]).await;
        let texts = page.texts_of(".actions a");
        texts.into_iter().zip(page.attributes(".actions a", "href"))
    };
    assert_eq!(links().await.count(), 0);
    let db = stack.db().await;
    let tx = db.begin_write().await.unwrap();
    let inserted = repo::client_registrations::insert(&tx, &registration).await;
    inserted.unwrap();
    tx.commit().await.unwrap();
    let text = "Start sign-in at trusted.example".to_owned();
    assert!(links().await.eq([(text, start.to_string())]));
}

async fn failures_of_app_are_listed(stack: &Stack) {
    let admin = browser(stack, "admin").await;
    let client = &stack.seed.trusted;
    let request = Authorization::new(stack.issuer(), client);
    request.complete(&UserAgent::new(), "alice").await.code();
    let wrong = request.with("redirect_uri", "https://evil.example/cb");
    let page = UserAgent::new().get(wrong.url()).await;
    assert_eq!(page.status, 400, "{}", page.dump());
    let home = format!("/admin/apps/{}", client.id);
    let page = open(stack, &admin, &home).await;
    let failures = format!("{home}/failures");
    assert!(page.attributes(".sub a", "href").contains(&failures));
    let page = sign_ins::list(stack, &admin, &failures, 1).await;
    assert!(page.text().contains("Request rejected"), "{}", page.dump());
    let current = page.attributes(".sub [aria-current=page]", "href");
    assert_eq!(current, [failures]);
    let other = format!("/admin/apps/{}/failures", stack.seed.web.id);
    let page = open(stack, &admin, &other).await;
    assert!(page.text().contains("Nothing failed in the last 30 days."));
}

async fn submit_known(stack: &Stack, admin: &UserAgent, app: &str, url: &str) -> Page {
    let path = format!("/admin/apps/new/catalogue/{app}");
    let page = open(stack, admin, &path).await;
    admin.submit(&page.form("#entry").with("url", url)).await
}

/// Returns the text with white space collapsed, as in a page.
fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

async fn known_app_shows_configuration_of_command_line(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let url = "https://git.example";
    let page = submit_known(stack, &admin, "gitea", url).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let secret = page.text_of("#secret").expect("a secret");
    let home = page.attributes("a.primary", "href").remove(0);
    assert!(page.has(&format!("a[href='{home}/test']")));
    let id = home.rsplit('/').next().unwrap();
    let id = ClientId::parse(id).unwrap();
    let client = repo::clients::find(world.db.read(), &id).await;
    let client = client.unwrap().unwrap();
    assert_eq!(client.name, "Gitea and Forgejo");
    let callback = "https://git.example/user/oauth2/doorward/callback";
    assert_eq!(client.redirect_uris, [callback]);

    let application = catalogue::find("gitea").expect("an application");
    let chosen = ChosenApplication::new(application, Some(url)).expect("a URL");
    let random = OpaqueToken::generate(&mut Random::default().rng());
    let expected = chosen.configure(stack.issuer(), &client, Some(&secret), &random);
    let texts: Vec<String> = expected
        .parts
        .iter()
        .map(|part| collapsed(&part.text))
        .collect();
    assert_eq!(page.texts_of("pre"), texts);
    assert!(texts.iter().any(|text| text.contains(&secret)));
    let places: Vec<String> = expected
        .parts
        .iter()
        .map(|part| format!("{}: {}", application.title, part.place))
        .collect();
    assert_eq!(page.texts_of("section h2"), places);
    let notes = application.notes.iter();
    let quoted = notes.flat_map(|note| note.split('`').skip(1).step_by(2));
    let quoted: Vec<String> = quoted.map(str::to_owned).collect();
    assert_eq!(page.texts_of("p code"), quoted);
    let page = open(stack, &admin, &format!("{home}/test")).await;
    assert_eq!(state(&page), "It works now");
    // What was typed wins, as on the command line.
    let path = "/admin/apps/new/catalogue/gitea";
    let page = open(stack, &admin, path).await;
    let form = page.form("#entry").with("url", url).with("name", "Code");
    let typed = "https://code.example/cb";
    let page = admin.submit(&form.with("redirect_uri", typed)).await;
    let home = page.attributes("a.primary", "href").remove(0);
    let page = open(stack, &admin, &home).await;
    assert_eq!(page.text_of("h1").as_deref(), Some("Code"));
    assert!(page.text().contains(typed) && !page.text().contains(callback));
}

async fn address_of_known_app_is_validated(stack: &Stack) {
    let admin = browser(stack, "admin").await;
    for (app, url, message) in [
        ("gitea", "", "Enter the address of the app"),
        ("gitea", "git.example", "Enter a complete address"),
        ("gitea", "http://git.example", "Enter a complete address"),
    ] {
        let page = submit_known(stack, &admin, app, url).await;
        assert_eq!(page.status, 422, "{app} {url}: {}", page.dump());
        let error = page.text_of("#url-error").expect("an error");
        assert!(error.contains(message), "{app} {url}: {error}");
        let form = page.form("#entry");
        assert_eq!(form.value("url"), Some(url), "{app} {url}");
    }
    // The form of an app without an address has no field for one.
    let page = submit_known(stack, &admin, "kubelogin", "https://git.example").await;
    assert_eq!(page.status, 422, "{}", page.dump());
    let error = page.text_of("[role=alert]").expect("an error");
    assert!(error.contains("Leave the address empty"), "{error}");
    assert!(!page.has("#url"), "{}", page.dump());
    let path = stack.at("/admin/apps/new/catalogue/no-such-app");
    assert_eq!(admin.get(path).await.status, 404);
}

async fn catalogue_is_searched_and_shows_what_is_set(stack: &Stack) {
    let admin = browser(stack, "admin").await;
    let names = async |query: &str| {
        let path = format!("/admin/apps/new/catalogue{query}");
        let page = open(stack, &admin, &path).await;
        page.attributes("tbody a", "href")
    };
    assert_eq!(names("").await.len(), catalogue::all().len());
    let gitea = "/admin/apps/new/catalogue/gitea".to_owned();
    // By an alias, and by a category.
    assert_eq!(names("?q=Forgejo").await, [gitea.as_str()]);
    let all = catalogue::all().iter();
    let proxies = all.filter(|application| application.kind.as_str() == "proxy");
    assert_eq!(names("?kind=proxy").await.len(), proxies.count());
    assert!(names("?q=no-such-app").await.is_empty());
    let page = open(stack, &admin, &gitea).await;
    assert_eq!(page.text_of("h1").as_deref(), Some("Gitea and Forgejo"));
    let sets = page.texts_of("tbody td").join(" ");
    assert!(sets.contains("/user/oauth2/doorward/callback"), "{sets}");
    assert!(sets.contains("openid"), "{sets}");
    // With an address, it shows that of the app.
    let form = page.press("#entry button[value=show]");
    let page = admin.submit(&form.with("url", "https://git.example")).await;
    let sets = page.texts_of("tbody td").join(" ");
    assert!(sets.contains("https://git.example/user/"), "{sets}");
    let command = "doorward client create --app=gitea --url=https://git.example";
    assert_eq!(page.texts_of("#entry pre")[0], command);
}

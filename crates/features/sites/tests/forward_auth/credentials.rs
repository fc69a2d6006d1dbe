//! Access tokens and API keys instead of a session.

use doorward_domain::model::{SiteDemand, SiteRule, UserDemand};
use doorward_testkit::authorization::Authorization;
use doorward_testkit::{Stack, UserAgent, flows_with, sites};
use serde_json::json;

use super::TRUSTED;
use super::agent::{Browser, WIKI, below, create_site, register_resource, rules};

flows_with!(TRUSTED;
    other_credentials_are_no_session,
    access_token_is_accepted_by_its_rule_alone,
    api_key_gets_token_with_its_permissions_alone,
);

async fn other_credentials_are_no_session(stack: &Stack) {
    create_site(stack, "wiki", &[WIKI]).await;
    let browser = Browser::new(stack);
    let client = &stack.seed.web;
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), client);
    let code = request.complete(&agent, "alice").await.code();
    let tokens = stack.exchange(client, &code).await.json();
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    for sent in [
        bearer.as_str(),
        "Basic YWxpY2U6cGFzc3dvcmQ=",
        "Bearer x.y.z",
        "Digest username=\"alice\"",
    ] {
        let page = browser.ask(WIKI, "/", &[("authorization", sent)]).await;
        assert_eq!(page.status, 401, "{sent:.30}: {}", page.dump());
    }
}

async fn access_token_is_accepted_by_its_rule_alone(stack: &Stack) {
    let demand = UserDemand {
        permissions: ["wiki:read".to_owned()].into(),
        ..UserDemand::default()
    };
    let api = SiteRule {
        access_tokens: true,
        ..SiteRule::new(5, below("/api"), SiteDemand::User(demand))
    };
    let rules = [api].into_iter().chain(rules()).collect();
    sites::create(stack, "wiki", &[WIKI], rules).await;
    register_resource(stack).await;
    let client = &stack.seed.trusted;
    let bearer = async |scope: &str| {
        let request = Authorization::new(stack.issuer(), client).with("scope", scope);
        let code = request.complete(&UserAgent::new(), "alice").await.code();
        let tokens = stack.exchange(client, &code).await.json();
        format!("Bearer {}", tokens["access_token"].as_str().unwrap())
    };
    let browser = Browser::new(stack);
    let own = bearer("wiki:read").await;
    let page = browser
        .ask(WIKI, "/api/x", &[("authorization", &own)])
        .await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert_eq!(page.header("remote-user"), Some("alice"));
    let claims = super::super::jarm::verified(stack, page.header("remote-token").unwrap()).await;
    assert_eq!(claims["aud"], format!("https://{WIKI}"));
    assert_eq!(claims["username"], "alice");
    assert_eq!(claims["entitlements"], json!(["wiki:read"]));
    assert_eq!(claims["amr"], json!(["pwd"]));
    assert!(claims["sid"].is_string(), "{claims}");
    let page = browser.ask(WIKI, "/", &[("authorization", &own)]).await;
    assert_eq!(
        (page.status, page.json()["reason"].as_str()),
        (403, Some("site_credential"))
    );
    // The token of another resource is none here.
    let other = bearer("tasks:read").await;
    let page = browser
        .ask(WIKI, "/api/x", &[("authorization", &other)])
        .await;
    assert_eq!(page.status, 401, "{}", page.dump());
}

async fn api_key_gets_token_with_its_permissions_alone(stack: &Stack) {
    let demand = UserDemand {
        permissions: ["wiki:read".to_owned()].into(),
        ..UserDemand::default()
    };
    let api = SiteRule {
        api_keys: true,
        ..SiteRule::new(5, below("/api"), SiteDemand::User(demand))
    };
    let rules = [api].into_iter().chain(rules()).collect();
    sites::create(stack, "wiki", &[WIKI], rules).await;
    register_resource(stack).await;
    let mut browser = Browser::new(stack);
    browser.sign_in(WIKI, "alice").await;
    let agent = &browser.agent;
    let form = agent.get(stack.at("/account/api-keys/new")).await;
    let form = form.form("#new-key").with("name", "Laptop");
    let page = agent.submit(&form.and("scope", "wiki:read")).await;
    let key = page.text_of("#key");
    let key = format!(
        "Bearer {}",
        key.unwrap_or_else(|| panic!("{}", page.dump()))
    );
    let program = Browser::new(stack);
    let page = program
        .ask(WIKI, "/api/x", &[("authorization", &key)])
        .await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert_eq!(page.header("remote-user"), Some("alice"));
    assert_eq!(page.header("remote-groups"), None);
    let first = page.header("remote-token").unwrap();
    let claims = super::super::jarm::verified(stack, first).await;
    assert_eq!(claims["aud"], format!("https://{WIKI}"));
    assert_eq!(claims["entitlements"], json!(["wiki:read"]));
    for absent in ["roles", "groups", "acr", "auth_time", "sid"] {
        assert_eq!(claims[absent], json!(null), "{absent}");
    }
    let page = program
        .ask(WIKI, "/api/y", &[("authorization", &key)])
        .await;
    assert_eq!(page.header("remote-token"), Some(first), "signed once");
    let page = program.ask(WIKI, "/", &[("authorization", &key)]).await;
    assert_eq!(page.json()["reason"], "site_credential");
}

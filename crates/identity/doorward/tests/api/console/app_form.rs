//! The pages with the settings of a client, as tests fill them in.

use doorward_domain::model::{Client, ClientId};
use doorward_store::repo;
use doorward_testkit::page::Form;
use doorward_testkit::{Page, Stack, UserAgent};

use super::support::{location, open};
use crate::admin::world::World;

/// Registers an app, and returns its path.
pub async fn new_app(stack: &Stack, admin: &UserAgent) -> String {
    let page = open(stack, admin, "/admin/apps/new").await;
    let form = page
        .form("#entry")
        .with("name", "Photos")
        .with("kind", "web");
    let form = form.with("redirect_uri", "https://photos.example.com/callback");
    let page = admin.submit(&form).await;
    page.attributes("a.primary", "href").remove(0)
}

pub async fn stored(world: &World<'_>, home: &str) -> Client {
    let id = ClientId::parse(home.rsplit('/').next().unwrap()).unwrap();
    let found = repo::clients::find(world.db.read(), &id).await;
    found.unwrap().unwrap()
}

/// Returns the page with the field of a setting.
pub fn page_of(field: &str) -> &'static str {
    match field {
        "grant" | "redirect-uri" | "pkce" | "require-mfa" | "origin" => "sign-in",
        "scope" | "serves" | "sector-identifier" | "claims-in-id-token" => "scopes",
        "auth-method" | "assertion-audience" | "jwks" | "jwks-uri" => "credentials",
        "name" | "publisher" | "policy-uri" | "first-party" | "optional-scope"
        | "consent-lifetime" => "consent",
        field if field.contains("logout") => "sign-out",
        field if field.ends_with("-alg") || field.starts_with("access-token") => "tokens",
        _ => "advanced",
    }
}

/// Sends the page of the first field with these values; a checkbox has one line for each choice.
pub async fn send(stack: &Stack, agent: &UserAgent, home: &str, fields: &[(&str, &str)]) -> Page {
    let path = format!("{home}/edit/{}", page_of(fields[0].0));
    let page = open(stack, agent, &path).await;
    let mut form = page.form("#entry");
    for (name, value) in fields {
        assert!(form.value(name).is_some(), "{name}: {}", page.dump());
        form.fields.retain(|(field, _)| field != name);
        form = form.and(name, value);
    }
    agent.submit(&form).await
}

/// Returns the values of a field, which may be several checkboxes or a number with a unit.
pub fn values(form: &Form, name: &str) -> String {
    let fields = form.fields.iter();
    let values = fields.filter(|(field, value)| field == name && !value.trim().is_empty());
    let values: Vec<&str> = values.map(|(_, value)| value.trim()).collect();
    values.join(" ")
}

/// Confirms a review, if there is one, and asserts that the change was saved.
pub async fn saved(agent: &UserAgent, home: &str, mut page: Page) {
    if page.has("#confirm") {
        page = agent
            .submit(&page.press("#confirm button[value=save]"))
            .await;
    }
    let shown = location(&page);
    let is_page = shown.starts_with(&format!("{home}/edit/"));
    assert!(is_page && shown.ends_with("?done=console-saved"), "{shown}");
}

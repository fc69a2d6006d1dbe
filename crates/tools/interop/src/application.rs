//! Checks of applications whose pages are scripts: the requests of those scripts are sent directly.

use std::time::{Duration, Instant};

use doorward_user_agent::Page;
use serde_json::json;

use crate::doorward::{Doorward, USER};
use crate::failure::Failure;
use crate::programs::Application;
use crate::sign_in::{Visit, asks_for_password, failed};

/// Maximum time until an application that already listens serves its pages.
const LONGEST_START: Duration = Duration::from_mins(1);
/// Maximum time until an application has processed a logout token.
const LONGEST_LOGOUT: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(250);

/// Signs in, checks the user that the application shows, signs out, and checks again.
///
/// # Errors
///
/// Returns the failed step, with the page it ended at.
pub async fn check(
    doorward: &Doorward,
    base: &str,
    application: Application,
) -> Result<(), Failure> {
    let visit = Visit::new(doorward, base);
    match application {
        Application::JupyterHub => jupyterhub(&visit).await,
        Application::NetBox => netbox(&visit).await,
        Application::NodeRed => node_red(&visit).await,
        Application::PgAdmin => pgadmin(&visit).await,
        Application::Synapse => synapse(&visit, "oidc-doorward").await,
        Application::SynapseSaml => synapse(&visit, "saml").await,
        Application::Zabbix => zabbix(&visit).await,
    }
}

/// The user's name and groups, of which the configuration admits one.
async fn jupyterhub(visit: &Visit<'_>) -> Result<(), Failure> {
    wait(visit, "/hub/login").await?;
    let page = visit
        .submit_forms("/hub/oauth_login?next=/hub/home")
        .await?;
    shows("home page", &page, &[USER.username])?;
    let user = visit.get("/hub/api/user").await;
    shows("user", &user, &[USER.username, &format!("/{}", USER.group)])?;
    let page = visit.submit_forms("/hub/logout").await?;
    if !visit.is_at_program(&page) || page.status != 200 {
        return Err(failed("sign-out", &page));
    }
    let user = visit.get("/hub/api/user").await;
    if user.status != 403 {
        return Err(failed("user after sign-out", &user));
    }
    let page = visit.get("/hub/oauth_login?next=/hub/home").await;
    if !asks_for_password(&page) {
        return Err(failed("the session at Doorward lives on", &page));
    }
    Ok(())
}

/// The sign-in page has a form for each provider, and one for passwords.
async fn netbox(visit: &Visit<'_>) -> Result<(), Failure> {
    const PROFILE: &str = "/user/profile/";
    wait(visit, "/login/").await?;
    let page = visit.get("/login/").await;
    let form = page.find_form("form.sso-login-form");
    let form = form.ok_or_else(|| failed("sign-in page without Doorward", &page))?;
    let page = visit.agent.submit(&form).await;
    let page = visit.agent.follow(page, "").await;
    let page = visit.continue_from(page).await?;
    shows("sign-in", &page, &[])?;
    let profile = visit.get(PROFILE).await;
    shows("profile", &profile, &[USER.username, USER.email])?;
    visit.get("/logout/").await;
    let profile = visit.get(PROFILE).await;
    if profile.text().contains(USER.email) {
        return Err(failed("profile after sign-out", &profile));
    }
    Ok(())
}

/// The editor reads its own access token from the address, and the user from its settings.
async fn node_red(visit: &Visit<'_>) -> Result<(), Failure> {
    wait(visit, "/").await?;
    let page = visit.submit_forms("/auth/strategy").await?;
    let token = page.url.query().and_then(|query| {
        let (_, token) = query.split_once("access_token=")?;
        Some(token.to_owned())
    });
    let token = token.ok_or_else(|| failed("address without access_token", &page))?;
    let settings = visit.get_with("/settings", &token).await;
    shows("settings", &settings, &[USER.email])?;
    let request = visit.agent.http().post(visit.url("/auth/revoke"));
    let request = request.bearer_auth(&token).form(&[("token", &token)]);
    let revoked = visit.agent.send(request).await;
    shows("sign-out", &revoked, &[])?;
    let settings = visit.get_with("/settings", &token).await;
    if settings.status != 401 {
        return Err(failed("settings after sign-out", &settings));
    }
    Ok(())
}

/// The sign-in page is a script that posts the name of the button; the user is in another script.
async fn pgadmin(visit: &Visit<'_>) -> Result<(), Failure> {
    const USER_SCRIPT: &str = "/user_management/current_user.js";
    wait(visit, "/login").await?;
    let page = press_doorward(visit).await?;
    let page = visit.continue_from(page).await?;
    shows("sign-in", &page, &[])?;
    let user = visit.get(USER_SCRIPT).await;
    shows("user", &user, &[USER.email])?;
    let page = visit.get("/oauth2/logout").await;
    let page = visit.continue_from(page).await?;
    if !visit.is_at_program(&page) || page.status != 200 {
        return Err(failed("sign-out", &page));
    }
    let user = visit.get(USER_SCRIPT).await;
    if user.text().contains(USER.email) {
        return Err(failed("user after sign-out", &user));
    }
    let page = press_doorward(visit).await?;
    if !asks_for_password(&page) {
        return Err(failed("the session at Doorward lives on", &page));
    }
    Ok(())
}

/// Sends what the sign-in page of pgAdmin sends, and follows the redirect to Doorward.
async fn press_doorward(visit: &Visit<'_>) -> Result<Page, Failure> {
    let page = visit.get("/login").await;
    let text = page.text();
    let token = text
        .split_once("\"csrfToken\": \"")
        .and_then(|(_, rest)| rest.split_once('"'));
    let (token, _) = token.ok_or_else(|| failed("sign-in page without csrfToken", &page))?;
    let fields = [
        ("csrf_token", token),
        ("oauth2_button", "doorward"),
        ("language", "en"),
    ];
    let url = visit.url("/authenticate/login");
    let page = visit.agent.post(url, &fields).await;
    Ok(visit.agent.follow(page, "").await)
}

/// A Matrix client receives a login token, and exchanges it. Sign-out at Doorward ends its access
/// by back-channel logout.
async fn synapse(visit: &Visit<'_>, provider: &str) -> Result<(), Failure> {
    wait(visit, "/_matrix/client/versions").await?;
    let start = format!("/_matrix/client/v3/login/sso/redirect/{provider}?redirectUrl=");
    let page = visit
        .submit_forms(&format!("{start}{}", visit.url("/done")))
        .await?;
    let link = page.link_of("a[href*='loginToken=']");
    let link = link.ok_or_else(|| failed("page without loginToken", &page))?;
    let token = link.query_pairs().find(|(name, _)| name == "loginToken");
    let token = token.map(|(_, value)| value.into_owned());
    let body = json!({ "type": "m.login.token", "token": token });
    let request = visit
        .agent
        .http()
        .post(visit.url("/_matrix/client/v3/login"));
    let request = request.header("content-type", "application/json");
    let page = visit.agent.send(request.body(body.to_string())).await;
    let id = format!("@{}:localhost", USER.username);
    shows("login", &page, &[&id])?;
    let token = page.member("access_token").unwrap_or_default();
    let path = format!("/_matrix/client/v3/profile/{id}");
    let profile = visit.get_with(&path, &token).await;
    shows("profile", &profile, &[USER.name])?;
    let account = ("/_matrix/client/v3/account/whoami", Some(token.as_str()));
    if provider == "saml" {
        let request = visit
            .agent
            .http()
            .post(visit.url("/_matrix/client/v3/logout"));
        let page = visit.agent.send(request.bearer_auth(&token)).await;
        shows("sign-out", &page, &[])?;
        return until(
            visit,
            account,
            401,
            LONGEST_LOGOUT,
            "account after sign-out",
        )
        .await;
    }
    let addresses = "/_matrix/client/v3/account/3pid";
    let addresses = visit.get_with(addresses, &token).await;
    shows("addresses", &addresses, &[USER.email])?;
    let page = visit.get_at_doorward("/oauth2/logout").await;
    visit.continue_from(page).await?;
    let step = "account after sign-out at Doorward";
    until(visit, account, 401, LONGEST_LOGOUT, step).await
}

/// The user's profile page. Single logout signs out at Doorward too.
async fn zabbix(visit: &Visit<'_>) -> Result<(), Failure> {
    const PROFILE: &str = "/zabbix.php?action=userprofile.edit";
    wait(visit, "/index.php").await?;
    let page = visit.submit_forms("/index_sso.php").await?;
    if page.url.path() == "/index_sso.php" {
        return Err(failed("sign-in", &page));
    }
    let profile = visit.get(PROFILE).await;
    shows("profile", &profile, &[USER.username, USER.name])?;
    let page = visit.submit_forms("/index_sso.php?slo").await?;
    shows("sign-out", &page, &[])?;
    let profile = visit.get(PROFILE).await;
    if profile.text().contains(USER.name) {
        return Err(failed("profile after sign-out", &profile));
    }
    let page = visit.get("/index_sso.php").await;
    if !asks_for_password(&page) {
        return Err(failed("the session at Doorward lives on", &page));
    }
    Ok(())
}

/// Waits until the application serves this page.
async fn wait(visit: &Visit<'_>, path: &str) -> Result<(), Failure> {
    until(visit, (path, None), 200, LONGEST_START, "start").await
}

/// Repeats a request, with an access token if there is one, until the response has this status.
async fn until(
    visit: &Visit<'_>,
    (path, token): (&str, Option<&str>),
    status: u16,
    limit: Duration,
    step: &str,
) -> Result<(), Failure> {
    let start = Instant::now();
    loop {
        let page = match token {
            Some(token) => visit.get_with(path, token).await,
            None => visit.get(path).await,
        };
        if page.status == status {
            return Ok(());
        }
        if start.elapsed() > limit {
            return Err(failed(step, &page));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Checks that a page of the application contains these texts.
fn shows(step: &str, page: &Page, texts: &[&str]) -> Result<(), Failure> {
    if page.status != 200 {
        return Err(failed(step, page));
    }
    let content = page.text();
    let missing = texts.iter().find(|text| !content.contains(**text));
    match missing {
        Some(text) => Err(failed(&format!("{step} without {text:?}"), page)),
        None => Ok(()),
    }
}

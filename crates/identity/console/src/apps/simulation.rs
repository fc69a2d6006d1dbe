//! `/admin/apps/{id}/test`: simulates a sign-in at a client with the present settings. No token is
//! issued, only its claims are shown.

use doorward_admin::clients::{self, SIMULATION_PERMISSIONS, SimulatedSignIn};
use doorward_oauth::simulation::Simulation;
use doorward_protocol::scope::Scope;
use doorward_services::error::ServerError;
use doorward_templates::console::QueryForm;
use serde_json::Value as Json;
use url::Url;

use crate::apps::pages::{self, TEST};
use crate::people;
use crate::people::actions::UserAction;
use doorward_console_ui::prelude::*;

pub(crate) async fn show(console: &Console<'_>) -> Answer {
    for permission in SIMULATION_PERMISSIONS {
        console.context().require_global(permission)?;
    }
    let client = pages::named(console).await?;
    let query = console.page.query()?;
    let user = match text(&query, "user")?.trim() {
        "" => console.id(),
        name => name,
    };
    let typed = text(&query, "scope")?.trim();
    let mut form = form(console, &client, user, typed);
    let scope = Some(typed).filter(|typed| !typed.is_empty());
    let Ok(scope) = scope.map(Scope::parse).transpose() else {
        for field in &mut form.fields {
            let is_wrong = field.id == "scope";
            field.error = is_wrong.then(|| console.t("console-test-scope-invalid"));
        }
        let view = Detail {
            query: Some(form),
            ..pages::detail(console, &client, TEST)
        };
        return Ok(console.page.html(StatusCode::UNPROCESSABLE_ENTITY, &view));
    };
    let (context, server) = (console.context(), &console.page.context);
    let simulated = clients::simulate(&context, server, &client, user, scope.as_ref()).await?;
    let state = if simulated.simulation.allowed {
        console.state(Tone::Good, "console-test-works")
    } else {
        console.state(Tone::Warn, "console-test-fails")
    };
    console.show(&Detail {
        state: Some(state),
        query: Some(form),
        facts: facts(console, &simulated),
        tables: tables(console, &simulated.simulation)?,
        actions: actions(console, &client, &simulated),
        ..pages::detail(console, &client, TEST)
    })
}

const USER: Field = Field::line("user", "console-test-user");
const SCOPE: Field = Field::line("scope", "console-test-scope")
    .hint("console-test-scope-hint")
    .optional();

/// Returns the form with the values as typed. A client that acts for itself has no user.
fn form(console: &Console<'_>, client: &Client, user: &str, scope: &str) -> QueryForm {
    let user = (!clients::acts_for_itself(client)).then(|| USER.entry(console, user));
    let scope = SCOPE.entry(console, scope);
    QueryForm {
        action: format!("{}{TEST}", app(&client.id)),
        fields: user.into_iter().chain([scope]).collect(),
        submit: console.t("console-test"),
    }
}

/// Returns the result in words. Causes and remediations are for operators and developers, and
/// always in English.
fn facts(console: &Console<'_>, simulated: &SimulatedSignIn) -> Vec<Fact> {
    let simulation = &simulated.simulation;
    let user = simulated.user.as_ref();
    let asked = simulation.asked.iter().map(|page| match *page {
        "consent" => console.state(Tone::Plain, "console-step-consent"),
        _ => console.state(Tone::Plain, "console-second-step"),
    });
    let asked: Vec<State> = asked.collect();
    let codes = |all: Vec<String>| (!all.is_empty()).then_some(Value::Codes(all));
    let omitted = simulation.output_claims.omitted_claims.iter();
    let omitted = omitted
        .map(|omitted| format!("{}: {} ({})", omitted.output, omitted.claim, omitted.reason));
    let all = [
        ("console-who", user.map(people::link)),
        (
            "console-test-asked",
            (!asked.is_empty()).then_some(Value::States(asked)),
        ),
        ("console-cause", simulation.because.clone().map(Value::Name)),
        (
            "console-step-exchange",
            simulation.error.clone().map(Value::Code),
        ),
        ("console-remedy", codes(simulation.grant.clone())),
        ("console-test-omitted", codes(omitted.collect())),
    ];
    console.known_facts(all)
}

fn actions(console: &Console<'_>, client: &Client, simulated: &SimulatedSignIn) -> Vec<Link> {
    let stopped = simulated.simulation.stopped_by;
    let helping = stopped.and_then(|check| helping_page(console, client, simulated, check));
    let start = simulated.initiate_login_uri.as_deref();
    let start = start.and_then(|uri| start_of(uri, console.page.context.core.issuer()));
    let start = start.map(|(host, url)| {
        // The administrator leaves this server.
        let text = console.layout.t_with("console-test-start", "host", host);
        Link::new(url, text)
    });
    helping.into_iter().chain(start).collect()
}

/// Returns the link to the page that changes the result of this check, for an administrator who may
/// open it. The result names the user with a link.
fn helping_page(
    console: &Console<'_>,
    client: &Client,
    simulated: &SimulatedSignIn,
    check: &str,
) -> Option<Link> {
    if check == "sign_in" {
        let (action, user) = (UserAction::Enable, simulated.user.as_ref()?);
        let may_change = console.may_globally(action.permission());
        let may_change = may_change && !console.is(&user.id.to_string());
        return may_change.then(|| action.link(console, user.id));
    }
    if !client.is_active() && console.may_globally("clients:write") {
        let path = format!("{}/enable", app(&client.id));
        return Some(console.link(path, "console-app-enable"));
    }
    let is_of_client = matches!(
        check,
        "client" | "redirect_uri" | "request" | "grant" | "next_step" | "gate"
    );
    is_of_client.then(|| console.link(app(&client.id), "console-open-app"))
}

/// Returns the URL at which the client starts a sign-in with this issuer (OIDC Core §4), after its
/// host.
fn start_of(uri: &str, issuer: &str) -> Option<(String, String)> {
    let mut url = Url::parse(uri).ok().filter(|url| url.scheme() == "https")?;
    let host = url.host_str()?.to_owned();
    url.query_pairs_mut().append_pair("iss", issuer);
    Some((host, url.into()))
}

fn tables(console: &Console<'_>, simulation: &Simulation) -> Result<Vec<Table>, Stop> {
    let document = serde_json::to_value(simulation);
    let document = document.map_err(|error| ServerError::Internal(error.to_string()))?;
    let outputs = [
        ("access_token", "claims"),
        ("id_token", "id_token"),
        ("userinfo", "userinfo"),
    ];
    let mut tables = vec![checks(console, simulation)];
    for (output, member) in outputs {
        let Some(claims) = document[member].as_object() else {
            continue;
        };
        let row = |(name, value): (&String, &Json)| vec![Value::Code(name.clone()), shown(value)];
        let layout = &console.layout;
        tables.push(Table {
            caption: layout.t_with("console-test-receives", "output", output),
            columns: vec![console.t("console-name"), console.t("console-value")],
            rows: claims.iter().map(row).collect(),
            ..Table::default()
        });
    }
    Ok(tables)
}

/// Returns the value of a claim: text without quotes, one line for each text of a list.
fn shown(value: &Json) -> Value {
    let text = |value: &Json| match value {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    match value {
        Json::Array(items) => Value::Codes(items.iter().map(text).collect()),
        value => Value::Code(text(value)),
    }
}

fn checks(console: &Console<'_>, simulation: &Simulation) -> Table {
    let row = |check: &str, tone, key| {
        let name = match check_key(check) {
            Some(key) => console.text(key),
            None => Value::Code(check.to_owned()),
        };
        vec![name, console.state_value(tone, key)]
    };
    let passed = simulation.passed.iter().copied();
    let passed = passed.map(|check| row(check, Tone::Good, "console-check-passed"));
    let stopped = simulation.stopped_by.into_iter();
    let stopped = stopped.map(|check| row(check, Tone::Warn, "console-check-stopped"));
    console.table(
        "console-checks",
        &["console-rule", "console-outcome"],
        passed.chain(stopped).collect(),
        "console-none",
    )
}

fn check_key(check: &str) -> Option<&'static str> {
    Some(match check {
        "client" => "console-check-app",
        "redirect_uri" => "console-check-return",
        "request" | "grant" => "console-check-request",
        "person" => "console-check-person",
        "sign_in" => "console-check-account",
        "second_factor" => "console-check-second",
        "verify_email" => "console-check-email",
        "keep_account" => "console-check-leaving",
        "next_step" => "console-check-next",
        "gate" => "console-check-access",
        _ => return None,
    })
}

#[cfg(test)]
mod tests;

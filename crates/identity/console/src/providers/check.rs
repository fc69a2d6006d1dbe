//! The result of a test of an identity provider.

use doorward_admin::providers::{self, CheckedProperty, Finding, ProviderCheck};

use crate::providers::pages::redirect_uri;
use doorward_console_ui::prelude::*;

/// Tests a provider. Returns the page with the result, or the reason why it could not be tested.
pub(crate) async fn run(
    console: &Console<'_>,
    provider: &Provider,
) -> Result<Result<Detail, String>, Stop> {
    let tested = providers::test(&console.context(), provider.id.as_str()).await;
    let tested = console.change(tested).await?;
    Ok(tested.map(|checks| view(console, provider, &checks)))
}

fn view(console: &Console<'_>, provider: &Provider, checks: &[ProviderCheck]) -> Detail {
    let home = routes::provider(&provider.id);
    let table = console
        .table_of("console-test-checks", checks, "console-none")
        .column("console-test-check", |check| {
            console.text(property_key(check.property))
        })
        .column("console-state", |check| {
            Value::States(vec![state(console, &check.finding)])
        })
        .column("console-cause", |check| {
            Value::Text(reason(console, &check.finding))
        })
        .table();
    let overall = match checks.iter().find(|check| check.is_failed()) {
        Some(check) => state(console, &check.finding),
        None => state(console, &Finding::Passed),
    };
    let uri = redirect_uri(console, provider.id.as_str());
    let mut view = Detail {
        state: Some(overall),
        facts: vec![console.fact("console-provider-redirect", Value::Copy(uri))],
        tables: vec![table],
        actions: vec![console.link(home.as_str(), "console-provider-open")],
        buttons: vec![
            console.link(format!("{home}/try"), "console-test"),
            console.link(format!("{home}/test"), "console-provider-test"),
        ],
        ..console.detail(
            Section::Providers,
            Link::new(home.clone(), provider.name.clone()),
            console.t("console-provider-result"),
        )
    };
    // The page is the answer to a form, and cannot be requested again.
    view.layout.return_to = home;
    view
}

fn state(console: &Console<'_>, finding: &Finding) -> State {
    match finding {
        Finding::NotAnnounced => console.state(Tone::Plain, "console-unknown"),
        finding => console.passed(matches!(finding, Finding::Passed)),
    }
}

const fn property_key(property: CheckedProperty) -> &'static str {
    match property {
        CheckedProperty::Answer => "console-test-answer",
        CheckedProperty::Issuer => "console-test-issuer",
        CheckedProperty::Endpoints => "console-test-endpoints",
        CheckedProperty::ResponseType => "console-test-response-type",
        CheckedProperty::Pkce => "console-test-pkce",
        CheckedProperty::ClientAuth => "console-provider-client-auth",
        CheckedProperty::PushedRequests => "console-setting-par",
        CheckedProperty::Dpop => "console-provider-dpop",
        CheckedProperty::Keys => "console-test-keys",
    }
}

fn reason(console: &Console<'_>, finding: &Finding) -> String {
    let layout = &console.layout;
    match finding {
        Finding::Passed => String::new(),
        Finding::NotAnnounced => console.t("console-finding-not-announced"),
        Finding::NotAllowed => console.t("console-finding-not-allowed"),
        Finding::Unreachable => console.t("console-finding-unreachable"),
        Finding::Unreadable => console.t("console-finding-unreadable"),
        Finding::Status(status) => layout.t_with("console-finding-status", "status", status),
        Finding::Differs(received) => layout.t_with("console-finding-differs", "value", received),
        Finding::Invalid(name) => layout.t_with("console-finding-invalid", "name", name),
    }
}

//! `/admin/sites/check`: shows what happens to a request, and by which rule.

use std::slice;

use doorward_console_ui::prelude::*;
use doorward_domain::model::SiteFactor;
use doorward_templates::console::QueryForm;

use super::place::{CHECK, PATH, TITLE, path};
use crate::notation;
use crate::rule::DenyReason;
use crate::use_cases::{self, AssumedRequest, Checked};

const FIELDS: [Field; 4] = [
    Field::line("url", "sites-url").hint("sites-url-hint"),
    Field::line("user", "console-test-user")
        .hint("sites-user-hint")
        .optional(),
    Field::line("method", "sites-method").default("GET"),
    Field::choice(
        "factor",
        "sites-factor",
        &[
            ("password", "password"),
            ("second_factor", "sites-second-factor"),
            ("passkey", "console-step-passkey"),
        ],
    )
    .default("password"),
];

pub(super) async fn show(console: &Console<'_>) -> Answer {
    let query = console.page.query()?;
    let form = QueryForm {
        action: CHECK.to_owned(),
        fields: form::entries(console, &FIELDS, &query)?,
        submit: console.t("sites-check"),
    };
    let url = text(&query, "url")?.trim();
    if url.is_empty() {
        return console.show(&page(console, form));
    }
    let value = |name| {
        let typed = text(&query, name)?.trim();
        Ok::<_, Stop>(Some(typed.to_owned()).filter(|typed| !typed.is_empty()))
    };
    let request = AssumedRequest {
        url: url.to_owned(),
        user: value("user")?,
        method: value("method")?,
        factor: SiteFactor::parse(text(&query, "factor")?),
        ..AssumedRequest::default()
    };
    let checked = match use_cases::check(&console.context(), &request).await {
        Err(AdminError::Invalid { field, problem, .. }) => {
            return Ok(reject(console, form, field, problem));
        }
        Err(AdminError::NotFound { kind, .. }) => {
            let field = if kind == "user" { "user" } else { "url" };
            return Ok(reject(console, form, field, console.t("console-no-match")));
        }
        checked => checked?,
    };
    let names = use_cases::group_names(&console.context(), slice::from_ref(&checked.site)).await?;
    let rule = checked.rule.as_ref();
    let rule = rule.map(|rule| format!("{}: {}", rule.id, notation::write(rule, &names)));
    let site = Link::new(path(&checked.site), checked.site.name.clone());
    let facts = [
        ("console-name", Some(Value::Link(site))),
        ("sites-rule", rule.map(Value::Code)),
        (
            "console-reason",
            checked
                .reason
                .map(|reason| console.text(reason_key(reason))),
        ),
    ];
    console.show(&Detail {
        state: Some(outcome(console, &checked)),
        facts: console.known_facts(facts),
        ..page(console, form)
    })
}

fn page(console: &Console<'_>, form: QueryForm) -> Detail {
    let back = console.link(PATH, TITLE);
    Detail {
        lead: console.t("sites-check-text"),
        query: Some(form),
        ..console.detail(Section::Apps, back, console.t("sites-check"))
    }
}

fn reject(
    console: &Console<'_>,
    mut form: QueryForm,
    field: &str,
    problem: String,
) -> HttpResponse {
    let mut fields = form.fields.iter_mut();
    if let Some(entry) = fields.find(|entry| entry.id == field) {
        entry.error = Some(problem);
    }
    console
        .page
        .html(StatusCode::UNPROCESSABLE_ENTITY, &page(console, form))
}

fn outcome(console: &Console<'_>, checked: &Checked) -> State {
    let factor = checked.step_up.and_then(|step| step.factor);
    match (checked.outcome, factor) {
        ("allow", _) => console.state(Tone::Good, "sites-allow"),
        ("sign_in", _) => console.state(Tone::Plain, "sites-sign-in"),
        ("step_up", Some(SiteFactor::Passkey)) => console.state(Tone::Plain, "sites-asks-passkey"),
        ("step_up", _) => console.state(Tone::Plain, "sites-asks-factor"),
        _ => console.state(Tone::Warn, "sites-deny"),
    }
}

const fn reason_key(reason: DenyReason) -> &'static str {
    match reason {
        DenyReason::Host | DenyReason::NoRule => "sites-reason-no-rule",
        DenyReason::Ambiguous => "sites-reason-ambiguous",
        DenyReason::Rule => "sites-reason-rule",
        DenyReason::Credential => "sites-reason-credential",
        DenyReason::NotAllowed => "sites-reason-not-allowed",
    }
}

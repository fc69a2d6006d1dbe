//! `/admin/sites`: applications behind a proxy, the configurations of proxies, and the check of a request.

use std::slice;

use doorward_console_ui::prelude::*;
use doorward_console_ui::routes::Routes;
use doorward_domain::model::{Site, SiteFactor, SiteHeaders};
use doorward_templates::console::{CopyText, QueryForm};

use crate::notation;
use crate::proxy_config::{Proxy, ProxyConfig};
use crate::rule::DenyReason;
use crate::use_cases::{self, AssumedRequest, Checked};

pub const PATH: &str = "/admin/sites";
pub const TITLE: &str = "sites-title";
pub const READ: Access = Access::Global("clients:read");
pub const CREATED: &str = "sites-created";
pub const CHANGED: &str = "sites-changed";
pub const EDIT: &str = "sites-edit";
const CHECK: &str = "/admin/sites/check";
const PROXY_CONFIG: &str = "sites-proxy-config";

pub const DELETE: Messages = Messages::new([
    "sites-delete-question",
    "sites-delete-text",
    "sites-delete",
    "sites-deleted",
]);

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

pub fn configure(routes: &mut Routes<'_>) {
    routes
        .page_for(PATH, READ, list)
        .page_for(CHECK, READ, check)
        .page_for("/admin/sites/{id}", READ, show)
        .page_for("/admin/sites/{id}/proxy", READ, show_proxy);
}

pub fn path(site: &Site) -> String {
    format!("{PATH}/{}", site.name)
}

/// Returns the site in the path.
pub async fn named(console: &Console<'_>) -> Result<Site, Stop> {
    let name = parameter(console.page, "id");
    Ok(use_cases::get(&console.context(), &name).await?)
}

/// Returns a line for each header that is not left out, such as `user = Remote-User`.
pub fn header_lines(headers: &SiteHeaders) -> Vec<String> {
    let used = headers
        .by_fact()
        .into_iter()
        .filter(|(_, name)| !name.is_empty());
    used.map(|(fact, name)| format!("{fact} = {name}"))
        .collect()
}

async fn list(console: &Console<'_>) -> Answer {
    let cursor = Cursor::read(console, &[])?;
    let context = console.context();
    let mut found = use_cases::list(&context, cursor.after(), ROWS).await?;
    let pager = cursor.cut(console, &mut found, |site| site.name.clone());
    let table = console
        .table_of(TITLE, &found, "sites-none")
        .column("console-name", |site| {
            Value::Link(Link::new(path(site), site.name.clone()))
        })
        .column("sites-hosts", |site| console.codes(site.hosts.clone()))
        .column("sites-rules", |site| {
            Value::Text(console.count(site.rules.len() as u64))
        })
        .column("console-updated", |site| Value::Day(site.updated_at))
        .table();
    let mut actions = list::new_link(console, PATH, "sites-new", console.has(Access::Admin));
    actions.push(console.link(CHECK, "sites-check"));
    console.show(&List {
        lead: console.t("sites-text"),
        actions,
        notice: console.notice(&[DELETE.done])?,
        table: list::sorted(console, ("console-name", list::ASCENDING), table),
        pager,
        ..console.list_below(Section::Apps, TITLE)
    })
}

async fn show(console: &Console<'_>) -> Answer {
    let site = named(console).await?;
    let names = use_cases::group_names(&console.context(), slice::from_ref(&site)).await?;
    let home = path(&site);
    let rules = console
        .table_of("sites-rules", &site.rules, "sites-no-rules")
        .column("sites-number", |rule| Value::Text(rule.id.to_string()))
        .column("sites-rule", |rule| {
            Value::Code(notation::write(rule, &names))
        })
        .table();
    let may_change = console.has(Access::Admin);
    let edit = may_change.then(|| console.link(format!("{home}/edit"), EDIT));
    let delete = may_change.then(|| DELETE.risk(console, format!("{home}/delete")));
    let back = console.link(PATH, TITLE);
    let others = [
        console.link(format!("{home}/proxy"), PROXY_CONFIG),
        console.link(CHECK, "sites-check"),
    ];
    console.show(&Detail {
        notice: console.notice(&[CREATED, CHANGED])?,
        facts: facts(console, &site),
        tables: vec![rules],
        actions: edit.into_iter().chain(others).collect(),
        risky: delete.into_iter().collect(),
        ..console.detail(Section::Apps, back, site.name)
    })
}

fn facts(console: &Console<'_>, site: &Site) -> Vec<Fact> {
    let organization = console.code(site.settings.organization.clone());
    vec![
        console.fact("console-id", Value::Copy(site.id.to_string())),
        console.fact("sites-hosts", console.codes(site.hosts.clone())),
        console.fact("console-organization", organization),
        console.fact("sites-headers", console.codes(header_lines(&site.headers))),
        console.fact("sites-raw", console.yes(site.settings.raw_headers)),
        console.fact("console-created", Value::Moment(site.created_at)),
    ]
}

/// Shows the configuration of a proxy.
async fn show_proxy(console: &Console<'_>) -> Answer {
    let site = named(console).await?;
    let chosen = Proxy::parse(text(&console.page.query()?, "proxy")?).unwrap_or_default();
    let page = |proxy: Proxy| {
        let word = proxy.as_str();
        let link = Link::new(
            format!("{}/proxy?proxy={word}", path(&site)),
            word.to_owned(),
        );
        (link, proxy == chosen)
    };
    let config = ProxyConfig {
        proxy: chosen,
        ..ProxyConfig::default()
    };
    let copy = CopyText {
        title: chosen.as_str().to_owned(),
        text: config.text(&console.context(), &site)?,
    };
    let back = Link::new(path(&site), site.name.clone());
    console.show(&Detail {
        lead: console.t("sites-proxy-config-text"),
        pages: Proxy::ALL.map(page).to_vec(),
        copy: Some(copy),
        ..console.detail(Section::Apps, back, console.t(PROXY_CONFIG))
    })
}

/// Shows what happens to a request, and by which rule.
async fn check(console: &Console<'_>) -> Answer {
    let query = console.page.query()?;
    let form = QueryForm {
        action: CHECK.to_owned(),
        fields: form::entries(console, &FIELDS, &query)?,
        submit: console.t("sites-check"),
    };
    let value = |name| {
        let typed = text(&query, name)?.trim();
        Ok::<_, Stop>(Some(typed.to_owned()).filter(|typed| !typed.is_empty()))
    };
    let Some(url) = value("url")? else {
        return console.show(&page_with(console, form));
    };
    let request = AssumedRequest {
        url,
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
    let reason = checked
        .reason
        .map(|reason| console.text(reason_key(reason)));
    let facts = [
        ("console-name", Some(Value::Link(site))),
        ("sites-rule", rule.map(Value::Code)),
        ("console-reason", reason),
    ];
    console.show(&Detail {
        state: Some(outcome(console, &checked)),
        facts: console.known_facts(facts),
        ..page_with(console, form)
    })
}

fn page_with(console: &Console<'_>, form: QueryForm) -> Detail {
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
        .html(StatusCode::UNPROCESSABLE_ENTITY, &page_with(console, form))
}

fn outcome(console: &Console<'_>, checked: &Checked) -> State {
    match (checked.outcome, checked.step_up.factor) {
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

//! `/admin/sites`: applications behind a proxy, and the check of a request.

mod check;
mod forms;
mod place;

use std::slice;

use doorward_console_ui::prelude::*;
use doorward_console_ui::routes::Routes;
use doorward_domain::model::Site;
use doorward_templates::console::CopyText;

use self::place::{CHANGED, CHECK, CREATED, DELETE, EDIT, header_lines, named, path};
use crate::proxy_config::ProxyText;
use crate::proxy_text::text_of;
use crate::{notation, use_cases};

pub(super) use self::place::{PATH, TITLE};

pub(super) const READ: Access = Access::Global("clients:read");
const PROXY_CONFIG: &str = "sites-proxy-config";

pub(super) fn configure(routes: &mut Routes<'_>) {
    routes
        .page_for(PATH, READ, list)
        .page_for(CHECK, READ, check::show)
        .form("/admin/sites/new", Access::Admin, forms::create)
        .page_for("/admin/sites/{id}", READ, show)
        .page_for("/admin/sites/{id}/proxy", READ, show_proxy)
        .form("/admin/sites/{id}/edit", Access::Admin, forms::edit)
        .form("/admin/sites/{id}/delete", Access::Admin, forms::delete);
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
    console.show(&Detail {
        notice: console.notice(&[CREATED, CHANGED])?,
        facts: facts(console, &site),
        tables: vec![rules],
        actions: edit
            .into_iter()
            .chain([
                console.link(format!("{home}/proxy"), PROXY_CONFIG),
                console.link(CHECK, "sites-check"),
            ])
            .collect(),
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
    let query = console.page.query()?;
    let chosen = ProxyText::parse(text(&query, "proxy")?).unwrap_or_default();
    let home = path(&site);
    let page = |proxy: ProxyText| {
        let word = proxy.as_str();
        let link = Link::new(format!("{home}/proxy?proxy={word}"), word.to_owned());
        (link, proxy == chosen)
    };
    let copy = CopyText {
        title: chosen.as_str().to_owned(),
        text: text_of(&console.context(), &site, chosen, (None, None))?,
    };
    let back = Link::new(home.clone(), site.name.clone());
    console.show(&Detail {
        lead: console.t("sites-proxy-config-text"),
        pages: ProxyText::ALL.map(page).to_vec(),
        copy: Some(copy),
        ..console.detail(Section::Apps, back, console.t(PROXY_CONFIG))
    })
}

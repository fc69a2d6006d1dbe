//! `/admin/apps/{id}/edit/{section}`: changes the settings of a client on one page, after a review if
//! they concern power, redirects, authentication or protection.

use doorward_admin::clients::operations::UPDATE;
use doorward_admin::clients::{self, Impact, change_from_json};
use doorward_rules::client_change::{self, Effect, SettingChange};
use serde_json::Value as Json;

use crate::apps::form::{self as fields, Field, PICKERS, has_fields, usable};
use crate::apps::impact;
use crate::apps::labels;
use crate::apps::pages::{self, SAVED, editable};
use crate::apps::registered::Registered;
use crate::apps::settings_page::SettingsPage;
use crate::apps::{logo, secrets};
use doorward_console_ui::prelude::*;

pub(crate) async fn edit(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let client = editable(console).await?;
    let page = SettingsPage::parse(&parameter(console.page, "section"));
    let all = Registered::of_deployment(console);
    let page = page.filter(|page| has_fields(&client, &all, *page));
    let page = page.ok_or(ErrorKind::NotFound)?;
    picker::search(visit, &PICKERS)?;
    let query = console.page.query()?;
    let values = visit.values(&query);
    let registered = Registered::read(console, page, values).await?;
    let draft = Draft::typed(fields::fields(&client, &registered, page), values)?;
    let is_open = also_as::is_requested(&visit.form)?;
    let path = pages::settings_path(&client, page);
    // Keys can be private by mistake, so that only the texts of a checked change are shown.
    let also = also_as::in_form(console, &other_interfaces(&client, Map::new()), is_open);
    let messages = [page.heading(), "console-save"];
    let shown = usable(&draft);
    let entry = |(field, text): &(Field<'_>, &str)| field.entry(console, text);
    let entries = shown.iter().map(entry).collect();
    let view = EntryForm {
        object: client.name.clone(),
        version: Some(version_seen(visit, &query, &client)?),
        also: Some(also),
        page: Some(around(console, &client, page).await?),
        ..form::view(console, Section::Apps, messages, app(&client.id), entries)
    };
    let form = Form::open(visit, view)?;
    let stored = |(field, _): &(Field<'_>, &str)| field.entry(console, &field.text());
    let mut form = form.with_stored(shown.iter().map(stored).collect());
    if text(&visit.form, "version")? != version(&client) {
        return Err(form.fail(console.t("console-changed")));
    }
    let patch = form.accept(fields::patch(&draft))?;
    let step = text(&visit.form, STEP)?;
    if step == "form" {
        return Err(form.show());
    }
    if patch.is_empty() && !is_open {
        return Ok(console.see_done(&path, "unchanged"));
    }
    let invalid = |field: &str, reason: &str| {
        let layout = &console.layout;
        let message = layout.t_with("console-setting-invalid", "reason", reason);
        (fields::field_of(&draft, field), message)
    };
    let problem = |error: &AdminError| match error {
        AdminError::Invalid { field, problem, .. } => Some(invalid(field, problem)),
        _ => None,
    };
    let change = change_from_json(Json::Object(patch.clone()));
    let change = form.check_text(change, problem).await?;
    let context = visit.context();
    let after = clients::plan(&context, &client, change.clone()).await;
    let after = form.check_text(after, problem).await?;
    if is_open {
        let texts = other_interfaces(&client, patch);
        form.view.also = Some(also_as::in_form(console, &texts, true));
        return Err(form.show());
    }
    let is_reviewed = client_change::needs_review(&client_change::changes(&client, &after));
    if is_reviewed && step != "save" {
        let impact = clients::impact(&context, &client, &after).await;
        let mut fields = draft.hidden();
        fields.push(("version", version(&client)));
        let view = Confirmation {
            fields,
            also: Some(also_as::texts(console, &other_interfaces(&client, patch))),
            ..review(console, &impact?, [&client, &after], path)
        };
        return Ok(console.page.html(StatusCode::OK, &view));
    }
    let changed = clients::update(&context, &client.id, change).await;
    let after = form.settle_text(changed, problem).await?;
    // A value that the client cannot use may have been the last one of the page.
    let has_page = has_fields(&after, &all, page);
    let next = if has_page { path } else { app(&after.id) };
    Ok(console.see_done(&next, SAVED))
}

/// Returns the version that the form was made for. A search repeats it in its URL.
fn version_seen(visit: &Visit<'_>, query: &Params, client: &Client) -> Result<String, Stop> {
    Ok(match text(visit.values(query), "version")? {
        seen if !visit.is_answer() && !seen.is_empty() => seen.to_owned(),
        _ => version(client),
    })
}

fn other_interfaces(client: &Client, body: Map<String, Json>) -> Change {
    let mut members = body;
    members.insert("id".to_owned(), client.id.as_str().into());
    Change::of(&UPDATE, version(client), &members)
}

/// Returns the page of the client around the form, with the objects that belong to these settings.
async fn around(
    console: &Console<'_>,
    client: &Client,
    page: SettingsPage,
) -> Result<Detail, Stop> {
    let mut detail = Detail {
        notice: console.notice(&[SAVED])?,
        ..pages::detail(console, client, &pages::below(page))
    };
    match page {
        SettingsPage::Credentials => {
            let found = clients::get_with_activity(&console.context(), &client.id).await?;
            let secrets = secrets::table(console, client, found.secret_uses, true);
            detail.tables.extend(secrets);
            detail.actions.extend(secrets::link(console, client));
        }
        SettingsPage::Consent => {
            detail.actions.push(logo::link(console, client));
            detail.actions.extend(logo::removal(console, client));
        }
        _ => {}
    }
    Ok(detail)
}

/// Returns the page that shows what changes, without the fields that it posts again.
fn review(
    console: &Console<'_>,
    impact: &Impact,
    [client, after]: [&Client; 2],
    back: String,
) -> Confirmation {
    let changes = impact.changes.iter();
    let rows = changes.map(|change: &SettingChange| {
        let setting = change.setting;
        let value = |client: &Client| labels::value(console, setting, &(setting.value)(client));
        let values = [value(client), value(after)];
        (labels::name(console, setting), values, change.effect)
    });
    let mut changes = impact.changes.iter();
    Confirmation {
        object: client.name.clone(),
        text: console.t("console-app-review-text"),
        tables: vec![settings::review(console, rows)],
        facts: impact::facts(console, impact),
        submit: console.t("console-save"),
        is_risky: changes.any(|change| change.effect == Effect::Weaker),
        again: Some(console.t("console-change-again")),
        ..console.confirmation(Section::Apps, "console-app-review", back)
    }
}

//! `/admin/apps/{id}/edit`: changes the settings of a client, after a review if they concern power,
//! redirects, authentication or protection.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::clients::{self, Impact};
use doorward_admin::operator::{AdminError, version};
use doorward_domain::model::Client;
use doorward_domain::rules::client_change::{self, Effect, SettingChange};
use doorward_http::api::admin::change_from_json;
use doorward_http::page::{Page, PageError};
use doorward_http::page_support::text;
use doorward_protocol::params::Params;
use doorward_templates::console::{Confirmation, EntryForm, Section, Table, Value};
use serde_json::{Map, Value as Json};

use crate::apps::form::{self, Draft};
use crate::apps::impact;
use crate::apps::labels;
use crate::apps::pages::{SAVED, editable};
use crate::console::Console;
use crate::routes::{self, app, encode};
use crate::ui::also_as::{self, Change, STEP};
use crate::ui::entry;

const WRITE: &str = "clients:write";

/// Registers the page.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(routes::form("/admin/apps/{id}/edit", ask, submit));
}

async fn ask(page: &Page) -> Result<HttpResponse, PageError> {
    let console = Console::open_global(page, WRITE).await?;
    let client = editable(&console).await?;
    let console = console.require_fresh()?;
    let edit = Edit {
        console: &console,
        client: &client,
        draft: Draft::stored(&client),
        is_open: false,
    };
    Ok(page.html(StatusCode::OK, &edit.form(Map::new())))
}

/// The form with the values as typed.
struct Edit<'a> {
    console: &'a Console<'a>,
    client: &'a Client,
    draft: Draft<'a>,
    /// True if the texts for other interfaces were requested.
    is_open: bool,
}

impl Edit<'_> {
    /// Returns the form, with the texts of a checked change: keys can be private by mistake.
    fn form(&self, checked: Map<String, Json>) -> EntryForm {
        let (console, client) = (self.console, self.client);
        let (messages, back) = (["console-edit", "console-save"], app(&client.id));
        let fields = self.draft.entries(console);
        EntryForm {
            object: client.name.clone(),
            version: Some(version(client)),
            also: Some(also_as::in_form(
                console,
                &self.change(checked),
                self.is_open,
            )),
            ..entry::form(console, Section::Apps, messages, back, fields)
        }
    }

    /// Returns the change for other interfaces.
    fn change(&self, body: Map<String, Json>) -> Change {
        let id = &self.client.id;
        let words = clients::update_command(id, &Json::Object(body.clone()));
        Change {
            commands: words.map(|words| vec![words]),
            path: format!("clients/{}", encode(id.as_str())),
            version: version(self.client),
            body,
        }
    }

    /// Shows the form again with the error of a field. An error of no field is one of the form.
    fn reject(&self, field: Option<&str>, message: String) -> HttpResponse {
        let mut view = self.form(Map::new());
        let mut entries = view.fields.iter_mut();
        match entries.find(|entry| Some(entry.id) == field) {
            Some(entry) => entry.error = Some(message),
            None => view.failure = Some(message),
        }
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        self.console.page.html(status, &view)
    }

    fn invalid(&self, field: &str, reason: &str) -> HttpResponse {
        let layout = &self.console.layout;
        let message = layout.t_with("console-setting-invalid", "reason", reason);
        self.reject(form::field_of(field), message)
    }

    /// Shows the form again with the reason why nothing was changed, and the stored values.
    fn fail(&self, failure: String) -> HttpResponse {
        let stored = Draft::stored(self.client).entries(self.console);
        entry::fail(self.console, self.form(Map::new()), &stored, failure)
    }

    /// Returns the result of an operation, or the form with the reason why it failed.
    async fn settle<T>(
        &self,
        result: Result<T, AdminError>,
    ) -> Result<Result<T, HttpResponse>, PageError> {
        if let Err(AdminError::Invalid { field, problem, .. }) = &result {
            return Ok(Err(self.invalid(field, problem)));
        }
        let result = self.console.change(result).await?;
        Ok(result.map_err(|failure| self.fail(failure)))
    }

    /// Shows what changes, and posts the changed fields again.
    fn review(&self, impact: &Impact, patch: Map<String, Json>, after: &Client) -> HttpResponse {
        let (console, client) = (self.console, self.client);
        let changes = &impact.changes;
        let mut fields = self.draft.hidden();
        fields.push(("version", version(client)));
        let view = Confirmation {
            object: client.name.clone(),
            text: console.t("console-app-review-text"),
            tables: vec![table(console, changes, client, after)],
            facts: impact::facts(console, impact),
            fields,
            submit: console.t("console-save"),
            is_risky: changes.iter().any(|change| change.effect == Effect::Weaker),
            again: Some(console.t("console-change-again")),
            also: Some(also_as::texts(console, &self.change(patch))),
            ..console.confirmation(Section::Apps, "console-app-review", app(&client.id))
        };
        console.page.html(StatusCode::OK, &view)
    }

    async fn save(&self, form: &Params) -> Result<HttpResponse, PageError> {
        let (console, client) = (self.console, self.client);
        let patch = match self.draft.patch() {
            Ok(patch) => patch,
            Err((field, key)) => return Ok(self.reject(Some(field), console.t(key))),
        };
        let step = text(form, STEP)?;
        if step == "form" {
            return Ok(console.page.html(StatusCode::OK, &self.form(Map::new())));
        }
        if patch.is_empty() && !self.is_open {
            let unchanged = format!("{}?done=unchanged", app(&client.id));
            return Ok(console.page.see_other(&unchanged));
        }
        let change = match change_from_json(Json::Object(patch.clone())) {
            Ok(change) => change,
            Err(error) => return Ok(self.invalid(&error.field, &error.detail)),
        };
        let (context, server) = (console.context_with_version(form), &console.page.context);
        let after = clients::plan(&context, server, client, change.clone()).await;
        let after = match self.settle(after).await? {
            Ok(after) => after,
            Err(again) => return Ok(again),
        };
        if self.is_open {
            return Ok(console.page.html(StatusCode::OK, &self.form(patch)));
        }
        let is_reviewed = client_change::needs_review(&client_change::changes(client, &after));
        if is_reviewed && step != "save" {
            let impact = clients::impact(&context, server, client, &after).await;
            return Ok(self.review(&Console::read(impact)?, patch, &after));
        }
        let changed = clients::update(&context, &client.id, change).await;
        Ok(match self.settle(changed).await? {
            Ok(_) => console
                .page
                .see_other(&format!("{}?done={SAVED}", app(&client.id))),
            Err(again) => again,
        })
    }
}

/// Returns the table of the changed settings.
fn table(
    console: &Console<'_>,
    changes: &[SettingChange],
    before: &Client,
    after: &Client,
) -> Table {
    let row = |change: &SettingChange| {
        let setting = change.setting;
        let value = |client: &Client| labels::value(console, setting, &(setting.value)(client));
        vec![
            Value::Text(labels::name(console, setting)),
            value(before),
            value(after),
            Value::States(vec![labels::effect(console, change.effect)]),
        ]
    };
    let columns = [
        "console-field",
        "console-before",
        "console-after",
        "console-effect",
    ];
    let rows = changes.iter().map(row).collect();
    console.table("console-audit-change", &columns, rows, "console-none")
}

async fn submit(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let form = page.form(payload).await?;
    let console = Console::open_global_change(page, WRITE).await?;
    let client = editable(&console).await?;
    let edit = Edit {
        console: &console,
        client: &client,
        draft: Draft::typed(&client, &form)?,
        is_open: also_as::is_requested(&form)?,
    };
    if text(&form, "version")? != version(&client) {
        return Ok(edit.fail(console.t("console-changed")));
    }
    edit.save(&form).await
}

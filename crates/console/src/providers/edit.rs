//! `/admin/providers/{id}/edit`: changes the settings of an identity provider, after a review unless
//! only its name changes.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::operator::{AdminError, version};
use doorward_admin::providers::{self, ProviderSpec};
use doorward_domain::model::Provider;
use doorward_domain::rules::client_change::Effect;
use doorward_domain::rules::provider_change::{self, ProviderChange};
use doorward_http::page::{Page, PageError};
use doorward_http::page_support::text;
use doorward_protocol::params::Params;
use doorward_templates::console::{
    Confirmation, EntryField, EntryForm, Fact, Section, Table, Value,
};

use crate::apps;
use crate::console::Console;
use crate::providers::actions::{named, open};
use crate::providers::form::{self, Draft};
use crate::providers::new::{secret_field, secret_problem};
use crate::providers::paths::path;
use crate::routes;
use crate::ui::also_as::STEP;
use crate::ui::entry;

/// The notice after a change.
pub(crate) const SAVED: &str = "console-saved";

/// Registers the page.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config.service(routes::form("/admin/providers/{id}/edit", ask, submit));
}

async fn ask(page: &Page) -> Result<HttpResponse, PageError> {
    let (console, provider) = open(page).await?;
    let console = console.require_fresh()?;
    let edit = Edit {
        console: &console,
        provider: &provider,
        draft: Draft::stored(&provider),
    };
    Ok(page.html(StatusCode::OK, &edit.form()))
}

async fn submit(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let form = page.form(payload).await?;
    let console = Console::open_for_change(page).await?;
    console
        .require(providers::require_admin(&console.context()))
        .await?;
    let provider = named(&console).await?;
    let edit = Edit {
        console: &console,
        provider: &provider,
        draft: Draft::typed(&provider, &form)?,
    };
    if text(&form, "version")? != version(&provider) {
        return Ok(edit.fail(console.t("console-changed")));
    }
    edit.save(&form).await
}

/// The form with the values as typed.
struct Edit<'a> {
    console: &'a Console<'a>,
    provider: &'a Provider,
    draft: Draft,
}

impl Edit<'_> {
    fn form(&self) -> EntryForm {
        let (console, provider) = (self.console, self.provider);
        let (messages, back) = (["console-edit", "console-save"], path(&provider.id));
        let fields = self.draft.entries(console);
        EntryForm {
            object: provider.name.clone(),
            version: Some(version(provider)),
            ..entry::form(console, Section::Providers, messages, back, fields)
        }
    }

    /// Shows the form again with the error of a field. An error of no field is one of the form.
    fn reject(&self, field: Option<&str>, message: String) -> HttpResponse {
        let mut view = self.form();
        let mut entries = view.fields.iter_mut();
        match entries.find(|entry| Some(entry.id) == field) {
            Some(entry) => entry.error = Some(message),
            None => view.failure = Some(message),
        }
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        self.console.page.html(status, &view)
    }

    /// Shows the form again with the reason why nothing was changed, and the stored values.
    fn fail(&self, failure: String) -> HttpResponse {
        let stored = Draft::stored(self.provider).entries(self.console);
        entry::fail(self.console, self.form(), &stored, failure)
    }

    /// Returns the result of an operation, or the form with the reason why it failed.
    async fn settle<T>(
        &self,
        result: Result<T, AdminError>,
    ) -> Result<Result<T, HttpResponse>, PageError> {
        let console = self.console;
        match &result {
            Err(AdminError::Invalid { field, problem, .. }) => {
                let message = match *field {
                    "name" => console.t("console-name-invalid"),
                    "issuer" => console.t("console-provider-issuer-invalid"),
                    "client_id" => console.t("console-provider-our-id-invalid"),
                    "secret_signer" => console.t("console-provider-team-invalid"),
                    _ => console
                        .layout
                        .t_with("console-setting-invalid", "reason", problem),
                };
                Ok(Err(self.reject(self.draft.field_of(field), message)))
            }
            Err(AdminError::Taken { .. }) => {
                let message = console.t("console-provider-issuer-taken");
                Ok(Err(self.reject(Some("issuer"), message)))
            }
            _ => {
                let result = console.change(result).await?;
                Ok(result.map_err(|failure| self.fail(failure)))
            }
        }
    }

    async fn save(&self, form: &Params) -> Result<HttpResponse, PageError> {
        let (console, provider) = (self.console, self.provider);
        let values = match self.draft.values() {
            Ok(values) => values,
            Err((field, key)) => return Ok(self.reject(Some(field), console.t(key))),
        };
        let step = text(form, STEP)?;
        if step == "form" {
            return Ok(console.page.html(StatusCode::OK, &self.form()));
        }
        let mut spec = match self
            .settle(ProviderSpec::from(provider).with_values(values))
            .await?
        {
            Ok(spec) => spec,
            Err(again) => return Ok(again),
        };
        let context = console.context_with_version(form);
        let planned = providers::plan(&context, provider, &spec).await;
        let after = match self.settle(planned).await? {
            Ok(after) => after,
            Err(again) => return Ok(again),
        };
        let changes = provider_change::changes(provider, &after);
        if changes.is_empty() {
            return Ok(console.page.see_other(&path(&provider.id)));
        }
        let review = Review::new(self, &changes, &after);
        if step != "save" && provider_change::needs_review(&changes) {
            return review.show(None).await;
        }
        if review.needs_secret {
            spec.client_secret = Some(text(form, "client_secret")?.to_owned());
        }
        let key = &console.page.context.directory.provider_key;
        let changed = providers::update(&context, key, provider.id.as_str(), &spec).await;
        let wrong = Some("client_secret");
        if review.needs_secret && changed.as_ref().err().and_then(invalid_field) == wrong {
            return review.show(Some(secret_problem(review.signs()))).await;
        }
        Ok(match self.settle(changed).await? {
            Ok(_) => {
                let next = format!("{}?done={SAVED}", path(&provider.id));
                console.page.see_other(&next)
            }
            Err(again) => again,
        })
    }
}

/// Returns the field of an error.
fn invalid_field(error: &AdminError) -> Option<&'static str> {
    match error {
        AdminError::Invalid { field, .. } => Some(*field),
        _ => None,
    }
}

/// The page that shows what changes, and posts the changed fields again.
struct Review<'a> {
    edit: &'a Edit<'a>,
    changes: &'a [ProviderChange],
    after: &'a Provider,
    /// True if the changed provider needs another secret.
    needs_secret: bool,
}

impl<'a> Review<'a> {
    fn new(edit: &'a Edit<'a>, changes: &'a [ProviderChange], after: &'a Provider) -> Self {
        Self {
            edit,
            changes,
            after,
            needs_secret: provider_change::needs_secret(edit.provider, after),
        }
    }

    /// Returns true if the secret is a private key.
    const fn signs(&self) -> bool {
        self.after.settings.secret_signer.is_some()
    }

    /// Shows the changes, and the error of the secret, which is never sent back.
    async fn show(&self, error: Option<&str>) -> Result<HttpResponse, PageError> {
        let (console, provider) = (self.edit.console, self.edit.provider);
        let is_moved = provider.issuer != self.after.issuer;
        let consequences = if is_moved {
            "console-provider-review-issuer-text"
        } else {
            "console-provider-review-text"
        };
        let mut facts = Vec::new();
        if is_moved {
            let linked = providers::count_some_users(&console.context(), provider).await;
            let linked = console.count(Console::read(linked)?);
            facts.push(Fact::new(console.t("console-linked"), Value::Text(linked)));
        }
        let secret = || EntryField {
            hint: console.t("console-provider-secret-new"),
            error: error.map(|key| console.t(key)),
            ..secret_field(console, self.signs())
        };
        let mut fields = self.edit.draft.hidden();
        fields.push(("version", version(provider)));
        let mut changes = self.changes.iter();
        let weakens = changes.any(|change| change.effect == Effect::Weaker);
        let view = Confirmation {
            object: provider.name.clone(),
            text: console.t(consequences),
            tables: vec![self.table()],
            facts,
            choice: self.needs_secret.then(secret),
            fields,
            submit: console.t("console-save"),
            is_risky: weakens,
            again: Some(console.t("console-change-again")),
            ..console.confirmation(Section::Providers, "console-app-review", path(&provider.id))
        };
        let status = match error {
            Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
            None => StatusCode::OK,
        };
        Ok(console.page.html(status, &view))
    }

    /// Returns the table of the changed settings.
    fn table(&self) -> Table {
        let console = self.edit.console;
        let row = |change: &ProviderChange| {
            let setting = change.setting;
            let value = |provider| form::value(console, setting, provider);
            vec![
                Value::Text(form::label(console, setting)),
                value(self.edit.provider),
                value(self.after),
                Value::States(vec![apps::labels::effect(console, change.effect)]),
            ]
        };
        let columns = [
            "console-field",
            "console-before",
            "console-after",
            "console-effect",
        ];
        let rows = self.changes.iter().map(row).collect();
        console.table("console-audit-change", &columns, rows, "console-none")
    }
}

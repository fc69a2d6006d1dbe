//! `/admin/providers/{id}/edit`: changes the settings of an identity provider, after a review unless
//! only its name changes.

use doorward_admin::operation::put;
use doorward_admin::providers::operations::UPDATE;
use doorward_admin::providers::{self, ProviderSpec};
use doorward_rules::client_change::Effect;
use doorward_rules::provider_change::{self, ProviderChange};
use serde_json::Value as Json;

use crate::providers::form::{Field, field_of, fields, label, value, values};
use crate::providers::new::{secret_field, secret_problem};
use crate::providers::pages::named;
use doorward_console_ui::prelude::*;

pub(crate) const SAVED: &str = "console-saved";

pub(crate) async fn edit(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let provider = named(console).await?;
    let draft = Draft::typed(fields(&provider), &visit.form)?;
    let home = routes::provider(&provider.id);
    let (messages, entries) = (["console-edit", "console-save"], draft.entries(console));
    let view = EntryForm {
        object: provider.name.clone(),
        version: Some(version(&provider)),
        also: Some(also_as::in_form(console, &Change::default(), false)),
        ..form::view(
            console,
            Section::Providers,
            messages,
            home.as_str(),
            entries,
        )
    };
    let form = Form::open(visit, view)?;
    let mut form = form.with_stored(Draft::stored(fields(&provider)).entries(console));
    if text(&visit.form, "version")? != version(&provider) {
        return Err(form.fail(console.t("console-changed")));
    }
    let values = form.accept(values(&draft))?;
    let step = text(&visit.form, STEP)?;
    if step == "form" {
        return Err(form.show());
    }
    let texts = other_interfaces(&provider, &values);
    if also_as::is_requested(&visit.form)? {
        form.view.also = Some(also_as::in_form(console, &texts, true));
        return Err(form.show());
    }
    let problem = |error: &AdminError| problem(console, &draft, error);
    let spec = ProviderSpec::from(&provider).with_values(values);
    let mut spec = form.settle_text(spec, problem).await?;
    let context = visit.context();
    let planned = providers::plan(&context, &provider, &spec).await;
    let after = form.check_text(planned, problem).await?;
    let changes = provider_change::changes(&provider, &after);
    if changes.is_empty() {
        return Ok(console.page.see_other(&home));
    }
    let review = Review {
        visit,
        provider: &provider,
        draft: &draft,
        changes: &changes,
        after: &after,
        needs_secret: provider_change::needs_secret(&provider, &after),
        texts,
    };
    if step != "save" && provider_change::needs_review(&changes) {
        return review.show(None).await;
    }
    if review.needs_secret {
        spec.client_secret = Some(text(&visit.form, "client_secret")?.to_owned());
    }
    let key = &console.page.context.directory.provider_key;
    let changed = providers::update(&context, key, provider.id.as_str(), &spec).await;
    let is_secret_wrong = matches!(
        changed,
        Err(AdminError::Invalid {
            field: "client_secret",
            ..
        })
    );
    if review.needs_secret && is_secret_wrong {
        let error = secret_problem(review.signs());
        return review.show(Some(error)).await;
    }
    form.settle_text(changed, problem).await?;
    Ok(console.see_done(&home, SAVED))
}

fn other_interfaces(provider: &Provider, values: &Map<String, Json>) -> Change {
    let mut members = Map::new();
    put(&mut members, "id", provider.id.as_str().into());
    for (member, value) in values {
        put(&mut members, member, value.clone());
    }
    Change::of(&UPDATE, version(provider), &members)
}

/// Returns the field that an error is about, and its text; `None` for other errors.
fn problem(
    console: &Console<'_>,
    draft: &Draft<Field>,
    error: &AdminError,
) -> Option<(Option<&'static str>, String)> {
    match error {
        AdminError::Invalid { field, problem, .. } => {
            let layout = &console.layout;
            let message = match *field {
                "name" => console.t("console-name-invalid"),
                "issuer" => console.t("console-provider-issuer-invalid"),
                "client_id" => console.t("console-provider-our-id-invalid"),
                "secret_signer" => console.t("console-provider-team-invalid"),
                _ => layout.t_with("console-setting-invalid", "reason", problem),
            };
            Some((field_of(draft, field), message))
        }
        AdminError::Taken { .. } => {
            Some((Some("issuer"), console.t("console-provider-issuer-taken")))
        }
        _ => None,
    }
}

/// The page that shows what changes, and posts the changed fields again.
struct Review<'a> {
    visit: &'a Visit<'a>,
    provider: &'a Provider,
    draft: &'a Draft<Field>,
    changes: &'a [ProviderChange],
    after: &'a Provider,
    needs_secret: bool,
    texts: Change,
}

impl Review<'_> {
    /// Returns true if the secret is a private key.
    const fn signs(&self) -> bool {
        self.after.settings.secret_signer.is_some()
    }

    /// Shows the changes, and the error of the secret, which is never sent back.
    async fn show(&self, error: Option<&str>) -> Answer {
        let (console, provider) = (&self.visit.console, self.provider);
        let mut consequences = "console-provider-review-text";
        let mut facts = Vec::new();
        if provider.issuer != self.after.issuer {
            consequences = "console-provider-review-issuer-text";
            let linked = providers::count_some_users(&console.context(), provider).await;
            let linked = console.count(linked?);
            facts.push(console.number("console-linked", &linked));
        }
        let secret = || EntryField {
            hint: console.t("console-provider-secret-new"),
            error: error.map(|key| console.t(key)),
            ..secret_field(console, self.signs())
        };
        let mut fields = self.draft.hidden();
        fields.push(("version", version(provider)));
        let mut changes = self.changes.iter();
        let back = routes::provider(&provider.id);
        let view = Confirmation {
            object: provider.name.clone(),
            text: console.t(consequences),
            tables: vec![self.table()],
            facts,
            choices: self.needs_secret.then(secret).into_iter().collect(),
            fields,
            also: Some(also_as::texts(console, &self.texts)),
            submit: console.t("console-save"),
            is_risky: changes.any(|change| change.effect == Effect::Weaker),
            again: Some(console.t("console-change-again")),
            ..console.confirmation(Section::Providers, "console-app-review", back)
        };
        let status = match error {
            Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
            None => StatusCode::OK,
        };
        Ok(console.page.html(status, &view))
    }

    fn table(&self) -> Table {
        let console = &self.visit.console;
        let rows = self.changes.iter().map(|change| {
            let setting = change.setting;
            let values = [self.provider, self.after];
            let values = values.map(|provider| value(console, setting, provider));
            (label(console, setting), values, change.effect)
        });
        settings::review(console, rows)
    }
}

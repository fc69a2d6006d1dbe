//! `/admin/providers/{id}/{action}`: changes of an identity provider, and its test.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Payload, ServiceConfig};
use doorward_admin::operator::{AdminError, version};
use doorward_admin::providers;
use doorward_domain::model::Provider;
use doorward_http::page::{Page, PageError};
use doorward_http::page_support::text;
use doorward_templates::ErrorKind;
use doorward_templates::console::{EntryForm, Fact, Section, Value};

use crate::console::Console;
use crate::providers::check;
use crate::providers::new::{secret_field, secret_problem};
use crate::providers::paths::{HOME, path};
use crate::routes::{self, parameter};
use crate::ui::action::{Action, Messages};
use crate::ui::entry;

/// The notice after a new secret.
pub(crate) const SECRET_REPLACED: &str = "console-provider-secret-replaced";
const SECRET_REPLACE: &str = "console-provider-secret-replace";

/// Registers the pages.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(routes::form(
            "/admin/providers/{id}/secret",
            secret_form,
            replace_secret,
        ))
        .service(routes::form("/admin/providers/{id}/test", ask_test, test))
        .service(routes::form("/admin/providers/{id}/{action}", ask, submit));
}

/// A change of a provider with a confirmation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProviderAction {
    Enable,
    Disable,
    Delete,
}

impl ProviderAction {
    /// All changes, in the order of their links.
    pub(crate) const ALL: [Self; 3] = [Self::Enable, Self::Disable, Self::Delete];

    /// Returns the name in the path.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Enable => "enable",
            Self::Disable => "disable",
            Self::Delete => "delete",
        }
    }

    /// Returns true for what takes something away.
    pub(crate) const fn is_risky(self) -> bool {
        matches!(self, Self::Disable | Self::Delete)
    }

    /// Returns true if the change is useful for the provider.
    pub(crate) const fn applies_to(self, provider: &Provider) -> bool {
        match self {
            Self::Enable => !provider.is_active(),
            Self::Disable => provider.is_active(),
            Self::Delete => true,
        }
    }

    /// Returns its messages.
    pub(crate) const fn messages(self) -> Messages {
        let [question, text, submit, done] = match self {
            Self::Enable => [
                "console-provider-enable-question",
                "console-provider-enable-text",
                "console-app-enable",
                "console-provider-enabled",
            ],
            Self::Disable => [
                "console-provider-disable-question",
                "console-provider-disable-text",
                "console-app-disable",
                "console-provider-disabled",
            ],
            Self::Delete => [
                "console-provider-delete-question",
                "console-provider-delete-text",
                "console-app-delete",
                "console-provider-deleted",
            ],
        };
        Messages {
            question,
            text,
            submit,
            done,
        }
    }
}

/// Returns the question before a change or a test.
pub(crate) fn question(provider: &Provider, messages: Messages) -> Action {
    Action {
        section: Section::Providers,
        messages,
        object: provider.name.clone(),
        choice: None,
        reason: None,
        typed: None,
        version: None,
        is_risky: false,
        back: path(&provider.id),
    }
}

/// Returns the provider that the path names.
pub(crate) async fn named(console: &Console<'_>) -> Result<Provider, PageError> {
    let id = parameter(console.page, "id");
    Console::read(providers::get(&console.context(), &id).await)
}

/// Opens a form of a provider, which only an administrator with the role `admin` may see.
pub(crate) async fn open(page: &Page) -> Result<(Console<'_>, Provider), PageError> {
    let console = Console::open(page).await?;
    Console::read(providers::require_admin(&console.context()))?;
    let provider = named(&console).await?;
    Ok((console, provider))
}

/// Returns the change that the path names, if it suits the provider, and its confirmation.
fn action(page: &Page, provider: &Provider) -> Result<(ProviderAction, Action), PageError> {
    let name = parameter(page, "action");
    let mut all = ProviderAction::ALL.into_iter();
    let named = all.find(|action| action.as_str() == name && action.applies_to(provider));
    let action = named.ok_or(ErrorKind::NotFound)?;
    let is_end = action == ProviderAction::Delete;
    let confirmation = Action {
        typed: is_end.then(|| provider.id.to_string()),
        version: Some(version(provider)),
        is_risky: action.is_risky(),
        ..question(provider, action.messages())
    };
    Ok((action, confirmation))
}

/// Returns the number of users that lose a way to sign in, for a change that takes one away.
async fn linked(
    console: &Console<'_>,
    provider: &Provider,
    action: ProviderAction,
) -> Result<Vec<Fact>, PageError> {
    if !action.is_risky() {
        return Ok(Vec::new());
    }
    let number = providers::count_some_users(&console.context(), provider).await;
    let number = Value::Text(console.count(Console::read(number)?));
    Ok(vec![Fact::new(console.t("console-linked"), number)])
}

async fn ask(page: &Page) -> Result<HttpResponse, PageError> {
    let (console, provider) = open(page).await?;
    let (action, question) = action(page, &provider)?;
    let console = console.require_fresh()?;
    let facts = linked(&console, &provider, action).await?;
    Ok(question.ask_with(&console, facts))
}

async fn submit(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let form = page.form(payload).await?;
    let console = Console::open_for_change(page).await?;
    let provider = named(&console).await?;
    let (action, question) = action(page, &provider)?;
    let facts = linked(&console, &provider, action).await?;
    let question = match question.check_with(&console, &form, &facts)? {
        Ok(question) => question,
        Err(again) => return Ok(again),
    };
    let (context, id) = (console.context_with_version(&form), provider.id.as_str());
    let done = match action {
        ProviderAction::Delete => providers::delete(&context, id).await,
        action => {
            let is_on = action == ProviderAction::Enable;
            providers::switch(&context, id, is_on).await.map(|_| ())
        }
    };
    let done = console.change(done).await?;
    let next = match action {
        ProviderAction::Delete => HOME.to_owned(),
        _ => path(&provider.id),
    };
    Ok(question.finish_with(&console, done, &next, facts))
}

/// Returns the form for a new secret.
fn secret_entry(console: &Console<'_>, provider: &Provider) -> EntryForm {
    let signs = provider.settings.secret_signer.is_some();
    let messages = [SECRET_REPLACE, SECRET_REPLACE];
    let mut secret = secret_field(console, signs);
    if !signs {
        secret.label = console.t("console-app-secret");
    }
    let fields = vec![secret];
    let back = path(&provider.id);
    EntryForm {
        object: provider.name.clone(),
        version: Some(version(provider)),
        ..entry::form(console, Section::Providers, messages, back, fields)
    }
}

async fn secret_form(page: &Page) -> Result<HttpResponse, PageError> {
    let (console, provider) = open(page).await?;
    let console = console.require_fresh()?;
    Ok(page.html(StatusCode::OK, &secret_entry(&console, &provider)))
}

async fn replace_secret(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let form = page.form(payload).await?;
    let console = Console::open_for_change(page).await?;
    let provider = named(&console).await?;
    let secret = text(&form, "client_secret")?;
    let (context, id) = (console.context_with_version(&form), provider.id.as_str());
    let key = &page.context.directory.provider_key;
    let replaced = providers::replace_secret(&context, key, id, secret).await;
    let mut view = secret_entry(&console, &provider);
    if matches!(replaced, Err(AdminError::Invalid { .. })) {
        let signs = provider.settings.secret_signer.is_some();
        let problem = secret_problem(signs);
        return Ok(entry::reject(&console, view, "client_secret", problem));
    }
    match console.change(replaced).await? {
        Ok(_) => {
            let next = format!("{}?done={SECRET_REPLACED}", path(&provider.id));
            Ok(page.see_other(&next))
        }
        Err(failure) => {
            view.fields[0].hint = console.t("console-provider-secret-again");
            Ok(entry::fail(&console, view, &[], failure))
        }
    }
}

const TEST: Messages = Messages {
    question: "console-provider-test-question",
    text: "console-provider-test-text",
    submit: "console-provider-test",
    // The answer is a page with the result.
    done: "console-provider-result",
};

/// Asks before a test: the page to which the sign-in returns if the button needs a recent one.
async fn ask_test(page: &Page) -> Result<HttpResponse, PageError> {
    let (console, provider) = open(page).await?;
    let console = console.require_fresh()?;
    Ok(question(&provider, TEST).ask(&console))
}

async fn test(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    page.form(payload).await?;
    let console = Console::open_for_change(page).await?;
    let provider = named(&console).await?;
    match check::run(&console, &provider).await? {
        Ok(view) => Ok(page.html(StatusCode::OK, &view)),
        Err(failure) => Ok(question(&provider, TEST).fail(&console, failure)),
    }
}

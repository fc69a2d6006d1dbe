//! `/admin/providers/{id}/{action}`: changes of an identity provider, and its test.

use doorward_admin::providers;

use crate::providers::check;
use crate::providers::new::{secret_field, secret_problem};
use crate::providers::pages::named;
use doorward_console_ui::prelude::*;

pub(crate) const SECRET_REPLACED: &str = "console-provider-secret-replaced";
const SECRET_REPLACE: &str = "console-provider-secret-replace";

pub(crate) const fn messages(change: Switch) -> Messages {
    Messages::new(match change {
        Switch::Enable => [
            "console-provider-enable-question",
            "console-provider-enable-text",
            "console-app-enable",
            "console-provider-enabled",
        ],
        Switch::Disable => [
            "console-provider-disable-question",
            "console-provider-disable-text",
            "console-app-disable",
            "console-provider-disabled",
        ],
        Switch::Delete => [
            "console-provider-delete-question",
            "console-provider-delete-text",
            "console-app-delete",
            "console-provider-deleted",
        ],
    })
}

pub(crate) fn question(provider: &Provider, messages: Messages) -> Question {
    let (name, back) = (provider.name.as_str(), routes::provider(&provider.id));
    Question::new(Section::Providers, messages, name, back)
}

pub(crate) async fn change(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let provider = named(console).await?;
    let action = visit.action(&Switch::ALL, Switch::as_str)?;
    if !action.applies_to(provider.is_active()) {
        return Err(ErrorKind::NotFound.into());
    }
    // The number of users that lose a way to sign in.
    let mut facts = Vec::new();
    if action.is_risky() {
        let number = providers::count_some_users(&console.context(), &provider).await;
        let number = console.count(number?);
        facts.push(console.number("console-linked", &number));
    }
    let is_end = action == Switch::Delete;
    let question = Question {
        typed: is_end.then(|| provider.id.to_string()),
        version: Some(version(&provider)),
        is_risky: action.is_risky(),
        facts,
        ..question(&provider, messages(action))
    };
    let question = question.ask(visit)?;
    let (context, id) = (visit.context(), provider.id.as_str());
    if is_end {
        let deleted = providers::delete(&context, id).await;
        return question.finish_at(visit, deleted, PROVIDERS).await;
    }
    let is_on = action == Switch::Enable;
    let switched = providers::switch(&context, id, is_on).await;
    question.finish(visit, switched).await
}

pub(crate) async fn replace_secret(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let provider = named(console).await?;
    let signs = provider.settings.secret_signer.is_some();
    let mut secret = secret_field(console, signs);
    if !signs {
        secret.label = console.t("console-app-secret");
    }
    let (messages, back) = ([SECRET_REPLACE; 2], routes::provider(&provider.id));
    let view = EntryForm {
        object: provider.name.clone(),
        version: Some(version(&provider)),
        ..form::view(console, Section::Providers, messages, back, vec![secret])
    };
    let mut form = Form::open(visit, view)?;
    let secret = text(&visit.form, "client_secret")?;
    let (context, id) = (visit.context(), provider.id.as_str());
    let key = &console.page.context.directory.provider_key;
    let replaced = providers::replace_secret(&context, key, id, secret).await;
    if matches!(replaced, Err(AdminError::Invalid { .. })) {
        return Err(form.reject(("client_secret", secret_problem(signs))));
    }
    form.view.fields[0].hint = console.t("console-provider-secret-again");
    form.settle(replaced, |_| None).await?;
    Ok(console.see_done(&form.view.back, SECRET_REPLACED))
}

const TEST: Messages = Messages {
    question: "console-provider-test-question",
    text: "console-provider-test-text",
    submit: "console-provider-test",
    // The answer is a page with the result.
    done: "console-provider-result",
};

/// Asks before a test: the page to which the sign-in returns if the button needs a recent one.
pub(crate) async fn test(visit: &Visit<'_>) -> Answer {
    let provider = named(&visit.console).await?;
    let question = question(&provider, TEST).ask(visit)?;
    match check::run(&visit.console, &provider).await? {
        Ok(view) => Ok(visit.console.page.html(StatusCode::OK, &view)),
        Err(failure) => Err(question.fail(visit, failure)),
    }
}

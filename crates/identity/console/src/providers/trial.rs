//! `/admin/providers/{id}/try` and `/admin/providers/{id}/tried`: a sign-in at an identity provider
//! that changes nothing here, and its result.

use doorward_accounts::federation::provider::FederationError;
use doorward_admin::provider_trial::{self, Effect, Trial};
use doorward_domain::model::UpstreamIdentity;
use doorward_rules::federation::{FederationDecision, FederationDenial};
use doorward_web::page_support::going;

use crate::providers::actions::question;
use crate::providers::pages::named;
use doorward_console_ui::prelude::*;

const TRY: Messages = Messages {
    question: "console-trial-question",
    text: "console-trial-text",
    submit: "console-test",
    // The answer leads to the provider.
    done: "console-trial-result",
};

/// Asks before a trial: the page to which the sign-in returns if the button needs a recent one.
pub(crate) async fn start(visit: &Visit<'_>) -> Answer {
    let console = &visit.console;
    let provider = named(console).await?;
    let question = question(&provider, TRY).ask(visit)?;
    let (context, id) = (console.context(), provider.id.as_str());
    let (session, browser) = (console.session(), console.page.browser(None).hash);
    let started =
        provider_trial::start(&context, &console.page.context, id, session, browser).await;
    match question.settle(visit, started).await? {
        Ok(url) => Ok(going(console.page, provider.name, url.as_str())?),
        Err(error) => {
            let received = Err((error, String::new()));
            let id = &provider.id;
            let path = provider_trial::result_path(&console.page.context, session, id, received)?;
            Ok(console.page.see_other(&path))
        }
    }
}

pub(crate) async fn show(console: &Console<'_>) -> Answer {
    let query = console.page.query()?;
    let (session, sealed) = (console.session(), text(&query, "result")?);
    let (context, id) = (console.context(), parameter(console.page, "id"));
    let (provider, trial) =
        provider_trial::result(&context, &console.page.context, &id, session, sealed).await?;
    let view = view(console, &provider, trial.as_ref());
    Ok(console.page.html(StatusCode::OK, &view))
}

fn view(console: &Console<'_>, provider: &Provider, trial: Option<&Trial>) -> Detail {
    let home = routes::provider(&provider.id);
    let link = |below: &str, key| console.link(format!("{home}/{below}"), key);
    let mut buttons = vec![link("test", "console-provider-test")];
    if provider.is_active() {
        buttons.insert(0, link("try", "console-test"));
    }
    let expired = || Notice {
        text: console.t("console-trial-expired"),
        is_error: true,
    };
    Detail {
        state: trial.map(|trial| state(console, trial)),
        notice: trial.is_none().then(expired),
        facts: trial.map_or_else(Vec::new, |trial| facts(console, provider, trial)),
        actions: vec![console.link(home.as_str(), "console-provider-open")],
        buttons,
        ..console.detail(
            Section::Providers,
            Link::new(home.clone(), provider.name.clone()),
            console.t("console-trial-result"),
        )
    }
}

/// Returns the state: good if a user with this identity could go on.
fn state(console: &Console<'_>, trial: &Trial) -> State {
    let decision = trial.effect.as_ref().map(|effect| effect.decision);
    let is_refused = matches!(decision, None | Some(FederationDecision::Refused(_)));
    console.passed(!is_refused)
}

fn facts(console: &Console<'_>, provider: &Provider, trial: &Trial) -> Vec<Fact> {
    let fact = |key, value| console.fact(key, value);
    let mut facts = Vec::new();
    if let Some(effect) = &trial.effect {
        let text = console.text(effect_key(effect.decision));
        facts.push(fact("console-trial-effect", text));
        facts.extend(account(console, effect));
    }
    match &trial.received {
        Ok(identity) => facts.extend(identity_facts(console, provider, identity, trial.is_cut)),
        Err((error, cause)) => {
            facts.push(fact("console-cause", console.text(error_key(*error))));
            if !cause.is_empty() {
                facts.push(fact("console-trial-error", Value::Code(cause.clone())));
            }
        }
    }
    facts.push(fact("console-when", Value::Moment(trial.at)));
    facts
}

fn account(console: &Console<'_>, effect: &Effect) -> Option<Fact> {
    let user = effect.user.as_ref()?;
    let link = Link::new(routes::user(user.id), user.login_identifier());
    Some(console.fact("console-trial-account", Value::Link(link)))
}

fn identity_facts(
    console: &Console<'_>,
    provider: &Provider,
    identity: &UpstreamIdentity,
    is_cut: bool,
) -> Vec<Fact> {
    let yes = |is_so| Some(console.yes(is_so));
    let code = |text: &Option<String>| text.clone().map(Value::Code);
    let name = |text: &Option<String>| text.clone().map(Value::Name);
    let mut roles = identity.roles.clone().unwrap_or_default();
    if is_cut {
        roles.push("…".to_owned());
    }
    let has_address = identity.email.is_some();
    let all = [
        ("console-issuer", Some(Value::Code(identity.issuer.clone()))),
        (
            "console-trial-subject",
            Some(Value::Code(identity.subject.clone())),
        ),
        ("email", code(&identity.email)),
        (
            "console-email-state",
            yes(identity.email_verified).filter(|_| has_address),
        ),
        (
            "console-trusts-email",
            yes(provider.settings.trusts_email).filter(|_| has_address),
        ),
        ("username", name(&identity.username)),
        ("profile-given-name", name(&identity.given_name)),
        ("profile-family-name", name(&identity.family_name)),
        (
            "console-trial-roles",
            (!roles.is_empty()).then_some(Value::Codes(roles)),
        ),
        ("console-trial-mfa", yes(identity.mfa)),
    ];
    console.known_facts(all)
}

const fn effect_key(decision: FederationDecision) -> &'static str {
    match decision {
        FederationDecision::SignIn(_) => "console-trial-sign-in",
        FederationDecision::Join(_) => "console-trial-join",
        FederationDecision::Prove => "console-trial-prove",
        FederationDecision::Register {
            displaces: None, ..
        } => "console-trial-register",
        FederationDecision::Register {
            displaces: Some(_), ..
        } => "console-trial-replace",
        FederationDecision::Refused(denial) => match denial {
            FederationDenial::ProviderDisabled => "console-why-provider-disabled",
            FederationDenial::UserDisabled => "console-why-user-disabled",
            FederationDenial::Closed => "console-why-provider-closed",
        },
    }
}

const fn error_key(error: FederationError) -> &'static str {
    match error {
        FederationError::Denied => "console-why-provider-denied",
        FederationError::NoProvider => "console-why-provider-disabled",
        FederationError::TooOld => "console-why-provider-too-old",
        FederationError::Rejected | FederationError::Unaccepted(_) => "console-trial-untrusted",
        _ => "console-why-provider-unavailable",
    }
}

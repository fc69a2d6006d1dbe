//! Sign-in with identity providers: `POST /login/with/…`, `GET|POST /login/callback/…` and
//! `GET|POST /login/new`. The console starts its trials with the same page.

use actix_web::web::Path;
use doorward_accounts::federation::callback::{self, CallbackRequest, Outcome, Received};
use doorward_accounts::federation::login_state::{self, Departure, LoginState, Purpose};
use doorward_accounts::federation::provider::FederationError;
use doorward_accounts::federation::sign_up::{
    self, Choice, FederatedSignUpError, SignUpForm, SignUpOptions,
};
use doorward_accounts::new_password::AccountErrors;
use doorward_accounts::register::{Origin, Registered};
use doorward_admin::provider_trial;
use doorward_domain::model::ProviderId;
use doorward_protocol::redirect_uri;
use doorward_rules::next_step::upstream_max_age;
use doorward_templates::field_error::{AccountFields, FormProblem};
use doorward_templates::providers::{Welcome, WelcomeChoice};
use doorward_web::page_support::going;

use super::prelude::*;
use super::verify_email::with_flow;
use super::{link_result, login};
use super::{new_account, second_factor};

pub(super) fn named(provider: &str) -> Result<ProviderId> {
    ProviderId::parse(provider).ok_or_else(|| ErrorKind::NotFound.into())
}

/// `POST /login/with/…`: handles the sign-in form, submitted by a provider's button.
pub(super) async fn start(page: &Page, (provider, payload): (Path<String>, Payload)) -> Answer {
    let provider = named(&provider)?;
    let fields = page.form(payload).await?;
    mail_link::admit(page).await?;
    let resumed = page.interaction(&fields).await?;
    let request = resumed.as_ref().map(|resumed| &resumed.interaction.request);
    let max_age = upstream_max_age(request, page.session().await?.is_some());
    let departure = Departure {
        provider,
        purpose: Purpose::SignIn,
        remember: !text(&fields, "remember")?.is_empty(),
        max_age,
        flow: resumed.map(|resumed| resumed.interaction.id),
        next: account_path(text(&fields, "next")?),
        browser: page.browser(None).hash,
    };
    let flow = departure.flow.clone();
    match login_state::start(&page.context, departure).await {
        Ok((provider, url)) => going(page, provider.name, url.as_str()),
        Err(FlowError::Rejected(rejection)) => failed(page, flow, None, rejection).await,
        Err(FlowError::Server(error)) => Err(error.into()),
    }
}

/// `POST /login/callback/…`: the callback of Apple (OAuth 2.0 Form Post Response Mode). Browsers
/// withhold Lax cookies from another site's form and send them with the GET that follows.
pub(super) async fn posted(page: &Page, (provider, payload): (Path<String>, Payload)) -> Answer {
    let provider = named(&provider)?;
    let fields = page.foreign_form(payload).await?;
    let mut pairs = Vec::new();
    for name in ["state", "code", "error", "iss"] {
        if let Some(value) = fields.optional(name).map_err(|_| ErrorKind::BadRequest)? {
            pairs.push((name, value));
        }
    }
    let path = redirect_uri::with_query(&format!("/login/callback/{provider}"), &pairs);
    Ok(page.see_other_bare(&path))
}

pub(super) async fn arrive(page: &Page, provider: Path<String>) -> Answer {
    let params = page.query()?;
    let one = |name| params.optional(name).map_err(|_| ErrorKind::BadRequest);
    let owned = |value: Option<&str>| value.map(str::to_owned);
    let callback = CallbackRequest {
        provider: named(&provider)?,
        state: text(&params, "state")?.to_owned(),
        code: owned(one("code")?),
        error: owned(one("error")?),
        issuer: owned(one("iss")?),
        browser: page.browser(None).hash,
        before: page.session().await?,
    };
    let (state, outcome) = callback::arrive(&page.context, &callback, page.caller()).await;
    let Some(state) = state else {
        return Err(ErrorKind::FlowExpired.into());
    };
    match outcome {
        Ok(outcome) => resolve(page, state, outcome).await,
        Err(FlowError::Rejected(rejection)) if matches!(state.purpose, Purpose::Link(_)) => {
            Ok(page.see_other(&link_result::after(Err(rejection))))
        }
        Err(FlowError::Rejected(rejection)) if matches!(state.purpose, Purpose::Test(_)) => {
            tried_by(page, &state, Err((rejection, String::new())))
        }
        Err(FlowError::Rejected(rejection)) => {
            failed(page, state.flow, state.next, rejection).await
        }
        Err(FlowError::Server(error)) => Err(error.into()),
    }
}

fn tried_by(page: &Page, state: &LoginState, received: Received) -> Answer {
    match state.purpose {
        Purpose::Test(session) => {
            let provider = &state.provider;
            let path = provider_trial::result_path(&page.context, session, provider, received)?;
            Ok(page.see_other(&path))
        }
        Purpose::SignIn | Purpose::Link(_) => Err(ErrorKind::NotFound.into()),
    }
}

fn remembered(page: &Page, state: &LoginState, mut response: HttpResponse) -> HttpResponse {
    // A cookie of plain characters is always a valid header.
    let _ = response.add_cookie(&cookies::provider(&page.context.core, &state.provider));
    response
}

async fn resolve(page: &Page, state: LoginState, outcome: Outcome) -> Answer {
    let response = match outcome {
        Outcome::SecondStep(id) => {
            page.see_other(&second_factor::address(&id, state.flow.as_ref()))
        }
        Outcome::SignUp => page.see_other(&with_flow("/login/new", state.flow.as_ref())),
        Outcome::Linked => page.see_other(&link_result::after(Ok(()))),
        Outcome::Tested(received) => return tried_by(page, &state, *received),
        Outcome::SignedIn(session) => match (&state.flow, &state.next) {
            (None, Some(next)) => with_session(page, page.see_other(next), &session),
            (flow, _) => {
                let resumed = resume(page, flow.as_ref()).await?;
                after_sign_in(page, resumed, *session).await?
            }
        },
    };
    Ok(remembered(page, &state, response))
}

async fn resume(page: &Page, flow: Option<&InteractionId>) -> Result<Option<ActiveInteraction>> {
    let Some(flow) = flow else { return Ok(None) };
    page.record_flow(Some(flow));
    page.resume(flow).await.map(Some)
}

/// Returns the sign-in page with the error, so that other sign-in methods are available.
async fn failed(
    page: &Page,
    flow: Option<InteractionId>,
    next: Option<String>,
    error: FederationError,
) -> Answer {
    page.record_flow(flow.as_ref());
    let problem = match error {
        FederationError::Over => return Err(ErrorKind::FlowExpired.into()),
        FederationError::NoProvider => return Err(ErrorKind::NotFound.into()),
        other => link_result::provider_problem(other),
    };
    let resumed = resume(page, flow.as_ref()).await?;
    login::provider_error(page, resumed.as_ref(), next, problem).await
}

/// Returns the options of a federated sign-up, or the reason why there are none.
async fn waiting(page: &Page) -> Result<SignUpOptions> {
    let browser = page.browser(None).hash;
    let welcome = sign_up::welcome(&page.context.core, &browser).await;
    welcome.map_err(sign_up_error)
}

fn sign_up_error(error: FlowError<FederatedSignUpError>) -> PageError {
    let kind = error.map(|error| match error {
        FederatedSignUpError::Way(FederationError::Closed) => ErrorKind::RegistrationClosed,
        _ => ErrorKind::FlowExpired,
    });
    kind.into()
}

pub(super) async fn welcome(page: &Page) -> Answer {
    let resumed = page.interaction(&page.query()?).await?;
    let welcome = waiting(page).await?;
    let (resumed, status) = (resumed.as_ref(), StatusCode::OK);
    Ok(welcome_form(page, resumed, welcome, None, status))
}

fn welcome_form(
    page: &Page,
    resumed: Option<&ActiveInteraction>,
    welcome: SignUpOptions,
    typed: Option<AccountFields>,
    status: StatusCode,
) -> HttpResponse {
    let SignUpOptions {
        sign_up: pending_sign_up,
        provider,
        choice,
    } = welcome;
    let choice = match choice {
        Choice::Prove => WelcomeChoice::Prove {
            email: pending_sign_up.identity.email.clone().unwrap_or_default(),
        },
        Choice::Register {
            username,
            email,
            email_is_settled,
        } => {
            let begun = AccountFields {
                username,
                email: email.clone().unwrap_or_default(),
                username_field: new_account::username_field(page),
                ..AccountFields::default()
            };
            let mut fields = typed.unwrap_or(begun);
            if email_is_settled {
                fields.email = email.unwrap_or_default();
                fields.email_problem = None;
            }
            WelcomeChoice::Register {
                fields: Box::new(fields),
                email_is_settled,
            }
        }
    };
    let view = Welcome {
        layout: page.layout(),
        flow: flow_text(flow_of(resumed)),
        app_name: resumed.map(|resumed| resumed.client.name.clone()),
        provider: provider.name,
        label: pending_sign_up.identity.label().to_owned(),
        choice,
    };
    page.html(status, &view)
}

pub(super) async fn register(page: &Page, payload: Payload) -> Answer {
    let fields = page.form(payload).await?;
    let resumed = page.interaction(&fields).await?;
    let typed = SignUpForm {
        username: text(&fields, "username")?.to_owned(),
        email: text(&fields, "email")?.to_owned(),
    };
    if let Err(retry_after) = page.admit_form().await {
        let mut shown = form_fields(page, &typed, &AccountErrors::default());
        shown.form_problem = Some(FormProblem::TooManyTries { retry_after });
        let (welcome, status) = (waiting(page).await?, StatusCode::TOO_MANY_REQUESTS);
        let (resumed, shown) = (resumed.as_ref(), Some(shown));
        return Ok(welcome_form(page, resumed, welcome, shown, status));
    }
    let origin = Origin {
        interaction: resumed.as_ref().map(|resumed| resumed.interaction.clone()),
        before: page.session().await?,
    };
    let browser = page.browser(None).hash;
    let created = sign_up::register(&page.context, &browser, &typed, &origin, page.caller()).await;
    match created {
        Ok(Registered::SignedIn(session)) => after_sign_in(page, resumed, *session).await,
        Ok(Registered::CheckMail) => {
            let flow = flow_of(resumed.as_ref());
            Ok(page.see_other(&with_flow("/verify-email?sent=1", flow)))
        }
        Err(FlowError::Rejected(FederatedSignUpError::Problems(problems))) => {
            let shown = form_fields(page, &typed, &problems);
            let (welcome, status) = (waiting(page).await?, StatusCode::UNPROCESSABLE_ENTITY);
            let (resumed, shown) = (resumed.as_ref(), Some(shown));
            Ok(welcome_form(page, resumed, welcome, shown, status))
        }
        Err(error) => Err(sign_up_error(error)),
    }
}

fn form_fields(page: &Page, typed: &SignUpForm, problems: &AccountErrors) -> AccountFields {
    AccountFields {
        username_field: new_account::username_field(page),
        username: typed.username.clone(),
        email: typed.email.clone(),
        username_problem: problems.username.map(new_account::username_problem),
        email_problem: problems.email.map(new_account::email_problem),
        ..AccountFields::default()
    }
}

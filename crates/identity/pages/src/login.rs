//! `GET|POST /login`: sign-in by password, and `POST /login/passkey` from the same page.

use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use doorward_accounts::federation::provider;
use doorward_accounts::login::{self, Attempt, PasswordSignIn, SignIn};
use doorward_accounts::passkey::sign_in::{self, PasskeySignInError};
use doorward_domain::model::EmailPurpose;
use doorward_oauth::authorize::types::Outcome;
use doorward_rules::next_step::{LoginReason, NextStep};
use doorward_services::email_link;
use doorward_templates::Login;
use doorward_templates::field_error::FormProblem;
use doorward_templates::login::{LoginError, LoginNotice, ProviderProblem};

use super::prelude::*;
use super::verify_email::with_flow;
use super::{email_code, second_factor};

/// Shows the form, or continues if no authentication is needed.
pub async fn get(page: &Page) -> Answer {
    let params = page.query()?;
    let signed_in = page.session().await?;
    let resumed = page
        .restarted_interaction(&params, signed_in.as_ref())
        .await?;
    let Some(resumed) = resumed else {
        let next = account_path(text(&params, "next")?);
        return without_app(page, signed_in, next).await;
    };
    let browser = page.browser(signed_in.as_ref());
    let outcome =
        interaction::proceed(&page.context, resumed.clone(), &browser, page.caller()).await?;
    let Outcome::Step(_, NextStep::Login(reason)) = &outcome else {
        return Ok(go_on(page, &outcome));
    };
    let hinted = resumed.interaction.request.login_hint.clone();
    let typed = Typed {
        identifier: hinted.unwrap_or_default(),
        ..Typed::default()
    };
    let notice = match reason {
        LoginReason::NotSignedIn => session_notice(page).await?,
        _ => Some(LoginNotice::Again),
    };
    form(page, Some(&resumed), &typed, StatusCode::OK, notice, None).await
}

/// Signs in without a client: to the account, or as reauthentication for a change in it (ASVS 5.0
/// §7.5.1).
async fn without_app(page: &Page, signed_in: Option<SignedIn>, next: Option<String>) -> Answer {
    let mut typed = Typed::default();
    let notice = match (signed_in, &next) {
        (Some(current), Some(path)) => {
            if factors::is_fresh(&page.context, &current).await? {
                return Ok(page.see_other(path));
            }
            typed.identifier = current.user.login_identifier().to_owned();
            typed.remember = current.session.remember;
            typed.confirms = true;
            Some(LoginNotice::Confirm)
        }
        (Some(_), None) => return Ok(page.see_other(page.front())),
        (None, _) => session_notice(page).await?,
    };
    typed.next = next.unwrap_or_default();
    form(page, None, &typed, StatusCode::OK, notice, None).await
}

/// Returns the notice for a user who is not signed in: this browser opened the mail link of an address
/// to verify, or its session has ended.
async fn session_notice(page: &Page) -> Result<Option<LoginNotice>> {
    if let Some(token) = page.followed_link() {
        match email_link::peek(&page.context.core, &token, EmailPurpose::Verify).await {
            Ok(_) => return Ok(Some(LoginNotice::VerifyEmail)),
            Err(FlowError::Rejected(_)) => {}
            Err(FlowError::Server(error)) => return Err(error.into()),
        }
    }
    let ending = page.session_ending().await?;
    Ok(ending.map(|_| LoginNotice::SessionEnded))
}

/// The data of an attempt that is shown again, without the password.
#[derive(Clone, Default)]
struct Typed {
    identifier: String,
    remember: bool,
    next: String,
    /// True if a signed-in user confirms a change.
    confirms: bool,
}

async fn form(
    page: &Page,
    resumed: Option<&ActiveInteraction>,
    typed: &Typed,
    status: StatusCode,
    notice: Option<LoginNotice>,
    problem: Option<LoginError>,
) -> Answer {
    let mut layout = page.layout();
    // A path that accepts only forms, or that redirected here, cannot be opened again.
    if !layout.return_to.starts_with("/login?") {
        let flow = flow_of(resumed);
        layout.return_to = with_flow("/login", flow);
    }
    let core = &page.context.core;
    let offers = provider::offers(&page.context, page.last_provider().as_deref()).await;
    let browser = page.browser(None).hash;
    let prompt = sign_in::options(&page.context, &browser)?;
    let flow = flow_text(flow_of(resumed));
    let view = Login {
        layout,
        email_code: email_code::address(page, &flow, &typed.next),
        flow,
        app_name: resumed.map(|resumed| resumed.client.name.clone()),
        next: typed.next.clone(),
        identifier: typed.identifier.clone(),
        problem,
        notice,
        can_reset: core.config.can_mail(),
        can_register: core.config.registration.enabled && !typed.confirms,
        show_remember: !typed.confirms,
        remember: typed.remember,
        confirms: typed.confirms,
        passkey: prompt.map(convert::prompt),
        providers: offers.into_iter().map(convert::button).collect(),
    };
    Ok(page.html(status, &view))
}

/// Redirects to the page, for paths that only accept a form of it.
pub(super) async fn redirect(page: Page) -> HttpResponse {
    page.see_other("/login")
}

pub async fn post_passkey(page: &Page, payload: Payload) -> Answer {
    let fields = page.form(payload).await?;
    if page.context.accounts.passkeys.is_none() {
        return Err(ErrorKind::NotFound.into());
    }
    mail_link::admit(page).await?;
    let resumed = page.interaction(&fields).await?;
    let typed = Typed {
        identifier: text(&fields, "identifier")?.to_owned(),
        remember: !text(&fields, "remember")?.is_empty(),
        next: account_path(text(&fields, "next")?).unwrap_or_default(),
        confirms: !text(&fields, "confirms")?.is_empty(),
    };
    let attempt = sign_in::Attempt {
        presented: convert::presented(&fields)?,
        remember: typed.remember,
        interaction: resumed.as_ref().map(|resumed| resumed.interaction.clone()),
        before: page.session().await?,
        browser: page.browser(None).hash,
    };
    let problem = match sign_in::with_passkey(&page.context, attempt, page.caller()).await {
        Ok(session) if resumed.is_none() && !typed.next.is_empty() => {
            return Ok(with_session(page, page.see_other(&typed.next), &session));
        }
        Ok(session) => return after_sign_in(page, resumed, session).await,
        Err(FlowError::Rejected(PasskeySignInError::Stale)) => LoginError::Form(FormProblem::Stale),
        Err(FlowError::Rejected(PasskeySignInError::Changed)) => LoginError::PasskeyChanged,
        Err(FlowError::Rejected(PasskeySignInError::Rejected)) => LoginError::PasskeyRejected,
        Err(FlowError::Server(error)) => return Err(error.into()),
    };
    error_response(page, resumed.as_ref(), &typed, problem).await
}

pub async fn post(page: &Page, payload: Payload) -> Answer {
    let fields = page.form(payload).await?;
    login::expect_room(&page.context.accounts)?;
    let resumed = page.interaction(&fields).await?;
    let field = |name| text(&fields, name);
    let (identifier, password) = (field("identifier")?, field("password")?);
    let typed = Typed {
        identifier: identifier.to_owned(),
        remember: !field("remember")?.is_empty(),
        next: account_path(field("next")?).unwrap_or_default(),
        confirms: !field("confirms")?.is_empty(),
    };
    if identifier.trim().is_empty() || password.is_empty() {
        let problem = LoginError::Missing {
            identifier: identifier.trim().is_empty(),
            password: password.is_empty(),
        };
        return error_response(page, resumed.as_ref(), &typed, problem).await;
    }
    let interaction = resumed.as_ref().map(|resumed| &resumed.interaction);
    let pass = match page.admit_sign_in(identifier, interaction).await {
        Ok(pass) => pass,
        Err(FlowError::Rejected(retry_after)) => {
            let problem = LoginError::Form(FormProblem::TooManyTries { retry_after });
            return error_response(page, resumed.as_ref(), &typed, problem).await;
        }
        Err(FlowError::Server(error)) => return Err(error.into()),
    };
    let signed_in = page.session().await?;
    let attempt = Attempt {
        pass,
        identifier: typed.identifier.clone(),
        password: Secret::from(password),
        remember: typed.remember,
        interaction: resumed.as_ref().map(|resumed| resumed.interaction.clone()),
        before: signed_in,
        browser: page.browser(None).hash,
        next: (!typed.next.is_empty()).then(|| typed.next.clone()),
    };
    let flow = flow_of(resumed.as_ref());
    match login::with_password(&page.context, attempt, page.caller()).await {
        Ok(PasswordSignIn::Temporary(token)) => {
            mail_link::follow(page, token.expose(), &with_flow("/reset-password", flow))
        }
        Ok(PasswordSignIn::Own(SignIn::SecondStep(id))) => {
            Ok(page.see_other(&second_factor::address(&id, flow)))
        }
        Ok(PasswordSignIn::Own(SignIn::Done(session)))
            if resumed.is_none() && !typed.next.is_empty() =>
        {
            Ok(with_session(page, page.see_other(&typed.next), &session))
        }
        Ok(PasswordSignIn::Own(SignIn::Done(session))) => {
            after_sign_in(page, resumed, *session).await
        }
        Err(FlowError::Rejected(rejected)) => {
            let problem = match rejected {
                login::Rejected::Uniform => LoginError::Rejected,
                login::Rejected::Said(key) => LoginError::Said(key),
            };
            error_response(page, resumed.as_ref(), &typed, problem).await
        }
        Err(FlowError::Server(error)) => Err(error.into()),
    }
}

/// Returns the page again after a failed sign-in with an identity provider.
pub(super) async fn provider_error(
    page: &Page,
    resumed: Option<&ActiveInteraction>,
    next: Option<String>,
    problem: ProviderProblem,
) -> Answer {
    let typed = Typed {
        next: next.unwrap_or_default(),
        ..Typed::default()
    };
    let mut response = error_response(page, resumed, &typed, LoginError::Provider(problem)).await?;
    if problem == ProviderProblem::Unavailable {
        let soon = HeaderValue::from_static("5");
        response.headers_mut().insert(RETRY_AFTER, soon);
    }
    Ok(response)
}

async fn error_response(
    page: &Page,
    resumed: Option<&ActiveInteraction>,
    typed: &Typed,
    problem: LoginError,
) -> Answer {
    // A form that was understood but rejected is never answered with 200.
    let status = match problem {
        LoginError::Provider(ProviderProblem::Closed) => StatusCode::FORBIDDEN,
        LoginError::Provider(ProviderProblem::Unavailable) => StatusCode::SERVICE_UNAVAILABLE,
        LoginError::Rejected
        | LoginError::PasskeyRejected
        | LoginError::PasskeyChanged
        | LoginError::Said(_)
        | LoginError::Provider(_) => StatusCode::UNAUTHORIZED,
        LoginError::Form(FormProblem::TooManyTries { .. }) => StatusCode::TOO_MANY_REQUESTS,
        LoginError::Missing { .. } | LoginError::Form(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    form(page, resumed, typed, status, None, Some(problem)).await
}

//! `/login/email`: sign-in by a mailed code, and `/login/email/link`: by the link in the same
//! message.

use doorward_accounts::email_code::{
    self, Completed, EmailCodeAnswer, EmailCodeInput, EmailCodeRequest, LINK, PAGE,
};
use doorward_accounts::login::SignIn;
use doorward_domain::model::{AttemptId, EmailSignIn};
use doorward_rules::email_code::EmailCodeError;
use doorward_templates::email_code::{EmailCode, EmailCodeForm, EmailCodeProblem};

use super::prelude::*;
use super::second_factor;
use super::verify_email::with_flow;

/// Returns the URL of this sign-in with its parameters; `None` if it is not offered.
pub(super) fn address(page: &Page, flow: &str, next: &str) -> Option<String> {
    page.context
        .core
        .config
        .offers_email_code()
        .then(|| match (flow, next) {
            ("", "") => PAGE.to_owned(),
            ("", next) => format!("{PAGE}?next={next}"),
            (flow, _) => format!("{PAGE}?flow={flow}"),
        })
}

fn offered(page: &Page) -> Result<()> {
    if page.context.core.config.offers_email_code() {
        Ok(())
    } else {
        Err(ErrorKind::NotFound.into())
    }
}

pub(super) async fn open(page: &Page) -> Answer {
    offered(page)?;
    let params = page.query()?;
    if text(&params, "attempt")?.is_empty() {
        let resumed = page.interaction(&params).await?;
        let requested = FormContext {
            resumed: resumed.as_ref(),
            next: account_path(text(&params, "next")?).unwrap_or_default(),
            remember: false,
        };
        return Ok(show_form(page, &requested, false, StatusCode::OK));
    }
    let (waiting, resumed) = waiting(page, &params).await?;
    let (resumed, status) = (resumed.as_ref(), StatusCode::OK);
    Ok(enter(page, &waiting, resumed, status, None))
}

struct FormContext<'a> {
    resumed: Option<&'a ActiveInteraction>,
    next: String,
    remember: bool,
}

fn show_form(
    page: &Page,
    requested: &FormContext<'_>,
    missing: bool,
    status: StatusCode,
) -> HttpResponse {
    let view = EmailCodeForm {
        layout: page.layout(),
        flow: flow_text(flow_of(requested.resumed)),
        next: requested.next.clone(),
        app_name: requested.resumed.map(|resumed| resumed.client.name.clone()),
        remember: requested.remember,
        missing,
    };
    page.html(status, &view)
}

/// Returns the pending sign-in that a page or form names, with its interaction.
async fn waiting(page: &Page, params: &Params) -> Result<(EmailSignIn, Option<ActiveInteraction>)> {
    page.record_flow(InteractionId::parse(text(params, "flow")?).as_ref());
    let id = AttemptId::parse(text(params, "attempt")?).ok_or(ErrorKind::FlowExpired)?;
    let browser = page.browser(None).hash;
    let waiting = email_code::find(&page.context.core, &id, &browser).await?;
    let resumed = resume(page, &waiting).await?;
    Ok((waiting, resumed))
}

async fn resume(page: &Page, waiting: &EmailSignIn) -> Result<Option<ActiveInteraction>> {
    let Some(id) = &waiting.interaction_id else {
        return Ok(None);
    };
    page.resume(id).await.map(Some)
}

fn address_of(id: &AttemptId, flow: Option<&InteractionId>) -> String {
    with_flow(&format!("{PAGE}?attempt={id}"), flow)
}

fn enter(
    page: &Page,
    waiting: &EmailSignIn,
    resumed: Option<&ActiveInteraction>,
    status: StatusCode,
    problem: Option<EmailCodeProblem>,
) -> HttpResponse {
    let mut layout = page.layout();
    let flow = waiting.interaction_id.as_ref();
    layout.return_to = address_of(&waiting.id, flow);
    let again = match (&waiting.interaction_id, &waiting.next) {
        (Some(flow), _) => format!("?flow={flow}"),
        (None, Some(next)) => format!("?next={next}"),
        (None, None) => String::new(),
    };
    let view = EmailCode {
        layout,
        flow: flow_text(flow),
        attempt: waiting.id.to_string(),
        app_name: resumed.map(|resumed| resumed.client.name.clone()),
        again,
        problem,
    };
    page.html(status, &view)
}

pub(super) async fn send(page: &Page, payload: Payload) -> Answer {
    let fields = page.form(payload).await?;
    offered(page)?;
    if text(&fields, "attempt")?.is_empty() {
        enqueue_code(page, &fields).await
    } else {
        Box::pin(verify_code(page, &fields)).await
    }
}

/// Enqueues the code and returns a response that does not depend on the account.
async fn enqueue_code(page: &Page, fields: &Params) -> Answer {
    let resumed = page.interaction(fields).await?;
    let identifier = text(fields, "identifier")?;
    let requested = FormContext {
        resumed: resumed.as_ref(),
        next: account_path(text(fields, "next")?).unwrap_or_default(),
        remember: !text(fields, "remember")?.is_empty(),
    };
    if identifier.trim().is_empty() {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(show_form(page, &requested, true, status));
    }
    page.admit_mail().await?;
    let request = EmailCodeRequest {
        identifier: identifier.to_owned(),
        remember: requested.remember,
        interaction: flow_of(resumed.as_ref()).cloned(),
        next: (!requested.next.is_empty()).then_some(requested.next),
        browser: page.browser(None).hash,
    };
    let id = email_code::request(&page.context, request, page.caller()).await?;
    let flow = flow_of(resumed.as_ref());
    Ok(page.see_other(&address_of(&id, flow)))
}

async fn verify_code(page: &Page, fields: &Params) -> Answer {
    mail_link::admit(page).await?;
    let (waiting, resumed) = waiting(page, fields).await?;
    let code = text(fields, "code")?;
    let again = |status, problem| enter(page, &waiting, resumed.as_ref(), status, Some(problem));
    if code.trim().is_empty() {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(again(status, EmailCodeProblem::Missing));
    }
    let answer = EmailCodeAnswer {
        presented: EmailCodeInput::Code(waiting.id.clone(), Secret::from(code)),
        browser: page.browser(None).hash,
        before: page.session().await?,
    };
    match email_code::submit(&page.context, &answer, page.caller()).await {
        Ok(completed) => go_on(page, completed, resumed).await,
        Err(FlowError::Rejected(EmailCodeError::Wrong)) => {
            Ok(again(StatusCode::UNAUTHORIZED, EmailCodeProblem::Wrong))
        }
        Err(error) => Err(error.into()),
    }
}

async fn go_on(page: &Page, completed: Completed, resumed: Option<ActiveInteraction>) -> Answer {
    match (completed.sign_in, completed.waiting.next) {
        (SignIn::SecondStep(id), _) => {
            let flow = completed.waiting.interaction_id.as_ref();
            Ok(page.see_other(&second_factor::address(&id, flow)))
        }
        (SignIn::Done(session), Some(next)) if resumed.is_none() => {
            Ok(with_session(page, page.see_other(&next), &session))
        }
        (SignIn::Done(session), _) => after_sign_in(page, resumed, *session).await,
    }
}

/// `GET /login/email/link`: stores the token of the mail link and asks for the press of a button,
/// so that mail scanners consume nothing.
pub(super) async fn open_link(page: &Page) -> Answer {
    offered(page)?;
    let params = page.query()?;
    if let Some(token) = mail_link::token(&params)? {
        return mail_link::follow(page, token, LINK);
    }
    let (_, waiting) = followed(page).await?;
    resume(page, &waiting).await?;
    let view = status_page(page, StepKind::ConfirmSignIn, None, waiting.email);
    Ok(page.html(StatusCode::OK, &view))
}

/// Returns the token that this browser opened, with its pending sign-in.
async fn followed(page: &Page) -> Result<(String, EmailSignIn)> {
    let token = page.followed_link().ok_or(ErrorKind::LinkInvalid)?;
    let browser = page.browser(None).hash;
    match email_code::peek(&page.context.core, &token, &browser).await {
        Ok(waiting) => Ok((token, waiting)),
        Err(error) => Err(of_link(error)),
    }
}

fn of_link(error: FlowError<EmailCodeError>) -> PageError {
    match error {
        FlowError::Rejected(EmailCodeError::OtherBrowser) => ErrorKind::OtherBrowser.into(),
        FlowError::Rejected(_) => ErrorKind::LinkInvalid.into(),
        FlowError::Server(server_error) => server_error.into(),
    }
}

pub(super) async fn send_link(page: &Page, payload: Payload) -> Answer {
    page.form(payload).await?;
    offered(page)?;
    mail_link::admit(page).await?;
    let (token, waiting) = followed(page).await?;
    let resumed = resume(page, &waiting).await?;
    let answer = EmailCodeAnswer {
        presented: EmailCodeInput::Link(Secret::from(token.as_str())),
        browser: page.browser(None).hash,
        before: page.session().await?,
    };
    let done = email_code::submit(&page.context, &answer, page.caller()).await;
    let completed = done.map_err(of_link)?;
    let response = go_on(page, completed, resumed).await?;
    Ok(mail_link::clear_token(page, response))
}

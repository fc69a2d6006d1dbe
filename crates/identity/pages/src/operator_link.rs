//! `GET|POST /login/operator`: sign-in of an administrator by a link that the operator created.

use doorward_accounts::login::SignIn;
use doorward_accounts::operator_link;
use doorward_domain::model::EmailPurpose;
use doorward_services::email_link;

use super::prelude::*;
use super::second_factor;

pub(super) const PATH: &str = "/login/operator";

/// Stores the token of the link, and asks for the press of a button with the name of the account.
pub(super) async fn open(page: &Page) -> Answer {
    let params = page.query()?;
    if let Some(token) = mail_link::token(&params)? {
        return follow(page, token, PATH);
    }
    let token = page.followed_link().ok_or(ErrorKind::LinkInvalid)?;
    let looked = email_link::peek(&page.context.core, &token, EmailPurpose::Operator).await;
    let (_, user) = looked.map_err(invalid_link)?;
    let account = user.login_identifier().to_owned();
    let view = status_page(page, StepKind::ConfirmOperator, None, Some(account));
    Ok(page.html(StatusCode::OK, &view))
}

/// Consumes the link, and opens the console or asks for the second factor.
pub(super) async fn sign_in(page: &Page, payload: Payload) -> Answer {
    page.form(payload).await?;
    mail_link::admit(page).await?;
    let token = page.followed_link().ok_or(ErrorKind::LinkInvalid)?;
    let (browser, before) = (page.browser(None).hash, page.session().await?);
    let (context, caller) = (&page.context, page.caller());
    let done = operator_link::sign_in(context, &token, browser, before.as_ref(), caller).await;
    let response = match done.map_err(invalid_link)? {
        SignIn::SecondStep(id) => page.see_other(&second_factor::address(&id, None)),
        SignIn::Done(session) => with_session(page, page.see_other("/admin"), &session),
    };
    Ok(clear_token(page, response))
}

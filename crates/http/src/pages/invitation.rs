//! `/invitation`: an invitation to an organization, and the user's response.
//!
//! A mail link only stores its token in a cookie and redirects to a URL without it; nothing is
//! consumed before a button is pressed. A user who must sign in or register first returns here.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Payload;
use doorward_domain::secret::OpaqueToken;
use doorward_services::invitation::{self, Answer, InvitationAnswerError, OpenInvitation};
use doorward_templates::ErrorKind;
use doorward_templates::invitation::{Invitation, Visitor};
use doorward_templates::status_page::{StatusPage, StepKind};

use crate::cookies;
use crate::page::{Page, PageError};
use crate::page_support::text;

const PLACE: &str = "/invitation";

/// Stores the token of a mail link, or shows the invitation.
pub async fn get(page: Page) -> HttpResponse {
    let outcome = show(&page).await;
    let is_over = matches!(outcome, Err(PageError::Kind(ErrorKind::LinkInvalid)));
    let response = page.answer(outcome);
    if is_over {
        forget(&page, response)
    } else {
        response
    }
}

async fn show(page: &Page) -> Result<HttpResponse, PageError> {
    let params = page.query()?;
    if let Some(token) = params.one("token").map_err(|_| ErrorKind::LinkInvalid)? {
        let token = OpaqueToken::parse(token).ok_or(ErrorKind::LinkInvalid)?;
        let mut response = page.see_other(PLACE);
        // A base64url cookie is always a valid header value.
        let _ = response.add_cookie(&cookies::invitation(&page.context.core, Some(&token)));
        return Ok(response);
    }
    let done = match text(&params, "done")? {
        "accepted" => Some(StepKind::InvitationAccepted),
        "declined" => Some(StepKind::InvitationDeclined),
        _ => None,
    };
    if let Some(kind) = done {
        return Ok(page.html(StatusCode::OK, &step(page, kind)));
    }
    let token = page.followed_invitation().ok_or(ErrorKind::LinkInvalid)?;
    let looked = invitation::look(&page.context.core, &token).await;
    let offer = looked?;
    let who = page.signed_in().await?;
    let visitor = match &who {
        None => Visitor::Unknown {
            can_register: page.context.core.config.registration.enabled,
        },
        Some(who) if offer.is_for(&who.user).is_ok() => Visitor::Invited,
        Some(_) => Visitor::SomebodyElse,
    };
    Ok(page.html(StatusCode::OK, &view(page, offer, visitor)))
}

fn view(page: &Page, offer: OpenInvitation, visitor: Visitor) -> Invitation {
    Invitation {
        chrome: page.chrome(),
        organization: offer.organization.name,
        inviter: offer.inviter,
        address: offer.invitation.email,
        visitor,
    }
}

fn step(page: &Page, kind: StepKind) -> StatusPage {
    StatusPage {
        chrome: page.chrome(),
        kind,
        flow: String::new(),
        address: None,
        notice: None,
    }
}

/// Deletes the token in the browser.
fn forget(page: &Page, mut response: HttpResponse) -> HttpResponse {
    let _ = response.add_cookie(&cookies::invitation(&page.context.core, None));
    response
}

/// `POST /invitation`: accepts, declines or postpones.
pub async fn post(page: &Page, payload: Payload) -> Result<HttpResponse, PageError> {
    let fields = page.form(payload).await?;
    let answer = match text(&fields, "decision")? {
        "accept" => Answer::Accept,
        "decline" => Answer::Decline,
        "later" => return Ok(forget(page, page.see_other("/account"))),
        _ => return Err(ErrorKind::BadRequest.into()),
    };
    let token = page.followed_invitation().ok_or(ErrorKind::LinkInvalid)?;
    let who = page.account_holder(PLACE).await?;
    let answered = invitation::answer(
        &page.context.core,
        &token,
        who.user.id,
        answer,
        page.caller(),
    )
    .await;
    answered?;
    let place = match answer {
        Answer::Accept => "/invitation?done=accepted",
        Answer::Decline => "/invitation?done=declined",
    };
    Ok(forget(page, page.see_other(place)))
}

impl From<InvitationAnswerError> for PageError {
    fn from(refusal: InvitationAnswerError) -> Self {
        Self::Kind(match refusal {
            InvitationAnswerError::Over => ErrorKind::LinkInvalid,
            InvitationAnswerError::NotYours(_) => ErrorKind::Forbidden,
        })
    }
}

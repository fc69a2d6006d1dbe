//! `/invitation`: an invitation to an organization, and the user's response.
//!
//! A mail link only stores its token in a cookie and redirects to a URL without it; nothing is
//! consumed before a button is pressed. A user who must sign in or register first returns here. The
//! account page leads here with the ID of an invitation of its user.

use doorward_accounts::invitation::{self, InvitationAnswer, InvitationRef, OpenInvitation};
use doorward_admin::invited_access;
use doorward_domain::model::InvitationId;
use doorward_domain::secret::OpaqueToken;
use doorward_templates::invitation::{Invitation, Visitor};

use super::prelude::*;

const PATH: &str = "/invitation";

/// Stores the token of a mail link, or shows the invitation.
pub async fn get(page: Page) -> HttpResponse {
    let outcome = show(&page).await;
    let is_over = matches!(outcome, Err(PageError::Kind(ErrorKind::LinkInvalid)));
    let response = page.finish(outcome);
    if is_over {
        clear_token(&page, response)
    } else {
        response
    }
}

async fn show(page: &Page) -> Answer {
    let params = page.query()?;
    if let Some(token) = mail_link::token(&params)? {
        let token = OpaqueToken::parse(token).ok_or(ErrorKind::LinkInvalid)?;
        let mut response = page.see_other(PATH);
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
        return Ok(page.html(
            StatusCode::OK,
            &convert::status_page(page, kind, None, None),
        ));
    }
    if let Some(id) = convert::optional(text(&params, "open")?, InvitationId::parse)? {
        let signed_in = page.account_holder("/account").await?;
        let offer = invitation::peek_own(&page.context.core, &signed_in.user, id).await?;
        let offer = offer.ok_or(ErrorKind::NotFound)?;
        let mut view = view(page, offer, Visitor::Invited);
        view.id = id.to_string();
        return Ok(page.html(StatusCode::OK, &view));
    }
    let token = page.followed_invitation().ok_or(ErrorKind::LinkInvalid)?;
    let offer = invitation::peek(&page.context.core, &token).await?;
    let signed_in = page.signed_in().await?;
    let visitor = match &signed_in {
        None => Visitor::Unknown {
            can_register: page.context.core.config.registration.enabled,
        },
        Some(signed_in) if offer.is_for(&signed_in.user).is_ok() => Visitor::Invited,
        Some(_) => Visitor::SomebodyElse,
    };
    Ok(page.html(StatusCode::OK, &view(page, offer, visitor)))
}

fn view(page: &Page, offer: OpenInvitation, visitor: Visitor) -> Invitation {
    Invitation {
        layout: page.layout(),
        id: String::new(),
        organization: offer.organization.name,
        inviter: offer.inviter,
        address: offer.invitation.email,
        visitor,
    }
}

fn clear_token(page: &Page, mut response: HttpResponse) -> HttpResponse {
    let _ = response.add_cookie(&cookies::invitation(&page.context.core, None));
    response
}

pub async fn post(page: &Page, payload: Payload) -> Answer {
    let fields = page.form(payload).await?;
    let answer = match text(&fields, "decision")? {
        "accept" => InvitationAnswer::Accept,
        "decline" => InvitationAnswer::Decline,
        "later" => return Ok(clear_token(page, page.see_other("/account"))),
        _ => return Err(ErrorKind::BadRequest.into()),
    };
    let link = page.followed_invitation();
    let own = convert::optional(text(&fields, "invitation")?, InvitationId::parse)?;
    let reference = match (own, &link) {
        (Some(id), _) => InvitationRef::Own(id),
        (None, Some(token)) => InvitationRef::Link(token),
        (None, None) => return Err(ErrorKind::LinkInvalid.into()),
    };
    // After the sign-in, an invitation without a link is opened from the account page.
    let back = match reference {
        InvitationRef::Own(_) => "/account",
        InvitationRef::Link(_) => PATH,
    };
    let signed_in = page.account_holder(back).await?;
    let (user, caller) = (signed_in.user.id, page.caller());
    invitation::respond(&page.context.core, reference, user, answer, caller).await?;
    if answer == InvitationAnswer::Accept
        && let Err(error) = invited_access::give_due(&page.context).await
    {
        // The cleanup repeats it.
        tracing::warn!(fault = %error, "access of an invitation was not given");
    }
    let place = match answer {
        InvitationAnswer::Accept => "/invitation?done=accepted",
        InvitationAnswer::Decline => "/invitation?done=declined",
    };
    let response = page.see_other(place);
    Ok(match reference {
        InvitationRef::Link(_) => clear_token(page, response),
        InvitationRef::Own(_) => response,
    })
}

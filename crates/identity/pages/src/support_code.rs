//! `/account/support-code`: a code that the user reads out to an administrator.

use doorward_accounts::support_code;
use doorward_templates::support_code::SupportCode;

use super::prelude::*;

pub(super) const PATH: &str = "/account/support-code";

pub(super) async fn show(page: &Page) -> Answer {
    page.account_holder(PATH).await?;
    Ok(answer(page, None))
}

pub(super) async fn make(page: &Page, payload: Payload) -> Answer {
    page.form(payload).await?;
    let (signed_in, factors) = page.account_holder_with_factors(PATH).await?;
    // Support takes the caller for the user.
    if !factors.is_fresh(&page.context, &signed_in) {
        return Err(PageError::Redirect(format!("/login?next={PATH}")));
    }
    mail_link::admit(page).await?;
    let code = support_code::create(&page.context, &signed_in, page.caller()).await?;
    Ok(answer(page, Some(code.to_groups())))
}

fn answer(page: &Page, code: Option<String>) -> HttpResponse {
    let policy = &page.context.core.config.impersonation;
    let view = SupportCode {
        layout: page.layout(),
        code,
        is_consent: policy.enabled && policy.support_code,
    };
    page.html(StatusCode::OK, &view)
}

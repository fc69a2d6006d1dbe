//! `GET|POST /select-account` (OIDC Core §3.1.2.1 `prompt=select_account`).

use doorward_services::session;
use doorward_templates::SelectAccount;

use super::prelude::*;

pub async fn get(page: &Page) -> Answer {
    let params = page.query()?;
    let resumed = page.required_interaction(&params).await?;
    let Some(signed_in) = page.session().await? else {
        return Ok(page.see_other(&format!("/login?flow={}", resumed.interaction.id)));
    };
    let view = SelectAccount {
        layout: page.layout(),
        flow: resumed.interaction.id.to_string(),
        app_name: Some(resumed.client.name.clone()),
        account: chip(&signed_in.user),
    };
    Ok(page.html(StatusCode::OK, &view))
}

/// Continues with the same account, or signs out so that another user can sign in.
pub async fn post(page: &Page, payload: Payload) -> Answer {
    let fields = page.form(payload).await?;
    let mut resumed = page.required_interaction(&fields).await?;
    let signed_in = page.session().await?;
    let login = format!("/login?flow={}", resumed.interaction.id);
    match (text(&fields, "choice")?, &signed_in) {
        ("current", Some(current)) => {
            resumed.interaction =
                interaction::choose_account(&page.context.core, &resumed.interaction, current)
                    .await?;
            let browser = page.browser(signed_in.as_ref());
            let outcome =
                interaction::proceed(&page.context, resumed, &browser, page.caller()).await?;
            Ok(go_on(page, &outcome))
        }
        ("other", Some(current)) => {
            session::sign_out(&page.context, current, page.caller()).await?;
            let mut response = page.see_other(&login);
            let _ = response.add_cookie(&cookies::no_session(&page.context.core));
            Ok(response)
        }
        ("current" | "other", None) => Ok(page.see_other(&login)),
        _ => Err(ErrorKind::BadRequest.into()),
    }
}

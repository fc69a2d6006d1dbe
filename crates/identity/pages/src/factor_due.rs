//! `/login/protection`: the notice after a sign-in that a second factor will be required.

use doorward_templates::factor_due::FactorDue;

use super::prelude::*;
use super::trusted_devices::TWO_FACTOR;
use super::waiting_flow::within;

pub async fn get(page: &Page) -> Answer {
    let params = page.query()?;
    let resumed = page.interaction(&params).await?;
    let flow = flow_text(flow_of(resumed.as_ref()));
    let later = within("/login", &flow);
    let due = match page.session().await? {
        Some(signed_in) => factors::due(&page.context, signed_in.user.id)
            .await
            .map_err(ServerError::from)?,
        None => None,
    };
    let Some(from) = due else {
        return Ok(page.see_other(&later));
    };
    let view = FactorDue {
        layout: page.layout(),
        app_name: resumed.map(|resumed| resumed.client.name.clone()),
        from,
        set_up: within(TWO_FACTOR, &flow),
        later,
    };
    Ok(page.html(StatusCode::OK, &view))
}

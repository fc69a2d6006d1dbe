//! The user's trusted devices, on the page of the second factor.

use doorward_accounts::trusted_device;
use doorward_domain::model::{TrustedDevice, TrustedDeviceId};
use doorward_templates::two_factor::TrustedRow;

use super::prelude::*;

pub(super) const TWO_FACTOR: &str = "/account/security/2fa";

pub(super) async fn rows(
    page: &Page,
    signed_in: &SignedIn,
) -> Result<Vec<TrustedRow>, ServerError> {
    let lang = page.layout().lang;
    let all = trusted_device::list(&page.context.core, signed_in.user.id).await?;
    let row = |item: TrustedDevice| TrustedRow {
        id: item.id.to_string(),
        device: Device::from_user_agent(&item.user_agent).label(lang),
        since: item.created_at,
        until: item.expires_at,
        current: page.caller().trusted.contains(&item.token_hash),
    };
    Ok(all.into_iter().map(row).collect())
}

pub async fn distrust(page: &Page, payload: Payload) -> Answer {
    let fields = page.form(payload).await?;
    let signed_in = page.account_holder(TWO_FACTOR).await?;
    let one = convert::optional(text(&fields, "device")?, TrustedDeviceId::parse)?;
    trusted_device::distrust(&page.context.core, &signed_in, one, page.caller()).await?;
    Ok(page.see_other(&format!("{TWO_FACTOR}?done=distrusted")))
}

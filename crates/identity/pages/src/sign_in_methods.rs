//! `/account/security`: the user's sign-in methods.

use doorward_accounts::password_source;
use doorward_accounts::second_factor::enrollment::Overview;
use doorward_templates::sign_in_methods::SignInMethods;

use super::prelude::*;
use super::two_factor;

pub async fn get(page: &Page) -> Answer {
    let (signed_in, factors) = page
        .account_holder_with_factors("/account/security")
        .await?;
    let overview = Overview::from(factors);
    let context = &page.context;
    let providers = context.directory.providers(&context.core).await?;
    let user = &signed_in.user;
    let has_password = user.has_password();
    let elsewhere = password_source::managed(&context.core, user.id).await?;
    let view = SignInMethods {
        layout: page.layout(),
        has_password,
        is_password_elsewhere: elsewhere.is_some(),
        // A password that was removed has a time of change, too.
        password_changed_at: user.password_changed_at.filter(|_| has_password),
        can_mail: context.core.config.can_mail(),
        passkeys: context
            .accounts
            .passkeys
            .as_ref()
            .map(|_| overview.passkeys),
        two_factor: two_factor::state(&overview),
        has_providers: !providers.is_empty(),
        now: context.core.now(),
    };
    Ok(page.html(StatusCode::OK, &view))
}

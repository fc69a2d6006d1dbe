//! Support codes, which users read out to administrators.

use doorward_domain::credentials::support_code::{SupportCode, TTL};

use crate::prelude::*;

/// Creates a code, which replaces the user's former one.
#[boxed(?Send)]
pub async fn create(
    context: &Context,
    signed_in: &SignedIn,
    caller: &Caller,
) -> Result<SupportCode> {
    let core = &context.core;
    let (user, now) = (signed_in.user.id, core.now());
    let code = SupportCode::generate(&mut core.rng());
    let hash = code.hash(context.accounts.support_code_key.expose());
    in_plain_transaction(&core.db, async |tx| {
        repo::support_codes::replace(tx, user, &hash, now + TTL).await?;
        let event = caller.own_event(AuditKind::SupportCodeMade, user, now);
        repo::audit::insert(tx, &event).await?;
        Ok(())
    })
    .await?;
    Ok(code)
}

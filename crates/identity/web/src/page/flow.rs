//! The interaction that a page continues.

use doorward_domain::model::{BrandOwners, Interaction};
use doorward_oauth::authorize::interaction;
use doorward_oauth::authorize::types::ActiveInteraction;

use super::{Page, PageError, Result};
use crate::prelude::*;

impl Page {
    /// Returns the interaction that a page or form names, if any.
    #[boxed(?Send)]
    pub async fn interaction(&self, params: &Params) -> Result<Option<ActiveInteraction>> {
        let Some(text) = params.optional("flow").map_err(|_| ErrorKind::BadRequest)? else {
            return Ok(None);
        };
        let id = InteractionId::parse(text).ok_or(ErrorKind::FlowExpired)?;
        self.record_flow(Some(&id));
        self.resume(&id).await.map(Some)
    }

    /// Returns an interaction of this browser, whose languages and brand the page uses.
    #[boxed(?Send)]
    pub async fn resume(&self, id: &InteractionId) -> Result<ActiveInteraction> {
        let resumed = interaction::resume(&self.context, id, &self.browser.hash()).await?;
        let ui_locales = &resumed.interaction.request.ui_locales;
        let _ = self.ui_locales.set(ui_locales.clone());
        self.use_brand(&resumed.interaction).await?;
        Ok(resumed)
    }

    /// Uses the brand of the client and the organization of an interaction, also for mails.
    async fn use_brand(&self, interaction: &Interaction) -> Result<(), ServerError> {
        let owners = BrandOwners {
            client: Some(interaction.client_id.clone()),
            organization: interaction.request.organization.clone(),
        };
        let _ = self.brand.set(self.brand_of(&owners).await?);
        let _ = self.localized_caller.set(Caller {
            lang: self.lang(),
            owners: Some(owners),
            ..self.caller.clone()
        });
        Ok(())
    }

    /// Returns the interaction that the sign-in page names; an expired one is restarted.
    #[boxed(?Send)]
    pub async fn restarted_interaction(
        &self,
        params: &Params,
        signed_in: Option<&SignedIn>,
    ) -> Result<Option<ActiveInteraction>> {
        let found = self.interaction(params).await;
        let (Err(PageError::Kind(ErrorKind::FlowExpired)), Some(id)) = (&found, self.flow.get())
        else {
            return found;
        };
        let browser = self.browser(signed_in);
        interaction::restart(&self.context, id, &browser, self.caller()).await?;
        self.interaction(params).await
    }

    /// Returns the interaction that a page or form must name.
    #[boxed(?Send)]
    pub async fn required_interaction(&self, params: &Params) -> Result<ActiveInteraction> {
        self.interaction(params)
            .await?
            .ok_or_else(|| ErrorKind::FlowExpired.into())
    }

    /// Returns the interaction that a mail link names, if this browser began it. A link may be opened
    /// on another device, which follows it without the interaction.
    #[boxed(?Send)]
    pub async fn own_flow(&self, params: &Params) -> Result<Option<InteractionId>> {
        let named = params.optional("flow").map_err(|_| ErrorKind::BadRequest)?;
        let Some(flow) = named.and_then(InteractionId::parse) else {
            return Ok(None);
        };
        let browser = self.browser.hash();
        let own = interaction::find_own(&self.context.core, &flow, &browser).await?;
        let Some(own) = own else {
            return Ok(None);
        };
        self.record_flow(Some(&flow));
        self.use_brand(&own).await?;
        Ok(Some(flow))
    }

    /// Records the interaction that an error page leads back to.
    pub fn record_flow(&self, flow: Option<&InteractionId>) {
        if let Some(flow) = flow {
            let _ = self.flow.set(flow.clone());
        }
    }

    /// Returns the path of the sign-in page, which restarts the interaction of this request.
    pub(super) fn sign_in_path(&self) -> String {
        // The sign-in page itself could not restart it.
        let is_sign_in = self.request.method() == Method::GET && self.request.path() == "/login";
        match self.flow.get() {
            Some(flow) if !is_sign_in => format!("/login?flow={flow}"),
            _ => "/login".to_owned(),
        }
    }
}

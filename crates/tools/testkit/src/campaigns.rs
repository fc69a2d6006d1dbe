//! Campaigns for second factors, and what the server reads about them.

use doorward_access::clock::Clock as _;
use doorward_admin::operator::AdminContext;
use doorward_campaigns::use_cases::{self, NewCampaign};
use doorward_domain::model::{CampaignTarget, FactorCampaign};

use crate::Stack;

impl Stack {
    /// Requires a second factor of these users after some seconds, as the command line does.
    pub async fn require_factor_in(
        &self,
        seconds: i64,
        target: CampaignTarget,
        reminders: &[u32],
    ) -> FactorCampaign {
        let db = self.db().await;
        let new = NewCampaign {
            target,
            starts_at: self.clock.now() + seconds,
            reminders: reminders.to_vec(),
        };
        let created = {
            let context = AdminContext::command_line(&db, &self.clock);
            use_cases::create(&context, new).await
        };
        db.close().await.expect("close");
        self.read_background().await;
        created.expect("a campaign")
    }

    /// Makes the identity server read the open campaigns, own texts, and whether there are aliases, which otherwise
    /// happens within two seconds.
    pub async fn read_background(&self) {
        if let Some(context) = self.context() {
            let core = &context.core;
            let read = core.campaigns.read(core.db.read()).await;
            read.expect("a query");
            let read = core.aliases.read(core.db.read()).await;
            read.expect("a query");
            let texts = &context.directory.own_texts;
            texts.read(core.db.read()).await.expect("a query");
        }
    }
}

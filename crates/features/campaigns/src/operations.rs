//! Operations of campaigns for second factors, and of exceptions from them.

use doorward_domain::model::{CampaignTarget, FactorCampaign, FactorCampaignId, FactorException};
use doorward_services::outbox::MailOutbox;
use doorward_services::view;
use doorward_services::view::time;

use crate::use_cases::{
    NewCampaign, UnreadyUser, create, end, end_exception, except, get, list, list_unready,
    reschedule,
};
use doorward_admin::change_reason::ChangeReason;
use doorward_admin::found::FoundPage;
use doorward_admin::groups;
use doorward_admin::json_member::required;
use doorward_admin::operation::{Again, Operation, Shown};
use doorward_admin::prelude::*;
use doorward_admin::users::named_id;

doorward_admin::entries! {
    LIST: List, SHOW: Show, REQUIRE: Require, STATUS: Status, RESCHEDULE: Reschedule, END: End,
    EXCEPT: Except, END_EXCEPTION: EndException,
}

doorward_admin::targets! {
    {
        /// ID of the campaign.
        id
    } => Show, Status, End
}

doorward_admin::targets! {
    {
        /// User name, e-mail address or ID.
        user
    } => EndException
}

view! {
    /// A campaign: users who must have a second factor from a time.
    #[schema(as = FactorCampaign)]
    pub CampaignView(campaign: FactorCampaign, users: String, state: &'static str) {
        /// ID.
        id: String = campaign.id.to_string();
        /// Users in words: `all users`, `organization acme` or `group /sales`.
        users: String = users;
        /// Slug of the organization whose members are meant.
        organization?: String = match &campaign.target {
            CampaignTarget::Organization(slug) => Some(slug.clone()),
            CampaignTarget::All | CampaignTarget::Group(_) => None,
        };
        /// ID of the group, whose subgroups belong to it.
        group?: String = match &campaign.target {
            CampaignTarget::Group(id) => Some(id.to_string()),
            CampaignTarget::All | CampaignTarget::Organization(_) => None,
        };
        /// Time from which a second factor is required (RFC 3339).
        from: Time = campaign.starts_at;
        /// `announced`, `required` or `ended`.
        state: &'static str = state;
        /// Days before that time at which users without a second factor get a mail.
        reminders: Vec<u32> = campaign.reminders;
        /// Time of the next reminder (RFC 3339); absent if none is left.
        next_reminder_at?: Time = campaign.reminder_due_at;
        /// Time of creation (RFC 3339).
        created_at: Time = campaign.created_at;
        /// Time of the end (RFC 3339); absent while the campaign is open.
        ended_at?: Time = campaign.ended_at;
    }
}

view! {
    /// An exception of a user from all campaigns.
    #[schema(as = FactorException)]
    pub ExceptionView(exception: FactorException) {
        /// Time at which it ends (RFC 3339).
        until: Time = exception.until;
        /// Reason.
        reason: String = exception.reason;
    }
}

view! {
    /// A user of a campaign without a second factor.
    #[schema(as = UnreadyUser)]
    pub UnreadyView(unready: UnreadyUser) {
        /// ID of the user.
        id: String = unready.user.id.to_string();
        /// User name; empty without one.
        username: String = unready.user.username;
        /// E-mail address.
        email: String = unready.user.email;
        /// Time at which the exception of the user ends (RFC 3339); absent without one.
        excepted_until?: Time = unready.exception.as_ref().map(|own| own.until);
        /// Reason of the exception.
        reason?: String = unready.exception.map(|own| own.reason);
    }
}

async fn view(context: &AdminContext<'_>, campaign: FactorCampaign) -> Result<CampaignView> {
    let users = match &campaign.target {
        CampaignTarget::All => "all users".to_owned(),
        CampaignTarget::Organization(slug) => format!("organization {slug}"),
        CampaignTarget::Group(id) => match groups::get(context, *id).await {
            Ok(group) => match group.org {
                Some(org) => format!("group {} ({org})", group.path),
                None => format!("group {}", group.path),
            },
            // A deleted group, or a caller who does not read groups.
            Err(AdminError::NotFound { .. } | AdminError::Denied(_)) => format!("group {id}"),
            Err(error) => return Err(error),
        },
    };
    let state = if campaign.ended_at.is_some() {
        "ended"
    } else if campaign.starts_at <= context.now() {
        "required"
    } else {
        "announced"
    };
    Ok(CampaignView::new(campaign, users, state))
}

async fn shown(
    context: &AdminContext<'_>,
    campaign: FactorCampaign,
) -> Result<Shown<CampaignView>> {
    view(context, campaign).await.map(Shown::unversioned)
}

/// Returns a campaign with the time of its next reminder.
async fn started(
    context: &AdminContext<'_>,
    campaign: FactorCampaign,
) -> Result<Shown<CampaignView>> {
    let can_mail = context.outbox.as_ref().map(MailOutbox::can_go);
    let note = match (campaign.reminder_due_at, can_mail) {
        (Some(next), Some(true)) => format!("The next reminder is sent at {}.", time(next)),
        (Some(_), Some(false)) => {
            "No reminder is sent: no mail server is configured; set mail.smtp_url.".to_owned()
        }
        (Some(_), None) => {
            "This command has no secret key, so it cannot say whether a reminder is sent; set \
                            secret_key, or name its file by DOORWARD_SECRET_KEY_FILE."
                .to_owned()
        }
        (None, _) => "No reminder is sent by e-mail.".to_owned(),
    };
    Ok(shown(context, campaign).await?.with_note(Some(note)))
}

/// A list of campaigns.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// True: only those that have not ended.
    #[serde(default)]
    open: bool,
}

impl Operation for List {
    const TITLE: &'static str = "List campaigns for second factors, the oldest first";
    const CALL: &'static str = "GET factor-campaigns paged";
    const COMMAND: &'static str = "mfa list";
    const TABLE: &'static str = "id users from state reminders next_reminder_at";
    type Done = FoundPage<CampaignView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let (after, limit) = (
            context.page.after_id(FactorCampaignId::parse)?,
            context.page.limit,
        );
        let found = list(context, after, limit + 1).await?;
        let mut page = FoundPage::cut_rows(found, limit, |campaign| campaign.id.to_string());
        page.items
            .retain(|campaign| !self.open || campaign.ended_at.is_none());
        let mut views = Vec::new();
        for campaign in page.items {
            views.push(view(context, campaign).await?);
        }
        Ok(FoundPage {
            items: views,
            next: page.next,
            count: None,
        })
    }
}

impl Operation for Show {
    const TITLE: &'static str = "Show a campaign for a second factor";
    const CALL: &'static str = "GET factor-campaigns/{id}";
    const COMMAND: &'static str = "mfa show ID";
    type Done = Shown<CampaignView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        shown(context, get(context, &self.id).await?).await
    }
}

/// A campaign to start for a group, an organization or all users.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewFactorCampaign)]
pub struct Require {
    /// Group: ID, or path in the organization; its subgroups belong to it.
    group: Option<String>,
    /// Organization whose members are meant, or that of the group.
    organization: Option<String>,
    /// True: all users.
    #[serde(default)]
    all: bool,
    /// Time from which a second factor is required (RFC 3339).
    #[serde(deserialize_with = "required")]
    #[schema(value_type = String, format = DateTime)]
    from: UnixSeconds,
    /// Number of days before that time at which users without a second factor get a mail: at most 10,
    /// each 1 to 90.
    #[serde(default)]
    reminders: Vec<u32>,
}

impl Operation for Require {
    const TITLE: &'static str = "Require a second factor of users from a date";
    const TEXT: &'static str = "Until the time, users without a second factor see it after each sign-in, and get \
                                the reminders by mail. From the time, a second factor is required.";
    const CALL: &'static str = "POST factor-campaigns once reason";
    const COMMAND: &'static str =
        "mfa require --group --org=organization --all --from --remind=reminders";
    const DONE: &'static str = "From {from}, a second factor is required of {users}.";
    type Done = Shown<CampaignView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let target = match (self.group, self.organization, self.all) {
            (Some(group), org, false) => {
                let id = groups::operations::target(context, &group, org.as_deref()).await?;
                CampaignTarget::Group(id)
            }
            (None, Some(slug), false) => CampaignTarget::Organization(slug),
            (None, None, true) => CampaignTarget::All,
            _ => {
                let problem = "name a group, an organization or all users";
                return Err(AdminError::choice("group", problem));
            }
        };
        let new = NewCampaign {
            target,
            starts_at: self.from,
            reminders: self.reminders,
        };
        started(context, create(context, new).await?).await
    }

    fn again() -> Option<Again> {
        Some(Again::new("users:write", &SHOW))
    }
}

impl Operation for Status {
    const TITLE: &'static str = "List the active users of a campaign without a second factor";
    const CALL: &'static str = "GET factor-campaigns/{id}/users paged";
    const COMMAND: &'static str = "mfa status ID";
    const TABLE: &'static str = "username email excepted_until reason";
    type Done = FoundPage<UnreadyView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let (after, limit) = (context.page.after_id(UserId::parse)?, context.page.limit);
        let campaign = get(context, &self.id).await?;
        let found = list_unready(context, &campaign, after, limit + 1).await?;
        let page = FoundPage::cut_rows(found, limit, |found| found.user.id.to_string());
        Ok(page.map(UnreadyView::new))
    }
}

/// Another start of a campaign.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FactorCampaignStart)]
pub struct Reschedule {
    /// ID of the campaign.
    id: String,
    /// Time from which a second factor is required (RFC 3339): earlier or later than before.
    #[serde(deserialize_with = "required")]
    #[schema(value_type = String, format = DateTime)]
    from: UnixSeconds,
}

fn parse_id(id: &str) -> Result<FactorCampaignId> {
    AdminError::id("campaign", id, FactorCampaignId::parse)
}

impl Operation for Reschedule {
    const TITLE: &'static str = "Change the start of a campaign for a second factor";
    const TEXT: &'static str = "Users whom a reminder has informed about the former time get another reminder at \
         once. A later time of a campaign that has begun suspends it until then.";
    const CALL: &'static str = "POST factor-campaigns/{id}/reschedule reason";
    const COMMAND: &'static str = "mfa reschedule ID --from";
    const DONE: &'static str = "From {from}, a second factor is required of {users}.";
    type Done = Shown<CampaignView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let changed = reschedule(context, parse_id(&self.id)?, self.from).await?;
        started(context, changed).await
    }
}

impl Operation for End {
    const TITLE: &'static str = "End a campaign; its users no longer need a second factor";
    const CALL: &'static str = "POST factor-campaigns/{id}/end reason";
    const COMMAND: &'static str = "mfa end ID";
    const DONE: &'static str = "The campaign has ended.";
    type Done = ();

    async fn run(self, context: &AdminContext<'_>) -> Result<()> {
        end(context, parse_id(&self.id)?).await
    }
}

/// An exception to grant.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewFactorException)]
pub struct Except {
    /// User name, e-mail address or ID.
    user: String,
    /// Time at which it ends (RFC 3339).
    #[serde(deserialize_with = "required")]
    #[schema(value_type = String, format = DateTime)]
    until: UnixSeconds,
    /// Reason: 1 to 200 characters. The user sees it.
    reason: String,
}

impl Operation for Except {
    const TITLE: &'static str = "Except a user from all campaigns until a date";
    const TEXT: &'static str = "It replaces a former exception of the user.";
    const CALL: &'static str = "PUT users/{user}/factor-exception";
    const COMMAND: &'static str = "mfa except USER --until --reason";
    const DONE: &'static str = "{user} needs no second factor for campaigns until {until}.";
    type Done = Shown<ExceptionView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let reason = ChangeReason::parse(&self.reason);
        let reason = reason.map_err(|problem| AdminError::invalid("reason", problem))?;
        let context = context.clone().with_reason(Some(reason));
        let user = named_id(&context, &self.user).await?;
        let exception = except(&context, user, self.until).await?;
        Ok(Shown::unversioned(exception.into()))
    }
}

impl Operation for EndException {
    const TITLE: &'static str = "End the exception of a user";
    const CALL: &'static str = "DELETE users/{user}/factor-exception reason";
    const COMMAND: &'static str = "mfa end-exception USER";
    const DONE: &'static str = "{user} is no longer excepted.";
    type Done = ();

    async fn run(self, context: &AdminContext<'_>) -> Result<()> {
        end_exception(context, named_id(context, &self.user).await?).await
    }
}

//! Campaigns: users who must have a second factor from a date.

use super::{FactorCampaignId, GroupId, UserId};
use crate::time::UnixSeconds;

/// The users of a campaign.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CampaignTarget {
    All,
    /// The members of an organization, by slug.
    Organization(String),
    /// The members of a group and of the groups below it.
    Group(GroupId),
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FactorCampaign {
    pub id: FactorCampaignId,
    pub target: CampaignTarget,
    /// The time from which a second factor is required.
    pub starts_at: UnixSeconds,
    /// Days before the start at which users without a second factor get a mail, the most first.
    pub reminders: Vec<u32>,
    /// The time of the next reminder; `None` if none is left.
    pub reminder_due_at: Option<UnixSeconds>,
    /// The last user, in the order of IDs, whom the reminder that is due has reached.
    pub reminded: Option<UserId>,
    pub created_at: UnixSeconds,
    pub ended_at: Option<UnixSeconds>,
}

/// The exception of a user from all campaigns.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FactorException {
    pub user_id: UserId,
    /// The end of the exception.
    pub until: UnixSeconds,
    pub reason: String,
    pub created_at: UnixSeconds,
}

/// A campaign that covers a user.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CampaignCover {
    pub starts_at: UnixSeconds,
    /// The end of the user's exception, if there is one.
    pub excepted_until: Option<UnixSeconds>,
}

//! `[accounts]`: user names, directory, staff, deletion and expiry of accounts.

use doorward_domain::model::UsernameMode;
use serde::{Deserialize, Serialize};

use super::key::{DAY, Kind, MINUTE, ObjectKind};

/// The users that the directory shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DirectoryMode {
    Off,
    /// Everyone sees all active users in the reduced view; managers see the members of their
    /// groups in full.
    Reduced,
    /// Managers see the members of their groups; no one else sees anything.
    Members,
}

section! {
    pub struct Accounts in "accounts" {
        /// User names of new accounts: `required`; `optional`, so that an account may have only an
        /// e-mail address; or `none`, so that no page asks for a user name and none is accepted.
        /// Pages and commands show the e-mail address of an account without a user name, and its
        /// tokens have no `preferred_username`. Existing accounts do not change.
        username: UsernameMode = Kind::OneOf(&["required", "optional", "none"]).default("required");
        /// User names that users cannot choose for themselves, nor names that look like them. Words
        /// for the staff, such as `support`, are also reserved as a part (`support-team`, `adm1n`),
        /// and so is the name of the deployment. The role `admin`, the command line and imports may
        /// assign them.
        reserved_usernames: Vec<String> = Kind::StringList.default(
            "abuse,admin,administrator,api,doorward,help,helpdesk,hostmaster,info,mail,me,moderator,\
             no-reply,noreply,official,operator,postmaster,root,security,staff,support,system,\
             webmaster,www",
        );
        /// Roles that make their holders staff: `is_staff` in tokens, profile and admin API. Only
        /// assignments outside all organizations count. An administrator can also mark single users
        /// as staff.
        staff_roles: Vec<String> = Kind::StringList.default("admin").naming(ObjectKind::Role);
        /// Directory of users at `/api/directory/users`. `off`: disabled. `reduced`: signed-in
        /// users see ID, name and picture of every active user, and managers see the full entries
        /// of the members of their groups and subgroups. `members`: managers see the members of
        /// their groups and subgroups, and other users an empty list.
        directory: DirectoryMode = Kind::OneOf(&["off", "reduced", "members"]).default("off");
        /// Time between a user's deletion request and the deletion of the account. During this time
        /// the account cannot be used and the user can cancel the deletion. Afterwards the account
        /// and everything that belongs to it are deleted.
        deletion_grace: i64 = Kind::Duration(MINUTE, 400 * DAY).default("14d");
        /// Maximum age of a self-registered account whose e-mail address is not verified, if
        /// `registration.verify_email` is in effect. Then the account is removed, and its user name
        /// and address are free again. Its user name is free for others after one day. Accounts
        /// created by an operator are kept. `0s`: no limit.
        unverified_ttl: i64 = Kind::Duration(0, 400 * DAY).default("7d");
    }
}

//! Options of an import.

use std::collections::{BTreeMap, BTreeSet};

use doorward_domain::model::UsernameMode;

/// The operator's choices. The default gives no power to any imported object.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option")]
pub struct ImportOptions {
    /// Name of the source, which separates the ids of several sources.
    pub source: String,
    /// Role here for users with all rights in the source.
    pub superuser_role: Option<String>,
    pub keeps_staff: bool,
    pub usernames: UsernameMode,
    /// Resource of imported permissions; without it, they are not imported.
    pub audience: Option<String>,
    /// True if imported roles get their permissions of the source.
    pub grants_permissions: bool,
    /// True if e-mail addresses count as verified whose source does not say so.
    pub trusts_email: bool,
    /// Roles here for roles of the source, by name.
    pub roles: BTreeMap<String, String>,
    /// Issuers of providers of the source, by alias.
    pub issuers: BTreeMap<String, String>,
    pub first_party: BTreeSet<String>,
    /// Domain of placeholder addresses for users without a usable e-mail address.
    pub email_domain: Option<String>,
    /// True if a user of the source whose verified address a user here has verified too is that user.
    pub matches_email: bool,
    /// Slug of the organization that the users join.
    pub org: Option<String>,
    /// Path of the group below which imported groups are.
    pub group_prefix: Option<String>,
}

//! Descriptions of the migrations, for `doorward upgrade --check`, and for former programs, which do not
//! know the migrations (decision 120).

/// The kind of change of a schema.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    /// Adds tables, columns or indexes (expand).
    Adds,
    /// Changes rows that exist.
    Rewrites,
    /// Removes tables or columns that the former release does not read (contract).
    Removes,
}

impl Change {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Adds => "adds",
            Self::Rewrites => "rewrites",
            Self::Removes => "removes",
        }
    }
}

/// Work of a migration that grows with the rows of a table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Work {
    /// Builds an index of this table.
    Index(&'static str),
    /// Updates the rows of this table.
    Rewrite(&'static str),
}

impl Work {
    pub const fn table(self) -> &'static str {
        match self {
            Self::Index(table) | Self::Rewrite(table) => table,
        }
    }
}

/// Ability of a program that does not know a migration to use its result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FormerProgram {
    /// Works on, and can start again.
    Restarts,
    /// Works on during an upgrade, but must not start again once the new features are used. The text
    /// says what it would do wrong.
    WorksOn(&'static str),
    /// Works on and can start again if it knows this migration.
    Knows(&'static str),
}

/// The description of a migration.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Description {
    pub name: &'static str,
    /// Effect in one sentence.
    pub effect: &'static str,
    pub change: Change,
    pub work: &'static [Work],
    pub former: FormerProgram,
}

impl Description {
    /// Returns the migration that a program must know to start on the result; empty if it needs none.
    pub const fn requires(&self) -> &'static str {
        match self.former {
            FormerProgram::Restarts => "",
            FormerProgram::WorksOn(_) => self.name,
            FormerProgram::Knows(name) => name,
        }
    }
}

/// Returns the description of a migration.
pub fn describe(name: &str) -> Option<&'static Description> {
    DESCRIPTIONS.iter().find(|described| described.name == name)
}

/// Describes a migration that changes nothing for a former program.
const fn creates(name: &'static str, effect: &'static str) -> Description {
    adds(name, effect, FormerProgram::Restarts)
}

/// Describes a migration that adds to the schema without work for each row.
const fn adds(name: &'static str, effect: &'static str, former: FormerProgram) -> Description {
    Description {
        name,
        effect,
        change: Change::Adds,
        work: &[],
        former,
    }
}

/// The descriptions, in the order of the migrations.
const DESCRIPTIONS: &[Description] = &[
    creates(
        "m0001_accounts",
        "Creates the tables of users, their pictures and their profile fields.",
    ),
    creates(
        "m0002_sessions",
        "Creates the tables of sessions, interactions and failed sign-ins.",
    ),
    creates(
        "m0003_clients",
        "Creates the tables of clients, scopes, resources and custom claims.",
    ),
    creates(
        "m0004_grants",
        "Creates the tables of grants, tokens and consents.",
    ),
    creates(
        "m0005_audit",
        "Creates the tables of the audit log and of denials.",
    ),
    creates(
        "m0006_roles",
        "Creates the tables of roles, permissions and role assignments.",
    ),
    creates(
        "m0007_organizations",
        "Creates the tables of organizations, invitations and groups.",
    ),
    creates(
        "m0008_credentials",
        "Creates the tables of second factors, passkeys, trusted devices and API keys.",
    ),
    creates(
        "m0009_providers",
        "Creates the tables of identity providers and linked accounts.",
    ),
    creates(
        "m0010_requests",
        "Creates the tables of pushed requests, device requests and used proofs.",
    ),
    creates(
        "m0011_operations",
        "Creates the tables of signing keys, jobs, leases and statistics.",
    ),
    creates(
        "m0012_administration",
        "Creates the tables of bulk changes and of imported objects.",
    ),
    creates(
        "m0013_registry_versions",
        "Creates a table that counts the changes of scopes, resources, custom claims and domains.",
    ),
    adds(
        "m0014_bulk_email_domains",
        "Adds two columns to bulk changes, for the domain of e-mail addresses and for mails.",
        FormerProgram::WorksOn("it sends mails for bulk changes that were started without mails"),
    ),
    creates(
        "m0015_import_state",
        "Adds a column to imported objects, for what an import gave to a user.",
    ),
    adds(
        "m0016_kept_keys",
        "Creates the table of derived keys that outlive a change of the secret key.",
        FormerProgram::WorksOn("it does not know the keys from before a change of the secret key"),
    ),
    adds(
        "m0017_audit_archives",
        "Creates the table of audit archives, and lets archived events be deleted.",
        FormerProgram::WorksOn("it reports archived audit events as missing"),
    ),
    Description {
        work: &[Work::Index("audit_seals")],
        ..adds(
            "m0018_audit_addresses",
            "Adds two columns and an index to the audit chain, for the erasure of addresses.",
            FormerProgram::WorksOn("it reports audit events with an erasable address as changed"),
        )
    },
    creates(
        "m0019_brands",
        "Creates the tables of brands of clients and organizations.",
    ),
    adds(
        "m0020_factor_campaigns",
        "Creates the tables of second-factor campaigns and their exceptions.",
        FormerProgram::WorksOn("it does not enforce campaigns for a second factor"),
    ),
    adds(
        "m0021_subject_aliases",
        "Creates the table of merged users, and adds a column to grants and to passkeys.",
        FormerProgram::WorksOn("it gives clients another subject of a merged user"),
    ),
    creates(
        "m0022_access_reviews",
        "Creates the tables of access reviews, their reviewers and their lines.",
    ),
    adds(
        "m0023_audit_streams",
        "Creates the table of the progress of audit streams.",
        FormerProgram::WorksOn("it archives audit events that a stream has not sent"),
    ),
    adds(
        "m0024_own_texts",
        "Creates the table of own texts of the deployment, clients and organizations.",
        FormerProgram::WorksOn("it shows the texts of the catalogs"),
    ),
    Description {
        work: &[Work::Index("users")],
        ..creates(
            "m0025_deletion_index",
            "Reduces the index of due deletions to the users whose deletion is due.",
        )
    },
    Description {
        work: &[Work::Index("audit_events")],
        ..creates(
            "m0026_reports",
            "Creates the table of monthly reports, and an index of the audit events of organizations.",
        )
    },
    adds(
        "m0027_withdrawn_passwords",
        "Adds a column each to users, bulk changes and access reviews, for passwords that must be replaced, \
         and for reviews of some members.",
        FormerProgram::WorksOn("it accepts passwords that were withdrawn"),
    ),
    adds(
        "m0028_former_names",
        "Creates the table of former names of roles, permissions and scopes.",
        FormerProgram::WorksOn("its tokens lack the former names of roles and permissions"),
    ),
    Description {
        work: &[
            Work::Index("invitations"),
            Work::Index("organization_members"),
        ],
        ..adds(
            "m0029_invited_access",
            "Adds roles, groups and an end to invitations, and an end to memberships.",
            FormerProgram::WorksOn("it gives nothing but the membership, and does not end it"),
        )
    },
    creates(
        "m0030_sites",
        "Creates the tables of sites behind a proxy and of their hosts.",
    ),
    creates(
        "m0031_site_sessions",
        "Creates the table of sessions at the hosts of sites.",
    ),
    Description {
        work: &[Work::Index("users")],
        ..creates(
            "m0032_name_order",
            "Adds the index by which the console lists users by name.",
        )
    },
    creates(
        "m0033_saml",
        "Creates the tables of clients that speak SAML and of their sessions.",
    ),
    creates(
        "m0034_as_code",
        "Creates the tables of requests for approval, and of objects that files describe.",
    ),
    Description {
        work: &[Work::Index("clients"), Work::Index("organizations")],
        ..creates(
            "m0035_creation_order",
            "Adds the indexes by which the console lists the newest clients and organizations first.",
        )
    },
    creates(
        "m0036_signals",
        "Creates the tables of signals to receivers and of their streams.",
    ),
    adds(
        "m0037_ciba_ping",
        "Adds a column to clients and to device requests, for pings to clients (CIBA).",
        FormerProgram::WorksOn("it does not notify clients of answers; they must poll"),
    ),
    creates(
        "m0038_provider_sessions",
        "Creates the table of sessions at identity providers.",
    ),
    creates(
        "m0039_scim",
        "Creates the tables of sources that provision by SCIM, and of their names for users and groups.",
    ),
    creates(
        "m0040_app_passwords",
        "Creates the tables of app passwords and of the numbers of users and groups on Unix systems.",
    ),
    creates(
        "m0041_scim_targets",
        "Creates the table of applications that get users and groups by SCIM.",
    ),
];

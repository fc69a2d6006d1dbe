//! Exports of other products: their columns, and what they lack.

/// A column of an export, and the column here.
pub type Carried = (&'static str, &'static str);

/// The export of a product.
#[derive(Debug)]
pub struct Product {
    /// Name of the command, and of the source.
    pub name: &'static str,
    pub title: &'static str,
    /// Member that has the users, if a JSON file is one object.
    pub list: Option<&'static str>,
    /// Columns of a CSV file without a header.
    pub header: Option<&'static [&'static str]>,
    /// Columns in the order of preference: the first with a value decides.
    pub columns: &'static [Carried],
    /// Columns that say nothing about a user.
    pub ignored: &'static [&'static str],
    /// False if no export has passwords.
    pub has_passwords: bool,
}

/// The export of users (<https://auth0.com/docs/manage-users/user-migration/bulk-user-exports>), or that of
/// password hashes, which Auth0 makes on request (<https://community.auth0.com/t/58730>): JSON lines.
pub const AUTH0: Product = Product {
    name: "auth0",
    title: "Auth0",
    list: None,
    header: None,
    columns: &[
        ("user_id", "id"),
        ("alt_id", "auth0_id"),
        ("_id.$oid", "auth0_id"),
        ("_id", "auth0_id"),
        ("username", "username"),
        ("email", "email"),
        ("email_verified", "email_verified"),
        ("identifiers", "identifiers"),
        ("passwordHash", "password_hash"),
        ("password_hash", "password_hash"),
        ("given_name", "given_name"),
        ("family_name", "family_name"),
        ("name", "name"),
        ("nickname", "nickname"),
        ("picture", "picture"),
        ("phone_number", "phone_number"),
        ("locale", "locale"),
        ("blocked", "disabled"),
        ("created_at", "created_at"),
        ("created_at.$date", "created_at"),
        ("last_login", "last_login"),
        ("last_login.$date", "last_login"),
        ("identities", "identities"),
    ],
    ignored: &[
        "tenant",
        "connection",
        "_tmp_is_unique",
        "password_set_date",
        "updated_at",
        "last_ip",
        "logins_count",
        "version",
    ],
    has_passwords: true,
};

/// The list of users of the API (<https://developer.okta.com/docs/api/openapi/okta-management/>), or a CSV
/// file with the names of the profile.
pub const OKTA: Product = Product {
    name: "okta",
    title: "Okta",
    list: None,
    header: None,
    columns: &[
        ("id", "id"),
        ("user_id", "id"),
        ("profile.login", "username"),
        ("login", "username"),
        ("profile.email", "email"),
        ("email", "email"),
        ("status", "status"),
        ("profile.firstName", "given_name"),
        ("firstName", "given_name"),
        ("first_name", "given_name"),
        ("profile.middleName", "middle_name"),
        ("middleName", "middle_name"),
        ("profile.lastName", "family_name"),
        ("lastName", "family_name"),
        ("last_name", "family_name"),
        ("profile.displayName", "name"),
        ("displayName", "name"),
        ("profile.nickName", "nickname"),
        ("nickName", "nickname"),
        ("profile.profileUrl", "profile_url"),
        ("profileUrl", "profile_url"),
        ("profile.mobilePhone", "phone_number"),
        ("mobilePhone", "phone_number"),
        ("profile.primaryPhone", "phone_number"),
        ("primaryPhone", "phone_number"),
        ("profile.streetAddress", "street_address"),
        ("streetAddress", "street_address"),
        ("profile.city", "locality"),
        ("city", "locality"),
        ("profile.state", "region"),
        ("state", "region"),
        ("profile.zipCode", "postal_code"),
        ("zipCode", "postal_code"),
        ("profile.countryCode", "country"),
        ("countryCode", "country"),
        ("profile.preferredLanguage", "locale"),
        ("preferredLanguage", "locale"),
        ("profile.locale", "locale"),
        ("locale", "locale"),
        ("profile.timezone", "zoneinfo"),
        ("timezone", "zoneinfo"),
        ("created", "created_at"),
        ("lastLogin", "last_login"),
        ("last_login", "last_login"),
    ],
    ignored: &[
        "_links",
        "_embedded",
        "type",
        "activated",
        "statusChanged",
        "lastUpdated",
        "passwordChanged",
        "credentials",
        "transitioningToStatus",
    ],
    has_passwords: false,
};

/// "Download users" of the admin center
/// (<https://learn.microsoft.com/en-us/entra/identity/users/users-bulk-download>).
pub const ENTRA: Product = Product {
    name: "entra",
    title: "Microsoft Entra ID",
    list: Some("value"),
    header: None,
    columns: &[
        ("objectId", "id"),
        ("id", "id"),
        ("mail", "email"),
        ("userPrincipalName", "username"),
        ("accountEnabled", "enabled"),
        ("givenName", "given_name"),
        ("surname", "family_name"),
        ("displayName", "name"),
        ("mobile", "phone_number"),
        ("mobilePhone", "phone_number"),
        ("telephoneNumber", "phone_number"),
        ("streetAddress", "street_address"),
        ("city", "locality"),
        ("state", "region"),
        ("postalCode", "postal_code"),
        ("country", "country"),
        ("preferredLanguage", "locale"),
        ("createdDateTime", "created_at"),
    ],
    ignored: &[
        "directorySynced",
        "creationType",
        "identityIssuer",
        "deletedDateTime",
    ],
    has_passwords: false,
};

/// A file with the columns of `get-csv-header`
/// (<https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool.html>), or
/// the output of `aws cognito-idp list-users`.
pub const COGNITO: Product = Product {
    name: "cognito",
    title: "Amazon Cognito",
    list: Some("Users"),
    header: None,
    columns: &[
        ("sub", "sub"),
        ("cognito:username", "username"),
        ("Username", "username"),
        ("preferred_username", "username"),
        ("email", "email"),
        ("email_verified", "email_verified"),
        ("Enabled", "enabled"),
        ("given_name", "given_name"),
        ("middle_name", "middle_name"),
        ("family_name", "family_name"),
        ("name", "name"),
        ("nickname", "nickname"),
        ("birthdate", "birthdate"),
        ("gender", "gender"),
        ("phone_number", "phone_number"),
        ("profile", "profile_url"),
        ("website", "website"),
        ("picture", "picture"),
        ("address", "street_address"),
        ("locale", "locale"),
        ("zoneinfo", "zoneinfo"),
        ("UserCreateDate", "created_at"),
    ],
    ignored: &["updated_at", "UserLastModifiedDate", "UserStatus"],
    has_passwords: false,
};

/// `firebase auth:export` (<https://firebase.google.com/docs/cli/auth>): JSON, or CSV without a header.
pub const FIREBASE: Product = Product {
    name: "firebase",
    title: "Firebase",
    list: Some("users"),
    header: Some(&[
        "localId",
        "email",
        "emailVerified",
        "passwordHash",
        "salt",
        "displayName",
        "photoUrl",
        "googleId",
        "googleEmail",
        "googleDisplayName",
        "googlePhotoUrl",
        "facebookId",
        "facebookEmail",
        "facebookDisplayName",
        "facebookPhotoUrl",
        "twitterId",
        "twitterEmail",
        "twitterDisplayName",
        "twitterPhotoUrl",
        "githubId",
        "githubEmail",
        "githubDisplayName",
        "githubPhotoUrl",
        "createdAt",
        "lastSignedInAt",
        "phoneNumber",
        "disabled",
        "customAttributes",
    ]),
    columns: &[
        ("localId", "id"),
        ("email", "email"),
        ("emailVerified", "email_verified"),
        ("passwordHash", "password_hash"),
        ("salt", "password_salt"),
        ("displayName", "name"),
        ("photoUrl", "picture"),
        ("createdAt", "created_at"),
        ("lastSignedInAt", "last_login"),
        ("lastLoginAt", "last_login"),
        ("phoneNumber", "phone_number"),
        ("disabled", "disabled"),
        ("providerUserInfo", "identities"),
        ("googleId", "link:google"),
        ("facebookId", "link:facebook"),
        ("twitterId", "link:twitter"),
        ("githubId", "link:github"),
    ],
    ignored: &[
        "googleEmail",
        "googleDisplayName",
        "googlePhotoUrl",
        "facebookEmail",
        "facebookDisplayName",
        "facebookPhotoUrl",
        "twitterEmail",
        "twitterDisplayName",
        "twitterPhotoUrl",
        "githubEmail",
        "githubDisplayName",
        "githubPhotoUrl",
    ],
    has_passwords: true,
};

/// The export of the dashboard
/// (<https://clerk.com/docs/guides/development/migrating/export-from-clerk>).
pub const CLERK: Product = Product {
    name: "clerk",
    title: "Clerk",
    list: Some("data"),
    header: None,
    columns: &[
        ("id", "id"),
        ("username", "username"),
        ("primary_email_address", "email"),
        ("verified_email_addresses", "verified_emails"),
        ("first_name", "given_name"),
        ("last_name", "family_name"),
        ("primary_phone_number", "phone_number"),
        ("password_digest", "password_hash"),
        ("totp_secret", "totp_secret"),
        ("banned", "disabled"),
        ("created_at", "created_at"),
        ("last_sign_in_at", "last_login"),
        ("image_url", "picture"),
    ],
    ignored: &["password_hasher", "updated_at"],
    has_passwords: true,
};

/// Every product.
pub const ALL: [&Product; 6] = [&AUTH0, &OKTA, &ENTRA, &COGNITO, &FIREBASE, &CLERK];

impl Product {
    /// Returns the paths of members inside objects.
    pub fn paths(&self) -> impl Iterator<Item = String> {
        let paths = self.columns.iter().map(|(name, _)| (*name).to_owned());
        paths.filter(|path| path.contains('.'))
    }
}

/// Returns the name here of a provider in an export.
pub fn provider(name: &str) -> &str {
    match name {
        "google-oauth2" | "google.com" => "google",
        "windowslive" | "waad" | "microsoft.com" => "microsoft",
        "facebook.com" => "facebook",
        "github.com" => "github",
        "twitter.com" => "twitter",
        "apple.com" => "apple",
        other => other,
    }
}

/// Returns true if a user with this status may sign in
/// (<https://developer.okta.com/docs/concepts/user-life-cycle-status>).
pub fn is_enabled(status: &str) -> Option<bool> {
    match status.to_ascii_lowercase().replace([' ', '_'], "").as_str() {
        "active" | "staged" | "provisioned" | "recovery" | "lockedout" | "passwordexpired" => {
            Some(true)
        }
        "suspended" | "deprovisioned" | "deactivated" => Some(false),
        _ => None,
    }
}

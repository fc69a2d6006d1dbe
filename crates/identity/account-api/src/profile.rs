//! `/api/auth/profile`: the signed-in user and their profile.

use std::collections::BTreeMap;

use actix_web::http::header::{ETAG, IF_MATCH};
use actix_web::patch;
use doorward_accounts::profile::{UpdateProfileError, update};
use doorward_accounts::profile_fields;
use doorward_domain::model::{
    EffectiveRoles, EmailPreferences as Wishes, FieldInput, FieldValues, OrgScope, User,
};
use doorward_domain::time::UnixSeconds;
use doorward_rules::claims;
use doorward_rules::profile::{Field, ProfileEdit, text_of};
use doorward_services::context::{Core, effective_roles};
use serde::Deserializer;
use serde_json::Value;

use super::fields;
use crate::prelude::*;

view! {
    /// An account as shown to its user. The profile members have the names of OpenID Connect.
    #[expect(
        clippy::struct_field_names,
        reason = "the members are named after the fields"
    )]
    Profile(core: &Core, user: &User, roles: &EffectiveRoles, fields: FieldValues) {
        /// User ID, the `sub` of the user's tokens.
        id: String = user.id.to_string();
        /// User name.
        #[schema(example = "alice")]
        username: Option<String> = user.named().map(str::to_owned);
        /// E-mail address.
        #[schema(format = Email)]
        email: String = user.email.clone();
        /// True if the e-mail address is verified.
        email_verified: bool = user.email_verified;
        /// True for staff of the operator: by a role of `accounts.staff_roles`, or set by an
        /// administrator.
        is_staff: bool = user.is_staff_with(roles, &core.config.accounts.staff_roles);
        /// Current roles of the user.
        roles: Vec<String> = roles.roles.iter().cloned().collect();
        /// Equals `given_name`.
        first_name: String = value(user, Field::GivenName);
        /// Equals `family_name`.
        last_name: String = value(user, Field::FamilyName);
        /// Given, middle and family name combined.
        name: String = user.profile.name().unwrap_or_default();
        given_name: String = value(user, Field::GivenName);
        middle_name: String = value(user, Field::MiddleName);
        family_name: String = value(user, Field::FamilyName);
        nickname: String = value(user, Field::Nickname);
        /// URL of the user's picture.
        picture: Option<String> = claims::picture(core.issuer(), &user.profile);
        bio: String = value(user, Field::Bio);
        birthdate: String = value(user, Field::Birthdate);
        gender: String = value(user, Field::Gender);
        phone_number: String = value(user, Field::PhoneNumber);
        phone_number_verified: bool = user.profile.phone_number_verified;
        /// URL of the user's external profile page; the claim `profile`.
        profile_url: String = value(user, Field::ProfileUrl);
        website: String = value(user, Field::Website);
        address: PostalAddress = PostalAddress::new(user);
        /// BCP 47 language tag.
        locale: String = value(user, Field::Locale);
        /// IANA time zone name.
        zoneinfo: String = value(user, Field::Zoneinfo);
        email_preferences: EmailPreferences = EmailPreferences::new(&user.profile.email_preferences);
        /// Values of the custom profile fields that the user may see, null for those without a value.
        #[schema(value_type = Object)]
        fields: FieldValues = fields;
        /// Time of the latest sign-in (RFC 3339), to the minute; `null` before the first one.
        last_login: Option<Time> = user.last_login.0;
        /// Equals `created_at`.
        date_joined: Time = user.created_at;
        /// Time of creation (RFC 3339).
        created_at: Time = user.created_at;
        /// Time of the last change (RFC 3339); also the `ETag`.
        updated_at: Time = user.updated_at;
    }
}

view! {
    /// A postal address.
    PostalAddress(user: &User) {
        street_address: String = value(user, Field::StreetAddress);
        postal_code: String = value(user, Field::PostalCode);
        locality: String = value(user, Field::Locality);
        region: String = value(user, Field::Region);
        country: String = value(user, Field::Country);
    }
}

view! {
    /// The optional messages that the user has subscribed to.
    EmailPreferences(wishes: &Wishes) {
        product_news: bool = wishes.product_news;
        newsletter: bool = wishes.newsletter;
    }
}

fn value(user: &User, field: Field) -> String {
    text_of(&user.profile, field).to_owned()
}

pub(super) async fn respond(call: &ApiRequest, user: &User) -> Answer {
    let core = &call.context.core;
    let roles = effective_roles::of_user_in(core, user.id, OrgScope::Global).await?;
    let own = profile_fields::of_user(core, user.id).await?;
    Ok(HttpResponse::Ok()
        .insert_header((ETAG, format!("\"{}\"", user.updated_at)))
        .json(Profile::new(core, user, &roles, own.for_user())))
}

/// Read the user's account
#[utoipa::path(
    responses((status = 200, description = "The signed-in user", body = Profile)),
    security(("bearer" = []))
)]
#[get("/auth/profile")]
pub(super) async fn profile(bearer: Bearer) -> Answer {
    respond(&bearer.call, &bearer.authenticated.signed_in.user).await
}

/// A merge patch (RFC 7396): absent members stay unchanged, `null` or empty ones are removed. User
/// name, e-mail address and roles have other endpoints.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileChange {
    #[serde(default, deserialize_with = "text", alias = "first_name")]
    given_name: Option<String>,
    #[serde(default, deserialize_with = "text")]
    middle_name: Option<String>,
    #[serde(default, deserialize_with = "text", alias = "last_name")]
    family_name: Option<String>,
    #[serde(default, deserialize_with = "text")]
    nickname: Option<String>,
    #[serde(default, deserialize_with = "text")]
    bio: Option<String>,
    /// `YYYY-MM-DD`, `YYYY` or `0000-MM-DD`.
    #[serde(default, deserialize_with = "text")]
    birthdate: Option<String>,
    #[serde(default, deserialize_with = "text")]
    gender: Option<String>,
    /// Phone number with country code: `+49301234567`.
    #[serde(default, deserialize_with = "text")]
    phone_number: Option<String>,
    /// URL that starts with `https://` or `http://`.
    #[serde(default, deserialize_with = "text")]
    profile_url: Option<String>,
    #[serde(default, deserialize_with = "text")]
    website: Option<String>,
    #[serde(default, deserialize_with = "address")]
    address: Option<PostalAddressChange>,
    /// BCP 47 language tag.
    #[serde(default, deserialize_with = "text")]
    locale: Option<String>,
    /// IANA time zone name.
    #[serde(default, deserialize_with = "text")]
    zoneinfo: Option<String>,
    #[serde(default, deserialize_with = "preferences")]
    email_preferences: Option<PreferencesChange>,
    /// Values of custom profile fields. Omitted fields stay unchanged, null removes a value.
    #[serde(default)]
    #[schema(value_type = Object)]
    fields: BTreeMap<String, Value>,
}

/// A change of the postal address.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostalAddressChange {
    #[serde(default, deserialize_with = "text")]
    street_address: Option<String>,
    #[serde(default, deserialize_with = "text")]
    postal_code: Option<String>,
    #[serde(default, deserialize_with = "text")]
    locality: Option<String>,
    #[serde(default, deserialize_with = "text")]
    region: Option<String>,
    #[serde(default, deserialize_with = "text")]
    country: Option<String>,
}

/// A change of the optional messages.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreferencesChange {
    product_news: Option<bool>,
    newsletter: Option<bool>,
}

/// Deserializes a text; `null` clears the field like an empty text.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let value: Option<String> = Option::deserialize(deserializer)?;
    Ok(Some(value.unwrap_or_default()))
}

/// Deserializes an address; `null` removes it completely (RFC 7396 §1).
fn address<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<PostalAddressChange>, D::Error> {
    let given: Option<PostalAddressChange> = Option::deserialize(deserializer)?;
    let nothing = || Some(String::new());
    Ok(Some(given.unwrap_or_else(|| PostalAddressChange {
        street_address: nothing(),
        postal_code: nothing(),
        locality: nothing(),
        region: nothing(),
        country: nothing(),
    })))
}

/// Deserializes preferences; `null` restores the defaults.
fn preferences<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<PreferencesChange>, D::Error> {
    let given: Option<PreferencesChange> = Option::deserialize(deserializer)?;
    let initial = Wishes::default();
    Ok(Some(given.unwrap_or(PreferencesChange {
        product_news: Some(initial.product_news),
        newsletter: Some(initial.newsletter),
    })))
}

impl ProfileChange {
    fn into_edit(self) -> ProfileEdit {
        let address = self.address.unwrap_or_default();
        let texts = [
            (Field::GivenName, self.given_name),
            (Field::MiddleName, self.middle_name),
            (Field::FamilyName, self.family_name),
            (Field::Nickname, self.nickname),
            (Field::Bio, self.bio),
            (Field::Birthdate, self.birthdate),
            (Field::Gender, self.gender),
            (Field::PhoneNumber, self.phone_number),
            (Field::ProfileUrl, self.profile_url),
            (Field::Website, self.website),
            (Field::Locale, self.locale),
            (Field::Zoneinfo, self.zoneinfo),
            (Field::StreetAddress, address.street_address),
            (Field::PostalCode, address.postal_code),
            (Field::Locality, address.locality),
            (Field::Region, address.region),
            (Field::Country, address.country),
        ];
        let given = texts
            .into_iter()
            .filter_map(|(field, text)| Some((field, text?)));
        let mut edit = given.fold(ProfileEdit::default(), |edit, (field, text)| {
            edit.with(field, text)
        });
        let preferences = self.email_preferences.unwrap_or_default();
        edit.product_news = preferences.product_news;
        edit.newsletter = preferences.newsletter;
        let value = |(name, value)| (name, FieldInput::Json(value));
        edit.fields = self.fields.into_iter().map(value).collect();
        edit
    }
}

/// Returns the version in `If-Match`; `None` if any version matches.
fn if_match(call: &ApiRequest) -> Result<Option<UnixSeconds>, Problem> {
    let Some(sent) = call.request().headers().get(IF_MATCH) else {
        return Ok(None);
    };
    match sent.to_str().map(str::trim) {
        Ok("*") => Ok(None),
        Ok(tag) => {
            let version = tag
                .strip_prefix('"')
                .and_then(|rest| rest.strip_suffix('"'));
            // A foreign tag matches no version.
            Ok(Some(version.and_then(|it| it.parse().ok()).unwrap_or(-1)))
        }
        Err(_) => Err(Problem::malformed("If-Match cannot be read.")),
    }
}

/// Change the user's profile
///
/// With `If-Match`, only if nothing was changed since.
#[utoipa::path(
    params(("If-Match" = Option<String>, Header, description = "ETag of the version that was read")),
    request_body(content(
        (ProfileChange = "application/json"),
        (ProfileChange = "application/merge-patch+json"),
    )),
    responses((status = 200, description = "The user after the change", body = Profile)),
    security(("bearer" = []))
)]
#[patch("/auth/profile")]
pub(super) async fn profile_change(bearer: Bearer, body: Json<ProfileChange>) -> Answer {
    let (call, signed_in) = (&bearer.call, &bearer.authenticated.signed_in);
    let edit = body.0.into_edit();
    let seen = if_match(call)?;
    let (core, user) = (&call.context.core, signed_in.user.id);
    let user = update(core, user, &edit, seen, &call.caller)
        .await
        .map_err(|error| error.map(to_problem))?;
    respond(call, &user).await
}

fn to_problem(error: UpdateProfileError) -> Problem {
    match error {
        UpdateProfileError::Problems(problems) => Problem::invalid(fields::of_profile(&problems)),
        UpdateProfileError::ChangedMeanwhile(_) => Problem::new(
            Kind::ChangedMeanwhile,
            "Read it again and repeat the change with its new ETag.",
        ),
        UpdateProfileError::Gone => Problem::not_found(),
    }
}

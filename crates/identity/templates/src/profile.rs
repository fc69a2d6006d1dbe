//! The user's profile (`/account/profile`).

use std::collections::BTreeSet;

use doorward_domain::model::{EmailPreferences, Profile, User, UserId};
use doorward_rules::profile::{self, Field, FieldProblem, ProfileEdit};

use super::prelude::*;
use super::profile_fields::CustomFields;
use super::profile_row::{Group, Kind, Row, RowError};

words! {
    /// A notice of the profile.
    pub enum ProfileNotice {
        Saved = "profile-saved",
        PictureKept = "profile-picture-kept",
        PictureGone = "profile-picture-gone",
        /// The session ended before the fields were saved; the page repeats what was typed.
        NotSavedYet = "profile-not-saved-yet",
    }

    /// A reason why a file was not accepted as a picture.
    pub enum PictureProblem {
        Missing = "profile-picture-missing",
        TooLarge = "profile-picture-too-large",
        /// The file is not a picture of a known format.
        NoPicture = "profile-picture-none",
    }
}

/// `GET|POST /account/profile`, `POST /account/profile/picture` and `…/picture/remove`. Fields of
/// the first: `csrf`, `owner`, `seen`, those of [`Field`], custom fields (`field_…`), `product_news`,
/// `newsletter`; of the second, a `multipart/form-data`: `csrf`, `picture`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/profile.html")]
pub struct ProfilePage {
    pub layout: Layout,
    pub owner: UserId,
    pub name: String,
    /// The username; empty if the account has none.
    pub username: String,
    pub email: String,
    pub email_verified: bool,
    /// True if mail can be sent, so that the address can be changed.
    pub can_mail: bool,
    pub profile: Profile,
    pub edit: ProfileEdit,
    /// Value of `updated_at` when the form was rendered.
    pub seen: i64,
    pub problems: Vec<FieldProblem>,
    pub custom: CustomFields,
    pub picture_problem: Option<PictureProblem>,
    /// True if the account was changed since the form was rendered.
    pub changed_meanwhile: bool,
    pub notice: Option<ProfileNotice>,
    /// Fields that another system decides, which are not shown.
    pub managed: BTreeSet<Field>,
}

impl ProfilePage {
    /// Creates a page with the stored profile. `can_mail` is true if mail can be sent.
    pub fn new(layout: Layout, user: &User, custom: CustomFields, can_mail: bool) -> Self {
        Self {
            layout,
            owner: user.id,
            name: user.display_name(),
            username: user.username.clone(),
            email: user.email.clone(),
            email_verified: user.email_verified,
            can_mail,
            profile: user.profile.clone(),
            edit: ProfileEdit::default(),
            seen: user.updated_at,
            problems: Vec::new(),
            custom,
            picture_problem: None,
            changed_meanwhile: false,
            notice: None,
            managed: BTreeSet::new(),
        }
    }

    fn notice_text(&self) -> Option<String> {
        self.layout.t_of(self.notice.map(ProfileNotice::as_str))
    }

    fn initial(&self) -> String {
        initial(&self.name)
    }

    fn picture(&self) -> Option<String> {
        picture_path(&self.profile)
    }

    fn has_picture(&self) -> bool {
        self.profile.avatar.is_some() || self.profile.picture.is_some()
    }

    fn picture_error(&self) -> Option<String> {
        self.layout
            .t_of(self.picture_problem.map(PictureProblem::as_str))
    }

    fn preferences(&self) -> EmailPreferences {
        let stored = self.profile.email_preferences;
        EmailPreferences {
            product_news: self.edit.product_news.unwrap_or(stored.product_news),
            newsletter: self.edit.newsletter.unwrap_or(stored.newsletter),
        }
    }

    fn groups(&self) -> Vec<Group> {
        use Field::{
            Bio, Birthdate, Country, FamilyName, Gender, GivenName, Locale, Locality, MiddleName,
            Nickname, PhoneNumber, PostalCode, ProfileUrl, Region, StreetAddress, Website,
            Zoneinfo,
        };
        let group = |title: &str, fields: &[Field]| Group {
            title: self.layout.t(title),
            rows: fields
                .iter()
                .filter(|field| !self.managed.contains(field))
                .map(|field| self.row(*field))
                .collect(),
            facts: Vec::new(),
        };
        let name = [GivenName, MiddleName, FamilyName, Nickname];
        let address = [StreetAddress, PostalCode, Locality, Region, Country];
        let mut groups = vec![
            group("profile-group-name", &name),
            group("profile-group-about", &[Bio, Birthdate, Gender]),
            group("profile-group-reach", &[PhoneNumber, Website, ProfileUrl]),
            group("profile-group-address", &address),
            group("profile-group-place", &[Locale, Zoneinfo]),
        ];
        groups.retain(|group| !group.rows.is_empty());
        groups.extend(self.custom.group(&self.layout, &self.edit.fields));
        groups
    }

    fn row(&self, field: Field) -> Row {
        let typed = self.edit.typed(field);
        let stored = profile::text_of(&self.profile, field);
        let problem = self.problems.iter().find(|problem| problem.field == field);
        let (label, autocomplete) = label(field);
        let technical = matches!(
            field,
            Field::Birthdate
                | Field::PhoneNumber
                | Field::ProfileUrl
                | Field::Website
                | Field::Zoneinfo
        );
        Row {
            id: field.name().to_owned(),
            kind: self.kind(field),
            label: self.layout.t(label),
            hint: hint(field).map(|key| self.layout.t(key)),
            error: problem.map(|problem| self.message(*problem)),
            value: typed.unwrap_or(stored).to_owned(),
            autocomplete,
            dir: if technical { "ltr" } else { "auto" },
        }
    }

    fn kind(&self, field: Field) -> Kind {
        match field {
            Field::Bio | Field::StreetAddress => Kind::Lines,
            Field::PhoneNumber => Kind::Line("tel"),
            Field::ProfileUrl | Field::Website => Kind::Line("url"),
            Field::Locale => Kind::languages(self.layout.t("profile-locale-browser")),
            _ => Kind::Line("text"),
        }
    }

    fn message(&self, wrong: FieldProblem) -> String {
        let layout = &self.layout;
        match (wrong.problem, wrong.field) {
            (profile::ProfileValueError::TooLong { max }, _) => {
                layout.t_number("profile-too-long", "max", max)
            }
            (profile::ProfileValueError::Characters, _) => layout.t("profile-characters"),
            (profile::ProfileValueError::Future, _) => layout.t("profile-future"),
            (_, Field::PhoneNumber) => layout.t("profile-phone-form"),
            (_, Field::ProfileUrl | Field::Website) => layout.t("profile-website-form"),
            (_, Field::Locale) => layout.t("profile-locale-unknown"),
            (_, Field::Zoneinfo) => layout.t("profile-zone-unknown"),
            _ => layout.t("profile-birthdate-form"),
        }
    }

    fn summary(&self) -> Vec<RowError> {
        let meanwhile = self.changed_meanwhile.then(|| RowError {
            field: String::new(),
            message: self.layout.t("profile-changed-meanwhile"),
        });
        let picture = self.picture_error().map(|message| RowError {
            field: "picture".to_owned(),
            message,
        });
        let fields = self.problems.iter().map(|problem| RowError {
            field: problem.field.name().to_owned(),
            message: format!(
                "{}: {}",
                self.layout.t(label(problem.field).0),
                self.message(*problem)
            ),
        });
        let custom = self.custom.summary(&self.layout);
        let all = meanwhile.into_iter().chain(picture).chain(fields);
        all.chain(custom).collect()
    }
}

/// Returns the path of the uploaded picture on this server. Pages never load a picture from another
/// site.
pub fn picture_path(profile: &Profile) -> Option<String> {
    let avatar = profile.avatar.as_ref()?;
    Some(format!("/avatars/{avatar}.png"))
}

/// Returns the catalog key of the label, and the `autocomplete` token (HTML §4.10.18.7.1).
const fn label(field: Field) -> (&'static str, &'static str) {
    match field {
        Field::GivenName => ("profile-given-name", "given-name"),
        Field::MiddleName => ("profile-middle-name", "additional-name"),
        Field::FamilyName => ("profile-family-name", "family-name"),
        Field::Nickname => ("profile-nickname", "nickname"),
        Field::Bio => ("profile-bio", "off"),
        Field::Birthdate => ("profile-birthdate", "bday"),
        Field::Gender => ("profile-gender", "sex"),
        Field::PhoneNumber => ("profile-phone", "tel"),
        Field::ProfileUrl => ("profile-url", "off"),
        Field::Website => ("profile-website", "url"),
        Field::StreetAddress => ("profile-street", "street-address"),
        Field::PostalCode => ("profile-postal-code", "postal-code"),
        Field::Locality => ("profile-locality", "address-level2"),
        Field::Region => ("profile-region", "address-level1"),
        Field::Country => ("profile-country", "country-name"),
        Field::Locale => ("profile-locale", "language"),
        Field::Zoneinfo => ("profile-zone", "off"),
    }
}

const fn hint(field: Field) -> Option<&'static str> {
    match field {
        Field::Bio => Some("profile-bio-hint"),
        Field::Birthdate => Some("profile-birthdate-hint"),
        Field::PhoneNumber => Some("profile-phone-hint"),
        Field::Website => Some("profile-website-hint"),
        Field::Zoneinfo => Some("profile-zone-hint"),
        _ => None,
    }
}

impl AccountPage for ProfilePage {
    const PLACE: Option<AccountPlace> = Some(AccountPlace::of(AccountSection::Profile));
}

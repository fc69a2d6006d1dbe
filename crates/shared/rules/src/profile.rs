//! User profiles: validation of the standard claims of OIDC Core §5.1 and of the short text about
//! the user.

use jiff::tz::TimeZoneDatabase;
use time::{Date, Month, OffsetDateTime};
use unic_langid::LanguageIdentifier;

use crate::displayed_name;
use crate::prelude::*;
use doorward_domain::model::{Address, EmailPreferences, FieldEdit, Profile};

/// The earliest accepted year of birth.
const FIRST_YEAR: i32 = 1900;
/// The offset of the time zone where days begin first, in seconds before UTC: no birthdate is later
/// than today there.
const FIRST_DAY: i64 = 14 * 60 * 60;

macro_rules! fields {
    ($($(#[$doc:meta])* $variant:ident = $name:ident $(in $address:ident)?, $max:literal;)*) => {
        /// A field of the profile that is text.
        #[derive(
            Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize,
        )]
        pub enum Field { $($(#[$doc])* $variant,)* }

        impl Field {
            /// Every field, in the order of the form.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Returns the name of the form field, which is also the claim if there is one.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => stringify!($name),)* }
            }

            /// Returns the JSON pointer to the field in the JSON form of a profile (RFC 6901).
            pub const fn pointer(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!($("/", stringify!($address),)? "/", stringify!($name)),)*
                }
            }

            /// Returns the maximum length, in characters.
            pub const fn max(self) -> usize {
                match self { $(Self::$variant => $max,)* }
            }

            fn value(self, profile: &Profile) -> Option<&str> {
                match self {
                    $(Self::$variant => profile$(.$address.as_ref()?)?.$name.as_deref(),)*
                }
            }

            fn value_mut(self, profile: &mut Profile) -> &mut Option<String> {
                match self {
                    $(Self::$variant => &mut profile$(.$address.get_or_insert_default())?.$name,)*
                }
            }
        }
    };
}

fields! {
    GivenName = given_name, 100;
    MiddleName = middle_name, 100;
    FamilyName = family_name, 100;
    Nickname = nickname, 100;
    /// Short text about the user; not a claim.
    Bio = bio, 500;
    /// Date of birth, year only, or day without the year.
    Birthdate = birthdate, 10;
    Gender = gender, 50;
    /// E.164 telephone number.
    PhoneNumber = phone_number, 40;
    /// URL of the user's profile page; the claim `profile`.
    ProfileUrl = profile_url, 255;
    /// URL of a web page.
    Website = website, 255;
    /// Street, number, flat; may have several lines.
    StreetAddress = street_address in address, 200;
    /// Zip code.
    PostalCode = postal_code in address, 20;
    Locality = locality in address, 100;
    /// State, province or prefecture.
    Region = region in address, 100;
    Country = country in address, 100;
    /// BCP 47 language tag.
    Locale = locale, 35;
    /// IANA time zone name.
    Zoneinfo = zoneinfo, 50;
}

impl Field {
    /// Returns true for names, which other users see.
    const fn is_name(self) -> bool {
        matches!(
            self,
            Self::GivenName | Self::MiddleName | Self::FamilyName | Self::Nickname
        )
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.name() == name)
    }

    const fn has_lines(self) -> bool {
        matches!(self, Self::Bio | Self::StreetAddress)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProfileValueError {
    TooLong {
        /// The maximum length, in characters.
        max: usize,
    },
    /// Control characters, or bidirectional control characters.
    Characters,
    Form,
    /// A date in the future.
    Future,
    /// An unknown time zone or language.
    Unknown,
}

impl ProfileValueError {
    /// Returns the stable word in machine-readable errors.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLong { .. } => "too_long",
            Self::Characters => "characters",
            Self::Form => "invalid",
            Self::Future => "future",
            Self::Unknown => "unknown",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FieldProblem {
    pub field: Field,
    pub problem: ProfileValueError,
}

/// A requested change of a profile: absent fields are kept, empty ones are removed.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ProfileEdit {
    texts: BTreeMap<Field, String>,
    pub product_news: Option<bool>,
    pub newsletter: Option<bool>,
    /// The custom profile fields, which `rules::profile_fields` checks.
    pub fields: FieldEdit,
}

impl ProfileEdit {
    /// Sets a field; an empty text removes it.
    #[must_use]
    pub fn with(mut self, field: Field, text: impl Into<String>) -> Self {
        self.texts.insert(field, text.into());
        self
    }

    pub fn typed(&self, field: Field) -> Option<&str> {
        self.texts.get(&field).map(String::as_str)
    }
}

/// Returns the value of a field; empty if it has none.
pub fn text_of(profile: &Profile, field: Field) -> &str {
    field.value(profile).unwrap_or_default()
}

/// Returns the profile after the edit.
///
/// A changed telephone number becomes unverified. A changed address loses its `formatted` text.
///
/// # Errors
/// Returns an error for each rejected field, in the order of [`Field::ALL`].
pub fn apply(
    profile: &Profile,
    edit: &ProfileEdit,
    now: UnixSeconds,
) -> Result<Profile, Vec<FieldProblem>> {
    let mut next = profile.clone();
    let mut problems = Vec::new();
    for (&field, typed) in &edit.texts {
        match read(field, typed, now) {
            Ok(text) if text == text_of(profile, field) => {}
            Ok(text) => set(&mut next, field, text),
            Err(problem) => problems.push(FieldProblem { field, problem }),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let EmailPreferences {
        product_news,
        newsletter,
    } = &mut next.email_preferences;
    *product_news = edit.product_news.unwrap_or(*product_news);
    *newsletter = edit.newsletter.unwrap_or(*newsletter);
    Ok(next)
}

/// Returns the names of the fields that differ, for the audit log, which records no values.
pub fn changes(before: &Profile, after: &Profile) -> Vec<&'static str> {
    let texts = Field::ALL.iter().copied();
    let mut names: Vec<&str> = texts
        .filter(|field| text_of(before, *field) != text_of(after, *field))
        .map(Field::name)
        .collect();
    if before.email_preferences != after.email_preferences {
        names.push("email_preferences");
    }
    names
}

fn set(profile: &mut Profile, field: Field, text: String) {
    *field.value_mut(profile) = (!text.is_empty()).then_some(text);
    if field == Field::PhoneNumber {
        profile.phone_number_verified = false;
    }
    if field.pointer().starts_with("/address/") {
        let address = profile.address.take().map(|address| Address {
            formatted: None,
            ..address
        });
        profile.address = address.filter(|address| *address != Address::default());
    }
}

/// Converts typed text to the stored form of a field; empty for no value.
pub fn read(field: Field, typed: &str, now: UnixSeconds) -> Result<String, ProfileValueError> {
    // Forms send CR LF (HTML §4.10.22.4).
    let text = typed.replace("\r\n", "\n");
    let text = text.trim();
    if text.is_empty() {
        return Ok(String::new());
    }
    let max = field.max();
    let checked = if field.is_name() {
        displayed_name::check(text, max).map(drop)
    } else {
        displayed_name::check_text(text, field.has_lines())
    };
    if text.chars().count() > max {
        return Err(ProfileValueError::TooLong { max });
    }
    checked.map_err(|_| ProfileValueError::Characters)?;
    match field {
        Field::Birthdate => birthdate(text, now),
        Field::PhoneNumber => phone_number(text),
        Field::ProfileUrl | Field::Website => web_address(text),
        Field::Locale => locale(text),
        Field::Zoneinfo => zoneinfo(text),
        _ => Ok(text.to_owned()),
    }
}

/// Reads `YYYY-MM-DD`, `YYYY`, or `0000-MM-DD` if the year is withheld (OIDC Core §5.1).
fn birthdate(text: &str, now: UnixSeconds) -> Result<String, ProfileValueError> {
    let number = |part: &str, length: usize| {
        let digits = part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| part.parse::<i32>().ok()).flatten()
    };
    let today = OffsetDateTime::from_unix_timestamp(now.saturating_add(FIRST_DAY));
    let today = today.map_err(|_| ProfileValueError::Form)?.date();
    let parts: Vec<&str> = text.split('-').collect();
    let [year, rest @ ..] = parts.as_slice() else {
        return Err(ProfileValueError::Form);
    };
    let year = number(year, 4).ok_or(ProfileValueError::Form)?;
    if !(year >= FIRST_YEAR || year == 0 && rest.len() == 2) {
        return Err(ProfileValueError::Form);
    }
    let is_future = match rest {
        [] => year > today.year(),
        [month, day] => {
            let month = number(month, 2).and_then(|month| u8::try_from(month).ok());
            let month = month.and_then(|month| Month::try_from(month).ok());
            let day = number(day, 2).and_then(|day| u8::try_from(day).ok());
            let (month, day) = month.zip(day).ok_or(ProfileValueError::Form)?;
            // Without a year, February 29 is valid.
            let calendar = if year == 0 { 2000 } else { year };
            let date = Date::from_calendar_date(calendar, month, day);
            date.map_err(|_| ProfileValueError::Form)? > today
        }
        _ => return Err(ProfileValueError::Form),
    };
    let text = text.to_owned();
    (!is_future)
        .then_some(text)
        .ok_or(ProfileValueError::Future)
}

/// Reads a number of ITU-T E.164: `+`, the country code, at most fifteen digits. Separators between
/// the digits are removed.
fn phone_number(text: &str) -> Result<String, ProfileValueError> {
    let spacing = |c: char| c.is_whitespace() || matches!(c, '-' | '.' | '(' | ')' | '/');
    let number: String = text.chars().filter(|c| !spacing(*c)).collect();
    let digits = number.strip_prefix('+').ok_or(ProfileValueError::Form)?;
    let good = (7..=15).contains(&digits.len())
        && !digits.starts_with('0')
        && digits.bytes().all(|b| b.is_ascii_digit());
    good.then_some(number).ok_or(ProfileValueError::Form)
}

/// Reads a web address in canonical form. A password in it is rejected, because every client would
/// see it.
pub(super) fn web_address(text: &str) -> Result<String, ProfileValueError> {
    let url = Url::parse(text).map_err(|_| ProfileValueError::Form)?;
    let good = matches!(url.scheme(), "http" | "https")
        && url.host_str().is_some_and(|host| !host.is_empty())
        && url.username().is_empty()
        && url.password().is_none();
    let canonical = String::from(url);
    let max = Field::Website.max();
    match (good, canonical.len() > max) {
        (true, false) => Ok(canonical),
        (true, true) => Err(ProfileValueError::TooLong { max }),
        (false, _) => Err(ProfileValueError::Form),
    }
}

fn locale(text: &str) -> Result<String, ProfileValueError> {
    let tag: LanguageIdentifier = text.parse().map_err(|_| ProfileValueError::Unknown)?;
    // `und` names no language. A code has two or three characters; longer ones, such as `Deutsch`, are
    // reserved (RFC 5646 §2.2.1).
    if tag.language.is_empty() || tag.language.as_str().len() > 3 {
        return Err(ProfileValueError::Unknown);
    }
    Ok(tag.to_string())
}

/// Reads the IANA name of a time zone; the place alone suffices if only one zone has that name
/// (`New York`).
fn zoneinfo(text: &str) -> Result<String, ProfileValueError> {
    // The bundled zones, so that the result does not depend on the machine.
    if let Ok(zone) = TimeZoneDatabase::bundled().get(text) {
        let name = zone.iana_name().filter(|name| *name != "Etc/Unknown");
        return name.map(str::to_owned).ok_or(ProfileValueError::Unknown);
    }
    let place = text.replace(' ', "_");
    let mut named = zones().into_iter().filter(|zone| {
        let (_, last) = zone.rsplit_once('/').unwrap_or_default();
        last.eq_ignore_ascii_case(&place)
    });
    match (named.next(), named.next()) {
        (Some(zone), None) => Ok(zone),
        _ => Err(ProfileValueError::Unknown),
    }
}

/// Returns the geographic zones: `Area/Place`, without the offsets and country names kept for
/// compatibility.
fn zones() -> Vec<String> {
    const AREAS: [&str; 10] = [
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    ];
    let known = TimeZoneDatabase::bundled();
    known
        .available()
        .map(|name| name.to_string())
        .filter(|name| AREAS.contains(&name.split('/').next().unwrap_or_default()))
        .collect()
}

#[cfg(test)]
mod tests;

//! What a person may write into their profile (the standard claims of OIDC Core §5.1, and a few
//! words about themselves), and why some of it is refused.

use std::collections::BTreeMap;

use jiff::tz::TimeZoneDatabase;
use time::{Date, Month, OffsetDateTime};
use unic_langid::LanguageIdentifier;
use url::Url;

use crate::model::{Address, EmailPreferences, Profile};
use crate::time::UnixSeconds;

/// The earliest year of birth that is taken for one.
const FIRST_YEAR: i32 = 1900;
/// The zone whose day begins first, in seconds before UTC: nobody is born later than there.
const FIRST_DAY: i64 = 14 * 60 * 60;

macro_rules! fields {
    ($($(#[$doc:meta])* $variant:ident => $name:literal, $pointer:literal, $max:literal;)*) => {
        /// A field of the profile that is text.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Field { $($(#[$doc])* $variant,)* }

        impl Field {
            /// Every field, in the order of the form.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name of the form field, and of the claim where there is one.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Where the field is in the JSON form of a profile (RFC 6901).
            pub const fn pointer(self) -> &'static str {
                match self { $(Self::$variant => $pointer,)* }
            }

            /// The greatest length, in characters.
            pub const fn max(self) -> usize {
                match self { $(Self::$variant => $max,)* }
            }
        }
    };
}

fields! {
    /// Given name(s).
    GivenName => "given_name", "/given_name", 100;
    /// Middle name(s).
    MiddleName => "middle_name", "/middle_name", 100;
    /// Family name(s).
    FamilyName => "family_name", "/family_name", 100;
    /// What the person is called casually.
    Nickname => "nickname", "/nickname", 100;
    /// A few words about themselves; no claim.
    Bio => "bio", "/bio", 500;
    /// Date of birth, or the year, or the day without the year.
    Birthdate => "birthdate", "/birthdate", 10;
    /// Any word.
    Gender => "gender", "/gender", 50;
    /// E.164 telephone number.
    PhoneNumber => "phone_number", "/phone_number", 40;
    /// URL of the user's profile page; the claim `profile`.
    ProfileUrl => "profile_url", "/profile_url", 255;
    /// URL of a web page.
    Website => "website", "/website", 255;
    /// Street, house number, flat; may have several lines.
    StreetAddress => "street_address", "/address/street_address", 200;
    /// Zip code.
    PostalCode => "postal_code", "/address/postal_code", 20;
    /// City.
    Locality => "locality", "/address/locality", 100;
    /// State, province or prefecture.
    Region => "region", "/address/region", 100;
    /// Country name.
    Country => "country", "/address/country", 100;
    /// BCP 47 language tag.
    Locale => "locale", "/locale", 35;
    /// IANA time zone name.
    Zoneinfo => "zoneinfo", "/zoneinfo", 50;
}

impl Field {
    /// The field of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.name() == name)
    }

    const fn has_lines(self) -> bool {
        matches!(self, Self::Bio | Self::StreetAddress)
    }
}

/// Why a field cannot hold what was typed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProfileValueError {
    /// Longer than [`Field::max`].
    TooLong {
        /// The greatest length, in characters.
        max: usize,
    },
    /// Holds control characters, or marks that turn the reading direction around.
    Characters,
    /// Not in the form that the field asks for.
    Form,
    /// A date that has not come yet.
    Future,
    /// No such time zone or language.
    Unknown,
}

impl ProfileValueError {
    /// The stable word for it in machine-readable errors.
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

/// A field with what is wrong with it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FieldProblem {
    /// Which.
    pub field: Field,
    /// Why.
    pub problem: ProfileValueError,
}

/// What a person wants changed: what is not named stays, what is empty is removed.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct ProfileEdit {
    texts: BTreeMap<Field, String>,
    /// Whether news about the product are wanted by mail.
    pub product_news: Option<bool>,
    /// Whether the newsletter is wanted by mail.
    pub newsletter: Option<bool>,
}

impl ProfileEdit {
    /// Sets a field; an empty text removes it.
    #[must_use]
    pub fn with(mut self, field: Field, text: impl Into<String>) -> Self {
        self.texts.insert(field, text.into());
        self
    }

    /// The text that was typed for a field.
    pub fn typed(&self, field: Field) -> Option<&str> {
        self.texts.get(&field).map(String::as_str)
    }
}

/// What a field holds; empty where it holds nothing.
pub fn text_of(profile: &Profile, field: Field) -> &str {
    let address = profile.address.as_ref();
    let text = match field {
        Field::GivenName => &profile.given_name,
        Field::MiddleName => &profile.middle_name,
        Field::FamilyName => &profile.family_name,
        Field::Nickname => &profile.nickname,
        Field::Bio => &profile.bio,
        Field::Birthdate => &profile.birthdate,
        Field::Gender => &profile.gender,
        Field::PhoneNumber => &profile.phone_number,
        Field::ProfileUrl => &profile.profile_url,
        Field::Website => &profile.website,
        Field::Locale => &profile.locale,
        Field::Zoneinfo => &profile.zoneinfo,
        _ => return address.map_or("", |address| part_of(address, field)),
    };
    text.as_deref().unwrap_or_default()
}

fn part_of(address: &Address, field: Field) -> &str {
    let part = match field {
        Field::StreetAddress => &address.street_address,
        Field::PostalCode => &address.postal_code,
        Field::Locality => &address.locality,
        Field::Region => &address.region,
        Field::Country => &address.country,
        _ => &None,
    };
    part.as_deref().unwrap_or_default()
}

/// The profile after the edit, or everything that is wrong with the edit.
///
/// A changed telephone number is no longer a proved one; a changed address loses the label that
/// was made of the former one.
///
/// # Errors
/// Every field that cannot hold what was typed, in the order of [`Field::ALL`].
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

/// The names of the fields that differ, for the audit log: it says what was changed, not to what.
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
    let value = (!text.is_empty()).then_some(text);
    match field {
        Field::GivenName => profile.given_name = value,
        Field::MiddleName => profile.middle_name = value,
        Field::FamilyName => profile.family_name = value,
        Field::Nickname => profile.nickname = value,
        Field::Bio => profile.bio = value,
        Field::Birthdate => profile.birthdate = value,
        Field::Gender => profile.gender = value,
        Field::PhoneNumber => {
            profile.phone_number = value;
            profile.phone_number_verified = false;
        }
        Field::ProfileUrl => profile.profile_url = value,
        Field::Website => profile.website = value,
        Field::Locale => profile.locale = value,
        Field::Zoneinfo => profile.zoneinfo = value,
        _ => set_part(profile, field, value),
    }
}

fn set_part(profile: &mut Profile, field: Field, value: Option<String>) {
    let mut address = profile.address.take().unwrap_or_default();
    match field {
        Field::StreetAddress => address.street_address = value,
        Field::PostalCode => address.postal_code = value,
        Field::Locality => address.locality = value,
        Field::Region => address.region = value,
        Field::Country => address.country = value,
        _ => {}
    }
    address.formatted = None;
    profile.address = (address != Address::default()).then_some(address);
}

/// Reads a typed text as a field keeps it; empty for nothing.
///
/// # Errors
/// Why the field cannot hold it.
pub fn read(field: Field, typed: &str, now: UnixSeconds) -> Result<String, ProfileValueError> {
    // Forms send CR LF (RFC 9110 has no say in it; HTML §4.10.22.4 has).
    let text = typed.replace("\r\n", "\n");
    let text = text.trim();
    if text.is_empty() {
        return Ok(String::new());
    }
    if !text.chars().all(|c| is_plain(c, field.has_lines())) {
        return Err(ProfileValueError::Characters);
    }
    let max = field.max();
    if text.chars().count() > max {
        return Err(ProfileValueError::TooLong { max });
    }
    match field {
        Field::Birthdate => birthdate(text, now),
        Field::PhoneNumber => phone_number(text),
        Field::ProfileUrl | Field::Website => web_address(text),
        Field::Locale => locale(text),
        Field::Zoneinfo => zoneinfo(text),
        _ => Ok(text.to_owned()),
    }
}

/// No control characters, no line or paragraph separators, nothing that changes the direction of
/// the text after it (UAX 9 §2: a name must not rewrite the page around it). Joiners stay: several
/// scripts, and emoji, are not written without them.
fn is_plain(c: char, lines: bool) -> bool {
    let turns = matches!(
        c,
        '\u{61c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
    );
    !turns && (!c.is_control() || lines && c == '\n')
}

/// OIDC Core §5.1: `YYYY-MM-DD`, `YYYY`, or `0000-MM-DD` where the year is kept back.
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
            // Without a year, the 29th of February is a day.
            let calendar = if year == 0 { 2000 } else { year };
            let date = Date::from_calendar_date(calendar, month, day);
            date.map_err(|_| ProfileValueError::Form)? > today
        }
        _ => return Err(ProfileValueError::Form),
    };
    if is_future {
        Err(ProfileValueError::Future)
    } else {
        Ok(text.to_owned())
    }
}

/// ITU-T E.164: `+`, the country, at most fifteen digits. What people put between the digits to
/// read them is left out.
fn phone_number(text: &str) -> Result<String, ProfileValueError> {
    let spacing = |c: char| c.is_whitespace() || matches!(c, '-' | '.' | '(' | ')' | '/');
    let number: String = text.chars().filter(|c| !spacing(*c)).collect();
    let digits = number.strip_prefix('+').ok_or(ProfileValueError::Form)?;
    let good = (7..=15).contains(&digits.len())
        && !digits.starts_with('0')
        && digits.bytes().all(|b| b.is_ascii_digit());
    good.then_some(number).ok_or(ProfileValueError::Form)
}

/// A web address, in its canonical form. One with a password in it would be told to every app.
fn web_address(text: &str) -> Result<String, ProfileValueError> {
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
    if tag.language.is_empty() {
        // `und` says nothing.
        return Err(ProfileValueError::Unknown);
    }
    Ok(tag.to_string())
}

/// The IANA name of a zone; a place alone does where only one zone has its name (`New York`).
fn zoneinfo(text: &str) -> Result<String, ProfileValueError> {
    // The bundled zones: what is known does not depend on the machine.
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

/// The zones that people live in: `Area/Place`, without the offsets and the names of whole
/// countries that are kept for old programs.
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

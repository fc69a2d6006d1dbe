//! Locations as text in a language.

use crate::Lang;

/// Returns "near Berlin, Germany", or only the country if the city is unknown.
pub fn describe(city: Option<&str>, country: &str, lang: Lang) -> String {
    match city {
        Some(city) => lang.text_with(
            "place-near",
            &[("city", city.into()), ("country", country.into())],
        ),
        None => country.to_owned(),
    }
}

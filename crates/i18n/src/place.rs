//! Locations as text in a language.

use serde::{Deserialize, Serialize};

use crate::Lang;

/// A location with names in one language, as the database has them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Location {
    city: Option<String>,
    country: String,
}

impl Location {
    /// Creates a location.
    pub const fn new(city: Option<String>, country: String) -> Self {
        Self { city, country }
    }

    /// Returns "near Berlin, Germany", or only the country if the city is unknown.
    pub fn describe(&self, lang: Lang) -> String {
        let country = self.country.as_str();
        match &self.city {
            Some(city) => lang.text_with(
                "place-near",
                &[("city", city.as_str().into()), ("country", country.into())],
            ),
            None => country.to_owned(),
        }
    }
}

//! Places in the words of one language.

use serde::{Deserialize, Serialize};

use crate::Lang;

/// A place in the words of one language, as the database has them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Location {
    city: Option<String>,
    country: String,
}

impl Location {
    /// Makes a place of these names.
    pub const fn new(city: Option<String>, country: String) -> Self {
        Self { city, country }
    }

    /// "near Berlin, Germany"; the country alone where no city is known.
    pub fn words(&self, lang: Lang) -> String {
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

//! Languages of pages and e-mail messages.

/// A language of pages.
///
/// To add one, add a variant here and a directory in `catalogs/`; compiler and tests report what is
/// missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// English, the fallback.
    #[default]
    En,
    De,
    Es,
    Fr,
    It,
    Nl,
    Pl,
    /// Portuguese, as in Brazil.
    Pt,
    Ar,
    Ja,
    /// Chinese in simplified characters.
    Zh,
    /// English with accents and 40 % longer, to find text that breaks a layout. Never negotiated.
    Pseudo,
    /// [`Lang::Pseudo`] from right to left. Never negotiated.
    PseudoRtl,
}

impl Lang {
    /// The languages that users can choose, in the order of the menu: by native name, Latin scripts
    /// first.
    pub const ALL: &[Self] = &[
        Self::De,
        Self::En,
        Self::Es,
        Self::Fr,
        Self::It,
        Self::Nl,
        Self::Pl,
        Self::Pt,
        Self::Ar,
        Self::Ja,
        Self::Zh,
    ];

    /// Returns the BCP 47 tag, for `lang` attributes, cookies and `ui_locales_supported`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
            Self::Es => "es",
            Self::Fr => "fr",
            Self::It => "it",
            Self::Nl => "nl",
            Self::Pl => "pl",
            Self::Pt => "pt",
            Self::Ar => "ar",
            Self::Ja => "ja",
            Self::Zh => "zh",
            Self::Pseudo => "en-XA",
            Self::PseudoRtl => "ar-XB",
        }
    }

    /// Returns the writing direction, for the `dir` attribute.
    pub const fn dir(self) -> &'static str {
        match self {
            Self::Ar | Self::PseudoRtl => "rtl",
            _ => "ltr",
        }
    }

    /// Returns the native name of the language, for the language menu.
    pub const fn native_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::De => "Deutsch",
            Self::Es => "Español",
            Self::Fr => "Français",
            Self::It => "Italiano",
            Self::Nl => "Nederlands",
            Self::Pl => "Polski",
            Self::Pt => "Português (Brasil)",
            Self::Ar => "العربية",
            Self::Ja => "日本語",
            Self::Zh => "简体中文",
            Self::Pseudo => "Ƥşḗŭḓǿ",
            Self::PseudoRtl => "Ƥşḗŭḓǿ RTL",
        }
    }

    /// Returns the language for a BCP 47 tag by its primary subtag: `de-AT` is German, `pt-BR`
    /// Portuguese, `zh-CN` and `zh-Hans` Chinese. `None` if there is no translation, also for
    /// traditional Chinese, which the simplified translation cannot replace.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let mut subtags = tag.trim().split(['-', '_']);
        let is = |subtag: &str, item: &str| subtag.eq_ignore_ascii_case(item);
        let primary = subtags.next()?;
        let lang = Self::ALL.iter().find(|lang| is(primary, lang.code()))?;
        let traditional = subtags.next().is_some_and(|second| {
            let marks = ["Hant", "TW", "HK", "MO"];
            *lang == Self::Zh && marks.into_iter().any(|mark| is(second, mark))
        });
        (!traditional).then_some(*lang)
    }
}

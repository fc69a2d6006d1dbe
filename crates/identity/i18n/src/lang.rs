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
        self.names().0
    }

    /// Returns the native name of the language, for the language menu.
    pub const fn native_name(self) -> &'static str {
        self.names().1
    }

    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::En => ("en", "English"),
            Self::De => ("de", "Deutsch"),
            Self::Es => ("es", "Español"),
            Self::Fr => ("fr", "Français"),
            Self::It => ("it", "Italiano"),
            Self::Nl => ("nl", "Nederlands"),
            Self::Pl => ("pl", "Polski"),
            Self::Pt => ("pt", "Português (Brasil)"),
            Self::Ar => ("ar", "العربية"),
            Self::Ja => ("ja", "日本語"),
            Self::Zh => ("zh", "简体中文"),
            Self::Pseudo => ("en-XA", "Ƥşḗŭḓǿ"),
            Self::PseudoRtl => ("ar-XB", "Ƥşḗŭḓǿ RTL"),
        }
    }

    /// Returns the writing direction, for the `dir` attribute.
    pub const fn dir(self) -> &'static str {
        match self {
            Self::Ar | Self::PseudoRtl => "rtl",
            _ => "ltr",
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

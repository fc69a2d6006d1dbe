//! Numbers as text in a language.

use crate::Lang;

impl Lang {
    /// Formats a number with the language's separator between groups of three digits.
    pub fn number(self, number: i64) -> String {
        let (separator, longest) = self.grouping();
        let digits = number.unsigned_abs().to_string();
        let mut text = String::from(if number < 0 { "-" } else { "" });
        for (at, digit) in digits.char_indices() {
            let left = digits.len() - at;
            if at > 0 && left.is_multiple_of(3) && digits.len() > longest {
                text.push(separator);
            }
            text.push(digit);
        }
        text
    }

    /// Returns the separator of groups, and the number of digits of the longest number without it.
    const fn grouping(self) -> (char, usize) {
        match self {
            Self::De | Self::It | Self::Nl | Self::Pt => ('.', 3),
            Self::Es => ('.', 4),
            Self::Fr => ('\u{202f}', 3),
            Self::Pl => ('\u{a0}', 4),
            Self::En | Self::Ar | Self::Ja | Self::Zh | Self::Pseudo | Self::PseudoRtl => (',', 3),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_as_in_language() {
        for (lang, number, text) in [
            (Lang::En, 0, "0"),
            (Lang::En, 999, "999"),
            (Lang::En, -1_000, "-1,000"),
            (Lang::En, 239_976, "239,976"),
            (Lang::En, i64::MIN, "-9,223,372,036,854,775,808"),
            (Lang::De, 1_000, "1.000"),
            (Lang::Es, 1_000, "1000"),
            (Lang::Es, 10_000, "10.000"),
            (Lang::Fr, 1_000, "1\u{202f}000"),
            (Lang::Pl, 10_000, "10\u{a0}000"),
            (Lang::Ja, 1_234_567, "1,234,567"),
        ] {
            assert_eq!(lang.number(number), text, "{}", lang.code());
        }
    }
}

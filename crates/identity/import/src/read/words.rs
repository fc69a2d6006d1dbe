//! The words for true and false in spreadsheets and databases.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Words for true, in any case and with or without accents. A mark that means both in different
/// countries, such as `x`, is none.
const TRUE: &[&str] = &[
    // Databases and programs.
    "true t 1 1.0 1,0 1.00 1,00 -1 yes y on ✓ ✔ ☑ ✅",
    // German, French, Spanish, Italian, Portuguese, Catalan, Romanian.
    "wahr ja j vrai oui o verdadero sí s vero verdadeiro sim cert adevărat da",
    // Dutch, Swedish, Danish, Norwegian, Finnish, Estonian.
    "waar sant sand sann tosi kyllä tõene jah",
    // Polish, Czech, Slovak, Slovene, Croatian, Hungarian, Turkish, Lithuanian, Latvian.
    "prawda tak pravda ano áno resnično istina igaz igen doğru evet taip jā",
    // Russian, Bulgarian, Serbian, Ukrainian, Greek.
    "истина да д так істина αληθές ναι",
    // Japanese, Chinese, Korean, Arabic, Hebrew.
    "真 はい 有 ○ ◯ 是 참 예 네 صحيح نعم אמת כן 对 對",
    // Icelandic, Basque, Serbian, Macedonian, Latvian, Lithuanian, Ukrainian, Greek.
    "satt egia bai tačno тачно точно patiess tiesa правда αληθής",
    // Indonesian, Malay, Vietnamese, Thai, Hindi, Persian.
    "benar ya đúng có จริง ใช่ सही सत्य हाँ درست بله",
];

const FALSE: &[&str] = &[
    "false f 0 0.0 0,0 0.00 0,00 no n off ✗ ✘ ☐ ❌ falsch nein faux non falso não fals nu",
    "onwaar nee falskt nej falsk nei usann epätosi ei väär fałsz falsz nie nepravda ne",
    "neresnično laž hamis nem yanlış yanlis hayır hayir nē ложь лъжа нет не н ні хибність",
    "ψευδές όχι 偽 いいえ 無 × 假 否 거짓 아니요 아니오 خطأ لا שקר לא 错 錯 ósatt gezurra ez neistina",
    "netačno нетачно неточно aplams netiesa неправда хиба ψευδής salah tidak sai không",
    "เท็จ ไม่ ไม่ใช่ गलत असत्य नहीं نادرست خیر",
];

static WORDS: LazyLock<HashMap<String, bool>> = LazyLock::new(|| {
    let all = [(TRUE, true), (FALSE, false)];
    let words = all
        .into_iter()
        .flat_map(|(lines, meaning)| words(lines).map(move |word| (folded(word), meaning)));
    words.collect()
});

fn words(lines: &'static [&'static str]) -> impl Iterator<Item = &'static str> {
    lines.iter().flat_map(|line| line.split(' '))
}

fn folded(text: &str) -> String {
    let plain = text.nfkd().filter(|c| !is_combining_mark(*c));
    let lower = plain.flat_map(char::to_lowercase);
    lower.map(|c| if c == 'ς' { 'σ' } else { c }).collect()
}

pub fn flag(text: &str) -> Option<bool> {
    // Every word is short.
    if text.len() > 64 {
        return None;
    }
    WORDS.get(&folded(text)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn no_word_means_both() {
        let of_false: Vec<_> = words(FALSE).map(folded).collect();
        for word in words(TRUE) {
            assert!(!of_false.contains(&folded(word)), "{word}");
            assert_eq!(flag(word), Some(true), "{word}");
            assert_eq!(flag(&word.to_uppercase()), Some(true), "{word}");
        }
        for word in words(FALSE) {
            assert_eq!(flag(word), Some(false), "{word}");
            assert_eq!(flag(&word.to_uppercase()), Some(false), "{word}");
        }
    }

    #[rstest]
    #[case::english("TRUE", "FALSE")]
    #[case::english("Yes", "No")]
    #[case::german("WAHR", "FALSCH")]
    #[case::german("ja", "nein")]
    #[case::french("VRAI", "FAUX")]
    #[case::french("Oui", "Non")]
    #[case::spanish("VERDADERO", "FALSO")]
    #[case::spanish("sí", "no")]
    #[case::italian("VERO", "FALSO")]
    #[case::italian("sì", "NO")]
    #[case::portuguese("VERDADEIRO", "FALSO")]
    #[case::portuguese("SIM", "NÃO")]
    #[case::dutch("WAAR", "ONWAAR")]
    #[case::dutch("ja", "nee")]
    #[case::polish("PRAWDA", "FAŁSZ")]
    #[case::polish("tak", "nie")]
    #[case::russian("ИСТИНА", "ЛОЖЬ")]
    #[case::russian("Да", "Нет")]
    #[case::russian("Д", "Н")]
    #[case::japanese("真", "偽")]
    #[case::japanese("はい", "いいえ")]
    #[case::japanese("ＴＲＵＥ", "ＦＡＬＳＥ")]
    #[case::turkish("DOĞRU", "YANLIŞ")]
    #[case::icelandic("SATT", "ÓSATT")]
    #[case::croatian("ISTINA", "NEISTINA")]
    #[case::serbian("ТАЧНО", "НЕТАЧНО")]
    #[case::basque("Bai", "Ez")]
    #[case::indonesian("BENAR", "SALAH")]
    #[case::indonesian("Ya", "Tidak")]
    #[case::vietnamese("ĐÚNG", "SAI")]
    #[case::vietnamese("Có", "Không")]
    #[case::thai("จริง", "เท็จ")]
    #[case::thai("ใช่", "ไม่ใช่")]
    #[case::hindi("सही", "गलत")]
    #[case::persian("درست", "نادرست")]
    #[case::decimal_comma("1,0", "0,00")]
    #[case::database("t", "f")]
    #[case::access("-1", "0")]
    fn words_of_spreadsheets_are_read(#[case] yes: &str, #[case] no: &str) {
        assert_eq!((flag(yes), flag(no)), (Some(true), Some(false)));
    }

    #[rstest]
    #[case("maybe")]
    #[case("x")]
    #[case("FALSCHH")]
    #[case("2")]
    #[case("null")]
    #[case("true false")]
    fn other_text_is_not_read(#[case] text: &str) {
        assert_eq!(flag(text), None);
    }
}

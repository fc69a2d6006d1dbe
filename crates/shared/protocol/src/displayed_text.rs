//! Texts that others than their author read, in pages, mails and logs. They must not hide, reorder or
//! imitate other text (UTS 39). This is the only place that decides which characters a text may have.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};
use unicode_security::{
    GeneralSecurityProfile, RestrictionLevel, RestrictionLevelDetection as _, skeleton,
};

/// The name of the product, which no text imitates.
pub const PRODUCT: &str = "Doorward";

/// The maximum number of marks above and below one base character, after composition.
const MAX_ACCENTS: usize = 4;
/// The maximum number of all marks of one base character. Some scripts write vowels as marks.
const MAX_MARKS: usize = 8;
const VIRAMA: u8 = 9;
const ZWNJ: char = '\u{200c}';
const ZWJ: char = '\u{200d}';

/// The reason why a text or name cannot be used, as an instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NameError {
    /// Empty or without a visible character.
    #[error("write a name")]
    Missing,
    /// More characters than the field has.
    #[error("write at most {max} characters")]
    TooLong {
        /// The maximum length, in characters.
        max: usize,
    },
    /// A control character, or one that is invisible or changes the direction of text.
    #[error("leave out control, invisible and direction characters")]
    Hidden,
    /// A heap of marks on one character, or a mark without one.
    #[error("write at most 4 accents on a character")]
    Marks,
    /// Several scripts in one word whose characters look alike.
    #[error("write each word in one script")]
    Scripts,
    /// The name of the deployment, of its staff, or of another client.
    #[error("is reserved: it names this service, its staff or another app")]
    Protected,
}

/// Checks a name that a user or a client chose. Returns it without spaces at its ends.
pub fn check(typed: &str, max: usize) -> Result<String, NameError> {
    let name = check_administered(typed, max)?;
    if has_mixed_word(&name) {
        return Err(NameError::Scripts);
    }
    Ok(name)
}

/// Checks a name that an administrator chose, in which scripts may be mixed.
pub fn check_administered(typed: &str, max: usize) -> Result<String, NameError> {
    let name = typed.trim();
    if name.is_empty() {
        return Err(NameError::Missing);
    }
    if name.chars().count() > max {
        return Err(NameError::TooLong { max });
    }
    check_text(name, false)?;
    // A space, a mark and a joiner alone show nothing.
    if !name
        .chars()
        .any(|c| !c.is_whitespace() && !is_combining_mark(c) && !is_ignorable(c))
    {
        return Err(NameError::Missing);
    }
    Ok(name.to_owned())
}

/// Checks that a text shows everything that it contains, in its order, and does not imitate the name of
/// the product. `lines` allows line breaks.
pub fn check_text(text: &str, lines: bool) -> Result<(), NameError> {
    let letters: Vec<char> = text.chars().collect();
    for (at, &c) in letters.iter().enumerate() {
        let (before, after) = (&letters[..at], &letters[at + 1..]);
        if is_unreadable(c, lines) || is_ignorable(c) && !is_joiner(before, c, after) {
            return Err(NameError::Hidden);
        }
    }
    let (mut accents, mut marks, mut has_base) = (0, 0, false);
    for c in text.nfc() {
        if is_combining_mark(c) {
            marks += 1;
            let class = canonical_combining_class(c);
            accents += usize::from(class != 0 && class != VIRAMA);
            if !has_base || accents > MAX_ACCENTS || marks > MAX_MARKS {
                return Err(NameError::Marks);
            }
        } else {
            (accents, marks) = (0, 0);
            // A space is no base: the mark would be on the text before.
            has_base = !c.is_whitespace();
        }
    }
    if imitates_product(text) {
        return Err(NameError::Scripts);
    }
    Ok(())
}

/// Checks a text with line ends and tabs of any system, such as that of a field with many lines.
pub fn check_lines(text: &str) -> Result<(), NameError> {
    check_text(&text.replace("\r\n", "\n").replace('\t', " "), true)
}

/// Returns true for control, invisible and bidirectional characters, which could disguise other text
/// and control a terminal. It decides on one character, so joiners are among them.
pub fn is_hidden(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffc}'
            | '\u{e0000}'..='\u{e0fff}'
    ) || letter.is_control()
}

/// Returns a text from elsewhere, which [`check_text`] may reject, as mails and logs may show it.
pub fn without_hidden(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let (mut shown, mut marks) = (String::with_capacity(text.len()), 0);
    for (at, &c) in letters.iter().enumerate() {
        let (before, after) = (&letters[..at], &letters[at + 1..]);
        if c.is_control() {
            shown.push(' ');
        } else if !is_unreadable(c, false) && (!is_ignorable(c) || is_joiner(before, c, after)) {
            marks = if is_combining_mark(c) { marks + 1 } else { 0 };
            if marks <= MAX_MARKS {
                shown.push(c);
            }
        }
    }
    shown
}

/// Returns true for control characters, separators of lines, blanks that are no spaces, private and
/// unusable code points.
fn is_unreadable(c: char, lines: bool) -> bool {
    let code = c as u32;
    match c {
        '\n' => !lines,
        '\u{2028}'..='\u{202e}'
        | '\u{2800}'
        | '\u{fff9}'..='\u{fffd}'
        | '\u{16fe4}'
        | '\u{1d159}'
        | '\u{e000}'..='\u{f8ff}'
        | '\u{fdd0}'..='\u{fdef}'
        | '\u{e0000}'..='\u{e00ff}'
        | '\u{f0000}'..='\u{10ffff}' => true,
        _ => c.is_control() || code & 0xfffe == 0xfffe,
    }
}

/// Returns true for a default-ignorable character, which shows nothing: the skeleton leaves it out
/// (UTS 39 §4).
fn is_ignorable(c: char) -> bool {
    let mut bytes = [0; 4];
    !c.is_ascii() && skeleton(c.encode_utf8(&mut bytes)).next().is_none()
}

/// Returns true if an ignorable character changes how its neighbors look: a joiner in a script that
/// needs it (RFC 5892 §A.1, A.2), in an emoji, or a variation selector.
fn is_joiner(before: &[char], c: char, after: &[char]) -> bool {
    let Some(&previous) = before.last() else {
        return false;
    };
    match c {
        ZWNJ | ZWJ => {
            let next = after.first().copied().unwrap_or(' ');
            let is_virama = |c| canonical_combining_class(c) == VIRAMA;
            let is_emoji = is_emoji(previous) || previous == '\u{fe0f}';
            is_virama(previous)
                || is_joining(previous) && is_joining(next)
                || c == ZWJ && is_emoji && self::is_emoji(next)
        }
        '\u{fe0e}' | '\u{fe0f}' => {
            is_emoji(previous) || is_keycap(previous) && after.first() == Some(&'\u{20e3}')
        }
        '\u{fe00}'..='\u{fe02}' | '\u{e0100}'..='\u{e01ef}' => is_han(previous),
        '\u{180b}'..='\u{180d}' | '\u{180f}' => matches!(previous, '\u{1820}'..='\u{18aa}'),
        _ => false,
    }
}

const fn is_keycap(c: char) -> bool {
    matches!(c, '0'..='9' | '#' | '*')
}

const fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Returns true for characters and marks of scripts with joining forms: Arabic, Syriac, N'Ko, and those
/// of South and Southeast Asia.
fn is_joining(c: char) -> bool {
    let is_letter = c.is_alphanumeric() || is_combining_mark(c);
    is_letter
        && matches!(c, '\u{620}'..='\u{8ff}' | '\u{900}'..='\u{dff}' | '\u{1000}'..='\u{109f}'
            | '\u{1780}'..='\u{18aa}' | '\u{fb50}'..='\u{fdcf}' | '\u{fe70}'..='\u{fefc}')
}

/// Returns true for symbols that emoji consist of.
const fn is_emoji(c: char) -> bool {
    matches!(c, '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}'
        | '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{25a0}'..='\u{27bf}'
        | '\u{2900}'..='\u{297f}' | '\u{2b00}'..='\u{2bff}' | '\u{3030}' | '\u{303d}' | '\u{3297}'
        | '\u{3299}' | '\u{1f000}'..='\u{1faff}')
}

/// Returns true if a word mixes scripts whose characters look alike: above "moderately
/// restrictive" (UTS 39 §5.2). Latin beside Cyrillic or Greek is; Latin beside Japanese is not.
fn has_mixed_word(name: &str) -> bool {
    let words = name.split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c));
    let letters = |word: &str| {
        let known = |c: &char| GeneralSecurityProfile::identifier_allowed(*c);
        word.nfkc().filter(known).collect::<String>()
    };
    // The level allows Armenian, some of whose characters look like Latin ones.
    let is_armenian = |c: char| matches!(c, '\u{530}'..='\u{58f}');
    words.map(letters).any(|word| {
        let level = word.as_str().detect_restriction_level();
        level > RestrictionLevel::ModeratelyRestrictive
            || level > RestrictionLevel::HighlyRestrictive && word.contains(is_armenian)
    })
}

/// Returns the form in which names that look alike are equal: their skeleton in lower case (UTS 39 §4),
/// with digits and symbols as the characters that they resemble, without spaces and punctuation.
pub fn look(name: &str) -> String {
    words(&spelled(&folded(name), Ends::Punctuation)).concat()
}

/// Returns every form of a name that [`look`] may have for one that looks like it: a symbol at the end
/// of a word is a character or punctuation.
pub fn looks(name: &str) -> Vec<String> {
    let folded = folded(name);
    let mut all: Vec<String> = [Ends::Punctuation, Ends::Letters]
        .map(|ends| words(&spelled(&folded, ends)).concat())
        .into();
    all.dedup();
    all
}

/// The meaning of symbols such as `!` at the end of a word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ends {
    /// They end a sentence.
    Punctuation,
    /// They stand for a character: `Pay$`.
    Letters,
}

/// Returns a folded name with digits, and symbols within words, as the characters that they resemble. `1` is
/// read as `i` and as `l`, so these are one character.
pub fn spelled(folded: &str, ends: Ends) -> String {
    let letters: Vec<char> = folded.chars().collect();
    let read = letters.iter().enumerate().map(|(at, &c)| {
        let is_within = letters
            .get(at + 1)
            .is_some_and(|next| next.is_alphanumeric());
        let is_letter = is_within || ends == Ends::Letters;
        match c {
            '0' => 'o',
            '1' | 'i' => 'l',
            '2' => 'z',
            '3' => 'e',
            '4' => 'a',
            '5' => 's',
            '7' => 't',
            '8' => 'b',
            '9' => 'g',
            '!' | '|' if is_letter => 'l',
            '@' if is_letter => 'a',
            '$' if is_letter => 's',
            c => c,
        }
    });
    read.collect()
}

/// Returns the skeleton of a name in lower case. Both steps are repeated, because each may give
/// characters that the other changes.
pub fn folded(name: &str) -> String {
    let mut name = name.nfkc().collect::<String>();
    for _ in 0..2 {
        let lower = name.to_lowercase();
        name = skeleton(&lower).collect::<String>().to_lowercase();
    }
    // Accents do not distinguish a name from a protected one.
    name.nfd()
        .filter(|c| !('\u{300}'..='\u{36f}').contains(c))
        .collect()
}

/// Splits a name at spaces and punctuation.
pub fn words(name: &str) -> Vec<String> {
    let words = name.split(|c: char| !c.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// Returns true if a word looks like the name of the product, but is written in other characters.
fn imitates_product(text: &str) -> bool {
    let product = look(PRODUCT);
    let split = text.split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c));
    let mut words = split.filter(|word| !word.is_ascii());
    words.any(|word| {
        let plain = word.to_ascii_lowercase();
        let written = plain.matches(&PRODUCT.to_ascii_lowercase()).count();
        look(word).matches(&product).count() > written
    })
}

#[cfg(test)]
mod tests;

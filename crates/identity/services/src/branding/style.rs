//! The style sheet of a brand. It only sets properties that the style sheet of the pages uses.

use std::fmt::Write as _;

use doorward_rules::brand_colors::{ChosenColors, Scheme, SchemeColors};
use doorward_rules::color::Color;

/// Rules for the logo in the header. Its attributes have the size; in a bar it is smaller.
const LOGO: &str = ".brand picture,.brand img{display:block}\
                    .bar .brand img{inline-size:auto;max-block-size:1.75rem}\n";
/// First part of the name of a style sheet that contains its colors.
const COLORS: &str = "colors";
/// The part of the name for a color that is not chosen.
const UNSET: &str = "0";

/// Returns the style sheet; `None` if the pages need none.
pub(super) fn sheet(colors: &SchemeColors, has_logo: bool) -> Option<String> {
    let has_colors = !colors.is_empty();
    if !has_colors && !has_logo {
        return None;
    }
    let mut sheet = String::new();
    if has_colors {
        let [light, dark] = Scheme::ALL.map(|scheme| colors.derive(scheme));
        let properties = [
            ("bg", light.bg, dark.bg),
            ("line", light.line, dark.line),
            ("accent", light.accent, dark.accent),
            ("hover", light.hover, dark.hover),
            ("on", light.on, dark.on),
            ("tint", light.tint, dark.tint),
        ];
        sheet.push_str(":root{");
        for (name, light, dark) in properties {
            let _ = write!(sheet, "--{name}:light-dark({light},{dark});");
        }
        sheet.push_str("}\n");
    }
    if has_logo {
        sheet.push_str(LOGO);
    }
    Some(sheet)
}

/// Returns the first part of the name of the sheet with these colors, which contains them:
/// `colors-c2410c-0-0-0`.
pub(super) fn stem(colors: &SchemeColors) -> String {
    let mut stem = COLORS.to_owned();
    for color in in_order(colors) {
        let text = color.map(|color| color.to_string());
        let digits = text
            .as_deref()
            .map_or(UNSET, |text| text.trim_start_matches('#'));
        let _ = write!(stem, "-{digits}");
    }
    stem
}

/// Reads the colors from the file name of a sheet; `None` for another name, and for colors with a contrast
/// that is too low.
pub(super) fn colors_in(stem: &str) -> Option<SchemeColors> {
    let parts = stem.strip_prefix(COLORS)?.strip_prefix('-')?.split('-');
    let colors = parts.map(|digits| match digits {
        UNSET => Some(None),
        digits => Color::parse(&format!("#{digits}")).ok().map(Some),
    });
    let colors: Vec<Option<Color>> = colors.collect::<Option<_>>()?;
    let colors: [Option<Color>; 4] = colors.try_into().ok()?;
    let [accent, background, accent_dark, background_dark] = colors;
    let colors = SchemeColors {
        light: ChosenColors { accent, background },
        dark: ChosenColors {
            accent: accent_dark,
            background: background_dark,
        },
    };
    colors.check().is_ok().then_some(colors)
}

const fn in_order(colors: &SchemeColors) -> [Option<Color>; 4] {
    let SchemeColors { light, dark } = colors;
    [light.accent, light.background, dark.accent, dark.background]
}
